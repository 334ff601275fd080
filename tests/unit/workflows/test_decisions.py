"""A decision and its audit entry bind each other: tampering with either is found."""

import datetime as dt

import pytest
from django.utils import timezone

from records import audit
from records.models import AuditEntry
from tests.flows import district as d
from tests.forging import rehash, without_guards
from tests.sharing import shared
from workflows.models import Decision, Outcome

pytestmark = pytest.mark.django_db
CHANGES = {
    "opinion": "同意。",
    "on_behalf_of_id": None,
    "outcome": "rejected",
    "by_id": 1,
    "by_name": "别人",
    "by_role": "区委 · 书记",
    "at": timezone.now() + dt.timedelta(days=1),
    "opened_at": timezone.now() - dt.timedelta(days=1),
    "node": "approve_district",
    "node_title": "区委审批",
    "level": "district",
    "side": "handler",
    "round": 9,
    "rule_set_id": 99,
}


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def build() -> Decision:
    place = d.make_district()
    case = d.case_after(place, "applicant")
    return d.act(case, place.person("leader"), Outcome.APPROVED, "情况属实，同意上报。")


decided_once = shared(build, "decided_once")


@pytest.fixture
def decision(decided_once) -> Decision:
    return decided_once()


def breaks() -> list[str]:
    return [str(one) for one in audit.check_log().breaks]


def test_every_decision_has_its_entry(decision):
    summary = audit.check_log()
    assert (summary.breaks, summary.facts) == ([], 2)
    entry = AuditEntry.objects.get(data__decision=decision.pk)
    assert (entry.event, entry.by_id, entry.about) == ("decided", decision.by_id, f"case:{decision.case_id}")


def test_the_opinion_itself_is_not_in_the_chain(decision):
    assert "情况属实" not in str(list(AuditEntry.objects.values_list("data", flat=True)))


def test_every_column_is_covered():
    own = {field.attname for field in Decision._meta.concrete_fields}
    assert own - CHANGES.keys() == {"id", "case_id", "task_id"}, "a new column needs a place in fact_of()"


@pytest.mark.parametrize("column", CHANGES)
def test_a_changed_column_is_found(decision, column):
    value = decision.case.opened_by_id if column in ("by_id", "on_behalf_of_id") else CHANGES[column]
    with without_guards():
        Decision.objects.filter(pk=decision.pk).update(**{column: value})
    assert breaks() == [f"decided decision={decision.pk}：与审计记录不一致：该行被改动。"]


def test_a_removed_decision_is_found(decision):
    with without_guards():
        Decision.objects.filter(pk=decision.pk).delete()
    assert breaks() == [f"decided decision={decision.pk}：审计记录所指的行不存在：该行被删除。"]


def test_a_decision_inserted_past_the_system_is_found(decision):
    task = d.open_task(decision.case)
    values = {field.attname: getattr(decision, field.attname) for field in Decision._meta.concrete_fields}
    added = Decision.objects.create(**values | {"id": None, "task_id": task.pk})
    assert breaks() == [f"decided decision={added.pk}：没有对应的审计记录：该行是绕过系统插入的。"]


def test_a_second_decision_on_a_task_is_refused_by_the_database(decision):
    from django.db import DatabaseError, transaction

    values = {field.attname: getattr(decision, field.attname) for field in Decision._meta.concrete_fields}
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.create(**values | {"id": None})


def test_a_decision_changed_together_with_its_rehashed_chain_is_found_by_the_signed_head(decision):
    audit.sign_head(day=timezone.localdate(), at=timezone.now())
    with without_guards():
        Decision.objects.filter(pk=decision.pk).update(opinion="不同意。")
        entry = AuditEntry.objects.get(data__decision=decision.pk)
        entry.data["opinion_sha256"] = audit.digest("不同意。")
        entry.save()
        rehash(entry.chain)
    (found,) = breaks()
    assert "签署的链首不符" in found
