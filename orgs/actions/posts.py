"""Leaving a post: the authority ends, and so do the delegations that hang on it; the desk is cleared below."""

import datetime as dt

from records import outbox
from records.calendars import midnight

from ..models import Person, Post
from ..permissions import end_post
from .delegations import end_delegations_of

LEFT = "post_ended"


def leave_post(post: Post, *, by: Person | None, on: dt.date, at: dt.datetime) -> None:
    """End a post from the day after ``on``, in the caller's transaction.

    Its delegations end with it. What the person holds by it goes back to the queue of the post as soon as it has
    ended: promised under :data:`LEFT`, kept by whoever keeps desks.
    """
    end_post(post, by=by, on=on)
    end_delegations_of(post, on=on, at=at)
    ended = midnight(on + dt.timedelta(days=1))
    outbox.promise(LEFT, key=f"{LEFT}:{post.pk}:{on.isoformat()}", at=max(at, ended), person=post.person_id)
