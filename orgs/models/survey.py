"""The survey (摸底): imports of the baseline register and visits to units."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import Classification


class RegisterImport(models.Model):
    """One uploaded baseline register (底本): previewed first, applied row by row afterwards."""

    class Status(models.TextChoices):
        PREVIEW = "preview", _("待确认")
        APPLIED = "applied", _("已导入")
        ABANDONED = "abandoned", _("已放弃")

    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("导入范围")
    )
    file = models.ForeignKey("records.StoredFile", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(
        "orgs.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("导入人")
    )
    at = models.DateTimeField(_("上传时间"))
    status = models.CharField(_("状态"), max_length=12, choices=Status, default=Status.PREVIEW)

    class Meta:
        verbose_name = _("底本导入")
        verbose_name_plural = _("底本导入")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.pk} {self.at:%Y-%m-%d}"


class ImportRow(models.Model):
    """A row of an import: what was read, what is wrong with it, what it may duplicate, and what became of it."""

    class Outcome(models.TextChoices):
        NEW = "new", _("新增")
        UPDATE = "update", _("更新已有单位")
        DUPLICATE = "duplicate", _("疑似重复，待人工处理")
        UNCHANGED = "unchanged", _("与底本一致")
        FAULTY = "faulty", _("有误")
        CREATED = "created", _("已新增")
        UPDATED = "updated", _("已更新")
        MERGED = "merged", _("已并入已有单位")
        SKIPPED = "skipped", _("已跳过")

    class Decision(models.TextChoices):
        """What a person decided about a likely duplicate; the outcome says what came of it."""

        MERGE = "merge", _("并入已有单位")
        KEEP = "keep", _("不是同一单位，分别登记")
        SKIP = "skip", _("不导入这一行")

    register_import = models.ForeignKey(RegisterImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("行号"))
    raw = models.JSONField()
    values = models.JSONField(default=dict)
    errors = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    outcome = models.CharField(_("结果"), max_length=12, choices=Outcome)
    duplicate_of = models.ForeignKey(
        "orgs.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    duplicate_row = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("重复的行")
    )
    duplicate_reasons = models.JSONField(default=list)
    number_ok = models.BooleanField(_("校验位相符"), default=True)
    number_reason = models.CharField(_("校验位不符仍采用的理由"), max_length=200, blank=True)
    decision = models.CharField(_("处理决定"), max_length=8, choices=Decision, blank=True)
    decision_reason = models.CharField(_("理由"), max_length=200, blank=True)
    taken = models.JSONField(default=list, help_text=_("并入时采用本行内容的列"))
    decided_by = models.ForeignKey(
        "orgs.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("导入行")
        verbose_name_plural = _("导入行")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["register_import", "number"], name="import_row_unique")
        ]

    def __str__(self) -> str:
        return f"{self.register_import_id}:{self.number}"


class Survey(models.Model):
    """The survey of one unit, from registration to a confirmed classification."""

    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="surveys")
    rule_set = models.ForeignKey("orgs.RuleSet", on_delete=models.PROTECT, related_name="+")
    rules = models.JSONField()
    classification = models.CharField(_("摸底结论"), max_length=20, choices=Classification, blank=True)
    classification_reason = models.TextField(_("理由"), max_length=500, blank=True)
    confirmed_on = models.DateField(_("确认日期"), null=True, blank=True)
    revisit_on = models.DateField(_("回访日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("摸底")
        verbose_name_plural = _("摸底")

    def __str__(self) -> str:
        return self.unit.name


class Visit(models.Model):
    """A visit (走访) to a unit and what was found there."""

    class Willingness(models.TextChoices):
        WILLING = "willing", _("愿意建团")
        HESITANT = "hesitant", _("观望")
        UNWILLING = "unwilling", _("暂不愿意")

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="visits")
    visited_on = models.DateField(_("走访日期"))
    by = models.ForeignKey(
        "orgs.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("走访人")
    )
    found = models.BooleanField(_("单位在址经营"), default=True)
    employees = models.PositiveIntegerField(_("从业人员"), default=0)
    youth = models.PositiveIntegerField(_("35岁以下青年"), default=0)
    members = models.PositiveIntegerField(_("团员"), default=0)
    party_members = models.PositiveIntegerField(_("党员"), default=0)
    party_organization = models.CharField(_("党组织"), max_length=100, blank=True)
    willingness = models.CharField(_("建团意愿"), max_length=12, choices=Willingness, blank=True)
    interviewee = models.CharField(_("受访人"), max_length=40, blank=True)
    notes = models.TextField(_("走访记录"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("走访记录")
        verbose_name_plural = _("走访记录")
        ordering = ["visited_on", "pk"]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.visited_on}"
