"""Six-haves acceptance (达标验收): what a unit claims, what was found, what was decided (RULES sections 1 and 10)."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import Conclusion


class Acceptance(models.Model):
    """One acceptance of an organization, from self-assessment to the end of its certificate.

    ``standard`` (rule set ``six_haves``) and ``rules`` (rule set ``acceptance``) are frozen when the case starts.
    Points are those of the standard, its full sum usually 100.
    """

    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="acceptances", verbose_name=_("团组织")
    )
    unit = models.ForeignKey(
        "orgs.Unit", on_delete=models.PROTECT, related_name="acceptances", verbose_name=_("所在单位")
    )
    # The organization that handles the case: the sub-district, or the district for direct contact.
    affiliation = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("隶属团组织")
    )
    scope = models.BigIntegerField(help_text=_("当时隶属团组织的范围码"))
    case_number = models.CharField(_("事项编号"), max_length=30, blank=True)
    applicant = models.ForeignKey(
        "orgs.Person", on_delete=models.PROTECT, related_name="acceptances", verbose_name=_("申请人")
    )
    standard = models.ForeignKey(
        "orgs.RuleSet", on_delete=models.PROTECT, related_name="+", verbose_name=_("验收标准")
    )
    rule_set = models.ForeignKey("orgs.RuleSet", on_delete=models.PROTECT, related_name="+")
    rules = models.JSONField()
    direct_contact = models.BooleanField(_("直接联系管理"), default=False)
    version = models.PositiveIntegerField(default=0)

    statement = models.TextField(_("自评说明"), max_length=1500, blank=True)
    secretary_name = models.CharField(_("书记签名"), max_length=40, blank=True)
    representative_name = models.CharField(_("团员代表签名"), max_length=40, blank=True)
    assessed_on = models.DateField(_("自评日期"), null=True, blank=True)
    papers = models.JSONField(_("资料审核记录"), default=dict, blank=True)

    # Rounds of inspection are numbered from 1; 0 before the first. What is looked at in this round is on its visits.
    inspection_round = models.PositiveIntegerField(_("验收轮次"), default=0)
    rectifications = models.PositiveIntegerField(_("已整改次数"), default=0)
    rectify_due_on = models.DateField(_("整改期限"), null=True, blank=True)
    appeals = models.PositiveIntegerField(_("已申诉次数"), default=0)
    appeal_reason = models.TextField(_("申诉理由"), max_length=1500, blank=True)

    total = models.DecimalField(_("总分"), max_digits=5, decimal_places=1, null=True, blank=True)
    grade = models.CharField(_("星级"), max_length=8, blank=True)
    meets_standard = models.BooleanField(_("达到合格条件"), null=True)
    borderline = models.BooleanField(_("临界"), default=False)
    shortfalls = models.JSONField(_("未达条件"), default=list, blank=True)
    vetoes = models.JSONField(_("一票否决项"), default=list, blank=True)
    findings_sent_on = models.DateField(_("反馈日期"), null=True, blank=True)
    answer = models.TextField(_("单位答复"), max_length=1500, blank=True)
    answered_on = models.DateField(_("答复日期"), null=True, blank=True)
    recommendation = models.CharField(_("建议结论"), max_length=10, choices=Conclusion, blank=True)
    conclusion = models.CharField(_("验收结论"), max_length=10, choices=Conclusion, blank=True)
    concluded_on = models.DateField(_("认定日期"), null=True, blank=True)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    revoked_on = models.DateField(_("撤销日期"), null=True, blank=True)
    revoked_reason = models.TextField(_("撤销理由"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("达标验收")
        verbose_name_plural = _("达标验收")
        indexes = [
            models.Index(fields=["conclusion", "scope", "concluded_on"], name="acceptance_concluded"),
            models.Index(fields=["valid_until"], name="acceptance_valid_until"),
            models.Index(fields=["scope", "id"], name="acceptance_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.case_number}"

    @property
    def jurisdiction(self) -> Any:
        return self.affiliation

    @property
    def jurisdiction_unit(self) -> Any:
        return self.unit


class AcceptanceItem(models.Model):
    """One item of the standard in one acceptance: claimed, checked on paper, found on site, put right.

    ``points`` and ``met`` are what all counted inspectors found together; None until then.
    """

    acceptance = models.ForeignKey(Acceptance, on_delete=models.CASCADE, related_name="items")
    code = models.CharField(_("编号"), max_length=10)
    position = models.PositiveIntegerField()
    full = models.DecimalField(_("满分"), max_digits=5, decimal_places=1)
    mandatory = models.BooleanField(_("必备项"), default=False)

    claimed = models.BooleanField(_("自评达标"), null=True)
    self_points = models.DecimalField(_("自评分"), max_digits=5, decimal_places=1, null=True, blank=True)
    self_note = models.TextField(_("自评说明"), max_length=500, blank=True)
    paper_note = models.CharField(_("资料审核意见"), max_length=300, blank=True)
    points = models.DecimalField(_("验收得分"), max_digits=5, decimal_places=1, null=True, blank=True)
    met = models.BooleanField(_("达标"), null=True)
    finding = models.TextField(_("扣分原因"), max_length=1000, blank=True)
    answer = models.TextField(_("单位答复"), max_length=500, blank=True)
    rectification = models.TextField(_("整改情况"), max_length=500, blank=True)
    rectified_on = models.DateField(_("整改完成日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("验收项目")
        verbose_name_plural = _("验收项目")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["acceptance", "code"], name="acceptance_item_unique"),
            models.CheckConstraint(
                condition=models.Q(points=None)
                | models.Q(points__gte=Decimal(0), points__lte=models.F("full")),
                name="acceptance_item_points",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.acceptance_id} {self.code}"


class AcceptanceSnapshot(models.Model):
    """What was stated or found at one step in one round, so that rounds can be compared. Rows are only ever added."""

    class Step(models.TextChoices):
        ASSESSMENT = "assessment", _("自评")
        FINDINGS = "findings", _("现场验收")
        ANSWER = "answer", _("单位答复")
        RECTIFICATION = "rectification", _("整改")

    acceptance = models.ForeignKey(Acceptance, on_delete=models.PROTECT, related_name="snapshots")
    step = models.CharField(_("环节"), max_length=16, choices=Step)
    round = models.PositiveIntegerField(_("轮次"))
    data = models.JSONField()
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("验收快照")
        verbose_name_plural = _("验收快照")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.acceptance_id} {self.step} r{self.round}"
