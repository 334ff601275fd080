"""The year's plan: what the district promised, and by when which share of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Campaign(models.Model):
    """The plan of a year with its goals and milestones, e.g. the notice of 2014 (RULES section 0)."""

    year = models.PositiveIntegerField(_("年度"), unique=True)
    name = models.CharField(_("名称"), max_length=80)
    source = models.CharField(_("依据"), max_length=200)

    class Meta:
        verbose_name = _("年度计划")
        verbose_name_plural = _("年度计划")
        ordering = ["-year"]

    def __str__(self) -> str:
        return self.name


class Goal(models.Model):
    """How many organizations of one sort are to be founded and registered within the year."""

    class Sort(models.TextChoices):
        NON_PUBLIC_ENTERPRISE = "non_public_enterprise", _("非公有制企业")
        SOCIAL_ORGANIZATION = "social_organization", _("社会组织")
        DIRECT_CONTACT = "direct_contact", _("直接联系管理")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="goals")
    sort = models.CharField(_("类别"), max_length=24, choices=Sort)
    target = models.PositiveIntegerField(_("目标数"))
    cumulative = models.BooleanField(_("按月累计考核"), default=True)

    class Meta:
        verbose_name = _("目标")
        verbose_name_plural = _("目标")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["campaign", "sort"], name="goal_once_per_campaign")]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.sort} {self.target}"


class Checkpoint(models.Model):
    """A day by which a share of each cumulative goal is to be reached."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="checkpoints")
    due_on = models.DateField(_("截止日期"))
    percent = models.PositiveIntegerField(_("累计比例"))

    class Meta:
        verbose_name = _("进度节点")
        verbose_name_plural = _("进度节点")
        ordering = ["due_on"]
        constraints = [models.UniqueConstraint(fields=["campaign", "due_on"], name="checkpoint_once_per_day")]

    def __str__(self) -> str:
        return f"{self.due_on} {self.percent}%"
