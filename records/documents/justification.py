"""Justification between Chinese characters.

WeasyPrint 70 stretches spaces only, so a Chinese paragraph would end ragged. ``install`` replaces its
``justify_line``; this leans on its internals, which is why WeasyPrint is pinned to one version.
"""

import re
from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline

_CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\ufe30-\uffef\U00020000-\U0003ffff]")
_stretch_spaces = inline.justify_line


def _texts(box: Any) -> Iterator[Any]:
    if isinstance(box, boxes.TextBox):
        yield box
    elif isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        for child in box.children:
            if child.is_in_normal_flow():
                yield from _texts(child)


def _spread(box: Any, extra: float, x: float) -> float:
    """Add ``extra`` behind each character of ``box``, moved right by ``x``; return the new offset."""
    if isinstance(box, boxes.TextBox):
        box.position_x += x
        style = box.style.copy()
        spacing = style["letter_spacing"]
        style["letter_spacing"] = (0 if spacing == "normal" else spacing) + extra
        box.style = style
        grown = extra * len(box.text)
        box.width += grown
        return x + grown
    if isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        box.position_x += x
        start = x
        for child in box.children:
            if child.is_in_normal_flow():
                x = _spread(child, extra, x)
        box.width += x - start
        return x
    box.translate(x, 0)
    return x


def justify_line(context: Any, line: Any, extra_width: float) -> None:
    """Spread a line with Chinese text over its characters, any other line over its spaces."""
    text = "".join(box.text for box in _texts(line))
    if not _CJK.search(text):
        _stretch_spaces(context, line, extra_width)
    elif len(text) > 1:
        _spread(line, extra_width / (len(text) - 1), 0)


def install() -> None:
    """Use this justification for every document of the process."""
    inline.justify_line = justify_line
