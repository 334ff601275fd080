"""A new rule set is for new cases: a case goes on under the rules with which it was started."""

import pytest
from django.utils import timezone

from orgs.models import RuleSet
from orgs.queries import rules_in_force
from tests.flows import district as d
from workflows.models import Outcome, WorkItem

pytestmark = pytest.mark.django_db


def publish(subject: str, **changed) -> RuleSet:
    today = timezone.localdate()
    data = rules_in_force(subject, today).data | changed
    return RuleSet.objects.create(subject=subject, name=f"new {subject}", valid_from=today, data=data)


def start(place):
    case = d.case_after(place, "applicant")
    return d.load_case(case.pk)


def may_be_returned(case) -> bool:
    task = d.open_task(case)
    return Outcome.RETURNED in case.flow_class.instance.possible_outcomes(task.flow_task, case)


def test_open_case_keeps_its_rules_and_a_new_one_gets_the_new():
    place = d.make_district()
    old = start(place)
    was = old.flow_class.instance.handling_rules(old)["cosign_working_days"]
    founding = publish("founding", max_return_rounds=0)
    handling = publish("handling", cosign_working_days=was + 5)
    new, old = start(place), d.load_case(old.pk)

    assert may_be_returned(old)
    assert not may_be_returned(new)
    assert old.flow_class.instance.handling_rules(old)["cosign_working_days"] == was
    assert new.flow_class.instance.handling_rules(new)["cosign_working_days"] == was + 5
    assert new.handling == handling

    for case, rules in ((old, old.artifact.rule_set_id), (new, founding.pk)):
        leader = WorkItem.objects.get(case=case, open=True).owner
        assert d.act(case, leader, Outcome.APPROVED).rule_set_id == rules
    assert old.artifact.rule_set_id != founding.pk
