"""What an applying unit fills in, what its members' meeting recorded, and what came out of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import FoundingMode, Gender, OfficerDuty, OrganizationKind, PoliticalStatus


class Founding(models.Model):
    """A founding request (请示) and everything that follows from it until the organization is active.

    ``route`` and ``rules`` are frozen when the case starts: a later rule set never changes a running case.
    ``version`` grows with every save of the form, so that a stale form is recognised.
    """

    unit = models.ForeignKey(
        "orgs.Unit", on_delete=models.PROTECT, related_name="foundings", verbose_name=_("申请单位")
    )
    affiliation = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("隶属团组织")
    )
    organization = models.OneToOneField(
        "orgs.Organization",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="founding",
        verbose_name=_("所建团组织"),
    )
    applicant = models.ForeignKey(
        "orgs.Person", on_delete=models.PROTECT, related_name="foundings", verbose_name=_("申请人")
    )
    rule_set = models.ForeignKey("orgs.RuleSet", on_delete=models.PROTECT, related_name="+")
    rules = models.JSONField()
    route = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=0)

    organization_name = models.CharField(_("拟建团组织名称"), max_length=120, blank=True)
    kind = models.CharField(
        _("团组织类别"), max_length=24, choices=OrganizationKind, default=OrganizationKind.BRANCH
    )
    mode = models.CharField(
        _("建团方式"), max_length=16, choices=FoundingMode, default=FoundingMode.STANDALONE
    )
    direct_contact = models.BooleanField(_("申请由团区委直接联系管理"), default=False)
    reason = models.TextField(_("建团理由"), max_length=1500, blank=True)
    employees = models.PositiveIntegerField(_("从业人员"), default=0)
    youth = models.PositiveIntegerField(_("35岁以下青年"), default=0)
    members = models.PositiveIntegerField(_("团员"), default=0)
    party_members = models.PositiveIntegerField(_("党员"), default=0)
    party_organization = models.CharField(_("单位党组织"), max_length=100, blank=True)
    party_explanation = models.TextField(_("无党组织时的情况说明"), max_length=500, blank=True)
    host_name = models.CharField(_("依托单位或管理机构"), max_length=120, blank=True)
    host_consented_on = models.DateField(_("依托单位书面同意日期"), null=True, blank=True)
    ends_on = models.DateField(_("临时团支部预计结束日期"), null=True, blank=True)
    signing_officer = models.CharField(_("签发人"), max_length=40, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=30, blank=True)

    requested_on = models.DateField(_("请示日期"), null=True, blank=True)
    established_on = models.DateField(_("批准成立日期"), null=True, blank=True)
    meeting_due_on = models.DateField(_("团员大会截止日期"), null=True, blank=True)
    extensions = models.PositiveIntegerField(_("已延期次数"), default=0)
    extension_reason = models.TextField(_("延期理由"), max_length=500, blank=True)
    reported_on = models.DateField(_("结果报告日期"), null=True, blank=True)
    replied_on = models.DateField(_("批准班子日期"), null=True, blank=True)
    starter_kit_on = models.DateField(_("团务用品签收日期"), null=True, blank=True)
    starter_kit_receiver = models.CharField(_("团务用品签收人"), max_length=40, blank=True)
    starter_kit = models.JSONField(_("团务用品"), default=list, blank=True)
    relations_transferred = models.BooleanField(_("团员组织关系已转入"), default=False)
    registered_on = models.DateField(_("入库日期"), null=True, blank=True)
    instructor = models.CharField(_("建团指导员"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("建团申请")
        verbose_name_plural = _("建团申请")

    def __str__(self) -> str:
        return self.organization_name or self.unit.name

    @property
    def current_meeting(self) -> "MembersMeeting | None":
        """The latest members' meeting that was not annulled."""
        return self.meetings.filter(annulled=False).order_by("-number").first()


class CoveredUnit(models.Model):
    """A further unit that a joint, regional, market, building, industry or park organization will cover."""

    founding = models.ForeignKey(Founding, on_delete=models.CASCADE, related_name="covered_units")
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+", verbose_name=_("单位"))
    members = models.PositiveIntegerField(_("团员"), default=0)
    consented_on = models.DateField(_("同意日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("覆盖单位")
        verbose_name_plural = _("覆盖单位")
        constraints = [models.UniqueConstraint(fields=["founding", "unit"], name="covered_unit_unique")]

    def __str__(self) -> str:
        return self.unit.name


class RosterMember(models.Model):
    """A league member on the roster (团员花名册) of a request. No identity numbers: not needed, so not kept."""

    founding = models.ForeignKey(Founding, on_delete=models.CASCADE, related_name="roster")
    name = models.CharField(_("姓名"), max_length=40)
    gender = models.CharField(_("性别"), max_length=8, choices=Gender, blank=True)
    born_on = models.DateField(_("出生日期"), null=True, blank=True)
    joined_on = models.DateField(_("入团日期"), null=True, blank=True)
    political_status = models.CharField(
        _("政治面貌"), max_length=16, choices=PoliticalStatus, default=PoliticalStatus.LEAGUE_MEMBER
    )
    unit_name = models.CharField(_("所在单位"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("团员")
        verbose_name_plural = _("团员花名册")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class ProposedOfficer(models.Model):
    """A person proposed for the committee (拟任班子人选)."""

    founding = models.ForeignKey(Founding, on_delete=models.CASCADE, related_name="proposed_officers")
    name = models.CharField(_("姓名"), max_length=40)
    duty = models.CharField(_("拟任职务"), max_length=20, choices=OfficerDuty, default=OfficerDuty.MEMBER)
    born_on = models.DateField(_("出生日期"), null=True, blank=True)
    political_status = models.CharField(
        _("政治面貌"), max_length=16, choices=PoliticalStatus, default=PoliticalStatus.LEAGUE_MEMBER
    )
    resume = models.CharField(_("简历"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("拟任班子人选")
        verbose_name_plural = _("拟任班子人选")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class FoundingSnapshot(models.Model):
    """What a request said when it was submitted in a round, so that rounds can be compared."""

    founding = models.ForeignKey(Founding, on_delete=models.PROTECT, related_name="snapshots")
    round = models.PositiveIntegerField(_("轮次"))
    data = models.JSONField()
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("申请快照")
        verbose_name_plural = _("申请快照")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.founding_id} r{self.round}"


class MembersMeeting(models.Model):
    """A members' meeting (团员大会) with its election record (RULES section 2)."""

    founding = models.ForeignKey(Founding, on_delete=models.PROTECT, related_name="meetings")
    number = models.PositiveIntegerField(_("场次"))
    held_on = models.DateField(_("召开日期"))
    place = models.CharField(_("地点"), max_length=100, blank=True)
    chair = models.CharField(_("主持人"), max_length=40, blank=True)
    entitled = models.PositiveIntegerField(_("应到人数"))
    present = models.PositiveIntegerField(_("实到人数"))
    quorate = models.BooleanField(_("达到法定人数"))
    seats = models.PositiveIntegerField(_("应选名额"))
    ballots_issued = models.PositiveIntegerField(_("发出选票"), default=0)
    ballots_returned = models.PositiveIntegerField(_("收回选票"), default=0)
    ballots_valid = models.PositiveIntegerField(_("有效选票"), default=0)
    tellers = models.CharField(_("计票人"), max_length=100, blank=True, help_text=_("多人用顿号分隔"))
    election_round = models.PositiveIntegerField(_("选举轮次"), default=1)
    second_round_needed = models.BooleanField(default=False)
    annulled = models.BooleanField(_("已宣布无效"), default=False)
    annulled_reason = models.CharField(_("无效理由"), max_length=300, blank=True)
    record = models.TextField(_("会议记录"), max_length=3000, blank=True)

    class Meta:
        verbose_name = _("团员大会")
        verbose_name_plural = _("团员大会")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["founding", "number"], name="meeting_number_unique")]

    def __str__(self) -> str:
        return f"{self.founding_id} #{self.number}"


class Candidate(models.Model):
    """A candidate of a members' meeting and the votes counted."""

    meeting = models.ForeignKey(MembersMeeting, on_delete=models.PROTECT, related_name="candidates")
    name = models.CharField(_("姓名"), max_length=40)
    votes = models.PositiveIntegerField(_("得票"))
    elected = models.BooleanField(_("当选"), default=False)
    duty = models.CharField(_("当选职务"), max_length=20, choices=OfficerDuty, blank=True)

    class Meta:
        verbose_name = _("候选人")
        verbose_name_plural = _("候选人")
        ordering = ["-votes", "pk"]

    def __str__(self) -> str:
        return self.name
