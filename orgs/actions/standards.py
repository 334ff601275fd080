"""Writing the next version of the six-haves standard: draft, proposal by a handler, publication by an approver.

Four-eyes: nobody publishes what they proposed or edited last. What is published is a rule set, which never changes;
cases that have started keep the version that they were started under.
"""

import copy
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from records import audit, notices

from ..enums import Role
from ..models import Organization, Person, Post, RuleSet, StandardDraft
from ..permissions import ALLOWED, Perm, Refused, Unblock, Verdict, can, require
from ..queries import holders
from ..rules.standard_diff import differences
from ..rules.standard_problems import Problem, problems_of
from ..rules.standards import SUBJECT, Standard, version_name, with_codes


class StaleDraft(Exception):
    """Nothing was saved: somebody else saved meanwhile. ``draft`` is the newer one, None when it is gone."""

    def __init__(self, draft: StandardDraft | None) -> None:
        super().__init__(_("草案已有更新的内容。"))
        self.draft = draft


class StandardNotReady(ValueError):
    """The draft cannot be proposed or published; the message (for the user) says why and what to do."""


def published_standards() -> list[RuleSet]:
    """All versions so far, the oldest first; the last one is in force or will be."""
    return list(RuleSet.objects.filter(subject=SUBJECT).order_by("valid_from", "pk"))


def open_draft_of(district: Organization) -> StandardDraft | None:
    """The draft that a district is writing."""
    drafts = StandardDraft.objects.select_related("edited_by", "based_on")
    return drafts.filter(organization=district, published_as=None).first()


def standard_of(draft: StandardDraft) -> dict[str, Any]:
    """What the draft says; it may still have problems."""
    return draft.data["standard"]


def proposal_of(draft: StandardDraft) -> dict[str, Any] | None:
    """Who proposed which version from when: ``{"version", "valid_from", "by", "name", "at"}``; None while it is
    edited. A save ends a proposal, so that nobody publishes what the proposer did not see."""
    found = draft.data.get("proposal")
    return found if found and found["version"] == draft.version else None


def problems_of_draft(draft: StandardDraft, published: Sequence[RuleSet] | None = None) -> list[Problem]:
    """What keeps a draft from being published."""
    versions = published_standards() if published is None else published
    return problems_of(standard_of(draft), [(one.name, one.data) for one in versions])


def begin_draft(district: Organization, *, by: Person, on: dt.date, at: dt.datetime) -> StandardDraft:
    """The open draft of a district, begun from the newest version where there is none. Raises Refused."""
    require(by, Perm.PUBLISH_STANDARD, district, on=on)
    if (draft := open_draft_of(district)) is not None:
        return draft
    newest = published_standards()[-1]
    try:
        with transaction.atomic():
            draft = StandardDraft.objects.create(
                organization=district,
                based_on=newest,
                data={"standard": copy.deepcopy(newest.data)},
                edited_by=by,
                edited_at=at,
            )
            _record("standard_drafted", draft, by=by, at=at, based_on=newest.name)
    except IntegrityError:  # two began at once: there is one draft
        found = open_draft_of(district)
        if found is None:
            raise
        return found
    return draft


def save_draft(
    draft: StandardDraft, standard: Standard, *, base: int, by: Person, on: dt.date, at: dt.datetime
) -> StandardDraft:
    """Keep what was typed, with problems or without; new parts get their codes. Raises Refused, StaleDraft."""
    require(by, Perm.PUBLISH_STANDARD, draft.organization, on=on)
    with transaction.atomic():
        locked = _locked(draft, base)
        kept = {"returned": locked.data["returned"]} if "returned" in locked.data else {}
        coded = with_codes(standard, [one.data for one in published_standards()])
        locked.data = {"standard": coded} | kept
        locked.version, locked.edited_by, locked.edited_at = base + 1, by, at
        locked.save(update_fields=["data", "version", "edited_by", "edited_at"])
    return locked


def discard_draft(draft: StandardDraft, *, base: int, by: Person, on: dt.date, at: dt.datetime) -> None:
    """Give up a draft; the standard in force stays. Raises Refused, StaleDraft."""
    require(by, Perm.PUBLISH_STANDARD, draft.organization, on=on)
    with transaction.atomic():
        locked = _locked(draft, base)
        _record("standard_draft_discarded", locked, by=by, at=at, version=locked.version)
        locked.delete()


def propose_standard(
    draft: StandardDraft, *, base: int, valid_from: dt.date, by: Person, on: dt.date, at: dt.datetime
) -> StandardDraft:
    """Hand a draft without problems to the approvers of the district. Raises Refused, StaleDraft, StandardNotReady."""
    require(by, Perm.PUBLISH_STANDARD, draft.organization, on=on)
    with transaction.atomic():
        locked = _locked(draft, base)
        _check_ready(locked, valid_from, on)
        proposal = {"version": base, "valid_from": valid_from.isoformat(), "by": by.pk, "name": by.name}
        locked.data = {"standard": standard_of(locked), "proposal": proposal | {"at": at.isoformat()}}
        locked.save(update_fields=["data"])
        _record("standard_proposed", locked, by=by, at=at, version=base, valid_from=valid_from.isoformat())
        told = holders(Role.DISTRICT_APPROVER, on=on, organization_id=locked.organization_id)
        key = f"{locked.pk}:{base}:{valid_from:%Y%m%d}"
        _tell("standard_proposed", told, key=key, at=at, by=by.name, since=valid_from.isoformat())
    return locked


def return_standard(
    draft: StandardDraft, *, base: int, reason: str, by: Person, on: dt.date, at: dt.datetime
) -> None:
    """Send a proposal back to the handler with a reason. Raises Refused, StaleDraft, StandardNotReady."""
    require(by, Perm.APPROVE_DISTRICT, draft.organization, on=on)
    with transaction.atomic():
        locked = _locked(draft, base)
        proposal = _proposal(locked)
        returned = {"name": by.name, "at": at.isoformat(), "reason": reason}
        locked.data = {"standard": standard_of(locked), "returned": returned}
        locked.save(update_fields=["data"])
        _record("standard_returned", locked, {"reason": reason}, by=by, at=at, version=base)
        url = reverse("standard_edit")
        key = f"standard_returned:{locked.pk}:{base}:{at:%Y%m%d%H%M%S}"
        notices.send(
            "standard_returned", to_id=proposal["by"], key=key, at=at, url=url, by=by.name, reason=reason
        )


def publication_verdict(draft: StandardDraft, by: Person, *, on: dt.date) -> Verdict:
    """Whether a person may publish the draft as it was proposed: an approver who neither proposed nor edited it."""
    verdict = can(by, Perm.APPROVE_DISTRICT, draft.organization, on=on)
    if not verdict:
        return verdict
    proposal = proposal_of(draft)
    if by.pk in {draft.edited_by_id, proposal["by"] if proposal else None}:
        return Verdict(
            False,
            _("您拟定了这份草案，不能由您批准发布。"),
            _("请由另一位区级审批人批准。"),
            unblock=Unblock.ANOTHER,
        )
    return ALLOWED


def publish_standard(draft: StandardDraft, *, base: int, by: Person, on: dt.date, at: dt.datetime) -> RuleSet:
    """Make the proposed draft the standard from the proposed day on. Raises Refused, StaleDraft, StandardNotReady.

    The new rule set's name counts within the year from which it holds.
    """
    if not (verdict := publication_verdict(draft, by, on=on)):
        raise Refused(verdict)
    with transaction.atomic():
        locked = _locked(draft, base)
        proposal = _proposal(locked)
        valid_from = dt.date.fromisoformat(proposal["valid_from"])
        _check_ready(locked, valid_from, on)
        published = RuleSet.objects.create(
            subject=SUBJECT,
            name=version_name(valid_from.year, RuleSet.objects.values_list("name", flat=True)),
            valid_from=valid_from,
            data=standard_of(locked),
            sources={"based_on": locked.based_on.name},
        )
        locked.published_as = published
        locked.save(update_fields=["published_as"])
        since = valid_from.isoformat()
        facts = {"name": published.name, "valid_from": since, "proposed_by": proposal["by"]}
        _record("standard_published", locked, None, by=by, at=at, **facts)
        told = _concerned(locked.organization, on)
        _tell("standard_published", told, key=str(published.pk), at=at, name=published.name, since=since)
    return published


def _concerned(district: Organization, on: dt.date) -> Iterable[Post]:
    """The posts of handlers at the district and everywhere below it."""
    roles = (Role.DISTRICT_HANDLER, Role.SUBDISTRICT_HANDLER)
    posts = Post.objects.filter(Q(until=None) | Q(until__gte=on), role__in=roles, since__lte=on)
    return posts.filter(organization__scope__range=district.scope_bounds, person__is_active=True)


def _check_ready(draft: StandardDraft, valid_from: dt.date, on: dt.date) -> None:
    """Raises StandardNotReady."""
    published = published_standards()
    if wrong := [one for one in problems_of_draft(draft, published) if not one.warning]:
        text = _("草案还有 %(count)d 处问题，请先改好：%(first)s")
        raise StandardNotReady(text % {"count": len(wrong), "first": wrong[0].text})
    if not differences(published[-1].data, standard_of(draft)):
        raise StandardNotReady(_("草案与现行标准完全相同，没有可发布的内容。"))
    if valid_from < on:
        text = _("生效日期 %(day)s 已经过去，请选今天或以后的日期。")
        raise StandardNotReady(text % {"day": valid_from.isoformat()})
    if valid_from < published[-1].valid_from:
        values = {"name": published[-1].name, "day": published[-1].valid_from.isoformat()}
        text = _("%(name)s 自 %(day)s 起生效，新版本的生效日期不能更早，请改为该日或以后。")
        raise StandardNotReady(text % values)


def _locked(draft: StandardDraft, base: int) -> StandardDraft:
    """The open draft, locked, as the page knew it. Raises StaleDraft."""
    drafts = StandardDraft.objects.select_for_update(of=("self",)).select_related("based_on", "organization")
    found = drafts.filter(pk=draft.pk, published_as=None).first()
    if found is None or found.version != base:
        raise StaleDraft(found)
    return found


def _proposal(draft: StandardDraft) -> dict[str, Any]:
    """Raises StandardNotReady."""
    found = proposal_of(draft)
    if found is None:
        raise StandardNotReady(_("草案没有送审，或送审后又修改过。请由区级经办人重新送审。"))
    return found


def _record(
    event: str,
    draft: StandardDraft,
    personal: Mapping[str, Any] | None = None,
    *,
    by: Person,
    at: dt.datetime,
    **data: Any,
) -> None:
    story = f"organization:{draft.organization_id}"
    audit.record(
        event, by_id=by.pk, about=story, chain=story, at=at, personal=personal, draft=draft.pk, **data
    )


def _tell(kind: str, posts: Iterable[Post], *, key: str, at: dt.datetime, **context: str) -> None:
    """Tell whoever holds the posts, everybody once."""
    for person_id in sorted({post.person_id for post in posts}):
        notices.send(
            kind, to_id=person_id, key=f"{kind}:{key}:{person_id}", at=at, url=reverse("standard"), **context
        )
