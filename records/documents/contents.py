"""What each kind of document says: plain JSON, checked before it is frozen.

Dates are ISO text (``2014-09-05``). Lists may be empty where a kind says so. A TypedDict here is both the
documentation and the check: ``check_content`` walks its annotations.
"""

import unicodedata
from datetime import date
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    TypedDict,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

Name = Annotated[str, 120]
_PARAGRAPHS = 1500  # text that may have line breaks
Text = Annotated[str, _PARAGRAPHS]
Day = Annotated[str, "date"]
Count = Annotated[int, "count"]


class Officer(TypedDict):
    """A person in a post: 书记, 副书记, 委员 …"""

    post: Name
    name: Name


class Covered(TypedDict):
    """A unit covered by a joint, regional, market, building, industry or park organization."""

    name: Name
    employees: Count
    youth: Count
    members: Count


class Cited(TypedDict):
    """The letter that this one answers or follows; ``number`` is empty when it carried none."""

    title: Annotated[str, 400]
    number: Annotated[str, 80]


class ApprovalRequest(TypedDict):
    """请示 of the applying unit or preparatory group. Figures are persons (youth: 35 and younger)."""

    addressee: Name
    organization: Name
    organization_kind: Name
    mode: Name
    unit: Name
    unit_nature: Name
    employees: Count
    youth: Count
    members: Count
    party_members: Count
    reason: Text
    officers: list[Officer]
    covered: list[Covered]
    attachments: list[Name]
    signer: Name
    contact: NotRequired[Name]
    telephone: NotRequired[Annotated[str, 40]]
    introduction: NotRequired[Text]
    copies: NotRequired[list[Name]]


class EstablishmentReply(TypedDict):
    """批复 1. ``appointed``: the leadership is appointed, so no members' meeting is asked for."""

    addressee: Name
    request: Cited
    organization: Name
    organization_kind: Name
    mode: Name
    parent: Name
    unit: Name
    covered: list[Name]
    appointed: bool
    seats: Count
    secretaries: Count
    deputies: Count
    elect_within_days: Count
    copies: list[Name]
    lapse_days: NotRequired[Count]
    instructor: NotRequired[Name]
    conditions: NotRequired[list[Text]]


class Meeting(TypedDict):
    """The members' meeting that elected: who was entitled, who came."""

    held_on: Day
    entitled: Count
    present: Count


class LeadershipReply(TypedDict):
    """批复 2. ``elected`` needs ``meeting``; ``appointed`` is for bodies without an election."""

    variant: Literal["elected", "appointed"]
    addressee: Name
    report: Cited
    organization: Name
    officers: list[Officer]
    term_from: Day
    term_to: Day
    copies: list[Name]
    meeting: NotRequired[Meeting]
    conditions: NotRequired[list[Text]]


class Vote(TypedDict):
    """A candidate and the votes counted."""

    name: Name
    votes: Count
    elected: bool


class Ballot(TypedDict):
    """One round of the election: the meeting, its ballots and the votes; ``place`` may be empty."""

    held_on: Day
    place: Name
    entitled: Count
    present: Count
    seats: Count
    issued: Count
    returned: Count
    valid: Count
    votes: list[Vote]


class ResultReport(TypedDict):
    """报告 of the preparatory group on who was elected (``ballots`` by round), or on whom it proposes to appoint."""

    variant: Literal["elected", "appointed"]
    addressee: Name
    reply: Cited
    organization: Name
    ballots: list[Ballot]
    officers: list[Officer]
    attachments: list[Name]
    signer: Name
    contact: NotRequired[Name]
    telephone: NotRequired[Annotated[str, 40]]


class FoundingCertificate(TypedDict):
    """Founding certificate: an organization's facts and no person's."""

    organization: Name
    organization_kind: Name
    mode: Name
    parent: Name
    approval_number: Annotated[str, 80]
    approved_on: Day
    founded_on: Day
    units: list[Name]


class Fact(TypedDict):
    """What a sheet says about its case; a ``wide`` one takes the whole row."""

    label: Name
    value: Annotated[str, 20_000]
    wide: bool


class Opinion(TypedDict):
    """One decision on a sheet, at the step and under the name and post on record.

    ``outcome`` is 同意, 退回补正, 不予批准 …; ``round`` counts from 1; ``is_void`` for one that was taken back.
    """

    step: Name
    outcome: Name
    opinion: Text
    name: Name
    post: Name
    on: Day
    round: Count
    is_void: bool


class OpinionBox(TypedDict):
    """One box of a sheet: 单位意见, 街镇意见, 区委意见, 会签意见.

    ``awaited`` has a line for a pen for each who is still to sign: a name, or empty for whoever holds the post.
    """

    label: Name
    opinions: list[Opinion]
    awaited: list[Name]


class DecisionSheet(TypedDict):
    """审批表: a case of any flow on paper with all opinions. ``rounds`` is how often it was submitted so far."""

    heading: Name
    case_number: Name
    case_title: Annotated[str, 200]
    opened_on: Day
    state: Name
    rounds: Count
    facts: list[Fact]
    boxes: list[OpinionBox]
    remarks: list[Text]
    printed_on: Day


class VisitItem(TypedDict):
    """One item to look at. ``points`` is the full score, ``claimed`` what the unit claims: its points, or empty."""

    code: Annotated[str, 10]
    text: Text
    points: Annotated[str, 10]
    claimed: Annotated[str, 10]
    mandatory: bool


class VisitCriterion(TypedDict):
    """Items under the name of their criterion, 有班子 …"""

    name: Name
    items: list[VisitItem]


class PlannedVisit(TypedDict):
    """One visit of the day. ``hour`` is 09:30; ``company`` names the inspectors who come as well."""

    hour: Annotated[str, 5]
    organization: Name
    unit: Name
    street: Name
    place: Annotated[str, 200]
    contact: Annotated[str, 40]
    telephone: Annotated[str, 30]
    purpose: Name
    case_number: Annotated[str, 30]
    standard: Name
    company: list[Name]
    criteria: list[VisitCriterion]
    vetoes: list[Text]


class VisitList(TypedDict):
    """出访安排 and 验收任务单: an inspector's visits of a day, and for each a sheet to fill in by hand."""

    heading: Name
    inspector: Name
    visits_on: Day
    visits: list[PlannedVisit]
    printed_on: Day


class ContentError(ValueError):
    """Content that does not fit its kind; the message names the key and what is wanted."""


def check_content(schema: type, content: Any) -> None:
    """Raise ContentError unless ``content`` has exactly the keys and types that ``schema`` describes.

    Refuses control and direction-changing characters in text: on paper they would hide what is said.
    """
    _check(schema, content, "content")


def _check(wanted: Any, value: Any, where: str) -> None:
    if is_typeddict(wanted):
        _check_keys(wanted, value, where)
        return
    origin = get_origin(wanted)
    if origin is NotRequired:
        _check(get_args(wanted)[0], value, where)
    elif origin is list:
        if not isinstance(value, list):
            raise ContentError(f"{where}: a list is wanted, not {type(value).__name__}.")
        for at, item in enumerate(value):
            _check(get_args(wanted)[0], item, f"{where}[{at}]")
    elif origin is Literal:
        if value not in get_args(wanted):
            raise ContentError(f"{where}: one of {', '.join(get_args(wanted))} is wanted, not {value!r}.")
    elif origin is Annotated:
        base, rule = get_args(wanted)
        _check_scalar(base, rule, value, where)
    else:
        _check_type(wanted, value, where)


def _check_keys(wanted: Any, value: Any, where: str) -> None:
    if not isinstance(value, dict):
        raise ContentError(f"{where}: an object is wanted, not {type(value).__name__}.")
    hints = get_type_hints(wanted, include_extras=True)
    if missing := sorted(wanted.__required_keys__ - value.keys()):
        raise ContentError(f"{where}: {', '.join(missing)} missing.")
    if unknown := sorted(value.keys() - hints.keys()):
        raise ContentError(f"{where}: {', '.join(unknown)} not known.")
    for key, item in value.items():
        _check(hints[key], item, f"{where}.{key}")


def _check_scalar(base: type, rule: int | str, value: Any, where: str) -> None:
    _check_type(base, value, where)
    if rule == "count" and value < 0:
        raise ContentError(f"{where}: a number from 0 upwards is wanted, not {value}.")
    if rule == "date":
        try:
            date.fromisoformat(value)
        except ValueError:
            raise ContentError(f"{where}: a date like 2014-09-05 is wanted, not {value!r}.") from None
    if isinstance(rule, int):
        _check_text(value, rule, where)


def _check_type(wanted: type, value: Any, where: str) -> None:
    if type(value) is not wanted:  # a bool is no count
        raise ContentError(f"{where}: {wanted.__name__} is wanted, not {type(value).__name__}.")


def _check_text(value: str, longest: int, where: str) -> None:
    if len(value) > longest:
        raise ContentError(f"{where}: {len(value)} characters; at most {longest} fit.")
    breaks = "\n" if longest >= _PARAGRAPHS else ""
    if bad := {
        char for char in value if unicodedata.category(char) in ("Cc", "Cf", "Cs") and char not in breaks
    }:
        named = ", ".join(sorted(f"U+{ord(char):04X}" for char in bad))
        raise ContentError(f"{where}: invisible characters ({named}); remove them.")
