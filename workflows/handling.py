"""Handing a task on (转办), copying a case (抄送) and urging (催办): each with its verdict, and on record."""

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import Person
from orgs.permissions import Perm, Refused, Unblock, Verdict, can
from orgs.queries import holders
from records import audit, notices
from records.calendars import WorkingCalendar

from .approvals import may_act, may_see, may_take, require_open, role_label
from .claims import hold
from .models import Case, CaseCopy, CaseEvent, GuardedTask, WorkItem
from .nodes import CoSignStep
from .notify import case_url, holders_of
from .returns import NotPossible

MOST_COPIES = 20


def note_event(
    kind: CaseEvent.Kind,
    task: GuardedTask,
    case: Case,
    *,
    by: Person | None,
    at: dt.datetime,
    role: str = "",
    to: Iterable[Person] = (),
    note: str = "",
    urged_on: dt.date | None = None,
) -> CaseEvent:
    """Append a use of a tool to the case's record and to the audit chain."""
    people = list(to)
    event = CaseEvent.objects.create(
        case=case,
        task=task,
        kind=kind,
        by=by,
        by_name=by.name if by else "",
        by_role=role,
        to_names="、".join(one.name for one in people)[:400],
        note=note,
        urged_on=urged_on,
        at=at,
    )
    data = {
        "task": task.pk,
        "node": task.flow_task.name,
        "event_id": event.pk,
        "to": [one.pk for one in people],
        "details_sha256": audit.digest(audit.canonical([event.by_name, role, event.to_names, note])),
    }
    audit.record(str(kind), by_id=by.pk if by else None, about=case.about, chain=case.chain, at=at, **data)
    return event


# -- reassign ---------------------------------------------------------------------------------------------------------


def reassign_verdict(task: GuardedTask, case: Case, by: Person, *, on: dt.date) -> Verdict:
    """Whether ``by`` may hand the task to a colleague: whoever may take it, and whoever manages posts at the place."""
    if isinstance(task.flow_task, CoSignStep):
        return Verdict(
            False,
            _("会签意见须由本人签署，不能转办。"),
            _("如无法签署，可由加签人撤销加签后另请他人。"),
        )
    verdict = may_take(task, case, by, on=on)
    return verdict if verdict else can(by, Perm.MANAGE_POSTS, case, on=on) or verdict


def reassign_candidates(task: GuardedTask, case: Case, *, on: dt.date) -> list[Person]:
    """The people to whom a task may be handed: same post, no conflict with four-eyes, not its holder."""
    item = WorkItem.objects.get(pk=task.pk)
    posts = holders(item.role, on=on, **item.where).select_related("person").exclude(person=task.owner_id)
    return [post.person for post in posts if may_act(task.flow_task, case, post.person, on=on)]


def reassign_task(
    task: GuardedTask, case: Case, *, to: Person, by: Person, at: dt.datetime, note: str = ""
) -> None:
    """Make ``to`` the holder of an open task. The deadline goes on.

    Raises AlreadyDecided, Refused, or NotPossible when ``to`` may not act on it.
    """
    on = timezone.localdate(at)
    require_open(task, case, by, on=on)
    verdict = reassign_verdict(task, case, by, on=on)
    if not verdict:
        raise Refused(verdict)
    if to not in reassign_candidates(task, case, on=on):
        raise NotPossible(_("%(name)s不能办理此环节，请从名单中选择。") % {"name": to.name})
    hold(task, to, at)
    note_event(
        CaseEvent.Kind.REASSIGNED, task, case, by=by, at=at, role=role_label(verdict), to=[to], note=note
    )
    item = WorkItem.objects.get(pk=task.pk)
    tell_of(item, "reassigned", to.pk, f"{to.pk}:{at.timestamp()}", by=by, at=at, note=note)


def tell_of(
    item: WorkItem, kind: str, to_id: int, once: str, *, by: Person, at: dt.datetime, note: str
) -> None:
    """Tell somebody what a colleague did with an open task; ``once`` tells apart what is told about the same task."""
    notices.send(
        kind,
        to_id=to_id,
        key=f"{kind}:{item.pk}:{once}",
        at=at,
        url=reverse("task", args=[item.case_id, item.pk]),
        case=item.title,
        node=item.node,
        by=by.name,
        note=note,
        due=item.due_on.isoformat(),
    )


# -- copy -------------------------------------------------------------------------------------------------------------


def copy_verdict(case: Case, by: Person, *, on: dt.date) -> Verdict:
    """Whether ``by`` may copy the case to others: whoever may see it."""
    return may_see(by, case, on=on)


def people_around(case: Case, *, on: dt.date) -> QuerySet[Person]:
    """People with a running post over the case or in its unit: those to whom it may be copied, and who may co-sign."""
    running = Q(posts__until=None) | Q(posts__until__gte=on)
    here = Q(posts__organization__path__in=case.organization.ancestor_paths) | Q(posts__unit=case.unit_id)
    people = Person.objects.filter(running, here, posts__since__lte=on, is_active=True)
    return people.distinct().order_by("name", "pk")


def copy_candidates(case: Case, by: Person, *, on: dt.date) -> list[Person]:
    around = people_around(case, on=on).exclude(pk=by.pk)
    return [one for one in around if may_see(one, case, on=on)]


def copy_case(
    task: GuardedTask, case: Case, *, to: list[Person], by: Person, at: dt.datetime, note: str = ""
) -> None:
    """Copy the case to people who may see it. Raises Refused or NotPossible."""
    on = timezone.localdate(at)
    verdict = copy_verdict(case, by, on=on)
    if not verdict:
        raise Refused(verdict)
    strangers = [one.name for one in to if one == by or not may_see(one, case, on=on)]
    if not to or strangers or len(to) > MOST_COPIES:
        raise NotPossible(
            _("请选择 1 至 %(most)d 位能查看本事项的人员。") % {"most": MOST_COPIES}
            if not strangers
            else _("%(names)s不能查看本事项，不能抄送。") % {"names": _("、").join(strangers)}
        )
    copies = [CaseCopy(case=case, to=one, by=by, note=note, at=at) for one in to]
    for copy in copies:
        copy.save()
    note_event(CaseEvent.Kind.COPIED, task, case, by=by, at=at, to=to, note=note)
    context = {"case": str(case.title), "by": by.name, "note": note}
    for copy in copies:
        notices.send(
            "copied", to_id=copy.to_id, key=f"copied:{copy.pk}", at=at, url=case_url(case), **context
        )


def mark_copies_read(case: Case, reader: Person, *, at: dt.datetime) -> None:
    """The read receipt: the first time that a recipient opens the case."""
    case.copies.filter(to=reader, read_at=None).update(read_at=at)


# -- urge -------------------------------------------------------------------------------------------------------------


def urge_day(on: dt.date) -> dt.date:
    """The working day to which an urge counts: today, or the last one before a day off."""
    calendar = WorkingCalendar.spanning(on - dt.timedelta(days=31), on)
    while not calendar.is_working_day(on):
        on -= dt.timedelta(days=1)
    return on


def urge_verdict(task: GuardedTask, case: Case, by: Person, *, on: dt.date) -> Verdict:
    """Whether ``by`` may urge an open task: whoever sees the case and does not hold it; once a working day."""
    if not (seen := may_see(by, case, on=on)):
        return seen
    if task.owner_id == by.pk:
        return Verdict(False, _("此事项由您本人办理，无需催办。"), _("请直接办理，或转办给他人。"))
    if CaseEvent.objects.filter(task=task, urged_on=urge_day(on)).exists():
        return Verdict(
            False,
            _("本环节今天已催办过，每个工作日只能催办一次。"),
            _("请在下一个工作日再催办，或联系上级经办人。"),
            unblock=Unblock.LATER,
        )
    return Verdict(True)


def urge_task(task: GuardedTask, case: Case, *, by: Person, at: dt.datetime, note: str = "") -> None:
    """Remind the holder, or everybody in whose queue the task is. Raises AlreadyDecided or Refused."""
    on = timezone.localdate(at)
    require_open(task, case, by, on=on)
    verdict = urge_verdict(task, case, by, on=on)
    if not verdict:
        raise Refused(verdict)
    day = urge_day(on)
    try:
        with transaction.atomic():
            note_event(CaseEvent.Kind.URGED, task, case, by=by, at=at, note=note, urged_on=day)
    except IntegrityError:
        raise Refused(urge_verdict(task, case, by, on=on)) from None
    item = WorkItem.objects.get(pk=task.pk)
    WorkItem.objects.filter(pk=task.pk).update(urged_at=at)
    for _item, person_id in holders_of([item], on):
        tell_of(item, "urged", person_id, f"{day}:{person_id}", by=by, at=at, note=note)
