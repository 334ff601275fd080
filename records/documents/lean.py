"""WeasyPrint's own style sheet without what a document has no use for.

WeasyPrint gives every element styles for a list marker and five kinds of notes, and every page styles for sixteen boxes
in its margins, wanted or not: a tenth of the time of a certificate.
"""

import copy
from collections.abc import Sequence
from typing import Any

from weasyprint import CSS, HTML

_NOTES = frozenset({"footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback"})


class LeanHTML(HTML):
    """A source of which is known, from its text and its style sheets, what it has no use for."""

    def __init__(self, text: str, sheets: Sequence[CSS], **options: Any):
        super().__init__(string=text, **options)
        self.without: frozenset[str] = frozenset() if any(map(_has_notes, sheets)) else _NOTES
        self.has_margins = any(_margin_boxes(rule) for sheet in sheets for rule in sheet.page_rules)
        if "<li" not in text:
            self.without |= {"marker"}

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        sheets = []
        for sheet in super()._ua_stylesheets(forms):
            twin = copy.copy(sheet)
            twin.matcher = Without(sheet.matcher, self.without)
            if not self.has_margins:
                twin.page_rules = [rule for rule in sheet.page_rules if not _margin_boxes(rule)]
            sheets.append(twin)
        return sheets


class Without:
    """Stands in for a matcher of cssselect2: selectors of some pseudo-elements match nothing."""

    def __init__(self, matcher: Any, pseudo_elements: frozenset[str]):
        self._matcher = matcher
        self._without = pseudo_elements

    def match(self, element: Any) -> list[Any]:
        return [found for found in self._matcher.match(element) if found[2] not in self._without]


def _has_notes(sheet: CSS) -> bool:
    """Whether a style sheet of ours makes footnotes; all that do also style their marks."""
    matcher = sheet.matcher
    groups = (matcher.id_selectors, matcher.class_selectors, matcher.lower_local_name_selectors)
    entries = [entry for group in groups for found in group.values() for entry in found]
    return any(entry[3] in _NOTES for entry in [*entries, *matcher.other_selectors])


def _margin_boxes(rule: Any) -> bool:
    """Whether a rule for pages is about boxes in their margins."""
    _, selectors, _ = rule
    return any(pseudo for _, pseudo, _ in selectors)
