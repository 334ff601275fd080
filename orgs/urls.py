"""Registry."""

from django.urls import include, path

from .views import (
    acceptance_pages,
    acceptances,
    accounts,
    batches,
    delegations,
    documents,
    imports,
    inspections,
    merging,
    organizations,
    progress,
    seals,
    standard_editor,
    standard_import,
    standards,
    unit_form,
    units,
    webhooks,
)

urlpatterns: list = [
    path("organizations/", organizations.OrganizationList.as_view(), name="organizations"),
    path("organizations/export/", organizations.ExportOrganizations.as_view(), name="export_organizations"),
    path("organizations/<int:pk>/", organizations.OrganizationPage.as_view(), name="organization"),
    # Registers of documents, and their print batches; the PDF itself is an address of the processes.
    path("documents/", documents.OwnRegister.as_view(), name="documents"),
    path("documents/<int:document_id>/register/", documents.DocumentPage.as_view(), name="document_page"),
    path("organizations/<int:pk>/documents/", documents.DocumentRegister.as_view(), name="document_register"),
    path(
        "organizations/<int:pk>/documents/export/",
        documents.ExportDocuments.as_view(),
        name="export_documents",
    ),
    path(
        "organizations/<int:pk>/documents/change/",
        documents.ChangeDocuments.as_view(),
        name="change_documents",
    ),
    path("organizations/<int:pk>/documents/print/", batches.PrintBatches.as_view(), name="print_batches"),
    path("documents/print/<int:batch_id>/", batches.PrintBatchPage.as_view(), name="print_batch"),
    path("documents/print/<int:batch_id>/cancel/", batches.CancelBatch.as_view(), name="cancel_batch"),
    path("documents/print/<int:batch_id>/resume/", batches.ResumeBatch.as_view(), name="resume_batch"),
    path(
        "documents/print/<int:batch_id>/print.pdf",
        batches.DownloadBatch.as_view(part="print"),
        name="batch_print_file",
    ),
    path(
        "documents/print/<int:batch_id>/documents.zip",
        batches.DownloadBatch.as_view(part="archive"),
        name="batch_archive",
    ),
    path("progress/", progress.ProgressPage.as_view(), name="progress"),
    # Acceptances over time; a single one is a case of the processes.
    path("acceptances/", acceptances.AcceptanceList.as_view(), name="acceptances"),
    path("acceptances/export/", acceptances.ExportAcceptances.as_view(), name="export_acceptances"),
    path("acceptances/overview/", acceptances.AcceptanceOverview.as_view(), name="acceptance_overview"),
    path(
        "acceptances/overview/export/",
        acceptances.ExportOverview.as_view(),
        name="export_acceptance_overview",
    ),
    path(
        "acceptances/<int:acceptance_id>/report/",
        acceptance_pages.AcceptanceReport.as_view(),
        name="acceptance_report",
    ),
    path(
        "acceptances/<int:acceptance_id>/revoke/",
        acceptance_pages.RevokeAcceptance.as_view(),
        name="revoke_acceptance",
    ),
    # The six-haves standard: read by everybody, written by the district.
    path("standard/", standards.StandardPage.as_view(), name="standard"),
    path("standard/compare/", standards.CompareStandards.as_view(), name="standard_compare"),
    path("standard/export/", standards.ExportStandard.as_view(), name="standard_export"),
    path("standard/edit/", standard_editor.EditStandard.as_view(), name="standard_edit"),
    path("standard/preview/", standard_editor.PreviewStandard.as_view(), name="standard_preview"),
    path("standard/review/", standard_editor.ReviewStandard.as_view(), name="standard_review"),
    path("standard/discard/", standard_editor.DiscardStandard.as_view(), name="standard_discard"),
    path("standard/import/", standard_import.ImportStandard.as_view(), name="standard_import"),
    path("organizations/<int:pk>/seal/", seals.SealPage.as_view(), name="seal"),
    path("organizations/<int:pk>/seal/<int:seal_id>/", seals.SealPicture.as_view(), name="seal_picture"),
    path(
        "organizations/<int:pk>/seal/<int:seal_id>/withdraw/",
        seals.WithdrawSeal.as_view(),
        name="withdraw_seal",
    ),
    path("seal/", seals.OwnSeal.as_view(), name="own_seal"),
    path("organizations/<int:pk>/webhooks/", webhooks.Webhooks.as_view(), name="webhooks"),
    *(
        path(
            f"organizations/<int:pk>/webhooks/<int:webhook_id>/{what}/",
            webhooks.ChangeWebhook.as_view(what=what),
            name=f"{what}_webhook",
        )
        for what in ("test", "rotate", "pause", "resume", "remove", "resend")
    ),
    path("webhooks/", webhooks.OwnWebhooks.as_view(), name="own_webhooks"),
    path("delegations/", delegations.Delegations.as_view(), name="delegations"),
    path("delegations/choose/", delegations.ChoosePost.as_view(), name="choose_delegation"),
    path("delegations/posts/<int:post_id>/", delegations.Delegate.as_view(), name="delegate"),
    path("delegations/<int:delegation_id>/end/", delegations.EndDelegation.as_view(), name="end_delegation"),
    path("units/", units.UnitList.as_view(), name="units"),
    path("units/export/", units.ExportUnits.as_view(), name="export_units"),
    path("units/new/", unit_form.AddUnit.as_view(), name="add_unit"),
    path("units/<int:pk>/", units.UnitPage.as_view(), name="unit"),
    path("units/<int:pk>/edit/", unit_form.EditUnit.as_view(), name="edit_unit"),
    path("units/<int:pk>/contact/", units.RevealContact.as_view(), name="reveal_contact"),
    path("units/<int:pk>/accounts/", accounts.UnitAccounts.as_view(), name="unit_accounts"),
    path("units/<int:pk>/accounts/<int:post_id>/end/", accounts.EndUnitPost.as_view(), name="end_unit_post"),
    path("units/<int:pk>/accounts/<int:post_id>/link/", accounts.IssueLink.as_view(), name="issue_link"),
    # Importing the baseline register; applying an import is an address of the processes.
    path("units/import/", imports.RegisterImports.as_view(), name="register_imports"),
    path("units/import/template/", imports.RegisterTemplate.as_view(), name="register_template"),
    path("units/import/<int:import_id>/", imports.RegisterImportDetail.as_view(), name="register_import"),
    path(
        "units/import/<int:import_id>/rows/<int:number>/",
        imports.RegisterImportRow.as_view(),
        name="register_import_row",
    ),
    path("units/import/<int:import_id>/faulty/", imports.FaultyRows.as_view(), name="register_import_faulty"),
    path("units/import/<int:import_id>/abandon/", imports.AbandonImport.as_view(), name="abandon_import"),
    # What the inspectors' phones talk to.
    path("inspections/", inspections.InspectionCalendar.as_view(), name="inspections"),
    path(
        "inspections/<str:day>/<int:inspector_id>/visits.pdf",
        inspections.PrintVisits.as_view(),
        name="print_visits",
    ),
    path("inspections/visits.ics", inspections.VisitsFile.as_view(), name="visits_file"),
    path("inspections/<uuid:visit_id>/reschedule/", inspections.Reschedule.as_view(), name="reschedule"),
    path("inspections/api/", include("orgs.inspection_urls")),
    path("inspections/app/", include("orgs.inspection_app_urls")),
    path("units/<int:pk>/merge/", merging.MergeUnit.as_view(), name="merge_unit"),
]
