"""An organization's whole story on one page, for whoever has it in their jurisdiction or belongs to its unit."""

import datetime as dt

import pytest
from django.utils import timezone

from orgs.actions.district import load_rule_sets
from orgs.enums import MilestoneKind, Role
from orgs.models import Coverage, Founding, LedgerEntry, Milestone, Officer, RuleSet
from records import documents
from tests import factories

from .registry import make_branch, make_registry, signed_in, statements, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry():
    return make_registry()


def found_branch(registry, unit):
    """A branch with everything that its founding left behind."""
    load_rule_sets()
    branch = make_branch(registry.near, f"共青团{unit.name}支部委员会", unit)
    rules = RuleSet.objects.valid("founding", today())
    founding = Founding.objects.create(
        unit=unit,
        affiliation=registry.near,
        organization=branch,
        applicant=registry.handler,
        rule_set=rules,
        rules=rules.data,
        organization_name=branch.name,
    )
    steps = (MilestoneKind.REQUESTED, MilestoneKind.ESTABLISHED, MilestoneKind.REGISTERED)
    for number, kind in enumerate(steps):
        Milestone.objects.create(
            kind=kind,
            unit=unit,
            organization=branch if number else None,
            scope=registry.near.scope,
            on=dt.date(2026, 10, 1 + number),
            case_number="JT-2026-0001",
        )
    Officer.objects.create(
        organization=branch,
        name="王雨桐",
        duty="secretary",
        since=dt.date(2026, 10, 2),
        until=dt.date(2029, 10, 1),
    )
    Coverage.objects.create(organization=branch, unit=unit, is_host=True, since=dt.date(2026, 10, 3))
    LedgerEntry.objects.create(
        organization=branch,
        scope=branch.scope,
        month=dt.date(2026, 10, 1),
        registered_on=dt.date(2026, 10, 3),
        data={"批复文号": "中关村团字〔2026〕3号", "书记": "王雨桐", "指导员": "李晓雨"},
    )
    documents.issue(
        "founding_certificate",
        issuer=documents.Issuer(registry.near.pk, registry.near.name, certificate_code="HDT010"),
        about=("founding", founding.pk),
        unit_id=unit.pk,
        content={
            "organization": branch.name,
            "organization_kind": "团支部",
            "mode": "独立建团",
            "parent": registry.near.name,
            "approval_number": "中关村团字〔2026〕3号",
            "approved_on": "2026-10-02",
            "founded_on": "2026-10-03",
            "units": [unit.name],
        },
        on=dt.date(2026, 10, 3),
        by_id=registry.handler.pk,
    )
    return branch


def test_the_page_tells_the_whole_story(registry):
    unit = factories.make_unit(registry.near, name="北京云岫信息技术有限公司")
    branch = found_branch(registry, unit)
    page = signed_in(registry.handler).get(f"/organizations/{branch.pk}/")
    text = page.content.decode()
    assert page.context["code"] == "001.001.001.001"
    for expected in (
        "001.001.001.001",
        "海淀团区委",
        "中关村街道团工委",
        f"/units/{unit.pk}/",
        "独立建团",
        "2026-10-02 至 2029-10-01",
        "依托单位",
        "提交请示",
        "入库",
        "JT-2026-0001",
        "HDT010-2026-JT-0001",
        "中关村团字〔2026〕3号",
    ):
        assert expected in text


def test_ancestors_beyond_the_jurisdiction_are_named_but_not_linked(registry):
    branch = make_branch(registry.near, "云岫团支部")
    page = signed_in(registry.handler).get(f"/organizations/{branch.pk}/")
    text = page.content.decode()
    assert f"/organizations/{registry.near.pk}/" in text
    assert f'"/organizations/{registry.district.pk}/"' not in text


def test_officers_out_of_office_stand_below_and_say_so(registry):
    branch = make_branch(registry.near, "云岫团支部")
    yesterday = today() - dt.timedelta(days=1)
    Officer.objects.create(
        organization=branch, name="前任", duty="secretary", since=dt.date(2023, 1, 1), until=yesterday
    )
    Officer.objects.create(organization=branch, name="现任", duty="secretary", since=dt.date(2022, 1, 1))
    rows = signed_in(registry.handler).get(f"/organizations/{branch.pk}/").context["officers"]
    assert [(row["officer"].name, row["in_office"]) for row in rows] == [("现任", True), ("前任", False)]


def test_a_committee_shows_who_is_in_post_and_what_lies_below(registry):
    for number in range(25):
        make_branch(registry.near, f"第{number:02d}团支部")
    client = signed_in(registry.handler)
    page = client.get(f"/organizations/{registry.near.pk}/")
    assert {post.person.name for post in page.context["posts"]} == {"陈静怡", "周建国", "李晓雨"}
    assert page.context["below"] == {"total": 25, "kinds": [("团支部", 25)]}
    assert len(page.context["rows"]) == 20
    second = client.get(page.context["next_url"])
    assert [row["number"] for row in second.context["rows"]] == [21, 22, 23, 24, 25]


def test_statements_do_not_grow_with_rows(registry):
    unit = factories.make_unit(registry.near)
    branch = found_branch(registry, unit)
    client, url = signed_in(registry.handler), f"/organizations/{branch.pk}/"
    make_branch(branch, "第一团小组")
    one = statements(client, url)
    for number in range(2):
        other = factories.make_unit(registry.near)
        Coverage.objects.create(organization=branch, unit=other, since=today())
        Officer.objects.create(organization=branch, name=f"委员{number}", duty="委员", since=today())
        make_branch(branch, f"又一团小组{number}")
        factories.make_person(Role.INSTRUCTOR, branch)
    assert statements(client, url) == one <= 25


def test_the_units_own_people_see_their_organization(registry):
    unit = factories.make_unit(registry.near)
    branch, other = make_branch(registry.near, "本单位团支部", unit), make_branch(registry.near, "别家团支部")
    client = signed_in(factories.make_person(Role.UNIT_APPLICANT, unit))
    page = client.get(f"/organizations/{branch.pk}/")
    assert page.status_code == 200
    assert page.context["crumbs"] == []
    assert client.get(f"/organizations/{other.pk}/").status_code == 403


def test_another_jurisdiction_is_refused_and_told_why(registry):
    branch = make_branch(registry.far, "远处团支部")
    answer = signed_in(registry.handler).get(f"/organizations/{branch.pk}/")
    assert answer.status_code == 403
    assert "查看辖区组织与单位" in answer.content.decode()


def test_whoever_holds_no_post_is_refused(registry):
    assert signed_in(factories.PersonFactory()).get(f"/organizations/{registry.near.pk}/").status_code == 403


def test_strangers_sign_in_first(registry):
    assert signed_in(None).get(f"/organizations/{registry.near.pk}/").status_code == 302


def test_what_does_not_exist_is_not_found(registry):
    assert signed_in(registry.handler).get("/organizations/999999/").status_code == 404


def test_a_post_that_ended_opens_nothing(registry):
    ended = timezone.localdate() - dt.timedelta(days=1)
    registry.handler.posts.update(until=ended)
    assert signed_in(registry.handler).get(f"/organizations/{registry.near.pk}/").status_code == 403
