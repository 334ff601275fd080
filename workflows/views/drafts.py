"""Drafts as the pages' script reads, saves and discards them; and their end when a form was accepted."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import SIGNED_IN, PersonRequest
from orgs.permissions import Refused

from ..drafts import (
    MOST_BYTES,
    DraftConflict,
    DraftMalformed,
    DraftTooLarge,
    draft_of,
    end_draft,
    fields_of,
    may_keep,
    save_draft,
)
from ..models import Draft


def described(draft: Draft | None, *, whole: bool = True) -> dict:
    """A draft for the script: version 0 when there is none; ``when`` is the time in words, ``at`` in milliseconds."""
    if draft is None:
        return {"version": 0}
    at = timezone.localtime(draft.saved_at)
    form = "H:i" if at.date() == timezone.localdate() else "Y-m-d H:i"
    told = {
        "version": draft.version,
        "when": date_format(at, form),
        "at": int(draft.saved_at.timestamp() * 1000),
    }
    return told | {"fields": fields_of(draft)} if whole else told


def answer(status: int, message: str, **more: Any) -> JsonResponse:
    return JsonResponse({"message": message} | more, status=status)


@method_decorator(never_cache, name="dispatch")
class DraftDesk(View):
    """The draft of the person who asks, of one form: read, save (POST with JSON), discard."""

    access = SIGNED_IN

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        verdict = may_keep(kwargs["key"], request.user, on=timezone.localdate())
        if not verdict:
            if "application/json" not in request.headers.get("Accept", ""):
                raise Refused(verdict)
            return answer(HTTPStatus.FORBIDDEN, f"{verdict.reason} {verdict.remedy}")
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: PersonRequest, key: str) -> HttpResponse:
        return JsonResponse(described(draft_of(request.user, key)))

    def post(self, request: PersonRequest, key: str) -> HttpResponse:
        if int(request.headers.get("Content-Length") or 0) > 2 * MOST_BYTES:
            return answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, DraftTooLarge().message)
        try:
            sent = json.loads(request.body)
            person, base, page, fields = sent["person"], int(sent["base"]), str(sent["page"]), sent["fields"]
        except (ValueError, TypeError, KeyError):
            return malformed()
        if str(person) != str(request.user.pk):
            text = _("这个浏览器里现在登录的是另一位用户，本页内容只保存在本机。请用原来的账号重新登录。")
            return answer(HTTPStatus.FORBIDDEN, text, other=True)
        try:
            draft = save_draft(key, fields=fields, base=base, page=page, by=request.user, at=timezone.now())
        except DraftMalformed:
            return malformed()
        except DraftTooLarge as large:
            return answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, large.message)
        except DraftConflict as conflict:
            return JsonResponse(described(conflict.stored), status=HTTPStatus.CONFLICT)
        return JsonResponse(described(draft, whole=False))

    def delete(self, request: PersonRequest, key: str) -> HttpResponse:
        version = request.GET.get("version", "")
        if not (version.isascii() and version.isdigit() and len(version) < 10):
            return malformed()
        end_draft(key, by=request.user, version=int(version))
        return HttpResponse(status=HTTPStatus.NO_CONTENT)


def malformed() -> HttpResponse:
    return answer(HTTPStatus.BAD_REQUEST, _("草稿的格式不正确，没有保存。请刷新页面后再试。"))


class EndOfDrafts:
    """A form that was accepted ends its draft: its page carries the key as ``draft_key``, and acceptance redirects.

    A form that was refused answers with a page (or 409, 413 …) instead, and its draft stays.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and response.status_code == HTTPStatus.FOUND:
            key = request.POST.get("draft_key", "") if request.content_type in FORMS else ""
            if key and request.user.is_authenticated:
                end_draft(key, by=request.user)
        return response


FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
