"""Stock phrases (常用语): kept on a page of their own, or from the opinion that was just typed."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import SIGNED_IN, PersonRequest
from orgs.models import Organization, Person
from orgs.permissions import Refused, Verdict

from ..approvals import may_see, verdict_on
from ..models import StockPhrase
from ..phrases import (
    MAX_LENGTH,
    MAX_PHRASES,
    add_phrase,
    change_phrase,
    editable_places,
    list_of,
    move_phrase,
    phrases_for,
    require_edit,
    shared_places,
)
from .task import load_case, load_task


def phrases_page(
    request: PersonRequest,
    *,
    status: int = 200,
    typed: str = "",
    where: str = "",
    problem: str = "",
    wrong: int = 0,
) -> HttpResponse:
    """The page; ``typed`` and ``problem`` stand in the list ``where``, or at the phrase ``wrong``."""
    person, on = request.user, timezone.localdate()
    editable = {place.pk: place for place in editable_places(person, on)}
    groups = [{"key": "own", "title": _("我的常用语"), "rows": list(list_of(person)), "edit": True}]
    for place in shared_places(person, on):
        title = _("%(place)s共用") % {"place": place.display_name}
        rows = list(list_of(place))
        groups.append({"key": str(place.pk), "title": title, "rows": rows, "edit": place.pk in editable})
    everybody = list(StockPhrase.objects.filter(person=None, organization=None))
    groups.append({"key": "all", "title": _("全区通用"), "rows": everybody, "edit": False})
    context = {
        "groups": groups,
        "typed": typed,
        "where": where,
        "problem": problem,
        "wrong": wrong,
        "max_length": MAX_LENGTH,
        "max_phrases": MAX_PHRASES,
        "nav_key": "phrases",
    }
    return render(request, "workflows/phrases.html", context, status=status)


def owner_named(request: PersonRequest, key: str) -> Person | Organization:
    """Whose list a form adds to. Raises Refused for an organization whose phrases the person does not keep."""
    if key in ("", "own"):
        return request.user
    for place in editable_places(request.user, timezone.localdate()):
        if str(place.pk) == key:
            return place
    raise Refused(Verdict(False, _("您不能维护该处的共用常用语。"), _("请添加到“我的常用语”。")))


@method_decorator(never_cache, name="dispatch")
class Phrases(View):
    """The person's phrases, those of their organizations, and everybody's; POST adds one."""

    access = SIGNED_IN

    def get(self, request: PersonRequest) -> HttpResponse:
        return phrases_page(request)

    def post(self, request: PersonRequest) -> HttpResponse:
        where, typed = request.POST.get("where", ""), request.POST.get("text", "")
        owner = owner_named(request, where)
        try:
            add_phrase(typed, owner=owner, by=request.user)
        except ValidationError as problem:
            return phrases_page(
                request,
                status=HTTPStatus.UNPROCESSABLE_ENTITY,
                typed=typed,
                where=where or "own",
                problem=problem.messages[0],
            )
        messages.success(request, _("常用语已添加。"))
        return HttpResponseRedirect(reverse("phrases"))


def editable(request: PersonRequest, phrase_id: int) -> StockPhrase:
    """The phrase, if the reader may edit it. Raises Http404 or Refused."""
    phrase = get_object_or_404(StockPhrase.objects.select_related("person", "organization"), pk=phrase_id)
    require_edit(phrase, request.user, timezone.localdate())
    return phrase


class ChangePhrase(View):
    """Give a phrase another text."""

    access = SIGNED_IN

    def post(self, request: PersonRequest, phrase_id: int) -> HttpResponse:
        phrase, typed = editable(request, phrase_id), request.POST.get("text", "")
        try:
            change_phrase(phrase, typed)
        except ValidationError as problem:
            status, text = HTTPStatus.UNPROCESSABLE_ENTITY, problem.messages[0]
            return phrases_page(request, status=status, typed=typed, problem=text, wrong=phrase.pk)
        messages.success(request, _("常用语已修改。"))
        return HttpResponseRedirect(reverse("phrases"))


class MovePhrase(View):
    """Move a phrase up or down in its list."""

    access = SIGNED_IN

    def post(self, request: PersonRequest, phrase_id: int) -> HttpResponse:
        move_phrase(editable(request, phrase_id), up=request.POST.get("to") == "up")
        return HttpResponseRedirect(reverse("phrases"))


class DeletePhrase(View):
    """Remove a phrase; opinions written with it stay as they are."""

    access = SIGNED_IN

    def post(self, request: PersonRequest, phrase_id: int) -> HttpResponse:
        editable(request, phrase_id).delete()
        messages.success(request, _("常用语已删除。"))
        return HttpResponseRedirect(reverse("phrases"))


class KeepPhrase(View):
    """Keep the opinion in the box as an own phrase; the box keeps what was typed, sent by htmx or not."""

    access = SIGNED_IN

    def post(self, request: PersonRequest, case_id: int, task_id: int) -> HttpResponse:
        case, on = load_case(case_id), timezone.localdate()
        if not (seen := may_see(request.user, case, on=on)):
            raise Refused(seen)
        task = load_task(case, task_id)
        message, kept = _("已存入我的常用语。"), True
        try:
            add_phrase(request.POST.get("opinion", ""), owner=request.user, by=request.user)
        except ValidationError as problem:
            message, kept = problem.messages[0], False
        if request.headers.get("HX-Request"):
            context = {"items": phrases_for(request.user, on), "message": message, "kept": kept}
            return render(request, "workflows/partials/kept_phrase.html", context)
        (messages.success if kept else messages.error)(request, message)
        view = task.flow_task.view(request, case, task, verdict=verdict_on(task, case, request.user, on=on))
        form = view.make_form()
        form.initial = {
            **form.initial,
            **{key: request.POST[key] for key in form.fields if key in request.POST},
        }
        return view.show(form)
