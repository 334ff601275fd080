"""Appending to the chains.

Each organization or unit has a hash chain of its own (one chain for all would serialise every decision). An entry's
hash covers its place in the chain, so a changed, removed or inserted row breaks it. Whoever can write the database
could rehash a chain; against that all chains are signed daily (:mod:`records.audit.heads`). Personal data is not in
the chain but committed to with a salt, so it can be erased.
"""

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from ..models import AuditChain, AuditEntry, AuditPersonal

GENESIS = "0" * 64
# One encoder for all: json.dumps() would make a new one for each of a million entries.
ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(value: Any) -> str:
    """JSON with one spelling: sorted keys, no spaces."""
    return ENCODER.encode(value)


def digest(text: str) -> str:
    """SHA-256 of a text, to bind it to the chain without copying it there."""
    return hashlib.sha256(text.encode()).hexdigest()


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
    return digest(canonical([chain, sequence, event, at, by_id, about, data, commitment, previous]))


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
    """Append an event to a chain inside the caller's transaction; two statements, three with personal data.

    The chain's row is the lock that orders its entries; a trigger lets its head follow.

    ``about`` names the subject (``case:12``), ``chain`` whose story it belongs to (``unit:7``). ``data`` must be
    JSON and free of personal data; what is personal goes to ``personal``. Raises TypeError for a fraction in
    ``data``: databases spell those differently, and the hash would depend on it.
    """
    assert transaction.get_connection().in_atomic_block, (
        "an audit entry belongs to the transaction of its event"
    )
    refuse_fractions(data)
    head, _ = AuditChain.objects.select_for_update().get_or_create(key=chain, defaults={"head": GENESIS})
    salt, commitment = "", ""
    if personal is not None:
        salt = secrets.token_hex(16)
        commitment = digest(salt + canonical(personal))
    fields: dict[str, Any] = {
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
    return entry


def lock_chains(keys: Iterable[str]) -> dict[str, AuditChain]:
    """Lock some chains in the caller's transaction, those that are new included; always in the same order, so that
    two who lock several do not wait for each other. At most three statements."""
    wanted = sorted(set(keys))
    known = set(AuditChain.objects.filter(key__in=wanted).values_list("key", flat=True))
    if missing := [AuditChain(key=key, head=GENESIS) for key in wanted if key not in known]:
        AuditChain.objects.bulk_create(missing, ignore_conflicts=True)
    chains = AuditChain.objects.select_for_update().filter(key__in=wanted).order_by("key")
    return {chain.key: chain for chain in chains}


def record_many(event: str, entries: Iterable[tuple[str, str, dict[str, Any]]], *, at: dt.datetime) -> None:
    """Append entries ``(about, chain, data)`` of one event that the system caused, as :func:`record` does for one;
    five statements for a few hundred."""
    assert transaction.get_connection().in_atomic_block, (
        "an audit entry belongs to the transaction of its event"
    )
    wanted = list(entries)
    ends = {
        key: (chain.length, chain.head) for key, chain in lock_chains(chain for _, chain, _ in wanted).items()
    }
    made = []
    for about, chain, data in wanted:
        refuse_fractions(data)
        length, previous = ends[chain]
        fields: dict[str, Any] = {
            "chain": chain,
            "sequence": length + 1,
            "event": event,
            "by_id": None,
            "about": about,
            "data": data,
            "commitment": "",
            "previous": previous,
        }
        made.append(AuditEntry(at=at, hash=entry_hash(at=moment(at), **fields), **fields))
        ends[chain] = (length + 1, made[-1].hash)
    AuditEntry.objects.bulk_create(made, batch_size=500)


def refuse_fractions(value: Any) -> None:
    """Raise TypeError for a float anywhere in a JSON value (1.0 comes back from jsonb as it went, 1e2 does not)."""
    if isinstance(value, float):
        raise TypeError(f"{value!r}: write fractions as text in an audit entry")
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        refuse_fractions(item)


@dataclass(frozen=True)
class Fact:
    """What the entry of one row of another table must say; ``pk`` is the row's key."""

    pk: int
    chain: str
    at: dt.datetime
    by_id: int | None
    about: str
    data: dict[str, Any]

    @property
    def fingerprint(self) -> str:
        return digest(canonical([self.chain, moment(self.at), self.by_id, self.about, self.data]))


@dataclass(frozen=True)
class Backing:
    """A table whose rows have exactly one entry each; ``key`` is the field of the data that names the row."""

    key: str
    facts: Callable[[], Iterable[Fact]]


BACKINGS: dict[str, Backing] = {}


def backs(event: str, *, key: str) -> Callable[[Callable[[], Iterable[Fact]]], Callable[[], Iterable[Fact]]]:
    """Register the function that tells what the entries of an event must say, row by row of the table behind them."""

    def register(facts: Callable[[], Iterable[Fact]]) -> Callable[[], Iterable[Fact]]:
        BACKINGS[event] = Backing(key, facts)
        return facts

    return register
