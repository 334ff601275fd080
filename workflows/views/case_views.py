"""Saved views of the list of cases: saved, renamed, shared with a post, removed."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import SIGNED_IN, PersonRequest

from ..case_filters import CasesAsked, described
from ..cases import search
from ..models import SavedView
from ..saved_views import Share, delete_view, require_change, save_view, shares_for, view_rows


class ViewForm(forms.Form):
    """A view's name and with whom it is shared."""

    name = forms.CharField(
        label=gettext_lazy("名称"),
        max_length=30,
        error_messages={
            "required": gettext_lazy("请填写视图名称。"),
            "max_length": gettext_lazy("名称最多 %(limit_value)d 字，现有 %(show_value)d 字，请缩短。"),
        },
    )
    share = forms.ChoiceField(label=gettext_lazy("共用"), required=False)
    replacing = forms.BooleanField(label=gettext_lazy("替换我的同名视图"), required=False)

    def __init__(self, *args: Any, shares: list[Share], new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shares = {share.key: share for share in shares}
        self.fields["name"].widget.attrs["class"] = "form-control"
        if shares:
            share: Any = self.fields["share"]
            share.choices = [("", _("仅本人使用")), *((key, one.label) for key, one in self.shares.items())]
            share.widget.attrs["class"] = "form-select"
        else:
            del self.fields["share"]
        if not new:
            del self.fields["replacing"]

    @property
    def chosen(self) -> Share | None:
        return self.shares.get(self.cleaned_data.get("share", ""))


class EditView(View):
    """Base of saving a new view and changing an old one: one form."""

    access = SIGNED_IN

    def shown(
        self, request: PersonRequest, view: SavedView, form: ViewForm, status: int = 200
    ) -> HttpResponse:
        found = search(request.user, CasesAsked.from_text(view.query), on=timezone.localdate())
        context = {
            "view": view,
            "form": form,
            "filters": described(found.asked, found.place),
            "list_url": reverse("cases") + found.asked.url(),
            "nav_key": "cases",
        }
        return render(request, "workflows/case_view_form.html", context, status=status)

    def saved(
        self, request: PersonRequest, view: SavedView, form: ViewForm, share: Share | None
    ) -> HttpResponse:
        """Save what a valid form says, or show what stands against it."""
        try:
            view = save_view(
                view,
                name=form.cleaned_data["name"],
                share=share,
                at=timezone.now(),
                query=view.query,
                replacing=form.cleaned_data.get("replacing", False),
            )
        except ValidationError as problem:
            form.add_error(None, problem)
            return self.shown(request, view, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        messages.success(request, _("视图“%(name)s”已保存。") % {"name": view.name})
        return HttpResponseRedirect(reverse("cases") + CasesAsked.from_text(view.query).url())


@method_decorator(never_cache, name="dispatch")
class NewCaseView(EditView):
    """Save the filters in the address under a name."""

    def get(self, request: PersonRequest) -> HttpResponse:
        return self.shown(request, self.view(request), self.form(request))

    def post(self, request: PersonRequest) -> HttpResponse:
        view, form = self.view(request), self.form(request, request.POST)
        if not form.is_valid():
            return self.shown(request, view, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        return self.saved(request, view, form, form.chosen)

    def view(self, request: PersonRequest) -> SavedView:
        asked = CasesAsked.from_query(request.GET)
        return SavedView(person=request.user, query=asked.text)

    def form(self, request: PersonRequest, data: Any = None) -> ViewForm:
        return ViewForm(data, shares=shares_for(request.user, timezone.localdate()), new=True)


def changeable(request: PersonRequest, view_id: int) -> SavedView:
    """The view, if the reader may change it. Raises Http404 or Refused."""
    view = get_object_or_404(SavedView.objects.select_related("person", "organization"), pk=view_id)
    require_change(view, request.user, timezone.localdate())
    return view


@method_decorator(never_cache, name="dispatch")
class ChangeCaseView(EditView):
    """Rename a view, share it, or take it back for oneself."""

    def get(self, request: PersonRequest, view_id: int) -> HttpResponse:
        view = changeable(request, view_id)
        return self.shown(request, view, self.form(request, view))

    def post(self, request: PersonRequest, view_id: int) -> HttpResponse:
        view = changeable(request, view_id)
        form = self.form(request, view, request.POST)
        if not form.is_valid():
            return self.shown(request, view, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        return self.saved(request, view, form, form.chosen)

    def form(self, request: PersonRequest, view: SavedView, data: Any = None) -> ViewForm:
        shares = shares_for(request.user, timezone.localdate())
        now = f"{view.organization_id}-{view.role}" if view.organization_id else ""
        return ViewForm(data, shares=shares, new=False, initial={"name": view.name, "share": now})


class DeleteCaseView(View):
    """Remove a view; the cases in it stay."""

    access = SIGNED_IN

    def post(self, request: PersonRequest, view_id: int) -> HttpResponse:
        view = changeable(request, view_id)
        delete_view(view)
        messages.success(request, _("视图“%(name)s”已删除。") % {"name": view.name})
        return HttpResponseRedirect(reverse("case_views"))


@method_decorator(never_cache, name="dispatch")
class CaseViews(View):
    """All views that the reader has, what each asks for, and how many cases it holds."""

    access = SIGNED_IN

    def get(self, request: PersonRequest) -> HttpResponse:
        rows = view_rows(request.user, timezone.localdate(), counted=True)
        for row in rows:
            row["filters"] = described(row["search"].asked, row["search"].place)
        return render(request, "workflows/case_views.html", {"rows": rows, "nav_key": "cases"})
