"""Addresses of public notices and objections; publishing, closing, appointing and resolving are in workflows.urls."""

from django.urls import path

from .views import honour_roll, notices, objection_list, objections, public

urlpatterns = [
    path("awards/<int:campaign_id>/notices/", notices.NoticeList.as_view(), name="award_notices"),
    path("awards/<int:campaign_id>/notices/new/", notices.NewNotice.as_view(), name="new_notice"),
    path("awards/notices/<int:announcement_id>/edit/", notices.EditNotice.as_view(), name="edit_notice"),
    path(
        "awards/notices/<int:announcement_id>/cancel/", notices.CancelNotice.as_view(), name="cancel_notice"
    ),
    path("awards/<int:campaign_id>/objections/", objection_list.ObjectionList.as_view(), name="objections"),
    path(
        "awards/<int:campaign_id>/objections/new/",
        objection_list.LogObjection.as_view(),
        name="log_objection",
    ),
    path("awards/objections/<int:objection_id>/", objections.ObjectionPage.as_view(), name="objection"),
    path(
        "awards/objections/<int:objection_id>/accept/",
        objections.AcceptObjection.as_view(),
        name="accept_objection",
    ),
    path(
        "awards/objections/<int:objection_id>/report/",
        objections.ReportObjection.as_view(),
        name="report_objection",
    ),
    path(
        "awards/objections/<int:objection_id>/objector/",
        objections.ReadObjector.as_view(),
        name="read_objector",
    ),
    path(
        "awards/objections/<int:objection_id>/files/<uuid:public_id>/",
        objections.ObjectionFile.as_view(),
        name="objection_file",
    ),
    path("public/honours/", honour_roll.HonourRoll.as_view(), name="honour_roll"),
    path("public/notices/", public.NoticeBoard.as_view(), name="notice_board"),
    path("public/notices/<uuid:public_id>/", public.PublicNoticePage.as_view(), name="public_notice"),
    path("public/notices/<uuid:public_id>/letter.pdf", public.NoticeLetter.as_view(), name="notice_letter"),
    path(
        "public/notices/<uuid:public_id>/object/<int:name_id>/", public.ObjectTo.as_view(), name="object_to"
    ),
    path("public/objections/<uuid:public_id>/", public.ObjectionReceipt.as_view(), name="objection_receipt"),
]
