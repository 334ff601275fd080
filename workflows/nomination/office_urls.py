"""Addresses of the sub-districts' and the district's office in the nomination flow."""

from django.urls import path

from .views.ranking import Ranking

urlpatterns = [
    path("awards/honours/<int:honour_id>/ranking/<int:organization_id>/", Ranking.as_view(), name="ranking"),
]
