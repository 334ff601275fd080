"""Render one of every kind of document from the data in the database."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from orgs.acceptance_report import report_pdf
from orgs.enums import Role
from orgs.models import Acceptance, Inspection, Post
from orgs.visit_lists import visits_pdf
from records.documents import KINDS, render
from records.models import Document
from workflows.models import Case
from workflows.sheets import sheet_pdf


def issued(kind: str) -> bytes | None:
    """The first document of a kind."""
    document = Document.objects.filter(kind=kind).order_by("pk").first()
    return render(document) if document else None


def decision_sheet(on: dt.date) -> bytes:
    case = Case.objects.filter(stage="registered").order_by("pk").first()
    if case is None:
        raise CommandError("No finished founding yet; load the demo first.")
    return sheet_pdf(case.coerced, on=on)


def visit_list(on: dt.date) -> bytes | None:
    """The day of the first visit."""
    visits = Inspection.objects.exclude(state=Inspection.State.CANCELLED).select_related("inspector")
    first = visits.order_by("planned_at", "pk").first()
    if first is None:
        return None
    day = timezone.localdate(first.planned_at)
    rows = [
        one for one in visits.filter(inspector=first.inspector) if timezone.localdate(one.planned_at) == day
    ]
    return visits_pdf(rows, inspector=first.inspector, issuer=first.acceptance.affiliation, day=day, on=on)


def acceptance_report(on: dt.date) -> bytes | None:
    """The report with the most rounds, as the handler of its sub-district sees it."""
    sent = Acceptance.objects.filter(findings_sent_on__isnull=False)
    acceptance = sent.order_by("-inspection_round", "pk").first()
    if acceptance is None:
        return None
    roles = (Role.SUBDISTRICT_HANDLER, Role.DISTRICT_HANDLER)
    post = Post.objects.filter(organization=acceptance.affiliation, role__in=roles).order_by("pk").first()
    return report_pdf(acceptance, person=post.person, on=on) if post else None


FORMS: dict[str, Callable[[dt.date], bytes | None]] = {
    "decision_sheet": decision_sheet,
    "visit_list": visit_list,
    "acceptance_report": acceptance_report,
}


class Command(BaseCommand):
    help = "Render one of every kind of document that was issued into DIR, named <kind>.pdf."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path)

    def handle(self, *args: Any, directory: Path, **options: Any) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        for kind in KINDS.values():
            pdf = issued(kind.name) if kind.numbered else FORMS[kind.name](timezone.localdate())
            if pdf is None:
                self.stdout.write(f"{kind.name}: none yet")
                continue
            (directory / f"{kind.name}.pdf").write_bytes(pdf)
            self.stdout.write(f"{kind.name}.pdf {len(pdf):,} bytes")
