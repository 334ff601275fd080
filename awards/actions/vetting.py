"""Letters by which offices are asked about nominees, and what they replied (RULES section 10, P4: 考察、征求意见)."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from orgs.issuers import issuer_of
from orgs.models import Person
from orgs.permissions import Perm, require
from records import audit, calendars, documents
from records.uploads import store_upload

from ..enums import Answer, NominationState
from ..models import AwardCampaign, ConsultationAnswer, ConsultationLetter, Honour, Nomination

PURPOSE = "consultation_reply"


class VettingRefused(ValueError):
    """A letter or an answer cannot be recorded as it is; the message says why and what to do."""


class Asked(NamedTuple):
    """An office and what it is asked."""

    addressee: str
    asked: str


class Reply(NamedTuple):
    """What was replied about one nominee."""

    answer: Answer
    text: str


def reply_due(campaign: AwardCampaign, on: dt.date) -> dt.date:
    """By when a letter sent on a day is to be answered: working days, the day itself not counted."""
    days: int = campaign.rules["consultation_working_days"]
    return calendars.add_working_days(on, days)


@transaction.atomic
def send_letters(
    campaign: AwardCampaign,
    *,
    offices: Sequence[Asked],
    nominations: Sequence[Nomination],
    due_on: dt.date,
    by: Person,
    at: dt.datetime,
) -> list[ConsultationLetter]:
    """Ask each office about all nominees: a letter for each honour, issued as a numbered document.

    Raises Refused, VettingRefused (nobody asked, somebody not being vetted any more, asked already, a term in the
    past), and what ``records.documents.issue`` raises.
    """
    on = timezone.localdate(at)
    require(by, Perm.MANAGE_AWARDS, campaign.organization, on=on)
    if due_on < on:
        raise VettingRefused(_("答复期限不能早于今天。请改正。"))
    if not offices or not nominations:
        raise VettingRefused(_("请选择征求意见的单位和对象。"))
    letters = []
    for office in offices:
        for honour, about in by_honour(_locked(nominations)).items():
            _refuse_asked(office, about)
            letters.append(_send(campaign, honour, office, about, due_on=due_on, by=by, at=at))
    return letters


def by_honour(nominations: Iterable[Nomination]) -> dict[Honour, list[Nomination]]:
    """The nominees of each honour, in the order of the honours."""
    found: dict[Honour, list[Nomination]] = {}
    for one in sorted(nominations, key=lambda one: (one.honour.position, one.pk)):
        found.setdefault(one.honour, []).append(one)
    return found


def _locked(nominations: Sequence[Nomination]) -> list[Nomination]:
    rows = Nomination.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in nominations])
    found = list(rows.select_related("honour", "organization", "unit").order_by("pk"))
    gone = [one.name for one in found if one.state != NominationState.VETTING]
    if gone:
        text = _("%(names)s已不在考察环节。请刷新页面后重新选择。")
        raise VettingRefused(text % {"names": _("、").join(gone)})
    return found


def _refuse_asked(office: Asked, nominations: Sequence[Nomination]) -> None:
    """The same office is asked about a nominee once."""
    asked = ConsultationAnswer.objects.filter(
        letter__addressee=office.addressee, nomination__in=nominations
    ).select_related("nomination__organization")
    names = [one.nomination.name for one in asked]
    if names:
        text = _("已就%(names)s向%(addressee)s发过函。请取消选择这些对象。")
        raise VettingRefused(text % {"names": _("、").join(names), "addressee": office.addressee})


def _send(
    campaign: AwardCampaign,
    honour: Honour,
    office: Asked,
    nominations: Sequence[Nomination],
    *,
    due_on: dt.date,
    by: Person,
    at: dt.datetime,
) -> ConsultationLetter:
    on = timezone.localdate(at)
    letter = ConsultationLetter.objects.create(
        campaign=campaign,
        addressee=office.addressee,
        asked=office.asked,
        reply_due_on=due_on,
        sent_by=by,
        sent_at=at,
    )
    with translation.override(settings.LANGUAGE_CODE):
        letter.document = documents.issue(
            "consultation_letter",
            issuer=issuer_of(campaign.organization),
            about=("consultationletter", letter.pk),
            unit_id=None,
            content=letter_content(letter, honour, nominations),
            on=on,
            by_id=by.pk,
            at=at,
        )
    letter.save(update_fields=["document"])
    ConsultationAnswer.objects.bulk_create(
        ConsultationAnswer(letter=letter, nomination=one) for one in nominations
    )
    _record(letter, "consultation_sent", by=by, at=at, nominations=[one.pk for one in nominations])
    return letter


def letter_content(
    letter: ConsultationLetter, honour: Honour, nominations: Sequence[Nomination]
) -> dict[str, Any]:
    """What the letter says: of a nominee name and unit, nothing else (RULES section 8)."""
    campaign = letter.campaign
    return {
        "subject": f"{campaign.year}年度{honour.title}拟表彰对象",
        "addressee": letter.addressee,
        "introduction": (
            f"按照{campaign.name}工作的安排，经单位推荐、街镇排序和资格审查，产生了{honour.title}推荐对象。"
            "现就有关对象征求意见。"
        ),
        "honour": honour.title,
        "nominees": [
            {"name": one.name, "unit": one.unit.name if one.person_name else ""} for one in nominations
        ],
        "asked": [f"{letter.asked.rstrip('。')}。"],
        "reply_by": letter.reply_due_on.isoformat(),
        "contact": campaign.channel["office"],
        "telephone": campaign.channel["telephone"],
    }


@transaction.atomic
def record_answers(
    letter: ConsultationLetter,
    *,
    replies: Mapping[ConsultationAnswer, Reply],
    answered_on: dt.date,
    scan: IO[bytes] | None,
    by: Person,
    at: dt.datetime,
) -> None:
    """Put on record what an office replied, with the scan of its letter; an answer may be corrected while the nominee
    is vetted, and every version stays on record.

    Raises Refused, VettingRefused, UploadRefused.
    """
    on = timezone.localdate(at)
    require(by, Perm.MANAGE_AWARDS, letter.campaign.organization, on=on)
    if not timezone.localdate(letter.sent_at) <= answered_on <= on:
        raise VettingRefused(_("答复日期应在发函日期和今天之间。请改正。"))
    _locked([one.nomination for one in replies])
    for row, reply in replies.items():
        if reply.answer == Answer.OBJECTED and not reply.text.strip():
            text = _("%(name)s：有不同意见的，请填写意见内容。")
            raise VettingRefused(text % {"name": row.nomination.name})
        row.answer, row.text, row.answered_on = reply.answer, reply.text.strip(), answered_on
        row.recorded_by, row.recorded_at = by, at
        row.save()
    # Who is objected to is nobody's business but the office's: it is committed to, and not in the open.
    answers = {str(row.nomination_id): [reply.answer.value, reply.text] for row, reply in replies.items()}
    if scan is not None:
        store_upload(scan, purpose=PURPOSE, by_id=by.pk, about=letter, at=at)
    _record(letter, "consultation_answered", by=by, at=at, personal=answers, number=len(answers))


def chase_text(letter: ConsultationLetter, on: dt.date) -> str:
    """A text by which the office is asked again (催办), in Chinese as the letter itself."""
    waiting = letter.answers.filter(answer="", nomination__state=NominationState.VETTING)
    count = waiting.count()
    document = letter.document
    assert document is not None  # every letter that was sent is numbered
    passed = "，答复期限已过" if letter.reply_due_on < on else ""
    due, sent = letter.reply_due_on, timezone.localdate(letter.sent_at)
    return (
        f"{letter.addressee}：我委于{sent.year}年{sent.month}月{sent.day}日以“{document.number}”函就"
        f"{letter.campaign.name}推荐对象征求贵单位意见，请于{due.year}年{due.month}月{due.day}日前答复{passed}。"
        f"目前尚有{count}个对象没有收到答复，请尽快函复。联系人：{letter.campaign.channel['office']}，"
        f"电话：{letter.campaign.channel['telephone']}。"
    )


def _record(
    letter: ConsultationLetter, event: str, *, by: Person, at: dt.datetime, personal: Any = None, **data: Any
) -> None:
    audit.record(
        event,
        by_id=by.pk,
        personal=personal,
        about=f"consultation:{letter.pk}",
        chain=f"organization:{letter.campaign.organization_id}",
        at=at,
        **data,
    )
