"""What is only ever added to cannot be changed by any statement, whoever sends it."""

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model, UUIDField
from django.utils import timezone

from awards.models import (
    Ballot,
    BallotRoll,
    ConflictDeclaration,
    NominationEvent,
    NominationSnapshot,
    QuotaAdjustment,
    Review,
    Slip,
    TieDecision,
    Vote,
)
from orgs.enums import MilestoneKind
from orgs.models import AcceptanceSnapshot, FoundingSnapshot, InspectionFact, Milestone, RuleSet, UnitVersion
from records import audit
from records.models import AuditChain, AuditEntry, Document, DocumentStatus, Seal
from tests.awards import AwardWorld, make_award_world, nomination
from tests.flows import district as d
from tests.inspections import make_inspection
from tests.sharing import shared
from workflows.handling import urge_task
from workflows.models import CaseEvent, Decision, Outcome
from workflows.views.task import load_case, load_task

AT = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
# Table, a column that must not change, and other columns that are unique together.
GUARDED = {
    "records_auditentry": (AuditEntry, "event", ["chain", "sequence"]),
    "records_documentstatus": (DocumentStatus, "reason", []),
    "records_document": (Document, "title", ["public_code"]),
    "records_seal": (Seal, "sha256", []),
    "workflows_decision": (Decision, "opinion", ["task_id"]),
    "workflows_caseevent": (CaseEvent, "note", ["task_id", "urged_on"]),
    "orgs_milestone": (Milestone, "note", []),
    "orgs_unitversion": (UnitVersion, "reason", ["unit_id", "number"]),
    "orgs_foundingsnapshot": (FoundingSnapshot, "round", []),
    "orgs_ruleset": (RuleSet, "name", ["name"]),
    "orgs_acceptancesnapshot": (AcceptanceSnapshot, "round", []),
    "orgs_inspectionfact": (InspectionFact, "key", ["uuid"]),
    "awards_quotaadjustment": (QuotaAdjustment, "reason", []),
    "awards_nominationevent": (NominationEvent, "note", []),
    "awards_nominationsnapshot": (NominationSnapshot, "step", []),
    "awards_conflictdeclaration": (ConflictDeclaration, "ground", []),
    "awards_ballotroll": (BallotRoll, "member_id", ["ballot_id", "member_id"]),
    "awards_slip": (Slip, "choice", []),
    "awards_tiedecision": (TieDecision, "reason", ["vote_id"]),
}


def build_rows() -> None:
    """A row in each guarded table, from a case that was submitted, returned, submitted again and established."""
    with transaction.atomic():
        place = d.make_district()
        case = d.case_after(place, "applicant")
    d.act(case, place.person("leader"), Outcome.RETURNED)
    d.act(case, place.person("applicant"), Outcome.SUBMITTED)
    for key in ("leader", "handler0", "approver0"):
        d.act(case, place.person(key), Outcome.APPROVED)
    with transaction.atomic():
        urged = load_case(case.pk, lock=True)
        task = load_task(urged, d.open_task(urged).pk)
        urge_task(task, urged, by=place.person("leader"), at=timezone.now())
    visit = make_inspection(place).visits[0]
    one = visit.facts.create(uuid=uuid.uuid4(), key="note", device="x", recorded_at=AT, received_at=AT)
    one.inspection.acceptance.snapshots.create(step="findings", round=1, data={}, at=AT)
    Seal.objects.create(issuer_id=1, sha256="0" * 64, valid_from=AT.date(), uploaded_by_id=1, uploaded_at=AT)
    build_award_rows(make_award_world(place=place))
    connection.check_constraints()  # PostgreSQL truncates nothing while foreign keys wait to be checked


rows_once = shared(build_rows, "rows_once")


def build_award_rows(world: AwardWorld) -> None:
    """What was said, voted and decided in a campaign."""
    honour, member, chair = world.organization_honour, world.committee[2], world.person("chair")
    nominee = nomination(honour, world.organizations[0][0])
    QuotaAdjustment.objects.create(honour=honour, places=-1, reason="缩减", decision="纪要", by=chair, at=AT)
    NominationEvent.objects.create(
        nomination=nominee, event="rank", source="ranking", target="checking", at=AT
    )
    NominationSnapshot.objects.create(nomination=nominee, step="nomination", round=1, data={}, at=AT)
    ConflictDeclaration.objects.create(member=member, honour=honour, ground="other", at=AT)
    review = Review.objects.create(honour=honour, salt=bytes(16))
    vote = Vote.objects.create(review=review, number=1, kind="vote", opened_by=chair, opened_at=AT)
    ballot = Ballot.objects.create(vote=vote, nomination=nominee, members=[member.pk])
    BallotRoll.objects.create(ballot=ballot, member=member)
    Slip.objects.create(ballot=ballot, choice="yes")
    TieDecision.objects.create(vote=vote, chosen=[nominee.pk], reason="并列", by=chair, at=AT)


@pytest.fixture
def rows(rows_once, db) -> None:
    rows_once()


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def refused(sql: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        run(sql)


def another_key(model: type[Model]) -> str:
    """An expression for a key that no row has."""
    return f"'{uuid.uuid4()}'" if isinstance(model._meta.pk, UUIDField) else "id + 1000"


@pytest.mark.parametrize("table", GUARDED)
def test_a_row_cannot_be_changed_or_removed(rows, table):
    model, column, _ = GUARDED[table]
    before = list(model.objects.order_by("pk").values())
    assert before
    refused(f"UPDATE {table} SET {column} = {column}")
    refused(f"UPDATE {table} SET id = {another_key(model)}")
    refused(f"DELETE FROM {table}")
    if connection.vendor == "postgresql":
        refused(f"TRUNCATE {table} CASCADE")
    assert list(model.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("table", GUARDED)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite replaces rows")
def test_a_row_cannot_be_replaced_by_its_key_or_by_what_else_is_unique(rows, table):
    model, _, unique = GUARDED[table]
    columns = [field.column for field in model._meta.concrete_fields]
    names = ", ".join(f'"{name}"' for name in columns)
    refused(f"INSERT OR REPLACE INTO {table} ({names}) SELECT {names} FROM {table} ORDER BY id LIMIT 1")
    refused(f"REPLACE INTO {table} ({names}) SELECT {names} FROM {table} ORDER BY id LIMIT 1")
    if unique:
        other = names.replace('"id"', "id + 1000")
        refused(f"INSERT OR REPLACE INTO {table} ({names}) SELECT {other} FROM {table} ORDER BY id LIMIT 1")
    refused(f"UPDATE OR REPLACE {table} SET id = {another_key(model)}")


def test_the_status_of_a_document_may_change_and_nothing_else(rows):
    document = Document.objects.latest("pk")
    run(f"UPDATE records_document SET status = 'revoked', sha256 = 'x' WHERE id = {document.pk}")
    for column in ("number", "content", "public_code", "issuer_id", "unit_id"):
        refused(f"UPDATE records_document SET {column} = {column} WHERE id = {document.pk}")


def test_an_entry_that_does_not_continue_its_chain_is_refused(rows):
    chain = AuditChain.objects.get()
    entry = AuditEntry.objects.get(sequence=chain.length)
    for sequence, previous in (
        (chain.length + 2, chain.head),
        (chain.length + 1, "0" * 64),
        (chain.length + 1, entry.previous),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            AuditEntry.objects.create(
                chain=chain.key,
                sequence=sequence,
                event="forged",
                at=AT,
                by_id=1,
                about="case:1",
                data={},
                previous=previous,
                hash="1" * 64,
            )


def test_a_chain_does_not_begin_in_the_middle(db):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.create(
            chain="unit:1",
            sequence=2,
            event="forged",
            at=AT,
            about="x",
            data={},
            previous="0" * 64,
            hash="1" * 64,
        )


def test_the_head_of_a_chain_moves_with_its_entries_only(rows):
    chain = AuditChain.objects.get()
    earlier = AuditEntry.objects.get(sequence=chain.length - 1)
    table = "records_auditchain"
    refused(f"UPDATE {table} SET length = length - 1, head = '{earlier.hash}'")
    refused(f"UPDATE {table} SET length = length + 1")
    refused(f"UPDATE {table} SET head = '{earlier.hash}'")
    refused(f"UPDATE {table} SET key = 'unit:999'")
    refused(f"DELETE FROM {table}")
    refused(f"INSERT INTO {table} (key, length, head) VALUES ('unit:999', 1, '{chain.head}')")
    if connection.vendor == "postgresql":
        refused(f"TRUNCATE {table}")
    else:
        refused(f"INSERT OR REPLACE INTO {table} (key, length, head) VALUES ('{chain.key}', 0, '{'0' * 64}')")
    assert AuditChain.objects.get().length == chain.length
    with transaction.atomic():
        audit.record("noted", by_id=1, about="case:1", chain=chain.key, at=timezone.now())
    assert AuditChain.objects.get().length == chain.length + 1


def test_the_tables_of_this_list_are_all_that_carry_guards(db):
    """A later migration that rebuilds a table on SQLite drops its triggers; then this fails."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT tbl_name, COUNT(*) FROM sqlite_master WHERE type = 'trigger' GROUP BY tbl_name"
            )
        else:
            cursor.execute(
                "SELECT tgrelid::regclass::text, COUNT(*) FROM pg_trigger WHERE NOT tgisinternal GROUP BY 1"
            )
        found = dict(cursor.fetchall())
    assert found.keys() - {"records_loghead"} == GUARDED.keys() | {"records_auditchain"}
    assert found["records_auditentry"] == 5
    assert all(found[table] >= 3 for table in GUARDED)


def test_a_milestone_kind_is_still_added(rows):
    first = Milestone.objects.first()
    first.pk, first.kind = None, MilestoneKind.FILED
    first.save(force_insert=True)
    assert Milestone.objects.filter(kind=MilestoneKind.FILED).count() == 1
