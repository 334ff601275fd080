"""Units that enter the register get their survey: the last step of an import of the baseline register."""

import datetime as dt
import time
from collections import Counter
from pathlib import Path
from typing import IO

from django.conf import settings
from django.contrib import messages
from django.core.files import File
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from orgs.access import PersonRequest, holding
from orgs.actions.register_applying import ImportClosed, apply_import
from orgs.actions.register_import import preview_register
from orgs.enums import OrganizationLevel
from orgs.imports import read_register
from orgs.models import Organization, Person, RegisterImport
from orgs.permissions import Perm, require
from records.uploads import store_upload

from .starting import SurveyOpening

PORTION = 100
PATIENCE = 15  # seconds
DEMO_REGISTER: Path = settings.BASE_DIR / "fixtures" / "demo_baseline_register.xlsx"


def apply_register(
    register_import: RegisterImport, *, by: Person, at: dt.datetime, limit: int = 500
) -> Counter[str]:
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


def apply_for_a_while(register_import: RegisterImport, *, by: Person) -> Counter[str]:
    """Apply portion after portion for as long as a person waits for a page; the rest waits for the next request."""
    done: Counter[str] = Counter()
    started = time.monotonic()
    while True:
        part = apply_register(register_import, by=by, at=timezone.now(), limit=PORTION)
        left = part.pop("waiting")
        done += part
        if not left or not part or time.monotonic() - started > PATIENCE:
            done["waiting"] = left
            return done


class ApplyRegisterImport(View):
    """Import what is ready: rows that are new, that update a unit, or that a person decided on."""

    access = holding(Perm.IMPORT_REGISTER)
    http_method_names = ["post"]

    def post(self, request: PersonRequest, import_id: int) -> HttpResponse:
        register_import = get_object_or_404(
            RegisterImport.objects.select_related("organization"), pk=import_id
        )
        require(request.user, Perm.IMPORT_REGISTER, register_import.organization, on=timezone.localdate())
        try:
            done = apply_for_a_while(register_import, by=request.user)
        except ImportClosed as closed:
            messages.error(request, str(closed))
        else:
            tell_result(request, done)
        return HttpResponseRedirect(reverse("register_import", args=[import_id]))


def tell_result(request: PersonRequest, done: Counter[str]) -> None:
    """Say what became of the rows, and what is left to do."""
    values = {key: done[key] for key in ("created", "updated", "merged", "skipped", "waiting")}
    if not any(done[key] for key in ("created", "updated", "merged", "skipped")):
        messages.info(request, _("没有可以导入的行。请先处理疑似重复和有误的行。"))
        return
    text = _("已导入：新增 %(created)d 家，更新 %(updated)d 家，并入 %(merged)d 家，跳过 %(skipped)d 行。")
    if done["created"]:
        text = _(
            "已导入：新增 %(created)d 家，更新 %(updated)d 家，并入 %(merged)d 家，跳过 %(skipped)d 行。"
            "新增的单位已开始摸底，走访任务已送到建团指导员。"
        )
    messages.success(request, text % values)
    if done["waiting"]:
        messages.warning(request, _("还有 %(waiting)d 行没有导入，请再按一次“确认导入”继续。") % values)
