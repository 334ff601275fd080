"""Stock phrases (常用语): a person's own, those shared within an organization, and those for everybody."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case as Choice
from django.db.models import IntegerField, Max, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from orgs.models import Organization, Person
from orgs.permissions import Perm, Refused, Verdict
from orgs.queries import jurisdictions, running_posts

from .models import StockPhrase

MAX_PHRASES = 50
MAX_LENGTH = 100


def shared_places(person: Person, on: dt.date) -> list[Organization]:
    """The organizations whose shared phrases a person is offered: where they hold posts."""
    posts = running_posts(person, on)
    return list({post.organization_id: post.organization for post in posts if post.organization}.values())


def editable_places(person: Person, on: dt.date) -> list[Organization]:
    """The organizations whose shared phrases a person keeps."""
    return list({place.pk: place for place in jurisdictions(person, Perm.SHARE_DESK, on)}.values())


def phrases_for(person: Person, on: dt.date) -> list[StockPhrase]:
    """What stands beside a person's opinion box: their own, then their organizations', then everybody's; one query,
    and none twice."""
    places = [place.pk for place in shared_places(person, on)]
    rows = StockPhrase.objects.filter(
        Q(person=person) | Q(person=None, organization=None) | Q(person=None, organization__in=places)
    )
    rank = Choice(
        When(person__isnull=False, then=Value(0)),
        When(organization__isnull=False, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found = rows.annotate(rank=rank).order_by("rank", "position", "pk")
    by_text: dict[str, StockPhrase] = {}
    for one in found:
        by_text.setdefault(one.text, one)
    return list(by_text.values())


def list_of(owner: Person | Organization) -> QuerySet[StockPhrase]:
    """The phrases of a person or of an organization, in their order."""
    if isinstance(owner, Organization):
        return StockPhrase.objects.filter(person=None, organization=owner)
    return StockPhrase.objects.filter(person=owner)


def may_edit(phrase: StockPhrase, person: Person, on: dt.date) -> Verdict:
    """Own phrases are the person's; an organization's belong to who holds SHARE_DESK there; others are fixed."""
    if phrase.person_id == person.pk:
        return Verdict(True)
    places = {place.pk for place in editable_places(person, on)}
    if phrase.person_id is None and phrase.organization_id in places:
        return Verdict(True)
    return Verdict(
        False,
        _("这条常用语不由您维护。"),
        _("单位共用的常用语由该处有“维护共用常用语与视图”权限的人员修改；您可以添加自己的常用语。"),
    )


def require_edit(phrase: StockPhrase, person: Person, on: dt.date) -> None:
    """Enforce :func:`may_edit`. Raises Refused."""
    if not (verdict := may_edit(phrase, person, on)):
        raise Refused(verdict)


def cleaned(text: str) -> str:
    """A phrase on one line. Raises ValidationError, naming the remedy."""
    text = " ".join(text.replace("\x00", "").split())
    if not text:
        raise ValidationError(_("请填写常用语。"))
    if len(text) > MAX_LENGTH:
        raise ValidationError(
            _("常用语最多 %(limit)d 字，现有 %(count)d 字，请精简。")
            % {"limit": MAX_LENGTH, "count": len(text)}
        )
    return text


def add_phrase(text: str, *, owner: Person | Organization, by: Person) -> StockPhrase:
    """Add a phrase at the end of a list. Raises ValidationError."""
    text = cleaned(text)
    with transaction.atomic():
        rows = _locked(owner)
        _refuse_twice(rows, text)
        if rows.count() >= MAX_PHRASES:
            raise ValidationError(_("最多保存 %(limit)d 条常用语，请先删除不用的。") % {"limit": MAX_PHRASES})
        last = rows.aggregate(last=Max("position"))["last"]
        return StockPhrase.objects.create(
            text=text,
            person=owner if isinstance(owner, Person) else None,
            organization=owner if isinstance(owner, Organization) else None,
            position=0 if last is None else last + 1,
        )


def change_phrase(phrase: StockPhrase, text: str) -> None:
    """Give a phrase another text. Raises ValidationError."""
    text = cleaned(text)
    with transaction.atomic():
        _refuse_twice(_locked(phrase.person or phrase.organization).exclude(pk=phrase.pk), text)
        phrase.text = text
        phrase.save(update_fields=["text"])


def move_phrase(phrase: StockPhrase, *, up: bool) -> None:
    """Swap a phrase with its neighbour; at the end of the list nothing happens."""
    with transaction.atomic():
        rows = list(_locked(phrase.person or phrase.organization))
        at = next((index for index, row in enumerate(rows) if row.pk == phrase.pk), None)
        to = None if at is None else at + (-1 if up else 1)
        if at is None or to is None or not 0 <= to < len(rows):
            return
        rows[at], rows[to] = rows[to], rows[at]
        for position, row in enumerate(rows):
            row.position = position
        StockPhrase.objects.bulk_update(rows, ["position"])


def _locked(owner: Person | Organization | None) -> QuerySet[StockPhrase]:
    """The list of an owner, whose row is locked: two windows at once neither exceed the limit nor mix the order."""
    if isinstance(owner, Organization):
        Organization.objects.select_for_update().get(pk=owner.pk)
    elif owner is not None:
        Person.objects.select_for_update().get(pk=owner.pk)
    return list_of(owner) if owner is not None else StockPhrase.objects.none()


def _refuse_twice(rows: QuerySet[StockPhrase], text: str) -> None:
    if rows.filter(text=text).exists():
        raise ValidationError(_("已有这条常用语。"))
