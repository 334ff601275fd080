"""The members' meeting and its election (RULES.md section 2): counts that must fit, and who is elected."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

from django.utils.translation import gettext as _

from orgs.rules.founding import Problem, Rules, candidates_needed, committee_seats


@dataclass(frozen=True)
class Candidate:
    """A candidate and the votes counted."""

    name: str
    votes: int


@dataclass(frozen=True)
class Meeting:
    """What the record of a members' meeting says. ``round`` 1 is the first vote, 2 the vote after it.

    ``kind`` of the organization; ``approved_on`` is the date of the first reply, before which nobody votes.
    ``proxies`` counts votes cast for absent members.
    """

    entitled: int
    present: int
    seats: int
    held_on: date | None
    ballots_issued: int = 0
    ballots_returned: int = 0
    ballots_valid: int = 0
    candidates: tuple[Candidate, ...] = ()
    tellers: tuple[str, ...] = ()
    round: int = 1
    proxies: int = 0
    kind: str = "branch"
    approved_on: date | None = None


@dataclass(frozen=True)
class Result:
    """Outcome of a vote. ``tied`` are the candidates between whom a seat is undecided; ``vacancies`` the
    seats left; ``needs_second_round`` when nobody is elected or a seat is tied (RULES.md section 10, step
    4)."""

    elected: tuple[str, ...]
    tied: tuple[str, ...]
    vacancies: int
    needs_second_round: bool

    @property
    def tie(self) -> bool:
        return bool(self.tied)


def members_needed(entitled: int, rules: Rules) -> int:
    """Members who must be present: the quorum fraction of those entitled, rounded up."""
    return ceil(Fraction(rules["quorum_fraction"]) * entitled)


def is_quorate(meeting: Meeting, rules: Rules) -> bool:
    """Whether enough members were present for the meeting to elect."""
    return meeting.entitled > 0 and meeting.present >= members_needed(meeting.entitled, rules)


def election_problems(meeting: Meeting, rules: Rules, on: date) -> list[Problem]:
    """Everything in the record that breaks the rule set, each with the rule and the remedy; ``on`` is today.

    Impossible numbers are reported first and alone: further findings would only follow from them.
    """
    negative = _negative_numbers(meeting)
    if negative:
        return negative
    return [
        *_date_problems(meeting, on),
        *_attendance_problems(meeting, rules),
        *_seat_problems(meeting, rules),
        *_ballot_problems(meeting),
        *_vote_problems(meeting),
        *_candidate_problems(meeting, rules),
    ]


def election_result(meeting: Meeting, rules: Rules) -> Result:
    """Who is elected: more than the majority fraction of those *present*, the most votes first.

    When more reach it than there are seats, votes decide; a tie at the last seat leaves that seat undecided
    for a revote among the tied. Expects a meeting without ``election_problems``.
    """
    majority = Fraction(rules["majority_fraction"]) * meeting.present
    reached = sorted((one for one in meeting.candidates if one.votes > majority), key=lambda one: -one.votes)
    tied: tuple[str, ...] = ()
    if len(reached) > meeting.seats:
        border = reached[meeting.seats - 1].votes
        if reached[meeting.seats].votes == border:
            tied = tuple(one.name for one in reached if one.votes == border)
            reached = [one for one in reached if one.votes > border]
    elected = tuple(one.name for one in reached[: meeting.seats])
    return Result(
        elected=elected,
        tied=tied,
        vacancies=meeting.seats - len(elected),
        needs_second_round=bool(tied) or not elected,
    )


def _negative_numbers(meeting: Meeting) -> list[Problem]:
    numbers = {
        "entitled": (_("应到人数"), meeting.entitled, 1),
        "present": (_("实到人数"), meeting.present, 0),
        "seats": (_("应选名额"), meeting.seats, 1),
        "ballots_issued": (_("发出选票"), meeting.ballots_issued, 0),
        "ballots_returned": (_("收回选票"), meeting.ballots_returned, 0),
        "ballots_valid": (_("有效选票"), meeting.ballots_valid, 0),
        "candidates": (_("得票"), min((one.votes for one in meeting.candidates), default=0), 0),
        "proxies": (_("委托投票"), meeting.proxies, 0),
    }
    text = _("“%(label)s”是 %(value)d，不应小于 %(minimum)d。请按会议记录更正。")
    return [
        Problem("number_too_small", text % {"label": label, "value": value, "minimum": minimum}, field)
        for field, (label, value, minimum) in numbers.items()
        if value < minimum
    ]


def _date_problems(meeting: Meeting, on: date) -> list[Problem]:
    if meeting.held_on is None:
        return [Problem("date_missing", _("请填写团员大会的召开日期。"), "held_on")]
    values = {"held": meeting.held_on.isoformat(), "today": on.isoformat()}
    if meeting.held_on > on:
        text = _("召开日期 %(held)s 晚于今天（%(today)s）。请在会后填报，或更正日期。")
        return [Problem("date_in_future", text % values, "held_on")]
    if meeting.approved_on and meeting.held_on < meeting.approved_on:
        text = _(
            "召开日期 %(held)s 早于批准成立的日期（%(approved)s）。请更正日期；确在批复前召开的，须重新召开。"
        )
        return [
            Problem(
                "before_approval", text % (values | {"approved": meeting.approved_on.isoformat()}), "held_on"
            )
        ]
    return []


def _attendance_problems(meeting: Meeting, rules: Rules) -> list[Problem]:
    problems = []
    values = {"entitled": meeting.entitled, "present": meeting.present, "fraction": rules["quorum_fraction"]}
    if meeting.present > meeting.entitled:
        text = _("实到 %(present)d 人多于应到 %(entitled)d 人。应到只计有选举权的团员，请更正两项人数。")
        problems.append(Problem("more_present_than_entitled", text % values, "present"))
    elif not is_quorate(meeting, rules):
        text = _(
            "到会人数不足：应到 %(entitled)d 人，到会须达到 "
            "%(fraction)s 即 %(needed)d 人，实到 %(present)d 人。"
            "本次不能选举，请另行召开团员大会。"
        )
        needed = members_needed(meeting.entitled, rules)
        problems.append(Problem("no_quorum", text % (values | {"needed": needed}), "present"))
    if meeting.proxies and not rules["proxy_votes"]:
        text = _("有 %(proxies)d 张委托投票。团员须本人投票，请剔除委托票后重新计票。")
        problems.append(Problem("proxy_votes", text % {"proxies": meeting.proxies}, "proxies"))
    return problems


def _seat_problems(meeting: Meeting, rules: Rules) -> list[Problem]:
    least, most = committee_seats(meeting.kind, meeting.entitled, rules)
    if meeting.round > 1 or least <= meeting.seats <= most:
        return []
    text = _("应选名额 %(seats)d 不合规定：%(entitled)d 名团员应选 %(least)d 至 %(most)d 人。请更正名额。")
    values = {"seats": meeting.seats, "entitled": meeting.entitled, "least": least, "most": most}
    return [Problem("seats_out_of_range", text % values, "seats")]


def _ballot_problems(meeting: Meeting) -> list[Problem]:
    issued, returned, valid = meeting.ballots_issued, meeting.ballots_returned, meeting.ballots_valid
    problems = []
    if issued > meeting.present:
        text = _("发出选票 %(issued)d 张多于实到 %(present)d 人。每人一票，请更正。")
        values = {"issued": issued, "present": meeting.present}
        problems.append(Problem("more_issued_than_present", text % values, "ballots_issued"))
    if returned > issued:
        text = _("收回选票 %(returned)d 张多于发出 %(issued)d 张，选举无效。请更正数字；属实的，须重新选举。")
        values = {"returned": returned, "issued": issued}
        problems.append(Problem("more_returned_than_issued", text % values, "ballots_returned"))
    if valid > returned:
        text = _("有效选票 %(valid)d 张多于收回 %(returned)d 张。请更正数字。")
        values = {"valid": valid, "returned": returned}
        problems.append(Problem("more_valid_than_returned", text % values, "ballots_valid"))
    return problems


def _vote_problems(meeting: Meeting) -> list[Problem]:
    problems = []
    valid, total = meeting.ballots_valid, sum(one.votes for one in meeting.candidates)
    for one in meeting.candidates:
        if one.votes > valid:
            text = _("%(name)s得 %(votes)d 票，多于有效选票 %(valid)d 张。请更正得票数。")
            values = {"name": one.name, "votes": one.votes, "valid": valid}
            problems.append(Problem("more_votes_than_ballots", text % values, "candidates"))
    if total > valid * meeting.seats:
        text = _(
            "得票合计 %(total)d，多于有效选票 %(valid)d 张 × 应选 %(seats)d 人 = %(most)d。"
            "每张选票所选不得多于应选名额，请重新核对得票和有效选票。"
        )
        values = {"total": total, "valid": valid, "seats": meeting.seats, "most": valid * meeting.seats}
        problems.append(Problem("too_many_votes", text % values, "candidates"))
    return problems


def _candidate_problems(meeting: Meeting, rules: Rules) -> list[Problem]:
    names = [one.name for one in meeting.candidates]
    problems = []
    needed = candidates_needed(meeting.seats, rules) if meeting.round == 1 else meeting.seats
    if len(names) < needed:
        text = _(
            "候选人 %(count)d 名不足：应选 %(seats)d 人，差额选举的候选人须比应选多 %(fraction)s 以上，"
            "至少 %(needed)d 名。请补充候选人后重新选举。"
        )
        if meeting.round > 1:
            text = _("候选人 %(count)d 名少于应选 %(seats)d 人。请补充候选人后重新选举。")
        values = {
            "count": len(names),
            "seats": meeting.seats,
            "needed": needed,
            "fraction": rules["extra_candidates_fraction"],
        }
        problems.append(Problem("too_few_candidates", text % values, "candidates"))
    doubled = [name for name, count in Counter(names).items() if count > 1]
    if doubled:
        text = _("候选人“%(name)s”出现多次。同名的请在姓名后加注以示区别，重复填写的请删除。")
        problems.append(Problem("candidate_twice", text % {"name": doubled[0]}, "candidates"))
    both = [name for name in meeting.tellers if name in names]
    if both and not rules["teller_may_be_candidate"]:
        text = _("%(names)s既是候选人又是计票人。候选人不得担任监票人、计票人，请更换后重新计票。")
        problems.append(Problem("teller_is_candidate", text % {"names": _("、").join(both)}, "tellers"))
    return problems
