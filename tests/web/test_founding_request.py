"""The request page: put aside, correct, submit; what is wrong is named and what was typed stays."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from orgs.actions.founding import attached_files
from orgs.enums import FoundingMode, OrganizationKind
from orgs.models import Founding
from records.models import StoredFile
from records.workbooks import Column, write_workbook
from tests import factories
from tests.flows.district import act, node
from tests.sharing import shared
from workflows.models import Decision, Outcome

from .founding_pages import (
    NAMES,
    a_pdf,
    new_case,
    officer_rows,
    request_data,
    roster_rows,
    send,
    signed_in,
    task_url,
    text_of,
    tomorrow,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once("postgresql")]  # pages and forms; flows run on both


begun_once = shared(new_case, "begun_once")


@pytest.fixture
def begun(begun_once):
    return begun_once()


def founding_of(case) -> Founding:
    return Founding.objects.get(unit=case.unit)


def refused(response, *texts: str) -> str:
    """The page came back with every text on it."""
    assert response.status_code == 422
    page = text_of(response)
    for text in texts:
        assert text in page
    return page


def workbook(
    *lines, headers=("姓名", "性别", "出生日期", "入团日期", "政治面貌", "所在单位")
) -> SimpleUploadedFile:
    content = write_workbook(
        [Column(header) for header in headers], lines, sheet="花名册", created_at=timezone.localtime()
    )
    return SimpleUploadedFile("花名册.xlsx", content)


def test_a_new_request_is_filled_from_the_register(begun):
    place, case = begun
    page = text_of(signed_in(place.person("applicant")).get(task_url(case)))
    assert f"共青团{case.unit.name}支部委员会" in page
    assert 'name="members" value="12"' in page
    assert "由批准机关任命" in page


def test_a_complete_request_is_submitted(begun):
    place, case = begun
    response = send(case, place.person("applicant"), request_data(case))
    assert response.status_code == 302
    assert node(case) == "approve_unit"
    founding = founding_of(case)
    assert founding.roster.count() == 12
    assert founding.roster.first().joined_on == dt.date(2017, 5, 4)
    assert [one.duty for one in founding.proposed_officers.all()] == ["secretary", "member", "member"]
    assert Decision.objects.get(case=case).opinion == "请审批。"


def test_a_half_filled_request_is_put_aside_and_comes_back(begun):
    place, case = begun
    roster = [{"name": "丁一", "gender": "", "born_on": "", "political_status": "league_member"}]
    data = request_data(
        case, action="save", reason="待补充", signing_officer="", roster=roster, officers=[], contact_phone=""
    )
    response = send(case, place.person("applicant"), data)
    assert response.status_code == 302
    assert node(case) == "draft_request"
    page = text_of(signed_in(place.person("applicant")).get(task_url(case)))
    assert "待补充" in page
    assert 'value="丁一"' in page


def test_what_cannot_be_stored_is_named_and_the_rest_is_put_aside(begun):
    place, case = begun
    data = request_data(case, action="save", reason="已写好的理由", employees="六十", ends_on="2026-13-45")
    page = refused(
        send(case, place.person("applicant"), data),
        "其余内容已暂存",
        "从业人员应为整数",
        "六十",
        "不是有效日期",
    )
    assert "已写好的理由" in page
    founding = founding_of(case)
    assert founding.reason == "已写好的理由"
    assert founding.employees == 60


def test_nothing_typed_is_lost_when_the_request_is_invalid(begun):
    place, case = begun
    data = request_data(case, reason="", signing_officer="李建国签")
    data["roster-11-name"] = ""
    data["officers-1-resume"] = "曾任班长"
    page = refused(
        send(case, place.person("applicant"), data),
        "请填写建团理由。",
        "请填写姓名。",
        'value="李建国签"',
        'value="曾任班长"',
        'value="孙若兰"',
    )
    assert 'href="#id_reason"' in page
    assert founding_of(case).roster.count() == 0
    assert node(case) == "draft_request"


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        ({"employees": "-5"}, ["不能小于 0", 'value="-5"']),
        ({"members": "-1"}, ["不能小于 0", 'value="-1"']),
        ({"youth": "70"}, ["35岁以下青年数不能大于从业人员数"]),
        ({"members": "41"}, ["团员数不能大于35岁以下青年数"]),
        ({"members": "11"}, ["花名册有 12 人，与团员人数 11 人"]),
        ({"party_explanation": ""}, ["单位没有党组织的，请说明情况"]),
        ({"contact_phone": "请打我电话"}, ["联系电话应为手机号或带区号的座机号"]),
        ({"reason": "因为😀"}, ["不能印入公文"]),
        ({"kind": "general_branch"}, ["成立团总支要有 30 名以上团员"]),
        ({"mode": "building"}, ["“楼宇建团”不能成立", "要有依托单位或管理机构"][1:]),
        ({"mode": "temporary", "kind": "temporary_branch"}, ["要写明预计结束日期"]),
        (
            {"mode": "temporary", "kind": "temporary_branch", "ends_on": "2020-01-01"},
            ["预计结束日期应晚于今天"],
        ),
        ({"mode": "joint", "kind": "joint_branch"}, ["至少要有 1 家其他覆盖单位"]),
        ({"kind": "no-such-kind"}, ["团组织类别"]),
    ],
)
def test_a_broken_rule_is_named_with_its_remedy(begun, changes, messages):
    place, case = begun
    refused(send(case, place.person("applicant"), request_data(case, **changes)), *messages)
    assert node(case) == "draft_request"


@pytest.mark.parametrize("field", ["roster-0-born_on", "roster-0-joined_on", "officers-0-born_on"])
def test_a_future_date_in_a_row_is_refused(begun, field):
    place, case = begun
    data = request_data(case) | {field: tomorrow()}
    refused(send(case, place.person("applicant"), data), "晚于今天", f'value="{tomorrow()}"')


def test_a_consent_in_the_future_is_refused(begun):
    place, case = begun
    data = request_data(case, mode="building", host_name="大厦物业", host_consented_on=tomorrow())
    refused(send(case, place.person("applicant"), data), "依托单位书面同意日期", "晚于今天", "请上传同意书")


def test_exactly_one_secretary_and_as_many_officers_as_seats(begun):
    place, case = begun
    officers = officer_rows("secretary", "secretary")
    refused(
        send(case, place.person("applicant"), request_data(case, officers=officers)),
        "拟任班子要有一名书记，现有 2 名",
        "现有 2 人。请增减人选。",
    )


def test_warnings_are_shown_and_can_be_accepted(begun):
    place, case = begun
    twins = [*NAMES[:-1], NAMES[0]]
    data = request_data(case, roster=roster_rows(twins), party_organization="中共试验科技支部委员会")
    page = refused(
        send(case, place.person("applicant"), data),
        "“丁一”出现 2 次",
        "尚未上传单位党组织意见",
        "accept_warnings",
    )
    assert 'value="孙若兰"' in page
    assert send(case, place.person("applicant"), data | {"accept_warnings": "on"}).status_code == 302
    assert node(case) == "approve_unit"


def test_an_officer_over_age_only_warns(begun):
    place, case = begun
    data = request_data(case)
    data["officers-0-born_on"] = "1990-01-01"
    refused(send(case, place.person("applicant"), data), "一般应为中共党员")
    assert send(case, place.person("applicant"), data | {"accept_warnings": "on"}).status_code == 302


def test_rows_are_added_without_javascript_and_keep_what_was_typed(begun):
    place, case = begun
    data = request_data(case, action="add_row:roster", reason="", employees="abc")
    response = send(case, place.person("applicant"), data)
    assert response.status_code == 200
    page = text_of(response)
    assert 'name="roster-14-name"' in page
    assert 'value="孙若兰"' in page
    assert 'value="abc"' in page
    assert "field-error" not in page


def test_a_deleted_row_is_gone(begun):
    place, case = begun
    data = request_data(case, members="11") | {"roster-3-DELETE": "on"}
    assert send(case, place.person("applicant"), data).status_code == 302
    assert NAMES[3] not in founding_of(case).roster.values_list("name", flat=True)


def test_a_stale_form_says_who_saved_and_keeps_what_was_typed(begun):
    place, case = begun
    applicant = place.person("applicant")
    old = request_data(case, reason="我写的理由")
    assert (
        send(case, applicant, request_data(case, action="save", reason="另一窗口的理由")).status_code == 302
    )
    page = refused(send(case, applicant, old), "申请人已于", "保存过这份请示", "我写的理由", "另一窗口的理由")
    version = founding_of(case).version
    assert f'name="version" value="{version}"' in page
    assert founding_of(case).reason == "另一窗口的理由"
    assert send(case, applicant, old | {"version": str(version)}).status_code == 302
    assert founding_of(case).reason == "我写的理由"


def test_a_stale_form_is_not_put_aside_either(begun):
    place, case = begun
    old = request_data(case, action="save", reason="旧的")
    send(case, place.person("applicant"), request_data(case, action="save", reason="新的"))
    refused(send(case, place.person("applicant"), old), "保存过这份请示")
    assert founding_of(case).reason == "新的"


# -- files -----------------------------------------------------------------------------------------------------------


def test_a_file_is_kept_although_the_request_is_invalid(begun):
    place, case = begun
    data = request_data(case, reason="") | {"file_party_consent": a_pdf("党组织意见.pdf")}
    refused(send(case, place.person("applicant"), data), "已保存文件“党组织意见.pdf”", "请填写建团理由。")
    stored = attached_files(founding_of(case)).get()
    assert (stored.purpose, stored.name) == ("party_consent", "党组织意见.pdf")


def test_a_draft_file_is_removed_and_a_submitted_one_stays(begun):
    place, case = begun
    applicant = place.person("applicant")
    send(
        case,
        applicant,
        request_data(case, action="save") | {"file_other": [a_pdf("一.pdf"), a_pdf("二.pdf")]},
    )
    first, second = attached_files(founding_of(case))
    response = send(case, applicant, request_data(case, action=f"remove_file:{first.pk}", reason="没丢"))
    assert response.status_code == 200
    assert "没丢" in text_of(response)
    assert list(attached_files(founding_of(case))) == [second]
    send(case, applicant, request_data(case))
    act(case, place.person("leader"), Outcome.RETURNED, "请补充材料。")
    response = send(case, applicant, request_data(case, action=f"remove_file:{second.pk}"))
    assert list(attached_files(founding_of(case))) == [second]
    assert f"remove_file:{second.pk}" not in text_of(response)


def test_nobody_removes_a_file_of_another_case(begun):
    place, case = begun
    other = StoredFile.objects.create(
        name="别人的.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
        path="elsewhere",
        purpose="other",
        uploaded_by_id=1,
        uploaded_at=timezone.now(),
        about_type="orgs.founding",
        about_id=founding_of(case).pk + 1000,
    )
    send(case, place.person("applicant"), request_data(case, action=f"remove_file:{other.pk}"))
    assert StoredFile.objects.filter(pk=other.pk).exists()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("说明.pdf", b"<!doctype html><script>alert(1)</script>", "不是可接受的文件类型"),
        ("空.pdf", b"", "是空的"),
        ("意见.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "旧版 Office 文件"),
        ("病毒.exe", b"MZ" + b"0" * 600, "不是可接受的文件类型"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_by_name(begun, name, content, message):
    place, case = begun
    data = request_data(case) | {"file_party_consent": SimpleUploadedFile(name, content, "application/pdf")}
    refused(send(case, place.person("applicant"), data), name, message, 'value="孙若兰"', "青年集中")
    assert not attached_files(founding_of(case)).exists()


def test_an_upload_of_100_mb_is_refused_with_its_size(begun):
    place, case = begun
    huge = SimpleUploadedFile("扫描件.pdf", b"%PDF-1.4" + bytes(100 * 1024 * 1024), "application/pdf")
    data = request_data(case) | {"file_roster": huge}
    refused(
        send(case, place.person("applicant"), data), "扫描件.pdf", "100.0 MB，超过上限 20.0 MB", "青年集中"
    )


# -- roster workbook -------------------------------------------------------------------------------------------------


def test_the_template_is_read_back(begun):
    place, case = begun
    response = signed_in(place.person("applicant")).get("/founding/roster-template/")
    assert response.status_code == 200
    assert "attachment" in response["Content-Disposition"]
    data = request_data(case, action="read_roster") | {
        "roster_file": SimpleUploadedFile("花名册.xlsx", response.content)
    }
    refused(send(case, place.person("applicant"), data), "工作簿里没有团员", 'value="孙若兰"')


def test_a_workbook_is_appended_or_replaces(begun):
    place, case = begun
    lines = [["何新", "男", "2001-05-06", "2016-05-04", "团员", ""], ["吕佳", "女", "20030708", "", "", ""]]
    for way, rows_left in (("append", 14), ("replace", 2)):
        data = request_data(case, action="read_roster", roster_way=way) | {"roster_file": workbook(*lines)}
        response = send(case, place.person("applicant"), data)
        assert response.status_code == 200
        page = text_of(response)
        assert "读入 2 名团员" in page
        assert f'name="roster-TOTAL_FORMS" value="{rows_left}"' in page
        assert 'value="何新"' in page
        assert 'value="2003-07-08"' in page
        assert ('value="孙若兰"' in page) == (way == "append")


def test_faulty_cells_are_named_by_row_and_column(begun):
    place, case = begun
    lines = [["何新", "男", "2001-05-06", "", "", ""], ["吕佳", "不详", "2001-13-06", "", "党外人士", ""]]
    data = request_data(case, action="read_roster", roster=[]) | {"roster_file": workbook(*lines)}
    response = send(case, place.person("applicant"), data)
    page = text_of(response)
    assert "第 3 行“性别”：“不详”不在可选范围，请填写：男、女" in page
    assert "第 3 行“出生日期”：“2001-13-06”不是有效日期" in page
    assert "第 3 行“政治面貌”" in page
    assert 'value="吕佳"' in page


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (lambda: SimpleUploadedFile("坏.xlsx", b"PK\x03\x04broken"), "这不是 .xlsx 工作簿"),
        (lambda: SimpleUploadedFile("空.xlsx", b""), "这不是 .xlsx 工作簿"),
        (lambda: workbook(["何新"], headers=("姓名",)), "花名册缺少“性别、出生日期”列"),
        (lambda: workbook(["何新"], headers=("名字",)), "没有找到“姓名”一列"),
    ],
)
def test_a_workbook_that_is_no_roster_is_refused(begun, file, message):
    place, case = begun
    data = request_data(case, action="read_roster") | {"roster_file": file()}
    refused(send(case, place.person("applicant"), data), message, 'value="孙若兰"', "青年集中")


def test_a_workbook_chosen_while_putting_aside_is_kept(begun):
    place, case = begun
    data = request_data(case, action="save", roster=[]) | {
        "roster_file": workbook(["何新", "男", "2001-05-06", "", "", ""])
    }
    assert send(case, place.person("applicant"), data).status_code == 302
    assert list(founding_of(case).roster.values_list("name", flat=True)) == ["何新"]


# -- modes -----------------------------------------------------------------------------------------------------------


def test_a_joint_branch_counts_the_members_of_all_units(begun):
    place, case = begun
    other = factories.make_unit(place.streets[0], name="北京邻居科技有限公司", members=2)
    covered = [{"unit": "邻居", "members": "2", "consented_on": "2026-01-05"}]
    data = request_data(
        case,
        mode="joint",
        kind="joint_branch",
        members="10",
        covered=covered,
        organization_name="共青团试验科技等两家单位联合支部委员会",
    )
    response = send(case, place.person("applicant"), data)
    assert response.status_code == 302
    row = founding_of(case).covered_units.get()
    assert (row.unit, row.members) == (other, 2)


def test_a_covered_unit_is_found_by_its_number_and_only_in_the_jurisdiction(begun):
    place, case = begun
    near = factories.make_unit(place.streets[0], name="北京邻居科技有限公司")
    far = factories.make_unit(place.streets[1], name="北京远方科技有限公司")
    factories.make_unit(place.streets[0], name="北京邻居商贸有限公司")

    def save(unit: str):
        covered = [{"unit": unit, "members": "1", "consented_on": ""}]
        return send(case, place.person("applicant"), request_data(case, action="save", covered=covered))

    assert save(near.number).status_code == 302
    assert founding_of(case).covered_units.get().unit == near
    for unit in (far.name, far.number):
        refused(save(unit), "本辖区的底本中没有", f'value="{unit}"')
    refused(save("邻居"), "对应多家单位", near.number)
    refused(save(case.unit.number), "本辖区的底本中没有")


def test_a_temporary_branch_is_submitted_with_its_end(begun):
    place, case = begun
    data = request_data(
        case,
        mode=FoundingMode.TEMPORARY,
        kind=OrganizationKind.TEMPORARY_BRANCH,
        organization_name="共青团试验科技项目临时支部委员会",
        ends_on=(timezone.localdate() + dt.timedelta(days=100)).isoformat(),
    )
    assert send(case, place.person("applicant"), data).status_code == 302
    assert founding_of(case).route == ["unit", "subdistrict"]


def test_direct_contact_goes_to_the_district(begun):
    place, case = begun
    assert send(case, place.person("applicant"), request_data(case, direct_contact="on")).status_code == 302
    assert founding_of(case).route == ["unit", "district"]


# -- correction ------------------------------------------------------------------------------------------------------


def test_a_correction_shows_the_opinion_and_marks_what_changed(begun):
    place, case = begun
    applicant = place.person("applicant")
    send(case, applicant, request_data(case))
    act(case, place.person("leader"), Outcome.APPROVED)
    act(case, place.person("handler0"), Outcome.RETURNED, "花名册缺两人的入团时间，请补充。")
    page = text_of(signed_in(applicant).get(task_url(case)))
    assert "花名册缺两人的入团时间，请补充。" in page
    assert "tag-wait changed" not in page
    send(case, applicant, request_data(case, action="save", reason="补充后的理由"))
    page = text_of(signed_in(applicant).get(task_url(case)))
    assert page.count("tag-wait changed") == 1
    assert send(case, applicant, request_data(case, reason="补充后的理由")).status_code == 302
    assert node(case) == "check_completeness"
    page = text_of(signed_in(place.person("handler0")).get(task_url(case)))
    assert "本轮改动" in page


def test_a_correction_cannot_leave_the_level_that_returned_it(begun):
    place, case = begun
    applicant = place.person("applicant")
    send(case, applicant, request_data(case, direct_contact="on"))
    act(case, place.person("leader"), Outcome.APPROVED)
    act(case, place.person("district_handler"), Outcome.RETURNED)
    refused(send(case, applicant, request_data(case)), "不再经退回机关审批")
    assert send(case, applicant, request_data(case, direct_contact="on")).status_code == 302


# -- who -------------------------------------------------------------------------------------------------------------


def test_only_the_applicant_may_fill_it_in(begun):
    place, case = begun
    for person in ("leader", "handler0", "handler1", "district_handler"):
        response = send(case, place.person(person), request_data(case, action="save", reason="改写"))
        assert response.status_code == 403
    assert founding_of(case).version == 0
    assert signed_in(place.person("handler1")).get(task_url(case)).status_code == 403


def test_a_request_with_many_members_reads_in_few_queries(begun, django_assert_max_num_queries):
    place, case = begun
    roster = [{"name": f"团员{number}", "gender": "male", "born_on": "2002-01-01"} for number in range(150)]
    assert (
        send(case, place.person("applicant"), request_data(case, action="save", roster=roster)).status_code
        == 302
    )
    client = signed_in(place.person("applicant"))
    with django_assert_max_num_queries(45):
        page = client.get(task_url(case))
    assert io.BytesIO(page.content).getbuffer().nbytes < 1_500_000


def test_looking_again_does_not_hide_that_the_form_is_stale(begun):
    place, case = begun
    applicant = place.person("applicant")
    old = request_data(case, reason="旧页面的理由")
    send(case, applicant, request_data(case, action="save", reason="新的"))
    page = text_of(send(case, applicant, old | {"action": "add_row:roster"}))
    assert f'name="version" value="{old["version"]}"' in page


def test_a_draft_kept_in_part_can_be_sent_again(begun):
    place, case = begun
    applicant = place.person("applicant")
    page = text_of(send(case, applicant, request_data(case, action="save", employees="六十")))
    version = founding_of(case).version
    assert f'name="version" value="{version}"' in page
    assert send(case, applicant, request_data(case)).status_code == 302
