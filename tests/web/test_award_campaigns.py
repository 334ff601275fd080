"""Issue 6, point 1: a campaign is drafted by one and published by another; nothing that was typed is lost."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from awards.enums import CampaignState, NominationState
from awards.models import AwardCampaign
from tests.awards import CHANNEL, make_award_world, nomination
from tests.flows.district import make_district
from workflows.models import Draft

pytestmark = pytest.mark.django_db
HONOURS = {"advanced_organization": (2, 4), "outstanding_cadre": (1, 3)}


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def typed(**changed) -> dict[str, str]:
    """The form of a campaign as a person fills it in."""
    today = timezone.localdate().isoformat()
    fields = {"name": "2026年度评选表彰", "year": "2026", "work": "两新组织团建工作"}
    fields |= {"starts_on": today, "counted_on": today} | CHANNEL
    for code, (places, nominations) in HONOURS.items():
        fields |= {f"{code}-chosen": "on", f"{code}-places": str(places), f"{code}-share": "50"}
        fields |= {f"{code}-nomination_places": str(nominations), f"{code}-floor": "0"}
    return fields | changed


def step(client: Client, what: str, campaign: AwardCampaign, **fields):
    campaign.refresh_from_db()
    return client.post(
        reverse(f"{what}_award_campaign", args=[campaign.pk]), {"base": campaign.version} | fields
    )


def drafted(place) -> AwardCampaign:
    answer = signed_in(place.person("district_handler")).post(reverse("new_award_campaign"), typed())
    assert answer.status_code == 302, answer.content.decode()
    return AwardCampaign.objects.get()


def test_a_campaign_is_published_by_another_person_with_its_letter_and_frozen_areas():
    world = make_award_world()
    AwardCampaign.objects.update(state=CampaignState.FINISHED)
    handler, approver = (signed_in(world.person(f"district_{one}")) for one in ("handler", "approver"))
    assert handler.post(reverse("new_award_campaign"), typed()).status_code == 302
    campaign = AwardCampaign.objects.latest("pk")
    street = signed_in(world.person("handler0"))
    page = reverse("award_campaign", args=[campaign.pk])
    assert street.get(page).status_code == 403

    assert step(handler, "submit", campaign).status_code == 302
    assert step(handler, "publish", campaign).status_code == 403
    assert step(approver, "return", campaign).status_code == 422
    assert step(approver, "return", campaign, **{"return-reason": "名额过多"}).status_code == 302
    assert "名额过多" in handler.get(page).content.decode()
    assert step(handler, "submit", campaign).status_code == 302
    assert step(approver, "publish", campaign).status_code == 302

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.PUBLISHED
    assert campaign.call.content["body"]["annexes"][0]["honours"][0]["rows"]
    assert [one["accepted"] for one in campaign.honours.first().areas] == [0, 3, 2]
    assert street.get(page).status_code == 200
    assert street.get(reverse("edit_award_campaign", args=[campaign.pk])).status_code == 403
    assert handler.get(reverse("edit_award_campaign", args=[campaign.pk])).status_code == 302


def test_who_drafted_does_not_publish_whatever_post_follows():
    place = make_district()
    campaign = drafted(place)
    handler, approver = place.person("district_handler"), place.person("district_approver")
    assert step(signed_in(handler), "submit", campaign).status_code == 302
    AwardCampaign.objects.update(created_by=approver)
    assert step(signed_in(approver), "publish", campaign).status_code == 403
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SUBMITTED


def test_a_save_over_another_version_shows_both_and_keeps_what_was_typed():
    place = make_district()
    campaign = drafted(place)
    client = signed_in(place.person("district_handler"))
    address = reverse("edit_award_campaign", args=[campaign.pk])
    assert client.post(address, typed(base="0", name="他人所改")).status_code == 302
    answer = client.post(address, typed(base="0", name="我所填写"))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "他人所改" in page
    assert "我所填写" in page
    assert 'name="base" value="1"' in page
    assert step(client, "submit", campaign, base="0").status_code == 409


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"outstanding_cadre-nomination_places": "0"}, "outstanding_cadre-nomination_places"),
        ({"advanced_organization-places": "9"}, "推荐名额不能少于表彰名额"),
        ({"advanced_organization-floor": "3", "advanced_organization-cap": "2"}, "上限低于下限"),
        ({"counted_on": "2099-01-01"}, "不能晚于开始日期"),
        ({f"{code}-chosen": "" for code in HONOURS}, "请至少选择一项"),
    ],
)
def test_a_wrong_form_says_what_to_do_and_keeps_what_was_typed(changed, said):
    place = make_district()
    client = signed_in(place.person("district_handler"))
    answer = client.post(reverse("new_award_campaign"), typed(work="留下这句", **changed))
    page = answer.content.decode()
    assert (answer.status_code, AwardCampaign.objects.count()) == (422, 0)
    assert said in page
    assert "留下这句" in page


def test_what_is_wrong_stops_the_submission_and_is_said():
    place = make_district()
    campaign = drafted(place)
    AwardCampaign.objects.update(starts_on=timezone.localdate() - dt.timedelta(days=3))
    answer = step(signed_in(place.person("district_handler")), "submit", campaign)
    assert answer.status_code == 422
    assert "已经过去" in answer.content.decode()


def test_a_campaign_does_not_end_while_nominations_are_open():
    world = make_award_world()
    handler, approver = (signed_in(world.person(f"district_{one}")) for one in ("handler", "approver"))
    one = nomination(world.organization_honour, world.organizations[0][0], state=NominationState.VETTING)
    for client, what, fields in (
        (handler, "finish", {}),
        (approver, "cancel", {"cancel-reason": "重新安排"}),
    ):
        answer = step(client, what, world.campaign, **fields)
        assert answer.status_code == 422
        assert one.case_number in answer.content.decode()
    one.state = NominationState.AWARDED
    one.save()
    assert step(handler, "finish", world.campaign).status_code == 302


def test_each_reader_sees_a_running_campaign_as_far_as_it_is_theirs():
    world = make_award_world()
    nomination(world.organization_honour, world.organizations[1][0], state=NominationState.RANKING)
    page = reverse("award_campaign", args=[world.campaign.pk])
    told = {
        key: signed_in(world.person(key)).get(page).content.decode()
        for key in ("approver0", "approver1", "chair", "applicant0_0")
    }
    assert "街镇推荐 <b" in told["approver1"]
    assert "街镇推荐 <b" not in told["approver0"]
    assert "还没有推荐" not in told["chair"]
    assert "名额分配" not in told["chair"]
    assert "我单位推荐" in told["applicant0_0"]
    assert "拟稿" not in told["applicant0_0"]
    assert Client().get(page).status_code == 302


def test_only_who_may_send_the_form_keeps_its_draft():
    place = make_district()
    campaign = drafted(place)
    body = {"base": 0, "page": "p", "fields": {"name": ["写到一半"]}}
    for key, status in (("district_handler", 200), ("district_approver", 403)):
        person = place.person(key)
        sent = body | {"person": person.pk}
        address = reverse("draft", args=[f"award:{campaign.pk}"])
        answer = signed_in(person).post(
            address, sent, content_type="application/json", headers={"Accept": "application/json"}
        )
        assert answer.status_code == status
    assert Draft.objects.filter(key=f"award:{campaign.pk}").count() == 1
