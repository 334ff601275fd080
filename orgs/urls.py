"""Registry."""

from django.urls import path

from .views import accounts, imports, merging, organizations, unit_form, units

urlpatterns: list = [
    path("organizations/", organizations.OrganizationList.as_view(), name="organizations"),
    path("organizations/export/", organizations.ExportOrganizations.as_view(), name="export_organizations"),
    path("organizations/<int:pk>/", organizations.OrganizationPage.as_view(), name="organization"),
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
    path("units/<int:pk>/merge/", merging.MergeUnit.as_view(), name="merge_unit"),
]
