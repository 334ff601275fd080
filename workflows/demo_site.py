"""What the demo's acceptances are about: units and their organizations, facts of visits, drawn signatures."""

import datetime as dt
import io
import random
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from orgs.actions.organizations import add_organization
from orgs.actions.units import keep_version
from orgs.enums import Classification, NumberKind, OrganizationKind, OrganizationLevel, UnitKind
from orgs.models import Inspection, Organization, Person, Unit
from orgs.rules.acceptance import items_of
from orgs.rules.registration import organization_check_digit

from .demo_stories import Story


def make_unit(
    story: Story, number: int, place: Organization, *, contact: str, by: Person, at: dt.datetime
) -> Unit:
    """The unit of a story, entered in the register."""
    body = f"{91000000 + number:08d}"
    unit = Unit(
        name=story.unit,
        kind=UnitKind.SOCIAL_ORGANIZATION if story.section == "Q" else UnitKind.NON_PUBLIC_ENTERPRISE,
        number_kind=NumberKind.ORGANIZATION_CODE,
        number=body + organization_check_digit(body),
        address=f"北京市海淀区{story.address}",
        section=story.section,
        employees=80 + number * 7,
        youth=40 + number * 3,
        members=9 + number,
        party_members=6,
        party_organization=f"中共{story.unit}支部委员会",
        contact_name=contact,
        contact_phone=f"010-5556 {2000 + number}",
        location=place,
        affiliation=place,
        classification=Classification.READY_STANDALONE,
    )
    keep_version(unit, reason="登记", by=by, at=at)
    return unit


def make_organization(story: Story, unit: Unit, place: Organization, *, on: dt.date) -> Organization:
    """Its organization, founded more than a year ago; the term of one of them, and so its certificate, ends soon."""
    term = 25 if story.account == "expiring" else 675
    return add_organization(
        parent=place,
        name=f"共青团{unit.name}支部委员会",
        kind=OrganizationKind.BRANCH,
        level=OrganizationLevel.GRASSROOTS,
        unit=unit,
        founded_on=on - dt.timedelta(days=420),
        term_ends_on=on + dt.timedelta(days=term),
    )


def found_on_site(
    visit: Inspection, lost: Mapping[str, str], vetoes: tuple[str, ...], at: dt.datetime
) -> list[dict[str, Any]]:
    """What a phone records at a visit: every item, the end, and that nobody of the unit signed on the phone."""

    def fact(key: str, value: dict[str, Any]) -> dict[str, Any]:
        return {
            "uuid": str(uuid.uuid4()),
            "key": key,
            "value": value,
            "supersedes": [],
            "recorded_at": at.isoformat(),
        }

    facts = []
    for item in items_of(visit.acceptance.standard.data):
        if item["code"] not in visit.items:
            continue
        missing = item["code"] in lost
        points = lost.get(item["code"], str(Decimal(item["points"])))
        note = f"{item['evidence']}不齐。" if missing else ""
        facts.append(
            fact(item["code"], {"result": "unmet" if missing else "met", "points": points, "note": note})
        )
    facts += [
        fact(f"veto:{code}", {"flagged": True, "note": "现场、电话均联系不到团员。"}) for code in vetoes
    ]
    facts.append(fact("signature", {"refused": True, "reason": "负责人外出，已由联系人陪同"}))
    end = {"facts": [one["uuid"] for one in facts], "at": at.isoformat()}
    return [*facts, fact("finish", end)]


def signature_image(name: str) -> ContentFile:
    """A scrawl that is the same for the same name."""
    pen, picture = random.Random(name), Image.new("RGB", (480, 180), "white")
    canvas, x = ImageDraw.Draw(picture), 40.0
    for _character in name:
        for _stroke in range(4):
            points = [(x + pen.uniform(0, 110), pen.uniform(30, 150)) for _point in range(3)]
            canvas.line(points, fill="#1a2433", width=5, joint="curve")
        x += 130
    content = io.BytesIO()
    picture.save(content, "PNG")
    return ContentFile(content.getvalue(), name="signature.png")
