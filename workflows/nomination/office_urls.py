"""Addresses of the sub-districts' and the district's office in the nomination flow."""

from django.urls import path

from .views.award_list import AwardList
from .views.ending import EndNomination
from .views.ranking import Ranking

urlpatterns = [
    path("awards/honours/<int:honour_id>/ranking/<int:organization_id>/", Ranking.as_view(), name="ranking"),
    path("awards/honours/<int:honour_id>/list/", AwardList.as_view(), name="award_list"),
    path("cases/<int:case_id>/end/", EndNomination.as_view(), name="end_nomination"),
]
