"""Who is told about what; promised in the transition, delivered after it."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from orgs.enums import Role
from orgs.models import NoRuleSet, Post
from orgs.queries import district_of, holders, rules_in_force
from records import digests, notices, outbox
from records.duties import periodic

from .models import Case, WorkItem

Receiver = tuple[str, int | None, int | None]


def case_url(case: Case) -> str:
    return reverse("case", args=[case.pk])


def tell_applicant(case: Case, kind: str, **context: object) -> None:
    """Tell the applicant about an event of the case; once per event, round and step."""
    texts = {key: str(value) for key, value in context.items()}
    notices.send(
        kind,
        to_id=case.opened_by_id,
        key=f"{kind}:{case.pk}:{case.round}:{case.returns}:{case.stage}",
        at=timezone.now(),
        url=case_url(case),
        case=str(case.title),
        **texts,
    )


def tell_district_handlers(case: Case, kind: str) -> None:
    """Tell the handlers of the district of the case."""
    district = district_of(case.organization)
    for post in holders(Role.DISTRICT_HANDLER, on=timezone.localdate(), organization_id=district.pk):
        notices.send(
            kind,
            to_id=post.person_id,
            key=f"{kind}:{case.pk}:{post.person_id}",
            at=timezone.now(),
            url=case_url(case),
            case=str(case.title),
        )


def people_of(receivers: set[Receiver], on: dt.date) -> dict[Receiver, list[tuple[int, str]]]:
    """Who holds a role at an organization or unit, with names, for many of them; one query."""
    if not receivers:
        return {}
    where = Q(organization__in={place for _, place, _ in receivers if place})
    where |= Q(unit__in={unit for _, _, unit in receivers if unit})
    posts = Post.objects.filter(
        where,
        Q(until=None) | Q(until__gte=on),
        role__in={role for role, _, _ in receivers},
        since__lte=on,
        person__is_active=True,
    )
    found: dict[Receiver, list[tuple[int, str]]] = {}
    columns = ("role", "organization_id", "unit_id", "person_id", "person__name")
    for *key, person, name in posts.order_by("pk").values_list(*columns):
        found.setdefault(tuple(key), []).append((person, name))
    return found


def holders_of(items: Iterable[WorkItem], on: dt.date) -> Iterator[tuple[WorkItem, int]]:
    """Each task with everybody who may be expected to do it: its owner, or all in whose queue it waits."""
    rows = list(items)
    keys = {item.pk: (item.role, item.organization_id, item.unit_id) for item in rows if not item.owner_id}
    people = people_of(set(keys.values()), on)
    for item in rows:
        if item.owner_id:
            yield item, item.owner_id
        else:
            for person in dict.fromkeys(person for person, _ in people.get(keys[item.pk], [])):
                yield item, person


def promise_task_notice(task_id: int, at: dt.datetime) -> None:
    """Promise to tell the holders of a new task; one statement, whoever they turn out to be."""
    outbox.promise("task", key=f"task:{task_id}", at=at, task=task_id)


@outbox.handles("task")
def tell_of_task(payload: dict) -> None:
    """Tell the owner of an open task, or everybody in whose queue it is."""
    item = WorkItem.objects.select_related("case").filter(pk=payload["task"], open=True).first()
    if item is None:
        return
    for _item, person_id in holders_of([item], timezone.localdate()):
        notices.deliver(
            {
                "notice": "task",
                "notice_key": f"task:{item.pk}:{person_id}",
                "to": person_id,
                "url": reverse("task", args=[item.case_id, item.pk]),
                "context": {"case": item.title, "node": item.node, "due": item.due_on.isoformat()},
            }
        )


DIGEST_HOUR = 8


@periodic(every=dt.timedelta(minutes=5))
def send_daily_digests(at: dt.datetime) -> int:
    """The daily summaries, from the hour on that the rules of handling name."""
    try:
        rules = rules_in_force("handling", timezone.localdate(at)).data
    except NoRuleSet:
        rules = {}
    return digests.send_digests(at, hour=rules.get("digest_hour", DIGEST_HOUR))
