"""A six-haves standard from a workbook, in place of the draft."""

import datetime as dt
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from records.workbooks import WorkbookRefused, read_sheet

from ..access import PersonRequest
from ..actions.standards import StaleDraft, published_standards, save_draft, standard_of
from ..forms.standards import StandardFileForm
from ..models import StandardDraft
from ..permissions import Perm
from ..rules.standard_diff import differences
from ..rules.standard_problems import problems_of
from ..rules.standard_sheet import HEADERS, MOST_ROWS, SheetFault, standard_from
from ..rules.standards import Standard, with_codes
from .standard_editor import EDITING, base_of, no_draft, own_draft

SALT = "standard"


@method_decorator(never_cache, name="dispatch")
class ImportStandard(View):
    """A workbook in place of the draft: read, compared with the draft, and taken over once that is confirmed."""

    access = EDITING

    def get(self, request: PersonRequest) -> HttpResponse:
        draft = own_draft(request, Perm.PUBLISH_STANDARD, timezone.localdate())
        return self.page(request, draft, StandardFileForm()) if draft else no_draft(request)

    def post(self, request: PersonRequest) -> HttpResponse:
        on = timezone.localdate()
        draft = own_draft(request, Perm.PUBLISH_STANDARD, on)
        if draft is None:
            return no_draft(request)
        if "packed" in request.POST:
            return self.take_over(request, draft, on)
        form = StandardFileForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                standard = read_standard(form.cleaned_data["file"])
            except (WorkbookRefused, SheetFault) as problem:
                for text in getattr(problem, "faults", [str(problem)])[:20]:
                    form.add_error("file", text)
            else:
                return self.preview(request, draft, standard)
        return self.page(request, draft, form, HTTPStatus.UNPROCESSABLE_ENTITY)

    def preview(self, request: PersonRequest, draft: StandardDraft, standard: Standard) -> HttpResponse:
        published = published_standards()
        coded = with_codes(standard, [one.data for one in published])
        context = {
            "differences": differences(standard_of(draft), coded),
            "problems": problems_of(coded, [(one.name, one.data) for one in published]),
            "packed": signing.dumps(coded, salt=SALT, compress=True),
        }
        return self.page(request, draft, None, **context)

    def take_over(self, request: PersonRequest, draft: StandardDraft, on: dt.date) -> HttpResponse:
        try:
            standard = signing.loads(request.POST["packed"], salt=SALT)
            save_draft(draft, standard, base=base_of(request), by=request.user, on=on, at=timezone.now())
        except signing.BadSignature:
            messages.error(request, _("预览已失效，草案没有改动。请重新上传。"))
            return HttpResponseRedirect(reverse("standard_import"))
        except StaleDraft:
            messages.error(request, _("没有导入：草案刚被他人修改。请重新上传，核对与最新内容的差别。"))
            return HttpResponseRedirect(reverse("standard_import"))
        messages.success(request, _("已用文件的内容替换草案。"))
        return HttpResponseRedirect(reverse("standard_edit"))

    def page(
        self,
        request: HttpRequest,
        draft: StandardDraft,
        form: StandardFileForm | None,
        status: int = HTTPStatus.OK,
        **extra: Any,
    ) -> HttpResponse:
        context = {"draft": draft, "form": form, "nav_key": "standard"}
        return render(request, "orgs/standard_import.html", context | extra, status=status)


def read_standard(file: Any) -> dict[str, Any]:
    """The standard in a workbook. Raises WorkbookRefused, SheetFault."""
    rows = read_sheet(file, max_rows=MOST_ROWS, columns=len(HEADERS))
    if not rows or [str(cell or "").strip() for cell in rows[0].cells][: len(HEADERS)] != list(HEADERS):
        raise SheetFault(
            [
                _("第一行应是表头：%(headers)s。请先下载草案，在其中修改。")
                % {"headers": _("、").join(HEADERS)}
            ]
        )
    return standard_from((row.number, row.cells) for row in rows[1:])
