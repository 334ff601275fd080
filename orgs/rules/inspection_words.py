"""Words that acceptances, certificates and reports share."""

from decimal import Decimal

from django.utils.translation import gettext as _

NUMERALS = "零一二三四五"


def grade_label(stars: int) -> str:
    """五星级 and so on; empty for none (RULES section 1)."""
    return _("%(stars)s星级") % {"stars": NUMERALS[stars]} if stars else ""


def stars_of(grade: str) -> int:
    """How many stars a stored grade (五星级) means; 0 for none."""
    return max(NUMERALS.find(grade[:1]), 0) if grade else 0


def points_text(points: Decimal | None) -> str:
    """Points as they are kept and read: 18 or 18.5, never 18.0; empty for none."""
    return "" if points is None else f"{points.normalize():f}"
