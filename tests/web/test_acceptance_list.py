"""All acceptances of a jurisdiction: every number of the overview is that of the list it leads to, and no score shows
to somebody who is still to judge alone."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.enums import Conclusion, Role
from orgs.models import Acceptance, AcceptanceItem, Inspection
from records.models import AuditEntry
from records.workbooks import read_sheet
from tests import factories
from tests.flows import district as d
from tests.inspections import add_visit, make_inspection
from tests.sharing import shared

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
ROWS = (
    # street, conclusion, not met, days of the certificate left, revoked
    (0, Conclusion.PASS, ("C2.4",), 400, False),
    (0, Conclusion.PASS, (), 30, False),
    (0, Conclusion.PASS, ("C2.4",), -1, False),
    (0, Conclusion.FAIL, ("C2.4", "C1.1"), None, False),
    (0, "", None, None, False),
    (1, Conclusion.PASS, ("C5.4",), 400, True),
)


def conclude(acceptance: Acceptance, conclusion: str, unmet: tuple, left: int | None, revoked: bool) -> None:
    """Fill in the result of a round as the inspectors' findings would."""
    for item in acceptance.items.all():
        item.met = item.code not in unmet
        item.points = item.full if item.met else Decimal(0)
        item.save()
    acceptance.total = sum(item.points for item in acceptance.items.all())
    acceptance.conclusion, acceptance.concluded_on, acceptance.findings_sent_on = conclusion, TODAY, TODAY
    if conclusion == Conclusion.PASS:
        acceptance.grade = "五星级" if acceptance.total >= 90 else "四星级"
        acceptance.valid_until = TODAY + dt.timedelta(days=left)
    acceptance.revoked_on = TODAY if revoked else None
    acceptance.save()


def build() -> tuple[d.District, list[Acceptance]]:
    place, made = d.make_district(), []
    for number, (street, conclusion, unmet, left, revoked) in enumerate(ROWS):
        fields = {"street": street, "inspectors": 0, "case_number": f"YS-{number}"}
        acceptance = make_inspection(place, **fields).acceptance
        if unmet is not None:
            conclude(acceptance, conclusion, unmet, left, revoked)
        made.append(acceptance)
    return place, made


built = shared(build, "built")


@pytest.fixture
def world(built):
    return built()


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def listed(client: Client, **query: str) -> list[str]:
    page = client.get(reverse("acceptances"), query)
    assert page.status_code == 200
    return [row["acceptance"].case_number for row in page.context["rows"]]


def test_filters_name_the_rows_that_they_say(world):
    client = signed_in(world[0].person("district_handler"))
    assert len(listed(client)) == 6
    for state, numbers in {
        "passed": ["YS-0", "YS-1"],
        "expiring": ["YS-1"],
        "expired": ["YS-2"],
        "failed": ["YS-3"],
        "running": ["YS-4"],
        "revoked": ["YS-5"],
        "closed": [],
    }.items():
        assert listed(client, state=state) == numbers, state
    assert listed(client, item="C2.4") == ["YS-0", "YS-2", "YS-3"]
    assert listed(client, stars="5") == ["YS-0", "YS-1", "YS-2"]
    assert listed(client, text="YS-3") == ["YS-3"]
    assert listed(client, until="2014-01-01") == []


def test_every_number_of_the_overview_is_that_of_its_list(world):
    client = signed_in(world[0].person("district_handler"))
    context = client.get(reverse("acceptance_overview")).context
    rows = [context["all"], *context["places"], *context["sections"]]
    pairs = [(figure["number"], figure["url"]) for row in rows for figure in row["figures"]]
    pairs += [(one["number"], one["url"]) for row in rows for one in row["stars"]]
    pairs += [(one["times"], one["url"]) for row in rows for one in row["worst"]]
    pairs += [(one["item"].unmet, one["url"]) for one in context["items"]]
    followed: dict[str, int] = {}
    for number, url in pairs:
        if url not in followed:
            followed[url] = client.get(url).context["page"].count
        assert followed[url] == number, url
    assert context["items"][0]["item"].code == "C2.4"
    assert context["items"][0]["item"].percent == 60


def test_a_street_sees_its_own_acceptances_only(world, django_assert_max_num_queries):
    place, _made = world
    near, far = signed_in(place.person("handler0")), signed_in(place.person("handler1"))
    assert listed(far) == ["YS-5"]
    assert "YS-5" not in listed(near)
    overview = far.get(reverse("acceptance_overview")).context["all"]
    assert [one["number"] for one in overview["figures"]] == [1, 0, 0, 0, 0, 0, 1]
    assert listed(far, place=str(place.streets[0].pk)) == ["YS-5"], "a place elsewhere is no choice"
    for name in ("acceptances", "acceptance_overview"):
        assert signed_in(place.person("applicant")).get(reverse(name)).status_code == 403
        assert Client().get(reverse(name))["Location"].startswith(reverse("login"))
        with django_assert_max_num_queries(24):
            near.get(reverse(name))


def test_who_is_still_to_judge_finds_no_score_by_any_filter(world):
    """The third inspector holds a post of the street and sees the list, but not what the two others found."""
    place, _made = world
    visiting = make_inspection(place, case_number="YS-9")
    third = factories.make_person(Role.INSPECTOR, place.streets[0], "第三人")
    add_visit(visiting, inspector=third, purpose=Inspection.Purpose.THIRD)
    AcceptanceItem.objects.filter(acceptance=visiting.acceptance).update(points=0, met=False)
    Acceptance.objects.filter(pk=visiting.acceptance.pk).update(total=Decimal("61.5"))
    client, handler = signed_in(third), signed_in(place.person("handler0"))
    assert "YS-9" in listed(client)
    assert "61.5" not in client.get(reverse("acceptances")).content.decode()
    assert "61.5" in handler.get(reverse("acceptances")).content.decode()
    assert "YS-9" not in listed(client, item="C3.1")
    assert "YS-9" in listed(handler, item="C3.1")
    looked = {
        one["item"].code: one["item"].looked
        for one in client.get(reverse("acceptance_overview")).context["items"]
    }
    assert looked["C3.1"] == 4


def test_exports_hold_the_rows_of_the_page_and_are_on_record(world):
    client = signed_in(world[0].person("handler0"))
    response = client.post(reverse("export_acceptances") + "?state=expired")
    rows = read_sheet(io.BytesIO(response.content), max_rows=50, columns=16)
    assert [row.cells[1] for row in rows[2:]] == ["YS-2"]
    assert rows[2].cells[14] == "C2.4"
    content = client.post(reverse("export_acceptance_overview")).content
    sheet = read_sheet(io.BytesIO(content), max_rows=60, columns=17)
    assert [sheet[2].cells[at] for at in (2, 3, 5)] == [5, 3, 1]
    assert set(AuditEntry.objects.filter(event="exported").values_list("data__what", flat=True)) == {
        "acceptances",
        "acceptance_overview",
    }
    leader = signed_in(world[0].person("instructor0"))
    assert leader.post(reverse("export_acceptances")).status_code == 403
