"""Decisions: append-only, one per task, the source of every timeline."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    SUBMITTED = "submitted", _("提交")
    APPROVED = "approved", _("同意")
    RETURNED = "returned", _("退回补正")
    REJECTED = "rejected", _("不予批准")
    WITHDRAWN = "withdrawn", _("撤回")
    EXTENSION = "extension", _("申请延期")
    ANNULLED = "annulled", _("选举无效")
    LAPSED = "lapsed", _("逾期失效")
    TAKEN_BACK = "taken_back", _("收回")
    OBJECTED = "objected", _("不同意")
    RECTIFY = "rectify", _("限期整改")
    FAILED = "failed", _("不合格")
    DRAWN = "drawn", _("抽中复核")
    OVERDUE = "overdue", _("逾期未办")
    AGAIN = "again", _("重新评审")
    RESERVED = "reserved", _("列为候补")
    REMOVED = "removed", _("取消资格")
    ENDED = "ended", _("终止")


# What carries a case forward.
ASSENT = frozenset({Outcome.APPROVED, Outcome.SUBMITTED})


class Side(models.TextChoices):
    """On whose side of the table a step is taken; one person stays on one side of a case at one level."""

    APPLICANT = "applicant", _("申请人")
    UNIT = "unit", _("单位意见")
    HANDLER = "handler", _("经办人")
    APPROVER = "approver", _("审批人")
    COSIGNER = "cosigner", _("会签人")
    SYSTEM = "system", _("系统")


class Decision(models.Model):
    """What one person decided on one task: outcome, opinion, role at that time, rule set.

    The task is unique: the database itself refuses a second decision on it. Triggers refuse change and deletion.
    """

    case = models.ForeignKey(
        "workflows.Case", on_delete=models.PROTECT, related_name="decisions", verbose_name=_("事项")
    )
    task = models.OneToOneField("viewflow.Task", on_delete=models.PROTECT, related_name="decision")
    node = models.CharField(max_length=40)
    node_title = models.CharField(_("环节"), max_length=40)
    level = models.CharField(max_length=16)
    side = models.CharField(max_length=12, choices=Side)
    round = models.PositiveIntegerField(_("轮次"))
    outcome = models.CharField(_("结论"), max_length=12, choices=Outcome)
    opinion = models.TextField(_("意见"), max_length=1000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="decisions",
        verbose_name=_("办理人"),
    )
    by_name = models.CharField(_("姓名"), max_length=40)
    by_role = models.CharField(_("当时职务"), max_length=120)
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("委托人"),
    )
    rule_set_id = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField(_("到达时间"))
    at = models.DateTimeField(_("办理时间"))

    class Meta:
        verbose_name = _("决定")
        verbose_name_plural = _("决定")
        ordering = ["pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["by", "-at"], name="decision_by_at"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.node} {self.outcome}"

    @property
    def step(self) -> str:
        """The title of the step in the reader's language; the stored one is the Chinese of its day."""
        node = self.case.flow_class.instance.node(self.node, no_obsolete=True)
        return str(node.task_title) if node else gettext(self.node_title)
