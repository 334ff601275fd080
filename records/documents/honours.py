"""What the documents of acceptance and awards say (RULES section 10, P3 and P4); see ``contents`` for the check."""

from typing import Annotated, Literal, NotRequired, TypedDict

from .contents import Cited, Count, Day, Name, Officer, Text

Finding = Annotated[str, 40]
Points = Annotated[str, 8]  # a decimal number as text: 18 or 18.5
Letters = Annotated[str, 6]  # tells the award in the number of a certificate: WSHQ


class AcceptanceNotice(TypedDict):
    """验收通知 to the unit: who comes when, to look at what.

    ``hour`` is text such as 上午9时30分; ``criteria`` are all of the standard, or the failed ones of a re-inspection.
    """

    addressee: Name
    organization: Name
    standard: Name
    again: bool
    visit_on: Day
    hour: Name
    place: Name
    methods: list[Name]
    criteria: list[Name]
    inspectors: list[Officer]
    prepare: list[Text]
    attachments: list[Name]
    copies: list[Name]
    contact: NotRequired[Name]
    telephone: NotRequired[Annotated[str, 40]]


class Listed(TypedDict):
    """One line of a list: an organization (``unit`` empty), or a person and the unit. Nothing else about anybody."""

    name: Name
    unit: Annotated[str, 120]


class NameGroup(TypedDict):
    """The names under one heading, such as an award; an empty heading prints none."""

    heading: Annotated[str, 60]
    entries: list[Listed]


class Annex(TypedDict):
    """An attachment that is a list of names, on pages of its own."""

    title: Name
    groups: list[NameGroup]


class Channel(TypedDict):
    """Where objections go during a public notice; ``email`` may be empty."""

    office: Name
    address: Name
    telephone: Annotated[str, 40]
    email: Annotated[str, 80]


class PublicNotice(TypedDict):
    """公示: what is about to be decided, for how long anybody may object, and where.

    ``subject`` stands between 关于 and 的公示. ``working_days`` counts the first day (RULES section 4).
    ``supplements`` makes it a 补充公示 of names added to an earlier notice, which goes on for the others.
    """

    subject: Name
    introduction: Text
    from_on: Day
    to_on: Day
    working_days: Count
    channel: Channel
    annexes: list[Annex]
    copies: list[Name]
    supplements: NotRequired[Cited]


class Grant(TypedDict):
    """One award of a decision: 授予{first}等{count}{measure}“{award}”称号; ``measure`` is 个团组织, 名同志 …"""

    award: Name
    first: Name
    count: Count
    measure: Name


class CommendationDecision(TypedDict):
    """表彰决定; ``subject`` stands between 关于表彰 and 的决定, the lists are attachments."""

    subject: Name
    addressee: Name
    introduction: Text
    grants: list[Grant]
    call: Text
    annexes: list[Annex]
    copies: list[Name]


class CriterionResult(TypedDict):
    """What the acceptance found for one of the six: 有班子, 19 of 20 points, in a few words why."""

    name: Annotated[str, 12]
    score: Points
    points: Points
    finding: Finding


class AcceptanceCertificate(TypedDict):
    """Six-haves acceptance certificate; ``results`` in the order of the standard, ``grade`` such as 四星级."""

    organization: Name
    organization_kind: Name
    parent: Name
    standard: Name
    results: list[CriterionResult]
    total: Points
    full: Points
    grade: Annotated[str, 12]
    accepted_on: Day
    valid_from: Day
    valid_to: Day


class AwardCertificate(TypedDict):
    """荣誉证书 of an organization, or of a person with ``unit``.

    Printed as 在{period}{work}中成绩突出，被授予“{award}”称号 (RULES section 4); ``letters`` go into the number.
    """

    variant: Literal["organization", "person"]
    recipient: Name
    period: Annotated[str, 20]
    work: Name
    award: Annotated[str, 40]
    letters: Letters
    decision: Annotated[str, 80]
    unit: NotRequired[Name]
