"""Who may take a step of a nomination, what must happen first, and from whom it is hidden."""

from django.utils import timezone
from django.utils.translation import gettext as _

from awards.actions.advancing import obstacles
from awards.conflict_register import hidden_from
from awards.models import Nomination
from orgs.models import Person
from orgs.permissions import Unblock, Verdict

from ..models import Case, Outcome
from ..nodes import HumanTask


def hidden(case: Case, person: Person) -> Verdict | None:
    """A member of the committee does not see nominees in conflict, whatever other post there is (issue 6)."""
    if case.artifact.pk not in hidden_from(person):
        return None
    return conflict_verdict()


def conflict_verdict() -> Verdict:
    return Verdict(
        False,
        _("您是评审委员会成员，与该推荐对象有应当回避的关系，不能查看和办理。"),
        _("须由其他人员办理。"),
        unblock=Unblock.ANOTHER,
    )


def barred(node: HumanTask, case: Case, by: Person) -> Verdict | None:
    """Whoever must not see a nominee takes no step either."""
    return hidden(case, by)


# What the facts must allow before it is offered, by outcome.
EVENTS = {Outcome.AGAIN: "review_again", Outcome.REMOVED: "drop"}


def offered(outcomes: list[Outcome], node: HumanTask, case: Case) -> list[Outcome]:
    """What may be chosen on the page of a step: ending a nomination has a page of its own, with reason and document;
    the list is sent back to the committee, or shortened, only where the facts call for it."""
    found: list[Outcome] = [one for one in outcomes if one != Outcome.ENDED]
    if node.name != "approve_list" or case.stage != node.name:
        return found
    on = timezone.localdate()
    return [one for one in found if one not in EVENTS or not obstacles(case.artifact, EVENTS[one], on)]


def awaited(node: HumanTask, case: Case) -> Verdict | None:
    """What must happen before the unit can report on its own notice: the end of the period."""
    nomination: Nomination = case.artifact
    until = nomination.own_notice_to
    if node.name != "own_notice" or until is None or timezone.localdate() > until:
        return None
    return Verdict(
        False,
        _("本单位公示到%(until)s为止，期满后报送结果。") % {"until": until.isoformat()},
        _("期间收到的意见请先记下，期满后一并填写。"),
        unblock=Unblock.LATER,
    )
