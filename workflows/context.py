"""What the page shell shows on every page."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from awards.campaign_register import PARTAKING
from orgs.enums import Role
from orgs.permissions import ROLES, Perm
from orgs.queries import running_posts

from .desk import todo
from .keyset import capped_counts, shown


def navigation(request: HttpRequest) -> dict:
    """Top navigation for the person's posts; two statements, none for people who are not signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    posts = running_posts(user, timezone.localdate())
    perms = {perm for post in posts for perm in ROLES[Role(post.role)]}
    counts = capped_counts(todo=[todo(user)], unread=[user.notices.filter(read_at=None).order_by()])
    count = shown(counts["todo"]) if counts["todo"] else ""
    nav = [
        {"key": "desk", "url": reverse("desk"), "icon": "inbox", "label": _("工作台"), "count": count},
        {"key": "cases", "url": reverse("cases"), "icon": "clipboard-list", "label": _("事项")},
    ]
    if perms & {Perm.INSPECT_SITE, Perm.CHECK_SUBDISTRICT, Perm.REVIEW_DISTRICT}:
        entry = {
            "key": "inspections",
            "url": reverse("inspections"),
            "icon": "clipboard-check",
            "label": _("验收"),
        }
        # On the phone of who inspects it comes right after the desk; others find it after what they do more often.
        nav.insert(1 if Perm.INSPECT_SITE in perms else len(nav), entry)
    if Perm.DRAW_SAMPLE in perms:
        nav.append({"key": "samples", "url": reverse("samples"), "icon": "target", "label": _("区级抽查")})
    if Perm.VIEW_REGISTRY in perms:
        nav.append({"key": "orgs", "url": reverse("organizations"), "icon": "sitemap", "label": _("组织库")})
        nav.append({"key": "units", "url": reverse("units"), "icon": "building", "label": _("单位底本")})
    if perms & PARTAKING:
        nav.append(
            {"key": "awards", "url": reverse("award_campaigns"), "icon": "award", "label": _("评选表彰")}
        )
    if Perm.VIEW_REGISTRY in perms:
        nav.append(
            {"key": "documents", "url": reverse("documents"), "icon": "file-certificate", "label": _("文书")}
        )
        nav.append({"key": "progress", "url": reverse("progress"), "icon": "chart-bar", "label": _("进度")})
        nav.append(
            {
                "key": "acceptances",
                "url": reverse("acceptance_overview"),
                "icon": "report-analytics",
                "label": _("验收总览"),
            }
        )
    if Perm.MANAGE_SEALS in perms:
        nav.append(
            {"key": "seal", "url": reverse("own_seal"), "icon": "rubber-stamp", "label": _("电子印章")}
        )
    if Perm.MANAGE_WEBHOOKS in perms:
        nav.append(
            {"key": "webhooks", "url": reverse("own_webhooks"), "icon": "share", "label": _("事件推送")}
        )
    return {
        "nav": nav,
        "posts": [post.label for post in posts],
        "current_post": posts[0].label if posts else "",
        "unread_count": min(counts["unread"], 999),
    }
