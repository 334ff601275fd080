"""Importing the baseline register (底本): the preview, and what a person decides (RULES section 10, P1).

Carrying it out is in :mod:`orgs.actions.register_applying`.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from records import audit
from records.models import StoredFile

from ..models import ImportRow, Organization, Person, RegisterImport, Unit
from ..rules.register_merge import GROUPS, merged, people_problems, unit_values
from ..rules.survey_columns import HEADERS
from ..rules.survey_import import parse_row
from .register_matching import Assessment, subdistrict_names, target_values

Outcome, Decision, Status = ImportRow.Outcome, ImportRow.Decision, RegisterImport.Status
WAITING = Q(outcome__in=(Outcome.NEW, Outcome.UPDATE)) | (Q(outcome=Outcome.DUPLICATE) & ~Q(decision=""))
TO_DECIDE = Q(outcome=Outcome.DUPLICATE, decision="")
DONE = (Outcome.CREATED, Outcome.UPDATED, Outcome.MERGED, Outcome.SKIPPED)


def preview_register(
    rows: Sequence[tuple[int, Mapping[str, Any]]],
    *,
    organization: Organization,
    file: StoredFile,
    by: Person,
    on: dt.date,
    at: dt.datetime,
) -> RegisterImport:
    """Keep what a register says and what each row would do; nothing enters the register of units yet.

    ``rows`` are (number, cells by column key); ``organization`` bounds where the units may lie.
    """
    with transaction.atomic():
        register_import = RegisterImport.objects.create(
            organization=organization, file=file, by=by, at=at, status=Status.PREVIEW
        )
        parsed = _parse(rows, register_import, on)
        assessment = Assessment.prepare(parsed, organization)
        for row in parsed:
            assessment.judge(row)
            assessment.remember(row)
        repeats = [(row, row.duplicate_row) for row in parsed if row.duplicate_row is not None]
        for row, _first in repeats:
            row.duplicate_row = None
        ImportRow.objects.bulk_create(parsed, batch_size=200)
        for row, first in repeats:
            row.duplicate_row = first
        ImportRow.objects.bulk_update([row for row, _first in repeats], ["duplicate_row"])
        audit.record(
            "register_uploaded",
            by_id=by.pk,
            about=f"register_import:{register_import.pk}",
            chain=f"organization:{organization.pk}",
            at=at,
            rows=len(parsed),
            sha256=file.sha256,
        )
    return register_import


def _parse(
    rows: Sequence[tuple[int, Mapping[str, Any]]], register_import: RegisterImport, on: dt.date
) -> list[ImportRow]:
    names = subdistrict_names()
    low, high = register_import.organization.scope_bounds
    inside = set(Organization.objects.filter(scope__range=(low, high)).values_list("pk", flat=True))
    parsed = []
    for number, raw in rows:
        found = parse_row(raw, subdistricts=names, on=on)
        row = ImportRow(
            register_import=register_import,
            number=number,
            raw=dict(raw),
            values=found.json_values(),
            errors=[list(problem) for problem in found.errors],
            warnings=[list(problem) for problem in found.warnings],
            number_ok=found.number_ok,
        )
        location = found.values["location_id"]
        if location is not None and location not in inside:
            message = _("“%(column)s”：%(text)s不在您的导入范围（%(scope)s）内。请删除本行，或由该街镇导入。")
            scope = register_import.organization.display_name
            values = {"column": HEADERS["subdistrict"], "text": raw["subdistrict"], "scope": scope}
            row.errors.append(["subdistrict", message % values])
        if not found.number_ok:
            # The message of the check digit already says that a reason keeps the number; until then it is an error.
            row.errors += [problem for problem in row.warnings if problem[0] == "number"]
            row.warnings = [problem for problem in row.warnings if problem[0] != "number"]
        parsed.append(row)
    _accept_known_numbers(parsed)
    return parsed


def _accept_known_numbers(rows: Sequence[ImportRow]) -> None:
    """A number with a wrong check digit that a unit already bears for a reason needs no second reason."""
    doubtful = {row.values["number"]: row for row in rows if not row.number_ok}
    known = Unit.objects.filter(number__in=doubtful, merged_into=None).exclude(number_override_reason="")
    for number, reason in known.values_list("number", "number_override_reason"):
        for row in rows:
            if row.values["number"] == number:
                row.number_reason = reason
                row.errors = [problem for problem in row.errors if problem[0] != "number"]


def accept_number(row: ImportRow, *, reason: str, by: Person) -> None:
    """Take a number whose check digit is wrong as it is, for a reason (RULES section 7). Raises ValidationError."""
    if row.number_ok or row.outcome != Outcome.FAULTY:
        raise ValidationError(_("本行的证照号码不需要说明理由，请刷新页面。"))
    if not reason.strip():
        raise ValidationError({"reason": _("请写明号码核对的情况，例如“已核对营业执照原件”。")})
    with transaction.atomic():
        row.number_reason, row.decided_by = reason.strip(), by
        row.errors = [problem for problem in row.errors if problem[0] != "number"]
        others = row.register_import.rows.exclude(pk=row.pk).exclude(outcome__in=(*DONE, Outcome.FAULTY))
        Assessment.prepare([row], row.register_import.organization, list(others)).judge(row)
        row.save()


def decide_duplicate(
    row: ImportRow, *, decision: str, taken: Sequence[str] = (), reason: str = "", by: Person
) -> None:
    """Decide what a likely duplicate is. Carried out when the import is applied; until then it can be changed.

    ``taken`` are the groups of columns in which the row's entry wins. Raises ValidationError naming the field.
    """
    if row.outcome != Outcome.DUPLICATE:
        raise ValidationError(_("本行已经处理，请刷新页面查看结果。"))
    current, new = target_values(row), unit_values(row.values)
    taken = [key for key in GROUPS if key in taken]
    if decision == Decision.MERGE and (problems := people_problems(merged(current, new, list(taken)))):
        raise ValidationError(dict(problems))
    if decision == Decision.KEEP and current["number"] == new["number"]:
        raise ValidationError(
            {"decision": _("证照号码相同，不能分别登记。请选择并入，或更正号码后重新上传本行。")}
        )
    if decision == Decision.KEEP and not reason.strip():
        raise ValidationError(
            {"reason": _("请写明为什么不是同一单位，例如“同一地址的两家公司，法定代表人不同”。")}
        )
    row.decision = decision
    row.decision_reason = reason.strip()
    row.taken = taken if decision == Decision.MERGE else []
    row.decided_by = by
    row.save(update_fields=["decision", "decision_reason", "taken", "decided_by"])


def abandon_import(register_import: RegisterImport, *, by: Person, at: dt.datetime) -> None:
    """Give up what is not applied yet; what was imported stays. The rows are kept to read."""
    with transaction.atomic():
        register_import = RegisterImport.objects.select_for_update().get(pk=register_import.pk)
        register_import.status = Status.ABANDONED
        register_import.save(update_fields=["status"])
        audit.record(
            "register_abandoned",
            by_id=by.pk,
            about=f"register_import:{register_import.pk}",
            chain=f"organization:{register_import.organization_id}",
            at=at,
        )
