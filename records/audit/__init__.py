"""The audit log: what happened, who did it, and proof that nothing was changed afterwards.

Three modules: ``chain`` appends entries, ``heads`` signs all chains once a day, ``checking`` finds what was changed.
"""

from .chain import Fact, backs, canonical, digest, entry_hash, lock_chains, moment, record, record_many
from .checking import Break, Summary, check_log, export_log
from .heads import head_due, merkle_root, public_key, publish_heads, sign_head

__all__ = [
    "Break",
    "Fact",
    "Summary",
    "backs",
    "canonical",
    "check_log",
    "digest",
    "entry_hash",
    "export_log",
    "head_due",
    "lock_chains",
    "merkle_root",
    "moment",
    "public_key",
    "publish_heads",
    "record",
    "record_many",
    "sign_head",
]
