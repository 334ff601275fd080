"""Objections: what they hold, their terms, who investigates, who reads by whom they are (RULES section 10, P4)."""

import datetime as dt
import io

import pytest
from django.db import transaction
from django.utils import timezone
from PIL import Image

from awards.actions.advancing import advance, obstacles
from awards.actions.announcing import cancel_notice, draft_notice, publish_notice
from awards.actions.investigating import (
    appoint_investigators,
    report_on,
    resolve_objection,
    send_back_report,
)
from awards.actions.notice_duties import remind_of_objections
from awards.actions.objecting import (
    Objector,
    accept_objection,
    dismiss_objection,
    log_objection,
    read_objector,
)
from awards.enums import Medium, NominationState, ObjectionState
from awards.models import Nomination, Objection, PublicNotice
from awards.notice_register import without_period
from awards.objection_register import EVIDENCE, candidates, files_of, involved_in
from awards.rules.states import NotPossible
from orgs.enums import Role
from orgs.permissions import Refused, end_post
from records.calendars import ONE_DAY, add_working_days, midnight
from records.models import AuditEntry, AuditPersonal, Notice, OutboxMessage, StoredFile
from records.uploads import CheckedFile, UploadRefused
from tests import factories
from tests.announcing import listed
from tests.awards import AwardWorld, make_award_world
from tests.sharing import shared

NAMED = Objector("钱多多", "某某公司", "13800001234")
FACTS = "2026年3月的团日活动并没有举行，签到表上的签名是同一个人写的。"
pytestmark = pytest.mark.django_db


def build() -> tuple[AwardWorld, list[Nomination], PublicNotice]:
    world = make_award_world()
    world.place.people["looker"] = factories.make_person(Role.INSPECTOR, world.place.district, "孙调查")
    world.place.people["looker2"] = factories.make_person(Role.INSPECTOR, world.place.district, "吴核实")
    rows, now = listed(world), timezone.now()
    notice = draft_notice(
        world.campaign,
        subject="拟表彰对象",
        introduction="现予公示。",
        by=world.person("district_handler"),
        at=now,
    )
    with transaction.atomic():
        publish_notice(notice, rows, by=world.person("district_approver"), at=now)
    return world, rows, PublicNotice.objects.get(pk=notice.pk)


announced_once = shared(build, "announced_once")


@pytest.fixture
def announced(announced_once):
    return announced_once()


def object_to(nomination: Nomination, objector: Objector | None = NAMED, **fields) -> Objection:
    now = timezone.now()
    values = {
        "medium": Medium.WEB,
        "facts": FACTS,
        "objector": objector,
        "received_on": timezone.localdate(now),
        "by": None,
        "at": now,
    }
    return log_objection(nomination, **values | fields)


def state(nomination: Nomination) -> str:
    return Nomination.objects.get(pk=nomination.pk).state


def over(notice: PublicNotice) -> dt.datetime:
    """The morning after the last day of a notice."""
    until = notice.names.order_by("-until").first().until
    return midnight(until + ONE_DAY) + dt.timedelta(hours=9)


def investigated(world: AwardWorld, objection: Objection, *, founded: bool) -> Objection:
    """An objection with a report."""
    now = timezone.now()
    accept_objection(objection, checkable=True, by=world.person("secretary"), at=now)
    appoint_investigators(
        objection,
        [world.person("looker")],
        involved=involved_in(objection.nomination),
        by=world.person("secretary"),
        at=now,
    )
    return report_on(objection, report="查看签到表。", founded=founded, by=world.person("looker"), at=now)


def resolved(world: AwardWorld, objection: Objection, *, founded: bool, at: dt.datetime) -> Objection:
    investigated(world, objection, founded=founded)
    with transaction.atomic():
        return resolve_objection(
            objection,
            founded=founded,
            resolution="经查。",
            reply="已核查。",
            by=world.person("district_approver"),
            at=at,
        )


def test_an_objection_holds_its_nominee_at_once_and_nobody_else(announced):
    _world, rows, notice = announced
    object_to(rows[0])
    assert [state(one) for one in rows] == ["held", "announced"]
    assert obstacles(rows[1], "clear", timezone.localdate(over(notice))) == []
    rows[0].refresh_from_db()
    assert obstacles(rows[0], "clear", timezone.localdate(over(notice)))


def test_accepted_within_two_and_investigated_within_fifteen_working_days(announced):
    world, rows, _notice = announced
    objection, today = object_to(rows[0]), timezone.localdate()
    assert objection.accept_by == add_working_days(today, 2)
    accept_objection(objection, checkable=True, by=world.person("secretary"), at=timezone.now())
    assert Objection.objects.get(pk=objection.pk).investigate_by == add_working_days(today, 15)


def test_unfounded_the_nominee_goes_on_only_when_nothing_else_is_open(announced):
    world, rows, _notice = announced
    first, second = object_to(rows[0]), object_to(rows[0], None)
    resolved(world, first, founded=False, at=timezone.now())
    assert state(rows[0]) == NominationState.HELD
    dismiss_objection(second, reason="事实不具体。", by=world.person("secretary"), at=timezone.now())
    assert state(rows[0]) == NominationState.ANNOUNCED


def test_founded_the_nominee_can_be_removed_and_nothing_else(announced):
    world, rows, notice = announced
    resolved(world, object_to(rows[0]), founded=True, at=timezone.now())
    on = timezone.localdate(over(notice))
    rows[0].refresh_from_db()
    assert obstacles(rows[0], "resume", on)
    assert obstacles(rows[0], "remove", on) == []


def test_a_late_objection_holds_as_well_and_cleared_again_it_stands_where_it_stood(announced):
    world, rows, notice = announced
    advance(rows[0], "clear", by=None, at=over(notice))
    late = object_to(rows[0], received_on=timezone.localdate(over(notice)), at=over(notice))
    assert (late.timing, state(rows[0])) == ("late", "held")
    resolved(world, late, founded=False, at=over(notice))
    assert state(rows[0]) == NominationState.CLEARED


def test_after_a_cancelled_notice_nobody_is_cleared_again_by_an_unfounded_objection(announced):
    world, rows, notice = announced
    advance(rows[0], "clear", by=None, at=over(notice))
    late = object_to(rows[0], at=over(notice))
    cancel_notice(notice, reason="有误", by=world.person("district_approver"), at=over(notice))
    resolved(world, late, founded=False, at=over(notice))
    assert state(rows[0]) == NominationState.ANNOUNCED
    assert rows[0].pk in {one.pk for one in without_period(world.campaign)}


def test_after_the_decision_it_is_a_lead_and_blocks_the_certificate(announced):
    _world, rows, notice = announced
    at = over(notice)
    advance(rows[0], "clear", by=None, at=at)
    advance(rows[0], "decide", by=None, at=at)
    objection = object_to(rows[0], received_on=timezone.localdate(at), at=at)
    assert (objection.timing, state(rows[0])) == ("after_decision", "decided")
    assert "异议尚未查清，或者已经查实。" in obstacles(rows[0], "issue", timezone.localdate(at))


def test_an_objection_before_the_notice_holds_from_the_first_day(announced):
    world, _rows, _notice = announced
    (row,) = listed(world, 1, person=True)
    assert object_to(row).timing == "early"
    assert state(row) == NominationState.LISTED
    now = timezone.now()
    notice = draft_notice(
        world.campaign, subject="个人", introduction="现予公示。", by=world.person("district_handler"), at=now
    )
    with transaction.atomic():
        publish_notice(notice, [row], by=world.person("district_approver"), at=now)
    assert state(row) == NominationState.HELD


def test_an_anonymous_objection_is_accepted_with_checkable_facts_only(announced):
    world, rows, _notice = announced
    objection = object_to(rows[0], None)
    assert bytes(objection.sealed) == b""
    with pytest.raises(NotPossible, match="匿名"):
        accept_objection(objection, checkable=False, by=world.person("secretary"), at=timezone.now())
    accept_objection(objection, checkable=True, by=world.person("secretary"), at=timezone.now())


def test_nobody_investigates_who_took_part(announced):
    world, rows, _notice = announced
    objection = object_to(rows[0])
    accept_objection(objection, checkable=True, by=world.person("secretary"), at=timezone.now())
    involved = involved_in(objection.nomination)
    street = 0 if rows[0].affiliation_id == world.place.streets[0].pk else 1
    for key in ("chair", "secretary", "district_approver", f"approver{street}", f"instructor{street}"):
        with pytest.raises(NotPossible, match=r"参与过|回避"):
            appoint_investigators(
                objection,
                [world.person(key)],
                involved=involved,
                by=world.person("secretary"),
                at=timezone.now(),
            )
    offered = {
        post.person.name for post in candidates(objection.nomination, involved, on=timezone.localdate())
    }
    assert {"孙调查", "吴核实"} <= offered
    assert not offered & {world.person("chair").name, world.person("district_approver").name}


def test_an_investigation_is_handed_over_when_somebody_leaves(announced):
    world, rows, _notice = announced
    objection, now = object_to(rows[0]), timezone.now()
    accept_objection(objection, checkable=True, by=world.person("secretary"), at=now)
    for key in ("looker", "looker2"):
        appoint_investigators(
            objection,
            [world.person(key)],
            involved=involved_in(objection.nomination),
            by=world.person("secretary"),
            at=now,
        )
    with pytest.raises(Refused):
        report_on(objection, report="查看。", founded=True, by=world.person("looker"), at=now)
    with pytest.raises(Refused):
        read_objector(objection, reason="核实", by=world.person("looker"), at=now)
    assert read_objector(objection, reason="核实", by=world.person("looker2"), at=now).name == "钱多多"


def test_whoever_investigated_does_not_resolve_and_a_report_may_be_sent_back(announced):
    world, rows, _notice = announced
    objection = object_to(rows[0])
    investigated(world, objection, founded=True)
    with pytest.raises(Refused, match="调查人"), transaction.atomic():
        resolve_objection(
            objection, founded=True, resolution="是", reply="是", by=world.person("looker"), at=timezone.now()
        )
    send_back_report(
        objection, reason="请补充证据。", by=world.person("district_approver"), at=timezone.now()
    )
    report_on(objection, report="再查。", founded=False, by=world.person("looker"), at=timezone.now())
    assert Objection.objects.get(pk=objection.pk).state == ObjectionState.REPORTED


def test_what_is_done_already_is_not_done_again(announced):
    world, rows, _notice = announced
    objection = object_to(rows[0])
    dismiss_objection(objection, reason="重复。", by=world.person("secretary"), at=timezone.now())
    with pytest.raises(NotPossible, match="不予受理"):
        accept_objection(objection, checkable=True, by=world.person("secretary"), at=timezone.now())


def test_who_objects_is_sealed_and_read_by_two_only_with_a_reason_on_record(announced):
    world, rows, _notice = announced
    scan = CheckedFile("盖章.pdf", "application/pdf", b"%PDF-1.4 seal")
    objection = object_to(rows[0], Objector("钱多多", "某某公司", "13800001234", scan))
    assert "钱多多".encode() not in bytes(objection.sealed)
    for key in ("district_approver", "district_handler", "chair", "approver0", "looker"):
        with pytest.raises(Refused):
            read_objector(objection, reason="想知道", by=world.person(key), at=timezone.now())
    found = read_objector(objection, reason="电话核实", by=world.person("secretary"), at=timezone.now())
    assert (found.contact, found.scan) == ("13800001234", scan)
    entry = AuditEntry.objects.get(event="objector_read")
    assert entry.by_id == world.person("secretary").pk
    assert AuditPersonal.objects.get(entry=entry).data == {"reason": "电话核实"}


def test_nothing_that_is_kept_or_sent_tells_who_objects(announced):
    world, rows, _notice = announced
    resolved(world, object_to(rows[0]), founded=False, at=timezone.now())
    kept = [str(one.data) for one in AuditEntry.objects.all()]
    sent = [str(one.payload) for one in OutboxMessage.objects.all()]
    assert not any(word in text for word in ("钱多多", "某某公司", "1234") for text in kept + sent)
    assert not any(
        rows[0].name in str(one.payload) for one in OutboxMessage.objects.filter(key__contains="objection")
    )


def picture() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    file.name = "钱多多的照片.png"
    file.seek(0)
    return file


def test_evidence_is_kept_under_a_neutral_name_and_a_refused_file_keeps_nothing(announced):
    _world, rows, _notice = announced
    objection = object_to(rows[0], files=[picture()])
    assert [one.name for one in files_of(objection, EVIDENCE)] == ["证据材料1.png"]
    bad = io.BytesIO(b"MZ program")
    bad.name = "a.pdf"
    with pytest.raises(UploadRefused):
        object_to(rows[1], files=[bad])
    assert state(rows[1]) == NominationState.ANNOUNCED
    assert StoredFile.objects.filter(about_type="awards.objection").count() == 1


def test_whoever_holds_an_objection_is_reminded_before_on_and_after_its_term(announced):
    world, rows, _notice = announced
    objection = object_to(rows[0])
    morning = dt.timedelta(hours=9)
    days = [timezone.localdate(), objection.accept_by, objection.accept_by + ONE_DAY]
    told = [remind_of_objections(midnight(day) + morning) for day in days for _ in range(2)]
    assert told == [1, 0, 1, 0, 1, 0]
    assert set(Notice.objects.values_list("to", flat=True)) == {world.person("secretary").pk}
    assert list(Notice.objects.order_by("pk").values_list("kind", flat=True))[-1] == "objection_overdue"


def test_another_secretary_takes_over_without_any_ado(announced):
    world, rows, _notice = announced
    objection = object_to(rows[0])
    old = world.person("secretary")
    end_post(old.posts.get(), by=None, on=timezone.localdate() - ONE_DAY)
    new = factories.make_person(Role.AWARD_SECRETARY, world.place.district, "新秘书")
    with pytest.raises(Refused):
        read_objector(objection, reason="核实", by=old, at=timezone.now())
    assert read_objector(objection, reason="核实", by=new, at=timezone.now()).name == "钱多多"
