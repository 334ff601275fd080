"""Whoever waits for replies to letters is reminded, once a week after the term, until all are in."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from orgs.enums import Role
from orgs.queries import holders
from orgs.reminding import reminders_go_out
from records import notices
from records.duties import periodic

from ..enums import CampaignState, NominationState
from ..models import ConsultationLetter

KIND = "consultation_overdue"
WAITING = Q(answers__answer="", answers__nomination__state=NominationState.VETTING)


@periodic(every=dt.timedelta(hours=1))
def remind_of_letters(at: dt.datetime) -> int:
    """Tell the district's handlers which letters are overdue; returns how many were told anew."""
    if not reminders_go_out(at):
        return 0
    on = timezone.localdate(at)
    late = ConsultationLetter.objects.filter(reply_due_on__lt=on, campaign__state=CampaignState.PUBLISHED)
    late = late.annotate(waiting=Count("answers", filter=WAITING)).filter(waiting__gt=0)
    letters = late.select_related("campaign").order_by("pk")
    return notices.send_many(KIND, (row for one in letters for row in rows_of(one, on)), at=at)


def rows_of(letter: ConsultationLetter, on: dt.date) -> Iterator[notices.Row]:
    """The handlers of the district. The key holds how many weeks are past the term."""
    week = (on - letter.reply_due_on).days // 7
    context = {
        "campaign": letter.campaign.name,
        "addressee": letter.addressee,
        "due": letter.reply_due_on.isoformat(),
        "number": vars(letter)["waiting"],
    }
    for post in holders(Role.DISTRICT_HANDLER, on=on, organization_id=letter.campaign.organization_id):
        key = f"{KIND}:{letter.pk}:{week}:{post.person_id}"
        yield notices.Row(post.person_id, key, url=reverse("consultation", args=[letter.pk]), context=context)
