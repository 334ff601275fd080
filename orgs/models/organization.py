"""The League tree of the district."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from ..enums import FoundingMode, OfficerDuty, OrganizationKind, OrganizationLevel, OrganizationStatus

# Bits of each tree level inside the 63-bit scope: 128 cities or provinces, 1,024 districts each, and so on.
SCOPE_BITS = (7, 10, 10, 12, 12, 12)


class TreeTooWide(ValueError):
    """A parent has more children, or the tree more levels, than a scope can address."""


def scope_range(path: str, steplen: int = 4) -> tuple[int, int]:
    """First and last scope of the subtree at a treebeard ``path``.

    Scopes are integers, compared with BETWEEN: the same index and the same order on SQLite and PostgreSQL,
    whatever the collation.
    """
    steps = [int(path[i : i + steplen], 36) for i in range(0, len(path), steplen)]
    if len(steps) > len(SCOPE_BITS):
        raise TreeTooWide(f"{len(steps)} levels, at most {len(SCOPE_BITS)}")
    low = 0
    for step, bits in zip(steps, SCOPE_BITS, strict=False):
        if step >= 1 << bits:
            raise TreeTooWide(f"child number {step}, at most {(1 << bits) - 1}")
        low = (low << bits) | step
    rest = sum(SCOPE_BITS[len(steps) :])
    return low << rest, ((low + 1) << rest) - 1


class Organization(MP_Node):
    """A node of the League tree: committee, working committee, general branch, branch, joint branch.

    ``parent`` in the tree is the affiliation (隶属); ``location`` (属地) is a separate field, and direct contact
    (直接联系) an extra mark, never a second parent.
    """

    name = models.CharField(_("名称"), max_length=120)
    short_name = models.CharField(_("简称"), max_length=40, blank=True)
    initials = models.CharField(_("拼音首字母"), max_length=120, blank=True, editable=False)
    kind = models.CharField(_("类别"), max_length=24, choices=OrganizationKind)
    level = models.CharField(
        _("层级"), max_length=16, choices=OrganizationLevel, default=OrganizationLevel.GRASSROOTS
    )
    status = models.CharField(
        _("状态"), max_length=24, choices=OrganizationStatus, default=OrganizationStatus.ACTIVE
    )
    code = models.CharField(_("代码"), max_length=24, blank=True, help_text=_("街镇为统计用区划代码前九位"))
    issuer_code = models.CharField(_("发文机关代字"), max_length=20, blank=True)
    scope = models.BigIntegerField(editable=False, db_index=True)
    unit = models.ForeignKey(
        "orgs.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organizations",
        verbose_name=_("所在单位"),
    )
    location = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("属地街镇")
    )
    mode = models.CharField(_("建团方式"), max_length=16, choices=FoundingMode, blank=True)
    direct_contact = models.BooleanField(_("直接联系管理"), default=False)
    founded_on = models.DateField(_("成立日期"), null=True, blank=True)
    term_ends_on = models.DateField(_("届满日期"), null=True, blank=True)

    node_order_by: list[str] = []

    class Meta:
        verbose_name = _("团组织")
        verbose_name_plural = _("团组织")
        constraints = [models.UniqueConstraint(fields=["scope"], name="organization_scope_unique")]
        indexes = [models.Index(fields=["kind", "scope"], name="organization_kind_scope")]
        # Jurisdiction permissions live on this node; codenames are listed in orgs.permissions.Perm.
        default_permissions = ()
        permissions = [
            ("view_registry", "查看辖区组织与单位"),
            ("manage_registry", "维护辖区单位"),
            ("export_registry", "导出辖区名册"),
            ("manage_posts", "开通单位账号"),
            ("import_register", "导入底本"),
            ("survey_units", "走访摸底"),
            ("confirm_survey", "确认摸底结论"),
            ("check_subdistrict", "街镇受理审查"),
            ("approve_subdistrict", "街镇审批"),
            ("review_district", "区级审查"),
            ("approve_district", "区级审批"),
            ("inspect_site", "现场验收"),
            ("decide_appeals", "裁决申诉"),
            ("publish_standard", "发布验收标准"),
            ("draw_sample", "组织区级抽查"),
            ("revoke_acceptance", "撤销验收认定"),
            ("manage_awards", "组织评选表彰"),
            ("decide_awards", "决定评选表彰"),
            ("assist_review", "承办评审与异议"),
            ("review_awards", "参加评审"),
            ("revoke_documents", "撤销与补发文书"),
            ("manage_seals", "管理电子印章"),
            ("manage_calendar", "维护工作日历"),
            ("manage_webhooks", "管理事件推送"),
            ("share_desk", "维护共用常用语与视图"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs):
        self.scope = scope_range(self.path, self.steplen)[0]
        return super().save(*args, **kwargs)

    @property
    def scope_bounds(self) -> tuple[int, int]:
        """First and last scope inside this node's jurisdiction, itself included."""
        return scope_range(self.path, self.steplen)

    @property
    def display_name(self) -> str:
        return self.short_name or self.name

    @property
    def ancestor_paths(self) -> list[str]:
        """Paths from the root down to this node: the at most six places where an authority over it can rest."""
        return [self.path[: i + self.steplen] for i in range(0, len(self.path), self.steplen)]


class Coverage(models.Model):
    """A unit that an organization covers; organizations and covered units are counted separately (RULES section 2)."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="coverages")
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="coverages")
    is_host = models.BooleanField(_("依托单位"), default=False)
    since = models.DateField(_("起"))
    until = models.DateField(_("止"), null=True, blank=True)

    class Meta:
        verbose_name = _("覆盖单位")
        verbose_name_plural = _("覆盖单位")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "unit"], condition=models.Q(until=None), name="coverage_open_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} ← {self.unit_id}"


class Officer(models.Model):
    """A member of an organization's committee (班子成员) for a term, as approved by the second reply."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="officers")
    name = models.CharField(_("姓名"), max_length=40)
    duty = models.CharField(_("职务"), max_length=20, choices=OfficerDuty)
    assignment = models.CharField(_("分工"), max_length=20, blank=True)
    since = models.DateField(_("起"))
    until = models.DateField(_("止"), null=True, blank=True)

    class Meta:
        verbose_name = _("班子成员")
        verbose_name_plural = _("班子成员")

    def __str__(self) -> str:
        return f"{self.name} {self.duty}"
