"""Running cases when a flow changes: rows of renamed and removed steps move, nobody is stranded, and it can be undone.

The flow of the day before is played by rows: those of a real step get a name that the flow does not know.
"""

import io
import itertools
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.checks import Tags, run_checks
from django.core.management import CommandError, call_command
from django.db.models import CharField
from django.db.models.functions import Cast
from viewflow.workflow.models import Task

from orgs.models import Founding, Post
from records.audit import check_log
from records.models import AuditEntry, OutboxMessage
from tests.flows import district as d
from workflows.flow_migrations import RemoveNode, RenameNode, Stranded
from workflows.models import Case, Decision, NodeMove, Outcome, WorkItem
from workflows.views.task import load_case

pytestmark = pytest.mark.django_db
PREFIX = "workflows/founding.flow.FoundingFlow."
AGREED, RETURNED, SUBMITTED = Outcome.APPROVED, Outcome.RETURNED, Outcome.SUBMITTED
RENAME = RenameNode("founding", "approve_street", "approve_subdistrict", key="0099.rename")
# Python keeps a module under its name: each test has a package of its own.
SERIAL = itertools.count()
REMOVE = RemoveNode("founding", "check_papers", onto="approve_subdistrict", key="0099.remove")


def pretend(real: str, name: str) -> None:
    """All rows of a step as the release left them that knew it by another name."""
    Task.objects.filter(flow_task=PREFIX + real).update(flow_task=PREFIX + name)
    WorkItem.objects.filter(node=real).update(node=name)
    Case.objects.filter(stage=real).update(stage=name)

    def named(stack):
        return [entry | {key: name for key in ("node", "to") if entry[key] == real} for entry in stack]

    for case in Case.objects.exclude(return_stack=[]):
        Case.objects.filter(pk=case.pk).update(return_stack=named(case.return_stack))
    for pk, data in Task.objects.values_list("pk", "data"):
        if stack := ((data or {}).get("before") or {}).get("return_stack"):
            data["before"]["return_stack"] = named(stack)
            Task.objects.filter(pk=pk).update(data=data)


def rows():
    """Everything that a move may change."""
    tasks = Task.objects.order_by("pk").annotate(at=Cast("flow_task", CharField()))
    return (
        list(tasks.values_list("pk", "at", "owner", "status", "assigned", "data")),
        list(WorkItem.objects.order_by("pk").values()),
        list(Case.objects.order_by("pk").values("pk", "stage", "return_stack")),
    )


def named(name: str) -> bool:
    """Whether any row still names a step."""
    return PREFIX + name in str(rows()) or f"'{name}'" in str(rows())


@pytest.fixture
def street():
    """A district with cases that wait at the street's approver, came back from there, and ended there."""
    place = d.make_district()
    cases = {}
    for name in ("held", "returned", "ended"):
        case = d.open_founding(place, d.make_applying_unit(place))
        applicant = place.person("applicant")
        d.act(case, applicant, SUBMITTED)
        d.act(case, place.person("leader"), AGREED)
        d.act(case, place.person("handler0"), AGREED)
        cases[name] = case
        place.people[f"{name} applicant"] = applicant
    d.act(cases["returned"], place.person("approver0"), RETURNED)
    d.act(cases["ended"], place.person("approver0"), Outcome.REJECTED)
    return SimpleNamespace(place=place, **cases)


@pytest.fixture
def desk():
    """A district with a case at the desk of the street's handler."""
    place = d.make_district()
    case = d.open_founding(place, d.make_applying_unit(place))
    d.act(case, place.person("applicant"), SUBMITTED)
    d.act(case, place.person("leader"), AGREED)
    pretend("check_completeness", "check_papers")
    return SimpleNamespace(place=place, case=case)


def test_renamed_step_takes_every_row_along_and_back(street):
    as_new = rows()
    pretend("approve_subdistrict", "approve_street")
    as_old, decisions = rows(), list(Decision.objects.values())
    assert as_old != as_new

    RENAME.move(apps)
    assert rows() == as_new
    RENAME.move_back(apps)
    assert rows() == as_old
    RENAME.move(apps)

    assert list(Decision.objects.values()) == decisions
    entries = AuditEntry.objects.filter(event="step_moved", about=street.held.about)
    assert entries.count() == 2
    assert AuditEntry.objects.filter(event="step_moved_back").count() == 1
    assert check_log().breaks == []
    d.act(street.held, street.place.person("approver0"), AGREED)
    d.act(street.returned, street.place.person("returned applicant"), SUBMITTED)
    assert d.node(street.returned) == "approve_subdistrict"
    d.act(street.returned, street.place.person("approver0"), AGREED)


def test_removed_step_of_the_same_post_keeps_holder_and_deadline(street):
    before = rows()
    pretend("approve_subdistrict", "approve_street")
    as_old = rows()
    operation = RemoveNode("founding", "approve_street", onto="approve_subdistrict", key="0099.same")
    operation.move(apps)
    assert rows() == before
    # Open or finished, all rows of the step must resolve.
    assert NodeMove.objects.filter(migration="0099.same").count() == 3
    operation.move_back(apps)
    assert rows() == as_old
    assert not NodeMove.objects.exists()
    operation.move(apps)
    d.act(street.held, street.place.person("approver0"), RETURNED)
    # What was decided meanwhile stays where it was decided.
    operation.move_back(apps)
    held = load_case(street.held.pk)
    assert held.stage == "correct_request"
    assert held.last_return["node"] == "approve_subdistrict"
    assert load_case(street.returned.pk).last_return["node"] == "approve_street"


def test_removed_step_of_another_post_gets_its_seat_and_the_old_one_back(desk):
    as_old = rows()
    REMOVE.move(apps)
    assert not named("check_papers")
    item = WorkItem.objects.get(open=True)
    approver = desk.place.person("approver0")
    assert (item.node, item.role, item.owner) == ("approve_subdistrict", "subdistrict_approver", approver)
    assert OutboxMessage.objects.filter(key=f"task:{item.pk}:0099.remove").exists()
    REMOVE.move_back(apps)
    assert rows() == as_old
    REMOVE.move(apps)
    d.act(desk.case, approver, RETURNED)
    d.act(desk.case, desk.place.person("applicant"), SUBMITTED)
    assert d.node(desk.case) == "approve_subdistrict"


def test_case_that_was_claimed_after_the_move_stays_with_who_holds_it(desk):
    WorkItem.objects.filter(node="check_papers").update(role="subdistrict_approver")
    REMOVE.move(apps)
    holder = desk.place.person("approver0")
    WorkItem.objects.filter(open=True).update(owner=holder)
    REMOVE.move_back(apps)
    assert WorkItem.objects.get(open=True).owner == holder


@pytest.mark.parametrize(
    ("onto", "reason"),
    [
        ("approve_nowhere", "is not defined"),
        ("completeness_checked", "was HUMAN"),
        ("approve_district", "nobody with the post district_approver can act"),
        ("approve_subdistrict", "gives no seat or term"),
    ],
)
def test_case_that_would_be_stranded_stops_the_migration(desk, onto, reason):
    if onto == "approve_district":
        Post.objects.filter(role="district_approver").update(until="2001-01-01", since="2000-01-01")
    if onto == "approve_subdistrict":
        rules = Founding.objects.get().rules
        Founding.objects.update(rules={"max_return_rounds": rules["max_return_rounds"]})
    before = rows()
    with pytest.raises(Stranded, match=reason) as refused:
        RemoveNode("founding", "check_papers", onto=onto, key="0099.bad").move(apps)
    assert desk.case.number in str(refused.value)
    assert rows() == before
    assert not NodeMove.objects.exists()


def test_name_that_has_tasks_is_not_given_to_another_step(desk):
    with pytest.raises(Stranded, match="already has tasks"):
        RenameNode("founding", "check_papers", "approve_unit", key="0099.bad").move(apps)


def test_database_without_rows_of_the_step_is_left_alone():
    RenameNode("founding", "never_was", "is_not_either", key="0099.fresh").move(apps)
    RenameNode("founding", "never_was", "is_not_either", key="0099.fresh").move_back(apps)


def test_decision_keeps_the_title_of_a_step_that_is_gone(desk):
    assert Decision(case=desk.case, node="check_papers", node_title="材料审查").step == "材料审查"


# -- the rehearsal ----------------------------------------------------------------------------------------------------

MIGRATION = """
from django.db import migrations
from workflows.flow_migrations import RemoveNode, RenameNode


class Migration(migrations.Migration):
    dependencies = []
    operations = [{operations}]
"""


@pytest.fixture
def release(tmp_path, monkeypatch, settings):
    """Writes the migration of a release that did not run yet."""
    package = tmp_path / f"coming_{next(SERIAL)}"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(*operations: str) -> None:
        text = MIGRATION.format(operations=", ".join(operations))
        (package / "0099_steps.py").write_text(text, encoding="utf-8")
        settings.MIGRATION_MODULES = {"workflows": package.name}

    return write


def rehearse(*arguments: str) -> tuple[int, str]:
    """Exit code and everything that was written."""
    out = io.StringIO()
    try:
        call_command("rehearse_flows", *arguments, stdout=out, stderr=out)
    except SystemExit as ended:
        return ended.code, out.getvalue()
    return 0, out.getvalue()


def test_rehearsal_tells_what_becomes_of_each_case_and_changes_nothing(desk, release):
    release(
        "RenameNode('founding', 'check_papers', 'check_files', key='0099.a')",
        "RemoveNode('founding', 'check_files', onto='approve_subdistrict', key='0099.b')",
    )
    before = rows()
    code, told = rehearse()
    assert code == 0
    assert f"{desk.case.number}: check_papers → approve_subdistrict: " in told
    assert "new seat" in told
    assert "approved → hold_meeting" in told
    assert "1 open cases, 1 moved, 0 stranded steps." in told
    assert rehearse("--migration", "workflows.0099_steps") == (code, told)
    with pytest.raises(CommandError):
        call_command("rehearse_flows", "--migration", "workflows.0098_other")
    assert rows() == before


def test_rehearsal_names_who_would_be_stranded(desk, release):
    release("RemoveNode('founding', 'check_papers', onto='approve_subdistrict', key='0099.b')")
    Post.objects.filter(role="subdistrict_approver").update(until="2001-01-01", since="2000-01-01")
    code, told = rehearse()
    assert code == 1
    assert f"{desk.case.number}: nobody with the post subdistrict_approver can act" in told


def test_rehearsal_names_a_step_that_is_missing(desk, release):
    release("RemoveNode('founding', 'check_papers', onto='nowhere', key='0099.b')")
    code, told = rehearse()
    assert code == 1
    assert f"{desk.case.number}: step founding.nowhere is not defined" in told


def test_check_names_the_migration_that_covers_a_step(desk, release):
    def found():
        return run_checks(tags=[Tags.database], databases=["default"])

    assert [one.id for one in found()] == ["workflows.E001"]
    release("RemoveNode('founding', 'check_papers', onto='approve_subdistrict', key='0099.b')")
    # Only a warning: migrate runs the checks before it can move anything.
    (warning,) = found()
    assert warning.id == "workflows.W001"
    assert "workflows.0099_steps" in warning.hint
