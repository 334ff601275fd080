"""Decision and certificates through real cases: together, documented, and held by a late objection (RULES 10, P4)."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from awards.actions.objecting import log_objection
from awards.enums import Medium, NominationState
from awards.models import Award, ConflictDeclaration, Nomination, QuotaAdjustment
from records.models import Document
from tests.awards import AwardWorld, make_award_world
from tests.flows import nomination_world as n
from tests.sharing import shared

pytestmark = pytest.mark.django_db
WORDS = {"introduction": "为表彰先进，我委决定：", "call": "希望珍惜荣誉、再接再厉。"}


def build() -> tuple[AwardWorld, list[n.NominationWalk]]:
    """An organization and a person, cleared after the public notice."""
    world = make_award_world(nomination_places=10)
    walks = [n.vetted(world, number=0), n.vetted(world, number=1, person="王雨桐")]
    for walk in walks:
        n.hold_vote(world, [walk])
        walk.to("cleared")
    return world, walks


cleared_once = shared(build, "cleared_once")


@pytest.fixture
def cleared(cleared_once):
    return cleared_once()


def send(world: AwardWorld, who: str, name: str, **data):
    client = Client()
    client.force_login(world.person(who), backend="django.contrib.auth.backends.ModelBackend")
    address = reverse(name, args=[world.campaign.pk])
    return client.post(address, data, follow=True) if data else client.get(address)


def ids(*walks: n.NominationWalk) -> list[str]:
    return [str(walk.nomination.pk) for walk in walks]


def decide(world: AwardWorld, *walks: n.NominationWalk, who: str = "district_approver"):
    return send(world, who, "decide_awards", nominees=ids(*walks), **WORDS)


def issue(world: AwardWorld, *walks: n.NominationWalk, who: str = "district_handler"):
    return send(world, who, "issue_certificates", nominees=ids(*walks))


def object_to(world: AwardWorld, walk: n.NominationWalk) -> None:
    log_objection(
        walk.nomination,
        medium=Medium.LETTER,
        facts="签到表上的十二个签名是同一个人写的，可以向行政部核实。",
        objector=None,
        received_on=timezone.localdate(),
        by=world.person("secretary"),
        at=timezone.now(),
    )


def states_of(*walks: n.NominationWalk) -> list[str]:
    return [walk.nomination.state for walk in walks]


def test_cleared_nominees_are_decided_together_by_one_document_and_get_certificates_that_verify(cleared):
    world, walks = cleared
    shown = send(world, "district_approver", "decide_awards").content.decode()
    assert all(walk.nomination.name in shown for walk in walks)
    preview = send(world, "district_approver", "preview_decision", nominees=ids(*walks), **WORDS)
    assert preview["Content-Type"] == "application/pdf"
    assert not Award.objects.exists()
    assert decide(world, *walks).status_code == 200
    assert states_of(*walks) == [NominationState.DECIDED] * 2
    decision = Document.objects.get(kind="commendation_decision")
    grants = decision.content["body"]["grants"]
    assert [one["first"] for one in grants] == [walks[0].nomination.name, "王雨桐同志"]
    assert issue(world, *walks).status_code == 200
    assert states_of(*walks) == [NominationState.AWARDED] * 2
    for award in Award.objects.all():
        assert award.decision == decision
        verified = Client().get(reverse("verify", args=[award.certificate.public_code]))
        assert award.certificate.number in verified.content.decode()
    listed = send(world, "district_handler", "issue_certificates").content.decode()
    assert all(award.certificate.number in listed for award in Award.objects.all())


def test_a_late_objection_holds_the_decision_and_after_it_the_certificate(cleared):
    world, (first, second) = cleared
    object_to(world, first)
    assert decide(world, first).status_code == 422
    assert decide(world, second).status_code == 200
    assert states_of(first, second) == [NominationState.HELD, NominationState.DECIDED]
    object_to(world, second)
    assert issue(world, second).status_code == 422
    assert not Document.objects.filter(kind="award_certificate").exists()


def test_nothing_over_the_places_is_decided_after_a_cut(cleared):
    world, (first, second) = cleared
    QuotaAdjustment.objects.create(
        honour=first.nomination.honour,
        places=-world.organization_honour.places,
        reason="缩减",
        decision="会议纪要",
        by=world.person("district_approver"),
        at=timezone.now(),
    )
    assert decide(world, first, second).status_code == 422
    assert states_of(first, second) == [NominationState.CLEARED] * 2
    assert not Document.objects.filter(kind="commendation_decision").exists()


def test_a_second_honour_of_the_year_is_refused_in_words(cleared):
    world, (first, _second) = cleared
    Award.objects.create(
        organization=first.nomination.organization,
        scope=first.nomination.organization.scope,
        honour_code="advanced_organization",
        title="先进团组织",
        year=world.campaign.year,
        decided_on=timezone.localdate(),
        decision_title="决定",
        decision_number="海团字〔2014〕1号",
    )
    answer = decide(world, first)
    assert answer.status_code == 422
    assert "本年度已经获得一项荣誉" in answer.content.decode()


def test_two_honours_of_one_holder_in_one_decision_are_refused_in_words(cleared):
    world, (first, second) = cleared
    Nomination.objects.filter(pk=second.nomination.pk).update(
        organization=first.nomination.organization, person_key=""
    )
    answer = decide(world, first, second)
    assert answer.status_code == 422
    assert "本年度已经获得一项荣誉" in answer.content.decode()


def test_a_character_that_no_font_has_is_named_before_signing(cleared):
    world, walks = cleared
    words = {"introduction": "为表彰先进\U0001f600，我委决定：", "call": WORDS["call"]}
    for name in ("preview_decision", "decide_awards"):
        answer = send(world, "district_approver", name, nominees=ids(*walks), **words)
        assert answer.status_code == 422, name
    assert states_of(*walks) == [NominationState.CLEARED] * 2


def test_a_conflict_that_comes_to_light_after_the_vote_blocks_decision_and_certificate(cleared):
    world, (first, second) = cleared
    member = next(one for one in world.committee if one.duty == "member")
    for walk in (first, second):
        if walk is second:
            assert decide(world, second).status_code == 200
        ConflictDeclaration.objects.create(
            member=member,
            honour=walk.nomination.honour,
            nomination=walk.nomination,
            ground="relative",
            at=timezone.now(),
        )
    assert decide(world, first).status_code == 422
    assert issue(world, second).status_code == 422


@pytest.mark.parametrize("who", ["approver0", "handler0", "secretary", "member1", "applicant0_0"])
def test_nobody_else_decides_or_issues(cleared, who):
    world, walks = cleared
    assert decide(world, *walks, who=who).status_code == 403
    assert issue(world, *walks, who=who).status_code == 403
    assert decide(world, *walks, who="district_handler").status_code == 403
    assert states_of(*walks) == [NominationState.CLEARED] * 2
