"""Who may read an uploaded file or a document: whoever may see the case, import or unit that it is about."""

import datetime as dt

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext as _

from awards.models import Nomination
from orgs.inspection_access import may_see_acceptance, visible_findings, visible_result
from orgs.models import (
    Acceptance,
    AcceptanceItem,
    Founding,
    Inspection,
    Organization,
    Person,
    RegisterImport,
    Survey,
    Unit,
    Visit,
)
from orgs.permissions import Perm, Verdict, can
from records.models import Document, StoredFile

from .approvals import may_see
from .models import Case

# What an uploaded file can be about, by the name that it is stored with.
SUBJECTS = {
    model._meta.label_lower: model
    for model in (Founding, Survey, Visit, Unit, Acceptance, AcceptanceItem, Inspection, Nomination)
}


def not_yours() -> Verdict:
    return Verdict(
        False,
        _("您不能查看这个文件。"),
        _("文件只对能查看相关事项或单位的人员开放；如工作需要，请联系上传人或办理团组织。"),
    )


def may_read_file(person: Person, stored: StoredFile, *, on: dt.date) -> Verdict:
    """Whether a person may download an uploaded file."""
    if stored.about_type in ("", RegisterImport._meta.label_lower):
        return may_read_import(person, stored, on=on)
    subject = SUBJECTS.get(stored.about_type)
    about = subject._default_manager.filter(pk=stored.about_id or 0).first() if subject else None
    if about is None:
        return not_yours()
    if isinstance(about, Visit):
        about = about.survey
    if isinstance(about, Inspection):
        return may_read_photo(person, about, on=on)
    if isinstance(about, AcceptanceItem):
        about = about.acceptance
    return may_see_about(person, about, on=on)


def may_read_photo(person: Person, inspection: Inspection, *, on: dt.date) -> Verdict:
    """A photo or signature from a visit is read by whoever may see what was found there, and by nobody before."""
    if not visible_result(person, inspection, on):
        return not_yours()
    return may_see_acceptance(person, inspection.acceptance, on)


def may_read_sheet(person: Person, case: Case, *, on: dt.date) -> Verdict:
    """Whether somebody who sees a case may have its sheet, which says what inspectors found and what others think of
    it: not whoever is still to form an opinion alone."""
    about = case.artifact
    if not isinstance(about, Acceptance) or about.total is None or visible_findings(person, about, on):
        return Verdict(True)
    return Verdict(
        False,
        _("审批表载有其他验收员的验收结果，您的现场验收尚未提交，暂不能查看。"),
        _("请先完成并提交本人的现场验收。"),
    )


def may_read_import(person: Person, stored: StoredFile, *, on: dt.date) -> Verdict:
    """A register is read by those who may import into its area; a file about nothing yet by who uploaded it."""
    about = stored.about_id if stored.about_type else None
    imports = RegisterImport.objects.filter(Q(file=stored) | Q(pk=about or 0))
    found = imports.select_related("organization").first()
    if found is not None:
        return can(person, Perm.IMPORT_REGISTER, found.organization, on=on)
    return Verdict(True) if stored.uploaded_by_id == person.pk else not_yours()


def may_read_document(person: Person, document: Document, *, on: dt.date) -> Verdict:
    """Whether a person may open a document: they see its case, its unit, or the register of its issuer."""
    subject = {model._meta.model_name: model for model in (Founding, Acceptance, Nomination)}.get(
        document.about_type
    )
    about = subject._default_manager.filter(pk=document.about_id).first() if subject else None
    if about is not None and (verdict := may_see_about(person, about, on=on)):
        return verdict
    if document.issuer_type == "organization":
        issuer = Organization.objects.filter(pk=document.issuer_id).first()
        if issuer is not None and (verdict := can(person, Perm.VIEW_REGISTRY, issuer, on=on)):
            return verdict
    unit = Unit.objects.select_related("affiliation").filter(pk=document.unit_id or 0).first()
    return may_see_unit(person, unit, on=on) if unit is not None else not_yours()


def may_see_about(
    person: Person, about: Acceptance | Founding | Nomination | Survey | Unit, *, on: dt.date
) -> Verdict:
    """Through the case of a founding, survey, acceptance or nomination, or through the unit."""
    if isinstance(about, Unit):
        return may_see_unit(person, about, on=on)
    kind = ContentType.objects.get_for_model(about)
    cases = Case.objects.filter(artifact_content_type=kind, artifact_object_id=about.pk)
    case = cases.select_related("organization", "unit").first()
    return may_see(person, case, on=on) if case is not None else may_see_unit(person, about.unit, on=on)


def may_see_unit(person: Person, unit: Unit, *, on: dt.date) -> Verdict:
    return can(person, Perm.VIEW_UNIT, unit, on=on) or can(person, Perm.VIEW_REGISTRY, unit, on=on)
