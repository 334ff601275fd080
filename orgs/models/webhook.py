"""Webhooks: where a League organization wants to be told of events in its jurisdiction."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Webhook(models.Model):
    """An address of an organization that receives signed events; ``secret`` signs them (Standard Webhooks)."""

    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="webhooks", verbose_name=_("团组织")
    )
    url = models.URLField(_("接收地址"), max_length=300)
    secret = models.CharField(max_length=80)
    events = models.JSONField(_("事件"), default=list)
    active = models.BooleanField(_("启用"), default=True)
    made_by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("事件推送")
        verbose_name_plural = _("事件推送")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.url
