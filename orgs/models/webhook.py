"""Webhooks: where a League organization wants to be told of events in its jurisdiction."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Webhook(models.Model):
    """An address of an organization that receives signed events; ``secret`` signs them (Standard Webhooks).

    Not ``active`` is a pause; one that was removed stays for its deliveries.
    """

    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="webhooks", verbose_name=_("团组织")
    )
    url = models.URLField(_("接收地址"), max_length=300)
    secret = models.CharField(max_length=80)
    # After a change of secret both sign until this moment, so that the receiver can change over without a gap.
    old_secret = models.CharField(max_length=80, blank=True)
    old_secret_until = models.DateTimeField(null=True)
    events = models.JSONField(_("事件"), default=list)
    active = models.BooleanField(_("启用"), default=True)
    made_by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(_("移除时间"), null=True)
    # Per source of events the last row that was passed on; see workflows.webhook_events.
    cursors = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("事件推送")
        verbose_name_plural = _("事件推送")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.url


class WebhookDelivery(models.Model):
    """One event on its way to one address; the outbox carries it. ``key`` makes an event one delivery per address.

    ``status`` is the answer of the last attempt, None when there was none; ``error`` says why it did not arrive.
    """

    webhook = models.ForeignKey(Webhook, on_delete=models.PROTECT, related_name="deliveries")
    key = models.CharField(max_length=60)
    event = models.CharField(_("事件"), max_length=30)
    body = models.JSONField()
    at = models.DateTimeField(_("时间"))
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=200, blank=True)
    delivered_at = models.DateTimeField(_("送达时间"), null=True)
    given_up_at = models.DateTimeField(_("放弃时间"), null=True)

    class Meta:
        verbose_name = _("推送记录")
        verbose_name_plural = _("推送记录")
        ordering = ["-pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["webhook", "key"], name="webhook_event_once")]

    def __str__(self) -> str:
        return f"{self.webhook_id} {self.key}"
