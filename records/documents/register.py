"""Document numbers and public codes."""

import secrets
from typing import Any

from django.db import transaction
from django.db.models import F

from records.models.document import NumberRegister

from .kinds import Issuer

CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base32: no I, L, O, U
CODE_LENGTH = 12
_LOOKALIKES = str.maketrans("ILO", "110")


def allocate_number(issuer: Issuer, series: str, year: int) -> int:
    """The next serial of ``issuer`` in ``series`` and ``year``, counting from 1.

    Runs inside the caller's transaction and is undone with it, so that the register has no gaps
    (RULES section 10, P-X). The row stays locked until the transaction ends: two issuers of the same
    register wait for each other, others do not.

    Raises TransactionManagementError outside a transaction.
    """
    key: dict[str, Any] = {"issuer_type": issuer.type, "issuer_id": issuer.id, "series": series, "year": year}
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("Numbers are allocated inside the deciding transaction.")
    if not NumberRegister.objects.filter(**key).update(last=F("last") + 1):
        # First number of the year: the loser of a race finds the winner's row (get_or_create
        # inserts inside a savepoint) and both then take their turn in the locking update.
        NumberRegister.objects.get_or_create(**key)
        NumberRegister.objects.filter(**key).update(last=F("last") + 1)
    return NumberRegister.objects.values_list("last", flat=True).get(**key)


def new_public_code() -> str:
    """A code that nobody can guess: 12 characters, 60 random bits."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def normalize_code(typed: str) -> str:
    """What a person typed, as it is stored: grouping removed, look-alike letters read as digits.

    Returns "" when it cannot be a code.
    """
    code = "".join(char for char in typed.upper() if char not in " -·").translate(_LOOKALIKES)
    return code if len(code) == CODE_LENGTH and set(code) <= set(CODE_ALPHABET) else ""
