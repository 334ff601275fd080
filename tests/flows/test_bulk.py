"""Many decisions at once: each case on its own, once, whatever happens to the worker."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from orgs.actions.delegations import delegate_post, end_delegation
from orgs.enums import Role
from orgs.permissions import Refused
from records.models import OutboxMessage
from tests import factories
from tests.flows import district as d
from tests.sharing import shared
from workflows.bulk import start_bulk, work_off
from workflows.desk import to_do
from workflows.models import BulkDecision, Decision, Outcome, WorkItem

pytestmark = pytest.mark.django_db


place_once = shared(d.make_district, "place_once")


@pytest.fixture
def place(place_once) -> d.District:
    return place_once()


def waiting(place: d.District, count: int) -> list[WorkItem]:
    """Tasks at the completeness check of the first street."""
    items = []
    for _number in range(count):
        case = d.open_founding(place, d.make_applying_unit(place))
        d.act(case, place.person("applicant"), Outcome.SUBMITTED)
        d.act(case, place.person("leader"), Outcome.APPROVED)
        items.append(WorkItem.objects.get(case=case, open=True))
    return items


def ask(place: d.District, items: list[WorkItem], who: str = "handler0", **fields) -> BulkDecision:
    values = {"outcome": Outcome.APPROVED, "opinion": "材料齐全。", "token": uuid.uuid4()} | fields
    return start_bulk(items, by=place.person(who), language="zh-hans", at=timezone.now(), **values)


def promised() -> list[dict]:
    return [one.payload for one in OutboxMessage.objects.filter(kind="bulk").order_by("pk")]


def test_each_case_is_decided_or_refused_with_its_reason(place):
    items = waiting(place, 3)
    d.act(items[1].case, place.person("handler0"), Outcome.APPROVED)
    bulk = ask(place, items)
    for payload in promised():
        work_off(payload)
        work_off(payload)
    states = list(bulk.items.values_list("state", flat=True))
    assert states == ["done", "refused", "done"]
    assert "结论为" in bulk.items.get(state="refused").message
    assert Decision.objects.filter(node="check_completeness").count() == 3
    assert BulkDecision.objects.get().finished_at is not None
    assert OutboxMessage.objects.filter(key=f"notice:bulk_finished:{bulk.pk}").count() == 1


def test_staff_of_another_street_decide_nothing(place):
    bulk = ask(place, waiting(place, 1), who="handler1")
    work_off(promised()[0])
    assert bulk.items.get().state == "refused"
    assert not Decision.objects.filter(node="check_completeness").exists()


def test_a_form_sent_twice_asks_once(place):
    items, token = waiting(place, 2), uuid.uuid4()
    assert ask(place, items, token=token) == ask(place, items, token=token)
    assert len(promised()) == 1


def test_a_deputy_finds_and_decides_until_the_delegation_ends(place):
    item, on, at = waiting(place, 1)[0], timezone.localdate(), timezone.now()
    owner, street = place.person("handler0"), place.streets[0]
    deputy = factories.make_person(Role.SUBDISTRICT_HANDLER, street, "代办人")
    days = {"since": on, "until": on + dt.timedelta(days=3)}
    common = {"post": owner.posts.get(), "reason": "出差", "by": owner, "on": on, "at": at}
    made = delegate_post(deputy=deputy, **days, **common)
    fresh = type(deputy).objects.get(pk=deputy.pk)
    assert [one for rows in to_do(fresh, on) for one in rows] == [item]
    end_delegation(made, by=deputy, on=on, at=at)
    with pytest.raises(Refused):
        end_delegation(made, by=deputy, on=on, at=at)
    fresh = type(deputy).objects.get(pk=deputy.pk)
    assert [one for rows in to_do(fresh, on) for one in rows] == []
