"""Public notices (公示) and objections (异议) (RULES section 4; section 10, P4)."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..enums import Medium, NoticeState, ObjectionState


class PublicNotice(models.Model):
    """A public notice of nominees of a campaign, on a public page and as an official letter.

    A supplementary notice (``supplements``) announces added names for a period of their own.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey("awards.AwardCampaign", on_delete=models.PROTECT, related_name="notices")
    supplements = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="supplements_of"
    )
    subject = models.CharField(_("公示事项"), max_length=80)
    introduction = models.TextField(_("公示说明"), max_length=600)
    state = models.CharField(_("状态"), max_length=10, choices=NoticeState, default=NoticeState.DRAFT)
    # Frozen from the campaign: whether this notice says that reserves follow.
    names_reserve = models.BooleanField(_("写明依次递补"), default=False)
    published_on = models.DateField(_("发布日期"), null=True, blank=True)
    published_by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, null=True, related_name="+")
    document = models.ForeignKey(
        "records.Document", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("公示文件")
    )
    cancelled_on = models.DateField(_("撤回日期"), null=True, blank=True)
    cancelled_reason = models.CharField(_("撤回理由"), max_length=300, blank=True)
    closed_on = models.DateField(_("结束日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("公示")
        verbose_name_plural = _("公示")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.subject

    @property
    def jurisdiction(self) -> Any:
        return self.campaign.organization

    @property
    def jurisdiction_unit(self) -> None:
        return None


class AnnouncedName(models.Model):
    """One nominee in a notice, with a period of its own; ``until`` is the last day, and may only become later."""

    notice = models.ForeignKey(PublicNotice, on_delete=models.PROTECT, related_name="names")
    nomination = models.ForeignKey(
        "awards.Nomination", on_delete=models.PROTECT, related_name="announcements"
    )
    since = models.DateField(_("公示起"))
    until = models.DateField(_("公示止"))
    # Taken off the page (removed, withdrawn, cancelled); the row stays.
    ended_on = models.DateField(_("撤下日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("公示对象")
        verbose_name_plural = _("公示对象")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["nomination"], condition=Q(ended_on=None), name="announced_once"),
            models.CheckConstraint(condition=Q(until__gte=models.F("since")), name="announced_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.nomination_id}"


class Objection(models.Model):
    """An objection to one nominee. It holds this nominee only, from receipt to its resolution.

    ``sealed`` has who objects and how to reach them (name, unit, contact), encrypted; empty when anonymous. Only the
    secretary and the investigators read it, each reading on record. ``public_id`` is the receipt of the objector.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("编号"), max_length=30, unique=True)
    nomination = models.ForeignKey("awards.Nomination", on_delete=models.PROTECT, related_name="objections")
    medium = models.CharField(_("来源"), max_length=8, choices=Medium)
    anonymous = models.BooleanField(_("匿名"), default=False)
    sealed = models.BinaryField(blank=True, default=b"")
    facts = models.TextField(_("反映的事实"), max_length=2000)
    received_on = models.DateField(_("收到日期"))
    received_by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, null=True, related_name="+")
    timing = models.CharField(_("时间"), max_length=16)
    state = models.CharField(
        _("状态"), max_length=10, choices=ObjectionState, default=ObjectionState.RECEIVED
    )
    accept_by = models.DateField(_("受理期限"))
    accepted_on = models.DateField(_("受理日期"), null=True, blank=True)
    accepted_by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, null=True, related_name="+")
    investigate_by = models.DateField(_("调查期限"))
    dismissal = models.CharField(_("不予受理的理由"), max_length=500, blank=True)
    report = models.TextField(_("调查报告"), max_length=3000, blank=True)
    proposes_founded = models.BooleanField(_("调查意见：异议成立"), null=True)
    reported_on = models.DateField(_("报告日期"), null=True, blank=True)
    reported_by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, null=True, related_name="+")
    resolution = models.TextField(_("认定意见"), max_length=1000, blank=True)
    resolved_on = models.DateField(_("认定日期"), null=True, blank=True)
    resolved_by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, null=True, related_name="+")
    # What the objector may read with the receipt.
    reply = models.CharField(_("给异议人的答复"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("异议")
        verbose_name_plural = _("异议")
        ordering = ["pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["nomination", "state"], name="objection_of_nomination")]

    def __str__(self) -> str:
        return self.number

    @property
    def is_resolved(self) -> bool:
        """Whether nothing is open any more about it."""
        return self.state in (ObjectionState.DISMISSED, ObjectionState.FOUNDED, ObjectionState.UNFOUNDED)

    @property
    def jurisdiction(self) -> Any:
        return self.nomination.honour.campaign.organization

    @property
    def jurisdiction_unit(self) -> None:
        return None


class Investigator(models.Model):
    """Who looks into an objection: people who took no part in the nomination."""

    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="investigators")
    person = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, related_name="investigations")
    appointed_by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, related_name="+")
    appointed_at = models.DateTimeField(_("指定时间"))
    replaced_at = models.DateTimeField(_("更换时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("调查人")
        verbose_name_plural = _("调查人")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["objection", "person"], condition=Q(replaced_at=None), name="investigator_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.objection_id} {self.person_id}"
