"""Public notices: working days, a period for each name, four-eyes, mistakes, reserves (RULES sections 4 and 10, P4)."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from awards.actions.advancing import advance
from awards.actions.announcing import (
    cancel_notice,
    change_notice,
    close_notice,
    draft_notice,
    postpone_ends,
    publish_notice,
)
from awards.actions.notice_duties import keep_periods, tell_of_ended_notices
from awards.enums import NominationState, NoticeState
from awards.models import Nomination, PublicNotice
from awards.notice_register import by_honour, names_in, shows_names, without_period
from awards.rules.states import NotPossible
from orgs.permissions import Refused
from records.calendars import ONE_DAY, midnight, seed_calendar
from records.models import CalendarDay, Notice, OutboxMessage
from tests.announcing import listed, vote_for
from tests.awards import AwardWorld, make_award_world, nomination
from tests.sharing import shared

FIXTURES = Path(__file__).parents[3] / "fixtures"
GOLDEN = dt.datetime(2014, 9, 26, 1, tzinfo=dt.UTC)  # 9 o'clock in Beijing


def build() -> AwardWorld:
    seed_calendar(FIXTURES / "calendar.json")
    return make_award_world(names_reserve=True)


world_once = shared(build, "world_once")
pytestmark = pytest.mark.django_db


@pytest.fixture
def world(world_once) -> AwardWorld:
    return world_once()


def draft(world: AwardWorld, *, at: dt.datetime = GOLDEN, supplements=None) -> PublicNotice:
    return draft_notice(
        world.campaign,
        subject="两新组织团建工作拟表彰对象",
        introduction="现予公示。",
        supplements=supplements,
        by=world.person("district_handler"),
        at=at,
    )


def published(world: AwardWorld, rows: list[Nomination], *, at: dt.datetime = GOLDEN) -> PublicNotice:
    with transaction.atomic():
        return publish_notice(draft(world, at=at), rows, by=world.person("district_approver"), at=at)


def on(day: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2014-{day}T09:00+08:00")


def test_five_working_days_over_the_national_day_end_on_8_october(world):
    notice = published(world, listed(world))
    assert {one.until for one in names_in(notice)} == {dt.date(2014, 10, 8)}
    body = notice.document.content["body"]
    assert (body["from_on"], body["to_on"], body["working_days"]) == ("2014-09-26", "2014-10-08", 5)
    assert set(world.campaign.honours.first().nominations.values_list("state", flat=True)) == {"announced"}


def test_the_letter_has_name_and_unit_and_nothing_else(world):
    (person,) = listed(world, 1, person=True)
    entries = published(world, [person]).document.content["body"]["annexes"][0]["groups"][0]["entries"]
    assert entries == [{"name": person.person_name, "unit": person.unit.name}]


def test_whoever_drafts_does_not_publish(world):
    notice = draft(world)
    with pytest.raises(Refused, match="起草"), transaction.atomic():
        publish_notice(notice, listed(world), by=world.person("district_handler"), at=GOLDEN)
    assert PublicNotice.objects.get(pk=notice.pk).state == NoticeState.DRAFT


def test_nobody_is_announced_whose_ballot_does_not_hold(world):
    (row,) = listed(world, 1)
    other = nomination(
        world.organization_honour, world.organizations[1][1], state=NominationState.LISTED
    )  # never voted on
    with pytest.raises(NotPossible, match=other.name), transaction.atomic():
        publish_notice(draft(world), [row, other], by=world.person("district_approver"), at=GOLDEN)
    assert not PublicNotice.objects.exclude(document=None).exists()


def test_a_notice_is_never_closed_early(world):
    notice = published(world, listed(world))
    with pytest.raises(NotPossible, match="公示未满"):
        close_notice(notice, by=world.person("district_handler"), at=on("10-08"))
    close_notice(notice, by=world.person("district_handler"), at=on("10-09"))
    assert PublicNotice.objects.get(pk=notice.pk).state == NoticeState.CLOSED


def test_a_changed_calendar_makes_a_period_longer_and_never_shorter(world):
    notice = published(world, listed(world))
    CalendarDay.objects.filter(day=dt.date(2014, 9, 28)).delete()  # not worked after all
    keep_periods(on("09-27"))
    assert {one.until for one in names_in(notice)} == {dt.date(2014, 10, 9)}
    CalendarDay.objects.filter(day__range=(dt.date(2014, 10, 1), dt.date(2014, 10, 7))).delete()
    assert postpone_ends(notice, at=on("09-27")) == 0
    assert {one.until for one in names_in(notice)} == {dt.date(2014, 10, 9)}


def test_a_cancelled_notice_takes_everybody_back_and_starts_afresh(world):
    rows = listed(world)
    notice = published(world, rows)
    advance(rows[0], "clear", by=None, at=on("10-09"))
    cancel_notice(notice, reason="单位名称有误", by=world.person("district_approver"), at=on("10-09"))
    assert not shows_names(PublicNotice.objects.get(pk=notice.pk), dt.date(2014, 10, 9))
    assert {one.pk for one in without_period(world.campaign)} == {one.pk for one in rows}
    with pytest.raises(NotPossible):
        advance(rows[0], "clear", by=None, at=on("10-10"))
    with transaction.atomic():
        again = publish_notice(
            notice, without_period(world.campaign), by=world.person("district_approver"), at=on("10-10")
        )
    assert {(one.since, one.until) for one in names_in(again)} == {
        (dt.date(2014, 10, 10), dt.date(2014, 10, 15))
    }


def test_once_somebody_is_decided_a_notice_is_not_taken_back(world):
    (row,) = listed(world, 1)
    notice = published(world, [row])
    advance(row, "clear", by=None, at=on("10-09"))
    advance(row, "decide", by=None, at=on("10-09"))
    with pytest.raises(NotPossible, match="作出决定"):
        cancel_notice(notice, reason="有误", by=world.person("district_approver"), at=on("10-10"))


def test_a_published_notice_is_not_edited(world):
    notice = published(world, listed(world))
    with pytest.raises(NotPossible, match="撤回"):
        change_notice(
            notice, subject="改", introduction="改", by=world.person("district_handler"), at=on("09-28")
        )


def with_reserve(world: AwardWorld) -> tuple[list[Nomination], Nomination, PublicNotice]:
    rows = listed(world)
    reserve = nomination(world.organization_honour, world.organizations[0][2], state=NominationState.RESERVE)
    vote_for(world, [reserve], reserve=[reserve.pk])
    return rows, reserve, published(world, rows)


def test_reserves_are_named_in_their_order_where_the_notice_says_so(world):
    _rows, reserve, notice = with_reserve(world)
    assert [one.pk for one in by_honour(notice)[0].reserve] == [reserve.pk]
    assert notice.document.content["body"]["annexes"][1]["groups"][0]["entries"][0]["name"] == reserve.name


def test_a_reserve_who_follows_is_announced_for_a_full_period_of_its_own(world):
    rows, reserve, notice = with_reserve(world)
    supplement = draft(world, at=on("10-10"), supplements=notice)
    with pytest.raises(NotPossible, match="名额已满"), transaction.atomic():
        publish_notice(supplement, [reserve], by=world.person("district_approver"), at=on("10-10"))
    advance(rows[0], "withdraw", by=None, at=on("10-10"))
    reserve.refresh_from_db()
    with transaction.atomic():
        publish_notice(supplement, [reserve], by=world.person("district_approver"), at=on("10-10"))
    name = reserve.announcements.get()
    assert (name.since, name.until) == (dt.date(2014, 10, 10), dt.date(2014, 10, 15))
    assert {one.until for one in names_in(notice)} == {dt.date(2014, 10, 8)}
    body = PublicNotice.objects.get(pk=supplement.pk).document.content["body"]
    assert body["supplements"]["number"] == notice.document.number


def test_nobody_follows_where_the_notice_did_not_say_so(world):
    notice = published(world, listed(world))
    PublicNotice.objects.filter(pk=notice.pk).update(names_reserve=False)
    with pytest.raises(NotPossible, match="递补"):
        draft(world, supplements=PublicNotice.objects.get(pk=notice.pk))


def test_a_name_that_left_leaves_the_page_and_the_others_stay(world):
    rows = listed(world)
    notice = published(world, rows)
    advance(rows[0], "withdraw", by=None, at=on("09-28"))
    assert [one.nomination_id for one in names_in(notice)] == [rows[1].pk]


def test_names_are_shown_for_thirty_days_after_the_last_period(world):
    notice = published(world, listed(world))
    assert shows_names(notice, dt.date(2014, 11, 7))
    assert not shows_names(notice, dt.date(2014, 11, 8))


def test_the_handler_is_told_once_that_a_notice_is_over(world):
    notice = published(world, listed(world), at=timezone.now())
    until = names_in(notice)[0].until
    last, after = (midnight(until + days * ONE_DAY) + dt.timedelta(hours=9) for days in (0, 1))
    assert [tell_of_ended_notices(moment) for moment in (last, after, after + ONE_DAY)] == [0, 1, 0]
    assert Notice.objects.get(kind="notice_over").to_id == world.person("district_handler").pk


def test_the_approver_is_told_of_a_draft_and_each_nominee_of_the_notice(world):
    published(world, listed(world), at=timezone.now())
    told = [one.payload["notice"] for one in OutboxMessage.objects.filter(key__startswith="notice:")]
    assert sorted(told) == ["nominee_announced", "nominee_announced", "notice_to_publish"]
