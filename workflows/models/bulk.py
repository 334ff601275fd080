"""Many decisions at once (批量办理): what was asked for, and the result for each case."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .decision import Outcome


class BulkDecision(models.Model):
    """One outcome and one opinion for many tasks; each is decided in a transaction of its own by the worker."""

    # Of the form that asked for it: sent twice, it is one bulk decision.
    token = models.UUIDField(unique=True, default=uuid.uuid4)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bulk_decisions")
    outcome = models.CharField(_("结论"), max_length=12, choices=Outcome)
    opinion = models.TextField(_("意见"), max_length=1000, blank=True)
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("批量办理")
        verbose_name_plural = _("批量办理")
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.by_id} {self.outcome}"


class BulkItem(models.Model):
    """One task of a bulk decision. Its state changes in the transaction of the decision: it is decided once."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待办理")
        DONE = "done", _("已办理")
        REFUSED = "refused", _("未办理")

    bulk = models.ForeignKey(BulkDecision, on_delete=models.CASCADE, related_name="items")
    task = models.ForeignKey("viewflow.Task", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("workflows.Case", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    message = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("批量办理的事项")
        verbose_name_plural = _("批量办理的事项")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["bulk", "task"], name="bulk_item_once")]

    def __str__(self) -> str:
        return f"{self.bulk_id} {self.task_id} {self.state}"
