"""Deeds without the names that would tell whose they are, for a blind review (issue 6, point 3)."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

LEAST = 2


def without_names(
    text: str, *, persons: Iterable[str] = (), units: Iterable[str] = (), organizations: Iterable[str] = ()
) -> str:
    """``text`` with every name replaced by a general word, longer names first, so that no part of one is left.

    Names shorter than two characters are left alone: they would be found in ordinary words.
    """
    words = {
        **dict.fromkeys(persons, _("该同志")),
        **dict.fromkeys(units, _("该单位")),
        **dict.fromkeys(organizations, _("该团组织")),
    }
    for name in sorted(words, key=len, reverse=True):
        if len(name.strip()) >= LEAST:
            text = text.replace(name.strip(), words[name])
    return text
