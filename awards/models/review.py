"""The committee's review: members, conflicts, sealed scores, secret ballots (RULES section 4; docs/adr/0010)."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..enums import Choice, Duty, ReviewState, VoteKind


class CommitteeMember(models.Model):
    """A person in the committee of a campaign, for a time. Rows are never deleted; who leaves gets ``until``.

    ``position`` orders deputies: the first without a conflict stands in for the chair.
    """

    campaign = models.ForeignKey("awards.AwardCampaign", on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(
        "orgs.Person", on_delete=models.PROTECT, related_name="award_seats", verbose_name=_("姓名")
    )
    duty = models.CharField(_("职务"), max_length=10, choices=Duty)
    employer = models.CharField(_("工作单位"), max_length=120, blank=True)
    position = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(_("任职时间"))
    until = models.DateTimeField(_("离任时间"), null=True, blank=True)
    left_reason = models.CharField(_("离任原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("评审委员")
        verbose_name_plural = _("评审委员")
        ordering = ["position", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "person"], condition=Q(until=None), name="committee_member_unique"
            ),
            models.UniqueConstraint(
                fields=["campaign"], condition=Q(until=None, duty="chair"), name="committee_one_chair"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.person_id}"


class ConflictDeclaration(models.Model):
    """What a member said about conflicts with nominees. Rows are only ever added; a withdrawal is a further row.

    Without ``nomination`` the member stated to have gone through all nominees of ``honour``.
    """

    member = models.ForeignKey(CommitteeMember, on_delete=models.PROTECT, related_name="declarations")
    honour = models.ForeignKey("awards.Honour", on_delete=models.PROTECT, related_name="+")
    nomination = models.ForeignKey(
        "awards.Nomination", on_delete=models.PROTECT, null=True, related_name="declarations"
    )
    ground = models.CharField(_("回避情形"), max_length=20, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    withdrawn = models.BooleanField(_("撤回"), default=False)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("回避申报")
        verbose_name_plural = _("回避申报")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.member_id} {self.nomination_id} {self.ground}"


class Review(models.Model):
    """The review of one honour, from scoring to the result. ``salt`` is part of the key of its sealed scores."""

    honour = models.OneToOneField("awards.Honour", on_delete=models.PROTECT, related_name="review")
    state = models.CharField(_("状态"), max_length=10, choices=ReviewState, default=ReviewState.PREPARING)
    salt = models.BinaryField(max_length=16)
    meeting_at = models.DateTimeField(_("会议时间"), null=True, blank=True)
    meeting_place = models.CharField(_("会议地点"), max_length=100, blank=True)
    scoring_opened_at = models.DateTimeField(_("评分开始"), null=True, blank=True)
    scoring_closed_at = models.DateTimeField(_("评分截止"), null=True, blank=True)
    opened_at = models.DateTimeField(_("开启时间"), null=True, blank=True)
    opened_by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, null=True, related_name="+")
    concluded_at = models.DateTimeField(_("评审结束"), null=True, blank=True)
    # Selected and reserves in their order, by id of nomination, as concluded.
    result = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("评审")
        verbose_name_plural = _("评审")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.honour_id} {self.state}"


class Score(models.Model):
    """What one member gave one nominee. Until the opening ``sealed`` is all there is (awards.sealing).

    ``commitment`` is the salted digest that stands in the audit chain. ``points`` ({criterion: "18.5"}) and ``total``
    (of 100) are written by the chair's opening.
    """

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="scores")
    member = models.ForeignKey(CommitteeMember, on_delete=models.PROTECT, related_name="scores")
    nomination = models.ForeignKey("awards.Nomination", on_delete=models.PROTECT, related_name="scores")
    sealed = models.BinaryField()
    commitment = models.CharField(max_length=64, blank=True)
    handed_in_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    points = models.JSONField(null=True, blank=True)
    total = models.DecimalField(_("得分"), max_digits=6, decimal_places=3, null=True, blank=True)

    class Meta:
        verbose_name = _("评分")
        verbose_name_plural = _("评分")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["member", "nomination"], name="score_unique")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.nomination_id}"


class Vote(models.Model):
    """One vote of the committee: ballots on several nominees, open from ``opened_at`` to ``closed_at``, counted at the
    chair's opening. ``digest`` is that of all slips, recorded when the vote is closed."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="votes")
    number = models.PositiveIntegerField(_("次序"))
    kind = models.CharField(_("类型"), max_length=10, choices=VoteKind)
    opened_by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("开始时间"))
    closed_at = models.DateTimeField(_("截止时间"), null=True, blank=True)
    digest = models.CharField(_("选票校验码"), max_length=64, blank=True)
    counted_at = models.DateTimeField(_("开票时间"), null=True, blank=True)
    counted_by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("投票")
        verbose_name_plural = _("投票")
        ordering = ["number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["review", "number"], name="vote_unique"),
            models.UniqueConstraint(
                fields=["review"], condition=Q(counted_at=None), name="vote_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} #{self.number}"


class Ballot(models.Model):
    """The ballot on one nominee in one vote. ``members`` are those of the committee when it was opened, by id."""

    vote = models.ForeignKey(Vote, on_delete=models.PROTECT, related_name="ballots")
    nomination = models.ForeignKey("awards.Nomination", on_delete=models.PROTECT, related_name="ballots")
    members = models.JSONField(default=list)
    # Written when the vote is counted: outcome, entitled, voters, quorum, base, needed, yes, no, abstain.
    result = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("表决")
        verbose_name_plural = _("表决")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["vote", "nomination"], name="ballot_unique")]

    def __str__(self) -> str:
        return f"{self.vote_id} {self.nomination_id}"


class BallotRoll(models.Model):
    """That a member handed in a slip on a nominee; never which. Rows are only ever added."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="roll")
    member = models.ForeignKey(CommitteeMember, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("投票签到")
        verbose_name_plural = _("投票签到")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["ballot", "member"], name="ballot_roll_unique")]

    def __str__(self) -> str:
        return f"{self.ballot_id} {self.member_id}"


class Slip(models.Model):
    """One slip: no member, no time, a random key. Rows are only ever added."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="slips")
    choice = models.CharField(_("意见"), max_length=8, choices=Choice)

    class Meta:
        verbose_name = _("选票")
        verbose_name_plural = _("选票")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)


class TieDecision(models.Model):
    """How the chair (or the first deputy without a conflict) settled a tie. Rows are only ever added.

    ``chosen`` are ids of nominations; empty where the place is left empty.
    """

    vote = models.OneToOneField(Vote, on_delete=models.PROTECT, related_name="tie_decision")
    chosen = models.JSONField(default=list)
    reason = models.CharField(_("理由"), max_length=300)
    by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("并列决定")
        verbose_name_plural = _("并列决定")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.vote_id} {self.chosen}"
