"""Award campaigns, their committees and notices."""

from django.urls import path

from . import ballot_urls, campaign_urls, nomination_urls, notice_urls, review_urls
from .views.awards import AwardPage

urlpatterns: list = [
    *campaign_urls.urlpatterns,
    *nomination_urls.urlpatterns,
    *review_urls.urlpatterns,
    *ballot_urls.urlpatterns,
    *notice_urls.urlpatterns,
    path("awards/records/<int:award_id>/", AwardPage.as_view(), name="award"),
]
