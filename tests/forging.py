"""What somebody who can write the database would do to hide a change; for tests only."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from records import audit
from records.audit.chain import GENESIS
from records.models import AuditChain, AuditEntry


@contextmanager
def without_guards() -> Iterator[None]:
    """Triggers off, as the owner of the tables can switch them."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            off = [f'DROP TRIGGER "{name}"' for name, _ in triggers]
            on = [sql for _, sql in triggers]
        else:
            cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
            tables = [table for (table,) in cursor.fetchall()]
            off = ["SET CONSTRAINTS ALL IMMEDIATE"]
            off += [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables]
            on = ["SET CONSTRAINTS ALL IMMEDIATE"]
            on += [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables]
        for statement in off:
            cursor.execute(statement)
        yield
        for statement in on:
            cursor.execute(statement)


def rehash(chain: str) -> None:
    """Make a chain consistent again after a change: numbers, links, hashes and its head."""
    length, last = 0, GENESIS
    for entry in AuditEntry.objects.filter(chain=chain).order_by("sequence"):
        length += 1
        entry.sequence, entry.previous = length, last
        entry.hash = last = audit.entry_hash(
            chain=chain,
            sequence=length,
            event=entry.event,
            at=audit.moment(entry.at),
            by_id=entry.by_id,
            about=entry.about,
            data=entry.data,
            commitment=entry.commitment,
            previous=entry.previous,
        )
        entry.save()
    AuditChain.objects.filter(pk=chain).update(length=length, head=last)
