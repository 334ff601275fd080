"""What a corrected case changed: what was submitted in each round, compared field by field, for every flow."""

from .models import Case, Decision, Outcome
from .telling import Submission, Told
from .tellings import TELLINGS

# Why the same step was submitted again.
SENT_BACK = (Outcome.RETURNED, Outcome.TAKEN_BACK, Outcome.ANNULLED, Outcome.OBJECTED)


def compared_rounds(case: Case) -> list[dict]:
    """Each submission that followed an earlier one of its step, newest first.

    Says its ``step``, ``round``, ``at``, the ``changes``, and ``because``: the decisions in between that sent the case
    back. Rounds may skip numbers: a return to an inner step raises the round without a new submission here.
    """
    submissions = sorted(
        TELLINGS[case.flow_class.instance.app_name].submissions(case), key=lambda one: one.at
    )
    earlier: dict[str, Submission] = {}
    found = []
    for one in submissions:
        before = earlier.get(one.step)
        earlier[one.step] = one
        if before is not None:
            found.append((before, one))
    if not found:
        return []
    sent_back = list(case.decisions.filter(outcome__in=SENT_BACK))
    return [
        {
            "step": after.step,
            "round": after.round,
            "at": after.at,
            "because": between(before, after, sent_back),
            "changes": changes(before.data, after.data),
        }
        for before, after in reversed(found)
    ]


def between(before: Submission, after: Submission, decisions: list[Decision]) -> list[Decision]:
    """The decisions taken between two submissions."""
    return [one for one in decisions if before.at <= one.at <= after.at]


def changes(before: Told, after: Told) -> list[dict]:
    """The differences of two submissions: a label with the values before and after, or with what came and went."""
    found = []
    for label, new in after.items():
        old = before.get(label, new)
        if old == new:
            continue
        if isinstance(old, list) or isinstance(new, list):
            gone, come = without(old, new), without(new, old)
            found.append({"label": label, "gone": gone, "come": come, "is_order": not (gone or come)})
        else:
            found.append({"label": label, "before": old, "after": new})
    return found


def without(some: str | list[str], others: str | list[str]) -> list[str]:
    return [one for one in some if one not in others]
