"""Honours that were awarded (表彰), their certificates, and their revocation."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Award(models.Model):
    """An honour that an organization, or a person of it, holds or held.

    Made by the commendation decision; honours given before this system was used are recorded without ``nomination``.
    A revoked award keeps its number and verifies as revoked (RULES section 4).
    """

    nomination = models.OneToOneField(
        "awards.Nomination", on_delete=models.PROTECT, null=True, related_name="award"
    )
    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="awards", verbose_name=_("团组织")
    )
    scope = models.BigIntegerField(help_text=_("授予时团组织的范围码"))
    person_name = models.CharField(_("姓名"), max_length=40, blank=True)
    person_key = models.CharField(max_length=64, blank=True, editable=False)
    honour_code = models.CharField(_("荣誉代码"), max_length=30)
    title = models.CharField(_("荣誉称号"), max_length=40)
    year = models.PositiveIntegerField(_("评选年度"))
    decided_on = models.DateField(_("决定日期"))
    decision_title = models.CharField(_("表彰决定"), max_length=160)
    decision_number = models.CharField(_("决定文号"), max_length=60)
    decision = models.ForeignKey("records.Document", on_delete=models.PROTECT, null=True, related_name="+")
    certificate = models.ForeignKey("records.Document", on_delete=models.PROTECT, null=True, related_name="+")
    issued_on = models.DateField(_("发证日期"), null=True, blank=True)
    revoked_on = models.DateField(_("撤销日期"), null=True, blank=True)
    revoked_reason = models.CharField(_("撤销理由"), max_length=500, blank=True)
    revocation = models.ForeignKey("records.Document", on_delete=models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("荣誉")
        verbose_name_plural = _("荣誉")
        ordering = ["-year", "honour_code", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "person_key", "year"],
                condition=Q(revoked_on=None),
                name="award_one_a_year",
            )
        ]
        indexes = [
            models.Index(fields=["year", "honour_code"], name="award_of_year"),
            models.Index(fields=["person_key"], name="award_of_person"),
            models.Index(fields=["scope", "id"], name="award_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.title} {self.year}"

    @property
    def name(self) -> str:
        return self.person_name or self.organization.name

    @property
    def jurisdiction(self) -> Any:
        return self.organization
