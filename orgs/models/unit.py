"""Units: the enterprises and social organizations in which organizations are founded."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import Classification, NumberKind, UnitKind


class Unit(models.Model):
    """An enterprise or social organization of the baseline register (底本)."""

    name = models.CharField(_("单位名称"), max_length=120)
    normalized_name = models.CharField(max_length=120, editable=False, db_index=True)
    initials = models.CharField(_("拼音首字母"), max_length=120, blank=True, editable=False, db_index=True)
    kind = models.CharField(_("单位性质"), max_length=24, choices=UnitKind)
    number_kind = models.CharField(_("证照类型"), max_length=20, choices=NumberKind)
    number = models.CharField(_("证照号码"), max_length=18)
    number_override_reason = models.CharField(_("校验位不符仍采用的理由"), max_length=200, blank=True)
    address = models.CharField(_("地址"), max_length=200)
    normalized_address = models.CharField(max_length=200, editable=False, db_index=True)
    section = models.CharField(_("行业门类（GB/T 4754）"), max_length=1)
    above_scale = models.BooleanField(_("规模以上"), default=False)
    above_scale_basis = models.CharField(_("规上依据"), max_length=100, blank=True)
    above_scale_on = models.DateField(_("规上认定日期"), null=True, blank=True)
    employees = models.PositiveIntegerField(_("从业人员"), default=0)
    youth = models.PositiveIntegerField(_("35岁以下青年"), default=0)
    members = models.PositiveIntegerField(_("团员"), default=0)
    party_members = models.PositiveIntegerField(_("党员"), default=0)
    party_organization = models.CharField(_("党组织"), max_length=100, blank=True, help_text=_("没有则留空"))
    has_trade_union = models.BooleanField(_("有工会"), default=False)
    contact_name = models.CharField(_("联系人"), max_length=40, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    location = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("属地街镇")
    )
    affiliation = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="units", verbose_name=_("隶属团组织")
    )
    scope = models.BigIntegerField(editable=False, db_index=True, help_text=_("隶属团组织的范围码"))
    direct_contact = models.BooleanField(_("直接联系管理"), default=False)
    classification = models.CharField(_("摸底结论"), max_length=20, choices=Classification, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("并入")
    )
    remark = models.CharField(_("备注"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        default_permissions = ()
        permissions = [
            ("apply_founding", "申请建团"),
            ("give_unit_opinion", "签署单位意见"),
            ("view_unit", "查看本单位"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["number_kind", "number"],
                condition=models.Q(merged_into=None),
                name="unit_number_unique",
                violation_error_message=_("该证照号码已登记。请在单位名册中查找该单位，或核对号码。"),
            ),
            models.CheckConstraint(
                condition=models.Q(youth__lte=models.F("employees")),
                name="unit_youth_within_employees",
                violation_error_message=_("35岁以下青年数不能大于从业人员数，请核对两项人数。"),
            ),
            models.CheckConstraint(
                condition=models.Q(members__lte=models.F("youth")),
                name="unit_members_within_youth",
                violation_error_message=_("团员数不能大于35岁以下青年数，请核对两项人数。"),
            ),
        ]
        indexes = [
            models.Index(fields=["scope", "classification"], name="unit_scope_classification"),
            models.Index(
                fields=["scope", "id"], condition=models.Q(merged_into=None), name="unit_scope_page"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitVersion(models.Model):
    """A frozen state of a unit's row in the baseline register; versions are only ever added."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    data = models.JSONField()
    reason = models.CharField(_("变更原因"), max_length=200)
    by = models.ForeignKey(
        "orgs.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("办理人")
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("底本版本")
        verbose_name_plural = _("底本版本")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["unit", "number"], name="unit_version_unique")]

    def __str__(self) -> str:
        return f"{self.unit_id} v{self.number}"
