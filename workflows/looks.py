"""How outcomes look wherever they are shown: always a tone and an icon beside the text."""

from .models import Outcome

# Tone of a tag (templates/components/tag.html) by outcome; the icon and the text say the same.
OUTCOME_TONES: dict[str, str] = {
    Outcome.SUBMITTED: "wait",
    Outcome.APPROVED: "ok",
    Outcome.RETURNED: "back",
    Outcome.REJECTED: "bad",
    Outcome.WITHDRAWN: "mute",
    Outcome.EXTENSION: "wait",
    Outcome.ANNULLED: "bad",
    Outcome.LAPSED: "bad",
    Outcome.TAKEN_BACK: "mute",
    Outcome.OBJECTED: "bad",
    Outcome.RECTIFY: "back",
    Outcome.FAILED: "bad",
    Outcome.DRAWN: "wait",
    Outcome.OVERDUE: "bad",
    Outcome.AGAIN: "back",
    Outcome.RESERVED: "wait",
    Outcome.REMOVED: "bad",
    Outcome.ENDED: "mute",
}
OUTCOME_ICONS: dict[str, str] = {
    Outcome.SUBMITTED: "send",
    Outcome.APPROVED: "circle-check",
    Outcome.RETURNED: "arrow-back-up",
    Outcome.REJECTED: "circle-x",
    Outcome.WITHDRAWN: "rotate",
    Outcome.EXTENSION: "hourglass",
    Outcome.ANNULLED: "ban",
    Outcome.LAPSED: "clock-pause",
    Outcome.TAKEN_BACK: "arrow-back-up",
    Outcome.OBJECTED: "circle-x",
    Outcome.RECTIFY: "tool",
    Outcome.FAILED: "circle-x",
    Outcome.DRAWN: "search",
    Outcome.OVERDUE: "clock-pause",
    Outcome.AGAIN: "rotate",
    Outcome.RESERVED: "hourglass",
    Outcome.REMOVED: "ban",
    Outcome.ENDED: "ban",
}
