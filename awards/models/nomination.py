"""Nominations (推荐): who is proposed for an honour, why, and what became of it (RULES section 10, P4)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgs.enums import Gender, PoliticalStatus

from ..enums import Answer, NominationState

# No nomination any more: the nominee may be nominated again.
ENDED = (
    NominationState.NOT_RANKED,
    NominationState.NOT_ELIGIBLE,
    NominationState.NOT_SELECTED,
    NominationState.REMOVED,
    NominationState.WITHDRAWN,
    NominationState.LAPSED,
    NominationState.REVOKED,
)


class Nomination(models.Model):
    """One nominee for one honour: an organization, or a person of it. The artifact of the nomination flow.

    ``person_name`` is empty for an organization. ``person_key`` tells persons apart without an identity number: name
    and date of birth (see awards.rules.identity). ``state`` follows awards.rules.states and is only changed by
    :func:`awards.actions.advancing.advance`.
    """

    honour = models.ForeignKey(
        "awards.Honour", on_delete=models.PROTECT, related_name="nominations", verbose_name=_("荣誉称号")
    )
    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="nominations", verbose_name=_("团组织")
    )
    unit = models.ForeignKey(
        "orgs.Unit", on_delete=models.PROTECT, related_name="nominations", verbose_name=_("所在单位")
    )
    # The organization that ranks: the sub-district, or the district for direct contact.
    affiliation = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("推荐单位")
    )
    scope = models.BigIntegerField(help_text=_("推荐单位的范围码"))
    case_number = models.CharField(_("事项编号"), max_length=30, blank=True)
    applicant = models.ForeignKey(
        "orgs.Person", on_delete=models.PROTECT, related_name="nominations", verbose_name=_("申请人")
    )
    state = models.CharField(_("状态"), max_length=12, choices=NominationState, default=NominationState.DRAFT)
    version = models.PositiveIntegerField(default=0)

    person_name = models.CharField(_("姓名"), max_length=40, blank=True)
    person_key = models.CharField(max_length=64, blank=True, editable=False)
    # The nominee's own account, where there is one: nobody judges oneself.
    account = models.ForeignKey(
        "orgs.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("账号"),
    )
    gender = models.CharField(_("性别"), max_length=8, choices=Gender, blank=True)
    born_on = models.DateField(_("出生日期"), null=True, blank=True)
    joined_on = models.DateField(_("入团日期"), null=True, blank=True)
    political_status = models.CharField(_("政治面貌"), max_length=20, choices=PoliticalStatus, blank=True)
    post_title = models.CharField(_("职务"), max_length=60, blank=True)
    post_since = models.DateField(_("任职日期"), null=True, blank=True)

    headcount = models.PositiveIntegerField(_("人数"), null=True, blank=True)
    youth = models.PositiveIntegerField(_("35周岁以下人数"), null=True, blank=True)
    leader_born_on = models.DateField(_("负责人出生日期"), null=True, blank=True)
    # What a person looked at and answered with yes or no, by the fact of the eligibility rule.
    confirmations = models.JSONField(default=dict, blank=True)

    summary = models.CharField(_("简要事迹"), max_length=200, blank=True)
    deeds = models.TextField(_("主要事迹"), max_length=3000, blank=True)

    own_notice_from = models.DateField(_("本单位公示起"), null=True, blank=True)
    own_notice_to = models.DateField(_("本单位公示止"), null=True, blank=True)
    own_notice_place = models.CharField(_("公示地点"), max_length=100, blank=True)
    own_notice_said = models.TextField(_("公示期间收到的意见"), max_length=1000, blank=True)
    own_notice_settled = models.TextField(_("处理情况"), max_length=1000, blank=True)

    rank = models.PositiveIntegerField(_("街镇排序"), null=True, blank=True)
    # The rules with their answers as found when eligibility was checked: [{"kind", "name", "passed", "message"}].
    findings = models.JSONField(_("资格审查结果"), default=list, blank=True)
    checked_on = models.DateField(_("审查日期"), null=True, blank=True)
    blind_number = models.PositiveIntegerField(_("评审编号"), null=True, blank=True)

    class Meta:
        verbose_name = _("推荐")
        verbose_name_plural = _("推荐")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["honour", "organization", "person_key"],
                condition=~Q(state__in=[str(one.value) for one in ENDED]),
                name="nomination_open_unique",
            ),
            models.UniqueConstraint(
                fields=["honour", "affiliation", "rank"],
                condition=Q(rank__isnull=False),
                name="nomination_rank_unique",
            ),
            models.UniqueConstraint(
                fields=["honour", "blind_number"],
                condition=Q(blind_number__isnull=False),
                name="nomination_blind_unique",
            ),
        ]
        indexes = [
            models.Index(fields=["honour", "state"], name="nomination_of_honour"),
            models.Index(fields=["scope", "id"], name="nomination_scope"),
            models.Index(fields=["person_key"], name="nomination_person"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.case_number}"

    @property
    def name(self) -> str:
        """Who is nominated: the person, or the organization."""
        return self.person_name or self.organization.name

    @property
    def rules(self) -> dict[str, Any]:
        """The frozen rules of the campaign, under which the case runs."""
        return self.honour.campaign.rules

    @property
    def rule_set_id(self) -> int:
        return self.honour.campaign.rule_set_id

    @property
    def is_open(self) -> bool:
        return self.state not in ENDED

    @property
    def jurisdiction(self) -> Any:
        return self.affiliation

    @property
    def jurisdiction_unit(self) -> Any:
        return self.unit


class NominationEvent(models.Model):
    """A change of a nomination's state. Rows are only ever added."""

    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=24)
    source = models.CharField(_("原状态"), max_length=12, choices=NominationState)
    target = models.CharField(_("新状态"), max_length=12, choices=NominationState)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("推荐经过")
        verbose_name_plural = _("推荐经过")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.nomination_id} {self.event}"


class NominationSnapshot(models.Model):
    """What the unit stated at one step in one round, so that rounds can be compared. Rows are only ever added."""

    class Step(models.TextChoices):
        NOMINATION = "nomination", _("推荐材料")
        OWN_NOTICE = "own_notice", _("本单位公示")

    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="snapshots")
    step = models.CharField(_("环节"), max_length=16, choices=Step)
    round = models.PositiveIntegerField(_("轮次"))
    data = models.JSONField()
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("推荐快照")
        verbose_name_plural = _("推荐快照")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.nomination_id} {self.step} r{self.round}"


class ConsultationLetter(models.Model):
    """A letter by which an office is asked for its opinion on nominees (征求意见函)."""

    campaign = models.ForeignKey("awards.AwardCampaign", on_delete=models.PROTECT, related_name="letters")
    addressee = models.CharField(_("征求意见单位"), max_length=80)
    asked = models.CharField(_("征求意见事项"), max_length=300)
    reply_due_on = models.DateField(_("答复期限"))
    document = models.ForeignKey(
        "records.Document", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("函件")
    )
    sent_by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("发出时间"))

    class Meta:
        verbose_name = _("征求意见函")
        verbose_name_plural = _("征求意见函")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.addressee} {self.sent_at:%Y-%m-%d}"


class ConsultationAnswer(models.Model):
    """What one letter asks about one nominee, and what was replied; empty until then."""

    letter = models.ForeignKey(ConsultationLetter, on_delete=models.PROTECT, related_name="answers")
    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="consultations")
    answer = models.CharField(_("答复"), max_length=10, choices=Answer, blank=True)
    text = models.CharField(_("意见内容"), max_length=500, blank=True)
    answered_on = models.DateField(_("答复日期"), null=True, blank=True)
    recorded_by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(_("登记时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("征求意见答复")
        verbose_name_plural = _("征求意见答复")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["letter", "nomination"], name="consultation_answer_unique")
        ]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.nomination_id} {self.answer}"
