"""Objects for tests: a small district with people in every role."""

import datetime as dt
import itertools

import factory
from django.utils import timezone

from orgs.actions.organizations import add_organization
from orgs.actions.units import keep_version
from orgs.enums import (
    Classification,
    NumberKind,
    OrganizationKind,
    OrganizationLevel,
    Role,
    UnitKind,
)
from orgs.models import Organization, Person, Unit
from orgs.permissions import appoint
from orgs.rules.registration import organization_check_digit

TODAY = dt.date(2026, 11, 24)
_serial = itertools.count(1)


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    name = factory.Faker("name", locale="zh_CN")
    password = factory.django.Password("correct horse")


def make_tree(streets: int = 2) -> tuple[Organization, list[Organization]]:
    """A district below a city, with streets."""
    city = add_organization(
        parent=None,
        name="共青团北京市委员会",
        kind=OrganizationKind.CITY_COMMITTEE,
        level=OrganizationLevel.CITY,
    )
    district = add_organization(
        parent=city,
        name="共青团北京市海淀区委员会",
        short_name="海淀团区委",
        kind=OrganizationKind.DISTRICT_COMMITTEE,
        level=OrganizationLevel.DISTRICT,
        code="110108",
        issuer_code="海团字",
    )
    names = ["中关村", "学院路", "上地"]
    return district, [
        add_organization(
            parent=district,
            name=f"共青团北京市海淀区{name}街道工作委员会",
            short_name=f"{name}街道团工委",
            kind=OrganizationKind.WORKING_COMMITTEE,
            level=OrganizationLevel.SUBDISTRICT,
            code=f"1101080{number + 10}",
            issuer_code=f"{name}团字",
        )
        for number, name in enumerate(names[:streets])
    ]


def make_person(
    role: Role, place: Organization | Unit, name: str = "", since: dt.date | None = None
) -> Person:
    """A person with a post since a year ago."""
    person = PersonFactory(**({"name": name} if name else {}))
    appoint(person, role, place, by=None, on=since or timezone.localdate() - dt.timedelta(days=365))
    return person


def organization_code() -> str:
    body = f"{next(_serial):08d}"
    return body + organization_check_digit(body)


def make_unit(affiliation: Organization, *, by: Person | None = None, **fields) -> Unit:
    """A registered unit, ready to found a branch unless told otherwise."""
    values = {
        "name": f"北京试验{next(_serial)}号科技有限公司",
        "kind": UnitKind.NON_PUBLIC_ENTERPRISE,
        "number_kind": NumberKind.ORGANIZATION_CODE,
        "number": organization_code(),
        "address": f"科学院南路{next(_serial)}号",
        "section": "I",
        "employees": 60,
        "youth": 40,
        "members": 12,
        "party_members": 4,
        "party_organization": "中共试验科技支部委员会",
        "location": affiliation,
        "affiliation": affiliation,
        "classification": Classification.READY_STANDALONE,
    } | fields
    unit = Unit(**values)
    keep_version(unit, reason="登记", by=by or PersonFactory(), at=timezone.now())
    return unit
