"""Scoring: a member's list and score sheets, and after the opening the result and its workbook."""

import uuid
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from orgs.access import PersonRequest, holding
from orgs.permissions import Perm, Refused
from orgs.views.common import workbook_response
from records.uploads import download_response_headers, open_upload
from records.workbooks import Column, write_workbook

from ..actions.scoring import hand_in_scores, save_score
from ..enums import ReviewState
from ..forms.scoring import ScoreForm
from ..review_access import Reader, evidence, find_nominee, may_begin, may_see_own_scores, not_yours
from ..score_results import Results, results_of
from ..scoring_register import Sheet, criteria_of, own_sheets
from .review import REVIEWING, frame_of, reader_of

SCORING = holding(Perm.REVIEW_AWARDS)


def scorer_of(request: PersonRequest, honour_id: int) -> Reader:
    """A member who may score. Raises Refused."""
    reader = reader_of(request, honour_id)
    if not may_see_own_scores(reader):
        raise Refused(not_yours())
    return reader


@method_decorator(never_cache, name="dispatch")
class ScoreList(View):
    """The nominees that the member scores, with the own totals and what is missing."""

    access = SCORING

    def get(self, request: PersonRequest, honour_id: int) -> HttpResponse:
        reader = scorer_of(request, honour_id)
        begins = may_begin(reader)
        sheets = own_sheets(reader) if begins else []
        context = frame_of(reader) | {
            "sheets": sheets,
            "begins": begins,
            "complete": sum(one.is_complete for one in sheets),
            "handed_in": sum(one.is_handed_in for one in sheets),
            "ready": sum(one.is_complete and not one.is_handed_in for one in sheets),
            "first_missing": next((one for one in sheets if not one.is_complete), None),
            "may_score": reader.state == ReviewState.SCORING,
            "tab": "scoring",
        }
        return render(request, "awards/scoring.html", context)


class HandInScores(View):
    access = SCORING

    def post(self, request: PersonRequest, honour_id: int) -> HttpResponse:
        reader = scorer_of(request, honour_id)
        try:
            count = hand_in_scores(reader.honour, by=request.user, at=timezone.now())
        except ValidationError as problem:
            messages.error(request, problem.messages[0])
        else:
            messages.success(request, _("已提交%(count)d份评分；截止前还可以修改。") % {"count": count})
        return HttpResponseRedirect(reverse("scoring", args=[reader.honour.pk]))


@method_decorator(never_cache, name="dispatch")
@method_decorator(sensitive_post_parameters(), name="dispatch")
class ScoreSheet(View):
    """One nominee: deeds and evidence beside the criteria; saved by itself."""

    access = SCORING

    def get(self, request: PersonRequest, honour_id: int, number: int) -> HttpResponse:
        reader = scorer_of(request, honour_id)
        if not may_begin(reader):
            return HttpResponseRedirect(reverse("scoring", args=[reader.honour.pk]))
        sheets = own_sheets(reader)
        sheet = find_sheet(sheets, number)
        form = ScoreForm(criteria=criteria_of(reader.honour), points=sheet.points)
        return self.page(request, reader, sheets, sheet, form)

    def post(self, request: PersonRequest, honour_id: int, number: int) -> HttpResponse:
        reader = scorer_of(request, honour_id)
        sheets = own_sheets(reader)
        sheet = find_sheet(sheets, number)
        form = ScoreForm(request.POST, criteria=criteria_of(reader.honour), points=sheet.points)
        if form.is_valid():
            try:
                save_score(reader.honour, number, form.points(), by=request.user, at=timezone.now())
            except ValidationError as problem:
                self.add_problems(form, problem)
            else:
                return HttpResponseRedirect(self.next_address(request, reader, number))
        return self.page(request, reader, sheets, sheet, form, HTTPStatus.UNPROCESSABLE_ENTITY)

    def add_problems(self, form: ScoreForm, problem: ValidationError) -> None:
        if not hasattr(problem, "error_dict"):
            form.add_error(None, problem)
            return
        for code, errors in problem.error_dict.items():
            form.add_error(f"points_{code}", errors)

    def next_address(self, request: PersonRequest, reader: Reader, number: int) -> str:
        """After 保存，评下一个 the next nominee who is not complete, from below back to the top, else the list."""
        if request.POST.get("then") != "next":
            messages.success(request, _("已保存。"))
            return reverse("score_sheet", args=[reader.honour.pk, number])
        sheets = own_sheets(reader)
        at = next((place for place, one in enumerate(sheets) if one.nominee.key == number), 0)
        following = [one for one in [*sheets[at + 1 :], *sheets[:at]] if not one.is_complete]
        if following:
            return reverse("score_sheet", args=[reader.honour.pk, following[0].nominee.key])
        messages.success(request, _("全部推荐对象都已评分，请核对后提交。"))
        return reverse("scoring", args=[reader.honour.pk])

    def page(
        self,
        request: PersonRequest,
        reader: Reader,
        sheets: list[Sheet],
        sheet: Sheet,
        form: ScoreForm,
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        at = sheets.index(sheet)
        context = frame_of(reader) | {
            "form": form,
            "sheet": sheet,
            "sheets": sheets,
            "files": evidence(reader, sheet.nominee),
            "place": at + 1,
            "previous": sheets[at - 1] if at else None,
            "following": sheets[at + 1] if at + 1 < len(sheets) else None,
            "weights": sum(one.weight for one in form.criteria),
            "may_score": reader.state == ReviewState.SCORING,
            "tab": "scoring",
        }
        return render(request, "awards/scoring_sheet.html", context, status=status)


def find_sheet(sheets: list[Sheet], number: int) -> Sheet:
    """The sheet of a nominee. Raises Http404, the same for a nominee in conflict as for none."""
    found = next((one for one in sheets if one.nominee.key == number), None)
    if found is None:
        raise Http404
    return found


class ScoreEvidence(View):
    """A file of a nominee, for those who find the nominee in the review and may read names."""

    access = REVIEWING

    def get(self, request: PersonRequest, honour_id: int, number: int, public_id: uuid.UUID) -> FileResponse:
        reader = reader_of(request, honour_id)
        nominee = find_nominee(reader, number)
        files = evidence(reader, nominee) if nominee else []
        stored = next((one for one in files if one.public_id == public_id), None)
        if stored is None:
            raise Http404
        try:
            content = open_upload(stored)
        except FileNotFoundError:
            raise Http404 from None
        headers = download_response_headers(stored)
        return FileResponse(content, as_attachment=True, filename=stored.name, headers=headers)


# --- the result -------------------------------------------------------------------------------------------------------


def opened_results(request: PersonRequest, honour_id: int) -> tuple[Reader, Results]:
    """The result as the reader may see it. Raises Refused before the opening."""
    reader = reader_of(request, honour_id)
    results = results_of(reader)
    if results is None:
        raise Refused(not_yours())
    return reader, results


@method_decorator(never_cache, name="dispatch")
class ResultPage(View):
    """The ranking with scores, the border of the places, and how strong the result is."""

    access = REVIEWING

    def get(self, request: PersonRequest, honour_id: int) -> HttpResponse:
        reader, results = opened_results(request, honour_id)
        context = frame_of(reader) | {"results": results, "tab": "review_results"}
        return render(request, "awards/review_results.html", context)


class ExportResults(View):
    """The same as a workbook."""

    access = REVIEWING

    def get(self, request: PersonRequest, honour_id: int) -> HttpResponse:
        reader, results = opened_results(request, honour_id)
        at = timezone.now()
        columns = [
            Column(_("名次"), 8),
            Column(_("推荐对象"), 36),
            Column(_("单位或推荐单位"), 36),
            Column(_("得分"), 10),
            Column(_("计分委员数"), 12, "integer"),
            *(Column(one.person.name, 10) for one in results.judges),
        ]
        rows = [
            [
                "" if one.rank is None else str(one.rank or "—"),
                one.nominee.label,
                one.nominee.place,
                "" if one.score is None else str(one.score),
                one.judges,
                *("" if single is None else str(single) for _judge, single in one.by_judge),
            ]
            for one in results.rows
        ]
        title = _("%(honour)s评分结果") % {"honour": reader.honour.title}
        content = write_workbook(columns, rows, sheet=_("评分结果"), title=title, created_at=at)
        return workbook_response(content, title, at)
