"""Finding what was changed: every chain, every row that an entry stands for, and every signed head, in one pass.

The pass reads one state of the database. It keeps a few bytes for each row that has an entry and for each signed
leaf; the entries themselves stream by.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from ..models import AuditChain, AuditEntry
from .chain import BACKINGS, GENESIS, Fact, canonical, entry_hash, moment
from .heads import public_key, published_heads, root_over, signature_holds, stored_heads

COLUMNS = ("chain", "sequence", "event", "at", "by_id", "about", "data", "commitment", "previous", "hash")
Row = tuple[str, int, str, dt.datetime, int | None, str, dict[str, Any], str, str, str]


@dataclass(frozen=True)
class Break:
    """One place where the log does not hold: ``where`` (``unit:7 #12``) and what is wrong there."""

    where: str
    what: str

    def __str__(self) -> str:
        return _("%(where)s：%(what)s") % {"where": self.where, "what": self.what}


@dataclass
class Summary:
    """What was checked, and every break that was found."""

    entries: int = 0
    chains: int = 0
    heads: int = 0
    facts: int = 0
    breaks: list[Break] = field(default_factory=list)

    def note(self, where: str, what: str) -> None:
        self.breaks.append(Break(where, what))


@contextmanager
def one_state() -> Iterator[None]:
    """All reads inside see one state of the database, and nobody who writes has to wait."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def entries() -> Iterator[Row]:
    """All entries, chain by chain in their order."""
    rows = AuditEntry.objects.order_by("chain", "sequence").values_list(*COLUMNS)
    return rows.iterator(chunk_size=2000)


def check_log() -> Summary:
    """Check everything; see :class:`Summary`."""
    summary = Summary()
    outside = read_published(summary)
    with one_state():
        leaves = check_heads(summary, outside)
        backed = check_chains(summary, leaves)
        check_facts(summary, backed)
    return summary


def read_published(summary: Summary) -> list[dict[str, Any]]:
    """The heads outside the database; read first, because a head is published after it is stored."""
    try:
        return published_heads()
    except ValueError as error:
        summary.note(str(error), _("库外链首文件已损坏，请从备份恢复该文件。"))
        return []


def check_heads(summary: Summary, outside: list[dict[str, Any]]) -> dict[str, dict[int, tuple[str, str]]]:
    """Check signatures and roots; returns for each chain which hash was signed at which length, and on which day."""
    stored = {head["day"]: head for head in stored_heads()}
    kept = {head["day"]: head for head in outside}
    public = public_key()
    signed: dict[str, dict[int, tuple[str, str]]] = {}
    known: dict[str, tuple[int, str]] = {}
    previous = ""
    for day in sorted(stored.keys() | kept.keys()):
        head, where = kept.get(day) or stored[day], _("%(day)s 链首") % {"day": day}
        summary.heads += 1
        if day not in stored:
            summary.note(where, _("库外文件中有，数据库中没有：记录被删除。"))
        elif head["signature"] != stored[day]["signature"] or head["leaves"] != stored[day]["leaves"]:
            summary.note(where, _("数据库与库外文件不一致。"))
        if public is None or not signature_holds(head, public):
            summary.note(where, _("签名无效：链首被改动，或签名密钥被更换。"))
        if head["previous"] != previous:
            summary.note(where, _("与前一链首不相接：其间的链首被删除或插入。"))
        known |= {key: (length, last) for key, length, last in head["leaves"]}
        if root_over(known) != head["root"]:
            summary.note(where, _("各链的长度和末条与签署的根不符。"))
        for key, length, last in head["leaves"]:
            signed.setdefault(key, {})[length] = (last, day)
        previous = head["signature"]
    return signed


def check_chains(
    summary: Summary, signed: dict[str, dict[int, tuple[str, str]]]
) -> dict[str, dict[int, str]]:
    """Walk all chains; returns for each backed event the fingerprint of the entry of each row behind it."""
    heads = {
        key: (length, head) for key, length, head in AuditChain.objects.values_list("key", "length", "head")
    }
    backed: dict[str, dict[int, str]] = {event: {} for event in BACKINGS}
    chain, length, last = None, 0, GENESIS
    for row in entries():
        if row[0] != chain:
            if chain is not None:
                check_end(summary, chain, length, last, heads.pop(chain, (0, GENESIS)), signed.pop(chain, {}))
            chain, length, last = row[0], 0, GENESIS
        check_entry(summary, row, length, last, signed.get(chain, {}))
        if row[2] in backed:
            note_backed(summary, row, backed[row[2]])
        length, last = row[1], row[9]
        summary.entries += 1
    if chain is not None:
        check_end(summary, chain, length, last, heads.pop(chain, (0, GENESIS)), signed.pop(chain, {}))
    for key in sorted(heads.keys() | signed.keys()):
        check_end(summary, key, 0, GENESIS, heads.get(key, (0, GENESIS)), signed.get(key, {}))
    return backed


def check_entry(
    summary: Summary, row: Row, length: int, last: str, signed: dict[int, tuple[str, str]]
) -> None:
    chain, sequence, event, at, by_id, about, data, commitment, previous, found = row
    if sequence != length + 1:
        summary.note(
            f"{chain} #{sequence}", _("前一条应为 #%(due)d：其间的记录被删除或插入。") % {"due": sequence - 1}
        )
    elif previous != last:
        summary.note(f"{chain} #{sequence}", _("与前一条不相接：前一条被改动、删除或插入。"))
    due = entry_hash(
        chain=chain,
        sequence=sequence,
        event=event,
        at=moment(at),
        by_id=by_id,
        about=about,
        data=data,
        commitment=commitment,
        previous=previous,
    )
    if found != due:
        summary.note(f"{chain} #{sequence}", _("内容与其摘要不符：记录被改动。"))
    if sequence in signed and signed[sequence][0] != found:
        summary.note(
            f"{chain} #{sequence}",
            _("与 %(day)s 签署的链首不符：整条链被改写。") % {"day": signed[sequence][1]},
        )


def check_end(
    summary: Summary,
    chain: str,
    length: int,
    last: str,
    head: tuple[int, str],
    signed: dict[int, tuple[str, str]],
) -> None:
    summary.chains += 1
    if (length, last) != head:
        summary.note(
            f"{chain} #{length + 1}",
            _("链尾应为 #%(due)d，现为 #%(found)d：末尾的记录被删除或改写。")
            % {"due": head[0], "found": length},
        )
    for due in sorted(signed):
        if due > length:
            summary.note(
                f"{chain} #{length + 1}",
                _("%(day)s 签署时有 %(due)d 条，现有 %(found)d 条：末尾的记录被删除。")
                % {"day": signed[due][1], "due": due, "found": length},
            )
            return


def note_backed(summary: Summary, row: Row, backed: dict[int, str]) -> None:
    """Keep the fingerprint of an entry under the row that it stands for."""
    chain, sequence, event, at, by_id, about, data = row[:7]
    pk = data.get(BACKINGS[event].key)
    where = f"{chain} #{sequence}"
    if not isinstance(pk, int) or pk in backed:
        summary.note(where, _("同一事项重复入链，或未写明所记的是哪一行。"))
        return
    backed[pk] = Fact(pk, chain, at, by_id, about, data).fingerprint


def check_facts(summary: Summary, backed: dict[str, dict[int, str]]) -> None:
    """Each row behind an event has exactly one entry, and it says what the row says."""
    for event, backing in BACKINGS.items():
        left = backed[event]
        for fact in backing.facts():
            summary.facts += 1
            where = f"{event} {backing.key}={fact.pk}"
            found = left.pop(fact.pk, None)
            if found is None:
                summary.note(where, _("没有对应的审计记录：该行是绕过系统插入的。"))
            elif found != fact.fingerprint:
                summary.note(where, _("与审计记录不一致：该行被改动。"))
        for pk in sorted(left):
            summary.note(f"{event} {backing.key}={pk}", _("审计记录所指的行不存在：该行被删除。"))


def export_log(path: Path) -> int:
    """Write all entries and signed heads as JSON lines, for ``bin/verify_log_export``; returns how many entries.

    Nothing personal is in it: persons are numbers, opinions and personal data are digests.
    """
    count, heads = 0, 0
    with path.open("w", encoding="utf-8") as file, one_state():
        header = {"log": "liuyou", "version": 1, "public_key": public_key()}
        file.write(canonical(header) + "\n")
        for row in entries():
            file.write(canonical({"entry": [*row[:3], moment(row[3]), *row[4:]]}) + "\n")
            count += 1
        for head in stored_heads():
            file.write(canonical({"head": head}) + "\n")
            heads += 1
        file.write(canonical({"end": {"entries": count, "heads": heads}}) + "\n")
    return count
