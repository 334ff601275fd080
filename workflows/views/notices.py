"""What a person was told."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from orgs.access import SIGNED_IN, PersonRequest, public
from records import mail, notices
from records.models import Notice
from records.notice_kinds import GROUPS, KINDS, Email

from ..keyset import Order, page_of, row_id

PAGE_SIZE = 25
NEWEST_FIRST = Order(("id",), False, (row_id,), (str,))


def notice_row(notice: Notice) -> dict:
    kind = KINDS[notice.kind]
    return {"notice": notice, "text": notices.text(notice), "icon": kind.icon, "tone": kind.tone}


class NoticeList(View):
    """All notices of the reader, newest first; unread ones are marked."""

    access = SIGNED_IN

    def get(self, request: PersonRequest) -> HttpResponse:
        own = request.user.notices.all()
        only_unread = request.GET.get("unread") == "1"
        if only_unread:
            own = own.filter(read_at=None)
        turn = {key: request.GET.get(key, "") for key in ("after", "before")}
        page = page_of(Notice, [own], NEWEST_FIRST, size=PAGE_SIZE, **turn)
        suffix = "&unread=1" if only_unread else ""
        context = {
            "rows": [notice_row(notice) for notice in page.rows],
            "only_unread": only_unread,
            "previous_url": page.previous and f"?before={page.previous}{suffix}",
            "next_url": page.next and f"?after={page.next}{suffix}",
            "nav_key": "notices",
        }
        return render(request, "workflows/notices.html", context)


class OpenNotice(View):
    """Mark a notice of one's own as read and go to what it is about."""

    access = SIGNED_IN

    def get(self, request: PersonRequest, notice_id: int) -> HttpResponse:
        notice = get_object_or_404(request.user.notices, pk=notice_id)
        request.user.notices.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())
        inside = url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
        return HttpResponseRedirect(notice.url if notice.url and inside else reverse("notices"))


class ReadAllNotices(View):
    """Mark all notices of one's own as read."""

    access = SIGNED_IN

    def post(self, request: PersonRequest) -> HttpResponse:
        count = request.user.notices.filter(read_at=None).update(read_at=timezone.now())
        messages.success(request, _("已将 %(count)d 条消息标为已读。") % {"count": count})
        return HttpResponseRedirect(reverse("notices"))


class NoticeSettings(View):
    """How the reader wants each group of notices by e-mail; in the application all of them always are."""

    access = SIGNED_IN

    def get(self, request: PersonRequest) -> HttpResponse:
        chosen = notices.chosen_emails(request.user.pk)
        rows = [{"key": key, "group": group, "email": chosen[key]} for key, group in GROUPS.items()]
        context = {"rows": rows, "choices": Email.choices, "nav_key": "notices"}
        return render(request, "workflows/notice_settings.html", context)

    def post(self, request: PersonRequest) -> HttpResponse:
        chosen = {key: request.POST.get(key, "") for key, group in GROUPS.items() if group.optional}
        chosen = {key: email for key, email in chosen.items() if email in Email.values}
        notices.choose_emails(request.user.pk, chosen)
        messages.success(request, _("邮件设置已保存。"))
        return HttpResponseRedirect(reverse("notice_settings"))


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class Unsubscribe(View):
    """One click in a mail (RFC 8058): GET asks, POST ends this group for this person, as often as it comes.

    Mail programs post without a cookie or a token of ours; the signature in the address is what they hold.
    """

    access = public("a signed link in a mail, which ends one kind of mail for its reader and nothing else")

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        person_id, group = self._read(token)
        return self._page(request, group, ended=not mail.is_subscribed(person_id, group))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        person_id, group = self._read(token)
        mail.unsubscribe(person_id, group)
        return self._page(request, group, ended=True)

    def _read(self, token: str) -> tuple[int, str]:
        found = mail.read_token(token)
        if found is None:
            raise Http404
        return found

    def _page(self, request: HttpRequest, group: str, *, ended: bool) -> HttpResponse:
        title = _("每日汇总") if group == mail.DIGEST else GROUPS[group].title
        return render(request, "workflows/unsubscribe.html", {"title": title, "ended": ended})
