"""The unit's pages of an acceptance: asking for one, assessing oneself, answering, rectifying, appealing."""

import base64
import datetime as dt
import io
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from orgs.actions.acceptance import files_about
from orgs.models import Founding, Officer
from records.models import Document, StoredFile
from tests.flows.acceptance_world import start_walk
from tests.flows.district import open_task
from tests.sharing import shared
from workflows.models import Case, Draft, Outcome
from workflows.reading import may_read_file
from workflows.rounds import compared_rounds
from workflows.sheets import sheet_content
from workflows.views.task import load_case

from .founding_pages import a_pdf, send, signed_in, task_url, text_of

pytestmark = pytest.mark.django_db


LOST = {"C1.3": "1", "C5.2": "2"}
INSPECTORS = ("district_inspector", "district_inspector1")


def build_walks():
    """One at its self-assessment; one found wanting, of a unit in direct contact: no proposal, no sample."""
    begun = start_walk()
    Officer.objects.create(
        organization=begun.organization, name="王小明", duty="secretary", since=timezone.localdate()
    )
    found = start_walk(replace(begun.place, people=dict(begun.place.people)), direct=True)
    found.assess()
    found.review()
    found.assign(*INSPECTORS)
    for who in INSPECTORS:
        found.visit(who, lost=LOST)
    found.summarize()
    assert found.node == "answer_findings"
    return begun, found


walks_once = shared(build_walks, "walks_once")


@pytest.fixture
def walk(walks_once):
    return walks_once()[0]


@pytest.fixture
def found(walks_once):
    return walks_once()[1]


def drawn() -> str:
    image = Image.new("RGBA", (60, 30))
    image.putpixel((10, 10), (0, 0, 0, 255))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def assessment(walk, action="submit", **changes) -> dict:
    """A complete assessment, unless ``changes`` spoil it. None leaves a field out."""
    acceptance = walk.acceptance
    data = {
        "action": action,
        "version": str(acceptance.version),
        "statement": "活动正常。",
        "secretary": "王小明",
        "representative": "李文静",
        "drawn_secretary": drawn(),
        "drawn_representative": drawn(),
    }
    for item in acceptance.items.all():
        data |= {
            f"claimed_{item.position}": "yes",
            f"points_{item.position}": str(item.full),
            f"note_{item.position}": "见档案盒。",
        }
        if item.mandatory:
            data[f"files_{item.position}"] = a_pdf(f"{item.code}.pdf")
    return {key: value for key, value in (data | changes).items() if value is not None}


def submit(walk, **changes):
    return send(walk.case, walk.place.person("applicant"), assessment(walk, **changes))


def test_the_applicant_asks_for_an_acceptance_where_it_may_begin_and_learns_why_not(walk):
    client = signed_in(walk.place.person("applicant"))
    address = reverse("start_acceptance", args=[walk.organization.pk])
    answer = client.post(address, follow=True)
    assert "已有办理中的达标验收" in text_of(answer)
    case = Case.objects.get(pk=walk.case.pk)
    for page in (reverse("organization", args=[walk.organization.pk]), reverse("unit", args=[case.unit_id])):
        assert case.number in text_of(client.get(page))
    walk.act("applicant", Outcome.WITHDRAWN)
    assert address in text_of(client.get(reverse("organization", args=[walk.organization.pk])))
    assert "自评申报" in text_of(client.post(address, follow=True))
    assert Case.objects.latest("pk").previous_case_id == case.pk
    for other in ("leader", "handler0", "approver1"):
        assert signed_in(walk.place.person(other)).post(address).status_code == 403


def test_a_complete_assessment_is_frozen_with_both_signatures_and_its_evidence(walk):
    assert submit(walk, points_3="3.5").status_code == 302
    assert walk.node == "review_papers"
    snapshot = walk.acceptance.snapshots.get()
    assert snapshot.data["total"] == "99.5"
    assert snapshot.data["items"]["C1.1"] == {
        "claimed": True,
        "points": "5",
        "note": "见档案盒。",
        "files": ["C1.1.pdf"],
    }
    purposes = set(files_about(walk.acceptance).values_list("purpose", flat=True))
    assert purposes == {"evidence", "signature_secretary", "signature_representative"}
    for who, status in (("handler0", 200), ("handler1", 403)):
        client = signed_in(walk.place.person(who))
        assert client.get(reverse("case", args=[walk.case.pk])).status_code == status
        for purpose in purposes:
            stored = StoredFile.objects.filter(purpose=purpose).first()
            answer = client.get(reverse("file", args=[stored.public_id]))
            assert answer.status_code == status
            assert not answer.streaming or b"".join(answer.streaming_content)
    assert "自评总分" in str(sheet_content(load_case(walk.case.pk), on=timezone.localdate()))


def test_what_is_missing_or_wrong_is_named_and_nothing_typed_is_lost(walk):
    wrong = {
        "claimed_1": (None, "请选择达标或未达标"),
        "points_2": ("6.5", "0 至 6 分之间"),
        "points_4": ("4.7", "以 0.5 分为单位"),
        "claimed_6": ("no", "未达标的项目不能给满分"),
        "points_3": ("0", "达标的项目不能是 0 分"),
        "files_5": (None, "必备项自评达标须上传佐证材料"),
        "note_7": ("", "或在说明中写明材料所在"),
        "files_8": (SimpleUploadedFile("a.pdf", b"<html>"), "不是可接受的文件类型"),
        "representative": ("赵一", "应是两个人"),
        "secretary": ("赵一", "登记的书记是王小明"),
        "drawn_secretary": (None, "请手写签名，或上传签名扫描件"),
        "drawn_representative": ("data:image/png;base64,PGh0bWw+", "手写签名没有收到"),
        "version": ("7", "再按一次即以本页为准"),
    }
    response = submit(walk, **{name: value for name, (value, _message) in wrong.items()})
    assert response.status_code == 422
    page = text_of(response)
    for _value, message in wrong.values():
        assert message in page
    assert "活动正常。" in page
    assert files_about(walk.acceptance).filter(name="C1.2.pdf").exists()
    assert walk.node == "assess_self"


def test_what_the_system_issued_itself_need_not_be_handed_in_again(walk):
    acceptance = walk.acceptance
    founding = Founding.objects.create(
        organization=walk.organization,
        unit=acceptance.unit,
        affiliation=acceptance.affiliation,
        applicant=acceptance.applicant,
        rule_set=acceptance.rule_set,
        rules={},
        registered_on=walk.organization.founded_on,
    )
    Document.objects.create(
        public_code="0" * 12,
        kind="establishment_reply",
        number="海团字〔2026〕3号",
        issuer_id=acceptance.affiliation_id,
        year=2026,
        serial=3,
        content={},
        issued_on=walk.organization.founded_on,
        issued_by_id=acceptance.applicant_id,
        about_type="founding",
        about_id=founding.pk,
    )
    page = text_of(submit(walk, files_1=None, files_2=None))
    assert "海团字〔2026〕3号" in page
    assert page.count("必备项自评达标须上传佐证材料") == 2  # in the list of errors and at C1.2


def test_a_half_filled_assessment_is_put_aside_with_its_files_which_can_be_taken_back(walk):
    applicant = walk.place.person("applicant")
    response = send(
        walk.case,
        applicant,
        assessment(walk, "save", claimed_2=None, points_2="", representative="", drawn_representative=None),
    )
    assert response.status_code == 302
    page = text_of(signed_in(applicant).get(task_url(walk.case)))
    assert "已填 <span data-all-filled>23</span>/24 项" in page
    stored = files_about(walk.acceptance).get(name="C1.1.pdf")
    data = {"action": f"remove_file:{stored.pk}", "place": "files_1"}
    part = signed_in(applicant).post(task_url(walk.case), data, headers={"HX-Request": "true"})
    assert "place-files_1" in text_of(part)
    assert "<html" not in text_of(part)
    assert not StoredFile.objects.filter(pk=stored.pk).exists()
    attached = {"action": "attach:files_1", "place": "files_1", "files_1": a_pdf("新.pdf")}
    part = signed_in(applicant).post(task_url(walk.case), attached, headers={"HX-Request": "true"})
    assert "新.pdf" in text_of(part)
    preview = send(walk.case, applicant, assessment(walk, "preview", points_1="1", claimed_1="no"))
    assert "尚未达到合格条件" in text_of(preview)
    assert walk.node == "assess_self"


def test_a_draft_of_the_long_form_is_kept_for_the_applicant_alone(walk):
    key = f"task:{open_task(walk.case).pk}"
    Draft.objects.create(
        person=walk.place.person("applicant"),
        key=key,
        data={"fields": {"statement": ["半句"]}, "page": "p"},
        saved_at=timezone.now(),
    )
    address = reverse("draft", args=[key])
    assert signed_in(walk.place.person("applicant")).get(address).json()["version"] == 1
    assert signed_in(walk.place.person("handler0")).get(address).status_code == 403
    submit(walk)
    assert Draft.objects.filter(key=key).exists()  # ends with draft_key, which the page sends along


def test_a_correction_shows_why_it_came_back_is_signed_anew_and_compared(walk):
    submit(walk)
    walk.act("handler0", Outcome.RETURNED, "C1.1 批复不清晰。")
    applicant = walk.place.person("applicant")
    page = text_of(signed_in(applicant).get(task_url(walk.case)))
    assert "C1.1 批复不清晰。" in page
    assert "已提交" in page
    unsigned = submit(walk, drawn_secretary=None, drawn_representative=None)
    assert "请手写签名" in text_of(unsigned)
    assert submit(walk, points_1="4").status_code == 302
    assert walk.node == "review_papers"
    (change, *_others) = compared_rounds(load_case(walk.case.pk))[0]["changes"]
    assert change["label"] == "C1.1 成立批复齐全"
    assert (change["gone"], "4分" in change["come"]) == (["5分"], True)


def reply(walk, **data):
    return send(walk.case, walk.place.person("applicant"), {"action": "submit"} | data)


def test_findings_are_answered_one_by_one_or_without_objection(found):
    page = text_of(signed_in(found.place.person("applicant")).get(task_url(found.case)))
    assert "材料不全" in page
    assert "请写明异议或说明" in text_of(reply(found, stance="object", answer=""))
    place = found.acceptance.items.get(code="C5.2").position
    data = {"stance": "object", "answer": "", f"answer_{place}": "第四次活动有签到表。"}
    assert reply(found, **data).status_code == 302
    assert found.acceptance.snapshots.filter(step="answer").count() == 1
    case = signed_in(found.place.person("district_approver")).get(reverse("case", args=[found.case.pk]))
    assert "第四次活动有签到表。" in text_of(case)


def test_a_rectification_reports_each_failed_item_with_day_and_proof(found):
    reply(found, stance="agree", answer="")
    assert found.acceptance.answer == "无异议。"
    found.act("district_approver", Outcome.RECTIFY)
    first, second = found.acceptance.items.filter(met=False).values_list("position", flat=True)
    today = timezone.localdate()
    data = {"opinion": ""}
    for place in (first, second):
        data |= {f"done_{place}": "已补齐。", f"on_{place}": today.isoformat()}
    later = {f"on_{first}": (today + dt.timedelta(days=1)).isoformat(), f"files_{first}": a_pdf("照片.pdf")}
    page = text_of(reply(found, **(data | later)))
    assert "请上传能够证明整改完成的照片或材料" in page
    assert "晚于今天" in page
    aside = reply(found, **(data | {"action": "save", f"done_{second}": ""}))
    assert aside.status_code == 302
    assert found.acceptance.items.get(position=first).rectification == "已补齐。"
    assert reply(found, **data, **{f"files_{second}": a_pdf("签到.pdf")}).status_code == 302
    assert found.node == "assign_inspectors"
    snapshot = found.acceptance.snapshots.get(step="rectification")
    assert snapshot.data["items"]["C1.3"]["files"] == ["照片.pdf"]


def test_a_failure_is_appealed_with_reasons_or_accepted(found):
    reply(found, stance="agree", answer="")
    found.act("district_approver", Outcome.FAILED, "整改无望。")
    assert "验收结论为不合格" in text_of(signed_in(found.place.person("applicant")).get(task_url(found.case)))
    assert "申诉须写明理由" in text_of(reply(found, choice="appeal"))
    answer = reply(found, choice="appeal", reason="材料属实。", files_appeal=a_pdf("证明.pdf"))
    assert answer.status_code == 302
    assert (found.node, found.acceptance.appeal_reason) == ("review_appeal", "材料属实。")


def test_a_photo_from_a_visit_is_read_by_nobody_else_before_all_visits_are_in(walk):
    walk.to_inspection()
    first, second = walk.acceptance.inspections.order_by("pk")
    photo = StoredFile(uploaded_by_id=first.inspector_id, uploaded_at=timezone.now(), about_id=first.pk)
    photo.about_type = "orgs.inspection"
    on, readers = timezone.localdate(), ("inspector0", "inspector1", "handler0", "applicant", "handler1")

    def allowed() -> list[str]:
        people = {who: walk.place.person(who) for who in readers}
        return [who for who, person in people.items() if may_read_file(person, photo, on=on)]

    assert allowed() == ["inspector0"]
    walk.visit("inspector0", lost=LOST)
    assert allowed() == ["inspector0"]
    walk.visit("inspector1", lost=LOST)
    assert allowed() == ["inspector0", "inspector1", "handler0"]
    walk.summarize()
    assert allowed() == ["inspector0", "inspector1", "handler0", "applicant"]
    assert second.inspector == walk.place.person("inspector1")
