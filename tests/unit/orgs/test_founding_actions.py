"""What each step of a founding leaves in the registry (RULES section 10, P2)."""

import datetime as dt

import pytest
from django.utils import timezone

from orgs.actions import founding as actions
from orgs.enums import FoundingMode, MilestoneKind, OrganizationKind, OrganizationStatus
from orgs.models import Founding, LedgerEntry, Milestone, Officer
from orgs.queries import latest_document, rules_in_force
from orgs.rules.election import Candidate, Meeting
from records.models import AuditEntry
from tests import factories
from tests.flows.district import make_applying_unit, make_district
from tests.sharing import shared

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 24)


place_once = shared(make_district, "place_once")


@pytest.fixture
def place(place_once):
    return place_once()


def begin(place, **fields) -> Founding:
    unit = make_applying_unit(place, name="北京云岫信息技术有限公司")
    founding = actions.start_founding(
        unit=unit, applicant=place.person("applicant"), rule_set=rules_in_force("founding", TODAY)
    )
    for key, value in ({"reason": "青年集中。"} | fields).items():
        setattr(founding, key, value)
    founding.save()
    for number, duty in enumerate(("member", "secretary", "deputy_secretary")):
        founding.proposed_officers.create(name=f"人选{number}", duty=duty)
    return founding


def establish(founding: Founding) -> None:
    by_id, now = founding.applicant_id, timezone.now()
    actions.file_request(founding, by_id=by_id, at=now, case_number="JT-2026-00001", round=1)
    actions.establish_organization(founding, by_id=by_id, on=TODAY, case_number="JT-2026-00001")


def report(founding: Founding, **options) -> None:
    actions.file_report(founding, by_id=founding.applicant_id, at=timezone.now(), case_number="1", **options)


def vote(founding: Founding, votes: dict[str, int], *, seats: int = 3, election_round: int = 1):
    meeting = Meeting(
        entitled=12,
        present=11,
        seats=seats,
        held_on=TODAY,
        ballots_issued=11,
        ballots_returned=11,
        ballots_valid=11,
        candidates=tuple(Candidate(name, count) for name, count in votes.items()),
        round=election_round,
    )
    return actions.record_meeting(founding, meeting, details={}, election_round=election_round)


def test_a_new_request_proposes_its_name(place):
    assert begin(place).organization_name == "共青团北京云岫信息技术有限公司支部委员会"


def test_a_request_is_numbered_by_the_brand_of_its_unit(place):
    founding = begin(place)
    establish(founding)
    assert actions.request_document(founding).number.startswith("云岫团筹〔")


def test_saving_grows_the_version_and_says_who(place):
    founding = begin(place)
    at = timezone.now()
    actions.save_request(founding, fields={"reason": "新的理由"}, by=place.person("applicant"), at=at)
    assert Founding.objects.get(pk=founding.pk).version == founding.version == 1
    assert actions.last_saved(founding) == ("申请人", at)
    assert founding.proposed_officers.count() == 3
    assert AuditEntry.objects.get(event="request_saved").chain == f"unit:{founding.unit_id}"


def test_lists_are_replaced_as_a_whole(place):
    founding = begin(place)
    officers = [{"name": "新人选", "duty": "secretary"}]
    actions.save_request(
        founding, fields={}, officers=officers, roster=[], by=place.person("applicant"), at=timezone.now()
    )
    assert list(founding.proposed_officers.values_list("name", flat=True)) == ["新人选"]


def test_only_fields_of_the_request_are_saved(place):
    founding = begin(place)
    with pytest.raises(ValueError, match="replied_on"):
        actions.save_request(
            founding, fields={"replied_on": TODAY}, by=place.person("applicant"), at=timezone.now()
        )


def test_changes_are_told_against_the_last_submission(place):
    founding = begin(place)
    assert actions.changes_since_submission(founding) == []
    establish(founding)
    assert actions.changes_since_submission(founding) == []
    founding.reason = "改过的理由"
    founding.roster.create(name="新团员")
    assert actions.changes_since_submission(founding) == ["reason", "roster"]


def test_a_request_that_no_longer_asks_for_direct_contact_returns_to_the_street(place):
    founding = begin(place, direct_contact=True)
    by_id, now = founding.applicant_id, timezone.now()
    actions.file_request(founding, by_id=by_id, at=now, case_number="1", round=1)
    assert founding.affiliation == place.district
    founding.direct_contact = False
    actions.file_request(founding, by_id=by_id, at=now, case_number="1", round=2)
    assert founding.affiliation == place.streets[0]
    assert founding.route == ["unit", "subdistrict"]


def test_members_of_covered_units_count_for_the_seats(place):
    founding = begin(place, members=4, mode=FoundingMode.JOINT, kind=OrganizationKind.JOINT_BRANCH)
    founding.proposed_officers.all().delete()
    founding.covered_units.create(unit=factories.make_unit(place.streets[0]), members=6)
    assert actions.total_members(founding) == 10
    establish(founding)
    reply = latest_document("establishment_reply", about=("founding", founding.pk))
    assert reply.content["body"]["seats"] == 3


def test_a_draft_of_the_reply_says_what_the_reply_will_say(place):
    founding = begin(place)
    actions.file_request(founding, by_id=founding.applicant_id, at=timezone.now(), case_number="1", round=1)
    issuer, draft = actions.draft_establishment_reply(founding)
    actions.establish_organization(founding, by_id=founding.applicant_id, on=TODAY, case_number="1")
    reply = latest_document("establishment_reply", about=("founding", founding.pk))
    assert (reply.issuer_id, reply.content["body"]) == (issuer.id, draft)


def test_the_leadership_merges_both_rounds_and_names_the_secretary_first(place):
    founding = begin(place)
    establish(founding)
    vote(founding, {"甲": 10, "乙": 9, "丙": 6, "丁": 6})
    assert actions.previous_round(founding) is not None
    vote(founding, {"丙": 8, "丁": 2}, seats=1, election_round=2)
    assert actions.previous_round(founding) is None
    people = {one.name: one.pk for one in actions.leadership(founding)}
    assert set(people) == {"甲", "乙", "丙"}
    duties = {people["甲"]: "member", people["乙"]: "member", people["丙"]: "secretary"}
    actions.report_result(founding, duties=duties, instructor="钱老师")
    report(founding)
    assert actions.leadership(founding)[0].name == "丙"
    actions.reply_leadership(founding, by_id=founding.applicant_id, on=TODAY, case_number="1")
    assert Officer.objects.order_by("pk").first().name == "丙"


def test_a_new_first_round_voids_what_was_elected_before(place):
    founding = begin(place)
    establish(founding)
    vote(founding, {"甲": 10, "乙": 9, "丙": 6, "丁": 6})
    vote(founding, {"戊": 10, "己": 9, "庚": 8, "辛": 1})
    assert {one.name for one in actions.leadership(founding)} == {"戊", "己", "庚"}


def test_an_appointed_body_has_a_milestone_for_its_leadership(place):
    founding = begin(place, mode=FoundingMode.TEMPORARY, kind=OrganizationKind.TEMPORARY_BRANCH)
    founding.ends_on = TODAY + dt.timedelta(days=90)
    founding.save()
    establish(founding)
    report(founding)
    assert not Milestone.objects.filter(kind=MilestoneKind.ELECTED).exists()
    actions.reply_leadership(founding, by_id=founding.applicant_id, on=TODAY, case_number="1")
    assert Milestone.objects.get(kind=MilestoneKind.ELECTED).note == "上级任命"
    assert set(Officer.objects.values_list("until", flat=True)) == {founding.ends_on}


def test_registration_keeps_the_kit_and_writes_the_ledger(place):
    founding = begin(place)
    establish(founding)
    vote(founding, {"甲": 10, "乙": 9, "丙": 8, "丁": 1})
    people = actions.leadership(founding)
    duties = dict(zip([one.pk for one in people], ("secretary", "member", "member"), strict=True))
    actions.report_result(founding, duties=duties, instructor="钱老师")
    report(founding)
    actions.reply_leadership(founding, by_id=founding.applicant_id, on=TODAY, case_number="1")
    actions.record_registration(founding, kit=["团徽"], receiver="甲", on=TODAY, relations_transferred=True)
    actions.register_organization(founding, by_id=founding.applicant_id, on=TODAY, case_number="1")
    stored = Founding.objects.get(pk=founding.pk)
    assert (stored.starter_kit, stored.starter_kit_receiver, stored.starter_kit_on) == (["团徽"], "甲", TODAY)
    assert stored.organization.status == OrganizationStatus.ACTIVE
    ledger = LedgerEntry.objects.get().data
    assert (ledger["书记"], ledger["指导员"], ledger["团员"]) == ("甲", "钱老师", 12)
