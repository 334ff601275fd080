"""Pages on which the sub-district and the district decide on nominations: ranking, rules, letters, list, ending."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from awards.actions.letter_reminders import remind_of_letters
from awards.enums import NominationState
from awards.models import ConsultationAnswer, ConsultationLetter, Nomination, QuotaAdjustment
from awards.quota_register import quota_at
from records import calendars
from records.models import Document, Notice, StoredFile
from tests.awards import make_award_world
from tests.flows import nomination_world as w
from tests.flows.nomination_world import NominationWalk
from tests.sharing import shared
from tests.web.founding_pages import a_pdf, send, signed_in, task_url
from workflows.models import Case, Outcome

pytestmark = pytest.mark.django_db


def build_two() -> list[NominationWalk]:
    """Two organizations of the first street, both reviewed; its quota is two."""
    world = make_award_world()
    return [w.reviewed(world, number=number) for number in range(2)]


two_once = shared(build_two, "two_once")


@pytest.fixture
def two(two_once) -> list[NominationWalk]:
    return two_once()


def ranking_url(walk: NominationWalk) -> str:
    return reverse("ranking", args=[walk.nomination.honour_id, walk.nomination.affiliation_id])


def rank(walks, places, who="approver0", **more):
    data = {"common": ""} | more
    for walk, place in zip(walks, places, strict=True):
        pk = walk.nomination.pk
        data[f"choice_{pk}"] = "recommend" if isinstance(place, int) else place
        data[f"place_{pk}"] = str(place) if isinstance(place, int) else ""
    return signed_in(walks[0].world.person(who)).post(ranking_url(walks[0]), data)


def text_of(response) -> str:
    return response.content.decode()


# --- ranking ------------------------------------------------------------------------------------------------


def test_nominees_are_ranked_together_in_the_order_given(two):
    assert rank(two, [2, 1]).status_code == 302
    assert [one.nomination.rank for one in two] == [2, 1]
    assert [one.node for one in two] == ["check_eligibility"] * 2


def test_who_is_left_out_gets_the_common_reason_and_the_place_stays_free(two):
    assert rank(two, [1, "leave_out"], common="名额有限").status_code == 302
    assert [one.node for one in two] == ["check_eligibility", "not_ranked"]
    assert two[1].case.decisions.get(node="rank_nomination").opinion == "名额有限"
    assert two[1].nomination.rank is None


def test_who_waits_stays_and_is_ranked_behind_later(two):
    rank(two, [1, "wait"])
    assert two[1].node == "rank_nomination"
    assert rank(two[1:], [2]).status_code == 302
    assert two[1].nomination.rank == 2


def test_a_place_given_back_is_used_again_and_the_rest_moves_up(two):
    rank(two, [1, 2])
    two[0].act("district_handler", Outcome.REJECTED, "不符合")
    third = w.reviewed(two[0].world, number=2)
    assert rank([third], [2]).status_code == 302
    assert (two[1].nomination.rank, third.nomination.rank) == (1, 2)


@pytest.mark.parametrize(
    ("places", "message"),
    [
        ([1, 1], "名次不能相同"),
        ([1, 3], "名次须连续，从1到2"),
        ([1, "leave_out"], "不推荐须写明理由"),
        (["wait", "wait"], "请至少对一个对象作出"),
    ],
)
def test_a_ranking_that_cannot_be_says_why_and_decides_nothing(two, places, message):
    answer = rank(two, places)
    assert answer.status_code == 422
    assert message in text_of(answer)
    assert [one.node for one in two] == ["rank_nomination"] * 2


def test_nobody_is_ranked_beyond_the_quota_as_adjusted(two):
    nomination = two[0].nomination
    quota = quota_at(nomination.honour, nomination.affiliation)
    QuotaAdjustment.objects.create(
        honour=nomination.honour,
        organization=nomination.affiliation,
        places=1 - quota.places,
        reason="核减",
        decision="海团发〔2026〕3号",
        by=two[0].world.person("district_approver"),
        at=timezone.now(),
    )
    answer = rank(two, [1, 2])
    assert answer.status_code == 422
    assert "还可以推荐1个，现在选了2个" in text_of(answer)
    assert not Nomination.objects.exclude(rank=None).exists()


def test_up_and_down_work_by_plain_buttons_and_decide_nothing(two):
    pk = two[1].nomination.pk
    data = {"common": "", "move": f"up-{pk}"}
    for number, one in enumerate(two, start=1):
        data |= {
            f"choice_{one.nomination.pk}": "recommend",
            f"place_{one.nomination.pk}": str(number),
            f"reason_{one.nomination.pk}": "",
        }
    answer = signed_in(two[0].world.person("approver0")).post(ranking_url(two[0]), data)
    assert answer.context["form"].rows[0].nomination.pk == pk
    assert [row.place.value() for row in answer.context["form"].rows] == [1, 2]
    assert [one.node for one in two] == ["rank_nomination"] * 2


def test_the_desk_of_the_approver_leads_to_the_ranking_and_no_other(two):
    for who, found in (("approver0", True), ("approver1", False), ("handler0", False)):
        page = signed_in(two[0].world.person(who)).get(reverse("desk"))
        assert (ranking_url(two[0]) in text_of(page)) == found, who


@pytest.mark.parametrize("who", ["handler0", "approver1", "district_approver", "district_handler", "chair"])
def test_only_the_approver_of_the_place_ranks(two, who):
    assert signed_in(two[0].world.person(who)).get(ranking_url(two[0])).status_code == 403
    assert rank(two, [1, 2], who=who).status_code == 403


def test_the_step_itself_cannot_be_decided_by_hand_and_leads_to_the_ranking(two):
    person = two[0].world.person("approver0")
    page = signed_in(person).get(task_url(two[0].case))
    assert ranking_url(two[0]) in text_of(page)
    assert send(two[0].case, person, {"outcome": "approved", "opinion": ""}).status_code == 409
    assert two[0].node == "rank_nomination"


# --- rules ----------------------------------------------------------------------------------------------------


def test_a_failed_rule_is_named_with_its_data_and_forbids_approval(two):
    walk = two[0].to("ranked")
    walk.change(confirmations={})
    walk.nomination.organization.acceptances.update(grade="二星级")
    person = walk.world.person("district_handler")
    answer = send(walk.case, person, {"outcome": "approved", "opinion": ""})
    assert answer.status_code == 422
    assert "有资格条件不符合，不能通过" in text_of(answer)
    assert "星级2，要求" in text_of(answer)
    assert walk.node == "check_eligibility"
    assert send(walk.case, person, {"outcome": "rejected", "opinion": "星级不足"}).status_code == 302
    assert walk.node == "not_eligible"
    kept = walk.nomination.findings
    assert [one["passed"] for one in kept if one["kind"] == "stars"] == [False]


def test_what_was_found_is_kept_with_the_approval(two):
    walk = two[0].to("ranked")
    send(walk.case, walk.world.person("district_handler"), {"outcome": "approved", "opinion": ""})
    assert walk.node == "vet"
    assert walk.nomination.checked_on == timezone.localdate()
    assert all(one["passed"] for one in walk.nomination.findings)


def test_the_other_nominations_of_a_person_are_named_to_staff_and_not_to_the_unit(two):
    world = two[0].world
    first = w.announced_in_unit(world, person="王珊")
    other = w.announced_in_unit(world, number=1, person="王珊")
    page = signed_in(world.person("handler0")).get(task_url(first.case))
    assert [one["nomination"] for one in page.context["others"]] == [
        first.world.organization_honour.nominations.order_by("pk")[0],
        other.nomination,
    ]
    own = signed_in(world.person(first.applicant)).get(task_url(first.case))
    assert "others" not in own.context


# --- letters --------------------------------------------------------------------------------------------------


@pytest.fixture
def vetted(two) -> NominationWalk:
    return two[0].to("checked")


def letter_data(walk: NominationWalk, **more) -> dict:
    due = calendars.add_working_days(timezone.localdate(), 10)
    data = {"offices": ["0", "1"], "nominees": [str(walk.nomination.pk)], "due_on": due.isoformat()}
    return data | {"addressee": "", "asked": ""} | more


def send_letter(walk: NominationWalk, who: str = "district_handler", **more):
    url = reverse("vetting", args=[walk.world.campaign.pk])
    return signed_in(walk.world.person(who)).post(url, letter_data(walk, **more))


def test_letters_are_numbered_tell_only_the_name_and_each_office_is_asked_once(vetted):
    assert send_letter(vetted).status_code == 302
    letters = list(ConsultationLetter.objects.order_by("pk"))
    assert len(letters) == 2
    content = letters[0].document.content["body"]
    assert content["nominees"] == [{"name": vetted.nomination.name, "unit": ""}]
    again = send_letter(vetted, offices=["0"])
    assert again.status_code == 422
    assert "发过函" in text_of(again)
    assert Document.objects.filter(kind="consultation_letter").count() == 2


def reply(walk: NominationWalk, letter: ConsultationLetter, answer: str, text: str = "", **more):
    row = letter.answers.get(nomination=walk.nomination)
    data = {
        "answered_on": timezone.localdate().isoformat(),
        f"answer_{row.pk}": answer,
        f"text_{row.pk}": text,
    }
    url = reverse("consultation", args=[letter.pk])
    return signed_in(walk.world.person("district_handler")).post(url, data | more)


def test_nobody_passes_without_letters_nor_before_all_are_answered_without_objection(vetted):
    handler = vetted.world.person("district_handler")
    approve = {"outcome": "approved", "opinion": ""}
    assert "尚未全部答复" in text_of(send(vetted.case, handler, approve))
    send_letter(vetted)
    first, second = ConsultationLetter.objects.order_by("pk")
    assert reply(vetted, first, "agreed").status_code == 302
    assert send(vetted.case, handler, approve).status_code == 422
    assert reply(vetted, second, "objected").status_code == 422  # what is objected must be said
    reply(vetted, second, "objected", "正在接受调查")
    assert send(vetted.case, handler, approve).status_code == 422
    reply(vetted, second, "agreed", "经核实，没有问题")
    assert send(vetted.case, handler, approve).status_code == 302
    assert vetted.node == "committee_review"


def test_an_objection_ends_it_with_the_reason_and_is_read_by_the_district_only(vetted):
    send_letter(vetted, offices=["1"])
    letter = ConsultationLetter.objects.get()
    assert reply(vetted, letter, "objected", "正在接受调查", scan=a_pdf("复函.pdf")).status_code == 302
    scan = StoredFile.objects.get(purpose="consultation_reply")
    url = reverse("consultation_scan", args=[letter.pk, scan.public_id])
    vet = task_url(vetted.case)
    for who in (vetted.applicant, "approver0", "handler0"):
        client = signed_in(vetted.world.person(who))
        assert client.get(url).status_code == 403
        assert client.get(reverse("consultation", args=[letter.pk])).status_code == 403
        assert client.get(reverse("file", args=[scan.public_id])).status_code == 403
        assert "正在接受调查" not in text_of(client.get(vet))
    scanned = signed_in(vetted.world.person("district_approver")).get(url)
    assert b"".join(scanned.streaming_content).startswith(b"%PDF")  # reading to the end closes the file
    assert "正在接受调查" in text_of(signed_in(vetted.world.person("district_handler")).get(vet))
    vetted.act("district_handler", Outcome.REJECTED, "有单位提出不同意见")
    assert vetted.node == "not_eligible"


def test_only_the_office_sends_letters(vetted):
    assert send_letter(vetted, "district_approver").status_code == 403
    assert send_letter(vetted, "handler0").status_code == 403
    assert not ConsultationLetter.objects.exists()


def test_overdue_letters_are_marked_chased_and_reminded_of_once_a_week(vetted):
    send_letter(vetted, offices=["0"])
    today = timezone.localdate()
    ConsultationLetter.objects.update(reply_due_on=today - dt.timedelta(days=1))
    page = signed_in(vetted.world.person("district_handler")).get(
        reverse("consultation", args=[ConsultationLetter.objects.get().pk])
    )
    assert "答复期限已过" in text_of(page)
    noon = calendars.midnight(today) + dt.timedelta(hours=12)
    assert remind_of_letters(noon) == 1
    assert remind_of_letters(noon) == 0
    assert remind_of_letters(noon + dt.timedelta(days=7)) == 1
    ConsultationAnswer.objects.update(answer="agreed")
    assert remind_of_letters(noon + dt.timedelta(days=14)) == 0
    assert Notice.objects.filter(kind="consultation_overdue").count() == 2


# --- the list ---------------------------------------------------------------------------------------------------


def decide_list(walks, decision: str, opinion: str = "", who: str = "district_approver"):
    data = {
        "nominees": [str(one.nomination.pk) for one in walks],
        "decision": decision,
        "opinion": opinion,
    }
    honour = walks[0].nomination.honour_id
    return signed_in(walks[0].world.person(who)).post(reverse("award_list", args=[honour]), data)


def test_the_list_is_approved_together(two):
    for walk in two:
        walk.to("selected")
    assert decide_list(two, "approved").status_code == 302
    assert [one.node for one in two] == ["public_notice"] * 2


def test_after_a_cut_who_is_over_the_places_is_dropped_with_a_reason_and_no_more(two):
    for walk in two:
        walk.to("selected")
    assert decide_list(two[:1], "removed", "减少").status_code == 422  # nobody is over
    QuotaAdjustment.objects.create(
        honour=two[0].nomination.honour,
        places=-1,
        reason="经费减少",
        decision="海团发〔2026〕9号",
        by=two[0].world.person("district_approver"),
        at=timezone.now(),
    )
    assert decide_list(two[1:], "removed").status_code == 422  # no reason
    assert decide_list(two, "removed", "名额减少").status_code == 422  # one is enough
    assert [one.node for one in two] == ["approve_list"] * 2
    assert decide_list(two[1:], "removed", "名额减少").status_code == 302
    assert [one.node for one in two] == ["approve_list", "not_selected"]


@pytest.mark.parametrize("who", ["district_handler", "secretary", "approver0", "member1"])
def test_only_the_districts_approver_decides_on_the_list(two, who):
    two[0].to("selected")
    assert decide_list(two[:1], "approved", who=who).status_code == 403
    assert two[0].node == "approve_list"


# --- ending -----------------------------------------------------------------------------------------------------


def test_a_nomination_is_ended_with_reason_and_paper_at_whatever_step(vetted):
    client = signed_in(vetted.world.person("district_handler"))
    url = reverse("end_nomination", args=[vetted.case.pk])
    assert url in text_of(client.get(reverse("case", args=[vetted.case.pk])))
    assert client.post(url, {"reason": "单位已注销"}).status_code == 422
    assert vetted.node == "vet"
    answer = client.post(url, {"reason": "单位已注销", "document": a_pdf("注销证明.pdf")})
    assert answer.status_code == 302
    assert (vetted.node, vetted.nomination.state) == ("lapsed", NominationState.LAPSED)
    assert StoredFile.objects.filter(purpose="ending_proof").count() == 1
    assert "该推荐已经办结" in text_of(client.get(url))
    assert not Case.objects.get(pk=vetted.case.pk).is_open


@pytest.mark.parametrize("who", ["district_approver", "approver0", "handler0", "applicant0_0", "member1"])
def test_only_the_organizers_end_a_nomination(vetted, who):
    url = reverse("end_nomination", args=[vetted.case.pk])
    assert signed_in(vetted.world.person(who)).post(url, {"reason": "无"}).status_code == 403
