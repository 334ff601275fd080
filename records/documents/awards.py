"""What the letters of an award campaign say (RULES section 4 and section 10, P4), besides those in ``honours``."""

from typing import Annotated, Literal, NotRequired, TypedDict

from .contents import Cited, Count, Day, Name, Text
from .honours import Listed

Award = Annotated[str, 40]
Telephone = Annotated[str, 40]


class Point(TypedDict):
    """A numbered part of a section, （一）…; ``heading`` may be empty."""

    heading: Annotated[str, 60]
    text: Text


class Section(TypedDict):
    """A numbered section, 一、…: its text (may be empty), then its points (may be none)."""

    heading: Annotated[str, 60]
    text: Text
    points: list[Point]


class QuotaRow(TypedDict):
    """The places of one sub-district for one honour; ``non_public`` of them for 两新组织."""

    name: Annotated[str, 60]
    places: Count
    non_public: Count


class HonourQuota(TypedDict):
    """The quota of one honour. Where no row has ``non_public`` places, that column is not printed."""

    honour: Award
    rows: list[QuotaRow]


class QuotaAnnex(TypedDict):
    """An attachment with one table: a row per sub-district, columns per honour (up to eight), sums below.

    ``note`` stands under the table and may be empty.
    """

    title: Name
    honours: list[HonourQuota]
    note: Text


class AwardCall(TypedDict):
    """评选通知; ``subject`` stands between 关于开展 and 评选推荐工作的通知."""

    subject: Name
    addressee: Name
    introduction: Text
    sections: list[Section]
    annexes: list[QuotaAnnex]
    copies: list[Name]
    contact: NotRequired[Name]
    telephone: NotRequired[Telephone]


class ConsultationLetter(TypedDict):
    """征求意见函: one matter, one addressee; of a nominee it tells name and unit only.

    ``subject`` stands between 关于征求 and 意见的函, and on the public verification page: it names no person.
    """

    subject: Name
    addressee: Name
    introduction: Text
    honour: Award
    nominees: list[Listed]
    asked: list[Text]
    reply_by: Day
    contact: Name
    telephone: Telephone


class HandedBack(TypedDict):
    """What is handed back (荣誉证书, 奖牌), and until when."""

    things: list[Name]
    by: Day


class HonourRevocation(TypedDict):
    """撤销称号决定 about an organization, or a person with ``unit``.

    ``period`` such as 2014年度; ``decision`` is the letter that gave the honour, ``certificate`` the number of the
    certificate, empty where none was issued; ``reason`` is fit for everybody to read; ``further`` are more
    consequences, may be empty.
    """

    variant: Literal["organization", "person"]
    recipient: Name
    addressee: Name
    period: Annotated[str, 20]
    honour: Award
    decision: Cited
    certificate: Annotated[str, 80]
    reason: Text
    further: list[Text]
    copies: list[Name]
    unit: NotRequired[Name]
    returned: NotRequired[HandedBack]
