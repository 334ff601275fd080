"""Scores stay sealed until the chair opens them: readable nowhere, opened once, and never changed unnoticed."""

import json

import pytest
from django.apps import apps
from django.db import connection

from awards.enums import ReviewState
from awards.models import Honour, Score
from awards.sealing import commitment
from records import audit
from records.models import AuditEntry, Notice
from tests.awards import AwardWorld
from tests.sharing import shared
from tests.web.review_pages import (
    JUDGES,
    POINTS,
    begin,
    build,
    close,
    give,
    numbers,
    open_,
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
