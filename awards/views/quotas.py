"""The quota of an honour: its calculation, what-if, adjustments by decision, and the workbook."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import PersonRequest, holding
from orgs.permissions import Perm, can, require
from orgs.queries import jurisdictions
from orgs.views.common import workbook_response
from orgs.views.organizations import record_export

from ..actions.quotas import QuotaRefused, StaleQuota, adjust_quota
from ..campaign_register import require_campaign_view
from ..enums import CampaignState
from ..exports import quota_workbook
from ..forms.quotas import AdjustmentEditor, WhatIfForm, what_if_initial
from ..models import Honour
from ..nomination_register import visible_nominations
from ..quota_pages import QuotaTable, decisions_of, surpluses, table_of, what_if_of
from ..quota_register import places_of
from ..rules.quota_changes import in_words


def get_honour(campaign_id: int, honour_id: int) -> Honour:
    rows = Honour.objects.select_related("campaign__organization")
    return get_object_or_404(rows, pk=honour_id, campaign=campaign_id)


@method_decorator(never_cache, name="dispatch")
class QuotaPage(View):
    """The quota with every step of its calculation; with other numbers in the query also what these would change."""

    access = holding(Perm.VIEW_REGISTRY)

    def get(self, request: PersonRequest, campaign_id: int, honour_id: int) -> HttpResponse:
        on = timezone.localdate()
        honour = get_honour(campaign_id, honour_id)
        require_campaign_view(request.user, honour.campaign, on)
        table = table_of(honour)
        asked = "places" in request.GET
        form = WhatIfForm(request.GET if asked else None, initial=what_if_initial(honour))
        own = {one.pk for one in jurisdictions(request.user, Perm.VIEW_REGISTRY, on)}
        context = {
            "honour": honour,
            "campaign": honour.campaign,
            "honour_places": places_of(honour),
            "table": table,
            "steps": in_words(table.calculation) if table.calculation else [],
            "own": own,
            "form": form,
            "what_if": what_if_of(honour, table, form.rules) if asked and form.is_valid() else None,
            "decisions": decisions_of(honour),
            "surpluses": surpluses(honour, table, visible_nominations(request.user, on)),
            "may_adjust": honour.campaign.state == CampaignState.PUBLISHED
            and bool(can(request.user, Perm.DECIDE_AWARDS, honour.campaign, on=on)),
            "may_export": bool(jurisdictions(request.user, Perm.EXPORT_REGISTRY, on)),
            "nav_key": "awards",
        }
        return render(request, "awards/quotas.html", context)


@method_decorator(never_cache, name="dispatch")
class AdjustQuota(View):
    """Change quotas by decision. What was typed stays whatever happens."""

    access = holding(Perm.DECIDE_AWARDS)

    def load(self, request: PersonRequest, campaign_id: int, honour_id: int) -> tuple[Honour, QuotaTable]:
        honour = get_honour(campaign_id, honour_id)
        require(request.user, Perm.DECIDE_AWARDS, honour.campaign, on=timezone.localdate())
        return honour, table_of(honour)

    def get(self, request: PersonRequest, campaign_id: int, honour_id: int) -> HttpResponse:
        honour, table = self.load(request, campaign_id, honour_id)
        if honour.campaign.state != CampaignState.PUBLISHED:
            messages.error(request, _("名额只在评选活动进行中按决定调整。"))
            return self.back(honour)
        return self.page(request, honour, AdjustmentEditor(table.shown))

    def post(self, request: PersonRequest, campaign_id: int, honour_id: int) -> HttpResponse:
        at, on = timezone.now(), timezone.localdate()
        honour, table = self.load(request, campaign_id, honour_id)
        editor = AdjustmentEditor(table.shown, request.POST)
        if not editor.is_valid():
            return self.page(request, honour, editor, HTTPStatus.UNPROCESSABLE_ENTITY)
        typed = request.POST.get("base", "")
        data = editor.head.cleaned_data
        try:
            made = adjust_quota(
                honour,
                editor.changes,
                honour_places=data["honour_places"] or 0,
                base=int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else -1,
                reason=data["reason"],
                decision=data["decision"],
                by=request.user,
                on=on,
                at=at,
            )
        except StaleQuota:
            text = _("没有保存：他人刚刚调整了名额，下面的现有名额已经更新。请核对后再提交。")
            editor.head.add_error(None, text)
            return self.page(request, honour, editor, HTTPStatus.CONFLICT)
        except QuotaRefused as refused:
            for problem in refused.problems:
                known = problem.field in editor.head.fields
                editor.head.add_error(problem.field if known else None, problem.message)
            return self.page(request, honour, editor, HTTPStatus.UNPROCESSABLE_ENTITY)
        messages.success(request, _("已按决定调整%(count)d项名额。") % {"count": len(made)})
        return self.back(honour)

    def back(self, honour: Honour) -> HttpResponse:
        return HttpResponseRedirect(reverse("award_quotas", args=[honour.campaign_id, honour.pk]))

    def page(
        self, request: PersonRequest, honour: Honour, editor: AdjustmentEditor, status: int = HTTPStatus.OK
    ) -> HttpResponse:
        context: dict[str, Any] = {
            "honour": honour,
            "campaign": honour.campaign,
            "honour_places": places_of(honour),
            "editor": editor,
            "base": honour.adjustments.count(),
            "nav_key": "awards",
        }
        return render(request, "awards/quotas_adjust.html", context, status=status)


class ExportQuotas(View):
    """The quota as a workbook. A POST, because it leaves an audit entry."""

    access = holding(Perm.EXPORT_REGISTRY)

    def post(self, request: PersonRequest, campaign_id: int, honour_id: int) -> HttpResponse:
        at, on = timezone.now(), timezone.localdate()
        honour = get_honour(campaign_id, honour_id)
        require_campaign_view(request.user, honour.campaign, on)
        table = table_of(honour)
        if table.problems:
            messages.error(request, table.problems[0])
            return HttpResponseRedirect(reverse("award_quotas", args=[campaign_id, honour_id]))
        content = quota_workbook(honour, table, by=request.user, at=at)
        record_export(request, "award_quotas", [honour.campaign.name, honour.title], at)
        return workbook_response(content, _("%(honour)s名额分配") % {"honour": honour.title}, at)
