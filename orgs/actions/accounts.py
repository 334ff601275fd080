"""Accounts of a unit's people: opened by the sub-district, used through a one-time link, never a default password."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from records import audit

from ..enums import Role
from ..models import Person, Post, Unit
from ..permissions import ALLOWED, UNIT_ROLES, Perm, Refused, Verdict, appoint
from ..queries import jurisdictions
from .posts import leave_post


@dataclass(frozen=True)
class OneTimeLink:
    """What the address for setting a password is made of; valid until used or for PASSWORD_RESET_TIMEOUT seconds."""

    uidb64: str
    token: str


def proposed_username(name: str) -> str:
    """The name in pinyin, with the first number that makes it unique: ``wangyutong``, ``wangyutong2``."""
    base = re.sub(r"[^a-z0-9]", "", "".join(lazy_pinyin(name)).lower())[:30] or "user"
    taken = set(Person.objects.filter(username__startswith=base).values_list("username", flat=True))
    number, username = 1, base
    while username in taken:
        number += 1
        username = f"{base}{number}"
    return username


def open_account(
    *, unit: Unit, role: Role, name: str, phone: str, username: str, by: Person, on: dt.date, at: dt.datetime
) -> tuple[Post, OneTimeLink]:
    """An account for a new person with a post in a unit, and the link with which they set their password.

    Raises ValidationError (field ``username`` when it is taken).
    """
    with transaction.atomic():
        username = username or proposed_username(name)
        if Person.objects.filter(username__iexact=username).exists():
            raise ValidationError(
                {"username": _("用户名“%(username)s”已被使用，请换一个。") % {"username": username}}
            )
        person = Person(username=username, name=name, phone=phone)
        person.set_unusable_password()
        person.save()
        post = appoint(person, role, unit, by=by, on=on)
        _record("account_opened", post, by=by, at=at, personal={"name": name, "username": username})
    return post, _link(person)


def give_post(
    *, unit: Unit, role: Role, username: str, name: str, by: Person, on: dt.date, at: dt.datetime
) -> Post:
    """A post in a unit for somebody who has an account. Raises ValidationError.

    Username and name must belong together, so that nobody learns names by trying usernames.
    """
    with transaction.atomic():
        person = Person.objects.filter(username__iexact=username, name=name, is_active=True).first()
        if person is None:
            raise ValidationError(
                {
                    "username": _(
                        "没有用户名和姓名都相符的人员。请向本人核对用户名和姓名；没有账号的，请选择“新开账号”。"
                    )
                }
            )
        if person.pk == by.pk:
            raise ValidationError(
                {"username": _("不能给自己开通单位账号。请由其他经办人办理，或开通给单位人员。")}
            )
        post = appoint(person, role, unit, by=by, on=on)
        _record("post_given", post, by=by, at=at)
    return post


def end_unit_post(post: Post, *, by: Person, on: dt.date, at: dt.datetime) -> None:
    """End a post in a unit; what the person did stays theirs, the account itself remains. Raises ValidationError."""
    with transaction.atomic():
        post = Post.objects.select_for_update(of=("self",)).select_related("unit", "person").get(pk=post.pk)
        if post.until is not None:
            raise ValidationError(
                {"until": _("该任职已于 %(day)s 结束，无需再办。") % {"day": post.until.isoformat()}}
            )
        if on < post.since:
            raise ValidationError(
                {"until": _("任职止不能早于任职起 %(day)s，请改填。") % {"day": post.since.isoformat()}}
            )
        leave_post(post, by=by, on=on, at=at)
        _record("post_ended", post, by=by, at=at, until=on.isoformat())


def link_verdicts(people: Iterable[Person], by: Person, *, on: dt.date) -> dict[int, Verdict]:
    """Whether ``by`` may issue a new link to each person: only when ``by`` answers for every post of the person.

    Otherwise whoever may reset passwords in one unit could take over the account of somebody with more authority.
    One query for all of them.
    """
    people = list(people)
    bounds = [place.scope_bounds for place in jurisdictions(by, Perm.MANAGE_POSTS, on)]
    posts = Post.objects.filter(Q(until=None) | Q(until__gte=on), person__in=people).select_related("unit")
    beyond = {
        post.person_id
        for post in posts
        if post.role not in UNIT_ROLES or not any(low <= post.unit.scope <= high for low, high in bounds)
    }
    return {person.pk: _link_verdict(person, by, person.pk in beyond) for person in people}


def _link_verdict(person: Person, by: Person, has_other_posts: bool) -> Verdict:
    if person.pk == by.pk:
        return Verdict(False, _("不能给自己补发链接。"), _("请在“修改密码”中更改密码。"))
    if not person.is_active:
        return Verdict(False, _("账号已停用。"), _("请联系安全管理员。"))
    if has_other_posts or person.is_staff or person.is_superuser:
        return Verdict(
            False,
            _("%(name)s 另有您管辖以外的任职，不能由您补发链接。") % {"name": person.name},
            _("请由其所任职务的上级团组织办理。"),
        )
    return ALLOWED


def issue_link(post: Post, *, by: Person, on: dt.date, at: dt.datetime) -> OneTimeLink:
    """A new link for somebody who forgot their password. The old password and earlier links end at once.

    Raises Refused.
    """
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=post.person_id)
        verdict = link_verdicts([person], by, on=on)[person.pk]
        if not verdict:
            raise Refused(verdict)
        person.set_unusable_password()
        person.save(update_fields=["password"])
        _record("link_issued", post, by=by, at=at)
    return _link(person)


def _link(person: Person) -> OneTimeLink:
    return OneTimeLink(
        urlsafe_base64_encode(force_bytes(person.pk)), default_token_generator.make_token(person)
    )


def _record(
    event: str, post: Post, *, by: Person, at: dt.datetime, personal: object = None, **data: object
) -> None:
    audit.record(
        event,
        by_id=by.pk,
        about=f"person:{post.person_id}",
        chain=f"unit:{post.unit_id}",
        at=at,
        personal=personal,
        role=str(post.role),
        **data,
    )
