"""At what time of the day people are reminded."""

import datetime as dt

from django.utils import timezone

from .models import NoRuleSet
from .queries import rules_in_force


def reminders_go_out(at: dt.datetime) -> bool:
    """Whether the hour of reminders (rule set ``handling``) has come on the day of a moment; whoever was off then is
    reminded when they are back."""
    local = timezone.localtime(at)
    try:
        rules = rules_in_force("handling", local.date())
    except NoRuleSet:
        return False
    return bool(local.hour >= rules.data["reminder_hour"])
