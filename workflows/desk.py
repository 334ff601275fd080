"""The work desk: what a person has to do, may claim, has done and has started.

Open tasks are read from :class:`WorkItem` alone, by exact keys of its partial indexes: (owner), (role, organization)
or (role, unit). A page and all counts are one statement each, however many tasks there are.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

from django.db.models import Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from orgs.enums import Role
from orgs.models import Person, Post
from orgs.queries import running_posts
from records.calendars import WorkingCalendar

from .keyset import Order, Page, capped_counts, page_of, row_id
from .models import Case, Decision, WorkItem
from .titles import BY_NAME

PAGE_SIZE = 20
TABS = ("todo", "claim", "done", "started")
# Whose queues a post may take from besides its own role's: the handler also visits units where there is no instructor.
ALSO_TAKES: dict[str, tuple[Role, ...]] = {Role.SUBDISTRICT_HANDLER: (Role.INSTRUCTOR,)}

BY_DUE = Order(("due_on", "task_id"), True, (dt.date.fromisoformat, row_id), (dt.date.isoformat, str))
BY_DECISION = Order(("at", "id"), False, (dt.datetime.fromisoformat, row_id), (dt.datetime.isoformat, str))
NEWEST_FIRST = Order(("process_ptr_id",), False, (row_id,), (str,))


@dataclass(frozen=True)
class Asked:
    """What the address of the desk asks for; anything unknown reads as the default."""

    tab: str = "todo"
    q: str = ""
    flow: str = ""
    overdue: bool = False
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
            after=query.get("after", ""),
            before=query.get("before", ""),
        )

    @property
    def is_filtered(self) -> bool:
        return bool(self.q or self.flow or self.overdue)

    def url(self, **changes: str) -> str:
        """The address of the same list with changes, such as the next page; ``?`` alone for the plain desk."""
        new: Asked = replace(self, **{"after": "", "before": "", **changes})  # type: ignore[arg-type]
        fields = {
            "tab": "" if new.tab == "todo" else new.tab,
            "q": new.q,
            "flow": new.flow,
            "overdue": "1" if new.overdue else "",
            "after": new.after,
            "before": new.before,
        }
        return f"?{urlencode({key: value for key, value in fields.items() if value})}"


def todo(person: Person) -> QuerySet[WorkItem]:
    """The open tasks that the person holds, by deadline."""
    return WorkItem.objects.filter(owner=person, open=True).order_by("due_on", "task_id")


def queues(posts: list[Post]) -> list[QuerySet[WorkItem]]:
    """The open tasks without a holder that fall to these posts, one index range for each queue."""
    found = []
    for post in posts:
        where = (
            {"organization_id": post.organization_id} if post.organization_id else {"unit_id": post.unit_id}
        )
        for role in (post.role, *ALSO_TAKES.get(post.role, ())):
            found.append((role, tuple(where.items())))
    # Somebody may hold two posts that lead to the same queue.
    return [
        WorkItem.objects.filter(role=role, owner=None, open=True, **dict(where)).order_by("due_on", "task_id")
        for role, where in dict.fromkeys(found)
    ]


def decided(person: Person) -> QuerySet[Decision]:
    return Decision.objects.filter(by=person).order_by("-at")


def started(person: Person) -> QuerySet[Case]:
    return Case.objects.filter(opened_by=person).order_by("-process_ptr_id")


def next_item(person: Person) -> WorkItem | None:
    """The person's next open task by deadline."""
    return todo(person).first()


def narrowed(rows: QuerySet, asked: Asked, on: dt.date) -> QuerySet:
    """The rows of a tab that the filters leave."""
    prefix = {"done": "case__"}.get(asked.tab, "")
    unit = "unit_name" if asked.tab in ("todo", "claim") else f"{prefix}unit__name"
    if asked.q:
        rows = rows.filter(Q(**{f"{prefix}title__icontains": asked.q}) | Q(**{f"{unit}__icontains": asked.q}))
    if asked.flow and asked.tab in ("todo", "claim"):
        rows = rows.filter(flow=asked.flow)
    elif asked.flow:
        rows = rows.filter(**{f"{prefix}flow_class": BY_NAME[asked.flow]})
    if asked.overdue and asked.tab in ("todo", "claim"):
        rows = rows.filter(due_on__lt=on)
    return rows


def desk_page(person: Person, asked: Asked, *, on: dt.date) -> Page:
    """One page of the tab asked for: WorkItem rows (to do, to claim), decisions (done) or cases (started)."""
    page = partial(page_of, after=asked.after, before=asked.before, size=PAGE_SIZE)
    if asked.tab == "todo":
        return page(WorkItem, [narrowed(todo(person), asked, on)], BY_DUE)
    if asked.tab == "claim":
        sources = [narrowed(rows, asked, on) for rows in queues(running_posts(person, on))]
        return page(WorkItem, sources, BY_DUE)
    if asked.tab == "done":
        found = page(Decision, [narrowed(decided(person), asked, on)], BY_DECISION)
        prefetch_related_objects(found.rows, "case__unit", "case__organization")
        return found
    rows = started(person).select_related("unit", "organization")
    return page(Case, [narrowed(rows, asked, on)], NEWEST_FIRST)


def desk_counts(person: Person, *, on: dt.date, calendar: WorkingCalendar) -> dict[str, int]:
    """The counts of the tabs and of the strip above them; one statement, each stops at the cap."""
    tomorrow = calendar.add_working_days(on, 1)
    monday = timezone.make_aware(dt.datetime.combine(on - dt.timedelta(days=on.weekday()), dt.time.min))
    return capped_counts(
        todo=[todo(person)],
        overdue=[todo(person).filter(due_on__lt=on)],
        soon=[todo(person).filter(due_on__gte=on, due_on__lte=tomorrow)],
        claim=queues(running_posts(person, on)),
        done=[decided(person)],
        week=[decided(person).filter(at__gte=monday)],
        started=[started(person)],
    )


def due_dates(case_ids: list[int]) -> dict[int, WorkItem]:
    """The open task of each case, for lists of cases; one statement."""
    return {item.case_id: item for item in WorkItem.objects.filter(case_id__in=case_ids, open=True)}
