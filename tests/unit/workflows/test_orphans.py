"""Whoever leaves a post leaves nothing behind on a desk that nobody opens."""

import datetime as dt

import pytest
from django.utils import timezone

from orgs.actions.delegations import delegate_post
from orgs.actions.posts import LEFT, leave_post
from orgs.enums import Role
from orgs.models import Delegation, Person
from orgs.permissions import appoint
from records.models import AuditEntry, OutboxMessage
from tests import factories
from tests.flows import district as d
from tests.sharing import shared
from workflows.models import GuardedTask, Outcome, WorkItem
from workflows.orphans import clear_desk, clear_desks, orphaned

pytestmark = pytest.mark.django_db
ONE_DAY = dt.timedelta(days=1)


place_once = shared(d.make_district, "place_once")


@pytest.fixture
def place(place_once) -> d.District:
    return place_once()


@pytest.fixture
def item(place) -> WorkItem:
    """A task that the only handler of the first street holds."""
    case = d.case_after(place, "applicant", "leader")
    return WorkItem.objects.get(case=case, open=True)


def leave(person: Person, on: dt.date) -> None:
    leave_post(person.posts.get(), by=None, on=on, at=timezone.now())


def yesterday() -> dt.date:
    return timezone.localdate() - ONE_DAY


def test_what_was_held_goes_back_to_the_queue_on_record_and_can_be_done_by_the_next(place, item):
    person = place.person("handler0")
    leave(person, yesterday())
    clear_desk(OutboxMessage.objects.get(kind=LEFT).payload)
    task, row = GuardedTask.objects.get(pk=item.pk), WorkItem.objects.get(pk=item.pk)
    assert (task.owner, task.status, row.owner, row.due_on) == (None, "NEW", None, item.due_on)
    entry = AuditEntry.objects.get(event="released")
    assert (entry.by_id, entry.data["from"]) == (None, person.pk)
    successor = factories.make_person(Role.SUBDISTRICT_HANDLER, place.streets[0], "接任者")
    assert d.act(item.case, successor, Outcome.APPROVED).by == successor


def test_nothing_goes_back_before_the_last_day_is_over(place, item):
    person, today = place.person("handler0"), timezone.localdate()
    leave(person, today)
    promise = OutboxMessage.objects.get(kind=LEFT)
    assert timezone.localdate(promise.not_before) == today + ONE_DAY
    clear_desk(promise.payload)
    assert WorkItem.objects.get(pk=item.pk).owner == person
    assert list(orphaned(today + ONE_DAY)) == [item]


def test_somebody_with_another_post_of_that_authority_keeps_the_task(place, item):
    person = place.person("handler0")
    leave(person, yesterday())
    appoint(person, Role.SUBDISTRICT_HANDLER, place.streets[0], by=None, on=timezone.localdate())
    assert clear_desks(timezone.now()) == 0
    assert WorkItem.objects.get(pk=item.pk).owner == person


def test_the_duty_finds_posts_that_ended_by_their_date_and_deactivated_people(place, item):
    person = place.person("handler0")
    person.posts.update(until=yesterday())
    assert clear_desks(timezone.now()) == 1
    assert clear_desks(timezone.now()) == 0
    assert WorkItem.objects.get(pk=item.pk).owner is None


def test_with_the_post_its_delegations_end(place):
    person, today = place.person("handler0"), timezone.localdate()
    deputy = factories.make_person(Role.SUBDISTRICT_HANDLER, place.streets[0], "王某")
    for since, until in ((today, today + 5 * ONE_DAY), (today + 7 * ONE_DAY, today + 8 * ONE_DAY)):
        delegate_post(
            post=person.posts.get(),
            deputy=deputy,
            since=since,
            until=until,
            reason="出差",
            by=person,
            on=today,
            at=timezone.now(),
        )
    leave(person, today)
    later, running = Delegation.objects.order_by("-since")
    assert (running.until, running.ended_at) == (today, None)
    assert later.ended_at is not None
