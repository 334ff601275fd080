"""Addresses of the list of nominations and of the letters about them; what moves cases is in workflows.urls."""

from django.urls import path

from .views import nominations, vetting

urlpatterns = [
    path("awards/<int:campaign_id>/nominations/", nominations.NominationList.as_view(), name="nominations"),
    path(
        "awards/<int:campaign_id>/nominations/export/",
        nominations.ExportNominations.as_view(),
        name="export_nominations",
    ),
    path("awards/<int:campaign_id>/letters/", vetting.Vetting.as_view(), name="vetting"),
    path("awards/letters/<int:letter_id>/", vetting.Consultation.as_view(), name="consultation"),
    path(
        "awards/letters/<int:letter_id>/files/<uuid:public_id>/",
        vetting.ConsultationScan.as_view(),
        name="consultation_scan",
    ),
]
