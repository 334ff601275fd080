"""Milestones: dated facts, written in the deciding transaction, from which every figure is derived."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import MilestoneKind


class Milestone(models.Model):
    """One dated fact about a unit or its organization. Rows are only ever added."""

    kind = models.CharField(_("节点"), max_length=16, choices=MilestoneKind)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="milestones")
    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, null=True, related_name="milestones"
    )
    scope = models.BigIntegerField(help_text=_("当时隶属团组织的范围码"))
    on = models.DateField(_("日期"))
    case_number = models.CharField(_("事项编号"), max_length=30, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("里程碑")
        verbose_name_plural = _("里程碑")
        ordering = ["on", "pk"]
        indexes = [models.Index(fields=["kind", "scope", "on"], name="milestone_kind_scope_on")]

    def __str__(self) -> str:
        return f"{self.kind} {self.unit_id} {self.on}"


class LedgerEntry(models.Model):
    """The ledger row (台账) of one registered organization; the month is that of registration (RULES section 3)."""

    organization = models.OneToOneField(
        "orgs.Organization", on_delete=models.PROTECT, related_name="ledger_entry"
    )
    scope = models.BigIntegerField()
    month = models.DateField(_("台账月份"), help_text=_("当月第一日"))
    registered_on = models.DateField(_("入库日期"))
    data = models.JSONField(_("台账列"))

    class Meta:
        verbose_name = _("台账")
        verbose_name_plural = _("台账")
        indexes = [models.Index(fields=["month", "scope"], name="ledger_month_scope")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.organization_id}"
