"""Who may inspect and exactly why not, the notices of a visit, replacement, calling off."""

import datetime as dt

import pytest
from django.utils import timezone

from orgs.actions.acceptance.candidates import (
    AssignmentRefused,
    PlannedVisit,
    inspector_candidates,
    inspector_conflict,
    items_for,
)
from orgs.actions.acceptance.inspectors import (
    assign_inspectors,
    cancel_inspection,
    cancel_verdict,
    replace_inspector,
)
from orgs.enums import Conclusion, Role
from orgs.models import Acceptance, Founding, Inspection, Post, RuleSet, Survey, Visit
from records.models import AuditEntry, Document, OutboxMessage
from tests import factories
from tests.inspections import Visiting, add_visit, make_inspection
from tests.sharing import shared

pytestmark = pytest.mark.django_db
Purpose, State = Inspection.Purpose, Inspection.State
NOBODY: frozenset[int] = frozenset()


def build() -> Visiting:
    """An acceptance before its first round, with three inspectors of the street and two of the district."""
    world = make_inspection(inspectors=0, inspection_round=0)
    people = world.place.people
    for number in range(3):
        people[f"inspector{number}"] = factories.make_person(
            Role.INSPECTOR, world.place.streets[0], f"街道验收员{number}"
        )
    for number in range(2):
        people[f"district{number}"] = factories.make_person(
            Role.INSPECTOR, world.place.district, f"区验收员{number}"
        )
    people["elsewhere"] = factories.make_person(Role.INSPECTOR, world.place.streets[1], "别街验收员")
    return world


world_copy = shared(build, "world_copy")


@pytest.fixture
def world(world_copy) -> Visiting:
    return world_copy()


def judged(world: Visiting, who: str, purpose=Purpose.REGULAR, deciders=NOBODY):
    return inspector_conflict(
        world.place.person(who),
        world.acceptance,
        purpose=purpose,
        deciders=deciders,
        on=timezone.localdate(),
    )


def planned(world: Visiting, *people: str, hours: int = 48, place: str = "一层会议室") -> list[PlannedVisit]:
    moment = timezone.now().replace(second=0, microsecond=0) + dt.timedelta(hours=hours)
    return [PlannedVisit(world.place.person(who), moment, place, "李想", "010-62550000") for who in people]


def send(world: Visiting, visits: list[PlannedVisit], purpose=Purpose.REGULAR, deciders=NOBODY):
    by = "district_handler" if purpose == Purpose.SAMPLE else "handler0"
    return assign_inspectors(
        world.acceptance,
        visits=visits,
        items=items_for(world.acceptance, purpose),
        purpose=purpose,
        deciders=deciders,
        by=world.place.person(by),
        at=timezone.now(),
    )


def told(kind: str) -> set[int]:
    return {one.payload["to"] for one in OutboxMessage.objects.filter(kind="notice", payload__notice=kind)}


def founded_with(world: Visiting, name: str) -> None:
    Founding.objects.create(
        unit=world.unit,
        affiliation=world.acceptance.affiliation,
        organization=world.organization,
        applicant=world.place.person("applicant"),
        rule_set=RuleSet.objects.filter(subject="founding").first(),
        rules={},
        instructor=name,
    )


def visited_by(world: Visiting, who: str) -> None:
    rules = RuleSet.objects.first()
    survey = Survey.objects.create(unit=world.unit, rule_set=rules, rules={})
    Visit.objects.create(survey=survey, visited_on=dt.date(2026, 3, 5), by=world.place.person(who))


def test_whoever_is_tied_to_nothing_may_inspect(world):
    assert judged(world, "inspector0")
    assert judged(world, "district0")


def test_the_applicant_and_people_of_the_unit_are_refused_also_after_their_post(world):
    person = world.place.person("inspector0")
    assert "申请人" in judged(world, "applicant").reason
    assert world.unit.name in judged(world, "leader").reason
    role, since = Role.UNIT_LEADER, dt.date(2024, 1, 1)
    Post.objects.create(person=person, role=role, unit=world.unit, since=since, until=dt.date(2025, 1, 1))
    refused = judged(world, "inspector0")
    assert not refused
    assert "任职或曾任职" in refused.reason
    assert refused.remedy


def test_people_of_a_covered_unit_are_refused(world):
    unit = factories.make_unit(world.place.streets[0])
    world.organization.coverages.create(unit=unit, since=timezone.localdate())
    Post.objects.create(
        person=world.place.person("inspector1"),
        role=Role.UNIT_APPLICANT,
        unit=unit,
        since=dt.date(2026, 1, 1),
    )
    assert unit.name in judged(world, "inspector1").reason
    assert judged(world, "inspector0")


def test_the_instructor_named_at_the_founding_is_refused(world):
    founded_with(world, "街道验收员2")
    assert "建团指导员" in judged(world, "inspector2").reason
    assert judged(world, "inspector1")


def test_an_instructor_who_visited_is_refused_a_handler_who_visited_is_not(world):
    visited_by(world, "inspector0")
    assert judged(world, "inspector0")
    Post.objects.create(
        person=world.place.person("inspector0"),
        role=Role.INSTRUCTOR,
        organization=world.place.streets[0],
        since=dt.date(2026, 1, 1),
    )
    assert "2026-03-05" in judged(world, "inspector0").reason


def test_whoever_took_a_step_of_the_case_is_refused(world):
    refused = judged(world, "inspector0", deciders=frozenset({world.place.person("inspector0").pk}))
    assert "其他环节" in refused.reason


def test_inspectors_of_another_street_and_those_whose_post_has_ended_are_refused(world):
    assert not judged(world, "elsewhere")
    Post.objects.filter(person=world.place.person("inspector0"), role=Role.INSPECTOR).update(
        until=timezone.localdate() - dt.timedelta(days=1)
    )
    assert not judged(world, "inspector0")


def test_after_an_appeal_everything_is_inspected_by_others(world):
    world.acceptance.inspection_round = 1
    add_visit(world, inspector=world.place.person("inspector0"), round=1, state=State.COMPLETED)
    world.acceptance.appeals = 1
    world.acceptance.save()
    assert "申诉前" in judged(world, "inspector0").reason
    assert judged(world, "inspector1")
    add_visit(world, inspector=world.place.person("inspector1"), round=2, state=State.COMPLETED)
    world.acceptance.inspection_round, world.acceptance.conclusion = 2, Conclusion.RECTIFY
    world.acceptance.save()
    assert judged(world, "inspector1", Purpose.AGAIN), "whoever came after the appeal may come again"
    assert not judged(world, "inspector0", Purpose.AGAIN)


def test_a_sample_is_visited_by_people_of_the_district_who_were_not_there_before(world):
    world.acceptance.inspection_round = 1
    add_visit(world, inspector=world.place.person("district0"), round=1, state=State.COMPLETED)
    assert "区级抽查须由其他人" in judged(world, "district0", Purpose.SAMPLE).reason
    assert not judged(world, "inspector0", Purpose.SAMPLE)
    assert judged(world, "district1", Purpose.SAMPLE)


def test_direct_contact_is_inspected_by_people_of_the_district(world):
    world.acceptance.affiliation, world.acceptance.direct_contact = world.place.district, True
    found = inspector_candidates(
        world.acceptance, purpose=Purpose.REGULAR, deciders=NOBODY, on=timezone.localdate()
    )
    assert {one.person.name for one in found} == {"区验收员0", "区验收员1"}


def test_candidates_show_their_load_and_those_in_conflict_come_last_with_the_reason(world):
    founded_with(world, "街道验收员2")
    day = timezone.now() + dt.timedelta(days=2)
    add_visit(
        make_inspection(world.place, inspectors=0), inspector=world.place.person("inspector0"), planned_at=day
    )
    found = inspector_candidates(
        world.acceptance, purpose=Purpose.REGULAR, deciders=NOBODY, on=timezone.localdate()
    )
    names = [one.person.name for one in found]
    assert names[-2:] == ["街道验收员0", "街道验收员2"]
    assert found[-2].open_visits == found[-2].on_day(timezone.localdate(day)) == 1
    assert "指导员" in found[-1].verdict.reason


def test_too_few_the_same_twice_the_past_and_conflicts_are_refused_and_nothing_is_kept(world):
    cases = {
        "补选": planned(world, "inspector0"),
        "选了两次": planned(world, "inspector0", "inspector0"),
        "已过": planned(world, "inspector0", "inspector1", hours=-1),
        "地点": planned(world, "inspector0", "inspector1", place=" "),
        "任职或曾任职": planned(world, "inspector0", "leader"),
    }
    for said, visits in cases.items():
        with pytest.raises(AssignmentRefused, match=said):
            send(world, visits)
    assert not Inspection.objects.exists()
    assert not Document.objects.exists()
    assert Acceptance.objects.get().inspection_round == 0


def test_assigning_begins_a_round_issues_the_notice_and_tells_everybody(world):
    made = send(world, planned(world, "inspector0", "inspector1"))
    assert [(one.round, len(one.items), one.state) for one in made] == [(1, 24, State.ASSIGNED)] * 2
    notice = Document.objects.get(kind="acceptance_notice")
    body = notice.content["body"]
    assert notice.issuer_id == world.place.streets[0].pk
    assert [one["name"] for one in body["inspectors"]] == ["街道验收员0", "街道验收员1"]
    assert len(body["criteria"]) == 6
    assert body["methods"]
    assert told("inspection_assigned") == {one.inspector_id for one in made}
    assert told("inspection_planned") == {world.place.person("applicant").pk}
    assert AuditEntry.objects.filter(event="inspectors_assigned").count() == 1


def test_two_meetings_have_a_notice_each(world):
    send(world, [*planned(world, "inspector0"), *planned(world, "inspector1", hours=72)])
    found = Document.objects.filter(kind="acceptance_notice")
    assert [len(one.content["body"]["inspectors"]) for one in found] == [1, 1]


def test_a_sample_at_the_same_hour_has_the_notice_of_the_district_and_leaves_the_other(world):
    send(world, planned(world, "inspector0", "inspector1"))
    send(world, planned(world, "district0"), Purpose.SAMPLE)
    first, second = Document.objects.filter(kind="acceptance_notice").order_by("pk")
    assert (first.status, second.status) == ("valid", "valid")
    assert second.issuer_id == world.place.district.pk
    assert [one["name"] for one in second.content["body"]["inspectors"]] == ["区验收员0"]
    assert world.acceptance.inspection_round == 1


def test_a_reinspection_looks_at_what_failed_only(world):
    world.acceptance.items.filter(code="C3.2").update(points=0, met=False)
    world.acceptance.conclusion = Conclusion.RECTIFY
    world.acceptance.save()
    made = send(world, planned(world, "inspector0", "inspector1"), Purpose.AGAIN)
    assert [one.items for one in made] == [["C3.2"], ["C3.2"]]
    body = Document.objects.get(kind="acceptance_notice").content["body"]
    assert body["again"]
    assert body["criteria"] == ["牌匾、团旗、团徽"]


def test_replacing_calls_one_visit_off_makes_another_and_renews_the_notice(world):
    visit = send(world, planned(world, "inspector0", "inspector1"))[0]
    common = {"deciders": NOBODY, "by": world.place.person("handler0"), "at": timezone.now()}
    with pytest.raises(AssignmentRefused, match="已在本轮"):
        replace_inspector(visit, inspector=world.place.person("inspector1"), reason="病假", **common)
    made = replace_inspector(visit, inspector=world.place.person("inspector2"), reason="病假", **common)
    visit.refresh_from_db()
    assert (visit.state, visit.cancelled_reason, visit.version) == (State.CANCELLED, "病假", 2)
    assert (made.planned_at, made.place, made.round) == (visit.planned_at, visit.place, 1)
    old, new = Document.objects.filter(kind="acceptance_notice").order_by("pk")
    assert (old.status, new.status) == ("superseded", "valid")
    assert {one["name"] for one in new.content["body"]["inspectors"]} == {"街道验收员1", "街道验收员2"}
    assert told("inspection_cancelled") == {visit.inspector_id}
    with pytest.raises(AssignmentRefused, match="已取消"):
        replace_inspector(visit, inspector=world.place.person("district0"), reason="病假", **common)


def test_a_visit_is_called_off_only_while_enough_are_left_and_it_is_open(world):
    common = {"reason": "不再需要", "by": world.place.person("handler0"), "at": timezone.now()}
    visits = send(
        world, [*planned(world, "inspector0", "inspector1"), *planned(world, "district0", hours=72)]
    )
    visits[1].state = State.COMPLETED
    visits[1].save()
    assert not cancel_verdict(visits[1])
    cancel_inspection(visits[2], **common)
    last = Document.objects.filter(kind="acceptance_notice").order_by("pk").last()
    assert last.status == "revoked", "nobody comes to that meeting any more"
    with pytest.raises(AssignmentRefused, match="人数不足"):
        cancel_inspection(visits[0], **common)
