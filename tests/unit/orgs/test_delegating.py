"""What a delegation is refused for, each with the remedy; a refusal writes nothing."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from orgs.actions.delegations import delegate_post, eligible_deputies, end_delegation, longest_delegation
from orgs.actions.district import load_rule_sets
from orgs.enums import Role
from orgs.models import Delegation, Person, Post
from orgs.permissions import Refused
from records.models import AuditEntry, OutboxMessage
from tests import factories

pytestmark = pytest.mark.django_db
DAY = timezone.localdate()
ONE_DAY = dt.timedelta(days=1)


@pytest.fixture
def people() -> dict[str, Person]:
    """Two approvers and a handler of a street, an approver of another street, people of the district."""
    load_rule_sets()
    district, streets = factories.make_tree()
    make = factories.make_person
    return {
        "li": make(Role.SUBDISTRICT_APPROVER, streets[0], "李审批"),
        "wang": make(Role.SUBDISTRICT_APPROVER, streets[0], "王审批"),
        "handler": make(Role.SUBDISTRICT_HANDLER, streets[0], "陈经办"),
        "elsewhere": make(Role.SUBDISTRICT_APPROVER, streets[1], "外街审批"),
        "district": make(Role.DISTRICT_HANDLER, district, "区经办"),
        "security": make(Role.SECURITY_ADMIN, district, "安全管理员"),
    }


def delegate(people, deputy: str = "wang", by: str = "li", post: Post | None = None, **fields) -> Delegation:
    values = {"since": DAY, "until": DAY + 5 * ONE_DAY, "reason": "出差", "on": DAY} | fields
    return delegate_post(
        post=post or people["li"].posts.get(),
        deputy=people[deputy],
        by=people[by],
        at=timezone.now(),
        **values,
    )


def test_the_holder_delegates_on_record_and_the_deputy_is_told(people):
    one = delegate(people)
    entry = AuditEntry.objects.get(event="delegated")
    assert (entry.by_id, entry.data["deputy"]) == (people["li"].pk, people["wang"].pk)
    assert one.made_by == people["li"]
    assert OutboxMessage.objects.filter(key__contains=f"delegated:{one.pk}").count() == 1


def test_whoever_manages_the_posts_arranges_it_for_the_absent_holder_who_is_told(people):
    one = delegate(people, by="district")
    assert one.made_by == people["district"]
    assert OutboxMessage.objects.filter(key__contains=f"delegation_arranged:{one.pk}").count() == 1


@pytest.mark.parametrize(
    ("fields", "field", "remedy"),
    [
        ({"since": DAY - ONE_DAY}, "since", "请填今天或以后的日期"),
        ({"until": DAY - ONE_DAY}, "until", "请改填"),
        ({"until": DAY + 400 * ONE_DAY}, "until", "更长的缺岗请由上级另行任职"),
        ({"reason": "  "}, "reason", "请填写委托事由"),
        ({"deputy": "li"}, "deputy", "请选择其他人员"),
        ({"deputy": "handler"}, "deputy", "请改选人员或日期"),
        ({"deputy": "elsewhere"}, "deputy", "请改选人员或日期"),
        ({"deputy": "district"}, "deputy", "请改选人员或日期"),
    ],
)
def test_a_mistake_is_named_at_its_field_with_the_remedy(people, fields, field, remedy):
    with pytest.raises(ValidationError) as problem:
        delegate(people, **fields)
    assert remedy in "".join(problem.value.message_dict[field])
    assert not Delegation.objects.exists()
    assert not AuditEntry.objects.filter(event="delegated").exists()


def test_the_longest_delegation_is_allowed_and_a_day_more_is_not(people):
    last = DAY + (longest_delegation(DAY) - 1) * ONE_DAY
    with pytest.raises(ValidationError):
        delegate(people, until=last + ONE_DAY)
    assert delegate(people, until=last).until == last


def test_not_beyond_the_days_of_the_post(people):
    post = people["li"].posts.get()
    Post.objects.filter(pk=post.pk).update(until=DAY + 2 * ONE_DAY)
    with pytest.raises(ValidationError) as problem:
        delegate(people)
    assert "请填当日或更早的日期" in str(problem.value)
    assert delegate(people, until=DAY + 2 * ONE_DAY)


def test_one_delegation_of_a_post_at_a_time(people):
    one = delegate(people)
    with pytest.raises(ValidationError) as problem:
        delegate(people, since=DAY + 5 * ONE_DAY, until=DAY + 9 * ONE_DAY)
    assert "请先结束那次委托" in str(problem.value)
    end_delegation(one, by=people["li"], on=DAY, at=timezone.now())
    assert delegate(people, since=DAY + 5 * ONE_DAY, until=DAY + 9 * ONE_DAY)


@pytest.mark.parametrize("by", ["wang", "elsewhere"])
def test_nobody_delegates_the_post_of_another(people, by):
    with pytest.raises(Refused) as refused:
        delegate(people, by=by)
    assert refused.value.verdict.remedy


def test_an_administrator_has_nothing_to_delegate(people):
    with pytest.raises(Refused) as refused:
        delegate(people, by="security", post=people["security"].posts.get())
    assert "没有可委托的待办" in refused.value.verdict.reason


def test_who_sits_on_the_other_side_of_the_table_is_no_deputy(people):
    """Four-eyes: an approver who is also handler there on one of the days may not stand in for an approver."""
    post = people["li"].posts.get()
    assert eligible_deputies(post, since=DAY, until=DAY) == [people["wang"]]
    Post.objects.create(
        person=people["wang"],
        role=Role.SUBDISTRICT_HANDLER,
        organization=post.organization,
        since=DAY + 3 * ONE_DAY,
    )
    assert eligible_deputies(post, since=DAY, until=DAY) == [people["wang"]]
    assert eligible_deputies(post, since=DAY, until=DAY + 3 * ONE_DAY) == []
