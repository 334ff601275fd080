"""What the inspectors' phones talk to: JSON in and out, never a redirect, never kept by anybody on the way.

Every refusal carries a ``code`` for the program and an ``error`` for the person. 401, 413, 429, 500 and 503 mean that
the phone keeps what it has and sends it again later.
"""

import base64
import json
import re
import uuid
from http import HTTPStatus
from typing import Any

from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from ..access import PersonRequest, for_programs, holding, refuse_program
from ..actions.device_keys import device_key
from ..actions.inspecting import TooManyFacts, receive_facts, standing_of
from ..actions.inspection_uploads import MAX_CHUNK_BYTES, progress_of, receive_chunk
from ..inspection_access import may_inspect, own_inspections
from ..models import Inspection, InspectionUpload
from ..permissions import Perm, Refused
from ..rules.inspection_shapes import SHA256
from .inspection_json import received_json, standing_json, upload_json, visit_json, visits_for_phone

MAX_REQUESTS = 1200  # per person and minute in each process: a phone that runs wild hurts nobody else
RANGE = re.compile(r"bytes (\d{1,9})-(\d{1,9})/(\d{1,9})")
# A lock was waited for in vain, or two waited for each other.
BUSY = ("55P03", "40P01")


class BadBody(ValueError):
    """What was sent cannot be read; the message says what is wrong with it."""


class InspectionApi(View):
    """The door of all addresses here."""

    access = for_programs(holding(Perm.INSPECT_SITE))

    def dispatch(self, request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = self.answer(request, *args, **kwargs)
        except (Http404, BadBody, TooManyFacts, RequestDataTooBig, UnreadablePostError) as error:
            response = refuse_bad(error)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) not in BUSY and "is locked" not in str(error):
                raise
            response = busy()
        response["Cache-Control"] = "no-store"
        return response

    def answer(self, request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = f"inspection-api:{request.user.pk}:{timezone.now():%d%H%M}"
        cache.add(key, 0, 120)
        if cache.incr(key) > MAX_REQUESTS:
            text = _("发送过于频繁，请一分钟后再试；已填写的内容仍在手机上。")
            response = refuse_program("too_often", text, status=HTTPStatus.TOO_MANY_REQUESTS)
            response["Retry-After"] = "60"
            return response
        return super().dispatch(request, *args, **kwargs)

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        allowed = super().http_method_not_allowed(request, *args, **kwargs)["Allow"]
        text = _("请求方式不正确，请更新应用。")
        response = refuse_program("method", text, status=HTTPStatus.METHOD_NOT_ALLOWED)
        response["Allow"] = allowed
        return response

    def visit(self, visit_id: uuid.UUID) -> Inspection:
        """The visit of an address. Raises Http404, and Refused unless it is the person's own."""
        rows = Inspection.objects.select_related(
            "acceptance__affiliation", "acceptance__unit", "acceptance__standard"
        )
        visit = rows.filter(public_id=visit_id).first()
        if visit is None:
            raise Http404(_("没有找到这次现场验收，请刷新任务列表。"))
        if not (verdict := may_inspect(self.request.user, visit, timezone.localdate())):
            raise Refused(verdict)
        return visit


def refuse_bad(error: Exception) -> JsonResponse:
    """The answer to what cannot be read, is too much, or does not exist."""
    if isinstance(error, Http404):
        return refuse_program("not_found", str(error), status=HTTPStatus.NOT_FOUND)
    if isinstance(error, TooManyFacts):
        return refuse_program("too_large", str(error), status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if isinstance(error, RequestDataTooBig):
        text = _("一次发送的内容过大，请分批发送；已填写的内容仍在手机上。")
        return refuse_program("too_large", text, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    text = str(error) if isinstance(error, BadBody) else _("发送中断，请重新发送。")
    return refuse_program("malformed", text, status=HTTPStatus.BAD_REQUEST)


def busy() -> JsonResponse:
    text = _("服务器正忙，请稍后重新发送；已填写的内容仍在手机上。")
    response = refuse_program("busy", text, status=HTTPStatus.SERVICE_UNAVAILABLE)
    response["Retry-After"] = "2"
    return response


def json_body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was sent. Raises BadBody and RequestDataTooBig."""
    try:
        found = json.loads(request.body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise BadBody(_("发送的内容无法读取，请更新应用后重新发送。")) from None
    if not isinstance(found, dict):
        raise BadBody(_("发送的内容无法读取，请更新应用后重新发送。"))
    return found


def _no_number(name: str) -> None:
    raise ValueError(name)


class Session(InspectionApi):
    """Who is signed in, the key under which this person's phone keeps its visits, and a fresh token."""

    def get(self, request: PersonRequest) -> JsonResponse:
        now = timezone.now()
        return JsonResponse(
            {
                "person": {"id": request.user.pk, "name": request.user.name},
                "key": base64.b64encode(device_key(request.user, at=now)).decode(),
                "csrf": get_token(request),
                "now": now.isoformat(),
            }
        )


class Visits(InspectionApi):
    """The person's visits with everything that is needed on site without a network."""

    def get(self, request: PersonRequest) -> JsonResponse:
        mine = own_inspections(request.user, timezone.localdate())
        return JsonResponse({"visits": [visit_json(one) for one in visits_for_phone(mine, timezone.now())]})


class Facts(InspectionApi):
    """The facts of one visit: how it stands, and what a phone adds."""

    def get(self, request: PersonRequest, visit_id: uuid.UUID) -> JsonResponse:
        standing = standing_of(self.visit(visit_id))
        return JsonResponse(standing_json(standing, request.GET.get("device", "")))

    def put(self, request: PersonRequest, visit_id: uuid.UUID) -> JsonResponse:
        visit, body = self.visit(visit_id), json_body(request)
        device, facts = body.get("device"), body.get("facts")
        if not isinstance(device, str) or not re.fullmatch(r"[\w.:-]{1,40}", device, re.ASCII):
            raise BadBody(_("缺少设备编号，请更新应用后重新发送。"))
        if not isinstance(facts, list):
            raise BadBody(_("缺少现场记录，请更新应用后重新发送。"))
        received = receive_facts(visit, facts, device=device, by=request.user, at=timezone.now())
        return JsonResponse(received_json(received, device))


class Photo(InspectionApi):
    """One photo or signature by the hash of its bytes: how much has arrived, and the next piece of it."""

    def get(self, request: PersonRequest, visit_id: uuid.UUID, sha256: str) -> JsonResponse:
        visit = self.visit(visit_id)
        upload = InspectionUpload.objects.filter(inspection=visit, sha256=sha256).first()
        if upload is None:
            return JsonResponse({"size": None, "received": 0, "refused": "", "complete": False})
        return JsonResponse(upload_json(progress_of(upload)))

    def put(self, request: PersonRequest, visit_id: uuid.UUID, sha256: str) -> JsonResponse:
        visit = self.visit(visit_id)
        if not SHA256.fullmatch(sha256):
            raise BadBody(_("照片的校验值不正确，请重新拍摄。"))
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_CHUNK_BYTES:
            raise RequestDataTooBig
        first, total = self.range(request)
        progress = receive_chunk(
            visit, sha256, first, total, request.body, by=request.user, at=timezone.now()
        )
        status = HTTPStatus.OK if progress.expected else HTTPStatus.CONFLICT
        if progress.refused:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        return JsonResponse(upload_json(progress), status=status)

    def range(self, request: PersonRequest) -> tuple[int, int]:
        """Where the piece begins and how long the whole is. Raises BadBody unless the body is that piece."""
        match = RANGE.fullmatch(request.headers.get("Content-Range", ""))
        first, last, total = (int(one) for one in match.groups()) if match else (0, -1, 0)
        if not first <= last < total or last - first + 1 != len(request.body):
            raise BadBody(_("照片分段与说明不符，请重新发送。"))
        return first, total
