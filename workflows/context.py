"""What the page shell shows on every page."""

from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.enums import Role
from orgs.permissions import ROLES, Perm
from orgs.queries import running_posts


def navigation(request) -> dict:
    """Top navigation for the person's posts; no queries for people who are not signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    posts = running_posts(user, timezone.localdate())
    perms = {perm for post in posts for perm in ROLES[Role(post.role)]}
    nav = [{"key": "desk", "url": "/", "icon": "inbox", "label": _("工作台")}]
    if Perm.VIEW_REGISTRY in perms:
        nav.append({"key": "orgs", "url": "/organizations/", "icon": "sitemap", "label": _("组织库")})
        nav.append({"key": "units", "url": "/units/", "icon": "building", "label": _("单位底本")})
    return {
        "nav": nav,
        "posts": posts,
        "current_post": posts[0].label if posts else "",
        "unread_count": user.notices.filter(read_at=None)[:100].count(),
    }
