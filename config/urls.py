"""Addresses. Every view declares its access; see orgs.access."""

from django.contrib.auth import views as auth
from django.http import HttpResponse
from django.urls import include, path
from django.views.i18n import set_language

from orgs.access import SIGNED_IN, public, with_access


def healthz(request):
    """Whether the process answers; the database is asked by the readiness check."""
    return HttpResponse("ok", content_type="text/plain")


healthz.access = public("liveness check, says nothing")
SIGN_IN = public("signing in")

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path(
        "i18n/setlang/",
        with_access(set_language, public("changes the reader's own language")),
        name="set_language",
    ),
    path("accounts/login/", with_access(auth.LoginView.as_view(), SIGN_IN), name="login"),
    path("accounts/logout/", with_access(auth.LogoutView.as_view(), SIGN_IN), name="logout"),
    path(
        "accounts/set-password/<uidb64>/<token>/",
        with_access(auth.PasswordResetConfirmView.as_view(), public("holders of a one-time link")),
        name="password_reset_confirm",
    ),
    path(
        "accounts/set-password/done/",
        with_access(auth.PasswordResetCompleteView.as_view(), SIGN_IN),
        name="password_reset_complete",
    ),
    path(
        "accounts/password/",
        with_access(auth.PasswordChangeView.as_view(), SIGNED_IN),
        name="password_change",
    ),
    path(
        "accounts/password/done/",
        with_access(auth.PasswordChangeDoneView.as_view(), SIGNED_IN),
        name="password_change_done",
    ),
    path("", include("workflows.urls")),
    path("", include("awards.urls")),
    path("", include("orgs.urls")),
]

handler403 = "orgs.views.errors.explain_refusal"
