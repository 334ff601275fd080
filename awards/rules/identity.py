"""How persons are told apart without an identity number (RULES section 8: no more than needed)."""

import datetime as dt
import unicodedata


def person_key(name: str, born_on: dt.date) -> str:
    """A key of name and date of birth; the same whatever the spaces and the width of the characters."""
    plain = "".join(unicodedata.normalize("NFKC", name).split())
    return f"{plain.casefold()}|{born_on.isoformat()}"
