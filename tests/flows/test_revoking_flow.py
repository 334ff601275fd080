"""Revoking an award through its page, before and after the certificate (RULES section 4; section 10, P4)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from awards.actions.awarding import issue_certificate
from awards.eligible import held_by
from awards.enums import NominationState
from awards.models import Award
from awards.rules import eligibility
from orgs.actions.documents import REVOKE, obstacle
from records.models import Document
from tests.flows import nomination_world as n
from tests.sharing import shared

pytestmark = pytest.mark.django_db
REASON = "经查，申报材料中的活动次数与事实不符，不符合评选条件。"

decided_once = shared(lambda: n.decided(), "decided_once")


@pytest.fixture
def walk(decided_once):
    return decided_once()


def award_of(walk: n.NominationWalk) -> Award:
    return Award.objects.select_related("certificate", "revocation").get(nomination=walk.nomination)


def certified(walk: n.NominationWalk) -> Award:
    walk.to("awarded")
    today, by = timezone.localdate(), walk.world.person("district_handler")
    issue_certificate(award_of(walk), by=by, on=today, at=timezone.now())
    return award_of(walk)


def client_of(walk: n.NominationWalk, who: str) -> Client:
    client = Client()
    client.force_login(walk.world.person(who), backend="django.contrib.auth.backends.ModelBackend")
    return client


def revoke(walk: n.NominationWalk, who: str = "district_approver", **data):
    evidence = SimpleUploadedFile("核查报告.pdf", b"%PDF-1.4\n%%EOF\n", content_type="application/pdf")
    data = {"reason": REASON, "evidence": evidence} | data
    return client_of(walk, who).post(reverse("revoke_award", args=[award_of(walk).pk]), data)


def page(walk: n.NominationWalk, who: str) -> str:
    answer = client_of(walk, who).get(reverse("award", args=[award_of(walk).pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_award_is_revoked_before_its_certificate_and_none_is_issued(walk):
    assert "撤销荣誉" in page(walk, "district_approver")
    answer = revoke(walk)
    assert answer.status_code == 302, answer.content.decode()
    assert walk.nomination.state == NominationState.REVOKED
    assert not n.load_case(walk.case.pk).is_open
    award = award_of(walk)
    assert (award.revoked_on, award.revoked_reason) == (timezone.localdate(), REASON)
    assert award.revocation.kind == "honour_revocation"
    assert not Document.objects.filter(kind="award_certificate").exists()


def test_after_the_certificate_it_verifies_as_revoked_and_the_honour_counts_as_revoked(walk):
    award = certified(walk)
    assert obstacle(award.certificate, REVOKE, None).reason == "荣誉证书不能单独撤销。"
    assert revoke(walk).status_code == 302
    assert walk.nomination.state == NominationState.REVOKED
    award = award_of(walk)
    assert award.revocation.content["body"]["certificate"] == award.certificate.number
    verified = Client().get(reverse("verify", args=[award.certificate.public_code])).content.decode()
    assert "已撤销" in verified
    shown = page(walk, "district_approver")
    assert award.revocation.number in shown
    assert reverse("revoke_award", args=[award.pk]) not in shown
    later = n.Nomination(organization_id=award.organization_id, honour=walk.nomination.honour)
    rule = {"kind": "not_revoked", "years": 2}
    facts = {"honours": held_by(later), "year": award.year}
    assert not eligibility.KINDS["not_revoked"].ask(rule, facts, timezone.localdate()).passed


def test_a_second_revocation_is_refused(walk):
    assert revoke(walk).status_code == 302
    again = revoke(walk)
    assert again.status_code == 422
    assert "该荣誉已经撤销" in again.content.decode()
    assert Document.objects.filter(kind="honour_revocation").count() == 1


def test_reason_and_evidence_are_required(walk):
    assert revoke(walk, reason="").status_code == 422
    assert revoke(walk, evidence="").status_code == 422
    assert walk.nomination.state == NominationState.DECIDED


@pytest.mark.parametrize("who", ["district_handler", "approver0", "handler0", "secretary", "applicant0_0"])
def test_nobody_else_revokes_an_award(walk, who):
    assert revoke(walk, who=who).status_code == 403
    assert award_of(walk).revoked_on is None


def test_the_page_of_an_award_opens_for_its_unit_and_its_street_only(walk):
    address = reverse("award", args=[award_of(walk).pk])
    for who in ("handler0", "applicant0_0"):
        assert reverse("revoke_award", args=[award_of(walk).pk]) not in page(walk, who)
    for who in ("handler1", "applicant1_0", "applicant0_1"):
        assert client_of(walk, who).get(address).status_code == 403
