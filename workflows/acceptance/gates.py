"""Who may take a step of an acceptance, and what must happen first: said on the page and enforced by the gate."""

from django.utils.translation import gettext as _

from orgs.actions import acceptance as actions
from orgs.models import Acceptance, Inspection, Person, SampleEntry
from orgs.permissions import Unblock, Verdict

from ..models import Case
from ..nodes import HumanTask


def barred(node: HumanTask, case: Case, by: Person) -> Verdict | None:
    """Who inspected on site takes no other step of the case, and nobody decides on an appeal against their own
    decision (RULES section 10: four-eyes)."""
    visits = case.artifact.inspections.filter(inspector=by)
    if visits.exclude(state=Inspection.State.CANCELLED).exists():
        return Verdict(
            False,
            _("您是本事项的验收员，不能办理验收的其他环节。"),
            _("须由其他有相应职务的人员办理。"),
            unblock=Unblock.ANOTHER,
        )
    if node.name == "decide_appeal" and case.decisions.filter(node="approve_district", by=by).exists():
        return Verdict(
            False,
            _("您作出了被申诉的结论，不能裁决这一申诉。"),
            _("须由其他领导裁决。"),
            unblock=Unblock.ANOTHER,
        )
    return None


def awaited(node: HumanTask, case: Case) -> Verdict | None:
    """What must happen before a step can be decided: all visits, the third inspector, the draw; None when nothing."""
    acceptance: Acceptance = case.artifact
    if node.name == "inspect_site":
        return awaits_visits(acceptance)
    if node.name == "await_sample" and is_drawn(acceptance) is None:
        return Verdict(
            False,
            _("抽查名单尚未抽取，本环节由抽取结果决定。"),
            _("请在“区级抽查”中抽取，抽取后各事项自动办理。"),
        )
    if node.name == "check_sample" and (names := actions.awaited_sample_visits(acceptance)) is not None:
        return awaits_people(names)
    return None


def awaits_visits(acceptance: Acceptance) -> Verdict | None:
    if names := actions.awaited_visits(acceptance):
        return awaits_people(names)
    if actions.needs_third(acceptance):
        limit = acceptance.rules["third_inspector_difference"]
        return Verdict(
            False,
            _("两位验收员的总分相差超过%(limit)s分，须由第三人复核。") % {"limit": limit},
            _("请在本页指派第三位验收员，其提交后再汇总。"),
        )
    return None


def awaits_people(names: list[str]) -> Verdict:
    if not names:
        return Verdict(False, _("尚未指派区级验收员。"), _("请在本页指派验收员。"))
    return Verdict(
        False,
        _("正在等待现场验收：%(names)s。") % {"names": _("、").join(names)},
        _("全部提交后即可办理；如需换人或改期，可在本页调整。"),
    )


def is_drawn(acceptance: Acceptance) -> bool | None:
    """Whether the district's draw took this acceptance; None before the draw."""
    entry = SampleEntry.objects.filter(acceptance=acceptance).order_by("-pk").first()
    return entry.drawn if entry else None
