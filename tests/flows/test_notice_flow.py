"""The public notice through real cases: cleared together, removed, resumed, reserves, never early (RULES 10, P4)."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from awards.actions.announcing import draft_notice
from awards.actions.investigating import appoint_investigators, report_on
from awards.actions.objecting import accept_objection, log_objection
from awards.enums import Medium, NominationState, NoticeState, ReviewState
from awards.models import AnnouncedName, Objection, PublicNotice, Review
from orgs.enums import Role
from tests import factories
from tests.awards import AwardWorld, make_award_world
from tests.flows import nomination_world as n
from tests.sharing import shared
from workflows.models import Outcome
from workflows.nomination.views.objections import involved

ONE_DAY = dt.timedelta(days=1)
pytestmark = pytest.mark.django_db


def build() -> tuple[AwardWorld, list[n.NominationWalk]]:
    """Three of the first street stand before the notice: two on the list of two places, one in reserve."""
    world = make_award_world(names_reserve=True, nomination_places=10)
    world.place.people["looker"] = factories.make_person(Role.INSPECTOR, world.place.district, "孙调查")
    walks = [n.vetted(world, number=number) for number in range(3)]
    n.hold_vote(world, walks)
    for walk in walks[:2]:
        walk.to("listed")
    walks[2].together("committee_review", "secretary", Outcome.RESERVED)
    Review.objects.update(state=ReviewState.CONCLUDED, result={"reserve": [walks[2].nomination.pk]})
    return world, walks


listed_once = shared(build, "listed_once")


@pytest.fixture
def listed(listed_once):
    return listed_once()


def post(world: AwardWorld, who: str, name: str, pk: int, **data: str):
    client = Client()
    client.force_login(world.person(who), backend="django.contrib.auth.backends.ModelBackend")
    return client.post(reverse(name, args=[pk]), data, follow=True)


def published(world: AwardWorld, supplements: PublicNotice | None = None) -> PublicNotice:
    """A notice that the handler drafted and the approver published."""
    notice = draft_notice(
        world.campaign,
        subject="拟表彰对象",
        introduction="现予公示。",
        supplements=supplements,
        by=world.person("district_handler"),
        at=timezone.now(),
    )
    post(world, "district_approver", "publish_notice", notice.pk)
    return PublicNotice.objects.get(pk=notice.pk)


def pass_by(notice: PublicNotice) -> None:
    """The periods of a notice pass: their days move back."""
    today = timezone.localdate()
    notice.names.update(since=today - 10 * ONE_DAY, until=today - ONE_DAY)


def reported(world: AwardWorld, walk: n.NominationWalk, *, founded: bool) -> Objection:
    """An objection to a nominee, looked into."""
    now = timezone.now()
    objection = log_objection(
        walk.nomination,
        medium=Medium.LETTER,
        facts="签到表上的十二个签名是同一个人写的，可以向行政部核实。",
        objector=None,
        received_on=timezone.localdate(now),
        by=world.person("secretary"),
        at=now,
    )
    accept_objection(objection, checkable=True, by=world.person("secretary"), at=now)
    appoint_investigators(
        objection,
        [world.person("looker")],
        involved=involved(objection.nomination),
        by=world.person("secretary"),
        at=now,
    )
    return report_on(objection, report="查看。", founded=founded, by=world.person("looker"), at=now)


def resolve(world: AwardWorld, objection: Objection, finding: str):
    return post(
        world,
        "district_approver",
        "resolve_objection",
        objection.pk,
        finding=finding,
        resolution="经查，签名系代签。",
        reply="已经核查，感谢反映。",
    )


def states(walks: list[n.NominationWalk]) -> list[str]:
    return [walk.nomination.state for walk in walks]


def test_the_list_is_announced_and_cleared_together_after_its_period_and_not_a_day_before(listed):
    world, walks = listed
    notice = published(world)
    assert states(walks) == ["announced", "announced", "reserve"]
    page = post(world, "district_handler", "clear_notice", notice.pk).content.decode()
    assert "不能提前结束" in page
    assert states(walks)[:2] == ["announced", "announced"]
    notice.names.update(until=timezone.localdate())
    post(world, "district_handler", "clear_notice", notice.pk)
    assert states(walks)[:2] == ["announced", "announced"]  # the last day belongs to the notice
    pass_by(notice)
    post(world, "district_handler", "clear_notice", notice.pk)
    assert [walk.node for walk in walks] == ["decide_award", "decide_award", "in_reserve"]
    assert PublicNotice.objects.get(pk=notice.pk).state == NoticeState.CLOSED


def test_whoever_drafted_does_not_publish_and_the_page_says_so(listed):
    world, walks = listed
    notice = draft_notice(
        world.campaign,
        subject="拟表彰对象",
        introduction="现予公示。",
        by=world.person("district_approver"),
        at=timezone.now(),
    )
    page = post(world, "district_approver", "publish_notice", notice.pk).content.decode()
    assert "起草人不能发布" in page
    assert states(walks)[0] == NominationState.LISTED


def test_an_objection_keeps_its_nominee_back_while_the_others_go_on(listed):
    world, walks = listed
    notice = published(world)
    objection = reported(world, walks[0], founded=False)
    pass_by(notice)
    page = post(world, "district_handler", "clear_notice", notice.pk).content.decode()
    assert states(walks)[:2] == ["held", "cleared"]
    assert "有异议尚未查清" in page
    resolve(world, objection, "unfounded")
    assert states(walks)[0] == NominationState.ANNOUNCED
    post(world, "district_handler", "clear_notice", notice.pk)
    assert [walk.node for walk in walks[:2]] == ["decide_award", "decide_award"]


def test_founded_the_nominee_is_removed_and_the_reserve_follows_for_a_full_period(listed):
    world, walks = listed
    notice = published(world)
    resolve(world, reported(world, walks[0], founded=True), "founded")
    assert (states(walks)[0], walks[0].node) == ("removed", "removed")
    assert not AnnouncedName.objects.filter(nomination=walks[0].nomination, ended_on=None).exists()
    supplement = published(world, supplements=notice)
    assert (states(walks)[2], walks[2].node) == ("announced", "public_notice")
    names = AnnouncedName.objects.filter(ended_on=None).order_by("pk")
    assert [(one.notice_id, one.nomination_id) for one in names] == [
        (notice.pk, walks[1].nomination.pk),
        (supplement.pk, walks[2].nomination.pk),
    ]
    pass_by(notice)
    post(world, "district_handler", "clear_notice", notice.pk)
    assert states(walks) == ["removed", "cleared", "announced"]


def test_a_late_objection_at_the_decision_is_removed_or_goes_back_to_where_it_stood(listed):
    world, walks = listed
    notice = published(world)
    pass_by(notice)
    post(world, "district_handler", "clear_notice", notice.pk)
    first, second = (reported(world, walk, founded=True) for walk in walks[:2])
    assert states(walks)[:2] == ["held", "held"]
    resolve(world, first, "unfounded")
    resolve(world, second, "founded")
    assert [walk.node for walk in walks[:2]] == ["decide_award", "removed"]
    assert states(walks)[:2] == ["cleared", "removed"]


def test_a_mistake_is_cancelled_and_published_again_for_a_new_period(listed):
    world, walks = listed
    notice = published(world)
    pass_by(notice)
    post(world, "district_handler", "clear_notice", notice.pk)
    post(world, "district_approver", "cancel_notice", notice.pk, reason="单位名称有误")
    assert states(walks)[:2] == ["announced", "announced"]
    post(world, "district_approver", "publish_notice", notice.pk)
    today = timezone.localdate()
    assert set(notice.names.filter(ended_on=None).values_list("since", flat=True)) == {today}
    pass_by(notice)
    post(world, "district_handler", "clear_notice", notice.pk)
    assert states(walks)[:2] == ["cleared", "cleared"]


def test_whoever_decided_in_the_case_is_not_offered_to_investigate(listed):
    world, walks = listed
    published(world)
    people = involved(walks[0].nomination)
    for key in ("handler0", "approver0", "district_handler", "district_approver", "applicant0_0", "chair"):
        assert world.person(key).pk in people
    assert world.person("looker").pk not in people
