"""What a migration of flow nodes moved, so that it can be taken back."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NodeMove(models.Model):
    """One engine task that a migration moved from a renamed or removed node to another one.

    ``before`` keeps what else the move changed (seat of the task, open returns of its case), for taking it back.
    """

    migration = models.CharField(max_length=100)
    task = models.ForeignKey("viewflow.Task", on_delete=models.PROTECT, related_name="+")
    old = models.CharField(max_length=120)
    new = models.CharField(max_length=120)
    before = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("环节迁移")
        verbose_name_plural = _("环节迁移")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["migration", "task"], name="node_moved_once")]
        indexes = [models.Index(fields=["old"], name="node_move_old")]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"
