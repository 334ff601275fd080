"""Registers of documents (发文登记簿): what an organization issued in a year, and whether its numbers have gaps."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q, QuerySet

from records.documents import KINDS
from records.models import Document, DocumentStatus, NumberRegister

from .enums import OrganizationLevel
from .models import Founding, Organization, Person, Unit
from .permissions import Perm
from .queries import jurisdictions, scope_filter

MISSING_SHOWN = 20


def issuing_organizations(person: Person, perm: Perm, on: dt.date) -> QuerySet[Organization]:
    """Organizations with a code for documents in which the person holds ``perm``, the highest first."""
    found = Organization.objects.filter(scope_filter(person, perm, on))
    return found.exclude(issuer_code="").order_by("scope")


def own_register(person: Person, on: dt.date) -> Organization | None:
    """The organization whose register a person looks at first: the one where they hold their post."""
    for place in jurisdictions(person, Perm.VIEW_REGISTRY, on):
        if place.issuer_code or place.level != OrganizationLevel.CITY:
            return place
    return None


def register_of(organization: Organization) -> QuerySet[Document]:
    """Everything that an organization issued, in the order of issue."""
    return Document.objects.filter(issuer_type="organization", issuer_id=organization.pk)


def register_years(organization: Organization) -> list[int]:
    """Years with documents, the newest first."""
    registers = NumberRegister.objects.filter(issuer_type="organization", issuer_id=organization.pk)
    return sorted(set(registers.values_list("year", flat=True)), reverse=True)


def documents_matching(
    documents: QuerySet[Document], *, text: str = "", year: int | str = "", **equal: str
) -> QuerySet[Document]:
    """Those that a search (number, title) and the filters leave; empty filters do not count."""
    if text := text.strip():
        documents = documents.filter(Q(number__icontains=text) | Q(title__icontains=text))
    if year:
        documents = documents.filter(year=year)
    return documents.filter(**{key: value for key, value in equal.items() if value})


@dataclass(frozen=True)
class SeriesCheck:
    """One series of numbers of a year: from the first to the last, what is void, and what is missing.

    ``missing`` holds serials that were given out and have no document; there are none unless rows were taken out of
    the database by hand.
    """

    first: str
    last: str
    count: int
    void: int
    missing: tuple[int, ...] = ()


def series_checks(organization: Organization, year: int) -> list[SeriesCheck]:
    """Whether the numbers of a year are without gaps (RULES section 10, P-X); four statements."""
    key = {"issuer_type": "organization", "issuer_id": organization.pk, "year": year}
    given = dict(NumberRegister.objects.filter(**key).values_list("series", "last"))
    rows = Document.objects.filter(**key).values("series").order_by("series")
    valid = Q(status=Document.Status.VALID)
    found = {
        row["series"]: row
        for row in rows.annotate(
            count=Count("pk"),
            void=Count("pk", filter=~valid),
            lowest=Min("pk"),
            highest=Max("pk"),
            top=Max("serial"),
        )
    }
    ends = {pk for row in found.values() for pk in (row["lowest"], row["highest"])}
    numbers = dict(Document.objects.filter(pk__in=ends).values_list("pk", "number"))
    checks = []
    for series in sorted(given.keys() | found.keys()):
        row, last = found.get(series), given.get(series, 0)
        if row is None:
            checks.append(SeriesCheck("", series, 0, 0, tuple(range(1, min(last, MISSING_SHOWN) + 1))))
            continue
        missing: tuple[int, ...] = ()
        if row["count"] != max(last, row["top"]):
            serials = set(Document.objects.filter(**key, series=series).values_list("serial", flat=True))
            missing = tuple(number for number in range(1, last + 1) if number not in serials)[:MISSING_SHOWN]
        first, highest = numbers[row["lowest"]], numbers[row["highest"]]
        checks.append(SeriesCheck(first, highest, row["count"], row["void"], missing))
    return checks


def subjects_of(documents: Iterable[Document]) -> dict[int, tuple[Unit | None, Organization | None]]:
    """The unit and the organization that each document is about; two queries."""
    documents = list(documents)
    units = Unit.objects.select_related("affiliation").in_bulk(
        {one.unit_id for one in documents if one.unit_id}
    )
    foundings = Founding.objects.select_related("organization").in_bulk(
        {one.about_id for one in documents if one.about_type == "founding"}
    )
    found = {}
    for one in documents:
        founding = foundings.get(one.about_id) if one.about_type == "founding" else None
        found[one.pk] = (units.get(one.unit_id), founding.organization if founding else None)
    return found


def last_changes(documents: Iterable[Document]) -> dict[int, tuple[DocumentStatus, str]]:
    """For documents that are no longer valid: the last change of status and the name of who made it."""
    void = [one.pk for one in documents if one.status != Document.Status.VALID]
    changes = list(DocumentStatus.objects.filter(document__in=void).order_by("at", "pk"))
    names = names_of(change.by_id for change in changes)
    return {change.document_id: (change, names.get(change.by_id, "")) for change in changes}


def names_of(person_ids: Iterable[int | None]) -> dict[int | None, str]:
    """Names by id; one query."""
    wanted = {one for one in person_ids if one}
    return dict(Person.objects.filter(pk__in=wanted).values_list("pk", "name"))


def printable(
    organization: Organization, kind: str, year: int, first: int | None, last: int | None
) -> list[int]:
    """Ids of the valid documents of a kind and year with serials from ``first`` to ``last``, in their order."""
    found = register_of(organization).filter(kind=kind, year=year, status=Document.Status.VALID)
    if first:
        found = found.filter(serial__gte=first)
    if last:
        found = found.filter(serial__lte=last)
    return list(found.order_by("series", "serial").values_list("pk", flat=True))


def kind_choices(organization: Organization) -> Sequence[tuple[str, str]]:
    """The kinds that an organization has issued, with their labels, in the order of the register of kinds."""
    issued = set(register_of(organization).order_by().values_list("kind", flat=True).distinct())
    return [(kind.name, str(kind.label)) for kind in KINDS.values() if kind.name in issued]
