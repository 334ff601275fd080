"""Applying a previewed register: units are created, updated or merged, row by row (RULES section 10, P1)."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from records import audit

from ..models import ImportRow, Person, RegisterImport, Unit
from ..rules.register_merge import differing, merged, unit_values
from ..rules.survey_columns import HEADERS
from .register_import import WAITING, Decision, Outcome, Status
from .register_matching import Assessment, values_of
from .units import keep_version

BATCH = 50


class ImportClosed(ValueError):
    """The import was abandoned; the message says what to do."""


def apply_import(
    register_import: RegisterImport,
    *,
    by: Person,
    at: dt.datetime,
    after: Callable[[Unit], object],
    limit: int = 500,
) -> Counter[str]:
    """Carry out up to ``limit`` rows that are new, update a unit, or are decided; the others wait or stay as they are.

    Rows are taken in batches of one transaction each; within it a row either happens whole or not at all, and a row
    that happened never happens again, so a broken run is simply repeated. ``after`` is called for each new unit in the
    row's transaction. Returns how many rows had which outcome, and under ``"waiting"`` how many are left.
    Raises ImportClosed when the import was abandoned.
    """
    waiting = register_import.rows.filter(WAITING)
    # Rows that repeat another row of the file come last, whatever order the database gives to nulls.
    keys = sorted(
        waiting.values_list("pk", "duplicate_row_id", "number"), key=lambda key: (bool(key[1]), key[2])
    )
    done: Counter[str] = Counter()
    chosen = [key[0] for key in keys[:limit]]
    for start in range(0, len(chosen), BATCH):
        done += _apply_batch(register_import, chosen[start : start + BATCH], by=by, at=at, after=after)
    left = register_import.rows.filter(WAITING).count()
    if not left and register_import.status == Status.PREVIEW:
        register_import.status = Status.APPLIED
        register_import.save(update_fields=["status"])
    done["waiting"] = left
    return done


def _apply_batch(
    register_import: RegisterImport,
    pks: Sequence[int],
    *,
    by: Person,
    at: dt.datetime,
    after: Callable[[Unit], object],
) -> Counter[str]:
    done: Counter[str] = Counter()
    with transaction.atomic():
        locked = RegisterImport.objects.select_for_update().get(pk=register_import.pk)
        if locked.status == Status.ABANDONED:
            raise ImportClosed(_("这次导入已经放弃，没有导入任何一行。需要时请重新上传。"))
        found = ImportRow.objects.filter(WAITING, pk__in=pks)
        rows = list(found.select_related("duplicate_of__affiliation", "register_import"))
        rows.sort(key=lambda row: pks.index(row.pk))
        assessment = Assessment.prepare(
            [row for row in rows if not row.decision], register_import.organization
        )
        for row in rows:
            if not row.decision and _judged_anew(row, assessment):
                row.save()
                continue
            try:
                with transaction.atomic():
                    _apply_row(row, by=by, at=at, after=after)
            except IntegrityError:
                _number_taken(row)
            done[row.outcome] += 1
    return done


def _judged_anew(row: ImportRow, assessment: Assessment) -> bool:
    """Whether the register has changed since the preview so that the row means something else now."""
    before, warnings = (row.outcome, row.duplicate_of_id), list(row.warnings)
    assessment.judge(row)
    if (row.outcome, row.duplicate_of_id) == before:
        row.warnings = warnings
        return False
    return True


def _number_taken(row: ImportRow) -> None:
    """Another unit took the number in the same moment: the row waits for a person."""
    row.refresh_from_db()
    message = _("“%(column)s”：该号码刚由其他人登记。请核对后重新处理本行。")
    row.outcome, row.decision = Outcome.FAULTY, ""
    row.errors = [*row.errors, ["number", message % {"column": HEADERS["number"]}]]
    row.save(update_fields=["outcome", "decision", "errors"])


def _apply_row(row: ImportRow, *, by: Person, at: dt.datetime, after: Callable[[Unit], object]) -> None:
    if row.decision == Decision.SKIP:
        row.outcome = Outcome.SKIPPED
        row.save(update_fields=["outcome"])
        return
    if row.decision == Decision.MERGE or row.outcome == Outcome.UPDATE:
        target = _target(row)
        if target is None:
            return
        _change_unit(row, target, by=by, at=at)
    else:
        row.unit = _create_unit(row, by=by, at=at)
        row.outcome = Outcome.CREATED
        after(row.unit)
    row.save(update_fields=["outcome", "unit"])
    _note(row, by=by, at=at)


def _target(row: ImportRow) -> Unit | None:
    """The unit that a row goes into; None while the row that it repeats is not imported itself."""
    pk: int | None = row.duplicate_of_id
    if pk is None:
        # Read now: the row that this one repeats may have been imported a moment ago, in the same batch.
        first = ImportRow.objects.get(pk=row.duplicate_row_id or 0)
        pk = first.unit_id
    while pk is not None:
        unit = Unit.objects.select_for_update(of=("self",)).select_related("affiliation").get(pk=pk)
        if unit.merged_into_id is None:
            return unit
        pk = unit.merged_into_id
    return None


def _change_unit(row: ImportRow, unit: Unit, *, by: Person, at: dt.datetime) -> None:
    current, new = values_of(unit), unit_values(row.values)
    groups = row.taken if row.decision else differing(current, new, row.raw)
    for field, value in merged(current, new, groups).items():
        setattr(unit, field, value)
    if "number" in groups:
        unit.number_override_reason = row.number_reason
    if values_of(unit) != current:
        keep_version(unit, reason=_version_reason(row), by=by, at=at)
    row.unit = unit
    row.outcome = Outcome.MERGED if row.decision else Outcome.UPDATED


def _create_unit(row: ImportRow, *, by: Person, at: dt.datetime) -> Unit:
    unit = Unit(
        **unit_values(row.values),
        location_id=row.values["location_id"],
        affiliation_id=row.values["location_id"],
        number_override_reason=row.number_reason,
    )
    keep_version(unit, reason=_version_reason(row), by=by, at=at)
    return unit


def _version_reason(row: ImportRow) -> str:
    """Why the version exists; always in Chinese, as everything that is kept."""
    values = {"import": row.register_import_id, "row": row.number, "reason": row.decision_reason}
    with translation.override(settings.LANGUAGE_CODE):
        if row.decision_reason:
            return _("底本导入 %(import)s 第 %(row)s 行：%(reason)s") % values
        return _("底本导入 %(import)s 第 %(row)s 行") % values


def _note(row: ImportRow, *, by: Person, at: dt.datetime) -> None:
    audit.record(
        f"register_row_{row.outcome}",
        by_id=by.pk,
        about=f"unit:{row.unit_id}",
        chain=f"unit:{row.unit_id}",
        at=at,
        register_import=row.register_import_id,
        row=row.number,
        version=row.unit.version,
        decision=row.decision,
        taken=row.taken,
        reason_sha256=audit.digest(row.decision_reason),
    )
