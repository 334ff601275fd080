"""The work desk: lists, claiming, putting back, and going on to the next task."""

import datetime as dt
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import SIGNED_IN, PersonRequest
from orgs.enums import Role
from orgs.models import Person, Unit
from orgs.permissions import ROLES, Perm, Refused
from orgs.queries import given_delegations, running_delegations, running_posts
from records.calendars import WorkingCalendar

from ..approvals import AlreadyDecided, may_see
from ..bulk import most_at_once
from ..claims import AlreadyClaimed, claim_task, release_task
from ..desk import BULK_TABS, Asked, desk_counts, desk_page, next_item
from ..keyset import shown
from ..models import StaleTask
from ..returns import NotPossible
from ..rows import desk_rows
from ..titles import BY_NAME
from .task import CaseBusy, load_case, load_task, one_transaction

TAB_ICONS = {
    "todo": "inbox",
    "claim": "users",
    "done": "checks",
    "started": "send",
    "copies": "mail-share",
    "watch": "flag",
}


@method_decorator(never_cache, name="dispatch")
class Desk(View):
    """What the person has to do, may claim, has done and has started."""

    access = SIGNED_IN

    def get(self, request: PersonRequest) -> HttpResponse:
        on = timezone.localdate()
        asked = Asked.from_query(request.GET)
        calendar = WorkingCalendar.around(on)
        page = desk_page(request.user, asked, on=on)
        counts = desk_counts(request.user, on=on, calendar=calendar)
        context = {
            "asked": asked,
            "rows": desk_rows(asked.tab, page.rows, person=request.user, on=on, calendar=calendar),
            "previous_url": page.previous and asked.url(before=page.previous),
            "next_url": page.next and asked.url(after=page.next),
            "counts": {key: shown(count) for key, count in counts.items()},
            "tabs": tabs(counts, asked),
            "bulk": asked.tab in BULK_TABS,
            "bulk_most": most_at_once(on) if asked.tab in BULK_TABS and page.rows else 0,
            "flows": [(key, str(flow.process_title)) for key, flow in BY_NAME.items()],
            "today": on,
            "may_apply": applying_unit(request.user, on),
            "nav_key": "desk",
        }
        if request.headers.get("HX-Target") == "desk-list":
            return render(request, "workflows/partials/desk_list.html", context)
        return render(request, "workflows/desk.html", context | absences(request.user, on))


def tabs(counts: dict[str, int], asked: Asked) -> list[dict]:
    """The tabs with their counts; what is reported to nobody's post here is no tab."""
    labels = {
        "todo": _("待办"),
        "claim": _("待领取"),
        "done": _("已办"),
        "started": _("我发起的"),
        "copies": _("抄送我的"),
        "watch": _("督办"),
    }
    return [
        {
            "key": key,
            "url": Asked(tab=key).url(),
            "icon": TAB_ICONS[key],
            "label": label,
            "count": shown(counts[key]) if counts.get(key) else "",
        }
        for key, label in labels.items()
        if key in counts or key == asked.tab
    ]


def absences(person: Person, on: dt.date) -> dict:
    """Who acts for the person today, and for whom the person acts; no statement besides those of the lists."""
    acting: dict[int, dict] = {}
    for one in running_delegations(person, on):
        row = acting.setdefault(one.post.person_id, {"name": one.post.person.name, "until": one.until})
        row["until"] = max(row["until"], one.until)
    return {"acting_for": list(acting.values()), "represented": given_delegations(person, on)}


def applying_unit(user: Person, on: dt.date) -> Unit | None:
    """The unit for which the person may start an application, if any."""
    for post in running_posts(user, on):
        if post.unit_id and Perm.APPLY_FOUNDING in ROLES[Role(post.role)]:
            return post.unit
    return None


class HoldTask(View):
    """Base of claiming and putting back: one action under the case's lock, with a message for what stood against it."""

    access = SIGNED_IN
    action: Callable
    done: Callable[..., HttpResponse]

    def post(self, request: PersonRequest, case_id: int, task_id: int) -> HttpResponse:
        at = timezone.now()
        try:
            with one_transaction():
                case = load_case(case_id, lock=True)
                if not (seen := may_see(request.user, case, on=timezone.localdate(at))):
                    raise Refused(seen)
                task = load_task(case, task_id)
                type(self).action(task, case, by=request.user, at=at)
        except (AlreadyClaimed, AlreadyDecided, CaseBusy) as faster:
            messages.warning(request, faster.message)
            return HttpResponseRedirect(reverse("desk") + Asked(tab="claim").url())
        except StaleTask:
            messages.warning(request, _("该事项刚刚有变动，请重新打开后再操作。"))
            return HttpResponseRedirect(reverse("desk") + Asked(tab="claim").url())
        except NotPossible as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(reverse("case", args=[case_id]))
        return self.done(request, case_id, task_id)


class ClaimTask(HoldTask):
    """Take a task out of the queue and open it."""

    action = claim_task

    def done(self, request: PersonRequest, case_id: int, task_id: int) -> HttpResponse:
        messages.success(request, _("已领取，请在时限前办理。"))
        return HttpResponseRedirect(reverse("task", args=[case_id, task_id]))


class UnclaimTask(HoldTask):
    """Put a task back, so that somebody else with the same post can take it."""

    action = release_task

    def done(self, request: PersonRequest, case_id: int, task_id: int) -> HttpResponse:
        messages.success(request, _("已退回待领取，时限照常计算。"))
        return HttpResponseRedirect(reverse("desk"))


@method_decorator(never_cache, name="dispatch")
class NextTask(View):
    """Go on to the person's next open task by deadline, or to the desk when all is done."""

    access = SIGNED_IN

    def get(self, request: PersonRequest) -> HttpResponse:
        item = next_item(request.user, timezone.localdate())
        if item is None:
            messages.info(request, _("待办事项已全部办完。"))
            return HttpResponseRedirect(reverse("desk"))
        return HttpResponseRedirect(reverse("task", args=[item.case_id, item.pk]))
