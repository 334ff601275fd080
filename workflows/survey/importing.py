"""Units that enter the register get their survey: the last step of an import of the baseline register."""

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from orgs.actions.register_applying import apply_import
from orgs.actions.register_import import preview_register
from orgs.enums import OrganizationLevel
from orgs.imports import read_register
from orgs.models import Organization, Person, RegisterImport
from records.uploads import store_upload

from .starting import SurveyOpening

DEMO_REGISTER: Path = settings.BASE_DIR / "fixtures" / "demo_baseline_register.xlsx"


def apply_register(register_import: RegisterImport, *, by: Person, at: dt.datetime, limit: int = 500) -> Counter[str]:
    """Apply up to ``limit`` rows of an import and open the survey of each new unit, row by row all or nothing.

    Returns how many rows had which outcome and, under ``"waiting"``, how many are left. Raises ImportClosed.
    """
    opening = SurveyOpening(by=by, on=timezone.localdate(at), at=at)
    return apply_import(register_import, by=by, at=at, after=opening, limit=limit)


def import_register(
    file: IO[bytes], *, name: str, organization: Organization, by: Person, at: dt.datetime
) -> RegisterImport:
    """Upload, preview and apply a register in one go: sound rows become units with an open survey, rows that are
    faulty or likely duplicates wait for a person. Raises RegisterRefused or UploadRefused."""
    sheet = read_register(file)
    with transaction.atomic():
        stored = store_upload(file, purpose="register", by_id=by.pk, about=None, at=at, name=name)
        register_import = preview_register(
            sheet.rows, organization=organization, file=stored, by=by, on=timezone.localdate(at), at=at
        )
    apply_register(register_import, by=by, at=at, limit=len(sheet.rows))
    return register_import


def import_demo_register(*, by: Person, at: dt.datetime) -> RegisterImport:
    """Import the demo workbook into the whole district."""
    district = Organization.objects.get(level=OrganizationLevel.DISTRICT)
    with DEMO_REGISTER.open("rb") as file:
        return import_register(
            File(file), name="海淀区工作底本（演示）.xlsx", organization=district, by=by, at=at
        )
