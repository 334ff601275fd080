"""Stock phrases: own ones, an organization's, everybody's; kept in order, within limits, and from the opinion box."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.flows import district as d
from tests.sharing import shared
from workflows.models import StockPhrase
from workflows.phrases import phrases_for

pytestmark = [pytest.mark.django_db, pytest.mark.once("postgresql")]  # pages and forms; flows run on both


place_once = shared(d.make_district, "place_once")


@pytest.fixture
def place(place_once) -> d.District:
    return place_once()


def client_of(place, key: str) -> Client:
    client = Client()
    client.force_login(place.person(key))
    return client


def texts(place, key: str) -> list[str]:
    return [one.text for one in phrases_for(place.person(key), timezone.localdate())]


def test_own_phrases_come_first_then_the_organizations_then_everybodys(place):
    StockPhrase.objects.create(text="同意。")
    handler = client_of(place, "handler0")
    handler.post("/phrases/", {"where": str(place.streets[0].pk), "text": "街道共用。"})
    handler.post("/phrases/", {"where": "own", "text": "我的。"})
    handler.post("/phrases/", {"where": "own", "text": "同意。"})
    assert texts(place, "handler0") == ["我的。", "同意。", "街道共用。"]
    assert texts(place, "instructor0") == ["街道共用。", "同意。"]
    assert texts(place, "handler1") == ["同意。"]
    shared = StockPhrase.objects.get(text="街道共用。")
    change = reverse("change_phrase", args=[shared.pk])
    assert client_of(place, "instructor0").post(change, {"text": "x"}).status_code == 403
    assert client_of(place, "approver0").post(change, {"text": "改过。"}).status_code == 302
    where = {"where": str(place.streets[0].pk), "text": "y"}
    assert client_of(place, "handler1").post("/phrases/", where).status_code == 403


def test_phrases_are_moved_changed_and_removed(place):
    handler = client_of(place, "handler0")
    for text in ("一", "二", "三"):
        handler.post("/phrases/", {"text": text})
    last = StockPhrase.objects.get(text="三")
    handler.post(reverse("move_phrase", args=[last.pk]), {"to": "up"})
    assert texts(place, "handler0") == ["一", "三", "二"]
    handler.post(reverse("change_phrase", args=[last.pk]), {"text": "三改"})
    handler.post(reverse("delete_phrase", args=[StockPhrase.objects.get(text="一").pk]))
    assert texts(place, "handler0") == ["三改", "二"]
    everybody = StockPhrase.objects.create(text="通用")
    assert handler.post(reverse("delete_phrase", args=[everybody.pk])).status_code == 403


@pytest.mark.parametrize(
    ("text", "says"), [("", "请填写"), ("字" * 101, "最多 100 字"), ("有了", "已有这条")]
)
def test_what_cannot_be_kept_is_named_and_stays_in_the_box(place, text, says):
    StockPhrase.objects.create(text="有了", person=place.person("handler0"))
    answer = client_of(place, "handler0").post("/phrases/", {"text": text})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert f'value="{text}"' in answer.content.decode()


def test_there_are_at_most_fifty(place):
    person = place.person("handler0")
    StockPhrase.objects.bulk_create(StockPhrase(text=str(n), person=person) for n in range(50))
    assert "最多保存 50 条" in client_of(place, "handler0").post("/phrases/", {"text": "多"}).content.decode()


def test_the_opinion_is_kept_and_stays_in_the_box(place):
    case = d.case_after(place, "applicant", "leader")
    url = reverse("keep_phrase", args=[case.pk, d.open_task(case).pk])
    typed = {"opinion": "请补齐名册。", "outcome": "returned"}
    page = client_of(place, "handler0").post(url, typed).content.decode()
    assert "请补齐名册。</textarea>" in page
    assert "已存入我的常用语" in page
    part = client_of(place, "handler0").post(url, typed, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "已有这条常用语" in part
    assert client_of(place, "handler1").post(url, typed).status_code == 403
