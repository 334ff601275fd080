"""Notices: stored for a person, delivered after commit by the outbox, at most once per key."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from . import outbox
from .models import Notice


def send(kind: str, *, to_id: int, key: str, at: dt.datetime, url: str = "", **context: Any) -> None:
    """Promise a notice in the caller's transaction. ``key`` is unique: the same event never tells twice."""
    outbox.promise(
        "notice", key=f"notice:{key}", at=at, notice=kind, notice_key=key, to=to_id, url=url, context=context
    )


@outbox.handles("notice")
def deliver(payload: dict[str, Any]) -> None:
    """Store the notice; a repeated delivery changes nothing."""
    Notice.objects.get_or_create(
        key=payload["notice_key"],
        defaults={
            "to_id": payload["to"],
            "kind": payload["notice"],
            "url": payload["url"],
            "context": payload["context"],
            "created_at": timezone.now(),
        },
    )


def text(notice: Notice) -> str:
    """The notice in the reader's language."""
    templates = {
        "task": _("有新的待办：%(case)s（%(node)s），请于%(due)s前办结。"),
        "returned": _("您的申请“%(case)s”被退回补正：%(opinion)s"),
        "rejected": _("您的申请“%(case)s”未获批准：%(opinion)s"),
        "established": _("“%(case)s”已获批准成立，请于%(due)s前召开团员大会。"),
        "filed": _("“%(case)s”已由街镇批准成立团总支，报区委备案。"),
        "registered": _("“%(case)s”已完成建团，成立证书可以下载。"),
        "lapsed": _("“%(case)s”逾期未召开团员大会，批复已失效。"),
        "document_revoked": _("文书“%(case)s”已被撤销，不再有效：%(reason)s"),
        "document_reissued": _("文书“%(case)s”已补发，新编号%(number)s，原件作废：%(reason)s"),
        "annulled": _("“%(case)s”的选举结果未获确认，请重新召开团员大会：%(opinion)s"),
    }
    return templates[notice.kind] % notice.context
