"""Progress against the plan of the notice (RULES sections 0 and 10, P6)."""

import datetime as dt

import pytest

from orgs.actions.district import load_campaigns
from orgs.enums import MilestoneKind, Role
from orgs.models import Campaign, Milestone
from orgs.progress import goal_progress, place_progress
from orgs.rules.progress import Pace, pace, steps
from tests import factories

NOTICE = [
    (dt.date(2014, 5, 31), 20),
    (dt.date(2014, 6, 30), 50),
    (dt.date(2014, 7, 31), 80),
    (dt.date(2014, 9, 30), 100),
]


def test_shares_are_rounded_up_to_whole_organizations():
    assert [step.number for step in steps(228, NOTICE)] == [46, 114, 183, 228]
    assert [step.number for step in steps(10, NOTICE)] == [2, 5, 8, 10]


@pytest.mark.parametrize(
    ("done", "on", "expected"),
    [
        (0, dt.date(2014, 5, 30), Pace.NOT_DUE),
        (46, dt.date(2014, 5, 31), Pace.REACHED),
        (45, dt.date(2014, 5, 31), Pace.BEHIND),
        (92, dt.date(2014, 7, 1), Pace.BEHIND),
        (91, dt.date(2014, 7, 1), Pace.FAR_BEHIND),
    ],
)
def test_yellow_below_the_checkpoint_and_red_below_four_fifths_of_it(done, on, expected):
    assert pace(done, steps(228, NOTICE), on) == expected


@pytest.mark.django_db
def test_plan_of_the_notice_is_loaded_once():
    assert (load_campaigns(), load_campaigns()) == (1, 0)
    campaign = Campaign.objects.get(year=2014)
    assert list(campaign.goals.values_list("target", flat=True)) == [228, 10, 70]


@pytest.mark.django_db
def test_only_registered_organizations_count_and_only_in_their_place():
    load_campaigns()
    _district, streets = factories.make_tree()
    on = dt.date(2014, 8, 1)
    unit = factories.make_unit(streets[0])
    for kind in (MilestoneKind.ESTABLISHED, MilestoneKind.REGISTERED):
        Milestone.objects.create(
            kind=kind, unit=unit, organization=streets[0], scope=streets[0].scope, on=dt.date(2014, 7, 2)
        )
    other = factories.make_unit(streets[1])
    Milestone.objects.create(
        kind=MilestoneKind.ESTABLISHED, unit=other, organization=streets[1], scope=streets[1].scope, on=on
    )
    goals = goal_progress(Campaign.objects.get(year=2014), on=on)
    assert (goals[0].done, goals[0].pace) == (1, Pace.FAR_BEHIND)
    handler = factories.make_person(Role.SUBDISTRICT_HANDLER, streets[1], since=dt.date(2014, 1, 1))
    places = place_progress(handler, 2014, on=on)
    assert [(place.organization, place.counts) for place in places] == [(streets[1], [0, 0, 1, 0])]
