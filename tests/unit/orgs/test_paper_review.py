"""The paper review: who checked what, remarks on items, and what the system knows beside a claim."""

import pytest
from django.utils import timezone

from orgs.actions.acceptance.papers import paper_checks, record_papers
from orgs.actions.acceptance.system_data import facts_beside
from orgs.models import Acceptance, Founding, RuleSet
from tests.inspections import Visiting, make_inspection
from tests.sharing import shared

pytestmark = pytest.mark.django_db
papers_world = shared(lambda: make_inspection(inspectors=0), "papers_world")


@pytest.fixture
def world(papers_world) -> Visiting:
    return papers_world()


def test_the_paper_review_keeps_who_checked_what_and_the_remarks(world):
    assert [one.group for one in paper_checks(world.acceptance)] == ["三必核"] * 3 + ["两必听"] * 2
    by, at = world.place.person("handler0"), timezone.now()
    record_papers(world.acceptance, checked=["data"], remarks={"C1.1": " 缺原件 "}, by=by, at=at)
    found = Acceptance.objects.get(pk=world.acceptance.pk)
    checked = next(one for one in paper_checks(found) if one.code == "data")
    assert (checked.done, checked.by_name) == (True, by.name)
    assert found.items.get(code="C1.1").paper_note == "缺原件"
    with pytest.raises(ValueError, match="no such"):
        record_papers(world.acceptance, checked=["other"], remarks={}, by=by, at=at)


def test_what_the_system_knows_stands_beside_the_claim(world):
    Founding.objects.create(
        unit=world.unit,
        affiliation=world.acceptance.affiliation,
        organization=world.organization,
        applicant=world.place.person("applicant"),
        rule_set=RuleSet.objects.filter(subject="founding").first(),
        rules={},
        instructor="赵指导",
    )
    facts = facts_beside(world.acceptance, on=timezone.localdate())
    assert "团员12人" in facts["C2.1"][0].text
    assert facts["C6.3"][0].text == "赵指导"
    assert facts["C1.1"][0].text == "", "no reply is on record"
