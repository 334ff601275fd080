"""Words that acceptances, certificates and reports share."""

from django.utils.translation import gettext as _

NUMERALS = "零一二三四五"


def grade_label(stars: int) -> str:
    """五星级 and so on; empty for none (RULES section 1)."""
    return _("%(stars)s星级") % {"stars": NUMERALS[stars]} if stars else ""
