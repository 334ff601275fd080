"""The unit's side of a nomination (P4)."""

import pytest

from awards.enums import NominationState
from tests.awards import make_award_world
from tests.flows import nomination_world as w

pytestmark = pytest.mark.django_db

AFTER = {
    "nominated": ("own_notice", NominationState.OWN_NOTICE),
    "announced_in_unit": ("review_nomination", NominationState.RANKING),
    "reviewed": ("rank_nomination", NominationState.RANKING),
    "ranked": ("check_eligibility", NominationState.CHECKING),
    "checked": ("vet", NominationState.VETTING),
    "vetted": ("committee_review", NominationState.REVIEW),
    "selected": ("approve_list", NominationState.LISTED),
    "listed": ("public_notice", NominationState.LISTED),
    "announced": ("public_notice", NominationState.ANNOUNCED),
    "cleared": ("decide_award", NominationState.CLEARED),
    "decided": ("issue_certificate", NominationState.DECIDED),
    "awarded": ("awarded", NominationState.AWARDED),
}


def test_a_nomination_walks_from_the_unit_to_the_certificate_of_an_organization_and_of_a_person():
    world = make_award_world()
    for nominee in ({}, {"person": "王珊", "number": 1}):
        walk = w.start_nomination_walk(world, **nominee)
        for step, after in AFTER.items():
            walk.to(step)
            assert (walk.node, walk.nomination.state) == after, step
