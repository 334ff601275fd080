"""The standard's pages: read by everybody, edited and published by the district alone, with nothing typed lost."""

import copy

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.actions.standards import begin_draft, open_draft_of, save_draft, standard_of
from orgs.forms.standards import StandardEditor
from orgs.models import RuleSet
from orgs.rules.standard_diff import differences
from orgs.views.standards import standard_workbook
from tests.flows import district as d
from tests.inspections import make_inspection
from tests.sharing import shared

pytestmark = pytest.mark.django_db
EDITOR_PAGES = ("standard_edit", "standard_review", "standard_preview", "standard_import", "standard_discard")


def build() -> d.District:
    place = d.make_district()
    make_inspection(place, inspectors=0)
    return place


built = shared(build, "built")


@pytest.fixture
def place(built):
    return built()


def signed_in(place, key: str) -> Client:
    client = Client()
    client.force_login(place.person(key), backend="django.contrib.auth.backends.ModelBackend")
    return client


def moment() -> dict:
    return {"on": timezone.localdate(), "at": timezone.now()}


def begun(place):
    return begin_draft(place.district, by=place.person("district_handler"), **moment())


def typed_of(draft, **changed: str) -> dict[str, str]:
    """What a browser posts for the editor's page of a draft."""
    editor = StandardEditor(standard_of(draft))
    data = {"base": str(draft.version), "criteria": str(editor.count), "do": "save"}
    for form in editor.forms:
        if hasattr(form, "management_form"):
            data |= {
                f"{form.prefix}-{key}": str(value) for key, value in form.management_form.initial.items()
            }
        for part in getattr(form, "forms", [form]):
            for field in part:
                value = field.value()
                if value is True:
                    data[field.html_name] = "on"
                elif value not in (False, None):
                    data[field.html_name] = value if isinstance(value, list) else str(value)
    return data | changed


def test_everybody_signed_in_reads_each_version(place):
    for key in ("applicant", "handler1", "district_leader"):
        page = signed_in(place, key).get(reverse("standard")).content.decode()
        assert all(text in page for text in ("SIX-HAVES 2014.1", "C6.4", "一票否决项", "共受理 1 件"))
        assert "起草新版本" not in page
    pk = RuleSet.objects.get(subject="six_haves").pk
    client = signed_in(place, "applicant")
    assert client.get(reverse("standard_export"), {"version": pk}).status_code == 200
    assert client.get(reverse("standard_export"), {"version": "draft"}).status_code == 404
    assert client.get(reverse("standard_compare")).status_code == 200


@pytest.mark.parametrize("name", EDITOR_PAGES)
def test_the_draft_is_the_districts_alone(place, name):
    begun(place)
    for key in ("handler0", "approver0", "applicant", "district_leader"):
        client = signed_in(place, key)
        assert client.get(reverse(name)).status_code in (403, 405)
        assert client.post(reverse(name), {"do": "save"}).status_code == 403
    assert Client().post(reverse(name))["Location"].startswith(reverse("login"))


def test_the_editor_keeps_every_part_of_a_standard(place):
    """What the form shows and posts back unchanged is the very same standard."""
    draft = begun(place)
    response = signed_in(place, "district_handler").post(reverse("standard_edit"), typed_of(draft))
    assert response.status_code == 302
    saved = open_draft_of(place.district)
    assert differences(standard_of(draft), standard_of(saved)) == []
    assert standard_of(saved)["criteria"][0]["items"][0]["points"] == 5


def test_rows_are_added_moved_removed_and_half_done_ones_kept(place):
    draft = begun(place)
    changes = {
        "items0-TOTAL_FORMS": "5",
        "items0-4-text": "团干部述职",
        "items0-4-points": "三",
        "items0-0-ORDER": "9",
        "items1-1-DELETE": "on",
        "items2-0-home": "3",
        "criterion5-remove": "on",
        "do": "add_criterion",
    }
    client = signed_in(place, "district_handler")
    assert client.post(reverse("standard_edit"), typed_of(draft, **changes))["Location"].endswith("#part5")
    standard = standard_of(open_draft_of(place.district))
    codes = [[item["code"] for item in one["items"]] for one in standard["criteria"]]
    assert codes[0] == ["C1.2", "C1.3", "C1.4", "C1.1", "C1.5"]
    assert codes[1] == ["C2.1", "C2.3", "C2.4"]
    assert codes[3] == ["C3.1", "C4.1", "C4.2", "C4.3", "C4.4"]
    assert [one["code"] for one in standard["criteria"]][-1] == "C7", "a removed code is not given out again"
    page = client.get(reverse("standard_edit")).content.decode()
    assert "现为“三”" in page
    assert 'value="三"' in page


def test_a_newer_draft_is_shown_beside_what_was_typed(place):
    draft = begun(place)
    typed = typed_of(draft, **{"items0-0-text": "我的内容"})
    theirs = copy.deepcopy(standard_of(draft))
    theirs["criteria"][0]["items"][0]["text"] = "别人的内容"
    save_draft(draft, theirs, base=0, by=place.person("district_handler"), **moment())
    client = signed_in(place, "district_handler")
    response = client.post(reverse("standard_edit"), typed)
    page = response.content.decode()
    assert response.status_code == 409
    assert "<del>别人的内容</del>" in page
    assert "<ins>我的内容</ins>" in page
    assert 'value="我的内容"' in page
    assert client.post(reverse("standard_edit"), typed | {"base": "1"}).status_code == 302
    assert standard_of(open_draft_of(place.district))["criteria"][0]["items"][0]["text"] == "我的内容"


def test_from_draft_to_publication_through_the_pages(place):
    handler, approver = signed_in(place, "district_handler"), signed_in(place, "district_approver")
    handler.post(reverse("standard_edit"), {"do": "begin"})
    draft = open_draft_of(place.district)
    changed = typed_of(draft, **{"items0-0-points": "4.5", "items0-1-points": "6.5"})
    handler.post(reverse("standard_edit"), changed)
    today = timezone.localdate().isoformat()
    past = handler.post(reverse("standard_review"), {"base": 1, "do": "propose", "valid_from": "2014-01-01"})
    assert past.status_code == 422
    assert "已经过去" in past.content.decode()
    handler.post(reverse("standard_review"), {"base": 1, "do": "propose", "valid_from": today})
    page = approver.get(reverse("standard_review")).content.decode()
    assert all(text in page for text in ("<del>5</del>", "<ins>4.5</ins>", "批准并发布"))
    answer = approver.post(
        reverse("standard_review"), {"base": 1, "do": "publish"}, follow=True
    ).content.decode()
    name = f"SIX-HAVES {today[:4]}.1"
    assert f"{name} 已发布" in answer
    assert RuleSet.objects.valid("six_haves", timezone.localdate()).name == name
    compared = signed_in(place, "applicant").get(reverse("standard_compare")).content.decode()
    assert "<ins>4.5</ins>" in compared


def test_a_workbook_replaces_the_draft_after_its_differences_were_shown(place):
    draft, client = begun(place), signed_in(place, "district_handler")
    standard = copy.deepcopy(standard_of(draft))
    standard["criteria"][0]["items"][0]["evidence"] = "批复原件"
    file = SimpleUploadedFile("标准.xlsx", standard_workbook(standard, at=timezone.now()))
    preview = client.post(reverse("standard_import"), {"file": file})
    assert "<ins>批复原件</ins>" in preview.content.decode()
    assert standard_of(open_draft_of(place.district)) == standard_of(draft), "a preview stores nothing"
    client.post(reverse("standard_import"), {"base": 0, "packed": preview.context["packed"]})
    assert standard_of(open_draft_of(place.district)) == standard
    bad = client.post(reverse("standard_import"), {"file": SimpleUploadedFile("a.xlsx", b"<html>")})
    assert bad.status_code == 422


def test_the_editor_saves_itself_for_those_who_may_send_it(place):
    key = f"standard:{begun(place).pk}"
    body = {
        "person": str(place.person("district_handler").pk),
        "base": 0,
        "page": "p",
        "fields": {"head-title": ["新"]},
    }
    for who, status in (("district_handler", 200), ("district_approver", 403)):
        body["person"] = str(place.person(who).pk)
        response = signed_in(place, who).post(
            reverse("draft", args=[key]), body, content_type="application/json"
        )
        assert response.status_code == status
