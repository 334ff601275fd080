"""A form that arrives too late, after its session or its page expired: nothing typed is lost, without any script."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: Long texts of the forms, which people want back one by one.
LABELS = {
    "opinion": gettext_lazy("意见"),
    "reason": gettext_lazy("理由"),
    "notes": gettext_lazy("记录"),
    "record": gettext_lazy("会议记录"),
    "remark": gettext_lazy("备注"),
    "extension_reason": gettext_lazy("延期理由"),
    "party_explanation": gettext_lazy("情况说明"),
}
NOT_TYPED = re.compile(
    r"csrf|passw|token|^draft_(key|version|page)$|^(next|action|version|based_on|username)$"
    r"|-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS$|-DELETE$"
)
#: The value of a choice or a tick, which nobody typed.
CHOICE = re.compile(r"[a-z][a-z0-9_]*")
ROW = re.compile(r"(.+-\d+)-\w+")


@dataclass(frozen=True)
class Typed:
    """One box of text to copy."""

    label: "StrOrPromise"
    text: str

    @property
    def lines(self) -> int:
        return min(max(len(self.text.splitlines()), len(self.text) // 40 + 1, 2), 12)


def typed_texts(data: QueryDict) -> list[Typed]:
    """What a person typed into a form that was sent: long texts one by one, then the rest, a row to a line."""
    found = [
        Typed(LABELS.get(name, _("填写内容")), text) for name, text in _texts(data) if _is_long(name, text)
    ]
    lines: dict[str, list[str]] = {}
    for name, text in _texts(data):
        if not _is_long(name, text):
            row = ROW.fullmatch(name)
            lines.setdefault(row[1] if row else name, []).append(text)
    if lines:
        found.append(Typed(_("其他填写内容"), "\n".join("\t".join(line) for line in lines.values())))
    return found


def _texts(data: QueryDict) -> Iterator[tuple[str, str]]:
    for name, values in data.lists():
        if NOT_TYPED.search(name):
            continue
        for value in values:
            text = value.strip()
            if text and not CHOICE.fullmatch(text):
                yield name, text


def _is_long(name: str, text: str) -> bool:
    return name in LABELS or len(text) > 40 or "\n" in text


def form_address(request: HttpRequest) -> str:
    """Where the form stands that was sent: the page that sent it, else the address it was sent to."""
    referrer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referrer, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(referrer)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.get_full_path()


def signed_out_form(request: HttpRequest) -> HttpResponse | None:
    """The page for a form sent after its session ended; None where nothing was typed or no person reads the answer."""
    by_script = request.headers.get("HX-Request") or "text/html" not in request.headers.get("Accept", "")
    if request.method != "POST" or by_script:
        return None
    typed = typed_texts(request.POST)
    if not typed:
        return None
    context = {"typed": typed, "next": form_address(request), "signed_out": True}
    return render(request, "registration/expired.html", context, status=HTTPStatus.UNAUTHORIZED)


def stale_page(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is not of this session: somebody signed in anew meanwhile (orgs.views.errors).

    What was typed is shown only to the page that sent it, never to another site's form.
    """
    origin = urlsplit(request.headers.get("Origin", "")).netloc
    own = origin == request.get_host()
    context = {"typed": typed_texts(request.POST) if own else [], "next": form_address(request)}
    return render(request, "registration/expired.html", context, status=HTTPStatus.FORBIDDEN)
