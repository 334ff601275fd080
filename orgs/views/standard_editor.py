"""The district's editor of the six-haves standard: draft, preview, proposal, publication."""

import datetime as dt
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.cache import never_cache

from ..access import PersonRequest, holding
from ..actions.standards import (
    StaleDraft,
    StandardNotReady,
    begin_draft,
    discard_draft,
    open_draft_of,
    problems_of_draft,
    proposal_of,
    propose_standard,
    publication_verdict,
    publish_standard,
    published_standards,
    return_standard,
    save_draft,
    standard_of,
)
from ..forms.standards import ProposalForm, ReturnForm, StandardEditor
from ..models import Organization, StandardDraft
from ..permissions import Perm, require
from ..rules.standard_diff import differences
from ..rules.standard_problems import problems_of
from ..rules.standards import Standard, full_sum, shown, sum_of, with_codes
from .standards import draft_context, editing_district, shown_standard, versions_on

EDITING = holding(Perm.PUBLISH_STANDARD)


def own_district(request: PersonRequest, perm: Perm, on: dt.date) -> Organization:
    """The district where the person writes or approves the standard. Raises Refused, Http404."""
    district = editing_district(request.user, on)
    if district is None:
        raise Http404
    require(request.user, perm, district, on=on)
    return district


def own_draft(request: PersonRequest, perm: Perm, on: dt.date) -> StandardDraft | None:
    return open_draft_of(own_district(request, perm, on))


def base_of(request: HttpRequest) -> int:
    """The version of the draft that the page knew; -1, which none has, without a number."""
    typed = request.POST.get("base", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else -1


def no_draft(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("草案已经发布或放弃。需要修改的，请重新起草。"))
    return HttpResponseRedirect(reverse("standard"))


def blank_criterion() -> dict[str, Any]:
    return {"code": "", "name": "", "items": []}


@method_decorator(never_cache, name="dispatch")
class EditStandard(View):
    """The draft as one long form. Whatever is typed is kept; what is wrong is said beside it."""

    access = EDITING

    def get(self, request: PersonRequest) -> HttpResponse:
        draft = own_draft(request, Perm.PUBLISH_STANDARD, timezone.localdate())
        if draft is None:
            return HttpResponseRedirect(reverse("standard"))
        return self.page(request, draft, StandardEditor(standard_of(draft)))

    def post(self, request: PersonRequest) -> HttpResponse:
        at, on = timezone.now(), timezone.localdate()
        district = own_district(request, Perm.PUBLISH_STANDARD, on)
        wish = request.POST.get("do", "save")
        if wish == "begin":
            begin_draft(district, by=request.user, on=on, at=at)
            return HttpResponseRedirect(reverse("standard_edit"))
        draft = open_draft_of(district)
        if draft is None:
            return no_draft(request)
        editor = StandardEditor(standard_of(draft), request.POST)
        if not editor.is_valid():
            return self.page(request, draft, editor, HTTPStatus.UNPROCESSABLE_ENTITY)
        typed = editor.standard
        if wish == "add_criterion":
            typed["criteria"].append(blank_criterion())
        try:
            saved = save_draft(draft, typed, base=base_of(request), by=request.user, on=on, at=at)
        except StaleDraft as stale:
            return self.stale(request, stale.draft, typed)
        return HttpResponseRedirect(self.after(request, saved, wish))

    def after(self, request: HttpRequest, draft: StandardDraft, wish: str) -> str:
        """Where the page goes after saving."""
        if wish == "review":
            return reverse("standard_review")
        if wish == "preview":
            return reverse("standard_preview")
        if wish == "add_criterion":
            return f"{reverse('standard_edit')}#part{len(standard_of(draft)['criteria']) - 1}"
        left = sum(not one.warning for one in problems_of_draft(draft))
        if left:
            text = ngettext("已保存，还有 %(count)d 处要改。", "已保存，还有 %(count)d 处要改。", left)
            messages.success(request, text % {"count": left})
        else:
            messages.success(request, _("已保存，没有发现问题，可以核对并送审。"))
        return reverse("standard_edit")

    def stale(self, request: PersonRequest, newer: StandardDraft | None, typed: Standard) -> HttpResponse:
        """The form again as it was typed, over the newer draft, with what differs between the two."""
        if newer is None:
            return no_draft(request)
        typed = with_codes(typed, [one.data for one in published_standards()])
        found = differences(standard_of(newer), typed)
        editor = StandardEditor(typed)
        return self.page(
            request, newer, editor, HTTPStatus.CONFLICT, conflict={"differences": found}, typed=typed
        )

    def page(
        self,
        request: HttpRequest,
        draft: StandardDraft,
        editor: StandardEditor,
        status: int = HTTPStatus.OK,
        typed: Standard | None = None,
        **extra: Any,
    ) -> HttpResponse:
        standard = typed or standard_of(draft)
        published = published_standards()
        problems = problems_of(standard, [(one.name, one.data) for one in published])
        context = {
            "draft": draft,
            "editor": editor,
            "parts": [
                {"part": part, "points": shown(sum_of(one["items"])), "code": one["code"]}
                for part, one in zip(
                    editor.criteria, [*standard["criteria"], *[blank_criterion()] * 30], strict=False
                )
            ],
            "sum": shown(full_sum(standard)),
            "problems": problems,
            "wrong": sum(not one.warning for one in problems),
            "proposal": proposal_of(draft),
            "returned": draft.data.get("returned"),
            "draft_key": f"standard:{draft.pk}",
            "nav_key": "standard",
        }
        return render(request, "orgs/standard_edit.html", context | extra, status=status)


@method_decorator(never_cache, name="dispatch")
class PreviewStandard(View):
    """The draft as units and inspectors will see it."""

    access = holding(Perm.PUBLISH_STANDARD, Perm.APPROVE_DISTRICT)

    def get(self, request: PersonRequest) -> HttpResponse:
        context = draft_context(request.user, timezone.localdate())
        if not context.get("draft"):
            return no_draft(request)
        look = request.GET.get("look", "")
        looks = [("", _("标准全文"), "file-text"), ("unit", _("单位自评"), "clipboard-list")]
        looks.append(("phone", _("验收员手机"), "camera"))
        context |= {
            "standard": shown_standard(standard_of(context["draft"])),
            "look": look,
            "looks": [
                {"key": key, "url": f"?look={key}", "label": label, "icon": icon}
                for key, label, icon in looks
            ],
            "nav_key": "standard",
        }
        return render(request, "orgs/standard_preview.html", context)


@method_decorator(never_cache, name="dispatch")
class ReviewStandard(View):
    """What a draft changes; the handler proposes it from a day on, an approver publishes it or sends it back."""

    access = holding(Perm.PUBLISH_STANDARD, Perm.APPROVE_DISTRICT)

    def get(self, request: PersonRequest) -> HttpResponse:
        return self.page(request, ProposalForm(), ReturnForm())

    def post(self, request: PersonRequest) -> HttpResponse:
        at, on = timezone.now(), timezone.localdate()
        context = draft_context(request.user, on)
        draft, wish = context.get("draft"), request.POST.get("do", "")
        if draft is None:
            return no_draft(request)
        moment = {"base": base_of(request), "by": request.user, "on": on, "at": at}
        proposal, back = (
            ProposalForm(request.POST if wish == "propose" else None),
            ReturnForm(request.POST if wish == "return" else None),
        )
        try:
            if wish == "propose" and proposal.is_valid():
                propose_standard(draft, valid_from=proposal.cleaned_data["valid_from"], **moment)
                messages.success(request, _("已送区级审批人批准。批准前仍可修改，修改后须重新送审。"))
                return HttpResponseRedirect(reverse("standard"))
            if wish == "return" and back.is_valid():
                return_standard(draft, reason=back.cleaned_data["reason"], **moment)
                messages.success(request, _("已退回，拟稿人会收到消息。"))
                return HttpResponseRedirect(reverse("standard"))
            if wish == "publish":
                published = publish_standard(draft, **moment)
                values = {"name": published.name, "day": published.valid_from.isoformat()}
                messages.success(request, _("%(name)s 已发布，自 %(day)s 起施行。") % values)
                return HttpResponseRedirect(f"{reverse('standard')}?version={published.pk}")
        except StaleDraft as stale:
            if stale.draft is None:
                return no_draft(request)
            messages.error(request, _("没有办理：草案刚被修改，请核对下面的最新内容后再办。"))
            return HttpResponseRedirect(reverse("standard_review"))
        except StandardNotReady as problem:
            proposal.is_valid()
            proposal.add_error(None, str(problem)) if wish == "propose" else messages.error(
                request, str(problem)
            )
        return self.page(request, proposal, back, HTTPStatus.UNPROCESSABLE_ENTITY)

    def page(
        self,
        request: PersonRequest,
        proposal_form: ProposalForm,
        return_form: ReturnForm,
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        on = timezone.localdate()
        context = draft_context(request.user, on)
        if not context.get("draft"):
            return no_draft(request)
        draft, versions = context["draft"], versions_on(on)
        context |= {
            "newest": versions[0],
            "running": [one for one in versions if one.running],
            "differences": differences(versions[0].rule_set.data, standard_of(draft)),
            "wrong": sum(not one.warning for one in context["problems"]),
            "sum": shown(full_sum(standard_of(draft))),
            "verdict": publication_verdict(draft, request.user, on=on) if context["may_approve"] else None,
            "proposal_form": proposal_form,
            "return_form": return_form,
            "returned": draft.data.get("returned"),
            "nav_key": "standard",
        }
        return render(request, "orgs/standard_review.html", context, status=status)


class DiscardStandard(View):
    """Give up the draft."""

    access = EDITING

    def post(self, request: PersonRequest) -> HttpResponse:
        on = timezone.localdate()
        draft = own_draft(request, Perm.PUBLISH_STANDARD, on)
        if draft is None:
            return no_draft(request)
        try:
            discard_draft(draft, base=base_of(request), by=request.user, on=on, at=timezone.now())
        except StaleDraft:
            messages.error(request, _("没有放弃：草案刚被他人修改，请先查看最新内容。"))
            return HttpResponseRedirect(reverse("standard_edit"))
        messages.success(request, _("草案已放弃，现行标准不变。"))
        return HttpResponseRedirect(reverse("standard"))
