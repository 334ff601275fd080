"""What a person may see: path-range filters over running posts, the same for lists, searches, counts and exports."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Model, Q, QuerySet
from django.utils.http import int_to_base36
from django.utils.translation import gettext as _

from records.models import Document

from .deputies import in_force, within
from .enums import Classification, OrganizationLevel, Role
from .models import Coverage, Delegation, Organization, Person, Post, RuleSet, Unit
from .permissions import ALLOWED, ROLES, Perm, Verdict

PAGE_SIZE = 30
COUNT_LIMIT = 1000


def running_posts(person: Person, on: dt.date) -> list[Post]:
    """The person's posts on a day, with their places; one query, kept on the person for the request."""
    cached = getattr(person, "_running_posts", None)
    if cached is None or cached[0] != on:
        posts = Post.objects.filter(Q(until=None) | Q(until__gte=on), person=person, since__lte=on)
        cached = (on, list(posts.select_related("organization", "unit").order_by("pk")))
        vars(person)["_running_posts"] = cached
    return cached[1]


def running_delegations(deputy: Person, on: dt.date) -> list[Delegation]:
    """What was delegated to a person and counts on a day; one query, kept on the person for the request."""
    return [one for one in _delegations(deputy, on) if one.deputy_id == deputy.pk]


def given_delegations(person: Person, on: dt.date) -> list[Delegation]:
    """By whom a person is represented on a day; the same query as :func:`running_delegations`."""
    return [one for one in _delegations(person, on) if one.post.person_id == person.pk]


def _delegations(person: Person, on: dt.date) -> list[Delegation]:
    cached = getattr(person, "_delegations", None)
    if cached is None or cached[0] != on:
        cached = (on, list(in_force(on).filter(Q(deputy=person) | Q(post__person=person))))
        vars(person)["_delegations"] = cached
    return cached[1]


def is_deputy(
    by: Person,
    owner: Person,
    role: str,
    on: dt.date,
    *,
    organization_id: int | None = None,
    unit_id: int | None = None,
) -> Delegation | None:
    """The delegation by which ``by`` acts on what ``owner`` holds in a role at a place; asked of the database anew."""
    place = {"post__unit": unit_id} if organization_id is None else {"post__organization": organization_id}
    found = in_force(on).filter(deputy=by, post__person=owner, **place)
    return next((one for one in found if role in within(one.post.role)), None)


def scope_filter(person: Person, perm: Perm, on: dt.date, *, field: str = "scope", unit: str = "") -> Q:
    """A filter for rows with a scope (and, if named, a unit) in which the person holds ``perm``.

    Matches nothing when the person holds it nowhere.
    """
    found = Q(pk__in=[])
    for post in running_posts(person, on):
        if post.organization_id and perm in ROLES[Role(post.role)]:
            low, high = post.organization.scope_bounds
            found |= Q(**{f"{field}__range": (low, high)})
        elif post.unit_id and unit:
            found |= Q(**{unit: post.unit_id})
    return found


def visible_organizations(person: Person, on: dt.date) -> QuerySet[Organization]:
    """Organizations in the person's jurisdictions."""
    return Organization.objects.filter(scope_filter(person, Perm.VIEW_REGISTRY, on, unit="unit"))


def visible_units(person: Person, on: dt.date) -> QuerySet[Unit]:
    """Units in the person's jurisdictions, merged ones left out."""
    return Unit.objects.filter(scope_filter(person, Perm.VIEW_REGISTRY, on, unit="pk"), merged_into=None)


def jurisdictions(person: Person, perm: Perm, on: dt.date) -> list[Organization]:
    """The League nodes at which the person holds ``perm``."""
    return [
        post.organization
        for post in running_posts(person, on)
        if post.organization is not None and perm in ROLES[Role(post.role)]
    ]


def holders(
    role: str, *, on: dt.date, organization_id: int | None = None, unit_id: int | None = None
) -> QuerySet[Post]:
    """Running posts with a role at a place, oldest first."""
    posts = Post.objects.filter(Q(until=None) | Q(until__gte=on), role=role, since__lte=on)
    where = {"unit_id": unit_id} if organization_id is None else {"organization_id": organization_id}
    return posts.filter(person__is_active=True, **where).order_by("pk")


def rules_in_force(subject: str, on: dt.date) -> RuleSet:
    """The rule set of a subject on a day. Raises NoRuleSet."""
    return RuleSet.objects.valid(subject, on)


def district_of(organization: Organization) -> Organization:
    """The district committee above (or that is) a node."""
    return Organization.objects.get(path__in=organization.ancestor_paths, level=OrganizationLevel.DISTRICT)


def latest_document(kind: str, *, about: tuple[str, int]) -> Document | None:
    """The newest document of a kind about a subject, whatever its status."""
    return Document.objects.filter(kind=kind, about_type=about[0], about_id=about[1]).order_by("-pk").first()


# --- lists: keyset pages, counts that stop -----------------------------------------------------------------


@dataclass(frozen=True)
class Page:
    """One page of a list. ``previous`` and ``next`` are cursors, empty at the ends; ``first`` is the position of
    the first row, counted along the way; ``count`` stops at COUNT_LIMIT."""

    rows: list
    first: int
    count: int
    previous: str = ""
    next: str = ""

    @property
    def count_text(self) -> str:
        """The count as it is shown: 999+ from COUNT_LIMIT on."""
        return f"{COUNT_LIMIT - 1}+" if self.count >= COUNT_LIMIT else str(self.count)


def capped_count(rows: QuerySet) -> int:
    """How many rows there are, counted up to COUNT_LIMIT only."""
    return rows.order_by()[:COUNT_LIMIT].count()


def keyset_page(rows: QuerySet, keys: tuple[str, ...], cursor: str = "", *, size: int = PAGE_SIZE) -> Page:
    """A page in ascending order of ``keys`` (integers, together unique), found by comparing, never by OFFSET.

    ``cursor`` comes from an earlier page; one that cannot be read begins at the first page.
    """
    direction, position, values = _read_cursor(cursor, len(keys))
    backward = direction == "p"
    found = rows.order_by(*(f"-{key}" if backward else key for key in keys))
    if values:
        found = found.filter(_beyond(keys, values, "lt" if backward else "gt"))
    window = list(found[: size + 1])
    more, window = len(window) > size, window[:size]
    if backward:
        window.reverse()
    has_previous, has_next = (more, True) if backward else (bool(values), more)
    first = position if not backward else max(1, position - len(window)) if has_previous else 1
    # A search that ends on its first page is counted already; a second scan would double its time.
    count = capped_count(rows) if values or more else len(window)
    if not window:
        return Page([], first, count)
    return Page(
        window,
        first,
        count,
        _cursor("p", first, window[0], keys) if has_previous else "",
        _cursor("n", first + len(window), window[-1], keys) if has_next else "",
    )


def _cursor(direction: str, position: int, row: Model, keys: tuple[str, ...]) -> str:
    return "-".join([f"{direction}{position}", *(str(getattr(row, key)) for key in keys)])


def _read_cursor(cursor: str, count: int) -> tuple[str, int, list[int]]:
    found = re.fullmatch(rf"([np])(\d{{1,9}})((?:-\d{{1,19}}){{{count}}})", cursor)
    if found is None:
        return "n", 1, []
    values = [int(value) for value in found[3][1:].split("-")]
    if max(values) >= 1 << 63:
        return "n", 1, []
    return found[1], int(found[2]), values


def _beyond(keys: tuple[str, ...], values: list[int], than: str) -> Q:
    """Rows after (gt) or before (lt) ``values`` in the order of ``keys``. The bound on the first key alone lets the
    database begin at the right place of its index."""
    found = Q()
    for index, key in enumerate(keys):
        equal = dict(zip(keys[:index], values[:index], strict=True))
        found |= Q(**equal, **{f"{key}__{than}": values[index]})
    return found & Q(**{f"{keys[0]}__{than}e": values[0]})


def tree_code(path: str) -> str:
    """The code of a node: three digits per level of the tree, ``001.001.011.003`` (RULES section 6)."""
    step = Organization.steplen
    return ".".join(f"{int(path[at : at + step], 36):03d}" for at in range(0, len(path), step))


def tree_path(code: str) -> str:
    """The tree path that a code names; empty when the text is no code."""
    if not re.fullmatch(r"\d{3,4}(\.\d{3,4})*", code):
        return ""
    return "".join(int_to_base36(int(part)).upper().zfill(Organization.steplen) for part in code.split("."))


def places_within(person: Person, perm: Perm, on: dt.date) -> QuerySet[Organization]:
    """Sub-districts, systems and the district itself where the person holds ``perm``: what lists filter by."""
    levels = (OrganizationLevel.DISTRICT, OrganizationLevel.SUBDISTRICT, OrganizationLevel.BUREAU)
    return Organization.objects.filter(scope_filter(person, perm, on), level__in=levels).order_by("scope")


def _at_place(place: Organization) -> Q:
    """Rows affiliated to a place or located there: direct contact takes a branch out of the street's subtree."""
    return Q(scope__range=place.scope_bounds) | Q(location=place)


def organizations_matching(
    organizations: QuerySet[Organization], *, text: str = "", place: Organization | None = None, **equal: str
) -> QuerySet[Organization]:
    """Those that a search (name, code, pinyin initials) and the filters leave; empty filters do not count."""
    text = text.strip()
    if text:
        found = Q(name__icontains=text) | Q(short_name__icontains=text) | Q(code__startswith=text)
        if text.isascii():
            found |= Q(initials__contains=text.lower())
        if path := tree_path(text):
            found |= Q(path__startswith=path)
        organizations = organizations.filter(found)
    if place is not None:
        organizations = organizations.filter(_at_place(place))
    return organizations.filter(**{key: value for key, value in equal.items() if value})


def units_matching(
    units: QuerySet[Unit],
    *,
    text: str = "",
    place: Organization | None = None,
    open_case: bool = False,
    **equal: str | bool | None,
) -> QuerySet[Unit]:
    """Those that a search (name, registration number, pinyin initials) and the filters leave.

    ``open_case`` keeps units with a case under way; cases belong to the processes above and are reached by the
    reverse relation only.
    """
    text = text.strip()
    if text:
        found = Q(name__icontains=text)
        if text.isascii():
            found |= Q(number__startswith=text.upper()) | Q(initials__contains=text.lower())
        units = units.filter(found)
    if place is not None:
        units = units.filter(_at_place(place))
    if open_case:
        under_way = Unit.objects.filter(cases__isnull=False, cases__finished=None)
        units = units.filter(pk__in=under_way.values("pk"))
    return units.filter(**{key: value for key, value in equal.items() if value not in ("", None)})


def parents_of(organizations: Iterable[Organization]) -> dict[str, Organization]:
    """The parents of some nodes by their own path; one query."""
    paths = {one.path[: -one.steplen] for one in organizations}
    return {one.path: one for one in Organization.objects.filter(path__in=paths - {""})}


def coverage_counts(organizations: Iterable[Organization], on: dt.date) -> dict[int, int]:
    """How many units each organization covers on a day; one query, organizations without any are left out."""
    running = Coverage.objects.filter(Q(until=None) | Q(until__gte=on), organization__in=list(organizations))
    counted = running.values_list("organization").annotate(count=Count("pk"))
    return dict(counted)


def founding_obstacle(unit: Unit) -> Verdict:
    """Whether a founding may begin for a unit now; refused with the reason and what would help."""
    if unit.merged_into_id:
        return Verdict(False, _("该单位已并入其他单位。"), _("请在并入后的单位发起建团。"))
    if unit.classification not in (Classification.READY_STANDALONE, Classification.READY_JOINT):
        return Verdict(
            False,
            _("该单位尚未确认具备建团条件。"),
            _("请先由所属街镇完成摸底走访，并由审批人确认摸底结论。"),
        )
    running = unit.cases.filter(finished=None, artifact_content_type__model="founding").first()
    if running is not None:
        return Verdict(
            False,
            _("该单位已有办理中的建团申请（%(number)s）。") % {"number": running.number},
            _("请继续办理该申请，或撤回后重新发起。"),
        )
    return ALLOWED
