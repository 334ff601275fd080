"""The whole road of a founding as its people walk it, from the request to the certificate's public address."""

import io
from pathlib import Path

import cv2
import numpy as np
import openpyxl
import pypdfium2
import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from orgs.models import Organization
from tests.flows.district import make_applying_unit, make_district
from workflows.models import Case

from .people import PHONE, Visitor, sitting_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]

MEMBERS = [f"团员{chr(0x4E00 + number)}" for number in range(104)]
SEATS = 7


def roster_workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["姓名", "性别", "出生日期", "入团日期", "政治面貌", "所在单位"])
    for name in MEMBERS:
        sheet.append([name, "女", "2001-03-04", "2017-05-04", "共青团员", ""])
    book.save(path)
    return path


def fill_rows(visitor: Visitor, prefix: str, rows: list[dict[str, str]]) -> None:
    page = visitor.page
    while page.locator(f"[data-formset={prefix}] [data-formset-rows] > *").count() < len(rows):
        page.locator(f"[data-formset={prefix}] [data-formset-add]").click()
    for number, row in enumerate(rows):
        for name, value in row.items():
            field = page.locator(f"[name={prefix}-{number}-{name}]")
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)


def draft(visitor: Visitor, workbook: Path) -> None:
    page = visitor.page
    page.get_by_label("团组织类别").select_option("committee")
    page.get_by_label("拟建团组织名称").fill("共青团北京试验科技有限公司委员会")
    page.get_by_label("建团理由").fill("青年集中，党组织支持，具备建立团委的条件。")
    for label, value in (("从业人员", "300"), ("35岁以下青年", "180"), ("团员", "104"), ("党员", "20")):
        page.get_by_role("spinbutton", name=label).first.fill(value)
    page.get_by_label("签发人").fill("李建国")
    page.get_by_label("联系电话").fill("010-5555 1234")
    page.locator("input[name=roster_file]").set_input_files(workbook)
    visitor.press("读入工作簿")
    duties = ["secretary", "deputy_secretary"] + ["member"] * (SEATS - 2)
    officers = [
        {"name": name, "duty": duty, "born_on": "2000-02-03", "resume": "团员骨干"}
        for name, duty in zip(MEMBERS, duties, strict=False)
    ]
    fill_rows(visitor, "officers", officers)
    visitor.press("暂存")


def submit(visitor: Visitor) -> None:
    """The page warns that no opinion of the Party organization is attached; the applicant takes note of it."""
    visitor.press("提交请示")
    expect(visitor.page.get_by_text("尚未上传单位党组织意见")).to_be_visible()
    visitor.page.get_by_label("以上提示已核实").check()
    visitor.send("提交请示")


def hold_meeting(visitor: Visitor) -> None:
    page = visitor.page
    today = timezone.localdate().isoformat()
    page.get_by_label("召开日期").fill(today)
    page.get_by_label("地点").fill("三层会议室")
    page.get_by_label("主持人").fill("李建国")
    numbers = {"entitled": 104, "present": 100, "seats": SEATS}
    numbers |= {"ballots_issued": 100, "ballots_returned": 100, "ballots_valid": 99}
    for name, value in numbers.items():
        page.locator(f"[name={name}]").fill(str(value))
    votes = [90 - number for number in range(SEATS)] + [10, 9]
    candidates = [{"name": name, "votes": str(count)} for name, count in zip(MEMBERS, votes, strict=False)]
    fill_rows(visitor, "candidates", candidates)
    page.get_by_label("监票人、计票人").fill(MEMBERS[-1])
    visitor.press("预览结果")
    expect(page.locator("#preview")).to_contain_text("当选")
    visitor.send("提交会议情况")


def qr_address(pdf: bytes) -> str:
    """The address in the QR code of a certificate's picture."""
    page = pypdfium2.PdfDocument(io.BytesIO(pdf))[0]
    picture = np.asarray(page.render(scale=3).to_pil().convert("L"))
    text, *_ = cv2.QRCodeDetector().detectAndDecode(picture)
    return text


def test_committee_is_founded_from_request_to_certificate(browser: Browser, live_server, settings, tmp_path):
    settings.BASE_URL = live_server.url
    place = make_district()
    unit = make_applying_unit(
        place, name="北京试验科技有限公司", employees=300, youth=180, members=104, party_members=20
    )
    names = {key: person.username for key, person in place.people.items()}
    base = live_server.url

    with sitting_at(browser, base, names["applicant"]) as applicant:
        applicant.open(f"/units/{unit.pk}/")
        applicant.press("发起建团")
        draft(applicant, roster_workbook(tmp_path / "roster.xlsx"))
        submit(applicant)
        expect(applicant.page.get_by_text("单位意见").first).to_be_visible()

    with sitting_at(browser, base, names["leader"], PHONE) as leader:
        leader.first_task()
        leader.decide("同意", "同意成立团委，党支部指定专人联系。", "提交")

    with sitting_at(browser, base, names["handler0"]) as handler:
        handler.first_task()
        handler.decide("退回补正", "请补充建团理由。", "提交")

    with sitting_at(browser, base, names["applicant"], PHONE) as applicant:
        applicant.first_task()
        expect(applicant.page.get_by_text("请补充建团理由。").first).to_be_visible()
        applicant.page.get_by_label("建团理由").fill("青年集中，党组织支持，活动经常，具备建立团委的条件。")
        submit(applicant)

    with sitting_at(browser, base, names["handler0"], PHONE) as handler:
        handler.first_task()
        handler.decide("同意", "材料齐全，同意上报。", "提交")
    for key in ("approver0", "district_handler", "district_approver"):
        with sitting_at(browser, base, names[key]) as official:
            official.first_task()
            official.decide("同意", "同意。", "提交")

    with sitting_at(browser, base, names["applicant"]) as applicant:
        applicant.first_task()
        hold_meeting(applicant)
        applicant.first_task()
        duties = applicant.page.locator("select[name^=duty_]")
        for number in range(duties.count()):
            duties.nth(number).select_option("secretary" if number == 0 else "member")
        applicant.send("提交报告")

    for key in ("approver0", "district_handler", "district_approver"):
        with sitting_at(browser, base, names[key]) as official:
            official.first_task()
            official.decide("同意", "同意选举结果。", "提交")
    with sitting_at(browser, base, names["handler0"]) as handler:
        handler.first_task()
        handler.page.get_by_label("签收人").fill("李建国")
        handler.page.get_by_label("团员组织关系已全部转入").check()
        handler.page.get_by_label("已录入团组织基础信息库").check()
        handler.send("办结登记")

    case = Case.objects.get(unit=unit, stage="registered")
    with sitting_at(browser, base, names["applicant"], PHONE) as applicant:
        applicant.open(f"/cases/{case.pk}/")
        link = applicant.page.get_by_role("link", name="成立证书").first
        response = applicant.page.request.get(base + link.get_attribute("href"))
        assert response.headers["content-type"] == "application/pdf"
        address = qr_address(response.body())
    assert address.startswith(f"{base}/verify/")

    context = browser.new_context(viewport=PHONE, locale="zh-CN")
    anyone = Visitor(context.new_page(), base)
    anyone.open(address)
    expect(anyone.page.get_by_text("有效").first).to_be_visible()
    assert "李建国" not in anyone.page.content()
    context.close()
    organization = Organization.objects.get(pk=case.artifact.organization_id)
    assert organization.founded_on == timezone.localdate()
