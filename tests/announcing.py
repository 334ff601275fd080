"""Names that may be announced, for tests of notices and objections: rows only, no case."""

from collections.abc import Iterable

from django.utils import timezone

from awards.enums import Choice, NominationState, ReviewState, VoteKind
from awards.models import Ballot, BallotRoll, Nomination, Review, Slip, Vote
from awards.sealing import new_salt
from tests.awards import AwardWorld, nomination


def listed(world: AwardWorld, count: int = 2, *, person: bool = False) -> list[Nomination]:
    """Nominees of one honour for whom everybody voted, as the approved list has them."""
    honour = world.person_honour if person else world.organization_honour
    rows = [
        nomination(
            honour,
            world.organizations[number % 2][number // 2],
            state=NominationState.LISTED,
            person=f"李青{number}" if person else "",
        )
        for number in range(count)
    ]
    vote_for(world, rows)
    return rows


def vote_for(world: AwardWorld, nominations: Iterable[Nomination], reserve: Iterable[int] = ()) -> Review:
    """A counted vote in which every member says yes; ``reserve`` are ids of nominations in their order."""
    rows = list(nominations)
    now = timezone.now()
    review, _ = Review.objects.get_or_create(
        honour=rows[0].honour, defaults={"salt": new_salt(), "state": ReviewState.CONCLUDED}
    )
    review.result = review.result | {"reserve": list(reserve)}
    review.save()
    vote = Vote.objects.create(
        review=review,
        number=review.votes.count() + 1,
        kind=VoteKind.VOTE,
        opened_by=world.person("secretary"),
        opened_at=now,
        closed_at=now,
        counted_at=now,
        counted_by=world.person("chair"),
    )
    members = [one for one in world.committee if one.duty != "secretary"]
    for row in rows:
        ballot = Ballot.objects.create(vote=vote, nomination=row, members=[one.pk for one in members])
        BallotRoll.objects.bulk_create(BallotRoll(ballot=ballot, member=one) for one in members)
        Slip.objects.bulk_create(Slip(ballot=ballot, choice=Choice.YES) for _ in members)
    return review
