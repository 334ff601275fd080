"""What the system itself knows about an organization, beside what it claims (三必核: system data, RULES section 1)."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records.models import Document

from ...enums import OfficerDuty
from ...models import Acceptance, Founding, Organization


@dataclass(frozen=True)
class SystemFact:
    """One thing that is on record; ``text`` is empty where nothing is."""

    label: Promise | str
    text: str


def day(value: dt.date | None) -> str:
    return date_format(value, "Y-m-d") if value else ""


def joined(*texts: str) -> str:
    return _("；").join(text for text in texts if text)


def founding_of(organization: Organization) -> Founding | None:
    return Founding.objects.filter(organization=organization).first()


def reply(acceptance: Acceptance, kind: str) -> str:
    """Number and date of the newest valid document of a kind from the founding."""
    founding = founding_of(acceptance.organization)
    if founding is None:
        return ""
    found = Document.objects.filter(kind=kind, about_type="founding", about_id=founding.pk)
    document = found.filter(status=Document.Status.VALID).order_by("-pk").first()
    if document is None:
        return ""
    return _("%(number)s（%(day)s）") % {"number": document.number, "day": day(document.issued_on)}


def establishment(acceptance: Acceptance, on: dt.date) -> str:
    return reply(acceptance, "establishment_reply")


def leadership(acceptance: Acceptance, on: dt.date) -> str:
    founding = founding_of(acceptance.organization)
    meeting = founding.current_meeting if founding else None
    held = (
        _("%(day)s团员大会，应到%(entitled)d人，实到%(present)d人")
        % {"day": day(meeting.held_on), "entitled": meeting.entitled, "present": meeting.present}
        if meeting
        else ""
    )
    return joined(reply(acceptance, "leadership_reply"), held)


def officers(acceptance: Acceptance, on: dt.date) -> str:
    running = acceptance.organization.officers.filter(Q(until=None) | Q(until__gte=on), since__lte=on)
    order = {duty: place for place, duty in enumerate(OfficerDuty.values)}
    people = sorted(running, key=lambda one: (order.get(one.duty, len(order)), one.pk))
    return _("、").join(f"{one.get_duty_display()} {one.name}" for one in people)


def term(acceptance: Acceptance, on: dt.date) -> str:
    organization = acceptance.organization
    ends = organization.term_ends_on
    over = _("已届满") if ends and ends < on else ""
    since = _("%(day)s成立") % {"day": day(organization.founded_on)} if organization.founded_on else ""
    return joined(since, _("任期至%(day)s") % {"day": day(ends)} if ends else "", over)


def members(acceptance: Acceptance, on: dt.date) -> str:
    unit, founding = acceptance.unit, founding_of(acceptance.organization)
    values = {"members": unit.members, "youth": unit.youth, "employees": unit.employees}
    register = _("底本登记团员%(members)d人、青年%(youth)d人、从业人员%(employees)d人") % values
    roster = founding.roster.count() if founding else 0
    return joined(register, _("建团时花名册%(count)d人") % {"count": roster} if roster else "")


def party(acceptance: Acceptance, on: dt.date) -> str:
    unit = acceptance.unit
    counted = _("党员%(count)d人") % {"count": unit.party_members} if unit.party_members else ""
    return joined(unit.party_organization, counted, _("有工会") if unit.has_trade_union else "")


def instructor(acceptance: Acceptance, on: dt.date) -> str:
    founding = founding_of(acceptance.organization)
    return founding.instructor if founding else ""


def starter_kit(acceptance: Acceptance, on: dt.date) -> str:
    founding = founding_of(acceptance.organization)
    if founding is None or founding.starter_kit_on is None:
        return ""
    values = {"day": day(founding.starter_kit_on), "name": founding.starter_kit_receiver}
    return _("%(day)s由%(name)s签收") % values


SOURCES: dict[str, tuple[Promise, Callable[[Acceptance, dt.date], str]]] = {
    "establishment": (gettext_lazy("成立批复"), establishment),
    "leadership": (gettext_lazy("班子批复"), leadership),
    "officers": (gettext_lazy("班子成员"), officers),
    "term": (gettext_lazy("成立与任期"), term),
    "members": (gettext_lazy("人数"), members),
    "party": (gettext_lazy("党组织、工会"), party),
    "instructor": (gettext_lazy("建团指导员"), instructor),
    "starter_kit": (gettext_lazy("团务用品"), starter_kit),
}


def system_data(acceptance: Acceptance, *, on: dt.date) -> dict[str, SystemFact]:
    """Everything that is on record, by the keys that the rules use in ``system_data``."""
    return {key: SystemFact(label, read(acceptance, on)) for key, (label, read) in SOURCES.items()}


def facts_beside(acceptance: Acceptance, *, on: dt.date) -> dict[str, list[SystemFact]]:
    """By the code of an item, what the system knows about what it claims; the frozen rules say which."""
    known = system_data(acceptance, on=on)
    asked = acceptance.rules.get("system_data", {})
    return {code: [known[key] for key in keys if key in known] for code, keys in asked.items()}
