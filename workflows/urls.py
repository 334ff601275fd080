"""Desk, cases, tasks, files, documents, notices, and how flows begin."""

from django.urls import path

from .acceptance.starting import StartAcceptance
from .acceptance.views.visit_tools import AddVisit, CancelVisit, ReplaceInspector
from .founding.starting import StartFounding
from .founding.views import DraftReply, RosterTemplate
from .nomination import awarding_urls, office_urls, review_urls, unit_urls
from .nomination.views.announcing import ClearNotice, NoticePage, PreviewNotice, PublishNotice
from .nomination.views.objections import AppointInvestigators, ResolveObjection
from .survey.importing import ApplyRegisterImport
from .survey.starting import StartSurvey
from .views.bulk import BulkProgress, DecideInBulk
from .views.calendar import CalendarYear, ChangeCalendar, ConfirmCalendar, ExportCalendar, UploadCalendar
from .views.case import CaseDetail, CaseDiagram
from .views.case_list import CaseList, CaseViewCounts, ExportCases
from .views.case_views import CaseViews, ChangeCaseView, DeleteCaseView, NewCaseView
from .views.desk import ClaimTask, Desk, NextTask, UnclaimTask
from .views.drafts import DraftDesk
from .views.files import DownloadFile, OpenDocument, VerifyDocument, VerifyForm
from .views.notices import NoticeList, NoticeSettings, OpenNotice, ReadAllNotices, Unsubscribe
from .views.phrases import ChangePhrase, DeletePhrase, KeepPhrase, MovePhrase, Phrases
from .views.samples import DrawSample, OpenSample, SampleFile, SampleList, SamplePage, SampleScript
from .views.sheets import CaseSheet, CaseSheets
from .views.task import PerformTask, WithdrawCase
from .views.tools import UseTool
from .views.verifying import IssuerCertificates, VerifyFile

urlpatterns = [
    path("", Desk.as_view(), name="desk"),
    path("next/", NextTask.as_view(), name="next_task"),
    path("bulk/", DecideInBulk.as_view(), name="bulk"),
    path("bulk/<int:bulk_id>/", BulkProgress.as_view(), name="bulk_progress"),
    path("calendar/", CalendarYear.as_view(), name="calendar"),
    path("calendar/change/", ChangeCalendar.as_view(), name="change_calendar"),
    path("calendar/upload/", UploadCalendar.as_view(), name="upload_calendar"),
    path("calendar/confirm/", ConfirmCalendar.as_view(), name="confirm_calendar"),
    path("calendar/export/", ExportCalendar.as_view(), name="export_calendar"),
    path("cases/", CaseList.as_view(), name="cases"),
    path("cases/export/", ExportCases.as_view(), name="export_cases"),
    path("cases/views/", CaseViews.as_view(), name="case_views"),
    path("cases/views/counts/", CaseViewCounts.as_view(), name="case_view_counts"),
    path("cases/views/new/", NewCaseView.as_view(), name="new_case_view"),
    path("cases/views/<int:view_id>/", ChangeCaseView.as_view(), name="change_case_view"),
    path("cases/views/<int:view_id>/delete/", DeleteCaseView.as_view(), name="delete_case_view"),
    path("cases/sheets/", CaseSheets.as_view(), name="case_sheets"),
    path("cases/<int:case_id>/", CaseDetail.as_view(), name="case"),
    path("cases/<int:case_id>/diagram/", CaseDiagram.as_view(), name="case_diagram"),
    path("cases/<int:case_id>/sheet/", CaseSheet.as_view(), name="case_sheet"),
    path("cases/<int:case_id>/tasks/<int:task_id>/", PerformTask.as_view(), name="task"),
    path("cases/<int:case_id>/tasks/<int:task_id>/claim/", ClaimTask.as_view(), name="claim"),
    path("cases/<int:case_id>/tasks/<int:task_id>/unclaim/", UnclaimTask.as_view(), name="unclaim"),
    path("cases/<int:case_id>/tasks/<int:task_id>/withdraw/", WithdrawCase.as_view(), name="withdraw"),
    path("cases/<int:case_id>/tasks/<int:task_id>/phrase/", KeepPhrase.as_view(), name="keep_phrase"),
    path("cases/<int:case_id>/tasks/<int:task_id>/draft-reply/", DraftReply.as_view(), name="draft_reply"),
    path("cases/<int:case_id>/tasks/<int:task_id>/<slug:tool>/", UseTool.as_view(), name="use_tool"),
    path("cases/<int:case_id>/tasks/<int:task_id>/visits/new/", AddVisit.as_view(), name="add_visit"),
    path(
        "cases/<int:case_id>/tasks/<int:task_id>/visits/<uuid:public_id>/replace/",
        ReplaceInspector.as_view(),
        name="replace_inspector",
    ),
    path(
        "cases/<int:case_id>/tasks/<int:task_id>/visits/<uuid:public_id>/cancel/",
        CancelVisit.as_view(),
        name="cancel_visit",
    ),
    path("samples/", SampleList.as_view(), name="samples"),
    path("samples/open/", OpenSample.as_view(), name="open_sample"),
    path("samples/draw_sample.py", SampleScript.as_view(), name="sample_script"),
    path("samples/<int:sample_id>/", SamplePage.as_view(), name="sample"),
    path("samples/<int:sample_id>/draw/", DrawSample.as_view(), name="draw_sample"),
    path("samples/<int:sample_id>/list.json", SampleFile.as_view(kind="json"), name="sample_json"),
    path("samples/<int:sample_id>/list.csv", SampleFile.as_view(kind="csv"), name="sample_csv"),
    path("founding/roster-template/", RosterTemplate.as_view(), name="roster_template"),
    path("units/<int:unit_id>/founding/", StartFounding.as_view(), name="start_founding"),
    path(
        "organizations/<int:organization_id>/acceptance/", StartAcceptance.as_view(), name="start_acceptance"
    ),
    path("awards/notices/<int:announcement_id>/", NoticePage.as_view(), name="award_notice"),
    path("awards/notices/<int:announcement_id>/preview.pdf", PreviewNotice.as_view(), name="preview_notice"),
    path("awards/notices/<int:announcement_id>/publish/", PublishNotice.as_view(), name="publish_notice"),
    path("awards/notices/<int:announcement_id>/clear/", ClearNotice.as_view(), name="clear_notice"),
    path(
        "awards/objections/<int:objection_id>/investigators/",
        AppointInvestigators.as_view(),
        name="appoint_investigators",
    ),
    path(
        "awards/objections/<int:objection_id>/resolve/", ResolveObjection.as_view(), name="resolve_objection"
    ),
    path("units/<int:unit_id>/survey/", StartSurvey.as_view(), name="start_survey"),
    path("units/import/<int:import_id>/apply/", ApplyRegisterImport.as_view(), name="apply_register_import"),
    path("drafts/<str:key>/", DraftDesk.as_view(), name="draft"),
    path("phrases/", Phrases.as_view(), name="phrases"),
    path("phrases/<int:phrase_id>/", ChangePhrase.as_view(), name="change_phrase"),
    path("phrases/<int:phrase_id>/move/", MovePhrase.as_view(), name="move_phrase"),
    path("phrases/<int:phrase_id>/delete/", DeletePhrase.as_view(), name="delete_phrase"),
    path("files/<uuid:public_id>/", DownloadFile.as_view(), name="file"),
    path("documents/<int:document_id>/", OpenDocument.as_view(), name="document"),
    path("notices/", NoticeList.as_view(), name="notices"),
    path("notices/read/", ReadAllNotices.as_view(), name="read_notices"),
    path("notices/settings/", NoticeSettings.as_view(), name="notice_settings"),
    path("notices/unsubscribe/<str:token>/", Unsubscribe.as_view(), name="unsubscribe"),
    path("notices/<int:notice_id>/", OpenNotice.as_view(), name="notice"),
    path("verify/", VerifyForm.as_view(), name="verify_form"),
    path("verify/file/", VerifyFile.as_view(), name="verify_file"),
    path("verify/issuers.pem", IssuerCertificates.as_view(), name="verify_certificates"),
    path("verify/<str:code>/", VerifyDocument.as_view(), name="verify"),
    *awarding_urls.urlpatterns,
    *office_urls.urlpatterns,
    *review_urls.urlpatterns,
    *unit_urls.urlpatterns,
]
