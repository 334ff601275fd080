"""What all flows share: the lock, the task class, working-day deadlines, and how a case is opened."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.activation import Activation
from viewflow.workflow.base import Flow, Node

from orgs.models import Organization, Person, Unit
from orgs.permissions import Verdict
from orgs.queries import rules_in_force
from records import audit, calendars
from records.documents import Issuer, allocate_number

from .decisions import write_decision
from .models import Case, Decision, GuardedTask, Outcome, Side
from .nodes import CoSignStep, HumanTask
from .terms import Term


@contextmanager
def row_lock(flow_class: type[Flow], case_id: int) -> Iterator[None]:
    """Serialise the transitions of one case by its row; on SQLite the immediate transaction already is the lock."""
    with transaction.atomic():
        list(Case.objects.select_for_update(of=("self",)).filter(pk=case_id).values_list("pk"))
        yield


class BaseFlow(Flow):
    """Base of every flow. Node names are database values: never rename one that has rows, add a V2 instead."""

    lock_impl = staticmethod(row_lock)
    task_class = GuardedTask
    code = ""
    # Whoever opens a case acts on this side of it, and so on no other (four-eyes).
    opened_on_side = Side.APPLICANT
    stages: tuple[tuple[str, object, tuple[str, ...]], ...] = ()

    # The co-signature that the holder of any step may ask for; a tool, not a step of the process.
    cosign = CoSignStep().Annotation(title=_("会签意见"))

    def nodes(self) -> Iterator[Node]:
        """The steps of the process."""
        return (node for node in super().nodes() if not isinstance(node, CoSignStep))

    def note(self, case: Case) -> str:
        """One line under the title on the desk."""
        return ""

    def passes(self, case: Case, stage: str) -> bool:
        """Whether a case's frozen route goes through a stage."""
        return True

    def working_days(self, on: dt.date, days: int) -> Term:
        """A term of working days that starts the day after ``on``."""
        return Term(calendars.add_working_days(on, days), days)

    def end_of(self, day: dt.date) -> dt.datetime:
        """The first moment after a day: when a term passes whose last day it is."""
        return calendars.midnight(day + calendars.ONE_DAY)

    def bars(self, node: HumanTask, case: Case, by: Person) -> Verdict | None:
        """Why this person may not take this step, for reasons of the flow's own four-eyes; None when they may."""
        return None

    def awaits(self, node: HumanTask, case: Case) -> Verdict | None:
        """Why a step cannot be decided yet, whoever holds it; None when it can."""
        return None

    def hides(self, case: Case, person: Person) -> Verdict | None:
        """Why a person must not even see a case that the post would show; None when nothing hides it. What it hides,
        :func:`workflows.cases.hidden_numbers` leaves out of lists."""
        return None

    def handling_rules(self, case: Case) -> dict[str, Any]:
        """The rules of handling (reminders, escalation, co-signatures) under which the case was started."""
        rules = case.handling or rules_in_force("handling", timezone.localdate(case.created))
        return rules.data

    def remaining(self, case: Case, node: str, on: dt.date) -> Term | None:
        """The term of a step to which a corrected case comes back: its clock stood still meanwhile."""
        back = case.last_return
        if back is None or back["node"] != node or back["days_left"] is None:
            return None
        return self.working_days(on, max(back["days_left"], 1))

    def possible_outcomes(self, node: Any, case: Case) -> list[Outcome]:
        """What may be decided at a step now; after the last allowed return only yes or no remain (RULES 10)."""
        limit = case.artifact.rules["max_return_rounds"]
        return [one for one in node.outcomes if one != Outcome.RETURNED or case.returns < limit]

    def decide_by_system(self, activation: Activation, outcome: Outcome) -> None:
        """Put on record what happened by the passing of a term, without a person."""
        case, at = activation.process, timezone.now()
        write_decision(
            case,
            activation.task,
            outcome,
            opinion="",
            by=None,
            role_label="",
            level="",
            side=Side.SYSTEM,
            at=at,
        )

    def deciding(self, case: Case) -> Decision:
        """The decision that led to where the case is: the last one that is no co-signature."""
        return case.decisions.exclude(side__in=(Side.COSIGNER, Side.SYSTEM)).order_by("-pk")[0]

    def decider(self, case: Case) -> Person:
        """Who took that decision."""
        person = self.deciding(case).by
        assert person is not None  # decisions of the system are left out
        return person


def open_case(
    case: Case,
    *,
    title: str,
    organization: Organization,
    unit: Unit,
    by: Person,
    stage: str,
    code: str,
    previous: Case | None = None,
) -> None:
    """Fill in a new case before its first save; its number (``JT-2014-00007``) comes from the district's register."""
    year = timezone.localdate().year
    case.title = title
    case.organization = organization
    case.unit = unit
    case.scope = organization.scope
    case.opened_by = by
    case.stage = stage
    case.previous_case = previous
    case.handling = rules_in_force("handling", timezone.localdate())
    root = Organization.objects.get(path=organization.path[: organization.steplen])
    serial = allocate_number(Issuer(id=root.pk, name=root.name), f"case-{code}", year)
    case.number = f"{code}-{year}-{serial:05d}"


def begin(flow: type[BaseFlow], *, by: Person, at: dt.datetime, rule_set_id: int, **opening: Any) -> Case:
    """Run the opening of a flow in the caller's transaction and put it on record.

    What is kept and printed is Chinese, whichever language the person reads the pages in.
    """
    with translation.override(settings.LANGUAGE_CODE):
        case = flow.start.run(by=by, **opening)
    case.save(update_fields=["stage"])
    audit.record(
        "opened",
        by_id=by.pk,
        about=case.about,
        chain=case.chain,
        at=at,
        flow=flow.instance.app_name,
        rule_set=rule_set_id,
    )
    return case
