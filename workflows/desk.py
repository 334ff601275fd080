"""The work desk: what a person has to do, also for absent colleagues, may claim, has done and has started, what was
copied to them, and what is reported to them because it is overdue.

Open tasks are read from :class:`WorkItem` alone, by exact keys of its partial indexes: (owner), (role, organization),
(role, unit) or (escalated_to). A page and all counts are one statement each, however many tasks there are.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

from django.db.models import Q, QuerySet, prefetch_related_objects

from orgs.enums import Role
from orgs.models import Person, Post
from orgs.queries import running_delegations, running_posts
from records.calendars import WorkingCalendar, midnight

from .escalations import escalated
from .keyset import Order, Page, capped_counts, page_of, row_id
from .models import Case, CaseCopy, Decision, WorkItem
from .titles import BY_NAME

PAGE_SIZE = 20
TABS = ("todo", "claim", "done", "started", "copies", "watch")
# Tabs whose rows are desk rows of tasks.
TASK_TABS = ("todo", "claim", "watch")
# Tabs from which tasks can be decided together.
BULK_TABS = ("todo", "claim")
# Whose queues a post may take from besides its own role's: the handler also visits units where there is no instructor.
ALSO_TAKES: dict[str, tuple[Role, ...]] = {Role.SUBDISTRICT_HANDLER: (Role.INSTRUCTOR,)}

BY_DUE = Order(("due_on", "task_id"), True, (dt.date.fromisoformat, row_id), (dt.date.isoformat, str))
BY_DECISION = Order(("at", "id"), False, (dt.datetime.fromisoformat, row_id), (dt.datetime.isoformat, str))
BY_COPY = Order(("id",), False, (row_id,), (str,))
NEWEST_FIRST = Order(("process_ptr_id",), False, (row_id,), (str,))


@dataclass(frozen=True)
class Asked:
    """What the address of the desk asks for; anything unknown reads as the default."""

    tab: str = "todo"
    q: str = ""
    flow: str = ""
    overdue: bool = False
    unread: bool = False
    after: str = ""
    before: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Asked":
        tab, flow = query.get("tab", ""), query.get("flow", "")
        return cls(
            tab=tab if tab in TABS else "todo",
            q=query.get("q", "").strip().replace("\x00", "")[:60],
            flow=flow if flow in BY_NAME else "",
            overdue=query.get("overdue") == "1",
            unread=query.get("unread") == "1",
            after=query.get("after", ""),
            before=query.get("before", ""),
        )

    @property
    def is_filtered(self) -> bool:
        return bool(self.q or self.flow or self.overdue or self.unread)

    def url(self, **changes: str) -> str:
        """The address of the same list with changes, such as the next page; ``?`` alone for the plain desk."""
        new: Asked = replace(self, **{"after": "", "before": "", **changes})  # type: ignore[arg-type]
        fields = {
            "tab": "" if new.tab == "todo" else new.tab,
            "q": new.q,
            "flow": new.flow,
            "overdue": "1" if new.overdue else "",
            "unread": "1" if new.unread else "",
            "after": new.after,
            "before": new.before,
        }
        return f"?{urlencode({key: value for key, value in fields.items() if value})}"


def todo(person: Person) -> QuerySet[WorkItem]:
    """The open tasks that the person holds, by deadline."""
    return WorkItem.objects.filter(owner=person, open=True).order_by("due_on", "task_id")


def seats(post: Post) -> list[tuple[str, str, int | None]]:
    """The queues from which a post takes: role, kind of place, place."""
    place = ("organization_id", post.organization_id) if post.organization_id else ("unit_id", post.unit_id)
    return [(role, *place) for role in (post.role, *ALSO_TAKES.get(post.role, ()))]


def at_seat(seat: tuple[str, str, int | None], owner: int | None) -> QuerySet[WorkItem]:
    role, kind, place = seat
    rows = WorkItem.objects.filter(role=role, owner=owner, open=True, **{kind: place})
    return rows.order_by("due_on", "task_id")


def queues(posts: list[Post]) -> list[QuerySet[WorkItem]]:
    """The open tasks without a holder that fall to these posts, one index range for each queue."""
    # Somebody may hold two posts that lead to the same queue.
    return [at_seat(seat, None) for seat in dict.fromkeys(seat for post in posts for seat in seats(post))]


def delegated(person: Person, on: dt.date) -> list[QuerySet[WorkItem]]:
    """The open tasks of those for whom the person acts, by the posts that were delegated; one index range each."""
    found = [
        (seat, one.post.person_id) for one in running_delegations(person, on) for seat in seats(one.post)
    ]
    return [at_seat(seat, owner) for seat, owner in dict.fromkeys(found)]


def to_do(person: Person, on: dt.date) -> list[QuerySet[WorkItem]]:
    """What the person has to do: what they hold, and what those hold for whom they act."""
    return [todo(person), *delegated(person, on)]


def copies(person: Person) -> QuerySet[CaseCopy]:
    """The cases copied to a person, newest first."""
    return CaseCopy.objects.filter(to=person).order_by("-id")


def decided(person: Person) -> QuerySet[Decision]:
    return Decision.objects.filter(by=person).order_by("-at")


def started(person: Person) -> QuerySet[Case]:
    return Case.objects.filter(opened_by=person).order_by("-process_ptr_id")


def next_item(person: Person, on: dt.date) -> WorkItem | None:
    """The person's next open task by deadline, those of absent colleagues included."""
    return next(iter(page_of(WorkItem, to_do(person, on), BY_DUE, size=1).rows), None)


def narrowed(rows: QuerySet, asked: Asked, on: dt.date) -> QuerySet:
    """The rows of a tab that the filters leave."""
    prefix = {"done": "case__", "copies": "case__"}.get(asked.tab, "")
    unit = "unit_name" if asked.tab in TASK_TABS else f"{prefix}unit__name"
    if asked.q:
        rows = rows.filter(Q(**{f"{prefix}title__icontains": asked.q}) | Q(**{f"{unit}__icontains": asked.q}))
    if asked.flow and asked.tab in TASK_TABS:
        rows = rows.filter(flow=asked.flow)
    elif asked.flow:
        rows = rows.filter(**{f"{prefix}flow_class": BY_NAME[asked.flow]})
    if asked.overdue and asked.tab in TASK_TABS:
        rows = rows.filter(due_on__lt=on)
    if asked.unread and asked.tab == "copies":
        rows = rows.filter(read_at=None)
    return rows


def task_sources(person: Person, asked: Asked, on: dt.date) -> list[QuerySet[WorkItem]]:
    """The lists of tasks of which the tab asked for is made, as the filters leave them."""
    if asked.tab == "todo":
        sources = to_do(person, on)
    elif asked.tab == "claim":
        sources = queues(running_posts(person, on))
    else:
        sources = escalated(person, on)
    return [narrowed(rows, asked, on) for rows in sources]


def desk_page(person: Person, asked: Asked, *, on: dt.date) -> Page:
    """One page of the tab asked for: WorkItem rows (to do, to claim, overdue), decisions (done), cases (started) or
    copies."""
    page: Callable[..., Page] = partial(page_of, after=asked.after, before=asked.before, size=PAGE_SIZE)
    if asked.tab in TASK_TABS:
        found = page(WorkItem, task_sources(person, asked, on), BY_DUE)
        if asked.tab == "watch":
            prefetch_related_objects(found.rows, "owner")
        return found
    if asked.tab == "done":
        found = page(Decision, [narrowed(decided(person), asked, on)], BY_DECISION)
        prefetch_related_objects(found.rows, "case__unit", "case__organization", "on_behalf_of")
        return found
    if asked.tab == "copies":
        rows = copies(person).select_related("case__unit", "case__organization", "by")
        return page(CaseCopy, [narrowed(rows, asked, on)], BY_COPY)
    rows = started(person).select_related("unit", "organization")
    return page(Case, [narrowed(rows, asked, on)], NEWEST_FIRST)


def desk_counts(person: Person, *, on: dt.date, calendar: WorkingCalendar) -> dict[str, int]:
    """The counts of the tabs and of the strip above them; one statement, each stops at the cap.

    ``copies`` counts the unread ones. ``watch`` is missing for people to whom nothing is ever reported.
    """
    tomorrow = calendar.add_working_days(on, 1)
    monday = midnight(on - dt.timedelta(days=on.weekday()))
    mine, watched = to_do(person, on), escalated(person, on)
    return capped_counts(
        todo=mine,
        overdue=[rows.filter(due_on__lt=on) for rows in mine],
        soon=[rows.filter(due_on__gte=on, due_on__lte=tomorrow) for rows in mine],
        claim=queues(running_posts(person, on)),
        done=[decided(person)],
        week=[decided(person).filter(at__gte=monday)],
        started=[started(person)],
        copies=[copies(person).filter(read_at=None)],
        acting=mine[1:],
        **({"watch": watched} if watched else {}),
    )


def rounds_of(case_ids: list[int]) -> dict[int, int]:
    """The rounds of cases; one statement."""
    return dict(Case.objects.filter(pk__in=case_ids).values_list("pk", "round"))
