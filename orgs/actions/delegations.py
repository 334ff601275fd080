"""Delegation (委托): somebody with the same authority acts for an absent colleague, for some days, on record.

RULES section 10: a delegation gives no authority and goes around no four-eyes; what the deputy decides carries both
names. The notices go to the absent person and to the deputy.
"""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from records import audit, notices

from ..deputies import excluded, running, standing_in
from ..models import Delegation, Person, Post
from ..permissions import ADMIN_ROLES, ALLOWED, Perm, Refused, Verdict, can
from ..queries import rules_in_force

DAY = dt.timedelta(days=1)


def longest_delegation(on: dt.date) -> int:
    """How many calendar days one delegation may last (rule set ``handling``)."""
    return rules_in_force("handling", on).data["max_delegation_days"]


def delegation_verdict(post: Post, by: Person, *, on: dt.date) -> Verdict:
    """Whether ``by`` may delegate or end a delegation for this post: its holder, or who answers for the posts there."""
    if post.role in ADMIN_ROLES:
        return Verdict(
            False, _("管理员不办理事项，没有可委托的待办。"), _("如需换人，请由上级团组织调整任职。")
        )
    if post.person_id == by.pk:
        return ALLOWED
    return can(by, Perm.MANAGE_POSTS, post.place, on=on)


def eligible_deputies(post: Post, *, since: dt.date, until: dt.date) -> list[Person]:
    """Who may act for the holder on all of these days: others who themselves have the post's authority there.

    Nobody from the other side of the table (four-eyes) is among them, nor who is only a deputy.
    """
    there = {"unit": post.unit_id} if post.unit_id else {"organization": post.organization_id}
    posts = Post.objects.filter(running(until), since__lte=since, person__is_active=True, **there)
    others_side = Post.objects.filter(
        Q(until=None) | Q(until__gte=since), since__lte=until, role__in=excluded(post.role), **there
    )
    found = (
        posts.filter(role__in=standing_in(post.role))
        .exclude(person=post.person_id)
        .exclude(person__in=others_side.values("person"))
        .select_related("person")
        .order_by("person_id")
    )
    return list({one.person_id: one.person for one in found}.values())


def no_deputy(post: Post) -> Verdict:
    """Why nobody can be offered, and what helps."""
    return Verdict(
        False,
        _("“%(place)s”没有其他人任有与“%(role)s”相同权限的职务，不能委托。")
        % {"place": getattr(post.place, "display_name", post.place.name), "role": post.get_role_display()},
        _("请联系上级团组织另行任命一名%(role)s，或由原任职人员本人办理。")
        % {"role": post.get_role_display()},
    )


def delegate_post(
    *,
    post: Post,
    deputy: Person,
    since: dt.date,
    until: dt.date,
    reason: str,
    by: Person,
    on: dt.date,
    at: dt.datetime,
) -> Delegation:
    """Let ``deputy`` act for the holder of ``post`` from ``since`` to the end of ``until``.

    Raises Refused, or ValidationError naming the field.
    """
    with transaction.atomic():
        # Of two delegations of one post made at once the second sees the first.
        post = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
        if not (verdict := delegation_verdict(post, by, on=on)):
            raise Refused(verdict)
        _check_days(post, since, until, on)
        if not reason.strip():
            raise ValidationError({"reason": _("请填写委托事由，例如“出差”“休假”。")})
        if deputy not in eligible_deputies(post, since=since, until=until):
            raise ValidationError({"deputy": _deputy_problem(post, deputy)})
        _check_overlap(post, since, until)
        delegation = Delegation.objects.create(
            post=post,
            deputy=deputy,
            since=since,
            until=until,
            reason=reason.strip(),
            made_by=by,
            made_at=at,
        )
        _record("delegated", delegation, by=by, at=at, since=since.isoformat(), until=until.isoformat())
        _tell("delegated", "delegation_arranged", delegation, by=by, at=at)
    return delegation


def _check_days(post: Post, since: dt.date, until: dt.date, on: dt.date) -> None:
    if since < on:
        raise ValidationError({"since": _("委托不能从过去的日期开始，请填今天或以后的日期。")})
    if until < since:
        raise ValidationError({"until": _("委托止不能早于委托起，请改填。")})
    longest = longest_delegation(on)
    if (until - since).days + 1 > longest:
        raise ValidationError(
            {
                "until": _(
                    "一次委托最多 %(days)s 天，请填 %(last)s 或更早的日期；更长的缺岗请由上级另行任职。"
                )
                % {"days": longest, "last": (since + (longest - 1) * DAY).isoformat()}
            }
        )
    if post.since > since:
        raise ValidationError(
            {"since": _("该任职自 %(day)s 起，请填当日或以后的日期。") % {"day": post.since.isoformat()}}
        )
    if post.until is not None and post.until < until:
        raise ValidationError(
            {"until": _("该任职止于 %(day)s，请填当日或更早的日期。") % {"day": post.until.isoformat()}}
        )


def _deputy_problem(post: Post, deputy: Person) -> str:
    if deputy.pk == post.person_id:
        return _("不能委托给本人，请选择其他人员。")
    return _(
        "%(name)s 在这段时间没有与“%(role)s”相同的权限，或任有须与之分开的职务，不能受托。请改选人员或日期。"
    ) % {
        "name": deputy.name,
        "role": post.get_role_display(),
    }


def _check_overlap(post: Post, since: dt.date, until: dt.date) -> None:
    other = (
        Delegation.objects.filter(post=post, ended_at=None, since__lte=until, until__gte=since)
        .select_related("deputy")
        .first()
    )
    if other is not None:
        raise ValidationError(
            _("这项职务在 %(since)s 至 %(until)s 已委托 %(name)s。请先结束那次委托，或改填不重叠的日期。")
            % {
                "since": other.since.isoformat(),
                "until": other.until.isoformat(),
                "name": other.deputy.name,
            }
        )


def end_verdict(delegation: Delegation, by: Person, *, on: dt.date) -> Verdict:
    """Whether ``by`` may end a delegation early: whoever could make it, and the deputy, who may decline."""
    if delegation.ended_at is not None or delegation.until < on:
        return Verdict(False, _("这次委托已经结束。"), _("需要时请另行委托。"))
    if delegation.deputy_id == by.pk:
        return ALLOWED
    return delegation_verdict(delegation.post, by, on=on)


def end_delegation(delegation: Delegation, *, by: Person, on: dt.date, at: dt.datetime) -> None:
    """End a delegation at once; what the deputy decided stays as it is. Raises Refused."""
    with transaction.atomic():
        delegation = (
            Delegation.objects.select_for_update(of=("self",))
            .select_related("post", "deputy")
            .get(pk=delegation.pk)
        )
        if not (verdict := end_verdict(delegation, by, on=on)):
            raise Refused(verdict)
        delegation.ended_at = at
        delegation.save(update_fields=["ended_at"])
        _record("delegation_ended", delegation, by=by, at=at)
        _tell("delegation_ended", "delegation_stopped", delegation, by=by, at=at)


def end_delegations_of(post: Post, *, on: dt.date, at: dt.datetime) -> None:
    """With a post that ends after ``on`` its delegations end: those under way on that day, later ones now."""
    left = Delegation.objects.filter(post=post, ended_at=None)
    left.filter(since__lte=on, until__gt=on).update(until=on)
    left.filter(since__gt=on).update(ended_at=at)


def _record(event: str, delegation: Delegation, *, by: Person, at: dt.datetime, **data: str) -> None:
    post = delegation.post
    audit.record(
        event,
        by_id=by.pk,
        about=f"person:{post.person_id}",
        chain=f"unit:{post.unit_id}" if post.unit_id else f"organization:{post.organization_id}",
        at=at,
        delegation=delegation.pk,
        deputy=delegation.deputy_id,
        role=str(post.role),
        **data,
    )


def _tell(to_deputy: str, to_holder: str, delegation: Delegation, *, by: Person, at: dt.datetime) -> None:
    """Tell the deputy and the absent person, but not whoever did it."""
    holder, deputy = delegation.post.person, delegation.deputy
    for kind, person, name in ((to_deputy, deputy, holder.name), (to_holder, holder, by.name)):
        if person.pk != by.pk:
            notices.send(
                kind,
                to_id=person.pk,
                key=f"{kind}:{delegation.pk}:{person.pk}",
                at=at,
                url=reverse("delegations"),
                by=name,
                deputy=deputy.name,
                since=delegation.since.isoformat(),
                until=delegation.until.isoformat(),
                reason=delegation.reason,
            )
