"""Who took part in a case: what the registry's rules about inspectors cannot see."""

from ..models import Case


def deciders_of(case: Case) -> frozenset[int]:
    """Everybody who decided on a step of the case, co-signed it, or on whose behalf that was done."""
    pairs = case.decisions.values_list("by_id", "on_behalf_of_id")
    return frozenset(person_id for pair in pairs for person_id in pair if person_id is not None)
