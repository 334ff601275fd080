"""Closed lists of awards; the values are database values, the labels are what users read."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NomineeKind(TextChoices):
    """To whom an honour goes."""

    ORGANIZATION = "organization", _("集体")
    PERSON = "person", _("个人")


class CampaignState(TextChoices):
    DRAFT = "draft", _("草拟")
    SUBMITTED = "submitted", _("待批准")
    PUBLISHED = "published", _("进行中")
    FINISHED = "finished", _("已结束")
    CANCELLED = "cancelled", _("已取消")


# Before publication: everything can still be changed.
PREPARED = (CampaignState.DRAFT, CampaignState.SUBMITTED)


class NominationState(TextChoices):
    """Where a nomination stands; how one state follows another is in :mod:`awards.rules.states`."""

    DRAFT = "draft", _("填报")
    OWN_NOTICE = "own_notice", _("本单位公示")
    RANKING = "ranking", _("街镇排序")
    CHECKING = "checking", _("资格审查")
    VETTING = "vetting", _("考察征求意见")
    REVIEW = "review", _("评审")
    LISTED = "listed", _("拟表彰")
    RESERVE = "reserve", _("候补")
    ANNOUNCED = "announced", _("公示中")
    HELD = "held", _("异议待查")
    CLEARED = "cleared", _("公示无异议")
    DECIDED = "decided", _("已决定表彰")
    AWARDED = "awarded", _("已授予")
    NOT_RANKED = "not_ranked", _("街镇未推荐")
    NOT_ELIGIBLE = "not_eligible", _("资格不符")
    NOT_SELECTED = "not_selected", _("未入选")
    REMOVED = "removed", _("取消资格")
    WITHDRAWN = "withdrawn", _("已退出")
    LAPSED = "lapsed", _("已终止")
    REVOKED = "revoked", _("已撤销")


class NoticeState(TextChoices):
    DRAFT = "draft", _("草拟")
    RUNNING = "running", _("公示中")
    CANCELLED = "cancelled", _("已撤回")
    CLOSED = "closed", _("已结束")


class Duty(TextChoices):
    """What a person does in the committee of a campaign. The secretary has no vote."""

    CHAIR = "chair", _("主任委员")
    DEPUTY = "deputy", _("副主任委员")
    MEMBER = "member", _("委员")
    SECRETARY = "secretary", _("秘书")


class ReviewState(TextChoices):
    PREPARING = "preparing", _("准备中")
    SCORING = "scoring", _("评分中")
    CLOSED = "closed", _("评分已截止")
    OPENED = "opened", _("评分已开启")
    CONCLUDED = "concluded", _("评审已结束")


class VoteKind(TextChoices):
    VOTE = "vote", _("投票")
    REPEAT = "repeat", _("重新投票")
    REVOTE = "revote", _("并列复投")


class Choice(TextChoices):
    YES = "yes", _("赞成")
    NO = "no", _("反对")
    ABSTAIN = "abstain", _("弃权")


class Answer(TextChoices):
    """What was replied to a consultation letter about one nominee."""

    AGREED = "agreed", _("无不同意见")
    OBJECTED = "objected", _("有不同意见")


class Medium(TextChoices):
    """How an objection came in."""

    WEB = "web", _("网上提交")
    LETTER = "letter", _("来信")
    PHONE = "phone", _("来电")
    VISIT = "visit", _("来访")


class ObjectionState(TextChoices):
    RECEIVED = "received", _("待受理")
    ACCEPTED = "accepted", _("调查中")
    REPORTED = "reported", _("待认定")
    DISMISSED = "dismissed", _("不予受理")
    FOUNDED = "founded", _("异议成立")
    UNFOUNDED = "unfounded", _("异议不成立")
