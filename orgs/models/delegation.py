"""Delegation (委托): who acts in somebody's place during an absence."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Delegation(models.Model):
    """For the days from ``since`` to ``until`` the deputy acts on what the holder of ``post`` holds.

    The deputy has the post's authority already, by a post of their own (RULES section 10, staff change): a delegation
    opens the absent person's desk, it gives no authority. What is done under it carries both names.
    """

    post = models.ForeignKey(
        "orgs.Post", on_delete=models.PROTECT, related_name="delegations", verbose_name=_("委托的职务")
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="deputyships",
        verbose_name=_("受托人"),
    )
    since = models.DateField(_("委托起"))
    until = models.DateField(_("委托止"), help_text=_("当日仍有效"))
    reason = models.CharField(_("委托事由"), max_length=100)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(_("提前结束"), null=True, blank=True)

    class Meta:
        verbose_name = _("委托")
        verbose_name_plural = _("委托")
        ordering = ["-since", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gte=models.F("since")), name="delegation_period_in_order"
            )
        ]
        indexes = [models.Index(fields=["deputy", "until"], name="delegation_deputy_until")]

    def __str__(self) -> str:
        return f"{self.post_id} → {self.deputy_id}"
