"""The audit log: what happened, who did it, and proof that nothing was changed afterwards.

Each organization or unit has a hash chain of its own (one chain for all would serialise every decision). An entry's
hash covers its place in the chain, so a changed, removed or inserted row breaks it. Whoever can write the database
could rehash a chain; against that a daily Merkle head over all chains is signed and kept outside
(:func:`sign_head`). Personal data is not in the chain but committed to with a salt, so it can be erased.
"""

import datetime as dt
import hashlib
import json
import secrets
from typing import Any

from django.conf import settings
from django.db import transaction

from .models import AuditChain, AuditEntry, AuditPersonal

GENESIS = "0" * 64


def canonical(value: Any) -> str:
    """JSON with one spelling: sorted keys, no spaces."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def entry_hash(
    *,
    chain: str,
    sequence: int,
    event: str,
    at: str,
    by_id: int | None,
    about: str,
    data: Any,
    commitment: str,
    previous: str,
) -> str:
    """SHA-256 of an entry's content and place; ``at`` is ISO 8601 in UTC with microseconds."""
    content = [chain, sequence, event, at, by_id, about, data, commitment, previous]
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def moment(at: dt.datetime) -> str:
    """A moment as the hash sees it, the same from SQLite and PostgreSQL."""
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")


def record(
    event: str,
    *,
    by_id: int | None,
    about: str,
    chain: str,
    at: dt.datetime,
    personal: Any = None,
    **data: Any,
) -> AuditEntry:
    """Append an event to a chain inside the caller's transaction; three statements, four with personal data.

    ``about`` names the subject (``case:12``), ``chain`` whose story it belongs to (``unit:7``). ``data`` must be
    JSON and free of personal data; what is personal goes to ``personal``.
    """
    assert transaction.get_connection().in_atomic_block, (
        "an audit entry belongs to the transaction of its event"
    )
    head, _ = AuditChain.objects.select_for_update().get_or_create(key=chain, defaults={"head": GENESIS})
    salt, commitment = "", ""
    if personal is not None:
        salt = secrets.token_hex(16)
        commitment = hashlib.sha256((salt + canonical(personal)).encode()).hexdigest()
    fields = {
        "chain": chain,
        "sequence": head.length + 1,
        "event": event,
        "by_id": by_id,
        "about": about,
        "data": data,
        "commitment": commitment,
        "previous": head.head,
    }
    entry = AuditEntry.objects.create(at=at, hash=entry_hash(at=moment(at), **fields), **fields)
    if personal is not None:
        AuditPersonal.objects.create(entry=entry, salt=salt, data=personal)
    AuditChain.objects.filter(pk=chain).update(length=entry.sequence, head=entry.hash)
    return entry


def merkle_root(leaves: list[str]) -> str:
    """Root over hex leaves (RFC 6962 shape: leaf and node hashes have different prefixes)."""
    if not leaves:
        return hashlib.sha256(b"").hexdigest()
    level = [hashlib.sha256(b"\x00" + leaf.encode()).digest() for leaf in leaves]
    while len(level) > 1:
        pairs = [level[i : i + 2] for i in range(0, len(level), 2)]
        level = [
            hashlib.sha256(b"\x01" + b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs
        ]
    return level[0].hex()


def log_key_path():
    """Where the key that signs the daily heads lies; made on first use, readable by the application alone."""
    return settings.VAR_DIR / "log_signing_key.pem"


def digest(text: str) -> str:
    """SHA-256 of a text, to bind it to the chain without copying it there."""
    return hashlib.sha256(text.encode()).hexdigest()
