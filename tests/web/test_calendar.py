"""The working calendar: read by everybody, changed by the district alone, with a preview of the deadlines that move."""

import datetime as dt
import io
import json

import pytest
from django.test import Client
from django.urls import reverse

from records.models import AuditEntry, CalendarDay
from tests.flows import district as d
from tests.sharing import shared
from tests.unit.workflows.test_deadlines import moment
from workflows.models import WorkItem

pytestmark = [pytest.mark.django_db, pytest.mark.once("postgresql")]  # pages and forms; flows run on both
HOLIDAY = dt.date(2031, 10, 1)  # a Wednesday
TYPED = {"since": "2031-10-01", "until": "2031-10-03", "kind": "off", "name": "国庆节", "source": "暂按推算"}
CHANGING = ("change_calendar", "upload_calendar")


place_once = shared(d.make_district, "place_once")


@pytest.fixture
def place(place_once):
    return place_once()


def signed_in(place, key: str) -> Client:
    client = Client()
    client.force_login(place.person(key))
    return client


def waiting(place) -> WorkItem:
    """An open task that arrived on Monday, 29 September 2031, with five working days."""
    case = d.case_after(place, "applicant")
    item = WorkItem.objects.get(case=case, open=True)
    item.created_at = moment(dt.date(2031, 9, 29))
    item.term_days, item.due_on, item.reminded = 5, dt.date(2031, 10, 6), 5
    item.save()
    return item


def confirm(client: Client, preview):
    return client.post(reverse("confirm_calendar"), {"changes": preview.context["packed"]}, follow=True)


def test_everybody_signed_in_reads_and_only_the_district_is_offered_changes(place):
    CalendarDay.objects.create(day=HOLIDAY, kind="off", name="国庆节", source="暂按法定节假日推算")
    CalendarDay.objects.create(day=dt.date(2031, 10, 11), kind="work", name="国庆节", source="通知")
    for key, offered in (("handler0", False), ("district_leader", False), ("district_handler", True)):
        page = signed_in(place, key).get("/calendar/?year=2031").content.decode()
        assert all(text in page for text in ("国庆节", "暂休", "暂按法定节假日推算", "2030", "2032"))
        assert (reverse("change_calendar") in page) is offered
    assert signed_in(place, "handler0").get("/calendar/?year=x").status_code == 200


@pytest.mark.parametrize("name", [*CHANGING, "confirm_calendar"])
def test_a_street_is_refused_and_nobody_changes_without_signing_in(place, name):
    for key in ("handler0", "district_approver"):
        assert signed_in(place, key).get(reverse(name)).status_code == 403
        assert signed_in(place, key).post(reverse(name), TYPED).status_code == 403
    assert Client().post(reverse(name), TYPED)["Location"].startswith(reverse("login"))
    assert not CalendarDay.objects.exists()


def test_a_change_is_previewed_then_moves_deadlines_and_is_on_record(place):
    item, client = waiting(place), signed_in(place, "district_handler")
    preview = client.post(reverse("change_calendar"), TYPED)
    page = preview.content.decode()
    assert preview.context["moved"] == 1
    assert item.title in page
    assert "2031-10-09" in page
    assert not CalendarDay.objects.exists(), "a preview stores nothing"
    assert "国庆节" in client.get(preview.context["back"]).content.decode(), (
        "the way back keeps what was typed"
    )
    assert "1 个办理时限" in confirm(client, preview).content.decode()
    item.refresh_from_db()
    assert (item.due_on, item.reminded) == (dt.date(2031, 10, 9), None)
    entry = AuditEntry.objects.get(event="calendar_changed")
    assert (entry.by_id, entry.data["moved"], len(entry.data["days"])) == (
        place.person("district_handler").pk,
        1,
        3,
    )
    back = client.post(reverse("change_calendar"), TYPED | {"kind": "ordinary", "name": "", "source": ""})
    confirm(client, back)
    item.refresh_from_db()
    assert item.due_on == dt.date(2031, 10, 6)
    assert not CalendarDay.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"since": "2031-13-01"}, "2014-05-31"),
        ({"until": "2031-09-01"}, "止日早于起日"),
        ({"until": "2032-09-01"}, "一次最多改 31 天"),
        ({"source": ""}, "请填写“来源”"),
        ({"kind": ""}, "请选择“改为”"),
        ({"since": "2031-10-04", "until": "2031-10-05"}, "与现在的日历相同"),
    ],
)
def test_bad_input_is_explained_and_kept(place, wrong, told):
    response = signed_in(place, "district_handler").post(
        reverse("change_calendar"), TYPED | {"name": "自定假"} | wrong
    )
    assert response.status_code == 422
    page = response.content.decode()
    assert told in page
    assert "自定假" in page


def test_what_is_confirmed_is_what_was_shown(place):
    client = signed_in(place, "district_handler")
    answer = client.post(
        reverse("confirm_calendar"), {"changes": '[["2031-10-01", "off", "x", "y"]]'}, follow=True
    )
    assert "预览已失效" in answer.content.decode()
    assert not CalendarDay.objects.exists()


def upload(client: Client, content: bytes, name: str):
    file = io.BytesIO(content)
    file.name = name
    return client.post(reverse("upload_calendar"), {"file": file})


@pytest.mark.parametrize("format", ["xlsx", "json"])
def test_a_year_goes_out_and_comes_back_as_it_was(place, format):
    client = signed_in(place, "district_handler")
    rows = [(HOLIDAY, "off", "国庆节", "通知"), (dt.date(2031, 10, 11), "work", "", "=通知")]
    for day, kind, name, source in rows:
        CalendarDay.objects.create(day=day, kind=kind, name=name, source=source)
    file = signed_in(place, "handler0").get(f"/calendar/export/?year=2031&format={format}").content
    assert "与现在的日历相同" in upload(client, file, f"y.{format}").content.decode()
    CalendarDay.objects.all().delete()
    CalendarDay.objects.create(day=dt.date(2031, 5, 1), kind="off", source="不在文件中")
    CalendarDay.objects.create(day=dt.date(2030, 5, 1), kind="off", source="别的年份")
    preview = upload(client, file, f"y.{format}")
    assert len(preview.context["changes"]) == 3
    confirm(client, preview)
    year = CalendarDay.objects.filter(day__year=2031)
    assert list(year.values_list("day", "kind", "name", "source")) == rows
    assert CalendarDay.objects.filter(day__year=2030).exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\x00\x01", "既不是 Excel"),
        (b"[1]", "既不是 Excel"),
        (b"[]", "文件中没有日期"),
        (json.dumps([{"day": "10/1", "kind": "off", "source": "x"}]).encode(), "第 1 行"),
        (json.dumps([{"day": "2031-10-01", "kind": "free", "source": "x"}]).encode(), "类型“free”无法识别"),
        (
            json.dumps([{"day": f"{y}-10-01", "kind": "off", "source": "x"} for y in (2031, 2032)]).encode(),
            "一个文件只放一年",
        ),
    ],
)
def test_a_bad_file_is_refused_with_what_to_do(place, content, told):
    response = upload(signed_in(place, "district_handler"), content, "y.json")
    assert response.status_code == 422
    assert told in response.content.decode()


def test_everybody_finds_the_calendar_in_the_menu(place):
    assert reverse("calendar") in signed_in(place, "handler0").get("/").content.decode()
