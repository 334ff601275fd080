"""Stock phrases (常用语) offered beside the opinion box."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class StockPhrase(models.Model):
    """A phrase for opinions: a person's own, shared within an organization, or (with neither) shared by all."""

    text = models.CharField(_("常用语"), max_length=100)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="stock_phrases",
    )
    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    position = models.PositiveIntegerField(_("顺序"), default=0)

    class Meta:
        verbose_name = _("常用语")
        verbose_name_plural = _("常用语")
        ordering = ["position", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.text
