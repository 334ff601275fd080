"""Issue 6, points 1 and 6: quotas are shown with their calculation, tried out, adjusted by decision, and cut."""

import pytest
from django.test import Client
from django.urls import reverse

from awards.enums import NominationState
from awards.models import QuotaAdjustment
from awards.quota_register import places_of, quotas_of
from tests.awards import make_award_world, nomination
from tests.sharing import shared

pytestmark = pytest.mark.django_db
world_once = shared(make_award_world, "world_once")


@pytest.fixture
def world(world_once):
    return world_once()


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(world, name: str = "award_quotas") -> str:
    return reverse(name, args=[world.campaign.pk, world.organization_honour.pk])


def places(world) -> list[int]:
    return [one.places for one in quotas_of(world.organization_honour)]


def adjust(world, changes: dict, *, base: int = 0, key: str = "district_approver", **fields):
    """``changes`` by number of the street: places and those of them kept for non-public organizations."""
    sent = {"base": base, "reason": "工作需要", "decision": "区委会议纪要第3号"} | fields
    for street, (more, reserved) in changes.items():
        pk = world.place.streets[street].pk
        sent |= {f"area{pk}-places": more, f"area{pk}-reserved": reserved}
    return signed_in(world.person(key)).post(address(world, "adjust_quota"), sent)


def test_the_calculation_is_shown_in_words_and_figures_to_the_streets(world):
    page = signed_in(world.person("handler1")).get(address(world)).content.decode()
    # 4 places on 3 and 2 organizations: 2.4 and 1.6; the larger remainder gets the last one.
    for said in ("2.4000", "1.6000", "0.6000", "按小数部分从大到小"):
        assert said in page
    assert "按决定调整</a>" not in page
    assert signed_in(world.person("applicant0_0")).get(address(world)).status_code == 403


def test_other_numbers_are_compared_and_nothing_is_stored(world):
    client = signed_in(world.person("district_handler"))
    answer = client.get(address(world), {"places": "2", "floor": "0", "share": "50"})
    changes = {one.name: (one.before, one.after) for one in answer.context["what_if"].changes if one.differs}
    assert changes == {"中关村街道团工委": (2, 1), "学院路街道团工委": (2, 1)}
    impossible = client.get(address(world), {"places": "1", "floor": "1"})
    assert "请降低每街镇下限或增加名额" in impossible.content.decode()
    assert places(world) == [0, 2, 2]


def test_a_decision_moves_places_and_stays_on_record(world):
    assert adjust(world, {0: (1, 1), 1: (-1, -1)}).status_code == 302
    assert places(world) == [0, 3, 1]
    page = signed_in(world.person("handler0")).get(address(world)).content.decode()
    assert "区委会议纪要第3号" in page
    assert "工作需要" in page


@pytest.mark.parametrize(
    ("changes", "fields", "said"),
    [
        ({0: (1, 1)}, {}, "请同时调减其他街镇"),
        ({0: (-3, -3)}, {}, "须在0到"),
        ({0: (-1, 0)}, {}, "不能多于名额"),
        ({0: (-1, -1)}, {"reason": ""}, "请填写“理由”"),
        ({}, {}, "请至少填写一项"),
        ({}, {"honour_places": "3"}, "多于推荐名额"),
    ],
)
def test_what_cannot_be_decided_is_refused_with_the_remedy(world, changes, fields, said):
    answer = adjust(world, changes, decision="留下这份依据", **fields)
    page = answer.content.decode()
    assert (answer.status_code, QuotaAdjustment.objects.count()) == (422, 0)
    assert said in page
    assert "留下这份依据" in page


def test_a_decision_over_another_one_is_not_taken(world):
    assert adjust(world, {0: (-1, -1)}).status_code == 302
    answer = adjust(world, {0: (-1, -1)})
    assert (answer.status_code, places(world)) == (409, [0, 1, 2])


def test_a_cut_names_who_no_longer_fits_and_stops_at_what_is_decided(world):
    first, second = world.organizations[0][:2]
    nomination(world.organization_honour, first, state=NominationState.DECIDED, rank=1)
    nomination(world.organization_honour, second, state=NominationState.CHECKING, rank=2)
    assert adjust(world, {0: (-2, -2)}).status_code == 422
    assert adjust(world, {}, honour_places="-2").status_code == 422
    assert adjust(world, {0: (-1, -1)}, honour_places="-1").status_code == 302
    assert places_of(world.organization_honour) == 1
    over = {
        key: [
            nominee.organization_id
            for one in signed_in(world.person(key)).get(address(world)).context["surpluses"]
            for nominee in one.names
        ]
        for key in ("district_handler", "handler0", "handler1")
    }
    assert over == {"district_handler": [second.pk], "handler0": [second.pk], "handler1": []}


def test_only_the_approver_of_the_district_decides(world):
    for key in ("district_handler", "approver0", "chair", "applicant0_0"):
        assert adjust(world, {0: (-1, -1)}, key=key).status_code == 403
    assert not QuotaAdjustment.objects.exists()


def test_the_workbook_is_for_whoever_may_export(world):
    export = address(world, "export_quotas")
    answer = signed_in(world.person("handler0")).post(export)
    assert answer.status_code == 200
    assert answer.content.startswith(b"PK")
    assert signed_in(world.person("secretary")).post(export).status_code == 403
