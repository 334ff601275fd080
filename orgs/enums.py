"""Closed lists of the registry; the values are database values, the labels are what users read."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrganizationKind(TextChoices):
    """Nodes of the League tree (RULES section 7)."""

    CITY_COMMITTEE = "city_committee", _("团市委")
    DISTRICT_COMMITTEE = "district_committee", _("团区委")
    WORKING_COMMITTEE = "working_committee", _("团工委")
    COMMITTEE = "committee", _("团委")
    GENERAL_BRANCH = "general_branch", _("团总支")
    BRANCH = "branch", _("团支部")
    JOINT_BRANCH = "joint_branch", _("联合团支部")
    TEMPORARY_BRANCH = "temporary_branch", _("临时团支部")


FOUNDED_KINDS = (
    OrganizationKind.BRANCH,
    OrganizationKind.JOINT_BRANCH,
    OrganizationKind.TEMPORARY_BRANCH,
    OrganizationKind.GENERAL_BRANCH,
    OrganizationKind.COMMITTEE,
    OrganizationKind.WORKING_COMMITTEE,
)


class OrganizationLevel(TextChoices):
    """Administrative place of a node, independent of its kind: a town has a committee, a street a working one."""

    CITY = "city", _("市级")
    DISTRICT = "district", _("区级")
    SUBDISTRICT = "subdistrict", _("街镇")
    BUREAU = "bureau", _("系统（局）")
    GRASSROOTS = "grassroots", _("基层")


class OrganizationStatus(TextChoices):
    PREPARATORY = "preparatory", _("筹备中")
    ACTIVE = "active", _("正常运行")
    NEEDS_RECTIFICATION = "needs_rectification", _("待整改")
    LAPSED = "lapsed", _("筹备失效")
    DISSOLVED = "dissolved", _("已撤销")


class UnitKind(TextChoices):
    NON_PUBLIC_ENTERPRISE = "non_public_enterprise", _("非公有制企业")
    SOCIAL_ORGANIZATION = "social_organization", _("社会组织")


class NumberKind(TextChoices):
    """The three kinds of registration number that may stand in a 2014 or later register (RULES section 7)."""

    CREDIT_CODE = "credit_code", _("统一社会信用代码")
    REGISTRATION = "registration", _("工商注册号")
    ORGANIZATION_CODE = "organization_code", _("组织机构代码")


class Classification(TextChoices):
    """Outcome of the survey (RULES section 10, P1)."""

    READY_STANDALONE = "ready_standalone", _("具备独立建团条件")
    READY_JOINT = "ready_joint", _("适合联合建团")
    CULTIVATE = "cultivate", _("培育")
    NOT_SUITABLE = "not_suitable", _("暂不适合")
    GONE = "gone", _("已注销或迁出")


class FoundingMode(TextChoices):
    """Ways of founding (RULES section 2); what each demands is in the rule set."""

    STANDALONE = "standalone", _("独立建团")
    JOINT = "joint", _("联合建团")
    REGIONAL = "regional", _("区域建团")
    MARKET = "market", _("市场建团")
    BUILDING = "building", _("楼宇建团")
    INDUSTRY = "industry", _("行业建团")
    PARK = "park", _("园区建团")
    TEMPORARY = "temporary", _("临时建团")


class Role(TextChoices):
    """Roles of RULES section 10; what each may do is in :mod:`orgs.permissions`."""

    UNIT_APPLICANT = "unit_applicant", _("单位申请人")
    UNIT_LEADER = "unit_leader", _("单位负责人")
    INSTRUCTOR = "instructor", _("建团指导员")
    SUBDISTRICT_HANDLER = "subdistrict_handler", _("街镇经办人")
    SUBDISTRICT_APPROVER = "subdistrict_approver", _("街镇审批人")
    DISTRICT_HANDLER = "district_handler", _("区级经办人")
    DISTRICT_APPROVER = "district_approver", _("区级审批人")
    DISTRICT_LEADER = "district_leader", _("区级领导")
    INSPECTOR = "inspector", _("验收员")
    AWARD_SECRETARY = "award_secretary", _("评选秘书")
    AWARD_MEMBER = "award_member", _("评选委员")
    SECURITY_ADMIN = "security_admin", _("安全管理员")


class Conclusion(TextChoices):
    """How an acceptance is judged (RULES section 10, P3)."""

    PASS = "pass", _("合格")
    RECTIFY = "rectify", _("限期整改")
    FAIL = "fail", _("不合格")


class OfficerDuty(TextChoices):
    SECRETARY = "secretary", _("书记")
    DEPUTY_SECRETARY = "deputy_secretary", _("副书记")
    MEMBER = "member", _("委员")


class Gender(TextChoices):
    MALE = "male", _("男")
    FEMALE = "female", _("女")


class PoliticalStatus(TextChoices):
    LEAGUE_MEMBER = "league_member", _("共青团员")
    PARTY_MEMBER = "party_member", _("中共党员")
    PROBATIONARY = "probationary", _("中共预备党员")
    MASSES = "masses", _("群众")


class MilestoneKind(TextChoices):
    """Dated facts from which every reported figure is derived."""

    SURVEYED = "surveyed", _("完成摸底")
    REQUESTED = "requested", _("提交请示")
    ESTABLISHED = "established", _("批准成立")
    FILED = "filed", _("报区备案")
    ELECTED = "elected", _("产生班子")
    REPLIED = "replied", _("批准班子")
    REGISTERED = "registered", _("入库")
    LAPSED = "lapsed", _("筹备失效")
    ACCEPTED = "accepted", _("验收合格")
    NOT_ACCEPTED = "not_accepted", _("验收不合格")
    ACCEPTANCE_REVOKED = "revoked", _("撤销验收")


class WebhookEvent(TextChoices):
    """What an organization can be told of over HTTP; docs/webhooks.md describes each."""

    CASE_OPENED = "case.opened", _("事项发起")
    CASE_DECIDED = "case.decided", _("作出决定")
    CASE_FINISHED = "case.finished", _("事项办结")
    CASE_ESCALATED = "case.escalated", _("逾期上报")
    DOCUMENT_ISSUED = "document.issued", _("文书签发")


class WebhookProblem(TextChoices):
    """Why an event did not arrive at the last attempt."""

    ADDRESS = "address", _("接收地址不是 https，或指向内部网络，未发送")
    UNKNOWN = "unknown", _("域名无法解析")
    TIMEOUT = "timeout", _("对方超时未应答")
    CONNECTION = "connection", _("连接失败或证书无效")
    REDIRECT = "redirect", _("对方要求跳转，不跟随；请填写最终地址")
    ANSWER = "answer", _("对方应答不是 2xx")
    GONE = "gone", _("对方应答 410，已停止推送")
    REMOVED = "removed", _("接收地址已移除")
