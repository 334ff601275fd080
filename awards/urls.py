"""Award campaigns, their committees and notices."""

from django.urls import path

from .views import campaigns

urlpatterns: list = [
    path("awards/", campaigns.CampaignList.as_view(), name="award_campaigns"),
]
