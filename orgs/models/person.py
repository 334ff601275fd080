"""People who sign in, and the posts that give them authority."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from ..enums import Role


class Person(AbstractUser):
    """A person with an account. Deactivated when they leave, never deleted: decisions keep their author."""

    name = models.CharField(_("姓名"), max_length=40)
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    first_name = None
    last_name = None

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("人员")
        verbose_name_plural = _("人员")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Post(models.Model):
    """A person's role at an organization or in a unit, for a period: the truth about authority.

    Guardian's rows are derived from it by :func:`orgs.permissions.appoint` and count only while the post runs.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts", verbose_name=_("人员"))
    role = models.CharField(_("角色"), max_length=24, choices=Role)
    organization = models.ForeignKey(
        "orgs.Organization",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=_("团组织"),
    )
    unit = models.ForeignKey(
        "orgs.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=_("单位"),
    )
    title = models.CharField(_("职务"), max_length=40, blank=True)
    since = models.DateField(_("任职起"))
    until = models.DateField(_("任职止"), null=True, blank=True, help_text=_("当日仍有效"))

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        constraints = [
            models.CheckConstraint(
                condition=Q(organization=None, unit__isnull=False) | Q(organization__isnull=False, unit=None),
                name="post_has_one_place",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")), name="post_period_in_order"
            ),
        ]
        indexes = [
            models.Index(fields=["role", "organization"], name="post_role_organization"),
            models.Index(fields=["role", "unit"], name="post_role_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"

    @property
    def place(self):
        """The organization or unit at which the post is held."""
        return self.organization or self.unit

    @property
    def label(self) -> str:
        place = self.organization.display_name if self.organization_id else self.unit.name
        return f"{place} · {self.title or self.get_role_display()}"


class OrganizationPermission(UserObjectPermissionBase):
    """Guardian's row for a jurisdiction node (a direct table: one indexed query, no generic keys)."""

    content_object = models.ForeignKey("orgs.Organization", on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
        verbose_name = _("团组织权限")
        verbose_name_plural = _("团组织权限")


class UnitPermission(UserObjectPermissionBase):
    """Guardian's row for a unit."""

    content_object = models.ForeignKey("orgs.Unit", on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
        verbose_name = _("单位权限")
        verbose_name_plural = _("单位权限")
