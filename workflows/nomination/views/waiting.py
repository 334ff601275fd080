"""Pages of steps that are decided elsewhere, for many nominees at once: what is awaited, until when, why not yet."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awards.actions.advancing import obstacles
from awards.enums import NominationState
from awards.models import AnnouncedName, Nomination
from awards.models.nomination import ENDED
from awards.quota_register import quota_at
from awards.rules.notice_period import Period, earliest_decision
from orgs.permissions import can
from records.calendars import WorkingCalendar

from ...views.task import TaskView
from .office import OFFICE


class WaitingPage(TaskView):
    """Nobody decides here by hand: the page says what does, and leads there.

    ``address`` is the page on which it happens, ``event`` what then happens to the nomination (awards.rules.states).
    """

    form_class = forms.Form
    template_name = "workflows/nomination/waiting.html"
    title: Promise
    text: Promise
    link: Promise
    address = ""
    event = ""

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        return None

    def perform(self) -> HttpResponse:
        return self.show(status=HTTPStatus.CONFLICT)

    @property
    def nomination(self) -> Nomination:
        return self.case.artifact

    def arguments(self) -> list[int]:
        """What the address names; of the campaign unless a page says otherwise."""
        return [self.nomination.honour.campaign_id]

    def may_open(self) -> bool:
        place = self.nomination.honour.campaign.organization
        return any(can(self.request.user, perm, place, on=self.on) for perm in OFFICE)

    def facts(self) -> list[tuple[str, str]]:
        return []

    def reasons(self) -> list[str]:
        """Why it cannot happen today, in words; none: it can."""
        return obstacles(self.nomination, self.event, self.on) if self.event else []

    def extra_context(self) -> dict:
        opens = self.may_open()
        return {
            "nomination": self.nomination,
            "title": self.title,
            "text": self.text,
            "link": self.link,
            "address": self.address if opens else "",
            "arguments": self.arguments(),
            "facts": self.facts(),
            # What stands in the way may be an objection or a vote: for those who follow the campaign only.
            "reasons": self.reasons() if opens else [],
        }


class AwaitRanking(WaitingPage):
    title = gettext_lazy("排序推荐")
    text = gettext_lazy(
        "同一荣誉称号的推荐在一张表上一起排序：在名额以内的推荐到区，其余的写明理由不推荐。本页不单独办理。"
    )
    link = gettext_lazy("打开排序推荐")
    address = "ranking"

    def arguments(self) -> list[int]:
        return [self.nomination.honour_id, self.nomination.affiliation_id]

    def may_open(self) -> bool:
        level = self.task.flow_task.level_of(self.case)
        _role, perm = self.task.flow_task.authority(level)
        return bool(can(self.request.user, perm, self.nomination.affiliation, on=self.on))

    def facts(self) -> list[tuple[str, str]]:
        own = self.nomination.honour.nominations.filter(affiliation=self.nomination.affiliation_id)
        quota = quota_at(self.nomination.honour, self.nomination.affiliation)
        ranked = own.exclude(rank=None).exclude(state__in=ENDED).count()
        waiting = own.filter(state=NominationState.RANKING).count()
        return [
            (_("推荐名额"), str(quota.places if quota else 0)),
            (_("已推荐"), str(ranked)),
            (_("等待排序"), str(waiting)),
        ]


class AwaitReview(WaitingPage):
    """Says nothing of how far the committee has come: that is sealed until the result is open."""

    title = gettext_lazy("评审委员会评审")
    text = gettext_lazy(
        "评审委员会评分和投票后，由评选秘书按评审结果一并办理：入选、候补或未入选。结果公布前，任何人看不到评分和选票。"
    )
    link = gettext_lazy("打开评审")
    address = "review"

    def arguments(self) -> list[int]:
        return [self.nomination.honour_id]


class AwaitPlace(WaitingPage):
    title = gettext_lazy("候补")
    text = gettext_lazy(
        "公示名单有空缺、且公示已写明依次递补的，由下一名候补递补，并对其单独公示满期；名单确定后没有递补的，以未入选办结。"
    )
    link = gettext_lazy("打开公示")
    address = "award_notices"
    event = "follow"


class AwaitNotice(WaitingPage):
    title = gettext_lazy("公示")
    text = gettext_lazy("名单公示期满、没有未查清的异议，才能转入表彰决定；公示不能提前结束。")
    link = gettext_lazy("打开公示")
    address = "award_notices"

    def facts(self) -> list[tuple[str, str]]:
        name = announced(self.nomination)
        if name is None:
            return [(_("公示"), _("尚未发布"))]
        return [(_("公示期"), period(name))]

    def reasons(self) -> list[str]:
        state = NominationState(self.nomination.state)
        event = {NominationState.LISTED: "announce", NominationState.HELD: "resume"}.get(state, "clear")
        return obstacles(self.nomination, event, self.on)


class AwaitDecision(WaitingPage):
    title = gettext_lazy("决定表彰")
    text = gettext_lazy("公示期满无异议的对象由区级审批人一并作出表彰决定，印发表彰决定文件。")
    link = gettext_lazy("打开表彰决定")
    address = "decide_awards"
    event = "decide"

    def facts(self) -> list[tuple[str, str]]:
        name = announced(self.nomination)
        if name is None:
            return []
        resolved = self.nomination.objections.values_list("resolved_on", flat=True)
        first = earliest_decision(Period(name.since, name.until), resolved, WorkingCalendar.around(self.on))
        soonest = first.isoformat() if first else _("异议查清以后")
        return [(_("公示期"), period(name)), (_("最早可以决定"), soonest)]


class AwaitCertificate(WaitingPage):
    title = gettext_lazy("制发证书")
    text = gettext_lazy("表彰决定印发后，由区级经办人成批制发荣誉证书。")
    link = gettext_lazy("打开证书制发")
    address = "issue_certificates"
    event = "issue"

    def facts(self) -> list[tuple[str, str]]:
        award = getattr(self.nomination, "award", None)
        return [(_("表彰决定"), award.decision_number)] if award else []


def announced(nomination: Nomination) -> AnnouncedName | None:
    """Where the nominee is announced now."""
    return nomination.announcements.filter(ended_on=None).first()


def period(name: AnnouncedName) -> str:
    values = {"since": name.since.isoformat(), "until": name.until.isoformat()}
    return _("%(since)s 至 %(until)s") % values
