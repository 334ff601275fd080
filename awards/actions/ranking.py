"""The ranking of a sub-district: who is recommended to the district, in which order, within its quota (RULES section
10, P4). The cases are moved by workflows.nomination.views.ranking, in the same transaction."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from orgs.models import Organization, Person
from records import audit

from ..models import Honour, Nomination
from ..models.nomination import ENDED
from ..quota_register import quota_at
from ..rules.quota_changes import Quota


class RankingRefused(ValueError):
    """The ranking cannot be as it is; the message says why and what to do."""


def ranked_at(honour: Honour, organization: Organization) -> list[Nomination]:
    """Who is recommended already and has not left since, in order."""
    rows = honour.nominations.filter(affiliation=organization).exclude(rank=None).exclude(state__in=ENDED)
    return list(rows.select_related("organization", "unit").order_by("rank"))


def places_left(honour: Honour, organization: Organization) -> tuple[Quota | None, int]:
    """The quota as adjusted (None: there is none), and how many more may be recommended; never below zero."""
    quota = quota_at(honour, organization)
    places = quota.places if quota else 0
    return quota, max(places - len(ranked_at(honour, organization)), 0)


def rank_nominations(
    honour: Honour, organization: Organization, order: Sequence[Nomination], *, by: Person, at: dt.datetime
) -> None:
    """Append nominations, in order, to those that the organization has recommended; in the caller's transaction.

    Whoever left since gives the place back: those that remain move up, in their order. Raises RankingRefused beyond
    the quota as adjusted, and for a nomination of another organization, of another honour, or named twice.
    """
    Honour.objects.select_for_update(of=("self",)).get(
        pk=honour.pk
    )  # of two rankings the second sees the first
    before = ranked_at(honour, organization)
    _require_within_quota(honour, organization, len(before), len(order))
    own = {one.pk for one in before}
    for one in order:
        if one.honour_id != honour.pk or one.affiliation_id != organization.pk or one.pk in own:
            raise RankingRefused(_("%(name)s不能在这里排序，请刷新页面。") % {"name": one.name})
        own.add(one.pk)
    honour.nominations.filter(affiliation=organization).exclude(rank=None).update(rank=None)
    for number, one in enumerate([*before, *order], start=1):
        if one.rank != number:
            _record(one, number, by=by, at=at)
        one.rank = number
        one.save(update_fields=["rank"])


def _require_within_quota(honour: Honour, organization: Organization, ranked: int, chosen: int) -> None:
    quota = quota_at(honour, organization)
    places = quota.places if quota else 0
    if chosen and ranked + chosen > places:
        values = {"places": places, "ranked": ranked, "left": max(places - ranked, 0), "chosen": chosen}
        raise RankingRefused(
            _(
                "推荐名额%(places)d个，已推荐%(ranked)d个，还可以推荐%(left)d个，现在选了%(chosen)d个。请减少推荐对象。"
            )
            % values
        )


def _record(nomination: Nomination, rank: int, *, by: Person, at: dt.datetime) -> None:
    audit.record(
        "nomination_placed",
        by_id=by.pk,
        about=f"nomination:{nomination.pk}",
        chain=f"unit:{nomination.unit_id}",
        at=at,
        rank=rank,
        before=nomination.rank,
    )
