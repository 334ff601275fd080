"""The page for whoever may not do something: why not, and what would help."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..permissions import Refused


def explain_refusal(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403; a refusal by the evaluator carries its verdict, anything else gets the general text."""
    verdict = exception.verdict if isinstance(exception, Refused) else None
    return render(request, "403.html", {"verdict": verdict}, status=HTTPStatus.FORBIDDEN)
