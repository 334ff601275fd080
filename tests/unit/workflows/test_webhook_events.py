"""Webhooks are told of what happens in their jurisdiction: each event once, whatever the order of commits."""

import datetime as dt
import json

import pytest
from django.utils import timezone

from orgs.enums import WebhookEvent
from orgs.models import Webhook, WebhookDelivery
from records import outbox
from records.models import Document
from tests.flows.district import act, make_applying_unit, make_district, open_founding, open_task
from tests.receiver import receiver
from tests.sharing import shared
from workflows.models import CaseEvent, Decision, Outcome
from workflows.webhook_events import SETTLED, SOURCES, pass_on, tell_webhooks

pytestmark = pytest.mark.django_db
SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS10ZXN0cy0zMi1ieXRlcy1sb25n"


place_once = shared(make_district, "place_once")


@pytest.fixture
def place(place_once):
    return place_once()


def hook_of(organization, person, url="https://example.org/", events=tuple(WebhookEvent.values)):
    return Webhook.objects.create(
        organization=organization,
        url=url,
        secret=SECRET,
        events=list(events),
        made_by=person,
        made_at=timezone.now(),
    )


def keys(hook):
    return sorted(hook.deliveries.values_list("key", flat=True))


def test_street_and_district_are_told_and_another_street_never(place):
    unit = make_applying_unit(place)
    hooks = [
        hook_of(one, place.person("handler0")) for one in (place.streets[0], place.district, place.streets[1])
    ]
    case = open_founding(place, unit)
    act(case, place.person("applicant"), Outcome.SUBMITTED)
    act(case, place.person("leader"), Outcome.APPROVED)
    event = CaseEvent.objects.create(
        case=case, task=open_task(case), kind=CaseEvent.Kind.ESCALATED, at=timezone.now()
    )
    act(case, place.person("applicant"), Outcome.WITHDRAWN, "材料不实。")
    now = timezone.now()
    found = tell_webhooks(now)
    # Read again while it may still change, and once more when it is settled.
    assert [tell_webhooks(now + wait) for wait in (dt.timedelta(), SETTLED * 2)] == [0, 0]
    decisions = list(Decision.objects.filter(case=case).values_list("pk", flat=True))
    expected = [f"opened:{case.pk}", f"escalated:{event.pk}", f"finished:{decisions[-1]}"]
    expected += [f"decided:{pk}" for pk in decisions]
    expected += [f"document:{pk}" for pk in Document.objects.values_list("pk", flat=True)]
    assert [keys(hook) for hook in hooks] == [sorted(expected), sorted(expected), []]
    assert found == 2 * len(expected)
    street = place.streets[0]
    told = {one.event: one.body for one in hooks[0].deliveries.all()}
    assert set(told) == set(WebhookEvent.values)
    about = {"case": case.number, "flow": "founding", "organization": street.code}
    assert told["case.finished"]["data"] == about | {"outcome": "withdrawn"}
    assert told["document.issued"]["data"].items() >= about.items()
    written = json.dumps([one.body for one in hooks[0].deliveries.all()], ensure_ascii=False)
    for secret in ("申请人", "单位负责人", unit.name, "材料不实", "团员"):
        assert secret not in written


def test_only_the_events_that_were_asked_for_and_none_from_before(place):
    case = open_founding(place, make_applying_unit(place))
    hook = hook_of(place.streets[0], place.person("handler0"), events=["case.opened", "case.decided"])
    act(case, place.person("applicant"), Outcome.SUBMITTED)
    tell_webhooks(timezone.now())
    assert keys(hook) == [f"decided:{Decision.objects.get().pk}"]


def test_a_row_that_appears_below_one_already_told_is_told_as_well(place):
    hook = hook_of(place.streets[0], place.person("handler0"))
    case = open_founding(place, make_applying_unit(place))
    late, early = (
        CaseEvent(case=case, task=open_task(case), kind=CaseEvent.Kind.ESCALATED, at=timezone.now(), pk=pk)
        for pk in (1001, 1002)
    )
    early.save(force_insert=True)
    pass_on(hook.pk, "event", SOURCES["event"], at=timezone.now())
    late.save(force_insert=True)
    pass_on(hook.pk, "event", SOURCES["event"], at=timezone.now() + SETTLED / 2)
    assert keys(hook) == ["escalated:1001", "escalated:1002"]
    pass_on(hook.pk, "event", SOURCES["event"], at=timezone.now() + SETTLED * 2)
    assert Webhook.objects.get().cursors == {"event": 1002}


def test_many_are_passed_on_in_batches_and_pausing_keeps_the_place(place, monkeypatch):
    monkeypatch.setattr("workflows.webhook_events.BATCH", 2)
    hook = hook_of(place.streets[0], place.person("handler0"), events=["case.escalated"])
    case = open_founding(place, make_applying_unit(place))
    task, now = open_task(case), timezone.now()
    rows = [CaseEvent(case=case, task=task, kind=CaseEvent.Kind.ESCALATED, at=now) for _ in range(5)]
    CaseEvent.objects.bulk_create(rows)
    Webhook.objects.update(active=False)
    assert tell_webhooks(now + SETTLED * 2) == 0
    Webhook.objects.update(active=True)
    assert tell_webhooks(now + SETTLED * 2) == 5
    assert hook.deliveries.count() == 5


def test_from_the_decision_to_the_receiver(place, settings):
    settings.WEBHOOK_ALLOW_PRIVATE = True
    with receiver() as kept:
        hook_of(place.streets[0], place.person("handler0"), kept.url, ["case.opened"])
        case = open_founding(place, make_applying_unit(place))
        tell_webhooks(timezone.now())
        outbox.deliver_due(now=timezone.now)
    ((_, _, body),) = kept.requests
    assert json.loads(body)["data"]["case"] == case.number
    assert WebhookDelivery.objects.get().delivered_at
