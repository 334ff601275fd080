"""What the demo shows of the exceptional day: a deputy, a co-signature under way, a copy, an urge."""

import datetime as dt
from collections.abc import Callable

from django.db import transaction

from orgs.actions.delegations import delegate_post
from orgs.enums import Role
from orgs.models import Person, Post

from .cosigning import ask_cosign
from .handling import copy_case, urge_task
from .models import Case, CoSign, GuardedTask, WorkItem
from .views.task import load_case, load_task


def show_tools(people: dict[str, Person], *, prefix: str, at: dt.datetime, on: dt.date) -> None:
    """Use the tools on the open cases of a street as its people would."""
    approver, deputy = people[f"{prefix}.approver"], people[f"{prefix}.deputy"]
    delegate_post(
        post=Post.objects.get(person=approver),
        deputy=deputy,
        since=on,
        until=on + dt.timedelta(days=4),
        reason="外出培训",
        by=approver,
        on=on,
        at=at,
    )
    held = WorkItem.objects.filter(open=True, owner=approver, node="approve_subdistrict").order_by("pk")
    if asked := held.first():
        use(asked, lambda task, case: ask(task, case, approver, [people[f"{prefix}.instructor"]], at))
    checking = WorkItem.objects.filter(
        open=True, owner=people[f"{prefix}.handler"], node="check_completeness"
    )
    if late := checking.order_by("due_on", "pk").first():
        use(
            late,
            lambda task, case: urge_task(task, case, by=case.opened_by, at=at, note="单位急需开展活动。"),
        )
        handler = people[f"{prefix}.handler"]
        use(
            late,
            lambda task, case: copy_case(task, case, to=[approver], by=handler, at=at, note="请关注进度。"),
        )


def use(item: WorkItem, tool: Callable[[GuardedTask, Case], object]) -> None:
    with transaction.atomic():
        case = load_case(item.case_id, lock=True)
        tool(load_task(case, item.pk), case)


def ask(task: GuardedTask, case: Case, by: Person, to: list[Person], at: dt.datetime) -> CoSign:
    return ask_cosign(
        task, case, to=to, mode=CoSign.Mode.ALL, after=False, question="单位是否配合？", by=by, at=at
    )


DEPUTY = ("deputy", Role.SUBDISTRICT_APPROVER, "副书记")
