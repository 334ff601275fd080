"""The record of a members' meeting and its election (RULES section 2), or the request for more time."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.actions.founding import previous_round, record_meeting, request_extension, total_members
from orgs.models import Founding, MembersMeeting
from orgs.rules.election import (
    Candidate,
    Meeting,
    Result,
    election_problems,
    election_result,
    is_quorate,
    members_needed,
)
from orgs.rules.founding import candidates_needed, committee_seats
from orgs.rules.names import names_in_stroke_order

from ...fields import Count, Day, Text, future_problem
from ...unit_rows import Rows, rows_of
from .common import FoundingForm
from .rows import CandidateRow

BALLOTS = ("ballots_issued", "ballots_returned", "ballots_valid")
PLACES = {"candidates": "candidates"}
_SEPARATORS = re.compile(r"[、，,;；\s]+")


class MeetingForm(FoundingForm):
    """One meeting: held and elected, held without a quorum, or not held yet and more time asked for."""

    lists = ("candidates",)
    purposes = {"sign_in": gettext_lazy("签到表"), "ballots": gettext_lazy("选票和计票单")}

    held_on = Day(label=gettext_lazy("召开日期"))
    place = Text(label=gettext_lazy("地点"), max_length=100)
    chair = Text(label=gettext_lazy("主持人"), max_length=40)
    entitled = Count(label=gettext_lazy("应到人数"), min_value=1, help_text=gettext_lazy("有选举权的团员"))
    present = Count(label=gettext_lazy("实到人数"))
    inquorate = forms.BooleanField(
        label=gettext_lazy("到会人数不足，没有选举；只记录到会情况，另行召开"), required=False
    )
    seats = Count(label=gettext_lazy("应选名额"), min_value=1)
    ballots_issued = Count(label=gettext_lazy("发出选票"))
    ballots_returned = Count(label=gettext_lazy("收回选票"))
    ballots_valid = Count(label=gettext_lazy("有效选票"))
    proxies = Count(
        label=gettext_lazy("其中委托投票"),
        required=False,
        help_text=gettext_lazy("没有的填 0 或留空；团员须本人投票"),
    )
    tellers = Text(
        label=gettext_lazy("监票人、计票人"),
        max_length=100,
        help_text=gettext_lazy("多人用顿号分隔；候选人不得担任"),
    )
    record = Text(label=gettext_lazy("会议记录"), max_length=3000, rows=6, required=False)
    extension_reason = Text(label=gettext_lazy("延期理由"), max_length=500, rows=3, required=False)

    def __init__(
        self, data: Any = None, files: Any = None, *, artifact: Founding, election_round: int, **kwargs: Any
    ) -> None:
        self.action = data.get("action", "submit") if data is not None else ""
        self.election_round = election_round
        self.first_round = previous_round(artifact) if election_round == 2 else None
        members = total_members(artifact)
        self.seat_range = committee_seats(artifact.kind, members, artifact.rules)
        super().__init__(data, files, artifact=artifact, initial=self._initial(artifact, members), **kwargs)
        if self.first_round:
            self.fields["seats"].disabled = True
            self.fields["seats"].help_text = _("第一轮尚缺的名额")
        else:
            least, most = self.seat_range
            self.fields["seats"].help_text = (
                _("应为 %(least)d 至 %(most)d 人") % {"least": least, "most": most}
                if most > least
                else _("应为 %(least)d 人") % {"least": least}
            )
        if self.asks_extension:
            self._only("extension_reason")
        elif data is not None and data.get("inquorate"):
            self._only("held_on", "place", "chair", "entitled", "present")

    def _only(self, *names: str) -> None:
        for name, field in self.fields.items():
            field.required = name in names

    def _initial(self, founding: Founding, members: int) -> dict:
        if self.first_round:
            return {
                "entitled": self.first_round.entitled,
                "seats": vacancies(self.first_round),
                "place": self.first_round.place,
                "chair": self.first_round.chair,
            }
        proposed = founding.proposed_officers.count()
        least, most = self.seat_range
        return {"entitled": members, "seats": min(max(proposed, least), most)}

    def build_rows(self) -> None:
        """The candidates: those sent, or for a start those proposed; in the second round those of the first."""
        if self.first_round:
            names = second_round_candidates(self.first_round, self.founding.rules)
        else:
            names = list(self.founding.proposed_officers.values_list("name", flat=True))
        stored = [{"name": name} for name in names_in_stroke_order(names)]
        wanted = candidates_needed(self.initial["seats"], self.founding.rules)
        extra = 0 if self.first_round else max(1, wanted - len(stored))
        rows = rows_of(CandidateRow, extra=extra)(
            self.data if self.is_bound else None,
            prefix="candidates",
            initial=None if self.is_bound else stored,
            form_kwargs={"on": self.on, "complete": not self.asks_extension},
        )
        self.row_sets["candidates"] = (gettext_lazy("候选人"), rows)

    @property
    def candidates(self) -> Rows:
        return self.row_sets["candidates"][1]

    # -- what the rules say, for the page ------------------------------------------------------------------------

    @property
    def quorum(self) -> int:
        """Members who must be present, of those entitled as far as known."""
        return members_needed(self.initial["entitled"], self.founding.rules)

    @property
    def candidates_wanted(self) -> int:
        return (
            self.initial["seats"]
            if self.first_round
            else candidates_needed(self.initial["seats"], self.founding.rules)
        )

    @property
    def may_extend(self) -> bool:
        return self.election_round == 1 and self.founding.extensions < self.founding.rules["max_extensions"]

    @property
    def asks_extension(self) -> bool:
        return self.action == "extension"

    # -- judging -------------------------------------------------------------------------------------------------

    def rows_valid(self) -> bool:
        return self.asks_extension or self.data.get("inquorate") or super().rows_valid()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.asks_extension:
            if not self.may_extend:
                self.add_error(
                    "extension_reason", _("延期次数已用完，不能再申请。请在期限内召开团员大会并填报。")
                )
            return data
        if problem := future_problem(data.get("held_on"), self.on, self.fields["held_on"].label):
            self.add_error("held_on", problem)
        if data.get("inquorate"):
            self._check_inquorate(data)
        elif not self.errors and super().rows_valid():
            problems = election_problems(self.meeting(), self.founding.rules, self.on)
            self.complain(problems, places=PLACES)
            self._check_second_round(data)
        return data

    def _check_inquorate(self, data: dict) -> None:
        if self.errors:
            return
        meeting = self.meeting()
        problems = [
            one
            for one in election_problems(meeting, self.founding.rules, self.on)
            if one.code in ("more_present_than_entitled", "before_approval")
        ]
        self.complain(problems, places=PLACES)
        if is_quorate(meeting, self.founding.rules) and not problems:
            self.add_error(
                "inquorate",
                _(
                    "应到 %(entitled)d 人、实到 %(present)d 人，已达到规定人数。请取消此项并填写选举情况，或更正人数。"
                )
                % {"entitled": meeting.entitled, "present": meeting.present},
            )

    def _check_second_round(self, data: dict) -> None:
        if not self.first_round:
            return
        if data["held_on"] < self.first_round.held_on:
            self.add_error("held_on", _("第二轮不能早于第一轮的日期，请更正。"))
        elected = set(self.first_round.candidates.filter(elected=True).values_list("name", flat=True))
        for row in self.candidates.filled():
            if row.values()["name"] in elected:
                row.add_error("name", _("已在第一轮当选，不再列为候选人。请删除这一行。"))

    def meeting(self) -> Meeting:
        """The meeting as the rules see it; without an election when there was no quorum."""
        data = self.cleaned_data
        meeting = {
            "entitled": data["entitled"],
            "present": data["present"],
            "seats": data.get("seats") or self.initial["seats"],
            "held_on": data["held_on"],
            "round": self.election_round,
            "kind": self.founding.kind,
            "approved_on": self.founding.established_on,
        }
        if data.get("inquorate"):
            return Meeting(**meeting)
        rows = {row.values()["name"]: row.values()["votes"] for row in self.candidates.filled()}
        names = names_in_stroke_order([row.values()["name"] for row in self.candidates.filled()])
        return Meeting(
            **meeting,
            **{name: data[name] for name in BALLOTS},
            proxies=data.get("proxies") or 0,
            candidates=tuple(Candidate(name, rows[name]) for name in names),
            tellers=tuple(name for name in _SEPARATORS.split(data["tellers"]) if name),
        )

    # -- outcome -------------------------------------------------------------------------------------------------

    def preview(self) -> dict | None:
        """Who would be elected, with the majority that it takes; None while something is wrong."""
        if not self.is_bound or self.hushed or self.asks_extension or not self.is_valid():
            return None
        if self.cleaned_data["inquorate"]:
            return None
        meeting = self.meeting()
        result = election_result(meeting, self.founding.rules)
        return {
            "meeting": meeting,
            "result": result,
            "majority": majority_of(meeting.present, self.founding.rules),
            "candidates": [
                {"name": one.name, "votes": one.votes, "state": state_of(one.name, result)}
                for one in sorted(meeting.candidates, key=lambda one: -one.votes)
            ],
        }

    def save(self) -> MembersMeeting:
        """Keep a valid record."""
        details = {name: self.cleaned_data[name] for name in ("place", "chair", "record")}
        return record_meeting(
            self.founding, self.meeting(), details=details, election_round=self.election_round
        )

    def save_extension(self) -> None:
        request_extension(self.founding, reason=self.cleaned_data["extension_reason"])


def vacancies(meeting: MembersMeeting) -> int:
    """Seats that a meeting left open."""
    return meeting.seats - meeting.candidates.filter(elected=True).count()


def second_round_candidates(meeting: MembersMeeting, rules: dict) -> list[str]:
    """Those between whom a tie left a seat undecided, else all who were not elected."""
    rows = list(meeting.candidates.order_by("pk"))
    votes = tuple(Candidate(row.name, row.votes) for row in rows)
    result = election_result(
        Meeting(
            entitled=meeting.entitled,
            present=meeting.present,
            seats=meeting.seats,
            held_on=meeting.held_on,
            candidates=votes,
        ),
        rules,
    )
    return list(result.tied) or [row.name for row in rows if not row.elected]


def majority_of(present: int, rules: dict) -> int:
    """The fewest votes that are more than the majority fraction of those present."""
    top, bottom = map(int, str(rules["majority_fraction"]).split("/"))
    return present * top // bottom + 1


def state_of(name: str, result: Result) -> str:
    if name in result.elected:
        return "elected"
    return "tied" if name in result.tied else "not_elected"
