"""Importing the baseline register (底本): upload, preview, decisions row by row, the faulty rows back as a workbook.

Applying lives with the processes, because every new unit gets its survey (``apply_register_import``).
"""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from records.uploads import UploadRefused, store_upload

from ..access import holding
from ..actions.register_import import (
    DONE,
    TO_DECIDE,
    WAITING,
    abandon_import,
    accept_number,
    decide_duplicate,
    preview_register,
)
from ..actions.register_matching import names_within, target_values
from ..forms.register import AcceptNumberForm, DuplicateForm, UploadRegisterForm
from ..imports import RegisterRefused, faulty_workbook, read_register, template_workbook
from ..models import ImportRow, Organization, RegisterImport
from ..permissions import Perm, require
from ..queries import jurisdictions, keyset_page, scope_filter
from ..rules.register_merge import unit_values
from .common import pager_links, workbook_response
from .import_rows import FILTERS, PENDING, filter_tabs, present_row, row_facts

PAGE = 50


def load_import(request: HttpRequest, import_id: int) -> RegisterImport:
    """An import in whose scope the person may import. Raises Http404, Refused."""
    imports = RegisterImport.objects.select_related("organization", "file", "by")
    register_import = get_object_or_404(imports, pk=import_id)
    require(request.user, Perm.IMPORT_REGISTER, register_import.organization, on=timezone.localdate())
    return register_import


@method_decorator(never_cache, name="dispatch")
class RegisterImports(View):
    """Upload a register, and the imports so far."""

    access = holding(Perm.IMPORT_REGISTER)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, self.form(request))

    def form(self, request: HttpRequest, data=None, files=None) -> UploadRegisterForm:
        places = jurisdictions(request.user, Perm.IMPORT_REGISTER, timezone.localdate())
        organizations = Organization.objects.filter(pk__in=[place.pk for place in places]).order_by("scope")
        return UploadRegisterForm(data, files, organizations=organizations)

    def show(
        self, request: HttpRequest, form: UploadRegisterForm, status: int = HTTPStatus.OK
    ) -> HttpResponse:
        on = timezone.localdate()
        allowed = scope_filter(request.user, Perm.IMPORT_REGISTER, on, field="organization__scope")
        imports = RegisterImport.objects.filter(allowed).select_related("organization", "by", "file")
        counted = imports.annotate(
            total=Count("rows"),
            imported=Count("rows", filter=Q(rows__outcome__in=DONE)),
            faulty=Count("rows", filter=Q(rows__outcome=ImportRow.Outcome.FAULTY)),
            to_decide=Count("rows", filter=Q(rows__outcome=ImportRow.Outcome.DUPLICATE, rows__decision="")),
        )
        context = {"form": form, "imports": counted[:20], "crumbs": unit_crumbs(), "nav_key": "units"}
        return render(request, "orgs/import/list.html", context, status=status)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request, request.POST, request.FILES)
        if not form.is_valid():
            return self.show(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        file, organization = form.cleaned_data["file"], form.cleaned_data["organization"]
        require(request.user, Perm.IMPORT_REGISTER, organization, on=timezone.localdate())
        at = timezone.now()
        try:
            sheet = read_register(file)
            with transaction.atomic():
                stored = store_upload(file, purpose="register", by_id=request.user.pk, about=None, at=at)
                register_import = preview_register(
                    sheet.rows,
                    organization=organization,
                    file=stored,
                    by=request.user,
                    on=timezone.localdate(at),
                    at=at,
                )
        except (RegisterRefused, UploadRefused) as refused:
            form.add_error("file", str(refused))
            return self.show(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        if sheet.ignored:
            columns = _("、").join(sheet.ignored[:12])
            messages.warning(request, _("这些列不认识，没有读取：%(columns)s。") % {"columns": columns})
        if sheet.has_formulas:
            messages.warning(
                request,
                _(
                    "工作簿含有公式，读取的是上次保存时的计算结果。如有单元格读成空白，"
                    "请在 Excel 中“选择性粘贴—数值”后重新上传。"
                ),
            )
        return HttpResponseRedirect(reverse("register_import", args=[register_import.pk]))


def unit_crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    crumbs = [{"label": _("单位底本"), "url": reverse("units")}]
    return crumbs + [{"label": label, "url": url} for label, url in more]


@method_decorator(never_cache, name="dispatch")
class RegisterImportDetail(View):
    """The preview: what each row would do, filtered by outcome; after applying, what each row did."""

    access = holding(Perm.IMPORT_REGISTER)

    def get(self, request: HttpRequest, import_id: int) -> HttpResponse:
        register_import = load_import(request, import_id)
        counts = register_import.rows.aggregate(
            **{key: Count("pk", filter=found) for key, found in FILTERS.items()},
            waiting=Count("pk", filter=WAITING),
            pending=Count("pk", filter=PENDING),
        )
        chosen = request.GET.get("show", "")
        rows = register_import.rows.select_related("duplicate_of", "duplicate_row", "unit")
        rows = rows.filter(FILTERS[chosen]) if chosen in FILTERS else rows
        page = keyset_page(rows, ("number",), request.GET.get("page", ""), size=PAGE)
        first_to_decide = register_import.rows.filter(TO_DECIDE).first()
        context = {
            "import": register_import,
            "counts": counts,
            "tabs": filter_tabs(request.path, counts),
            "chosen": chosen if chosen in FILTERS else "",
            "rows": [present_row(row) for row in page.rows],
            "page": page,
            "first_to_decide": first_to_decide,
            "open": register_import.status != RegisterImport.Status.ABANDONED,
            "crumbs": unit_crumbs((_("导入底本"), reverse("register_imports"))),
            "nav_key": "units",
        }
        context |= pager_links(request, page.previous, page.next)
        return render(request, "orgs/import/preview.html", context)


@method_decorator(never_cache, name="dispatch")
class RegisterImportRow(View):
    """One row: everything that it says, what is wrong, and the decision that a person takes on it."""

    access = holding(Perm.IMPORT_REGISTER)

    def get(self, request: HttpRequest, import_id: int, number: int) -> HttpResponse:
        register_import, row = self.load(request, import_id, number)
        return self.show(request, register_import, row, self.form(row))

    def load(self, request: HttpRequest, import_id: int, number: int) -> tuple[RegisterImport, ImportRow]:
        register_import = load_import(request, import_id)
        rows = register_import.rows.select_related(
            "duplicate_of__location", "duplicate_row", "unit", "decided_by"
        )
        row = get_object_or_404(rows, number=number)
        row.register_import = register_import
        return register_import, row

    def form(self, row: ImportRow, data=None):
        """The form that the row's state asks for, None when nothing is to be decided."""
        if row.register_import.status == RegisterImport.Status.ABANDONED:
            return None
        if row.outcome == ImportRow.Outcome.DUPLICATE:
            return DuplicateForm(data, row=row, current=target_values(row), new=unit_values(row.values))
        if row.outcome == ImportRow.Outcome.FAULTY and not row.number_ok and not row.number_reason:
            return AcceptNumberForm(data)
        return None

    def show(self, request, register_import, row, form, status: int = HTTPStatus.OK) -> HttpResponse:
        context = {
            "import": register_import,
            "row": row,
            "shown": present_row(row),
            "facts": row_facts(row),
            "form": form,
            "duplicate": isinstance(form, DuplicateForm),
            "next_to_decide": self.next_to_decide(register_import, row),
            "crumbs": unit_crumbs(
                (_("导入底本"), reverse("register_imports")),
                (register_import.file.name, reverse("register_import", args=[register_import.pk])),
            ),
            "nav_key": "units",
        }
        return render(request, "orgs/import/row.html", context, status=status)

    def next_to_decide(self, register_import: RegisterImport, row: ImportRow) -> ImportRow | None:
        """The next row that waits for a decision, from the beginning again after the last one."""
        others = register_import.rows.filter(TO_DECIDE).exclude(pk=row.pk)
        return others.filter(number__gt=row.number).first() or others.first()

    def post(self, request: HttpRequest, import_id: int, number: int) -> HttpResponse:
        with transaction.atomic():
            list(RegisterImport.objects.select_for_update().filter(pk=import_id).values_list("pk"))
            register_import, row = self.load(request, import_id, number)
            form = self.form(row, request.POST)
            if form is None:
                messages.info(request, _("第 %(row)d 行已经处理，没有改动。") % {"row": row.number})
                return HttpResponseRedirect(request.path)
            if not form.is_valid() or not self.carried_out(form, row, request.user):
                return self.show(request, register_import, row, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        messages.success(request, _("第 %(row)d 行的决定已记下，确认导入时执行。") % {"row": row.number})
        following = self.next_to_decide(register_import, row)
        if following is None:
            return HttpResponseRedirect(reverse("register_import", args=[register_import.pk]))
        return HttpResponseRedirect(
            reverse("register_import_row", args=[register_import.pk, following.number])
        )

    def carried_out(self, form, row: ImportRow, by) -> bool:
        data = form.cleaned_data
        try:
            if isinstance(form, DuplicateForm):
                decide_duplicate(
                    row, decision=data["decision"], taken=form.taken, reason=data["reason"], by=by
                )
            else:
                accept_number(row, reason=data["reason"], by=by)
        except ValidationError as error:
            if isinstance(form, DuplicateForm):
                form.add_problems(error)
            else:
                form.add_error(None, error.messages)
            return False
        return True


class AbandonImport(View):
    """Give up what is not imported yet."""

    access = holding(Perm.IMPORT_REGISTER)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, import_id: int) -> HttpResponse:
        register_import = load_import(request, import_id)
        abandon_import(register_import, by=request.user, at=timezone.now())
        messages.success(request, _("已放弃这次导入，没有导入的行不会再写入底本。"))
        return HttpResponseRedirect(reverse("register_imports"))


class FaultyRows(View):
    """The faulty rows as a marked workbook, to correct and upload again."""

    access = holding(Perm.IMPORT_REGISTER)

    def get(self, request: HttpRequest, import_id: int) -> HttpResponse:
        register_import, at = load_import(request, import_id), timezone.now()
        rows = register_import.rows.filter(outcome=ImportRow.Outcome.FAULTY)
        content = faulty_workbook(rows, names_within(register_import.organization), at=at)
        return workbook_response(content, _("底本有误的行"), at)


class RegisterTemplate(View):
    """An empty register with headers, an example and drop-down lists, for the person's own jurisdiction."""

    access = holding(Perm.IMPORT_REGISTER)

    def get(self, request: HttpRequest) -> HttpResponse:
        at = timezone.now()
        places = jurisdictions(request.user, Perm.IMPORT_REGISTER, timezone.localdate())
        names = list(dict.fromkeys(name for place in places for name in names_within(place)))
        return workbook_response(template_workbook(names, at=at), _("底本模板"), at)
