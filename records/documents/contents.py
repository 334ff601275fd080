"""What each kind of document says: plain JSON, checked before it is frozen.

Dates are ISO text (``2014-09-05``). Lists may be empty where a kind says so. A TypedDict here is both the
documentation and the check: ``content_checks.check_content`` walks its annotations.
"""

from typing import Annotated, Literal, NotRequired, TypedDict

from .content_checks import LONGEST_LINE

Name = Annotated[str, 120]
Text = Annotated[str, LONGEST_LINE]  # may have line breaks
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
