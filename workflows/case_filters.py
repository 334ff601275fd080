"""What the list of cases can be asked for, as it stands in an address: the same for list, count, export and views."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import parse_qsl, quote, urlencode

from django.utils.translation import gettext as _

from orgs.models import Organization

from .titles import BY_NAME

OPEN, CLOSED, RETURNED = "open", "closed", "returned"
STATES = (OPEN, CLOSED, RETURNED)
OVERDUE, TODAY, WITHIN_2, WITHIN_5, BETWEEN = "overdue", "today", "within2", "within5", "between"
# Working days from today that a deadline preset looks ahead.
AHEAD = {TODAY: 0, WITHIN_2: 2, WITHIN_5: 5}
DEADLINES = (OVERDUE, *AHEAD)
BY_DEADLINE = "due"
MAX_TEXT, MAX_NAME = 60, 40
PAGING = {"after": "", "before": ""}
# What parse_qsl would read as something else; everything else is kept as it is, Chinese in one character each.
KEPT_ESCAPED = str.maketrans({sign: quote(sign) for sign in "%&+"})


@dataclass(frozen=True)
class CasesAsked:
    """The filters of the list of cases; anything unknown in an address reads as the default.

    ``place`` and ``unit`` are ids that nobody has looked up yet. ``holder`` is part of a name; ``due_from`` and
    ``due_to`` are ISO days that count when ``deadline`` is “between”.
    """

    q: str = ""
    flow: str = ""
    stage: str = ""
    state: str = ""
    place: str = ""
    unit: str = ""
    deadline: str = ""
    due_from: str = ""
    due_to: str = ""
    holder: str = ""
    unclaimed: str = ""
    mine: str = ""
    sort: str = ""
    after: str = ""
    before: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "CasesAsked":
        flow, stage = one_of(BY_NAME, query.get("flow", "")), query.get("stage", "")
        days = sorted(filter(None, (iso_day(query.get(key, "")) for key in ("due_from", "due_to"))))
        both = len(days) == 2
        due_from = days[0] if both or (days and iso_day(query.get("due_from", ""))) else ""
        due_to = days[-1] if both or (days and not due_from) else ""
        deadline = one_of(DEADLINES, query.get("deadline", "")) or (BETWEEN if days else "")
        return cls(
            q=text_of(query.get("q", ""), MAX_TEXT),
            flow=flow,
            stage=stage if stage in dict(stage_choices(flow)) else "",
            state=one_of(STATES, query.get("state", "")),
            place=row_number(query.get("place", "")),
            unit=row_number(query.get("unit", "")),
            deadline=deadline,
            due_from=due_from if deadline == BETWEEN else "",
            due_to=due_to if deadline == BETWEEN else "",
            holder=text_of(query.get("holder", ""), MAX_NAME),
            unclaimed=one_of("1", query.get("unclaimed", "")),
            mine=one_of("1", query.get("mine", "")),
            sort=one_of((BY_DEADLINE,), query.get("sort", "")),
            after=query.get("after", ""),
            before=query.get("before", ""),
        )

    @classmethod
    def from_text(cls, text: str) -> "CasesAsked":
        """From the query of an address, such as a saved view keeps it."""
        return cls.from_query(dict(parse_qsl(text.removeprefix("?")))).without_paging

    @property
    def without_paging(self) -> "CasesAsked":
        return replace(self, after="", before="")

    @property
    def is_filtered(self) -> bool:
        return self.without_paging != CasesAsked(sort=self.sort)

    @property
    def more(self) -> bool:
        """Whether one of the filters that stand behind “more” is set."""
        return bool(self.deadline or self.holder or self.unclaimed or self.mine or self.sort)

    @property
    def stages(self) -> tuple[str, ...]:
        """The steps of the stage asked for."""
        if not self.stage:
            return ()
        return next(nodes for key, _title, nodes in BY_NAME[self.flow].stages if key == self.stage)

    @property
    def ordered_by_deadline(self) -> bool:
        """Only what has a deadline can stand in its order: a closed case has none."""
        return self.sort == BY_DEADLINE and self.state != CLOSED

    @property
    def text(self) -> str:
        """The filters without a page as a saved view keeps them and :meth:`from_text` reads them.

        At most 600 characters whatever is asked for, as Chinese stands in it unescaped.
        """
        return "&".join(f"{key}={value.translate(KEPT_ESCAPED)}" for key, value in self._set().items())

    def url(self, **changes: str) -> str:
        """The filters as the query of an address, without a page unless ``changes`` name one."""
        return f"?{urlencode(self._set(**changes))}"

    def _set(self, **changes: str) -> dict[str, str]:
        new = replace(self, **(PAGING | changes))
        found = {field.name: getattr(new, field.name) for field in fields(new)}
        return {key: value for key, value in found.items() if value}


def text_of(text: str, limit: int) -> str:
    return text.strip().replace("\x00", "")[:limit]


def one_of(known: Iterable[str], value: str) -> str:
    return value if value in tuple(known) else ""


def row_number(text: str) -> str:
    """The text of a primary key, empty for what can be none."""
    return text if text.isascii() and text.isdigit() and len(text) < 15 else ""


def iso_day(text: str) -> str:
    """A day between 2000 and 2099 as it stands in an address, empty for anything else."""
    if not re.fullmatch(r"20\d\d-\d\d-\d\d", text):
        return ""
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def stage_choices(flow: str) -> list[tuple[str, str]]:
    """The stages of a flow, none when no flow is chosen."""
    return [(key, str(title)) for key, title, _nodes in BY_NAME[flow].stages] if flow else []


def state_choices() -> list[tuple[str, str]]:
    return [(OPEN, _("办理中")), (RETURNED, _("退回补正中")), (CLOSED, _("已办结"))]


def deadline_choices() -> list[tuple[str, str]]:
    return [
        (OVERDUE, _("已超期")),
        (TODAY, _("今日到期")),
        (WITHIN_2, _("2 个工作日内到期")),
        (WITHIN_5, _("5 个工作日内到期")),
    ]


def described(asked: CasesAsked, place: Organization | None) -> list[str]:
    """The filters in use as “label：value”, for people: the head of an export, the line under a saved view."""
    chosen = [
        (_("搜索"), asked.q),
        (_("事项类型"), str(BY_NAME[asked.flow].process_title) if asked.flow else ""),
        (_("阶段"), dict(stage_choices(asked.flow)).get(asked.stage, "")),
        (_("状态"), dict(state_choices()).get(asked.state, "")),
        (_("街镇／系统"), place.display_name if place else ""),
        (_("办理时限"), described_deadline(asked)),
        (_("办理人"), asked.holder),
        (_("排序"), _("按办理时限（有时限的）") if asked.ordered_by_deadline else ""),
    ]
    found = [_("%(label)s：%(value)s") % {"label": label, "value": value} for label, value in chosen if value]
    marks = ((asked.unclaimed, _("待领取")), (asked.mine, _("我发起的")), (asked.unit, _("只看一家单位")))
    return found + [text for on, text in marks if on]


def described_deadline(asked: CasesAsked) -> str:
    if asked.deadline != BETWEEN:
        return dict(deadline_choices()).get(asked.deadline, "")
    days = {"since": asked.due_from, "until": asked.due_to}
    if asked.due_from and asked.due_to:
        return _("%(since)s 至 %(until)s") % days
    return _("%(since)s 起") % days if asked.due_from else _("%(until)s 止") % days
