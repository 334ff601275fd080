"""On-site inspection (现场验收): one inspector's visit, and the facts recorded there, also without a network."""

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Inspection(models.Model):
    """One inspector's visit to an organization. Until all of a round are complete, each is its inspector's alone.

    ``items`` are the codes that are looked at: all of the standard, or the failed ones of a re-inspection. ``result``
    is frozen when the visit is complete: ``{"items": {code: {"met", "points", "note"}}, "vetoes": [...], "facts": n,
    "photos": n, "digest": sha256}``.
    """

    class Purpose(models.TextChoices):
        REGULAR = "regular", _("验收")
        THIRD = "third", _("第三人复核")
        AGAIN = "again", _("复验")
        SAMPLE = "sample", _("区级抽查")

    class State(models.TextChoices):
        ASSIGNED = "assigned", _("待验收")
        COMPLETED = "completed", _("已提交")
        CANCELLED = "cancelled", _("已取消")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    acceptance = models.ForeignKey("orgs.Acceptance", on_delete=models.PROTECT, related_name="inspections")
    inspector = models.ForeignKey(
        "orgs.Person", on_delete=models.PROTECT, related_name="inspections", verbose_name=_("验收员")
    )
    purpose = models.CharField(_("类型"), max_length=10, choices=Purpose, default=Purpose.REGULAR)
    round = models.PositiveIntegerField(_("验收轮次"))
    items = models.JSONField(default=list)
    planned_at = models.DateTimeField(_("约定时间"))
    place = models.CharField(_("地点"), max_length=200)
    contact = models.CharField(_("联系人"), max_length=40, blank=True)
    telephone = models.CharField(_("联系电话"), max_length=30, blank=True)
    assigned_by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(_("指派时间"))
    # Grows with every rescheduling, so that the phone sees that its copy is old.
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.ASSIGNED)
    cancelled_reason = models.CharField(_("取消原因"), max_length=200, blank=True)
    completed_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    total = models.DecimalField(_("总分"), max_digits=5, decimal_places=1, null=True, blank=True)
    result = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("现场验收")
        verbose_name_plural = _("现场验收")
        ordering = ["planned_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["acceptance", "round", "inspector"],
                condition=~models.Q(state="cancelled"),
                name="inspection_once_per_round",
            )
        ]
        indexes = [models.Index(fields=["inspector", "state", "planned_at"], name="inspection_of_inspector")]

    def __str__(self) -> str:
        return f"{self.acceptance_id} r{self.round} {self.inspector_id}"

    @property
    def jurisdiction(self) -> Any:
        return self.acceptance.affiliation

    @property
    def jurisdiction_unit(self) -> Any:
        return self.acceptance.unit


class InspectionFact(models.Model):
    """One thing recorded on a phone. Facts are only ever added; a correction is a new fact that supersedes others.

    ``key`` says what it is about: an item's code, ``photo:<uuid>``, ``veto:<code>``, ``arrival``, ``signature``,
    ``finish``. Of one key those facts count that no other supersedes; two such facts with different values are a
    conflict, which a person settles by a fact that supersedes both. So the order of arrival never matters.
    """

    uuid = models.UUIDField(unique=True)
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="facts")
    key = models.CharField(max_length=60)
    value = models.JSONField(null=True)
    supersedes = models.JSONField(default=list, blank=True)
    device = models.CharField(max_length=40)
    recorded_at = models.DateTimeField(_("记录时间"), help_text=_("手机上的时间"))
    received_at = models.DateTimeField(_("收到时间"))
    # Arrived after the visit was complete: kept and shown, not counted.
    late = models.BooleanField(_("提交后到达"), default=False)

    class Meta:
        verbose_name = _("现场记录")
        verbose_name_plural = _("现场记录")
        ordering = ["pk"]
        indexes = [models.Index(fields=["inspection", "key"], name="fact_of_inspection")]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.key}"


class InspectionUpload(models.Model):
    """A photo or signature on its way from a phone, in pieces; ``file`` once it has arrived whole and was accepted.

    ``sha256`` is that of the bytes as taken on the phone; the stored file is a re-encoded copy.
    """

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="uploads")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("大小"))
    received = models.PositiveIntegerField(_("已收到"), default=0)
    refused = models.CharField(_("拒收原因"), max_length=200, blank=True)
    file = models.ForeignKey("records.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("现场照片")
        verbose_name_plural = _("现场照片")
        constraints = [
            models.UniqueConstraint(fields=["inspection", "sha256"], name="inspection_upload_unique"),
            models.CheckConstraint(
                condition=models.Q(received__lte=models.F("size")), name="inspection_upload_received"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.sha256[:8]}"


class DeviceKey(models.Model):
    """The key under which a person's phone keeps its visits: handed out to whoever is signed in, never kept on the
    phone beyond signing out. One per person, so that a phone that was signed out can be read again by its owner."""

    person = models.OneToOneField("orgs.Person", on_delete=models.CASCADE, related_name="device_key")
    secret = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("手机离线密钥")
        verbose_name_plural = _("手机离线密钥")

    def __str__(self) -> str:
        return f"{self.person_id}"
