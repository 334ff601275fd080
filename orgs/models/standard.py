"""A standard that the district is still writing; publishing makes it a rule set, which never changes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StandardDraft(models.Model):
    """The draft of the next version of the six-haves standard. ``version`` grows with every save."""

    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("区级团组织")
    )
    based_on = models.ForeignKey("orgs.RuleSet", on_delete=models.PROTECT, related_name="+")
    published_as = models.OneToOneField(
        "orgs.RuleSet", on_delete=models.PROTECT, null=True, related_name="draft"
    )
    data = models.JSONField()
    version = models.PositiveIntegerField(default=0)
    edited_by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField(_("修改时间"))

    class Meta:
        verbose_name = _("标准草案")
        verbose_name_plural = _("标准草案")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=models.Q(published_as=None), name="standard_draft_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.based_on} → {self.version}"
