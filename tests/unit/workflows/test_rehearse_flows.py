"""The rehearsal names every road of the open cases and refuses what would strand one."""

import io

import pytest
from django.core.management import call_command

from tests.flows.district import act, make_applying_unit, make_district, open_founding
from workflows.models import Outcome, WorkItem

pytestmark = pytest.mark.django_db


def waiting_case():
    place = make_district()
    case = open_founding(place, make_applying_unit(place))
    act(case, place.person("applicant"), Outcome.SUBMITTED)
    return case


def test_every_outcome_of_an_open_step_is_listed():
    waiting_case()
    out = io.StringIO()
    call_command("rehearse_flows", stdout=out)
    assert "founding.approve_unit approved → check_completeness" in out.getvalue()
    assert "founding.approve_unit rejected → rejected" in out.getvalue()
    assert "1 open cases, 0 stranded steps." in out.getvalue()


def test_case_on_a_removed_step_is_refused():
    case = waiting_case()
    WorkItem.objects.filter(open=True).update(node="removed_step")
    errors = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("rehearse_flows", stdout=io.StringIO(), stderr=errors)
    assert ended.value.code == 1
    assert f"{case.number}: step founding.removed_step is not defined" in errors.getvalue()
