"""What a person was told."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View

from orgs.access import SIGNED_IN, PersonRequest
from records import notices
from records.models import Notice
from records.notice_kinds import KINDS

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
