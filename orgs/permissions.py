"""Who may do what: every permission, every role, and the one evaluator that enforces and explains.

A post (person, role, place, period) is the truth. :func:`appoint` derives guardian's object permissions on the one
place; :func:`can` asks guardian along the at most six ancestors of that place, and only counts a permission whose
post still runs on the day. When a person may act (four-eyes, state of the case) is decided elsewhere, by rules.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .enums import Role
from .models import Organization, OrganizationPermission, Person, Post, Unit, UnitPermission


class Perm(TextChoices):
    """Every permission there is; the first group rests on a League node, the second on a unit."""

    VIEW_REGISTRY = "view_registry", gettext_lazy("查看辖区组织与单位")
    MANAGE_REGISTRY = "manage_registry", gettext_lazy("维护辖区单位")
    EXPORT_REGISTRY = "export_registry", gettext_lazy("导出辖区名册")
    MANAGE_POSTS = "manage_posts", gettext_lazy("开通单位账号")
    IMPORT_REGISTER = "import_register", gettext_lazy("导入底本")
    SURVEY_UNITS = "survey_units", gettext_lazy("走访摸底")
    CONFIRM_SURVEY = "confirm_survey", gettext_lazy("确认摸底结论")
    CHECK_SUBDISTRICT = "check_subdistrict", gettext_lazy("街镇受理审查")
    APPROVE_SUBDISTRICT = "approve_subdistrict", gettext_lazy("街镇审批")
    REVIEW_DISTRICT = "review_district", gettext_lazy("区级审查")
    APPROVE_DISTRICT = "approve_district", gettext_lazy("区级审批")
    INSPECT_SITE = "inspect_site", gettext_lazy("现场验收")
    DECIDE_APPEALS = "decide_appeals", gettext_lazy("裁决申诉")
    PUBLISH_STANDARD = "publish_standard", gettext_lazy("发布验收标准")
    DRAW_SAMPLE = "draw_sample", gettext_lazy("组织区级抽查")
    REVOKE_ACCEPTANCE = "revoke_acceptance", gettext_lazy("撤销验收认定")
    MANAGE_AWARDS = "manage_awards", gettext_lazy("组织评选表彰")
    DECIDE_AWARDS = "decide_awards", gettext_lazy("决定评选表彰")
    ASSIST_REVIEW = "assist_review", gettext_lazy("承办评审与异议")
    REVIEW_AWARDS = "review_awards", gettext_lazy("参加评审")
    REVOKE_DOCUMENTS = "revoke_documents", gettext_lazy("撤销与补发文书")
    MANAGE_SEALS = "manage_seals", gettext_lazy("管理电子印章")
    MANAGE_CALENDAR = "manage_calendar", gettext_lazy("维护工作日历")
    MANAGE_WEBHOOKS = "manage_webhooks", gettext_lazy("管理事件推送")
    SHARE_DESK = "share_desk", gettext_lazy("维护共用常用语与视图")
    APPLY_FOUNDING = "apply_founding", gettext_lazy("提出单位申请")
    GIVE_UNIT_OPINION = "give_unit_opinion", gettext_lazy("签署单位意见")
    VIEW_UNIT = "view_unit", gettext_lazy("查看本单位")


ROLES: dict[str, frozenset[Perm]] = {
    Role.UNIT_APPLICANT: frozenset({Perm.APPLY_FOUNDING, Perm.VIEW_UNIT}),
    Role.UNIT_LEADER: frozenset({Perm.GIVE_UNIT_OPINION, Perm.VIEW_UNIT}),
    Role.INSTRUCTOR: frozenset({Perm.VIEW_REGISTRY, Perm.SURVEY_UNITS}),
    Role.SUBDISTRICT_HANDLER: frozenset(
        {
            Perm.VIEW_REGISTRY,
            Perm.MANAGE_REGISTRY,
            Perm.EXPORT_REGISTRY,
            Perm.MANAGE_POSTS,
            Perm.IMPORT_REGISTER,
            Perm.SURVEY_UNITS,
            Perm.CHECK_SUBDISTRICT,
            Perm.SHARE_DESK,
        }
    ),
    Role.SUBDISTRICT_APPROVER: frozenset(
        {
            Perm.VIEW_REGISTRY,
            Perm.EXPORT_REGISTRY,
            Perm.CONFIRM_SURVEY,
            Perm.APPROVE_SUBDISTRICT,
            Perm.REVOKE_DOCUMENTS,
            Perm.SHARE_DESK,
        }
    ),
    Role.DISTRICT_HANDLER: frozenset(
        {
            Perm.VIEW_REGISTRY,
            Perm.MANAGE_REGISTRY,
            Perm.EXPORT_REGISTRY,
            Perm.MANAGE_POSTS,
            Perm.IMPORT_REGISTER,
            Perm.REVIEW_DISTRICT,
            Perm.PUBLISH_STANDARD,
            Perm.DRAW_SAMPLE,
            Perm.MANAGE_AWARDS,
            Perm.MANAGE_CALENDAR,
            Perm.SHARE_DESK,
        }
    ),
    Role.DISTRICT_APPROVER: frozenset(
        {
            Perm.VIEW_REGISTRY,
            Perm.EXPORT_REGISTRY,
            Perm.APPROVE_DISTRICT,
            Perm.REVOKE_ACCEPTANCE,
            Perm.DECIDE_AWARDS,
            Perm.REVOKE_DOCUMENTS,
            Perm.SHARE_DESK,
        }
    ),
    Role.DISTRICT_LEADER: frozenset({Perm.VIEW_REGISTRY, Perm.EXPORT_REGISTRY, Perm.DECIDE_APPEALS}),
    Role.INSPECTOR: frozenset({Perm.VIEW_REGISTRY, Perm.INSPECT_SITE}),
    Role.AWARD_SECRETARY: frozenset({Perm.VIEW_REGISTRY, Perm.ASSIST_REVIEW}),
    # No view of the registry: a member sees nominees in the review only, and none in conflict (awards.review_access).
    Role.AWARD_MEMBER: frozenset({Perm.REVIEW_AWARDS}),
    Role.SECURITY_ADMIN: frozenset({Perm.MANAGE_SEALS, Perm.MANAGE_WEBHOOKS}),
}
UNIT_PERMS = frozenset({Perm.APPLY_FOUNDING, Perm.GIVE_UNIT_OPINION, Perm.VIEW_UNIT})
UNIT_ROLES = frozenset({Role.UNIT_APPLICANT, Role.UNIT_LEADER})
# Four-eyes at one place: nobody both handles and approves (RULES section 10).
EXCLUSIVE_ROLES = (
    frozenset({Role.SUBDISTRICT_HANDLER, Role.SUBDISTRICT_APPROVER}),
    frozenset({Role.DISTRICT_HANDLER, Role.DISTRICT_APPROVER}),
    frozenset({Role.UNIT_APPLICANT, Role.UNIT_LEADER}),
)
# Administrators take no part in the business, at no place (RULES section 8).
ADMIN_ROLES = frozenset({Role.SECURITY_ADMIN})


class Subject(Protocol):
    """Anything that lies in a jurisdiction: a case, a unit, an organization."""

    @property
    def jurisdiction(self) -> Organization | None: ...

    @property
    def jurisdiction_unit(self) -> Unit | None: ...


class Unblock(TextChoices):
    """What the remedy of a refusal comes down to, so that a test can apply it and see that it helps."""

    NOTHING = "", gettext_lazy("无")
    ANOTHER = "another", gettext_lazy("由另一位有权限的人员办理")
    HAND_OVER = "hand_over", gettext_lazy("由现办理人转办给本人")
    CALL_OFF = "call_off", gettext_lazy("撤销加签")
    LATER = "later", gettext_lazy("下一个工作日再办")


@dataclass(frozen=True)
class Verdict:
    """The answer of the evaluator; when refused, the reason and what would help, in the user's language; when allowed
    by authority, the post that gives it and the absent person on whose behalf it is used."""

    allowed: bool
    reason: str = ""
    remedy: str = ""
    post: Post | None = field(default=None, compare=False)
    principal: Person | None = field(default=None, compare=False)
    unblock: Unblock = field(default=Unblock.NOTHING, compare=False)

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Verdict(True)


class Refused(PermissionDenied):
    """Raised where a verdict is enforced; carries it to the 403 page."""

    def __init__(self, verdict: Verdict):
        super().__init__(verdict.reason)
        self.verdict = verdict


def place_of(subject: Organization | Unit | Subject) -> tuple[Organization | None, Unit | None]:
    """The League node and the unit in whose jurisdiction ``subject`` lies."""
    if isinstance(subject, Organization):
        return subject, None
    if isinstance(subject, Unit):
        return subject.affiliation, subject
    return subject.jurisdiction, subject.jurisdiction_unit


def granting_posts(user: Person, perm: Perm, on: dt.date) -> QuerySet[Post]:
    """The person's posts that give ``perm`` and run on the day, with guardian's row on their place.

    Whether the account is active is asked of the database again: ``user`` may have been read before a wait for a lock.
    """
    roles = [role for role, perms in ROLES.items() if perm in perms]
    row = "unit__unitpermission" if perm in UNIT_PERMS else "organization__organizationpermission"
    granted = {f"{row}__user": user.pk, f"{row}__permission__codename": perm}
    # One filter call: guardian's row must be of this person and this permission at once.
    return Post.objects.filter(
        Q(until=None) | Q(until__gte=on),
        person=user.pk,
        person__is_active=True,
        role__in=roles,
        since__lte=on,
        **granted,
    ).order_by("pk")


def can(user: Person, perm: Perm, subject: Organization | Unit | Subject, *, on: dt.date) -> Verdict:
    """Whether ``user`` has authority ``perm`` over ``subject`` on a day; one query.

    Returns a verdict that explains itself, with the post that gives the authority. Says nothing about four-eyes or
    the state of a case.
    """
    if not user.is_active:
        return Verdict(False, _("账号已停用。"), _("请联系安全管理员。"))
    organization, unit = place_of(subject)
    post = None
    if perm in UNIT_PERMS:
        where = unit.name if unit else ""
        if unit is not None:
            post = granting_posts(user, perm, on).filter(unit=unit).first()
    else:
        where = organization.display_name if organization else ""
        if organization is not None:
            at = granting_posts(user, perm, on).filter(organization__path__in=organization.ancestor_paths)
            post = at.first()
    if post is not None:
        if post.unit_id:
            post.unit = unit
        elif post.organization_id == organization.pk:
            post.organization = organization
        return Verdict(True, post=post)
    return Verdict(
        False,
        _("您在“%(place)s”没有“%(perm)s”的权限。") % {"place": where, "perm": perm.label},
        _("请由该处任有相应职务的人员办理；如职务有变动，请联系上级团组织调整任职。"),
        unblock=Unblock.ANOTHER,
    )


def can_at(user: Person, perm: Perm, organization: Organization, *, on: dt.date) -> Verdict:
    """As :func:`can`, but by a post at this very organization: one above it gives no such authority."""
    verdict = can(user, perm, organization, on=on)
    if verdict and not granting_posts(user, perm, on).filter(organization=organization).exists():
        return Verdict(
            False,
            _("“%(perm)s”由“%(place)s”自己的人员办理，上级不能代办。")
            % {"place": organization.display_name, "perm": perm.label},
            _("请联系该组织的安全管理员。"),
        )
    return verdict


def require(user: Person, perm: Perm, subject: Organization | Unit | Subject, *, on: dt.date) -> None:
    """Enforce :func:`can`. Raises :class:`Refused`, which the 403 page explains."""
    verdict = can(user, perm, subject, on=on)
    if not verdict:
        raise Refused(verdict)


def appoint(
    person: Person, role: Role, place: Organization | Unit, *, by: Person | None, on: dt.date, title: str = ""
) -> Post:
    """Give a person a post and derive guardian's permissions on its place.

    ``by`` is the appointing person, None for the installation itself. Raises ValidationError when the role does not
    belong at such a place, would let one person both handle and approve there, or mixes administration and business.
    """
    is_unit = isinstance(place, Unit)
    if is_unit != (role in UNIT_ROLES):
        raise ValidationError(_("“%(role)s”不能设在此处。") % {"role": role.label})
    where = {"unit": place} if is_unit else {"organization": place}
    with transaction.atomic():
        running = Post.objects.filter(Q(until=None) | Q(until__gte=on), person=person, **where)
        held = set(running.values_list("role", flat=True))
        _refuse_mixing(person, role, on)
        if role in held:
            raise ValidationError(_("%(name)s 已任此职。") % {"name": person.name})
        for exclusive in EXCLUSIVE_ROLES:
            if role in exclusive and held & exclusive:
                raise ValidationError(
                    _("%(name)s 在此处已任“%(held)s”，经办与审批不能由同一人担任，请另选人员。")
                    % {"name": person.name, "held": Role((held & exclusive).pop()).label}
                )
        post = Post.objects.create(person=person, role=role, since=on, title=title, **where)
        _grant(person, ROLES[role], place)
    return post


def _rows_of(place: Organization | Unit) -> QuerySet[Any]:
    """Guardian's rows on a place; they lie in a table for each kind of place."""
    table: Any = UnitPermission if isinstance(place, Unit) else OrganizationPermission
    return table._default_manager.filter(content_object=place)


def _grant(person: Person, perms: frozenset[Perm], place: Organization | Unit) -> None:
    """Write guardian's rows of a post: two statements, where ``assign_perm`` takes five for each permission."""
    kind = ContentType.objects.get_for_model(place)
    known = list(Permission.objects.filter(content_type=kind, codename__in=perms))
    if len(known) != len(perms):
        raise Permission.DoesNotExist(f"of {sorted(perms)}: the database lacks a migration")
    rows = _rows_of(place)
    made = [rows.model(user=person, permission=one, content_object=place) for one in known]
    rows.bulk_create(made, ignore_conflicts=True)


def _refuse_mixing(person: Person, role: Role, on: dt.date) -> None:
    """Raise ValidationError when the person would be an administrator and take part in the business, anywhere."""
    Person.objects.select_for_update().get(
        pk=person.pk
    )  # of two posts given at once the second sees the first
    running = Post.objects.filter(Q(until=None) | Q(until__gte=on), person=person)
    others = (
        running.filter(role__in=ADMIN_ROLES)
        if role not in ADMIN_ROLES
        else running.exclude(role__in=ADMIN_ROLES)
    )
    if other := others.values_list("role", flat=True).first():
        raise ValidationError(
            _("%(name)s 已任“%(held)s”。管理员不得兼任业务角色，请另选人员。")
            % {"name": person.name, "held": Role(other).label}
        )


def end_post(post: Post, *, by: Person | None, on: dt.date) -> None:
    """End a post from the day after ``on``; permissions that no other running post gives are withdrawn."""
    with transaction.atomic():
        post.until = on
        post.save(update_fields=["until"])
        where = {"unit": post.unit} if post.unit_id else {"organization": post.organization}
        others = Post.objects.filter(
            Q(until=None) | Q(until__gt=on), person=post.person, since__lte=on, **where
        ).exclude(pk=post.pk)
        kept = {perm for role in others.values_list("role", flat=True) for perm in ROLES[role]}
        ended = ROLES[Role(post.role)] - kept
        _rows_of(post.place).filter(user=post.person, permission__codename__in=ended).delete()
