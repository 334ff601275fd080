"""What the tests of the registry's pages share: two streets with staff, units, organizations, and signed-in clients."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orgs.actions.organizations import add_organization
from orgs.enums import FoundingMode, OrganizationKind, Role
from orgs.models import Organization, Person, Unit
from tests import factories


@dataclass
class Registry:
    """``near`` is the street whose staff sign in, ``far`` another one."""

    district: Organization
    near: Organization
    far: Organization
    handler: Person
    approver: Person
    instructor: Person
    far_handler: Person
    district_handler: Person


def make_registry() -> Registry:
    district, (near, far) = factories.make_tree()
    return Registry(
        district,
        near,
        far,
        factories.make_person(Role.SUBDISTRICT_HANDLER, near, "陈静怡"),
        factories.make_person(Role.SUBDISTRICT_APPROVER, near, "周建国"),
        factories.make_person(Role.INSTRUCTOR, near, "李晓雨"),
        factories.make_person(Role.SUBDISTRICT_HANDLER, far, "吴远"),
        factories.make_person(Role.DISTRICT_HANDLER, district, "赵志强"),
    )


def make_branch(parent: Organization, name: str, unit: Unit | None = None, **fields) -> Organization:
    values = {
        "kind": OrganizationKind.BRANCH,
        "mode": FoundingMode.STANDALONE,
        "unit": unit,
        "location": parent,
        "founded_on": dt.date(2026, 3, 1),
    }
    return add_organization(parent=parent, name=name, **(values | fields))


def signed_in(person: Person | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def today() -> dt.date:
    return timezone.localdate()


def statements(client: Client, url: str) -> int:
    """How many SQL statements a page takes."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


CREDIT_CODE = "91110000101623741K"


def filled(registry, **changed) -> dict:
    """What a browser sends for a sound unit; None leaves a field out."""
    data = {
        "name": "北京云岫科技有限公司",
        "kind": "non_public_enterprise",
        "number": CREDIT_CODE,
        "address": "丹棱街3号",
        "location": registry.near.pk,
        "affiliation": registry.near.pk,
        "section": "I",
        "employees": "60",
        "youth": "40",
        "members": "12",
        "party_members": "4",
        "contact_name": "王雨桐",
        "contact_phone": "13812341234",
        "reason": "新增登记",
    } | changed
    return {key: value for key, value in data.items() if value is not None}


def stored(unit: Unit, **changed) -> dict:
    """What a browser sends for a unit that is being changed."""
    data = {
        "name": unit.name,
        "kind": unit.kind,
        "number": unit.number,
        "address": unit.address,
        "location": unit.location_id,
        "affiliation": unit.affiliation_id,
        "section": unit.section,
        "employees": unit.employees,
        "youth": unit.youth,
        "members": unit.members,
        "party_members": unit.party_members,
        "party_organization": unit.party_organization,
        "contact_name": unit.contact_name,
        "contact_phone": unit.contact_phone and "138****1234",
        "reason": "走访核实",
        "based_on": unit.version,
    }
    return data | changed


def errors(response) -> dict[str, str]:
    return {field: " ".join(messages) for field, messages in response.context["form"].errors.items()}
