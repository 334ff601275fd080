"""What the minutes of an award committee say (RULES section 4): printed on demand, never numbered."""

from typing import Annotated, TypedDict

from .contents import Count, Day, Name, Text
from .honours import Listed, Points

Moment = Annotated[str, 20]  # 2014-09-24 10:40, in Beijing; may be empty


class MinutesMember(TypedDict):
    """A member with the duty of that day (主任委员, 委员 …); ``note`` is why absent, when left; may be empty."""

    name: Name
    duty: Name
    unit: Annotated[str, 120]
    present: bool
    note: Annotated[str, 200]


class Recusal(TypedDict):
    """Who took no part in the review of which nominee; ``ground`` in words: 本单位, 近亲属 …"""

    member: Name
    nominee: Name
    ground: Annotated[str, 200]


class ScoreLine(TypedDict):
    """One line of the table of scores; ``rank`` is text, since equal ones share it; ``judges`` scored."""

    rank: Annotated[str, 8]
    nominee: Name
    unit: Annotated[str, 120]
    score: Points
    judges: Count


class BallotLine(TypedDict):
    """One secret ballot about one nominee: members entitled, who voted, what the slips say, and the result in words.

    ``needed`` are the votes that carry it; ``digest`` is the SHA-256 over the slips, empty for none.
    """

    nominee: Name
    unit: Annotated[str, 120]
    entitled: Count
    voters: Count
    yes: Count
    no: Count
    abstain: Count
    invalid: Count
    needed: Count
    result: Annotated[str, 20]
    digest: Annotated[str, 64]


class Vote(TypedDict):
    """One round of ballots: 第一次投票. ``opened_by`` may be empty; ``is_void`` for one that was held again."""

    title: Annotated[str, 60]
    closed: Moment
    opened: Moment
    opened_by: Annotated[str, 120]
    lines: list[BallotLine]
    is_void: bool
    note: Text


class ReviewMinutes(TypedDict):
    """评审会议纪要 of one honour of a campaign, complete, for chair, secretary and the file.

    ``hours`` is text such as 9时30分至11时40分. ``scoring`` and ``voting`` are the rules in words; ``ties`` how equal
    results were settled; ``strength`` the margin and what changes without one judge; ``remarks`` whatever else
    happened. ``selected`` and ``reserves`` stand in order; all these lists may be empty. The present members sign,
    after ``chair`` and ``secretary``, who may be members too.
    """

    heading: Name
    campaign: Name
    honour: Annotated[str, 40]
    held_on: Day
    hours: Name
    place: Name
    chair: Name
    secretary: Name
    members: list[MinutesMember]
    recusals: list[Recusal]
    scoring: Text
    results: list[ScoreLine]
    voting: Text
    votes: list[Vote]
    ties: list[Text]
    strength: list[Text]
    conclusion: Text
    selected: list[Listed]
    reserves: list[Listed]
    not_selected: list[Listed]
    remarks: list[Text]
    printed_on: Day
