"""What members declared about conflicts, and who is recused from whom, with the grounds (docs/adr/0010)."""

import datetime as dt
from dataclasses import dataclass, field

from .conflict_register import conflicts_in
from .models import CommitteeMember, ConflictDeclaration, Honour, Nomination
from .nominees import WITH_NAMES, Shown, in_stroke_order
from .review_access import VOTING, Reader, has_declared, visible_nominees
from .rules.conflicts import Conflict, Ground, in_words
from .voting import IN_CONTEST

# What a member can declare; everything else is computed.
DECLARED = (Ground.RELATIVE, Ground.OTHER)


@dataclass
class Checked:
    """A nominee as a member goes through them: by name and unit, with the grounds that hold. Only ``computed`` ones
    cannot be taken back."""

    nomination: Nomination
    computed: list[Ground] = field(default_factory=list)
    declared: Ground | None = None
    note: str = ""

    @property
    def reasons(self) -> list[str]:
        return [in_words(one) for one in self.computed]


@dataclass(frozen=True)
class Row:
    """A nominee of the secretary's overview with the conflicts by member, in the order of ``Overview.members``."""

    nominee: Shown
    cells: list[list[Conflict]]
    entitled: int

    @property
    def grounds(self) -> list[list[str]]:
        """The grounds in words by member."""
        return [[in_words(one.ground) for one in cell] for cell in self.cells]


@dataclass(frozen=True)
class Overview:
    members: list[CommitteeMember]
    declared: list[dt.datetime | None]
    rows: list[Row]


def to_check(seat: CommitteeMember, honour: Honour) -> list[Checked]:
    """All nominees of an honour for a member to go through, in the order of strokes, those in conflict included: by
    name, and never with a number or score."""
    nominations = honour.nominations.filter(state__in=IN_CONTEST).select_related(*WITH_NAMES)
    rows = {one.pk: Checked(one) for one in in_stroke_order(nominations)}
    for one in conflicts_in(honour):
        row = rows.get(int(one.nominee))
        if row is not None and one.judge == str(seat.pk) and not one.declared:
            row.computed.append(one.ground)
    for key, (ground, note) in standing_of(seat, honour).items():
        if key in rows:
            rows[key].declared, rows[key].note = ground, note
    return list(rows.values())


def standing_of(seat: CommitteeMember, honour: Honour) -> dict[int, tuple[Ground, str]]:
    """What a member declared and did not withdraw, by nomination."""
    found: dict[int, tuple[Ground, str]] = {}
    for one in ConflictDeclaration.objects.filter(member=seat, honour=honour).exclude(nomination=None):
        if one.withdrawn:
            found.pop(one.nomination_id, None)
        else:
            found[one.nomination_id] = (Ground(one.ground), one.note)
    return found


def may_see_overview(reader: Reader) -> bool:
    """The secretary and staff of the district; no member, who would learn from grounds whose number is whose."""
    return not reader.judges


def overview_of(reader: Reader) -> Overview:
    """Who is recused from whom: present members with a vote, the nominees that the reader finds."""
    honour = reader.honour
    members = list(honour.campaign.members.filter(until=None, duty__in=VOTING).select_related("person"))
    by_pair: dict[tuple[str, str], list[Conflict]] = {}
    for one in conflicts_in(honour):
        by_pair.setdefault((one.judge, one.nominee), []).append(one)
    rows = []
    for nominee in visible_nominees(reader):
        cells = [by_pair.get((str(one.pk), str(nominee.nomination.pk)), []) for one in members]
        rows.append(Row(nominee, cells, sum(not cell for cell in cells)))
    return Overview(members, [declared_at(one, honour) for one in members], rows)


def declared_at(seat: CommitteeMember, honour: Honour) -> dt.datetime | None:
    """When a member stated to have gone through all nominees, None while that is to be done (again)."""
    if not has_declared(seat, honour):
        return None
    rows = ConflictDeclaration.objects.filter(member=seat, honour=honour, nomination=None)
    return rows.order_by("-pk").values_list("at", flat=True).first()
