"""What the unit stated in a nomination, round by round."""

from typing import Any

from django.utils.translation import gettext as _

from awards.actions.nominating import Purpose
from awards.enums import NomineeKind
from awards.models import Nomination, NominationSnapshot
from orgs.enums import Gender, PoliticalStatus

from ..models import Case
from ..telling import Submission, Told

Step = NominationSnapshot.Step
CHOICES: dict[str, Any] = {"gender": Gender, "political_status": PoliticalStatus}
# Not for comparing: the date of birth is told by its year, and the rest is told in words of its own.
APART = frozenset({"born_on", "leader_born_on", "confirmations", "files"})


def nomination_submissions(case: Case) -> list[Submission]:
    """From the snapshots."""
    nomination: Nomination = case.artifact
    tell = {Step.NOMINATION: nominated, Step.OWN_NOTICE: announced}
    return [
        Submission(str(Step(one.step).label), one.round, one.at, tell[Step(one.step)](nomination, one.data))
        for one in nomination.snapshots.all()
    ]


def nominated(nomination: Nomination, data: dict[str, Any]) -> Told:
    """The nominee, the figures, the deeds and the evidence, by the labels of the page."""
    told: Told = {}
    for name, value in data.items():
        if name not in APART:
            label = str(Nomination._meta.get_field(name).verbose_name)
            told[label] = words_of(name, value)
    if nomination.honour.nominee_kind == NomineeKind.PERSON:
        told[_("出生年份")] = year_of(data["born_on"], nomination.born_on)
    told[_("负责人出生年份")] = year_of(data["leader_born_on"], nomination.leader_born_on)
    for rule in nomination.honour.data["eligibility"]:
        if rule["kind"] == "confirmed":
            said = data["confirmations"].get(rule["fact"])
            told[rule["label"]] = {True: _("是"), False: _("否")}.get(said, "")
    return told | file_words(data["files"])


def words_of(name: str, value: Any) -> str:
    if name in CHOICES and value:
        return str(CHOICES[name](value).label)
    return "" if value is None else str(value)


def year_of(day: str | None, now: Any) -> str:
    """The year of a date of birth, and whether the date was put right since: days are for those who handle."""
    if not day:
        return ""
    if now is not None and day != now.isoformat() and day[:4] == now.isoformat()[:4]:
        return str(_("%(year)s年（月日后来更正）") % {"year": day[:4]})
    return str(_("%(year)s年") % {"year": day[:4]})


def file_words(files: dict[str, list[str]]) -> Told:
    return {str(Purpose(purpose).label): names for purpose, names in files.items()}


def announced(nomination: Nomination, data: dict[str, Any]) -> Told:
    """What the notice in the own unit brought."""
    told: Told = {
        _("公示期间收到的意见"): data["said"] or _("没有收到意见"),
        _("处理情况"): data["settled"],
    }
    return told | file_words(data["files"])
