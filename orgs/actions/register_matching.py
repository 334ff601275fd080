"""What each row of a register would do to the register of units: new, update, likely duplicate, faulty."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, cast

from django.db.models import Q
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from ..enums import NumberKind, OrganizationLevel
from ..models import ImportRow, Organization, Unit
from ..rules.duplicates import SAME_CODE, SAME_NAME, DuplicateIndex, UnitIdentity
from ..rules.names import normalized_address, normalized_unit_name
from ..rules.reference import streets
from ..rules.register_merge import FIELDS, differing, merged, people_problems, unit_values
from ..rules.survey_columns import HEADERS

CHUNK = 200
Outcome = ImportRow.Outcome


def subdistrict_names() -> dict[str, int]:
    """Every accepted name of a sub-district or town (中关村街道, 海淀镇, 万柳地区) with the id of its organization."""
    names: dict[str, int] = {}
    nodes = Organization.objects.filter(level=OrganizationLevel.SUBDISTRICT).order_by("scope")
    for pk, name in nodes.values_list("pk", "short_name"):
        names[name.removesuffix("团工委").removesuffix("团委")] = pk
    for street in streets():
        if street["town_name"] in names:
            names[street["name"]] = names[street["town_name"]]
    return names


def names_within(organization: Organization) -> list[str]:
    """The names of the sub-districts and towns inside a jurisdiction, for drop-down lists."""
    low, high = organization.scope_bounds
    inside = set(Organization.objects.filter(scope__range=(low, high)).values_list("pk", flat=True))
    seen: dict[int, str] = {}
    for name, pk in subdistrict_names().items():
        if pk in inside:
            seen[pk] = name
    return list(seen.values())


def values_of(unit: Unit) -> dict[str, Any]:
    """The fields of a unit that a register can say something about."""
    return {field: getattr(unit, field) for field in FIELDS}


def target_values(row: ImportRow) -> dict[str, Any]:
    """The values of the unit, or of the row, that ``row`` seems to repeat."""
    if row.duplicate_of is not None:
        return values_of(row.duplicate_of)
    return unit_values(row.duplicate_row.values)


def similar_units(identities: Sequence[UnitIdentity]) -> list[Unit]:
    """Registered units that share a code, a normalized name or a normalized address with one of ``identities``."""
    found: dict[int, Unit] = {}
    for start in range(0, len(identities), CHUNK):
        part = identities[start : start + CHUNK]
        forms = {form for one in part for form in one.number_forms}
        wanted = (
            Q(number__in=forms)
            | Q(number_kind=NumberKind.CREDIT_CODE, inner_code__in=forms)
            | Q(normalized_name__in={normalized_unit_name(one.name) for one in part})
            | Q(normalized_address__in={normalized_address(one.address) for one in part} - {""})
        )
        units = Unit.objects.annotate(inner_code=Substr("number", 9, 9)).filter(wanted, merged_into=None)
        found |= {unit.pk: unit for unit in units.select_related("affiliation", "location")}
    return list(found.values())


class Handle(NamedTuple):
    """What an identity stands for: ``unit`` with its primary key, or ``row`` with its number."""

    of: Literal["unit", "row"]
    id: int


def identity_of_unit(unit: Unit) -> UnitIdentity:
    return UnitIdentity(Handle("unit", unit.pk), unit.name, unit.number, unit.address)


def identity_of_row(row: ImportRow) -> UnitIdentity:
    values = row.values
    return UnitIdentity(Handle("row", row.number), values["name"], values["number"], values["address"])


@dataclass
class Assessment:
    """Judges rows one after another against the register and against the rows judged before them."""

    organization: Organization
    units: dict[int, Unit]
    index: DuplicateIndex
    rows: dict[int, ImportRow] = field(default_factory=dict)
    claimed: set[int] = field(default_factory=set)

    @classmethod
    def prepare(
        cls, rows: Sequence[ImportRow], organization: Organization, others: Sequence[ImportRow] = ()
    ) -> "Assessment":
        """Load what ``rows`` could repeat; ``others`` are rows of the same file that are already judged.

        All rows are known from the start, so that an address is seen to be crowded at its first row too.
        """
        sound = [identity_of_row(row) for row in rows if not row.errors]
        units = {unit.pk: unit for unit in similar_units(sound)}
        index = DuplicateIndex(identity_of_unit(unit) for unit in units.values())
        for identity in [*sound, *(identity_of_row(other) for other in others)]:
            index.add(identity)
        assessment = cls(organization, units, index)
        for other in others:
            assessment.remember(other)
        return assessment

    def remember(self, row: ImportRow) -> None:
        """Compare the rows that follow with this one too, unless it is faulty."""
        if row.errors:
            return
        self.rows[row.number] = row
        if row.duplicate_of_id and row.outcome in (Outcome.UPDATE, Outcome.UNCHANGED):
            self.claimed.add(row.duplicate_of_id)

    def judge(self, row: ImportRow) -> None:
        """Set outcome and duplicates of a row that has no errors yet; a row with errors is faulty."""
        row.duplicate_of = row.duplicate_row = None
        row.duplicate_reasons = []
        row.outcome = Outcome.FAULTY if row.errors else Outcome.NEW
        if row.errors:
            return
        for match, reasons in self.index.matches(identity_of_row(row)):
            key = cast(Handle, match.key)
            unit = self.units.get(key.id) if key.of == "unit" else None
            if unit is not None and not self._may_touch(unit):
                self._outside(row, unit, reasons)
            elif row.outcome == Outcome.NEW and unit is not None:
                self._repeats_unit(row, unit, reasons)
            elif row.outcome == Outcome.NEW and unit is None and key.id in self.rows:
                row.duplicate_row, row.duplicate_reasons = self.rows[key.id], list(reasons)
                row.outcome = Outcome.DUPLICATE
        if row.errors:
            row.outcome = Outcome.FAULTY

    def _may_touch(self, unit: Unit) -> bool:
        low, high = self.organization.scope_bounds
        return low <= unit.scope <= high

    def _outside(self, row: ImportRow, unit: Unit, reasons: Sequence[str]) -> None:
        """A unit of another jurisdiction is named by its jurisdiction only; nothing else about it is shown."""
        place = {"place": unit.location.display_name, "column": HEADERS["number"]}
        if SAME_CODE in reasons:
            message = _(
                "“%(column)s”：该号码已由%(place)s登记。请核对号码；单位确已迁入的，请与对方或区级经办人联系办理转入。"
            )
            row.errors.append(["number", message % place])
        elif SAME_NAME in reasons:
            message = _("%(place)s登记有同名单位。请核实是否同一单位，避免重复统计。")
            row.warnings.append(["name", message % place])

    def _repeats_unit(self, row: ImportRow, unit: Unit, reasons: Sequence[str]) -> None:
        row.duplicate_of, row.duplicate_reasons = unit, list(reasons)
        row.outcome = Outcome.DUPLICATE
        current, new = values_of(unit), unit_values(row.values)
        self._compare_location(row, unit)
        if current["number"] != new["number"] or SAME_NAME not in reasons:
            return
        groups = differing(current, new, row.raw)
        if not groups:
            row.outcome = Outcome.UNCHANGED
        elif problems := people_problems(merged(current, new, groups)):
            row.errors += [[key, message] for key, message in problems.items()]
        elif unit.classification == "" and unit.pk not in self.claimed:
            # Figures that a survey confirmed are not overwritten by a list without a person looking at both.
            row.outcome = Outcome.UPDATE

    def _compare_location(self, row: ImportRow, unit: Unit) -> None:
        if row.values["location_id"] != unit.location_id:
            message = _(
                "“%(column)s”与底本不同（底本为%(place)s），不会改动。属地变更请按转出、转入程序办理。"
            )
            values = {"column": HEADERS["subdistrict"], "place": unit.location.display_name}
            row.warnings.append(["subdistrict", message % values])
