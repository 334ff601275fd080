"""One of everything that an address of awards can name, in a campaign that is not published: nobody else's to see."""

from django.utils import timezone

from awards.enums import Duty, Medium
from awards.models import Award, CommitteeMember, ConsultationLetter, Objection, PublicNotice
from tests.awards import ORGANIZATION_HONOUR, accepted_organization, make_campaign, make_honour, nomination
from tests.flows.district import District


def award_keys(place: District) -> dict[str, int]:
    """The keys by the parameter of the address, for a nominee of the first street."""
    handler, now, today = place.person("district_handler"), timezone.now(), timezone.localdate()
    honour = make_honour(make_campaign(place, published=False), ORGANIZATION_HONOUR)
    campaign = honour.campaign
    nominee = nomination(honour, accepted_organization(place, 0))
    letter = ConsultationLetter.objects.create(
        campaign=campaign, addressee="某局", asked="意见", reply_due_on=today, sent_by=handler, sent_at=now
    )
    objection = Objection.objects.create(
        number="YY-2026-00001",
        nomination=nominee,
        medium=Medium.LETTER,
        facts="事实",
        received_on=today,
        timing="in_time",
        accept_by=today,
        investigate_by=today,
    )
    notice = PublicNotice.objects.create(campaign=campaign, subject="公示", introduction="公示")
    member = CommitteeMember.objects.create(
        campaign=campaign, person=place.person("district_leader"), duty=Duty.MEMBER, since=now
    )
    award = Award.objects.create(
        organization=nominee.organization,
        scope=nominee.organization.scope,
        honour_code=honour.code,
        title=honour.title,
        year=campaign.year,
        decided_on=today,
        decision_title="决定",
        decision_number="海团字〔2014〕1号",
    )
    return {
        "award_id": award.pk,
        "campaign_id": campaign.pk,
        "honour_id": honour.pk,
        "nomination_id": nominee.pk,
        "letter_id": letter.pk,
        "announcement_id": notice.pk,
        "objection_id": objection.pk,
        "member_id": member.pk,
    }
