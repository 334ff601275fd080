"""What is known of a nomination and a notice at a moment: the facts that the state machines ask for."""

import datetime as dt

from .conflict_register import pairs_in
from .eligible import findings_of
from .enums import Answer, NominationState, NoticeState, ObjectionState, ReviewState
from .models import AnnouncedName, Nomination, Objection, PublicNotice
from .quota_register import places_of, quota_at
from .rules import states
from .rules.ballots import Outcome
from .rules.eligibility import failed
from .rules.states import NominationFacts, NoticeFacts
from .voting import Conflicts, results_on

UNRESOLVED = (ObjectionState.RECEIVED, ObjectionState.ACCEPTED, ObjectionState.REPORTED)


def nomination_facts(nomination: Nomination, on: dt.date) -> NominationFacts:
    """Every fact about a nomination on a day, read anew; called under the lock of its row."""
    name = nomination.announcements.filter(ended_on=None).select_related("notice").first()
    objections = set(nomination.objections.values_list("state", flat=True))
    others = nomination.honour.nominations.exclude(pk=nomination.pk).values_list("state", flat=True)
    states_of_others = [NominationState(one) for one in others]
    places = places_of(nomination.honour)
    held = states.places_held(states_of_others) + (NominationState(nomination.state) in states.HOLDING)
    quorate, unconflicted, passed, void = nomination_ballots(nomination, pairs_in(nomination.honour))
    return NominationFacts(
        own_notice_over=own_notice_over(nomination, on),
        within_quota=within_quota(nomination),
        eligible=not failed(findings_of(nomination, on)),
        letters_answered=letters_answered(nomination),
        quorate=quorate,
        unconflicted=unconflicted,
        passed=passed,
        within_places=states.fits(states_of_others, places),
        reserve_named=is_next_reserve(nomination),
        notice_running=_notice_runs(nomination, name),
        notice_over=name is not None and on > name.until,
        no_objection=not objections & {*UNRESOLVED, ObjectionState.FOUNDED},
        founded=ObjectionState.FOUNDED in objections,
        over_quota=held > places,
        ballot_void=void,
    )


def notice_facts(notice: PublicNotice, on: dt.date) -> NoticeFacts:
    """Every fact about a notice on a day, read anew."""
    names = list(notice.names.filter(ended_on=None).select_related("nomination"))
    decided = {NominationState(one.nomination.state) for one in names} & states.DECIDED
    return NoticeFacts(
        names_listed=bool(names),
        reserve_named=notice.names_reserve,
        periods_over=all(on > one.until for one in names),
        none_decided=not decided,
    )


def own_notice_over(nomination: Nomination, on: dt.date) -> bool:
    """Whether the notice in the own unit has ended, and what was said there is settled."""
    said, settled = nomination.own_notice_said.strip(), nomination.own_notice_settled.strip()
    ended = nomination.own_notice_to is not None and on > nomination.own_notice_to
    return ended and (not said or bool(settled))


def within_quota(nomination: Nomination) -> bool:
    """Whether the rank lies within the quota of the nominating organization as adjusted."""
    if nomination.rank is None:
        return False
    quota = quota_at(nomination.honour, nomination.affiliation)
    return quota is not None and nomination.rank <= quota.places


def letters_answered(nomination: Nomination) -> bool:
    """Whether the nominee was asked about at all, every letter is answered, and none with an objection."""
    answers = list(nomination.consultations.values_list("answer", flat=True))
    return bool(answers) and all(one == Answer.AGREED for one in answers)


def is_next_reserve(nomination: Nomination) -> bool:
    """Whether reserves follow (the campaign's notices say so) and this is the first of those left.

    While a review is held again the place may still be taken by whom it is held on: then nobody follows.
    """
    if not nomination.honour.campaign.names_reserve:
        return False
    review = getattr(nomination.honour, "review", None)
    order = review.result.get("reserve", []) if review and review.state == ReviewState.CONCLUDED else []
    waiting = set(
        nomination.honour.nominations.filter(state=NominationState.RESERVE).values_list("pk", flat=True)
    )
    return next((pk for pk in order if pk in waiting), None) == nomination.pk


def open_objections(nomination: Nomination) -> list[Objection]:
    return list(nomination.objections.filter(state__in=UNRESOLVED).order_by("pk"))


def _notice_runs(nomination: Nomination, name: AnnouncedName | None) -> bool:
    """The nominee's own notice is published and not cancelled. Before the name is in one, that of the campaign."""
    published = (NoticeState.RUNNING, NoticeState.CLOSED)
    if name is not None:
        return name.notice.state in published
    return nomination.honour.campaign.notices.filter(state__in=published).exists()


def nomination_ballots(nomination: Nomination, conflicts: Conflicts) -> tuple[bool, bool, bool, bool]:
    """Quorate, unconflicted, passed, void: of its last vote and the revotes after it, by the conflicts known now.

    A revote only settles a tie between nominees who passed, so that the majority is that of the vote before.
    """
    results, biased = results_on(nomination, conflicts)
    if not results:
        return False, False, False, False
    outcomes = {one.outcome for one in results}
    fair = Outcome.VOID not in outcomes and not biased
    quorate = all(one.counts for one in results)
    return quorate, fair, results[0].outcome == Outcome.PASSED, not (quorate and fair)
