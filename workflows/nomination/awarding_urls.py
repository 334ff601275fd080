"""Addresses of the decision and the certificates of a campaign."""

from django.urls import path

from .views.awarding import DecideAwards, IssueCertificates, PreviewDecision
from .views.revoking import RevokeAward

urlpatterns = [
    path("awards/<int:campaign_id>/decision/", DecideAwards.as_view(), name="decide_awards"),
    path("awards/<int:campaign_id>/decision/preview/", PreviewDecision.as_view(), name="preview_decision"),
    path("awards/<int:campaign_id>/certificates/", IssueCertificates.as_view(), name="issue_certificates"),
    path("awards/records/<int:award_id>/revoke/", RevokeAward.as_view(), name="revoke_award"),
]
