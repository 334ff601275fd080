"""Forms: printed on demand from the state of today, never numbered, kept or signed."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from .assets import covered_characters
from .content_checks import check_content
from .kinds import KINDS, Issuer
from .rendering import Source, drawn_from, freeze, moment, write

# 小四, 五号, 小五: in the largest type with which the sheet takes one page, and no smaller than is easily read.
SIZES = ("12", "10.5", "9")
# What does not fit on a page even in the smallest type is set in this one, on as many pages as it takes.
SIZE_OF_SEVERAL_PAGES = "10.5"
# The printers' mark for a character that the type case lacks.
GETA = "〓"


def render_sheet(content: dict[str, Any], *, issuer: Issuer) -> bytes:
    """The 审批表 of a case (``contents.DecisionSheet``), accessible like every other document."""
    return write(_sheet(content, issuer), at=moment(content["printed_on"]))


def render_sheets(sheets: Sequence[tuple[dict[str, Any], Issuer]]) -> bytes:
    """Several sheets in one plain PDF for the printer, each beginning on its own page and counting its own."""
    from .runs import print_run  # WeasyPrint is loaded by the first rendering, not by every process

    sources = [_sheet(content, issuer) for content, issuer in sheets]
    ((pdf, _pages),) = print_run(sources, single_pages=False)
    return pdf


def render_visits(content: dict[str, Any], *, issuer: Issuer) -> bytes:
    """The 出访安排 of an inspector's day (``contents.VisitList``), with a sheet per visit to fill in by hand."""
    return write(_form("visit_list", content, issuer)(), at=moment(content["printed_on"]))


def render_report(content: dict[str, Any], pictures: Mapping[str, bytes], *, issuer: Issuer) -> bytes:
    """The 验收报告 of an acceptance (``reports.AcceptanceReport``) with its photos.

    ``pictures`` are JPEG (``pictures.for_print``) by the name that ``content`` gives them under ``picture``.
    """
    named = {f"{name}.jpg": picture for name, picture in pictures.items()}
    source = _form("acceptance_report", content, issuer)()
    return write(source, at=moment(content["printed_on"]), pictures=named)


def render_minutes(content: dict[str, Any], *, issuer: Issuer) -> bytes:
    """The 评审会议纪要 of an award committee (``minutes.ReviewMinutes``), on as many pages as it takes."""
    return write(_form("review_minutes", content, issuer)(), at=moment(content["printed_on"]))


def _sheet(content: dict[str, Any], issuer: Issuer) -> Source:
    source_with = _form("decision_sheet", content, issuer)
    return _in_fitting_size(lambda size: source_with(size=size))


def _form(name: str, content: dict[str, Any], issuer: Issuer) -> Callable[..., Source]:
    """The checked content of a form as a function that sets it, with what its template asks for besides."""
    kind, content = KINDS[name], printable(content)
    check_content(kind.content, content)
    frozen = freeze(kind, issuer, content, date.fromisoformat(content["printed_on"]))
    frozen["mends"] = GETA in str(content)
    return lambda **more: drawn_from(kind, kind.version, frozen | more, final=True)


def _in_fitting_size(source_in: Any) -> Source:
    """The source in the largest size with which it takes one page."""
    from .engine import engine

    for size in SIZES:
        source = source_in(size)
        if engine().count_pages(source.html, source.sheets) == 1:
            return source
    return source_in(SIZE_OF_SEVERAL_PAGES)


def printable(value: Any) -> Any:
    """``value`` as it can be printed: no invisible characters, and 〓 for those that no font has.

    An issued document is refused with such characters, because it must say exactly what was decided. A form is a
    view of what is on record: one odd character in an opinion must not keep a whole case from being printed.
    """
    if isinstance(value, dict):
        return {key: printable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [printable(item) for item in value]
    return _printable_text(value) if isinstance(value, str) else value


def _printable_text(text: str) -> str:
    covered = covered_characters()
    kept = []
    for char in text.replace("\r\n", "\n").replace("\t", " "):
        if char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Cs"):
            continue
        kept.append(char if char.isspace() or ord(char) in covered else GETA)
    return "".join(kept)
