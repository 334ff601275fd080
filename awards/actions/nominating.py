"""What a unit does with a nomination: begins it, writes it, submits it with its own notice, reports on that notice
(RULES section 4: the own unit first; section 10, P4).

Functions run in the caller's transaction, which holds the lock of the case; none asks the clock.
"""

import datetime as dt
from collections.abc import Mapping
from typing import IO, Any

from django.db.models import F, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from orgs.models import Organization, Person, Post
from records import audit, calendars
from records.models import AuditEntry, StoredFile
from records.uploads import discard_upload, store_upload

from ..enums import NominationState, NomineeKind
from ..models import Honour, Nomination, NominationSnapshot
from ..models.nomination import ENDED
from ..quota_register import nominating_of
from ..rules.identity import person_key
from .advancing import advance

Step = NominationSnapshot.Step

PERSON_FIELDS = (
    "person_name",
    "gender",
    "born_on",
    "joined_on",
    "political_status",
    "post_title",
    "post_since",
)
COLLECTIVE_FIELDS = ("headcount", "youth", "leader_born_on")
TEXT_FIELDS = ("summary", "deeds")
NOTICE_FIELDS = ("own_notice_from", "own_notice_place")
# Everything that a unit states about a nominee.
STATED = (*PERSON_FIELDS, *COLLECTIVE_FIELDS, "confirmations", *TEXT_FIELDS, *NOTICE_FIELDS)


class Purpose(TextChoices):
    """What a file of a nomination is for."""

    FORM = "nomination_form", _("盖章的推荐审批表")
    DEEDS = "deeds", _("事迹证明材料")
    PHOTO = "nominee_photo", _("照片")
    NOTICE = "own_notice", _("本单位公示证明")


def start_nomination(
    *,
    honour: Honour,
    organization: Organization,
    applicant: Person,
    name: str = "",
    born_on: dt.date | None = None,
) -> Nomination:
    """A new nomination of an organization, or of the person with this name and date of birth.

    Whether it may begin is for :func:`awards.offers.nomination_obstacle`. Raises ValueError for a person without
    name and date of birth, and for an organization that belongs to no unit.
    """
    if organization.unit is None:
        raise ValueError("the organization belongs to no unit")
    affiliation = nominating_of(organization)
    nomination = Nomination(
        honour=honour,
        organization=organization,
        unit=organization.unit,
        affiliation=affiliation,
        scope=affiliation.scope,
        applicant=applicant,
    )
    if honour.nominee_kind == NomineeKind.PERSON:
        if not name or born_on is None:
            raise ValueError("a person is nominated by name and date of birth")
        nomination.person_name, nomination.born_on = name, born_on
        identify(nomination)
    nomination.save()
    return nomination


def identify(nomination: Nomination) -> None:
    """Fill in by what the person is told apart, and the account of that name among the posts of the unit: only where
    a single one has the name, since nobody is to be taken for somebody else."""
    assert nomination.born_on is not None
    nomination.person_key = person_key(nomination.person_name, nomination.born_on)
    posts = Post.objects.filter(unit=nomination.unit_id, person__name=nomination.person_name)
    accounts = list(posts.order_by("person").values_list("person", flat=True).distinct()[:2])
    nomination.account_id = accounts[0] if len(accounts) == 1 else None


def same_nominee(nomination: Nomination) -> Nomination | None:
    """Another open nomination of the same nominee for the same honour."""
    others = Nomination.objects.filter(
        honour=nomination.honour_id,
        organization=nomination.organization_id,
        person_key=nomination.person_key,
    )
    return others.exclude(state__in=ENDED).exclude(pk=nomination.pk).order_by("pk").first()


def state_nominee(nomination: Nomination, values: Mapping[str, Any]) -> None:
    """Put what the unit states into ``nomination``, unsaved; keys are of ``STATED``."""
    for field, value in values.items():
        if field not in STATED:
            raise ValueError(f"the unit does not state {field}")
        setattr(nomination, field, value)
    if nomination.honour.nominee_kind == NomineeKind.PERSON and nomination.person_name and nomination.born_on:
        identify(nomination)


def save_nomination(
    nomination: Nomination, *, values: Mapping[str, Any], by: Person, at: dt.datetime
) -> None:
    """Keep what was filled in, complete or not.

    Grows ``version`` and leaves an audit entry, from which a stale form learns who saved in between.
    """
    state_nominee(nomination, values)
    nomination.version = F("version") + 1
    nomination.save(update_fields=[*STATED, "person_key", "account", "version"])
    nomination.refresh_from_db(fields=["version"])
    _record(nomination, "nomination_saved", by=by, at=at, version=nomination.version)


def last_saved(nomination: Nomination) -> tuple[str, dt.datetime] | None:
    """Who saved the nomination last, and when; None while nobody has."""
    entries = AuditEntry.objects.filter(about=f"nomination:{nomination.pk}", event="nomination_saved")
    entry = entries.order_by("-sequence").first()
    if entry is None or entry.by_id is None:
        return None
    name = Person.objects.filter(pk=entry.by_id).values_list("name", flat=True).first()
    return name or "", entry.at


def own_notice_until(nomination: Nomination, since: dt.date) -> dt.date:
    """The last day of a notice in the own unit that begins on a day: working days, the first one counted."""
    days = nomination.rules["own_notice_days"]
    return calendars.add_working_days(since, days, first_day_counts=True)


def file_nomination(
    nomination: Nomination, *, values: Mapping[str, Any], by: Person, at: dt.datetime
) -> NominationSnapshot:
    """Submit what the unit states, and freeze a copy. The first time the notice in the own unit begins with it.

    Raises awards.rules.states.NotPossible, and ValueError where the form should have refused before: no deeds, a
    notice without place, a nominee exchanged after the notice.
    """
    before = nomination.person_name
    is_first = nomination.state == NominationState.DRAFT
    save_nomination(nomination, values=values, by=by, at=at)
    if not nomination.summary or not nomination.deeds:
        raise ValueError("a nomination tells the deeds")
    if not is_first and nomination.person_name != before:
        raise ValueError("the nominee was announced and cannot be exchanged")
    if is_first:
        _announce(nomination, by=by, at=at)
    return freeze(nomination, Step.NOMINATION, stated(nomination), at=at)


def _announce(nomination: Nomination, *, by: Person, at: dt.datetime) -> None:
    if nomination.own_notice_from is None or not nomination.own_notice_place:
        raise ValueError("the notice in the own unit has a first day and a place")
    nomination.own_notice_to = own_notice_until(nomination, nomination.own_notice_from)
    nomination.save(update_fields=["own_notice_to"])
    advance(nomination, "announce_in_unit", by=by, at=at)


def report_own_notice(
    nomination: Nomination, *, said: str, settled: str, by: Person, at: dt.datetime
) -> NominationSnapshot:
    """Say what came in during the notice in the own unit and how it was settled, and hand the nomination in.

    Raises awards.rules.states.NotPossible before the period is over, or with something unsettled.
    """
    nomination.own_notice_said, nomination.own_notice_settled = said, settled
    nomination.save(update_fields=["own_notice_said", "own_notice_settled"])
    advance(nomination, "hand_in", by=by, at=at)
    data = {"said": said, "settled": settled, "files": _file_names(nomination, [Purpose.NOTICE])}
    return freeze(nomination, Step.OWN_NOTICE, data, at=at)


def stated(nomination: Nomination) -> dict[str, Any]:
    """What the unit states as it stands, for comparing rounds: days in ISO, choices by their value, names of files."""
    data: dict[str, Any] = {}
    for field in (*STATED, "own_notice_to"):
        value = getattr(nomination, field)
        data[field] = value.isoformat() if isinstance(value, dt.date) else value
    data["files"] = _file_names(nomination, [Purpose.FORM, Purpose.DEEDS, Purpose.PHOTO])
    return data


def freeze(
    nomination: Nomination, step: Step, data: dict[str, Any], *, at: dt.datetime
) -> NominationSnapshot:
    """Keep what was stated at a step, as the next round of that step."""
    number = nomination.snapshots.filter(step=step).count() + 1
    return NominationSnapshot.objects.create(nomination=nomination, step=step, round=number, data=data, at=at)


def _file_names(nomination: Nomination, purposes: list[Purpose]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {purpose.value: [] for purpose in purposes}
    for file in files_about(nomination).filter(purpose__in=found):
        found[file.purpose].append(file.name)
    return found


# -- files -------------------------------------------------------------------------------------------------------


def files_about(nomination: Nomination) -> QuerySet[StoredFile]:
    """All files of a nomination, oldest first."""
    about = Q(about_type=Nomination._meta.label_lower, about_id=nomination.pk)
    return StoredFile.objects.filter(about).order_by("pk")


def keep_file(
    about: Nomination, file: IO[bytes], *, purpose: Purpose, by: Person, at: dt.datetime
) -> StoredFile:
    """Store an uploaded file with the nomination. Raises UploadRefused."""
    return store_upload(file, purpose=purpose, by_id=by.pk, about=about, at=at)


def open_files(nomination: Nomination) -> QuerySet[StoredFile]:
    """Files that nothing submitted has carried yet; what was submitted stays on record."""
    last = nomination.snapshots.last()
    files = files_about(nomination)
    return files.filter(uploaded_at__gt=last.at) if last else files


def drop_file(nomination: Nomination, file_id: int) -> bool:
    """Take back a file that was not submitted yet; False when there is no such file."""
    file = open_files(nomination).filter(pk=file_id).first()
    if file is None:
        return False
    discard_upload(file)
    return True


def _record(nomination: Nomination, event: str, *, by: Person, at: dt.datetime, **data: Any) -> None:
    audit.record(
        event,
        by_id=by.pk,
        about=f"nomination:{nomination.pk}",
        chain=f"unit:{nomination.unit_id}",
        at=at,
        **data,
    )
