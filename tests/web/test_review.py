"""The review of an honour as its people take it: declare, score, hand in, close, open; and what nobody finds before."""

import io
import json
import uuid

import openpyxl
import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from awards.actions.committee import leave_committee
from awards.actions.scoring import save_score
from awards.enums import NominationState, ReviewState
from awards.models import CommitteeMember, ConflictDeclaration, Honour, Nomination, Review, Score
from awards.sealing import commitment
from records import audit
from records.models import AuditEntry, Notice, StoredFile
from tests.awards import AwardWorld, make_award_world, nomination
from tests.sharing import shared

CODES = ("organization", "activity", "service", "example")
# Of 30, 30, 20 and 20 points; written so that no other figure in the database looks like one of them.
POINTS = {"organization": "27.3", "activity": "26.7", "service": "13.9", "example": "17.1"}
JUDGES = ("chair", "deputy", "member1", "member2", "member3")
BACKEND = "django.contrib.auth.backends.ModelBackend"


def build() -> AwardWorld:
    """Four nominees; the first is of the unit where ``member1`` works."""
    world = make_award_world(accepted=(2, 2), places=2)
    for number, organization in enumerate([one for street in world.organizations for one in street]):
        nomination(
            world.organization_honour,
            organization,
            state=NominationState.REVIEW,
            deeds=f"{organization.unit.name}的事迹{number}。",
        )
    member = world.committee[2]
    member.employer = world.organizations[0][0].unit.name
    member.save()
    return world


world_once = shared(build, "world_once")


@pytest.fixture
def world(world_once) -> AwardWorld:
    return world_once()


@pytest.fixture
def honour(world) -> Honour:
    return world.organization_honour


def client_of(world: AwardWorld, key: str) -> Client:
    client = Client()
    client.force_login(world.person(key), backend=BACKEND)
    return client


def page(world: AwardWorld, key: str, name: str, *arguments: object, post: dict | None = None, follow=True):
    client = client_of(world, key)
    address = reverse(name, args=arguments)
    return client.get(address, follow=follow) if post is None else client.post(address, post, follow=follow)


def text_of(response) -> str:
    return response.content.decode()


def nominees(honour: Honour) -> list[Nomination]:
    return list(honour.nominations.order_by("pk"))


def own_unit(honour: Honour) -> Nomination:
    """The nominee of whom ``member1`` is recused."""
    return nominees(honour)[0]


def numbers(honour: Honour, key: str) -> list[int]:
    """Of the nominees that a judge scores."""
    rows = [one for one in nominees(honour) if key != "member1" or one.pk != own_unit(honour).pk]
    return [one.blind_number for one in rows]


def declare(world: AwardWorld, honour: Honour, key: str, **said: str):
    return page(world, key, "conflicts", honour.pk, post={"complete": "on", **said})


def begin(world: AwardWorld, honour: Honour) -> None:
    """Everybody declared, and scoring has begun."""
    for key in JUDGES:
        assert "回避情况已申报" in text_of(declare(world, honour, key))
    assert "评分已开始" in text_of(page(world, "secretary", "open_scoring", honour.pk, post={}))


def give(
    world: AwardWorld, honour: Honour, key: str, number: int, points: dict[str, str], then: str = "next"
):
    data = {f"points_{code}": value for code, value in points.items()} | {"then": then}
    return page(world, key, "score_sheet", honour.pk, number, post=data)


def score_all(world: AwardWorld, honour: Honour, *keys: str) -> None:
    """These judges score whom they may, and hand in."""
    for key in keys:
        for number in numbers(honour, key):
            save_score(honour, number, POINTS, by=world.person(key), at=timezone.now())
        assert "已提交" in text_of(page(world, key, "hand_in_scores", honour.pk, post={}))


def close(world: AwardWorld, honour: Honour, key: str = "secretary", **data: str):
    return page(world, key, "close_scoring", honour.pk, post=data)


def open_(world: AwardWorld, honour: Honour, key: str = "chair"):
    return page(world, key, "open_scores", honour.pk, post={})


def state(honour: Honour) -> str:
    return Review.objects.get(honour=honour).state


# --- the journey ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_from_declaration_to_the_opened_result(world, honour):
    begin(world, honour)
    for number in numbers(honour, "member1"):
        give(world, honour, "member1", number, POINTS)
    score_all(world, honour, "chair", "deputy", "member2", "member3")
    page(world, "member1", "hand_in_scores", honour.pk, post={})
    assert "评分已截止" in text_of(close(world, honour))
    assert "评分已开启" in text_of(open_(world, honour))
    ranking = Review.objects.get(honour=honour).result["ranking"]
    assert {one["judges"] for one in ranking if one["nominee"] == str(own_unit(honour).pk)} == {4}
    assert [(one["score"], one["rank"], one["judges"]) for one in ranking][1:] == [("85.00", 1, 5)] * 3
    result = text_of(page(world, "secretary", "review_results", honour.pk))
    assert "85.00" in result
    assert result.count("末位并列") == 1


@pytest.mark.django_db
def test_a_member_sees_what_is_missing_and_goes_from_nominee_to_nominee(world, honour):
    begin(world, honour)
    first, second, *_rest = [one["nominee"].key for one in sheets_of(world, honour, "chair")]
    part = give(world, honour, "chair", first, POINTS | {"example": ""})
    assert part.redirect_chain[-1][0] == reverse("score_sheet", args=[honour.pk, second])
    assert "未评完" in text_of(page(world, "chair", "scoring", honour.pk))
    wrong = give(world, honour, "chair", first, POINTS | {"example": "20.5", "service": "3.55"})
    assert wrong.status_code == 422
    assert "“创新示范”须为0至20之间的数" in text_of(wrong)
    assert 'value="3.55"' in text_of(wrong)  # typed input is never lost
    for number in numbers(honour, "chair"):
        last = give(world, honour, "chair", number, POINTS | {"organization": "２７．３"})
    assert last.redirect_chain[-1][0] == reverse("scoring", args=[honour.pk])
    page(world, "chair", "hand_in_scores", honour.pk, post={})
    assert "请填写“创新示范”的得分" in text_of(give(world, honour, "chair", first, POINTS | {"example": ""}))


def sheets_of(world: AwardWorld, honour: Honour, key: str) -> list[dict]:
    return [vars(one) for one in page(world, key, "scoring", honour.pk).context["sheets"]]


@pytest.mark.django_db
def test_nobody_scores_before_having_declared(world, honour):
    declare(world, honour, "chair")
    page(world, "secretary", "open_scoring", honour.pk, post={})
    assert give(world, honour, "member2", nominees(honour)[1].blind_number, POINTS).status_code == 403
    assert "去核对回避情况" in text_of(page(world, "member2", "scoring", honour.pk))
    assert not Score.objects.exists()


# --- recusal ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_conflicted_member_finds_the_nominee_at_no_address(world, honour):
    begin(world, honour)
    hidden = own_unit(honour)
    stored = StoredFile.objects.create(
        name="证明.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
        path="uploads/none",
        purpose="deeds",
        uploaded_by_id=hidden.applicant_id,
        uploaded_at=timezone.now(),
        about_type="awards.nomination",
        about_id=hidden.pk,
    )
    assert give(world, honour, "member1", hidden.blind_number, POINTS).status_code == 404
    for number in {*range(30), hidden.pk}:
        found = page(world, "member1", "score_sheet", honour.pk, number)
        assert found.status_code == (200 if number in numbers(honour, "member1") else 404)
        assert hidden.name not in text_of(found)
    file = page(world, "member1", "score_evidence", honour.pk, hidden.blind_number, stored.public_id)
    assert file.status_code == 404
    score_all(world, honour, *JUDGES)
    close(world, honour)
    open_(world, honour)
    for name in ("review", "scoring", "review_results"):
        assert hidden.name not in text_of(page(world, "member1", name, honour.pk)), name
        assert hidden.unit.name not in text_of(page(world, "member1", name, honour.pk)), name
    rows = exported(page(world, "member1", "export_results", honour.pk))
    assert len(rows) == 3
    assert {row[0] for row in rows} == {None}  # the gap in the ranks would tell the hidden one's
    assert not any(hidden.unit.name in str(row) for row in rows)
    assert len(exported(page(world, "chair", "export_results", honour.pk))) == 4


def exported(response) -> list[tuple]:
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    return list(sheet.iter_rows(min_row=3, values_only=True))


@pytest.mark.django_db
def test_declared_conflicts_hold_until_withdrawn_and_computed_ones_always(world, honour):
    other = nominees(honour)[1]
    declare(world, honour, "chair", **{f"ground_{other.pk}": "other"})
    assert not ConflictDeclaration.objects.exists()  # what kind of relation has to be said
    declare(world, honour, "chair", **{f"ground_{other.pk}": "relative"})
    declare(world, honour, "member1", **{f"ground_{own_unit(honour).pk}": ""})
    page(world, "secretary", "open_scoring", honour.pk, post={})
    other.refresh_from_db()
    assert page(world, "chair", "score_sheet", honour.pk, other.blind_number).status_code == 404
    overview = text_of(page(world, "secretary", "recusals", honour.pk))
    assert overview.count("与推荐对象有亲属关系") == 1
    assert overview.count("与推荐对象同一工作单位") == 1
    assert page(world, "chair", "recusals", honour.pk).status_code == 403
    declare(world, honour, "chair")
    assert page(world, "chair", "score_sheet", honour.pk, other.blind_number).status_code == 200
    rows = ConflictDeclaration.objects.filter(nomination=other)
    assert [(one.ground, one.withdrawn) for one in rows] == [("relative", False), ("relative", True)]
    hidden = Nomination.objects.get(pk=own_unit(honour).pk)
    assert page(world, "member1", "score_sheet", honour.pk, hidden.blind_number).status_code == 404


@pytest.mark.django_db
def test_a_conflict_declared_after_the_opening_takes_the_score_out(world, honour):
    begin(world, honour)
    score_all(world, honour, *JUDGES)
    close(world, honour)
    open_(world, honour)
    late = nominees(honour)[1]
    assert "不能撤回" not in text_of(declare(world, honour, "chair", **{f"ground_{late.pk}": "relative"}))
    ranking = {one["nominee"]: one["judges"] for one in Review.objects.get(honour=honour).result["ranking"]}
    assert ranking[str(late.pk)] == 4
    assert "不能撤回" in text_of(declare(world, honour, "chair"))
    assert late.name not in text_of(page(world, "chair", "review_results", honour.pk))


@pytest.mark.django_db
def test_a_blind_review_tells_members_numbers_and_no_names(world, honour):
    honour.campaign.is_blind = True
    honour.campaign.save()
    begin(world, honour)
    for number in numbers(honour, "chair"):
        sheet = text_of(page(world, "chair", "score_sheet", honour.pk, number))
        assert f"{number} 号" in sheet
        for one in nominees(honour):
            assert one.name not in sheet
            assert one.unit.name not in sheet
    names = text_of(page(world, "chair", "conflicts", honour.pk))
    assert all(one.name in names for one in nominees(honour))
    assert " 号" not in names


# --- sealed -----------------------------------------------------------------------------------------------------------


def readable(value: object) -> str:
    return bytes(value).decode("latin1") if isinstance(value, bytes | memoryview) else str(value)


def texts_of_the_database() -> str:
    """Every column of every table that could hold a text, as the database writes it."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT * FROM {table}")
            for row in cursor.fetchall():
                found += [readable(one) for one in row]
    return "\n".join(found)


@pytest.mark.django_db
def test_scores_are_readable_nowhere_before_the_opening(world, honour):
    begin(world, honour)
    score_all(world, honour, *JUDGES)
    give(world, honour, "chair", numbers(honour, "chair")[0], POINTS)
    everybody = [*JUDGES, "secretary", "district_handler", "district_approver", "district_leader"]
    for closed in (False, True):
        database = texts_of_the_database()
        for value in POINTS.values():
            assert f'"{value}"' not in database
            assert f"'{value}'" not in database
        assert json.dumps(POINTS)[1:-1] not in database
        for key in everybody:
            for name in (
                "review",
                "review_results",
                "export_results",
                "recusals",
                "conflicts",
                "close_scoring",
            ):
                shown = page(world, key, name, honour.pk).content.decode(errors="ignore")
                assert not [value for value in (*POINTS.values(), "85.00") if value in shown], (key, name)
            if key not in JUDGES:
                assert page(world, key, "scoring", honour.pk).status_code == 403
            assert page(world, key, "review_results", honour.pk).status_code == 403
            assert page(world, key, "export_results", honour.pk).status_code == 403
        if not closed:
            close(world, honour)
    told = json.dumps([one.context for one in Notice.objects.all()])
    assert not [value for value in POINTS.values() if value in told]


@pytest.mark.django_db
def test_the_chair_opens_once_after_closing_and_nobody_else_does(world, honour):
    begin(world, honour)
    score_all(world, honour, *JUDGES)
    assert open_(world, honour).status_code == 403
    assert state(honour) == ReviewState.SCORING
    close(world, honour)
    for key in ("secretary", "deputy", "member1", "district_handler", "district_approver"):
        assert open_(world, honour, key).status_code == 403
    assert state(honour) == ReviewState.CLOSED
    assert give(world, honour, "chair", numbers(honour, "chair")[0], POINTS).status_code == 422
    assert open_(world, honour).status_code == 200
    assert open_(world, honour).status_code == 403
    assert AuditEntry.objects.filter(event="scores_opened").count() == 1


@pytest.mark.django_db
def test_what_is_missing_is_told_and_only_the_chair_closes_over_it(world, honour):
    begin(world, honour)
    score_all(world, honour, "chair", "deputy", "member1", "member2")
    assert "委员3尚未交齐" in text_of(close(world, honour, confirmed="yes"))
    shown = text_of(page(world, "chair", "close_scoring", honour.pk))
    assert "还有 1 名委员没有交齐" in shown
    assert "委员3尚未交齐" in text_of(close(world, honour, "chair"))
    assert page(world, "member1", "close_scoring", honour.pk).status_code == 403
    close(world, honour, "chair", confirmed="yes")
    assert state(honour) == ReviewState.CLOSED


@pytest.mark.django_db
def test_commitments_in_the_chain_are_those_of_the_seals(world, honour):
    begin(world, honour)
    score_all(world, honour, *JUDGES)
    scores = Score.objects.exclude(handed_in_at=None)
    assert scores.count() == 19
    for one in scores:
        entry = AuditEntry.objects.filter(event="score_handed_in", about=f"score:{one.pk}").latest("sequence")
        assert entry.data["commitment"] == one.commitment == commitment(one.sealed)
    assert not audit.check_log().breaks


@pytest.mark.django_db
@pytest.mark.parametrize("tamper", ["sealed", "exchanged", "recommitted"])
def test_a_tampered_seal_stops_the_opening(world, honour, tamper):
    begin(world, honour)
    score_all(world, honour, *JUDGES)
    close(world, honour)
    one, other = Score.objects.order_by("pk")[:2]
    if tamper == "sealed":
        one.sealed = bytes(one.sealed)[:-3] + b"AA="
    else:
        one.sealed, one.commitment = other.sealed, other.commitment
    if tamper == "recommitted":
        one.commitment = commitment(one.sealed)
    one.save()
    assert "与提交时的校验码不符" in text_of(open_(world, honour))
    assert state(honour) == ReviewState.CLOSED
    assert not Score.objects.exclude(points=None).exists()
    assert AuditEntry.objects.get(event="score_seals_broken").data == {"members": [one.member_id]}
    page(world, "secretary", "reopen_scoring", honour.pk, post={"reason": "校验码不符，重新提交。"})
    assert open_(world, honour).status_code == 403
    key = next(key for key in JUDGES if world.person(key).pk == one.member.person_id)
    give(world, honour, key, one.nomination.blind_number, POINTS)
    close(world, honour)
    open_(world, honour)
    assert state(honour) == ReviewState.OPENED


# --- bad days ---------------------------------------------------------------------------------------------------------


def leave(world: AwardWorld, key: str) -> None:
    member = CommitteeMember.objects.get(campaign=world.campaign, person=world.person(key), until=None)
    leave_committee(member, reason="调离。", by=world.person("district_handler"), at=timezone.now())


@pytest.mark.django_db
def test_who_leaves_sees_nothing_more_and_what_was_handed_in_counts(world, honour):
    begin(world, honour)
    score_all(world, honour, "chair", "deputy", "member2", "member3")
    leave(world, "member2")
    leave(world, "member1")
    for name in ("review", "scoring", "conflicts", "committee"):
        where = world.campaign.pk if name == "committee" else honour.pk
        assert page(world, "member2", name, where).status_code == 403
    close(world, honour)
    open_(world, honour)
    assert {one["judges"] for one in Review.objects.get(honour=honour).result["ranking"]} == {4}


@pytest.mark.django_db
def test_the_first_deputy_without_a_conflict_presides_when_the_chair_has_left(world, honour):
    begin(world, honour)
    score_all(world, honour, *JUDGES)
    leave(world, "chair")
    close(world, honour, "deputy")
    assert open_(world, honour, "chair").status_code == 403
    assert open_(world, honour, "deputy").status_code == 200
    assert state(honour) == ReviewState.OPENED


@pytest.mark.django_db
def test_nominees_who_come_later_are_declared_on_and_scored(world, honour):
    begin(world, honour)
    late = nominees(honour)[3]
    Nomination.objects.filter(pk=late.pk).update(blind_number=None)
    late.events.create(event="finish_vetting", source="vetting", target="review", at=timezone.now())
    assert "又有 1 个推荐对象进入评审" in text_of(page(world, "secretary", "review", honour.pk))
    page(world, "secretary", "admit_nominees", honour.pk, post={})
    assert "去核对回避情况" in text_of(page(world, "member2", "scoring", honour.pk))
    declare(world, honour, "member2")
    score_all(world, honour, "member2")


# --- the committee ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_members_are_seated_replaced_and_told_by_the_districts_handler_only(world):
    address = world.campaign.pk
    stranger = {"person": world.person("chair").pk, "duty": "member", "employer": "某单位"}
    for key in ("district_approver", "secretary", "chair"):
        assert page(world, key, "committee", address).status_code == 200
        assert page(world, key, "committee", address, post=stranger).status_code == 403
    assert page(world, "handler0", "committee", address).status_code == 403
    assert page(world, "district_handler", "committee", address, post=stranger).status_code == 422
    spare = make_spare(world)
    second = {"person": spare.pk, "duty": "chair", "employer": "某单位"}
    assert "已有主任委员" in text_of(page(world, "district_handler", "committee", address, post=second))
    chair = world.committee[0]
    left = {"reason": "出国。", "successor": spare.pk, "employer": "某单位"}
    answer = page(world, "district_handler", "leave_committee", address, chair.pk, post=left)
    assert "已办理主任委员离任" in text_of(answer)
    assert world.campaign.members.get(duty="chair", until=None).person == spare
    assert "出国" not in text_of(page(world, "member1", "committee", address))
    events = AuditEntry.objects.filter(event__startswith="committee_").values_list("event", flat=True)
    assert list(events.order_by("pk")) == ["committee_member_left", "committee_member_appointed"]
    assert page(world, "district_handler", "leave_committee", address, chair.pk).status_code == 404


def make_spare(world: AwardWorld):
    from orgs.enums import Role
    from tests.factories import make_person

    return make_person(Role.AWARD_MEMBER, world.place.district, "候任委员")


@pytest.mark.django_db
def test_addresses_of_another_campaign_do_not_open(world, honour):
    assert page(world, "chair", "review", honour.pk + 999).status_code == 404
    assert page(world, "chair", "score_evidence", honour.pk, 1, uuid.uuid4()).status_code == 404
    for name in ("review", "conflicts", "recusals", "scoring", "close_scoring"):
        assert page(world, "approver0", name, honour.pk).status_code == 403
