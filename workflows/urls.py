"""Desk, cases, tasks, files, documents, notices, and how flows begin."""

from django.urls import path

from .founding.starting import StartFounding
from .founding.views import DraftReply, RosterTemplate
from .survey.importing import ApplyRegisterImport
from .survey.starting import StartSurvey
from .views.bulk import BulkProgress, DecideInBulk
from .views.case import CaseDetail, CaseDiagram, CaseList, ExportCases
from .views.desk import ClaimTask, Desk, NextTask, UnclaimTask
from .views.drafts import DraftDesk
from .views.files import DownloadFile, OpenDocument, VerifyDocument, VerifyForm
from .views.notices import NoticeList, NoticeSettings, OpenNotice, ReadAllNotices, Unsubscribe
from .views.sheets import CaseSheet, CaseSheets
from .views.task import PerformTask, WithdrawCase
from .views.tools import UseTool
from .views.verifying import IssuerCertificates, VerifyFile

urlpatterns = [
    path("", Desk.as_view(), name="desk"),
    path("next/", NextTask.as_view(), name="next_task"),
    path("bulk/", DecideInBulk.as_view(), name="bulk"),
    path("bulk/<int:bulk_id>/", BulkProgress.as_view(), name="bulk_progress"),
    path("cases/", CaseList.as_view(), name="cases"),
    path("cases/export/", ExportCases.as_view(), name="export_cases"),
    path("cases/sheets/", CaseSheets.as_view(), name="case_sheets"),
    path("cases/<int:case_id>/", CaseDetail.as_view(), name="case"),
    path("cases/<int:case_id>/diagram/", CaseDiagram.as_view(), name="case_diagram"),
    path("cases/<int:case_id>/sheet/", CaseSheet.as_view(), name="case_sheet"),
    path("cases/<int:case_id>/tasks/<int:task_id>/", PerformTask.as_view(), name="task"),
    path("cases/<int:case_id>/tasks/<int:task_id>/claim/", ClaimTask.as_view(), name="claim"),
    path("cases/<int:case_id>/tasks/<int:task_id>/unclaim/", UnclaimTask.as_view(), name="unclaim"),
    path("cases/<int:case_id>/tasks/<int:task_id>/withdraw/", WithdrawCase.as_view(), name="withdraw"),
    path("cases/<int:case_id>/tasks/<int:task_id>/draft-reply/", DraftReply.as_view(), name="draft_reply"),
    path("cases/<int:case_id>/tasks/<int:task_id>/<slug:tool>/", UseTool.as_view(), name="use_tool"),
    path("founding/roster-template/", RosterTemplate.as_view(), name="roster_template"),
    path("units/<int:unit_id>/founding/", StartFounding.as_view(), name="start_founding"),
    path("units/<int:unit_id>/survey/", StartSurvey.as_view(), name="start_survey"),
    path("units/import/<int:import_id>/apply/", ApplyRegisterImport.as_view(), name="apply_register_import"),
    path("drafts/<str:key>/", DraftDesk.as_view(), name="draft"),
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
]
