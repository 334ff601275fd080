"""The check of a content against the TypedDict of its kind (``contents``, ``honours``, ``awards`` …)."""

import unicodedata
from datetime import date
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

LONGEST_LINE = 1500  # text of this length and more may have line breaks


class ContentError(ValueError):
    """Content that does not fit its kind; the message names the key and what is wanted."""


def check_content(schema: type, content: Any) -> None:
    """Raise ContentError unless ``content`` has exactly the keys and types that ``schema`` describes.

    Refuses control and direction-changing characters in text: on paper they would hide what is said.
    """
    _check(schema, content, "content")


def _check(wanted: Any, value: Any, where: str) -> None:
    if is_typeddict(wanted):
        _check_keys(wanted, value, where)
        return
    origin = get_origin(wanted)
    if origin is NotRequired:
        _check(get_args(wanted)[0], value, where)
    elif origin is list:
        if not isinstance(value, list):
            raise ContentError(f"{where}: a list is wanted, not {type(value).__name__}.")
        for at, item in enumerate(value):
            _check(get_args(wanted)[0], item, f"{where}[{at}]")
    elif origin is Literal:
        if value not in get_args(wanted):
            raise ContentError(f"{where}: one of {', '.join(get_args(wanted))} is wanted, not {value!r}.")
    elif origin is Annotated:
        base, rule = get_args(wanted)
        _check_scalar(base, rule, value, where)
    else:
        _check_type(wanted, value, where)


def _check_keys(wanted: Any, value: Any, where: str) -> None:
    if not isinstance(value, dict):
        raise ContentError(f"{where}: an object is wanted, not {type(value).__name__}.")
    hints = get_type_hints(wanted, include_extras=True)
    if missing := sorted(wanted.__required_keys__ - value.keys()):
        raise ContentError(f"{where}: {', '.join(missing)} missing.")
    if unknown := sorted(value.keys() - hints.keys()):
        raise ContentError(f"{where}: {', '.join(unknown)} not known.")
    for key, item in value.items():
        _check(hints[key], item, f"{where}.{key}")


def _check_scalar(base: type, rule: int | str, value: Any, where: str) -> None:
    _check_type(base, value, where)
    if rule == "count" and value < 0:
        raise ContentError(f"{where}: a number from 0 upwards is wanted, not {value}.")
    if rule == "date":
        try:
            date.fromisoformat(value)
        except ValueError:
            raise ContentError(f"{where}: a date like 2014-09-05 is wanted, not {value!r}.") from None
    if isinstance(rule, int):
        _check_text(value, rule, where)


def _check_type(wanted: type, value: Any, where: str) -> None:
    if type(value) is not wanted:  # a bool is no count
        raise ContentError(f"{where}: {wanted.__name__} is wanted, not {type(value).__name__}.")


def _check_text(value: str, longest: int, where: str) -> None:
    if len(value) > longest:
        raise ContentError(f"{where}: {len(value)} characters; at most {longest} fit.")
    breaks = "\n" if longest >= LONGEST_LINE else ""
    if bad := {
        char for char in value if unicodedata.category(char) in ("Cc", "Cf", "Cs") and char not in breaks
    }:
        named = ", ".join(sorted(f"U+{ord(char):04X}" for char in bad))
        raise ContentError(f"{where}: invisible characters ({named}); remove them.")
