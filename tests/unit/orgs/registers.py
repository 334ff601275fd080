"""Baseline registers for tests, as people would upload them."""

import datetime as dt
import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from orgs.actions.register_import import preview_register
from orgs.models import Organization, Person, RegisterImport
from orgs.rules.survey_columns import COLUMNS
from records.models import StoredFile
from records.workbooks import Column, write_workbook
from tests import factories

AT = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
COLUMN_OF = {column.key: index for index, column in enumerate(COLUMNS)}


def raw(**changes: Any) -> dict[str, Any]:
    """A sound row by column key, with a number of its own."""
    number = factories.organization_code()
    return {
        "sequence": 1,
        "subdistrict": "中关村街道",
        "name": f"北京登记{number}科技有限公司",
        "number_kind": "组织机构代码",
        "number": number,
        "address": f"科学院南路{number}号",
        "kind": "非公有制企业",
        "section": "I",
        "above_scale": "否",
        "above_scale_basis": None,
        "above_scale_on": None,
        "employees": 60,
        "youth": 40,
        "members": 9,
        "party_members": 4,
        "party_organization": "无",
        "has_trade_union": "有",
        "contact_name": "周清扬",
        "contact_phone": "010-55550101",
        "direct_contact": "否",
        "remark": None,
    } | changes


def workbook(rows: list[dict[str, Any]], *, name: str = "底本.xlsx", columns=COLUMNS) -> SimpleUploadedFile:
    """An upload of a workbook with these rows."""
    content = write_workbook(
        [Column(one.header, one.width, one.kind) for one in columns],
        [[row.get(one.key) for one in columns] for row in rows],
        sheet="底本",
        created_at=AT,
    )
    return SimpleUploadedFile(name, io.BytesIO(content).getvalue())


def stored(by: Person) -> StoredFile:
    """The row of an uploaded file, without bytes."""
    return StoredFile.objects.create(
        name="底本.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        size=1,
        sha256="0" * 64,
        path=f"uploads/{StoredFile.objects.count()}",
        purpose="register",
        uploaded_by_id=by.pk,
        uploaded_at=AT,
    )


def preview(rows: list[dict[str, Any]], *, organization: Organization, by: Person) -> RegisterImport:
    """A previewed import; rows are numbered from 2 as under a header."""
    return preview_register(
        list(enumerate(rows, start=2)),
        organization=organization,
        file=stored(by),
        by=by,
        on=timezone.localdate(),
        at=AT,
    )
