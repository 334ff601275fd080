"""Campaigns (评选活动), their honours, and the quotas of the sub-districts (RULES section 4; section 10, P4)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..enums import CampaignState, NomineeKind


class AwardCampaign(models.Model):
    """One campaign of a district: what is awarded, by which rules, when.

    ``rules`` is the data of the rule set ``awards`` that was in force when the draft was made; it is frozen with the
    honours when the campaign is published. ``counted_on`` is the day whose accepted organizations the quotas count.
    """

    organization = models.ForeignKey(
        "orgs.Organization",
        on_delete=models.PROTECT,
        related_name="award_campaigns",
        verbose_name=_("主办单位"),
    )
    number = models.CharField(_("编号"), max_length=30, unique=True)
    year = models.PositiveIntegerField(_("评选年度"))
    name = models.CharField(_("活动名称"), max_length=80)
    work = models.CharField(_("表彰的工作"), max_length=60, help_text=_("写入证书：在××年度……中成绩突出"))
    state = models.CharField(_("状态"), max_length=10, choices=CampaignState, default=CampaignState.DRAFT)
    rule_set = models.ForeignKey("orgs.RuleSet", on_delete=models.PROTECT, related_name="+")
    rules = models.JSONField()
    starts_on = models.DateField(_("开始日期"))
    counted_on = models.DateField(_("名额统计截止日期"))
    is_blind = models.BooleanField(_("匿名评审"), default=False)
    names_reserve = models.BooleanField(_("公示时公布候补并依次递补"), default=False)
    # Where objections go: office, address, telephone, email (see records.documents.Channel).
    channel = models.JSONField(_("受理异议"), default=dict)
    version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("建立时间"))
    submitted_by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(_("送批时间"), null=True, blank=True)
    returned_reason = models.CharField(_("退回理由"), max_length=500, blank=True)
    published_by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    finished_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    call = models.ForeignKey(
        "records.Document", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("评选通知")
    )

    class Meta:
        verbose_name = _("评选活动")
        verbose_name_plural = _("评选活动")
        ordering = ["-year", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def jurisdiction(self) -> Any:
        return self.organization

    @property
    def jurisdiction_unit(self) -> None:
        return None


class Honour(models.Model):
    """One honour of a campaign (exemplary organization, outstanding cadre …).

    ``places`` may be awarded; ``nomination_places`` are divided among the sub-districts as the quota of nominations.
    ``data`` has ``eligibility`` (awards.rules.eligibility), ``criteria`` and ``scoring`` (awards.rules.scoring) and
    ``ballot`` (awards.rules.ballots). ``areas`` are the counted organizations by sub-district, frozen at publication:
    ``[{"organization", "code", "name", "accepted", "non_public"}]``. From them anybody can repeat the calculation.
    """

    campaign = models.ForeignKey(AwardCampaign, on_delete=models.CASCADE, related_name="honours")
    code = models.CharField(_("代码"), max_length=30)
    title = models.CharField(_("荣誉称号"), max_length=40)
    letters = models.CharField(_("证书编号代字"), max_length=6)
    nominee_kind = models.CharField(_("授予对象"), max_length=12, choices=NomineeKind)
    measure = models.CharField(_("量词"), max_length=8, help_text=_("个团组织、名同志"))
    position = models.PositiveIntegerField(default=0)
    places = models.PositiveIntegerField(_("表彰名额"))
    nomination_places = models.PositiveIntegerField(_("推荐名额"))
    floor = models.PositiveIntegerField(_("每街镇至少"), default=0)
    cap = models.PositiveIntegerField(_("每街镇至多"), null=True, blank=True)
    non_public_share = models.CharField(_("两新组织占比"), max_length=10, default="0")
    data = models.JSONField()
    areas = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("荣誉称号")
        verbose_name_plural = _("荣誉称号")
        ordering = ["campaign", "position"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["campaign", "code"], name="honour_unique"),
            models.CheckConstraint(
                condition=Q(nomination_places__gte=models.F("places")),
                name="honour_nominations_cover_places",
                violation_error_message=_("推荐名额不能少于表彰名额。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class QuotaAdjustment(models.Model):
    """A change of a quota by decision, after publication. Rows are only ever added.

    With ``organization`` the nominations of that sub-district, without it the places of the honour itself.
    """

    honour = models.ForeignKey(Honour, on_delete=models.PROTECT, related_name="adjustments")
    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("街镇")
    )
    places = models.IntegerField(_("增减名额"))
    reserved = models.IntegerField(_("其中两新组织增减"), default=0)
    reason = models.CharField(_("理由"), max_length=300)
    decision = models.CharField(_("依据"), max_length=120)
    by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("名额调整")
        verbose_name_plural = _("名额调整")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.honour_id} {self.places:+d}"
