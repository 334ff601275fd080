"""An acceptance with inspectors on their way, for tests: no flow and no case, only the rows that a visit needs."""

import datetime as dt
import hashlib
import io
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from PIL import Image

from orgs.actions.organizations import add_organization
from orgs.enums import OrganizationKind, OrganizationLevel, Role
from orgs.models import Acceptance, AcceptanceItem, Inspection, Organization, Person, RuleSet, Unit
from orgs.rules.acceptance import items_of
from tests import factories
from tests.flows.district import District, make_district

Value = dict[str, Any] | None


@dataclass
class Visiting:
    """One acceptance and its visits; ``inspectors`` in the order of ``visits``."""

    place: District
    unit: Unit
    organization: Organization
    acceptance: Acceptance
    visits: list[Inspection] = field(default_factory=list)

    @property
    def inspectors(self) -> list[Person]:
        return [visit.inspector for visit in self.visits]


@transaction.atomic
def make_inspection(
    place: District | None = None,
    *,
    street: int = 0,
    inspectors: int = 2,
    items: list[str] | None = None,
    planned_at: dt.datetime | None = None,
    **fields: Any,
) -> Visiting:
    """An active organization of a new unit, accepted by ``inspectors`` people of its sub-district.

    ``items`` are the codes that they look at, all 24 unless told otherwise. The unit's applicant and leader stand in
    the people of ``place`` as ``applicant`` and ``leader``; ``fields`` go to the acceptance.
    """
    place = place or make_district()
    affiliation = place.streets[street]
    unit = factories.make_unit(affiliation)
    for key, role in (("applicant", Role.UNIT_APPLICANT), ("leader", Role.UNIT_LEADER)):
        place.people[key] = factories.make_person(role, unit, f"单位{role.label}")
    organization = add_organization(
        parent=affiliation,
        name=f"共青团{unit.name}支部委员会",
        kind=OrganizationKind.BRANCH,
        level=OrganizationLevel.GRASSROOTS,
        unit=unit,
        founded_on=timezone.localdate() - dt.timedelta(days=300),
    )
    acceptance = make_acceptance(place, organization, affiliation, **fields)
    visiting = Visiting(place, unit, organization, acceptance)
    for _number in range(inspectors):
        add_visit(visiting, items=items, planned_at=planned_at)
    return visiting


def make_acceptance(
    place: District, organization: Organization, affiliation: Organization, **fields: Any
) -> Acceptance:
    """An acceptance in its first round, with an item per item of the standard."""
    on = timezone.localdate()
    standard = RuleSet.objects.valid("six_haves", on)
    rules = RuleSet.objects.valid("acceptance", on)
    values = {
        "organization": organization,
        "unit": organization.unit,
        "affiliation": affiliation,
        "scope": affiliation.scope,
        "applicant": place.person("applicant"),
        "standard": standard,
        "rule_set": rules,
        "rules": rules.data,
        "inspection_round": 1,
        "assessed_on": on,
    }
    acceptance = Acceptance.objects.create(**values | fields)
    AcceptanceItem.objects.bulk_create(
        AcceptanceItem(
            acceptance=acceptance,
            code=item["code"],
            position=position,
            full=item["points"],
            mandatory=item["mandatory"],
            claimed=True,
            self_points=item["points"],
            self_note="已落实。",
        )
        for position, item in enumerate(items_of(standard.data))
    )
    return acceptance


def add_visit(
    visiting: Visiting,
    *,
    inspector: Person | None = None,
    items: list[str] | None = None,
    planned_at: dt.datetime | None = None,
    **fields: Any,
) -> Inspection:
    """One more inspector, of the acceptance's sub-district unless given, with a visit in the running round."""
    acceptance = visiting.acceptance
    if inspector is None:
        number = len(visiting.visits) + 1
        inspector = factories.make_person(Role.INSPECTOR, acceptance.affiliation, f"验收员{number}")
    now = timezone.now()
    values = {
        "acceptance": acceptance,
        "inspector": inspector,
        "round": acceptance.inspection_round,
        "items": items or [item["code"] for item in items_of(acceptance.standard.data)],
        "planned_at": planned_at or now,
        "place": visiting.unit.address,
        "contact": "李想",
        "telephone": "010-62550000",
        "assigned_by": visiting.place.person("handler0"),
        "assigned_at": now,
    }
    visit = Inspection.objects.create(**values | fields)
    visiting.visits.append(visit)
    return visit


# --- what a phone records ---------------------------------------------------------------------------------


def fact(key: str, value: Value, *supersedes: str, at: dt.datetime | None = None) -> dict[str, Any]:
    """A fact as a phone sends it."""
    return {
        "uuid": str(uuid.uuid4()),
        "key": key,
        "value": value,
        "supersedes": list(supersedes),
        "recorded_at": (at or timezone.now()).isoformat(),
    }


def met(visit: Inspection, code: str, note: str = "") -> dict[str, Any]:
    """An item met with full points."""
    full = next(item for item in items_of(visit.acceptance.standard.data) if item["code"] == code)["points"]
    return fact(code, {"result": "met", "points": str(full), "note": note})


def photo(content: bytes, *, item: str = "", caption: str = "", key: str = "") -> dict[str, Any]:
    """The fact of a photo; its bytes travel on their own."""
    value = {
        "item": item,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "width": 40,
        "height": 30,
        "taken_at": timezone.now().isoformat(),
        "lat": 39.98,
        "lon": 116.31,
        "accuracy": 12.5,
        "caption": caption,
    }
    return fact(key or f"photo:{uuid.uuid4()}", value)


def whole_visit(visit: Inspection, *others: dict[str, Any], note: str = "") -> list[dict[str, Any]]:
    """Everything that makes a visit complete: all items met, the unit refused to sign, and the end; ``others`` too."""
    facts = [met(visit, code, note) for code in visit.items]
    facts += [fact("signature", {"refused": True, "reason": "单位负责人外出"}), *others]
    return [*facts, finish(facts)]


def finish(facts: list[dict[str, Any]]) -> dict[str, Any]:
    """The end of a visit at which these facts count."""
    now = timezone.now().isoformat()
    return fact("finish", {"facts": [one["uuid"] for one in facts], "at": now})


def jpeg(seed: int = 0, size: tuple[int, int] = (40, 30)) -> bytes:
    """A small picture; another one for another seed."""
    content = io.BytesIO()
    Image.new("RGB", size, ((seed * 37) % 256, (seed // 7 * 53) % 256, seed % 251)).save(content, "JPEG")
    return content.getvalue()


def keep_files_in(settings: Any, folder: Path) -> None:
    """Have uploads of a test stand in a folder of its own; ``settings`` is the fixture."""
    storage = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": folder},
    }
    settings.STORAGES = settings.STORAGES | {"default": storage}
