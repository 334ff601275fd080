"""What people keep at their desk: drafts of long forms and views of the list of cases."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.enums import Role


class Draft(models.Model):
    """What a person typed into a form and has not sent yet; ``key`` names the form and what it is about.

    ``version`` goes up with every saving, so that a second window notices that it is behind.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    key = models.CharField(max_length=120)
    data = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("草稿")
        verbose_name_plural = _("草稿")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="draft_of_a_person_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.key}"


class SavedView(models.Model):
    """A named filter of the list of cases: a person's own, or shared by everybody with a role at an organization."""

    name = models.CharField(_("名称"), max_length=30)
    query = models.CharField(max_length=600)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    role = models.CharField(max_length=24, choices=Role, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("常用视图")
        verbose_name_plural = _("常用视图")
        ordering = ["name", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="saved_view_name_once"),
            models.CheckConstraint(
                condition=models.Q(organization=None, role="")
                | (models.Q(organization__isnull=False) & ~models.Q(role="")),
                name="saved_view_shared_by_post",
            ),
        ]

    def __str__(self) -> str:
        return self.name
