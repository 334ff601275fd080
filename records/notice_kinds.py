"""What people can be told: every kind of notice in one table, and the groups for which they choose e-mail."""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import NoticePreference

Email = NoticePreference.Email


@dataclass(frozen=True)
class Group:
    """Kinds for which a person makes one choice. ``email`` holds without a choice.

    A group that is not ``optional`` is mailed at once to everybody who has an address: it tells of a change of
    somebody's authority or of a document that holds no longer, which nobody may miss.
    """

    title: Promise
    hint: Promise
    email: Email
    optional: bool = True


@dataclass(frozen=True)
class Kind:
    """How one kind reads and looks. ``text`` names the keys of the context that a sender must give."""

    group: str
    icon: str
    tone: str
    text: Promise

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(re.findall(r"%\((\w+)\)", str(self.text)))


# Why these defaults: work that waits in the queue anyway is read once a day; what presses, or what an applicant
# waits for, is told at once; what others did for information never interrupts.
GROUPS: dict[str, Group] = {
    "tasks": Group(_("新待办"), _("分到您名下或您可以认领的事项，包括转办和会签。"), Email.DIGEST),
    "inspections": Group(_("现场验收"), _("指派给您的现场验收，以及约定、改期、换人和取消。"), Email.NOW),
    "reminders": Group(_("催办与时限"), _("催办、到期提醒、逾期和逾期上报。"), Email.NOW),
    "progress": Group(_("我的申请"), _("您发起的申请被退回、批准、登记或失效。"), Email.NOW),
    "copies": Group(_("抄送与备案"), _("抄送给您的事项和报送备案的事项。"), Email.DIGEST),
    "handling": Group(_("办理动态"), _("会签结果、收回决定、批量办理结果。"), Email.DIGEST),
    "delegation": Group(_("委托"), _("他人委托您代办，或委托结束。"), Email.NOW, optional=False),
    "documents": Group(_("文书变动"), _("与您有关的文书被撤销或补发。"), Email.NOW, optional=False),
}

KINDS: dict[str, Kind] = {
    "task": Kind("tasks", "inbox", "wait", _("有新的待办：%(case)s（%(node)s），请于%(due)s前办结。")),
    "standard_proposed": Kind(
        "tasks", "scale", "wait", _("%(by)s将新的验收标准送您批准发布，拟自%(since)s起施行。")
    ),
    "award_submitted": Kind("tasks", "award", "wait", _("%(by)s将评选活动“%(campaign)s”送您批准发布。")),
    "committee_appointed": Kind(
        "tasks", "users-group", "wait", _("您被聘为“%(campaign)s”评审委员会%(duty)s，请查看安排。")
    ),
    "scoring_opened": Kind(
        "tasks", "clipboard-list", "wait", _("“%(campaign)s”的“%(honour)s”开始评分，请先核对回避情况再评分。")
    ),
    "scoring_reopened": Kind(
        "tasks", "rotate", "back", _("“%(campaign)s”的“%(honour)s”重新开放评分，请查看本人的评分。")
    ),
    "inspections_complete": Kind(
        "tasks", "clipboard-check", "wait", _("“%(case)s”的现场验收已全部完成，请汇总验收结果。")
    ),
    "reassigned": Kind(
        "tasks",
        "transfer",
        "wait",
        _("%(by)s将“%(case)s”（%(node)s）转给您办理，请于%(due)s前办结。%(note)s"),
    ),
    "cosign": Kind("tasks", "users", "wait", _("%(by)s请您会签“%(case)s”，请于%(due)s前答复：%(question)s")),
    "urged": Kind(
        "reminders", "urgent", "back", _("%(by)s催办“%(case)s”（%(node)s），时限为%(due)s。%(note)s")
    ),
    "reminder": Kind("reminders", "clock", "wait", _("“%(case)s”（%(node)s）%(left)s，请于%(due)s前办结。")),
    "acceptance_expiring": Kind(
        "reminders",
        "clock-exclamation",
        "wait",
        _("“%(organization)s”的“六有”验收认定将于%(due)s到期，请在到期前重新申请验收。"),
    ),
    "consultation_overdue": Kind(
        "reminders",
        "clock-exclamation",
        "back",
        _("“%(campaign)s”征求%(addressee)s意见，应于%(due)s前答复，还有 %(number)s 个对象没有答复，请催办。"),
    ),
    "overdue": Kind(
        "reminders",
        "clock-exclamation",
        "bad",
        _("“%(case)s”（%(node)s）已超过时限%(due)s，请尽快办理；未经办理不视为同意。"),
    ),
    "escalated": Kind(
        "reminders",
        "arrow-up",
        "bad",
        _("“%(case)s”（%(node)s）已超过时限%(due)s，现由%(place)s%(who)s办理，请督促。"),
    ),
    "returned": Kind("progress", "arrow-back-up", "back", _("您的申请“%(case)s”被退回补正：%(opinion)s")),
    "rejected": Kind("progress", "circle-x", "bad", _("您的申请“%(case)s”未获批准：%(opinion)s")),
    "established": Kind(
        "progress", "circle-check", "ok", _("“%(case)s”已获批准成立，请于%(due)s前召开团员大会。")
    ),
    "registered": Kind("progress", "certificate", "ok", _("“%(case)s”已完成建团，成立证书可以下载。")),
    "lapsed": Kind("progress", "clock-pause", "bad", _("“%(case)s”逾期未召开团员大会，批复已失效。")),
    "findings_sent": Kind(
        "progress", "message", "wait", _("“%(case)s”现场验收得%(total)s分，有未达标项，请在期限内答复。")
    ),
    "accepted": Kind("progress", "certificate", "ok", _("“%(case)s”验收合格%(grade)s，证书可以下载。")),
    "rectify": Kind("progress", "tool", "back", _("“%(case)s”须限期整改，请于%(due)s前提交整改情况。")),
    "not_accepted": Kind(
        "progress", "circle-x", "bad", _("“%(case)s”验收不合格，可在期限内申诉：%(opinion)s")
    ),
    "appeal_upheld": Kind("progress", "rotate", "ok", _("“%(case)s”的申诉得到支持，将重新验收：%(opinion)s")),
    "appeal_rejected": Kind("progress", "ban", "bad", _("“%(case)s”的申诉未获支持，维持原结论：%(opinion)s")),
    "nomination_ranked": Kind("progress", "award", "ok", _("“%(case)s”已排入名额，推荐到区参加评选。")),
    "award_decided": Kind(
        "progress", "award", "ok", _("“%(case)s”已获表彰决定，授予“%(honour)s”，证书制发后另行告知。")
    ),
    "award_issued": Kind(
        "progress", "certificate", "ok", _("“%(case)s”的“%(honour)s”证书已颁发，可以下载。")
    ),
    "nomination_ended": Kind("progress", "circle-x", "bad", _("“%(case)s”的推荐已结束：%(opinion)s")),
    "inspection_assigned": Kind(
        "inspections",
        "calendar-event",
        "wait",
        _("请您于%(planned)s到“%(organization)s”现场验收，地点：%(place)s。"),
    ),
    "inspection_cancelled": Kind(
        "inspections", "ban", "mute", _("您不再参加%(planned)s对“%(organization)s”的现场验收：%(reason)s")
    ),
    "inspection_planned": Kind(
        "inspections",
        "calendar-event",
        "wait",
        _(
            "“%(organization)s”的现场验收定于%(planned)s，地点：%(place)s，验收员：%(names)s。请按验收通知做好准备。"
        ),
    ),
    "inspection_moved": Kind(
        "inspections",
        "calendar-event",
        "back",
        _(
            "“%(organization)s”原定%(former)s的现场验收（%(names)s）改为%(planned)s，地点：%(place)s。原因：%(reason)s"
        ),
    ),
    "inspection_tomorrow": Kind(
        "inspections",
        "clock",
        "wait",
        _("提醒：“%(organization)s”的现场验收定于%(planned)s，地点：%(place)s，验收员：%(names)s。"),
    ),
    "inspection_replaced": Kind(
        "inspections",
        "users",
        "back",
        _("“%(organization)s”%(planned)s的现场验收，验收员由%(name)s改为%(names)s：%(reason)s"),
    ),
    "inspection_dropped": Kind(
        "inspections",
        "ban",
        "mute",
        _("“%(organization)s”%(planned)s的现场验收，%(name)s不再参加：%(reason)s"),
    ),
    "annulled": Kind(
        "progress", "ban", "bad", _("“%(case)s”的选举结果未获确认，请重新召开团员大会：%(opinion)s")
    ),
    "copied": Kind("copies", "mail-share", "mute", _("%(by)s向您抄送“%(case)s”。%(note)s")),
    "filed": Kind("copies", "archive", "wait", _("“%(case)s”已由街镇批准成立团总支，报区委备案。")),
    "standard_published": Kind("copies", "scale", "ok", _("新的验收标准 %(name)s 自%(since)s起施行。")),
    "award_published": Kind(
        "copies", "award", "ok", _("评选活动“%(campaign)s”已发布，自%(starts)s起推荐，请查看条件和名额。")
    ),
    "award_cancelled": Kind("copies", "ban", "bad", _("评选活动“%(campaign)s”已取消：%(reason)s")),
    "standard_returned": Kind("handling", "arrow-back-up", "back", _("%(by)s退回了验收标准草案：%(reason)s")),
    "award_returned": Kind(
        "handling", "arrow-back-up", "back", _("%(by)s退回了评选活动“%(campaign)s”：%(reason)s")
    ),
    "inspected": Kind(
        "handling",
        "clipboard-check",
        "ok",
        _("“%(case)s”的现场验收记录已全部收到：记录 %(facts)s 条，图片 %(photos)s 张，校验码 %(digest)s。"),
    ),
    "committee_left": Kind(
        "handling", "user-off", "mute", _("您不再担任“%(campaign)s”评审委员会%(duty)s：%(reason)s")
    ),
    "scores_opened": Kind(
        "handling", "eye", "ok", _("“%(campaign)s”的“%(honour)s”评分已由主任委员开启，可以查看结果。")
    ),
    "cosign_closed": Kind("handling", "checks", "ok", _("“%(case)s”的会签已结束：%(result)s。")),
    "taken_back": Kind("handling", "rotate", "back", _("%(by)s收回了对“%(case)s”（%(node)s）的决定。")),
    "bulk_finished": Kind(
        "handling", "list-check", "ok", _("批量办理已完成：办结 %(done)s 件，未办 %(refused)s 件。")
    ),
    "delegated": Kind(
        "delegation", "user-check", "wait", _("%(by)s委托您自%(since)s至%(until)s代为办理。%(reason)s")
    ),
    "delegation_ended": Kind("delegation", "user-off", "mute", _("%(by)s对您的委托已结束。")),
    "delegation_arranged": Kind(
        "delegation",
        "user-check",
        "wait",
        _("%(by)s已安排%(deputy)s自%(since)s至%(until)s代您办理。%(reason)s"),
    ),
    "delegation_stopped": Kind(
        "delegation", "user-off", "mute", _("%(by)s结束了委托，%(deputy)s不再代您办理。")
    ),
    "document_revoked": Kind("documents", "ban", "bad", _("文书“%(case)s”已被撤销，不再有效：%(reason)s")),
    "acceptance_revoked": Kind(
        "documents", "ban", "bad", _("“%(organization)s”的“六有”验收认定已被撤销，证书作废：%(reason)s")
    ),
    "document_reissued": Kind(
        "documents", "copy", "ok", _("文书“%(case)s”已补发，新编号%(number)s，原件作废：%(reason)s")
    ),
    "notice_to_publish": Kind(
        "tasks", "eye", "wait", _("%(by)s起草了“%(campaign)s”的公示，请核对名单后发布。")
    ),
    "notice_over": Kind("tasks", "calendar-event", "wait", _("“%(subject)s”的公示期已满，请办理。")),
    "nominee_announced": Kind(
        "progress", "eye", "wait", _("%(name)s已列入“%(honour)s”拟表彰名单，公示至%(until)s。")
    ),
    "objection_received": Kind(
        "tasks", "message", "wait", _("收到异议%(number)s，请于%(due)s前决定是否受理。")
    ),
    "objection_assigned": Kind(
        "tasks", "search", "wait", _("请您调查异议%(number)s，于%(due)s前提交调查报告。")
    ),
    "objection_handed_over": Kind("handling", "transfer", "mute", _("异议%(number)s已改由他人调查。")),
    "objection_reported": Kind("tasks", "gavel", "wait", _("异议%(number)s的调查报告已提交，请认定。")),
    "objection_resolved": Kind("handling", "scale", "ok", _("异议%(number)s已认定：%(finding)s。")),
    "objection_due": Kind(
        "reminders", "clock", "wait", _("异议%(number)s%(left)s，请于%(due)s前决定是否受理或提交调查报告。")
    ),
    "objection_overdue": Kind(
        "reminders", "clock-exclamation", "bad", _("异议%(number)s已超过时限%(due)s，请尽快办理。")
    ),
}
