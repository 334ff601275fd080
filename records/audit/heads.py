"""The daily head over all chains, signed with a key that the database does not hold, and kept outside as well.

A head is the Merkle root over the leaves ``[chain, length, hash of the last entry]`` of all chains. It stores only
the leaves that changed since the head before; the file ``heads/<year>.jsonl`` under VAR_DIR repeats every head.
"""

import datetime as dt
import fcntl
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import transaction

from ..models import AuditChain, LogHead
from .chain import canonical, moment

PURPOSE = b"liuyou audit log head\n"


def merkle_root(leaves: list[str]) -> str:
    """Root over leaves (RFC 6962 shape: leaf and node hashes have different prefixes)."""
    if not leaves:
        return hashlib.sha256(b"").hexdigest()
    level = [hashlib.sha256(b"\x00" + leaf.encode()).digest() for leaf in leaves]
    while len(level) > 1:
        pairs = [level[i : i + 2] for i in range(0, len(level), 2)]
        level = [
            hashlib.sha256(b"\x01" + b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs
        ]
    return level[0].hex()


def root_over(leaves: dict[str, tuple[int, str]]) -> str:
    """The root over chains, each with its length and the hash of its last entry, in order of their keys."""
    return merkle_root([canonical([key, *leaves[key]]) for key in sorted(leaves)])


def key_path() -> Path:
    """Where the signing key lies; made on first use, readable by the application alone."""
    return settings.VAR_DIR / "log_signing_key.pem"


def heads_folder() -> Path:
    return settings.VAR_DIR / "heads"


def signing_key() -> Ed25519PrivateKey:
    """The key, made when there is none. A link makes it appear whole, and once, whoever else makes one."""
    path = key_path()
    if not path.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        handle, name = tempfile.mkstemp(dir=path.parent, prefix="log_signing_key.")  # mode 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(pem)
                file.flush()
                os.fsync(handle)
            os.link(name, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(name)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def public_key() -> str | None:
    """The public half as 64 hexadecimal digits, for whoever checks an export; None before the first head."""
    if not key_path().exists():
        return None
    raw = signing_key().public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return raw.hex()


def signed_text(head: dict[str, Any]) -> bytes:
    """What the signature covers. The root stands for the leaves, ``previous`` for all heads before."""
    fields = ("day", "at", "chains", "entries", "root", "previous")
    return PURPOSE + canonical({name: head[name] for name in fields}).encode()


def signature_holds(head: dict[str, Any], public: str) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(head["signature"]), signed_text(head))
    except (InvalidSignature, ValueError):
        return False
    return True


def head_due(day: dt.date) -> bool:
    """Whether the head of a day is still to be signed."""
    return not LogHead.objects.filter(day__gte=day).exists()


def sign_head(*, day: dt.date, at: dt.datetime) -> LogHead:
    """Sign all chains as they are now as the head of ``day``, and publish it. Raises IntegrityError for a second
    head of a day."""
    with transaction.atomic():
        earlier = stored_heads()
        known = gather(earlier)
        chains = list(AuditChain.objects.filter(length__gt=0).values_list("key", "length", "head"))
        leaves = {key: (length, head) for key, length, head in chains}
        head = {
            "day": day.isoformat(),
            "at": moment(at),
            "chains": len(leaves),
            "entries": sum(length for length, _ in leaves.values()),
            "root": root_over(leaves),
            "previous": earlier[-1]["signature"] if earlier else "",
        }
        row = LogHead.objects.create(
            day=day,
            at=at,
            chains=head["chains"],
            entries=head["entries"],
            root=head["root"],
            leaves=[[key, *leaves[key]] for key in sorted(leaves) if known.get(key) != leaves[key]],
            signature=signing_key().sign(signed_text(head)).hex(),
        )
    publish_heads()
    return row


def gather(heads: Iterable[dict[str, Any]]) -> dict[str, tuple[int, str]]:
    """The leaves of all chains after the last of these heads."""
    return {key: (length, last) for head in heads for key, length, last in head["leaves"]}


def stored_heads() -> list[dict[str, Any]]:
    """The heads in the database, oldest first, as they are signed."""
    heads: list[dict[str, Any]] = []
    for row in LogHead.objects.order_by("day").iterator():
        heads.append(
            {
                "day": row.day.isoformat(),
                "at": moment(row.at),
                "chains": row.chains,
                "entries": row.entries,
                "root": row.root,
                "previous": heads[-1]["signature"] if heads else "",
                "leaves": row.leaves,
                "signature": row.signature,
            }
        )
    return heads


def published_heads() -> list[dict[str, Any]]:
    """The heads in the files outside the database, oldest first. Raises ValueError naming a line that is damaged."""
    heads = []
    for path in sorted(heads_folder().glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                heads.append(json.loads(line))
            except ValueError as error:
                raise ValueError(f"{path.name}:{number}: {error}") from error
    return sorted(heads, key=lambda head: head["day"])


def publish_heads() -> int:
    """Append to the files what the database has signed and they lack; returns how many heads.

    The row comes first: a process that dies in between leaves a head that the next call publishes.
    """
    heads_folder().mkdir(parents=True, exist_ok=True)
    with open(heads_folder() / ".lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = {head["day"] for head in published_heads()}
        missing = [head for head in stored_heads() if head["day"] not in known]
        for head in missing:
            with open(heads_folder() / f"{head['day'][:4]}.jsonl", "a", encoding="utf-8") as file:
                file.write(canonical(head) + "\n")
                file.flush()
                os.fsync(file.fileno())
    return len(missing)
