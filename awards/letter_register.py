"""The letters of a campaign with their answers, as far as a person may see them."""

import datetime as dt
from dataclasses import dataclass

from orgs.models import Person
from records.models import StoredFile

from .conflict_register import hidden_from
from .enums import NominationState
from .models import AwardCampaign, ConsultationAnswer, ConsultationLetter, Nomination
from .nomination_register import WITH_NAMES


@dataclass(frozen=True)
class Told:
    """A letter: its answers that the person may see, how many are awaited, and whether its term has passed."""

    letter: ConsultationLetter
    answers: list[ConsultationAnswer]
    waiting: int
    objected: int
    late: bool


def letters_of(campaign: AwardCampaign, person: Person, on: dt.date) -> list[Told]:
    """All letters, the newest first; two statements and those for conflicts."""
    letters = list(campaign.letters.select_related("document", "sent_by", "campaign").order_by("-pk"))
    found: dict[int, list[ConsultationAnswer]] = {one.pk: [] for one in letters}
    for answer in answers_for(person).filter(letter__campaign=campaign):
        found[answer.letter_id].append(answer)
    return [told(one, found[one.pk], on) for one in letters]


def letter_for(letter: ConsultationLetter, person: Person, on: dt.date) -> Told:
    return told(letter, list(answers_for(person).filter(letter=letter)), on)


def told(letter: ConsultationLetter, answers: list[ConsultationAnswer], on: dt.date) -> Told:
    waiting = sum(not one.answer and is_vetted(one.nomination) for one in answers)
    objected = sum(one.answer == "objected" for one in answers)
    return Told(letter, answers, waiting, objected, waiting > 0 and on > letter.reply_due_on)


def answers_for(person: Person):
    """The answers about nominees that are not hidden from a person."""
    rows = ConsultationAnswer.objects.exclude(nomination__in=hidden_from(person))
    return rows.select_related("nomination__organization", "nomination__unit", "nomination__honour").order_by(
        "nomination__honour__position", "pk"
    )


def is_vetted(nomination: Nomination) -> bool:
    """Whether answers about a nominee still matter."""
    return nomination.state == NominationState.VETTING


def vetted_in(campaign: AwardCampaign, person: Person) -> list[Nomination]:
    """Whom offices may be asked about now, by honour, with their answers."""
    rows = Nomination.objects.filter(honour__campaign=campaign, state=NominationState.VETTING)
    rows = rows.exclude(pk__in=hidden_from(person)).select_related(*WITH_NAMES)
    return list(
        rows.prefetch_related("consultations__letter").order_by("honour__position", "scope", "rank", "pk")
    )


def scans_of(letter: ConsultationLetter) -> list[StoredFile]:
    """The scans of what an office replied."""
    about = {"about_type": letter._meta.label_lower, "about_id": letter.pk}
    return list(StoredFile.objects.filter(**about).order_by("pk"))
