"""What the unit stated in an acceptance, round by round: self-assessment, answers, rectification."""

from typing import Any

from django.utils.translation import gettext as _

from orgs.models import Acceptance, AcceptanceSnapshot
from orgs.rules.acceptance import items_of

from ..models import Case
from ..telling import Submission, Told

Step = AcceptanceSnapshot.Step


def acceptance_submissions(case: Case) -> list[Submission]:
    """From the snapshots; what inspectors found is not a submission of the unit and is shown apart."""
    acceptance: Acceptance = case.artifact
    names = item_names(acceptance)
    tell = {Step.ASSESSMENT: assessed, Step.ANSWER: answered, Step.RECTIFICATION: rectified}
    return [
        Submission(str(Step(one.step).label), one.round, one.at, tell[Step(one.step)](one.data, names))
        for one in acceptance.snapshots.filter(step__in=list(tell))
    ]


def item_names(acceptance: Acceptance) -> dict[str, str]:
    return {
        item["code"]: _("%(code)s %(text)s") % {"code": item["code"], "text": item["text"]}
        for item in items_of(acceptance.standard.data)
    }


def assessed(data: dict[str, Any], names: dict[str, str]) -> Told:
    told: Told = {names.get(code, code): claim_words(one) for code, one in data["items"].items()}
    return told | {
        _("自评总分"): data["total"],
        _("自评说明"): data["statement"],
        _("书记签名"): data["secretary"],
        _("与登记的书记不一致的原因"): data.get("secretary_reason", ""),
        _("团员代表签名"): data["representative"],
    }


def claim_words(one: dict[str, Any]) -> list[str]:
    """One claim in phrases, so that a comparison names what came and what went."""
    claim = {True: _("达标"), False: _("未达标")}.get(one["claimed"], _("未自评"))
    points = [_("%(points)s分") % {"points": one["points"]}] if one["points"] else []
    return [str(claim), *points, *([one["note"]] if one["note"] else []), *one["files"]]


def answered(data: dict[str, Any], names: dict[str, str]) -> Told:
    told: Told = {names.get(code, code): one["answer"] for code, one in data["items"].items()}
    return told | {_("总体答复"): data["answer"]}


def rectified(data: dict[str, Any], names: dict[str, str]) -> Told:
    return {
        names.get(code, code): [one["done"], one["on"], *one["files"]] for code, one in data["items"].items()
    }
