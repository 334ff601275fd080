"""The webhooks of an organization, for its security administrator alone."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from ..access import holding
from ..actions.webhooks import (
    OVERLAP,
    TEST,
    add_webhook,
    pause_webhook,
    remove_webhook,
    resume_webhook,
    rotate_secret,
    send_again,
    send_test_event,
    webhooks_of,
)
from ..enums import WebhookEvent, WebhookProblem
from ..forms.webhooks import WebhookForm
from ..models import Organization, Webhook, WebhookDelivery
from ..permissions import Perm
from .common import OwnPlace, kept_organization

SHOWN = 20
#: In the session: the secret that the next page shows, once.
HANDOVER = "webhook_secret"


class OwnWebhooks(OwnPlace):
    """The way to the webhooks of the organization where the person is security administrator."""

    access = holding(Perm.MANAGE_WEBHOOKS)
    target = "webhooks"


@method_decorator(never_cache, name="dispatch")
class Webhooks(View):
    """All webhooks of the organization with their last deliveries, and a form for another one."""

    access = holding(Perm.MANAGE_WEBHOOKS)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return webhooks_page(request, kept_organization(request, pk, Perm.MANAGE_WEBHOOKS), WebhookForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        organization, form = kept_organization(request, pk, Perm.MANAGE_WEBHOOKS), WebhookForm(request.POST)
        if form.is_valid():
            try:
                hook = add_webhook(organization, **form.cleaned_data, by=request.user, at=timezone.now())
            except ValidationError as problem:
                form.add_error(None, problem)
            else:
                keep_for_handover(request, hook)
                return back_to(organization)
        return webhooks_page(request, organization, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def keep_for_handover(request: HttpRequest, hook: Webhook) -> None:
    """Keep the secret for the next page only, which shows it once."""
    request.session[HANDOVER] = {
        "organization": hook.organization_id,
        "url": hook.url,
        "secret": hook.secret,
        "replaced": bool(hook.old_secret),
    }


def back_to(organization: Organization) -> HttpResponse:
    return HttpResponseRedirect(reverse("webhooks", args=[organization.pk]))


def webhooks_page(
    request: HttpRequest, organization: Organization, form: WebhookForm, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    """The page; ``form`` may be one that came back."""
    handover = request.session.get(HANDOVER)
    if handover is not None and handover["organization"] == organization.pk:
        del request.session[HANDOVER]
    else:
        handover = None
    waiting = Q(deliveries__delivered_at=None, deliveries__given_up_at=None, deliveries__isnull=False)
    hooks = webhooks_of(organization).annotate(waiting=Count("deliveries", filter=waiting))
    deliveries = WebhookDelivery.objects.filter(webhook__organization=organization)
    context = {
        "organization": organization,
        "rows": [{"hook": hook, "events": [event_label(name) for name in hook.events]} for hook in hooks],
        "deliveries": [delivery_row(one) for one in deliveries.select_related("webhook")[:SHOWN]],
        "form": form,
        "handover": handover,
        "overlap_hours": int(OVERLAP.total_seconds() // 3600),
        "nav_key": "webhooks",
    }
    return render(request, "orgs/webhooks.html", context, status=status)


def event_label(name: str) -> str:
    """What an event is called; one that is not known any more keeps its name."""
    if name == TEST:
        return _("测试事件")
    return str(WebhookEvent(name).label) if name in WebhookEvent.values else name


def delivery_row(delivery: WebhookDelivery) -> dict:
    """A delivery with its state in words and what went wrong."""
    problem = delivery.error
    row = {
        "delivery": delivery,
        "may_resend": delivery.attempts and delivery.delivered_at is None and delivery.webhook.active,
        "event": event_label(delivery.event),
        "problem": str(WebhookProblem(problem).label) if problem in WebhookProblem.values else problem,
    }
    if delivery.delivered_at is not None:
        return row | {"state": _("已送达"), "tone": "ok", "icon": "circle-check"}
    if delivery.given_up_at is not None:
        return row | {"state": _("未送达，不再重试"), "tone": "bad", "icon": "alert-triangle"}
    if not delivery.webhook.active:
        return row | {"state": _("暂停中"), "tone": "mute", "icon": "player-pause"}
    if delivery.attempts:
        return row | {"state": _("等待重试"), "tone": "back", "icon": "refresh"}
    return row | {"state": _("待发送"), "tone": "wait", "icon": "clock"}


@method_decorator(never_cache, name="dispatch")
class ChangeWebhook(View):
    """One of the buttons of a webhook; what it does is the name in ``what``, given by the address."""

    access = holding(Perm.MANAGE_WEBHOOKS)
    what = ""

    def post(self, request: HttpRequest, pk: int, webhook_id: int) -> HttpResponse:
        organization = kept_organization(request, pk, Perm.MANAGE_WEBHOOKS)
        hook = get_object_or_404(webhooks_of(organization).select_related("organization"), pk=webhook_id)
        getattr(self, self.what)(request, hook)
        return back_to(organization)

    def rotate(self, request: HttpRequest, hook: Webhook) -> None:
        keep_for_handover(request, rotate_secret(hook, by=request.user, at=timezone.now()))

    def pause(self, request: HttpRequest, hook: Webhook) -> None:
        if pause_webhook(hook, by=request.user, at=timezone.now()):
            messages.success(request, _("已暂停。恢复后补发暂停期间的事件。"))
        else:
            messages.info(request, _("此前已暂停，无需再办。"))

    def resume(self, request: HttpRequest, hook: Webhook) -> None:
        if resume_webhook(hook, by=request.user, at=timezone.now()):
            messages.success(request, _("已恢复，暂停期间的事件随后补发。"))
        else:
            messages.info(request, _("没有暂停，无需恢复。"))

    def remove(self, request: HttpRequest, hook: Webhook) -> None:
        remove_webhook(hook, by=request.user, at=timezone.now())
        messages.success(request, _("接收地址已移除，不再发送任何事件。"))

    def resend(self, request: HttpRequest, hook: Webhook) -> None:
        number = request.POST.get("delivery", "")
        known = number.isascii() and number.isdigit() and len(number) < 15
        if known and send_again(hook, int(number), by=request.user, at=timezone.now()):
            messages.success(request, _("已重新排队，几秒后刷新本页查看结果。"))
        else:
            messages.error(request, _("没有重新发送：已送达，或接收地址已暂停。暂停的请先恢复。"))

    def test(self, request: HttpRequest, hook: Webhook) -> None:
        if not hook.active:
            messages.error(request, _("已暂停，没有发送。请先恢复，再发送测试事件。"))
            return
        send_test_event(hook, at=timezone.now())
        messages.success(request, _("测试事件已排队，几秒后刷新本页查看结果。"))
