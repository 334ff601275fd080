"""What the report of an acceptance says (RULES section 10, P3): printed on demand, never numbered."""

from typing import Annotated, TypedDict

from .contents import Count, Day, Fact, Name, Text
from .honours import Points

Code = Annotated[str, 10]
Moment = Annotated[str, 20]  # 2026-11-24 14:05, in Beijing; may be empty
Picture = Annotated[str, 64]  # SHA-256 of the stored file; empty for none


class ReportInspector(TypedDict):
    """One visit of a round. ``counts`` says whether it went into the result; ``purpose`` such as 第三人复核."""

    name: Name
    purpose: Name
    visited: Moment
    arrived: Annotated[str, 80]
    total: Points
    counts: bool
    note: Text


class ReportItem(TypedDict):
    """One item in a round; ``scores`` stand in the order of the round's inspectors, 5 ✓ or 0 ✗, empty for none."""

    code: Code
    text: Annotated[str, 200]
    mandatory: bool
    full: Points
    claimed: Points
    scores: list[Annotated[str, 12]]
    points: Points
    met: bool
    finding: Annotated[str, 1000]


class ReportCriterion(TypedDict):
    """The items of one criterion, and the sum of their points."""

    name: Name
    points: Points
    full: Points
    items: list[ReportItem]


class ReportSignature(TypedDict):
    """Who signed for the unit on site, or why nobody did."""

    inspector: Name
    name: Name
    role: Name
    signed: Moment
    refused: Annotated[str, 300]
    picture: Picture


class ReportRound(TypedDict):
    """One round: 现场验收, 第1次复验; re-inspections hold only the items that they looked at."""

    title: Name
    inspectors: list[ReportInspector]
    criteria: list[ReportCriterion]
    vetoes: list[Text]
    total: Points
    signatures: list[ReportSignature]


class ReportPhoto(TypedDict):
    """A photo from the site with what it shows; ``place`` is the position as the phone measured it."""

    picture: Picture
    about: Annotated[str, 220]
    caption: Annotated[str, 200]
    taken: Moment
    place: Annotated[str, 120]
    by: Name


class ReportAnswer(TypedDict):
    """What the unit answered to one finding, and what it put right."""

    code: Code
    text: Annotated[str, 200]
    answer: Text
    rectification: Text


class AcceptanceReport(TypedDict):
    """验收报告: who found what, what the unit says to it, and what was concluded."""

    heading: Name
    case_number: Annotated[str, 30]
    facts: list[Fact]
    rounds: list[ReportRound]
    shortfalls: list[Text]
    answer: Text
    answered: Annotated[str, 10]
    answers: list[ReportAnswer]
    conclusion: Text
    photos: list[ReportPhoto]
    omitted: Count
    printed_on: Day
