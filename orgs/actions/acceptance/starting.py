"""Who may ask for an acceptance, and how one begins (RULES sections 1 and 10, P3)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ...enums import Conclusion, OrganizationKind, OrganizationLevel, OrganizationStatus
from ...models import Acceptance, AcceptanceItem, NoRuleSet, Organization, Person, RuleSet, Unit
from ...permissions import ALLOWED, Perm, Verdict, can
from ...queries import rules_in_force
from ...rules.acceptance import eligible_from, items_of

# How a case names that it is about an acceptance.
SUBJECT = "acceptance"


def acceptance_obstacle(organization: Organization, *, on: dt.date) -> Verdict:
    """Whether an organization may ask for an acceptance on a day; refused with the reason and what would help."""
    try:
        for obstacle in (_unfit, _too_young, _already):
            # A refusal reads as false, so "or" would pass over it.
            if (verdict := obstacle(organization, on)) is not None:
                return verdict
    except NoRuleSet:
        return Verdict(False, _("还没有生效的验收标准或验收规则。"), _("请联系团区委发布验收标准后再申请。"))
    return ALLOWED


def _unfit(organization: Organization, on: dt.date) -> Verdict | None:
    """What the organization itself is: active, of a kind that is accepted, in its term."""
    if organization.level != OrganizationLevel.GRASSROOTS or organization.unit_id is None:
        return Verdict(
            False,
            _("达标验收由单位的基层团组织申请。"),
            _("请在单位所建的团支部、团总支或团委的页面上申请。"),
        )
    if organization.status != OrganizationStatus.ACTIVE:
        return Verdict(
            False,
            _("团组织目前为“%(status)s”，不能申请达标验收。") % {"status": organization.get_status_display()},
            _("请先办结建团登记或整改，待状态为“%(active)s”后再申请。")
            % {"active": OrganizationStatus.ACTIVE.label},
        )
    rules = rules_in_force("acceptance", on).data
    if organization.kind in rules["excluded_kinds"]:
        return Verdict(
            False,
            _("%(kind)s不参加达标验收。") % {"kind": OrganizationKind(organization.kind).label},
            _("转为正式团组织并满规定期限后可以申请。"),
        )
    if organization.term_ends_on is not None and organization.term_ends_on < on:
        return Verdict(
            False,
            _("本届任期已于 %(day)s 届满。") % {"day": date_format(organization.term_ends_on, "Y-m-d")},
            _("请先按期换届，换届批复后再申请达标验收。"),
        )
    return None


def _too_young(organization: Organization, on: dt.date) -> Verdict | None:
    """Registered, and at least as old as the standard in force demands."""
    standard = rules_in_force("six_haves", on).data
    founding = getattr(organization, "founding", None)
    founded_on = organization.founded_on
    if founded_on is None or (founding is not None and founding.registered_on is None):
        return Verdict(
            False, _("团组织还没有登记成立日期。"), _("请由所属街镇在建团登记中办结入库，再申请达标验收。")
        )
    first = eligible_from(founded_on, standard)
    if on < first:
        return Verdict(
            False,
            _("团组织 %(founded)s 成立，未满 %(months)d 个月。")
            % {
                "founded": date_format(founded_on, "Y-m-d"),
                "months": standard["pass"]["min_age_months"],
            },
            _("最早可于 %(day)s 申请。") % {"day": date_format(first, "Y-m-d")},
        )
    return None


def _already(organization: Organization, on: dt.date) -> Verdict | None:
    """No acceptance is under way, and no certificate runs on beyond the time of its renewal."""
    running = running_case(organization)
    if running is not None:
        return Verdict(
            False,
            _("团组织已有办理中的达标验收（%(number)s）。") % {"number": running.number},
            _("请继续办理该事项，办结后再申请。"),
        )
    held = valid_acceptance(organization, on=on)
    if held is None or held.valid_until is None:
        return None
    before = max(rules_in_force("acceptance", on).data["expiry_reminder_days"])
    renewable = held.valid_until - dt.timedelta(days=before)
    if on < renewable:
        return Verdict(
            False,
            _("现有验收合格认定有效期至 %(day)s。") % {"day": date_format(held.valid_until, "Y-m-d")},
            _("可于 %(day)s 起申请复评。") % {"day": date_format(renewable, "Y-m-d")},
        )
    return None


def running_case(organization: Organization) -> Any:
    """The acceptance case under way, None when there is none. Cases belong to the processes above and are reached by
    the unit's reverse relation only."""
    if organization.unit is None:
        return None
    own = list(organization.acceptances.values_list("pk", flat=True))
    return cases_about(organization.unit).filter(finished=None, artifact_object_id__in=own).first()


def cases_about(unit: Unit) -> Any:
    """All acceptance cases of a unit."""
    return unit.cases.filter(artifact_content_type__model=SUBJECT)


def case_of(acceptance: Acceptance) -> Any:
    """The case of an acceptance, None before it was opened."""
    return cases_about(acceptance.unit).filter(artifact_object_id=acceptance.pk).first()


def valid_acceptance(organization: Organization, *, on: dt.date) -> Acceptance | None:
    """The passed acceptance that counts on a day; of several the one that runs longest."""
    passed = organization.acceptances.filter(conclusion=Conclusion.PASS, revoked_on=None, valid_until__gte=on)
    return passed.order_by("-valid_until", "-pk").first()


@dataclass(frozen=True)
class AcceptanceOffer:
    """What a page of an organization says about its acceptance: the newest one with its case, what is certified now,
    and whether the reader may ask for one (``obstacle`` is None for those who never may)."""

    organization: Organization
    newest: Acceptance | None
    case: Any
    valid: Acceptance | None
    obstacle: Verdict | None


def acceptance_offers(
    organizations: Iterable[Organization], reader: Person, on: dt.date
) -> list[AcceptanceOffer]:
    """Of the organizations of one unit those that are accepted at all; three statements for any number of them, and
    a few more for each where the reader may ask for an acceptance."""
    branches = [one for one in organizations if one.level == OrganizationLevel.GRASSROOTS and one.unit]
    unit = branches[0].unit if branches else None
    if unit is None:
        return []
    held = list(Acceptance.objects.filter(organization__in=branches).order_by("-pk"))
    cases = {case.artifact_object_id: case for case in cases_about(unit)} if held else {}
    may_apply = can(reader, Perm.APPLY_FOUNDING, unit, on=on)
    offers = []
    for branch in branches:
        own = [one for one in held if one.organization_id == branch.pk]
        counting = [(one.valid_until or on, one.pk, one) for one in own if counts(one, on)]
        offers.append(
            AcceptanceOffer(
                branch,
                own[0] if own else None,
                cases.get(own[0].pk) if own else None,
                max(counting)[2] if counting else None,
                acceptance_obstacle(branch, on=on) if may_apply else None,
            )
        )
    return offers


def counts(acceptance: Acceptance, on: dt.date) -> bool:
    """Whether an acceptance is passed, not revoked and not expired on a day."""
    until, revoked = acceptance.valid_until, acceptance.revoked_on
    return acceptance.conclusion == Conclusion.PASS and revoked is None and until is not None and until >= on


def handling_organization(organization: Organization) -> Organization:
    """Who handles the acceptance: the nearest sub-district, system or (for direct contact) the district above."""
    above = Organization.objects.filter(path__in=organization.ancestor_paths[:-1]).exclude(
        level=OrganizationLevel.GRASSROOTS
    )
    if organization.direct_contact:
        above = above.filter(level=OrganizationLevel.DISTRICT)
    nearest = above.order_by("-depth").first()
    if nearest is None:
        raise ValueError("the organization lies below no sub-district and no district")
    return nearest


@transaction.atomic
def start_acceptance(
    *, organization: Organization, applicant: Person, standard: RuleSet, rule_set: RuleSet, on: dt.date
) -> Acceptance:
    """A new acceptance under the standard and the rules in force, with a row for each item of the standard.

    Whether the organization may ask for one on the day is for :func:`acceptance_obstacle`. Raises ValueError for a
    standard or rule set that is not in force.
    """
    for one in (standard, rule_set):
        if one.valid_from > on:
            raise ValueError(f"{one.name} is not in force on {on}")
    if organization.unit is None:
        raise ValueError("the organization belongs to no unit")
    affiliation = handling_organization(organization)
    acceptance = Acceptance.objects.create(
        organization=organization,
        unit=organization.unit,
        affiliation=affiliation,
        scope=affiliation.scope,
        applicant=applicant,
        standard=standard,
        rule_set=rule_set,
        rules=rule_set.data,
        direct_contact=affiliation.level == OrganizationLevel.DISTRICT,
    )
    AcceptanceItem.objects.bulk_create(
        AcceptanceItem(
            acceptance=acceptance,
            code=item["code"],
            position=position,
            full=item["points"],
            mandatory=item["mandatory"],
        )
        for position, item in enumerate(items_of(standard.data), start=1)
    )
    return acceptance
