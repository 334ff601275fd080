"""Every view says who may open it, or nobody can: the middleware refuses a view without a declaration.

The declaration is the outer door (public, signed in, holding a permission somewhere). What a person sees behind it is
always taken from a scoped query or checked with :func:`orgs.permissions.require` against the very object.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from .enums import Role
from .expired import signed_out_form
from .models import Person
from .permissions import ROLES, Perm, Refused, Verdict
from .queries import running_posts


class PersonRequest(HttpRequest):
    """A request behind the access middleware, for type checkers: somebody is signed in."""

    user: Person


@dataclass(frozen=True)
class Access:
    """Who may open a view at all. ``reason`` says for public views why nobody needs to sign in.

    ``by_program`` marks addresses that a program reads: whoever is not let in gets JSON with a text for people, never
    a page and never a redirect to the sign-in form.
    """

    signed_in: bool = True
    perms: frozenset[Perm] = frozenset()
    reason: str = ""
    by_program: bool = False

    def verdict(self, user, on) -> Verdict:
        if not self.perms:
            return Verdict(True)
        for post in running_posts(user, on):
            if self.perms & ROLES[Role(post.role)]:
                return Verdict(True)
        names = _("、").join(sorted(str(perm.label) for perm in self.perms))
        return Verdict(
            False,
            _("此页面需要“%(perms)s”的权限，您目前的任职没有。") % {"perms": names},
            _("如职务有变动，请联系上级团组织调整任职。"),
        )


def public(reason: str) -> Access:
    return Access(signed_in=False, reason=reason)


SIGNED_IN = Access()


def holding(*perms: Perm) -> Access:
    """For whoever holds one of ``perms`` somewhere; the view then checks the object."""
    return Access(perms=frozenset(perms))


def for_programs(access: Access) -> Access:
    """The same door, answering in JSON."""
    return replace(access, by_program=True)


def declared_access(view: Callable) -> Access | None:
    """The declaration of a view function or of the class behind it, None when there is none."""
    found = getattr(view, "access", None)
    return found or getattr(getattr(view, "view_class", None), "access", None)


def is_for_program(request: HttpRequest) -> bool:
    """Whether the address asked for answers in JSON."""
    match = request.resolver_match
    access = declared_access(match.func) if match else None
    return access is not None and access.by_program


def signed_out_program() -> JsonResponse:
    """401 for a program whose person is signed out."""
    return refuse_program(
        "signed_out", _("您已退出登录。已填写的内容仍在手机上，请登录后再发送。"), status=401
    )


def refuse_program(code: str, text: str, *, status: int, **more: object) -> JsonResponse:
    """A refusal as a program reads it: ``code`` for the program, ``error`` for the person in front of it."""
    response = JsonResponse({"code": code, "error": text, **more}, status=status)
    response["Cache-Control"] = "no-store"
    return response


def with_access(view: Callable, access: Access) -> Callable:
    """Declare access for a view of a library."""

    def wrapped(request, *args, **kwargs):
        return view(request, *args, **kwargs)

    wrapped.access = access
    return wrapped


class AccessMiddleware:
    """Deny by default."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        access = declared_access(view)
        if access is None:
            raise PermissionDenied(f"{view} declares no access")
        if not access.signed_in:
            return None
        if not request.user.is_authenticated:
            if access.by_program:
                return signed_out_program()
            return signed_out_form(request) or redirect_to_login(request.get_full_path())
        verdict = access.verdict(request.user, timezone.localdate())
        if not verdict:
            raise Refused(verdict)
        return None
