"""Every tool that a person might expect on a case, with the verdict of the very function that enforces it.

The page shows a tool or explains why it is not there and what would help; nothing is refused for another reason than
the one that is shown.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orgs.models import Person
from orgs.permissions import Verdict

from .approvals import verdict_on, withdrawal_verdict
from .claims import claim_verdict, release_verdict
from .cosigning import call_off_verdict, cosign_verdict, open_request
from .handling import copy_verdict, reassign_verdict, urge_verdict
from .models import Case, CoSign, GuardedTask
from .takeback import last_decision, take_back_verdict


class Tool(TextChoices):
    """The value is part of an address."""

    DECIDE = "decide", _("办理")
    CLAIM = "claim", _("领取")
    RELEASE = "release", _("退回待领取")
    REASSIGN = "reassign", _("转办")
    COSIGN = "cosign", _("加签")
    CALL_OFF = "call_off", _("撤销加签")
    TAKE_BACK = "take_back", _("收回")
    WITHDRAW = "withdraw", _("撤回申请")
    COPY = "copy", _("抄送")
    URGE = "urge", _("催办")


ICONS = {
    Tool.DECIDE: "checks",
    Tool.CLAIM: "users",
    Tool.RELEASE: "users",
    Tool.REASSIGN: "arrows-exchange",
    Tool.COSIGN: "signature",
    Tool.CALL_OFF: "ban",
    Tool.TAKE_BACK: "arrow-back-up",
    Tool.WITHDRAW: "circle-x",
    Tool.COPY: "copy",
    Tool.URGE: "bell",
}
# Tools with a page of their own; the others are buttons that stand elsewhere on the case page.
ON_PAGES = (Tool.TAKE_BACK, Tool.REASSIGN, Tool.COSIGN, Tool.CALL_OFF, Tool.COPY, Tool.URGE)


@dataclass(frozen=True)
class Offer:
    """A tool on a page: there, or explained."""

    tool: Tool
    verdict: Verdict
    icon: str
    url: str


def verdicts(
    case: Case, task: GuardedTask | None, person: Person, *, on: dt.date
) -> dict[Tool, Callable[[], Verdict]]:
    """The verdict on each tool that has a meaning for the case as it is, asked when it is called."""
    found: dict[Tool, Callable[[], Verdict]] = {}
    if task is not None:
        found |= {
            Tool.DECIDE: lambda: verdict_on(task, case, person, on=on),
            Tool.CLAIM: lambda: claim_verdict(task, case, person, on=on),
            Tool.RELEASE: lambda: release_verdict(task, person),
            Tool.REASSIGN: lambda: reassign_verdict(task, case, person, on=on),
            Tool.COSIGN: lambda: cosign_verdict(task, case, person, on=on),
            Tool.WITHDRAW: lambda: withdrawal_verdict(task, case, person, on=on),
            Tool.COPY: lambda: copy_verdict(case, person, on=on),
            Tool.URGE: lambda: urge_verdict(task, case, person, on=on),
        }
        if open_request(case) is not None:
            found[Tool.CALL_OFF] = lambda: call_off_verdict(case, person, on=on)
    decision = last_decision(case)
    if decision is not None and decision.by_id == person.pk:
        found[Tool.TAKE_BACK] = lambda: take_back_verdict(case, person, on=on)
    return found


def offers(case: Case, task: GuardedTask | None, person: Person, *, on: dt.date) -> list[Offer]:
    """The tools with a page of their own, in the order of the page."""
    asked = verdicts(case, task, person, on=on)
    place = task.pk if task is not None else 0
    return [
        Offer(tool, asked[tool](), ICONS[tool], reverse("use_tool", args=[case.pk, place, tool.value]))
        for tool in ON_PAGES
        if tool in asked
    ]


def cosigns_of(case: Case) -> list[CoSign]:
    """The requests for co-signatures with who was asked and what they said."""
    return list(
        case.cosigns.select_related("by").prefetch_related("signers__person", "signers__task__decision")
    )
