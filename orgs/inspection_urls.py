"""Addresses of the inspectors' phones, below ``inspections/api/``; without a slash at the end, so never redirected."""

from django.urls import path

from .views import inspection_api

urlpatterns = [
    path("session", inspection_api.Session.as_view(), name="inspection_session"),
    path("visits", inspection_api.Visits.as_view(), name="inspection_visits"),
    path("visits/<uuid:visit_id>/facts", inspection_api.Facts.as_view(), name="inspection_facts"),
    path(
        "visits/<uuid:visit_id>/photos/<str:sha256>", inspection_api.Photo.as_view(), name="inspection_photo"
    ),
]
