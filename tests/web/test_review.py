"""The review of an honour as its people take it: declare, score, hand in, close, open; and what nobody finds before."""

import io
import uuid

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from awards.actions.committee import leave_committee
from awards.enums import ReviewState
from awards.models import CommitteeMember, ConflictDeclaration, Honour, Nomination, Review, Score
from records.models import AuditEntry, StoredFile
from tests.awards import AwardWorld
from tests.sharing import shared
from tests.web.review_pages import (
    JUDGES,
    POINTS,
    begin,
    build,
    close,
    declare,
    give,
    nominees,
    numbers,
    open_,
    own_unit,
    page,
    score_all,
    state,
    text_of,
)

world_once = shared(build, "world_once")


@pytest.fixture
def world(world_once) -> AwardWorld:
    return world_once()


@pytest.fixture
def honour(world) -> Honour:
    return world.organization_honour


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
