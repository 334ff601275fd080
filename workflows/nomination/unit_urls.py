"""Addresses of the unit's side of nominations."""

from django.urls import path

from .views.own_notice import OwnNoticeText
from .views.starting import NominateFor, StartNomination

urlpatterns = [
    path(
        "organizations/<int:organization_id>/nomination/<int:honour_id>/",
        StartNomination.as_view(),
        name="start_nomination",
    ),
    path("awards/<int:campaign_id>/nominate/", NominateFor.as_view(), name="nominate_for"),
    path("cases/<int:case_id>/own-notice/", OwnNoticeText.as_view(), name="own_notice_text"),
]
