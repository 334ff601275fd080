import pytest

from workflows.models import Outcome

from . import district as d


@pytest.mark.django_db
def test_smoke():
    place = d.make_district()
    unit = d.make_applying_unit(place)
    case = d.open_founding(place, unit)
    assert d.node(case) == "draft_request"
    d.act(case, place.person("applicant"), Outcome.SUBMITTED)
    assert d.node(case) == "approve_unit"
    d.act(case, place.person("leader"), Outcome.APPROVED)
    assert d.node(case) == "check_completeness"
    d.act(case, place.person("handler0"), Outcome.RETURNED)
    assert d.node(case) == "correct_request"
    d.act(case, place.person("applicant"), Outcome.SUBMITTED)
    assert d.node(case) == "check_completeness"
    d.act(case, place.person("handler0"), Outcome.APPROVED)
    d.act(case, place.person("approver0"), Outcome.APPROVED)
    assert d.node(case) == "hold_meeting"
