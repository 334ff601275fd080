"""Public pages of notices and objections: name and unit and nothing else; who objects is read by two kinds."""

import io
import re

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from awards.actions.announcing import cancel_notice, draft_notice, publish_notice
from awards.actions.investigating import appoint_investigators
from awards.actions.objecting import accept_objection
from awards.models import Objection, PublicNotice
from awards.objection_register import involved_in
from awards.views.submissions import MOST
from orgs.enums import Role
from records.models import AuditEntry, StoredFile
from tests import factories
from tests.announcing import listed
from tests.awards import AwardWorld, make_award_world
from tests.sharing import shared

FACTS = "2026年3月15日的团日活动并没有举行，签到表上的签名是同一个人写的。"
NAMED = {"way": "person", "name": "钱多多", "contact": "13800001234", "facts": FACTS, "understood": "on"}
ANONYMOUS = {"way": "anonymous", "facts": FACTS, "understood": "on"}
pytestmark = pytest.mark.django_db


def build() -> tuple[AwardWorld, PublicNotice]:
    world, now = make_award_world(), timezone.now()
    world.place.people["looker"] = factories.make_person(Role.INSPECTOR, world.place.district, "孙调查")
    rows = [*listed(world), *listed(world, 1, person=True)]
    notice = draft_notice(
        world.campaign,
        subject="拟表彰对象",
        introduction="现予公示。",
        by=world.person("district_handler"),
        at=now,
    )
    with transaction.atomic():
        return world, publish_notice(notice, rows, by=world.person("district_approver"), at=now)


published_once = shared(build, "published_once")


@pytest.fixture
def published(published_once):
    cache.clear()
    return published_once()


def visitor(world: AwardWorld | None = None, key: str = "") -> Client:
    client = Client()
    if world is not None:
        client.force_login(world.person(key), backend="django.contrib.auth.backends.ModelBackend")
    return client


def page_of(notice: PublicNotice) -> str:
    return reverse("public_notice", args=[notice.public_id])


def form_of(notice: PublicNotice) -> str:
    return reverse("object_to", args=[notice.public_id, notice.names.order_by("pk").first().pk])


def picture(name: str = "照片.png") -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    file.name = name
    file.seek(0)
    return file


def sent(notice: PublicNotice, data: dict) -> Objection:
    answer = visitor().post(form_of(notice), data)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    objection = Objection.objects.order_by("-pk").first()
    assert answer["Location"] == reverse("objection_receipt", args=[objection.public_id])
    return objection


def test_the_page_has_name_and_unit_and_nothing_else_of_anybody(published):
    _world, notice = published
    person = notice.names.get(nomination__person_name__gt="").nomination
    answer = visitor().get(page_of(notice))
    page = answer.content.decode()
    assert person.person_name in page
    assert person.unit.name in page
    born = f"{person.born_on:%Y-%m-%d}"
    for secret in (
        born,
        person.post_title,
        person.deeds,
        person.summary,
        person.case_number,
        person.unit.number,
    ):
        assert secret not in page
    assert person.applicant.name not in page
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]


def test_nobody_learns_from_the_page_that_somebody_objected(published):
    _world, notice = published
    name = notice.names.order_by("pk").first()

    def lines() -> str:
        page = visitor().get(page_of(notice)).content.decode()
        return re.sub(r'csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"|nonce="[^"]+"', "", page)

    before = lines()
    sent(notice, ANONYMOUS)
    name.nomination.refresh_from_db()
    assert name.nomination.state == "held"
    assert lines() == before


def test_running_notices_are_listed_and_drafts_are_not(published):
    world, notice = published
    draft = draft_notice(
        world.campaign,
        subject="草拟中",
        introduction="。",
        by=world.person("district_handler"),
        at=timezone.now(),
    )
    board = visitor().get(reverse("notice_board")).content.decode()
    assert notice.subject in board
    assert draft.subject not in board
    assert visitor().get(page_of(draft)).status_code == 404


def test_the_letter_is_there_as_long_as_the_names_are(published):
    world, notice = published
    letter = reverse("notice_letter", args=[notice.public_id])
    assert visitor().get(letter).content.startswith(b"%PDF")
    cancel_notice(notice, reason="名称有误", by=world.person("district_approver"), at=timezone.now())
    page = visitor().get(page_of(notice)).content.decode()
    assert "名称有误" in page
    for name in notice.names.all():
        assert name.nomination.name not in page
    assert visitor().get(letter).status_code == 404
    assert visitor().post(form_of(notice), NAMED).status_code == 404


def test_a_named_objection_comes_with_a_receipt_that_names_nobody(published):
    _world, notice = published
    objection = sent(notice, NAMED | {"files": [picture("钱多多.png")]})
    assert (objection.anonymous, objection.medium) == (False, "web")
    page = visitor().get(reverse("objection_receipt", args=[objection.public_id])).content.decode()
    assert objection.number in page
    assert "已收到" in page
    for secret in ("钱多多", "1380000", objection.nomination.name, FACTS[:12]):
        assert secret not in page
    assert StoredFile.objects.get(about_type="awards.objection").name == "证据材料1.png"


def test_of_an_anonymous_objection_nothing_of_anybody_is_kept(published):
    _world, notice = published
    objection = sent(notice, ANONYMOUS | {"name": "钱多多", "contact": "13800001234"})
    assert objection.anonymous
    assert bytes(objection.sealed) == b""


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"facts": "不好"}, "不少于20字"),
        ({"contact": ""}, "署名反映请填写“联系方式”"),
        ({"way": "unit", "unit": "某某公司"}, "请上传盖章件"),
        ({"understood": ""}, "请先勾选确认"),
        ({"website": "http://spam"}, "不用填写"),
    ],
)
def test_what_is_missing_is_named_and_what_was_typed_stays(published, changed, says):
    _world, notice = published
    answer = visitor().post(form_of(notice), NAMED | changed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert "钱多多" in page
    assert not Objection.objects.exists()


@pytest.mark.parametrize("name", ["a.pdf", "a.exe", "a.png"])
def test_a_file_that_is_not_what_it_says_is_refused_and_named(published, name):
    _world, notice = published
    file = io.BytesIO(b"MZ\x90\x00 program")
    file.name = name
    answer = visitor().post(form_of(notice), ANONYMOUS | {"files": [file]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert name in page
    assert FACTS in page
    assert not StoredFile.objects.exists()


def test_too_many_submissions_from_one_address_are_put_off_and_nothing_is_lost(published):
    _world, notice = published
    for _ in range(MOST):
        visitor().post(form_of(notice), {"facts": "短"})
    answer = visitor().post(form_of(notice), NAMED)
    assert answer.status_code == 429
    assert "钱多多" in answer.content.decode()
    assert visitor().post(form_of(notice), NAMED, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_who_objects_is_read_with_a_reason_by_secretary_and_investigators_only(published):
    world, notice = published
    objection = sent(notice, NAMED | {"way": "unit", "unit": "某某公司", "scan": picture()})
    secretary, address = world.person("secretary"), reverse("read_objector", args=[objection.pk])
    accept_objection(objection, checkable=True, by=secretary, at=timezone.now())
    appoint_investigators(
        objection,
        [world.person("looker")],
        involved=involved_in(objection.nomination),
        by=secretary,
        at=timezone.now(),
    )
    assert visitor(world, "secretary").post(address, {"reason": ""}).status_code == 422
    for key in ("secretary", "looker"):
        page = visitor(world, key).post(address, {"reason": "电话核实"}).content.decode()
        assert "13800001234" in page
        assert "某某公司" in page
    scan = visitor(world, "secretary").post(address, {"reason": "核对印章", "part": "scan"})
    assert scan["Content-Type"] == "image/png"
    assert "attachment" in scan["Content-Disposition"]
    read_by = AuditEntry.objects.filter(event="objector_read").values_list("by_id", flat=True)
    assert list(read_by) == [secretary.pk, world.person("looker").pk, secretary.pk]
    for key in (
        "district_approver",
        "district_handler",
        "district_leader",
        "chair",
        "approver0",
        "applicant0_0",
    ):
        answer = visitor(world, key).post(address, {"reason": "想知道"})
        assert answer.status_code == 403
        assert "13800001234" not in answer.content.decode()


def test_no_page_of_anybody_tells_who_objects_unasked(published):
    world, notice = published
    objection = sent(notice, NAMED)
    addresses = [
        reverse("objection", args=[objection.pk]),
        reverse("objections", args=[world.campaign.pk]),
        reverse("award_notice", args=[notice.pk]),
        reverse("appoint_investigators", args=[objection.pk]),
        reverse("resolve_objection", args=[objection.pk]),
        reverse("notices"),
    ]
    for key in ("secretary", "district_approver", "district_handler", "looker", "member1", "applicant0_0"):
        for address in addresses:
            page = visitor(world, key).get(address, follow=True).content.decode()
            assert "钱多多" not in page, (key, address)
            assert "1380000" not in page, (key, address)


def test_staff_see_that_there_is_an_objection_and_only_those_who_handle_it_its_facts(published):
    world, notice = published
    address = reverse("objection", args=[sent(notice, NAMED | {"files": [picture()]}).pk])
    stored = StoredFile.objects.get(about_type="awards.objection")
    file = reverse("objection_file", args=[Objection.objects.get().pk, stored.public_id])
    for key, status, reads in (
        ("secretary", 200, True),
        ("district_approver", 200, True),
        ("district_handler", 200, False),
        ("looker", 403, False),
        ("member1", 403, False),
        ("approver0", 403, False),
        ("applicant0_0", 403, False),
    ):
        answer = visitor(world, key).get(address)
        assert (answer.status_code, FACTS in answer.content.decode()) == (status, reads), key
        download = visitor(world, key).get(file)
        assert download.status_code == (200 if reads else 403), key
        assert not reads or download.getvalue().startswith(b"\x89PNG")
        assert visitor(world, key).get(reverse("file", args=[stored.public_id])).status_code == 403, key


def test_the_secretary_logs_what_came_by_letter_and_decides_whether_to_accept_it(published):
    world, notice = published
    client = visitor(world, "secretary")
    name = notice.names.order_by("pk").first()
    data = ANONYMOUS | {
        "nomination": name.nomination_id,
        "medium": "letter",
        "received_on": timezone.localdate().isoformat(),
    }
    answer = client.post(reverse("log_objection", args=[world.campaign.pk]), data)
    objection = Objection.objects.get()
    assert answer["Location"] == reverse("objection", args=[objection.pk])
    accept = reverse("accept_objection", args=[objection.pk])
    assert client.post(accept, {"decision": "accept"}).status_code == 422
    assert client.post(accept, {"decision": "dismiss", "reason": "事实不具体。"}).status_code == 302
    receipt = visitor().get(reverse("objection_receipt", args=[objection.public_id])).content.decode()
    assert "不予受理" in receipt
    assert "事实不具体。" in receipt


def test_the_public_pages_are_in_english_for_who_wants_it(published):
    _world, notice = published
    client = visitor()
    client.post(reverse("set_language"), {"language": "en", "next": page_of(notice)})
    for address in (page_of(notice), form_of(notice), reverse("notice_board")):
        assert client.get(address).status_code == 200
