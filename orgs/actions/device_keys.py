"""The key under which a person's phone keeps its visits; handed out only to whoever is signed in."""

import datetime as dt
import secrets

from ..models import DeviceKey, Person

KEY_BYTES = 32


def device_key(person: Person, *, at: dt.datetime) -> bytes:
    """The person's key, made at first use; two first uses at once get the same."""
    key, _made = DeviceKey.objects.get_or_create(
        person=person, defaults={"secret": secrets.token_bytes(KEY_BYTES), "made_at": at}
    )
    return bytes(key.secret)
