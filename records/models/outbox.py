"""The outbox: side effects promised by a transaction and kept after it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OutboxMessage(models.Model):
    """A promise made in the deciding transaction. ``key`` makes it unique: the same promise is made once.

    ``lease_until`` and ``fence`` let several workers share the work: a worker whose lease ran out can no longer
    report success.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待处理")
        DONE = "done", _("已完成")
        DEAD = "dead", _("多次失败")

    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=80, unique=True)
    payload = models.JSONField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField()
    # Until when the message counts as handed to the background engine; after that it is handed over again.
    enqueued_until = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("待发事项")
        verbose_name_plural = _("待发事项")
        indexes = [
            models.Index(
                fields=["not_before", "id"], condition=models.Q(state="waiting"), name="outbox_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
