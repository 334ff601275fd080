"""Notices by e-mail: one mail per notice, sent by the outbox, with one-click unsubscribe where that is allowed.

At least once: a worker that dies between the mail server's answer and its own note sends again, under the same
Message-ID, by which a mailbox knows the copy. Never lost: while the mail server is away the outbox waits for it.
"""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMultiAlternatives
from django.core.signing import BadSignature, Signer
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from . import notices, outbox
from .models import Notice
from .notice_kinds import GROUPS, KINDS, Email

# With the pauses of the outbox about two and a half days: a mail server may stay away over a weekend.
ATTEMPTS = 20
# In the place of a group: everything that comes with the daily summary.
DIGEST = "digest"
LANGUAGE = "zh-hans"
_signer = Signer(salt="records.mail.unsubscribe")


@outbox.handles("mail", attempts=ATTEMPTS)
def mail_notice(payload: dict[str, Any]) -> None:
    """Send one notice, unless its reader does not want it by mail any more or has no address left."""
    notice = Notice.objects.select_related("to").get(key=payload["notice"])
    kind = KINDS[notice.kind]
    if notices.email_wishes([notice.to_id], kind.group).get(notice.to_id) != Email.NOW:
        return
    group = GROUPS[kind.group]
    with translation.override(LANGUAGE):
        case = str(notice.context.get("case", ""))
        send(
            notice.to.email,
            subject=_("【六有】%(group)s：%(case)s") % {"group": group.title, "case": case}
            if case
            else _("【六有】%(group)s") % {"group": group.title},
            message_id=f"notice.{notice.pk}",
            template="notice",
            unsubscribe=unsubscribe_url(notice.to_id, kind.group) if group.optional else "",
            context={
                "name": notice.to.get_full_name(),
                "text": notices.text(notice),
                "group": group,
                "at": timezone.localtime(notice.created_at),
                "url": notice_url(notice),
            },
        )


def send(
    to: str,
    *,
    subject: str,
    message_id: str,
    template: str,
    context: dict[str, Any],
    unsubscribe: str = "",
) -> None:
    """Send a mail from ``templates/emails``, as text and as HTML. Raises OSError when the mail server does not take it.

    ``unsubscribe`` is the address for one click (RFC 8058); empty for mail that nobody can do without.
    """
    headers = {
        "Message-ID": f"<{message_id}@{urlsplit(settings.BASE_URL).hostname}>",
        "Auto-Submitted": "auto-generated",
    }
    if unsubscribe:
        headers["List-Unsubscribe"] = f"<{unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    values = context | {
        "subject": subject,
        "unsubscribe": unsubscribe,
        "settings_url": settings.BASE_URL + reverse("notice_settings"),
    }
    mail = EmailMultiAlternatives(
        # A title is data: without this a line break in it would be a header of its own, which Django refuses.
        subject=" ".join(subject.split()),
        body=render_to_string(f"emails/{template}.txt", values),
        to=[to],
        headers=headers,
    )
    mail.attach_alternative(render_to_string(f"emails/{template}.html", values), "text/html")
    mail.send()


def notice_url(notice: Notice) -> str:
    """Where a notice is opened, from outside; the address names its number only."""
    return settings.BASE_URL + reverse("notice", args=[notice.pk])


# --- unsubscribing -----------------------------------------------------------------------------------------


def unsubscribe_url(person_id: int, group: str) -> str:
    """The signed address that ends one group for one person; it never expires and does nothing else."""
    return settings.BASE_URL + reverse("unsubscribe", args=[_signer.sign(f"{person_id}.{group}")])


def read_token(token: str) -> tuple[int, str] | None:
    """Whose mails of which group (or DIGEST) a token ends; None for one that was not made here."""
    try:
        person_id, group = _signer.unsign(token).split(".")
    except (BadSignature, ValueError):
        return None
    optional = group == DIGEST or (group in GROUPS and GROUPS[group].optional)
    known = optional and get_user_model().objects.filter(pk=int(person_id)).exists()
    return (int(person_id), group) if known else None


def unsubscribe(person_id: int, group: str) -> None:
    """No more mails of a group; of DIGEST: of all groups that this person reads in the daily summary."""
    chosen = notices.chosen_emails(person_id)
    ended = [key for key, email in chosen.items() if email == Email.DIGEST] if group == DIGEST else [group]
    notices.choose_emails(person_id, {key: str(Email.NONE) for key in ended})


def is_subscribed(person_id: int, group: str) -> bool:
    """Whether mails of a group (or the daily summary) still go to a person."""
    chosen = notices.chosen_emails(person_id)
    return Email.DIGEST in chosen.values() if group == DIGEST else chosen[group] != Email.NONE
