"""The answer for whoever may not do something: why not, and what would help; as a page, or in JSON for a program."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ..access import is_for_program, refuse_program, signed_out_program
from ..expired import stale_page
from ..permissions import Refused


def explain_refusal(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403; a refusal by the evaluator carries its verdict, anything else gets the general text."""
    verdict = exception.verdict if isinstance(exception, Refused) else None
    if is_for_program(request):
        text = verdict.reason if verdict is not None else _("您没有办理此事的权限。")
        remedy = verdict.remedy if verdict is not None else ""
        return refuse_program("refused", text, remedy=remedy, status=HTTPStatus.FORBIDDEN)
    return render(request, "403.html", {"verdict": verdict}, status=HTTPStatus.FORBIDDEN)


def refuse_stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What is sent with a token that is not of this session (CSRF_FAILURE_VIEW); a program fetches a new one."""
    if not is_for_program(request):
        return stale_page(request, reason)
    if not request.user.is_authenticated:
        return signed_out_program()
    text = _("登录状态已更新，请重新发送；已填写的内容仍在手机上。")
    return refuse_program("csrf", text, status=HTTPStatus.FORBIDDEN)
