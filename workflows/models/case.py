"""The case: one process instance, with what every flow and every list needs of it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import Process

from orgs.models import Organization, Unit


class Case(Process):
    """One run of a flow. The engine's process row, plus jurisdiction, round and the rules it was started under."""

    number = models.CharField(_("事项编号"), max_length=30, unique=True)
    title = models.CharField(_("事项"), max_length=160)
    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="cases", verbose_name=_("办理团组织")
    )
    unit = models.ForeignKey(
        "orgs.Unit", on_delete=models.PROTECT, related_name="cases", verbose_name=_("申请单位")
    )
    scope = models.BigIntegerField(db_index=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="opened_cases",
        verbose_name=_("发起人"),
    )
    previous_case = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("原事项")
    )
    stage = models.CharField(_("当前阶段"), max_length=30)
    round = models.PositiveIntegerField(_("轮次"), default=1)
    returns = models.PositiveIntegerField(_("已退回次数"), default=0)
    outcome = models.CharField(_("最近结论"), max_length=12, blank=True)
    # Open returns, the latest last: {"node", "by", "days_left"} of whoever returned it; "to" and "to_by", the step
    # returned to and who is to correct it there (None: the applicant, or whoever holds the post).
    return_stack = models.JSONField(default=list, blank=True)
    handling = models.ForeignKey(
        "orgs.RuleSet", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("办理规则")
    )

    # Where the next human task is made instead of where the flow leads; set for the length of one transition.
    heads_for = ""
    answers_return = False

    class Meta:
        verbose_name = _("事项")
        verbose_name_plural = _("事项")
        default_permissions = ()
        indexes = [
            models.Index(fields=["opened_by", "-process_ptr"], name="case_opened_by"),
            models.Index(fields=["stage", "-process_ptr"], name="case_stage"),
            models.Index(fields=["-process_ptr"], condition=models.Q(returns__gt=0), name="case_returned"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def jurisdiction(self) -> Organization:
        return self.organization

    @property
    def jurisdiction_unit(self) -> Unit:
        return self.unit

    @property
    def last_return(self) -> dict[str, Any] | None:
        """The open return to be answered first, None when the case is not returned."""
        return self.return_stack[-1] if self.return_stack else None

    def aim(self, node: str) -> None:
        """After assent at ``node``: a case that was returned to it goes straight back to whoever returned it, in a
        new round."""
        if self.last_return and self.last_return["to"] == node:
            self.heads_for = self.last_return["node"]
            self.answers_return = True
            self.round += 1

    def close_return(self) -> None:
        """Take the answered return off the stack, once the case is back where it came from."""
        if self.answers_return:
            self.return_stack = self.return_stack[:-1]
            self.answers_return = False

    def expected_at(self, node: str) -> int | None:
        """The person whom an open return brings to a step: who returned the case from there, or is to correct it."""
        top = self.last_return
        if top is None:
            return None
        return {top["to"]: top.get("to_by"), top["node"]: top["by"]}.get(node)

    @property
    def return_node(self) -> str:
        """The step that waits for the corrected case, empty when the case is not returned."""
        return self.return_stack[-1]["node"] if self.return_stack else ""

    @property
    def chain(self) -> str:
        """The audit chain to which this case's events belong: its unit's story."""
        return f"unit:{self.unit_id}"

    @property
    def about(self) -> str:
        return f"case:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.finished is None


class FoundingProcess(Case):
    """Founding of an organization (P2); its :class:`orgs.models.Founding` is the artifact."""

    class Meta:
        proxy = True
        verbose_name = _("建团审批")
        verbose_name_plural = _("建团审批")
        default_permissions = ()


class SurveyProcess(Case):
    """Survey of a unit (P1); its :class:`orgs.models.Survey` is the artifact."""

    class Meta:
        proxy = True
        verbose_name = _("调查摸底")
        verbose_name_plural = _("调查摸底")
        default_permissions = ()


class AcceptanceProcess(Case):
    """Six-haves acceptance (P3); its :class:`orgs.models.Acceptance` is the artifact."""

    class Meta:
        proxy = True
        verbose_name = _("达标验收")
        verbose_name_plural = _("达标验收")
        default_permissions = ()


class NominationProcess(Case):
    """Nomination for an honour (P4); its :class:`awards.models.Nomination` is the artifact."""

    class Meta:
        proxy = True
        verbose_name = _("评选推荐")
        verbose_name_plural = _("评选推荐")
        default_permissions = ()
