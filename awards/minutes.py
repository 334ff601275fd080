"""The minutes of a review (评审会议纪要), built from what is on record; Chinese only, as all official documents.

Who must not find a nominee gets minutes without it, and then without ranks, strength and remarks on ties, since a gap
would tell what stands in it (docs/adr/0010, who sees what).
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from orgs.issuers import issuer_of
from records.documents import render_minutes

from .ballot_register import Line, digests_of, lines_of, slips_digest, title_of
from .conflict_register import conflicts_in
from .enums import Duty, ReviewState
from .models import BallotRoll, CommitteeMember, Nomination, Review, Vote
from .quota_register import places_of
from .review_access import VOTING, Reader
from .rules import conflicts
from .rules.ballots import BallotRules, Base, TieRule
from .score_results import results_of
from .voting import ballot_rules, standing_of

LEFT_OUT = "本份纪要的阅看人有须回避的对象，有关内容和名次、结果的稳定程度不在此列。"
BASES = {
    Base.ENTITLED: "应投票人数",
    Base.VOTERS: "实际投票人数",
    Base.VALID: "有效票数",
    Base.DECIDED: "赞成票和反对票之和",
}
TIES = {
    TieRule.REVOTE: "对并列对象再次投票",
    TieRule.SCORE: "按评分高低",
    TieRule.CHAIR: "由没有回避关系的主持人决定",
}


def minutes_pdf(content: dict[str, Any], review: Review) -> bytes:
    return render_minutes(content, issuer=issuer_of(review.honour.campaign.organization))


def minutes_of(reader: Reader, review: Review, *, printed_on: dt.date) -> dict[str, Any]:
    """The content of the document kind ``review_minutes`` as the reader may have it."""
    with translation.override(settings.LANGUAGE_CODE):
        return _Minutes(reader, review).content(printed_on)


class _Minutes:
    def __init__(self, reader: Reader, review: Review):
        self.reader, self.review, self.honour = reader, review, reader.honour
        self.rules = ballot_rules(review)
        self.votes = list(
            review.votes.exclude(counted_at=None).select_related("counted_by").order_by("number")
        )
        self.lines = {vote.pk: lines_of(vote, reader) for vote in self.votes}
        rows = self.honour.nominations.exclude(pk__in=reader.hidden).select_related(
            "organization", "unit", "affiliation"
        )
        self.nominees = {one.pk: one for one in rows}
        self.standing = standing_of(review, places_of(self.honour))
        self.results = results_of(reader)

    def content(self, printed_on: dt.date) -> dict[str, Any]:
        first, last = self.votes[0], self.votes[-1]
        begun = timezone.localtime(self.review.meeting_at or first.opened_at)
        return {
            "heading": f"{self.honour.title}评审会议纪要",
            "campaign": self.honour.campaign.name,
            "honour": self.honour.title,
            "held_on": begun.date().isoformat(),
            "hours": hours(begun, timezone.localtime(last.counted_at)),
            "place": self.review.meeting_place,
            "chair": last.counted_by.name if last.counted_by else "",
            "secretary": self.secretary(),
            "members": self.members(),
            "recusals": self.recusals(),
            "scoring": self.results.method if self.results else "",
            "results": self.scores(),
            "voting": in_words(self.rules),
            "votes": [self.vote(one) for one in self.votes],
            "ties": self.ties(),
            "strength": self.strength(),
            "printed_on": printed_on.isoformat(),
            **self.end(),
        }

    def secretary(self) -> str:
        seats = self.honour.campaign.members.filter(duty=Duty.SECRETARY).select_related("person")
        seat = seats.order_by("until", "-pk").filter(until=None).first() or seats.order_by("-until").first()
        return seat.person.name if seat else ""

    def members(self) -> list[dict[str, Any]]:
        """Who had a vote in any of the votes; present is who handed in a slip."""
        listed = {pk for one in self.votes for ballot in one.ballots.all() for pk in ballot.members}
        done = set(BallotRoll.objects.filter(ballot__vote__in=self.votes).values_list("member", flat=True))
        seats = self.honour.campaign.members.filter(pk__in=listed, duty__in=VOTING)
        return [
            {
                "name": one.person.name,
                "duty": one.get_duty_display(),
                "unit": one.employer,
                "present": one.pk in done,
                "note": left_note(one),
            }
            for one in seats.select_related("person").order_by("position", "pk")
        ]

    def recusals(self) -> list[dict[str, str]]:
        members = {str(one.pk): one for one in self.honour.campaign.members.select_related("person")}
        rows = [
            {
                "member": members[one.judge].person.name,
                "nominee": self.nominees[int(one.nominee)].name,
                "ground": conflicts.in_words(one.ground)
                + ("（本人申报）" if one.declared else "（系统核对）"),
            }
            for one in conflicts_in(self.honour)
            if int(one.nominee) in self.nominees and members[one.judge].duty in VOTING
        ]
        own = {"member": self.reader.person.name, "nominee": "（本份不列）", "ground": "阅看人须回避的对象"}
        return [*rows, own] if self.reader.hidden else rows

    def scores(self) -> list[dict[str, Any]]:
        return [
            {
                "rank": str(row.rank) if row.rank else "",
                "nominee": row.nominee.label,
                "unit": row.nominee.place,
                "score": "—" if row.score is None else str(row.score),
                "judges": row.judges,
            }
            for row in (self.results.rows if self.results else ())
        ]

    def vote(self, vote: Vote) -> dict[str, Any]:
        lines, digests = self.lines[vote.pk], digests_of(vote)
        notes = [f"{one.nomination.name}：{one.words}" for one in lines if one.left or not one.result.counts]
        if slips_digest(digests) == vote.digest:
            notes.append("全部选票的校验码与截止时登记的一致。")
        return {
            "title": title_of(vote),
            "closed": moment(vote.closed_at),
            "opened": moment(vote.counted_at),
            "opened_by": vote.counted_by.name if vote.counted_by else "",
            "lines": [ballot_line(one, digests[str(one.nomination.pk)]) for one in lines],
            "is_void": bool(lines) and not any(one.result.counts for one in lines),
            "note": "\n".join(notes),
        }

    def ties(self) -> list[str]:
        """How ties were settled: the revotes, and the decisions of who presided."""
        if self.reader.hidden:
            return [LEFT_OUT]
        found = []
        for vote in self.votes:
            if vote.kind == "revote":
                names = "、".join(one.nomination.name for one in self.lines[vote.pk])
                found.append(f"{names}末位并列，按规则对并列对象再次投票（第{vote.number}次投票）。")
            tie = getattr(vote, "tie_decision", None)
            if tie is not None:
                chosen = "、".join(self.nominees[pk].name for pk in tie.chosen) or "不选定对象，名额空缺"
                found.append(f"{tie.by.name}决定：{chosen}。理由：{tie.reason}")
        return found

    def strength(self) -> list[str]:
        """The margin, what changes without one judge, and by how many votes the selected are ahead of the majority."""
        if self.reader.hidden:
            return [LEFT_OUT]
        found = []
        if self.results and self.results.margin is not None:
            found.append(f"按评分，名额内末位与其后一位相差{self.results.margin}分。")
        steady = self.results.steadiness if self.results else None
        if steady is not None and steady.judges:
            if steady.changes:
                names = "、".join(one.label for one in steady.unsteady)
                found.append(
                    f"逐一去掉{steady.judges}名委员中一名的评分重新计算，其中{steady.changes}次名额内的对象有变化，"
                    f"涉及{names}。"
                )
            else:
                found.append(f"逐一去掉{steady.judges}名委员中任何一名的评分，名额内的对象都不变。")
        ahead = [
            one.result.yes - one.result.needed
            for one in self.last_lines().values()
            if one.result.counts and str(one.nomination.pk) in self.standing.selected
        ]
        if ahead:
            found.append(f"入选对象的赞成票最少的超出所需票数{min(ahead)}票。")
        return found

    def last_lines(self) -> dict[int, Line]:
        """The last result of each nominee in a vote that was no revote."""
        return {
            one.nomination.pk: one
            for vote in self.votes
            if vote.kind != "revote"
            for one in self.lines[vote.pk]
        }

    def end(self) -> dict[str, Any]:
        """What the review proposes, or how far it has come. Without lists where one is hidden: places left over in them
        would tell."""
        lists: dict[str, list[int]] = {"selected": [], "reserves": [], "not_selected": []}
        if self.reader.hidden:
            text = f"{LEFT_OUT}建议名单从略。"
        elif self.review.state == ReviewState.CONCLUDED:
            text = f"根据评分和投票结果，提出{self.honour.title}建议名单如下，提请审定。"
            keys = {"selected": "selected", "reserves": "reserve", "not_selected": "not_selected"}
            lists = {name: self.review.result.get(key, []) for name, key in keys.items()}
        else:
            text = "评审尚未结束，以下为截至打印时的投票结果，以评审结束后的纪要为准。"
            lists["selected"] = [int(name) for name in self.standing.selected]
        named = {name: [listed(self.nominees[pk]) for pk in pks] for name, pks in lists.items()}
        return {"conclusion": text, **named, "remarks": [LEFT_OUT] if self.reader.hidden else []}


def listed(nomination: Nomination) -> dict[str, str]:
    return {"name": nomination.name, "unit": nomination.unit.name if nomination.person_name else ""}


def ballot_line(line: Line, digest: str) -> dict[str, Any]:
    """A ballot as the minutes have it; of one that decided nothing no figures of the slips."""
    told = line.result.counts and not line.left
    return {
        "nominee": line.nomination.name,
        "unit": line.nomination.unit.name if line.nomination.person_name else "",
        "entitled": line.result.entitled,
        "voters": line.result.voters,
        **{name: getattr(line.result, name) if told else 0 for name in ("yes", "no", "abstain", "invalid")},
        "needed": line.result.needed if told else 0,
        "result": line.outcome,
        "digest": digest,
    }


def left_note(seat: CommitteeMember) -> str:
    if seat.until is None:
        return ""
    reason = f"：{seat.left_reason}" if seat.left_reason else ""
    return f"{timezone.localtime(seat.until):%Y-%m-%d %H:%M}离任{reason}"[:200]


def moment(at: dt.datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def hours(begun: dt.datetime, ended: dt.datetime) -> str:
    """9时30分至11时40分, with the day where the review took several."""
    day = "" if begun.date() == ended.date() else f"{ended.month}月{ended.day}日"
    return f"{begun.hour}时{begun.minute:02d}分至{day}{ended.hour}时{ended.minute:02d}分"


def in_words(rules: BallotRules) -> str:
    """The rules of the ballots for the minutes."""
    more = "超过" if rules.strict else "达到"
    ties = "；仍并列的，".join(TIES[one] for one in rules.tie_rules)
    return (
        f"无记名投票，逐个对象表决，须回避的委员不投票、不计入应投票人数。实际投票人数达到应投票人数的{rules.quorum}"
        f"且不少于{rules.least_voters}人，投票有效；赞成票{more}{BASES[rules.base]}的{rules.majority}为通过。"
        f"通过的按赞成比例从高到低入选，末位并列的，{ties}。"
    )
