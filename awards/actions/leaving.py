"""What else happens when a nominee leaves: the name comes off the notice, and what was decided but not handed out ends.

The place is free at once, since places are counted from the states (awards.rules.states.HOLDING), and so is the quota
of the sub-district at its next ranking (awards.actions.ranking).
"""

import datetime as dt

from ..enums import NominationState
from ..models import AnnouncedName, Award, Nomination


def take_off(nomination: Nomination, *, on: dt.date, reason: str = "") -> None:
    """After the event that ended a nomination, or sent it back to the committee, in the caller's transaction.

    Nobody is announced twice at once: whoever comes back is announced anew, for a full period. An award that lapsed
    before its certificate is not held any more (and does not count as revoked, see awards.eligible).
    """
    AnnouncedName.objects.filter(nomination=nomination, ended_on=None).update(ended_on=on)
    if nomination.state == NominationState.LAPSED:
        lapsed = Award.objects.filter(nomination=nomination, revoked_on=None)
        lapsed.update(revoked_on=on, revoked_reason=reason[:500])
