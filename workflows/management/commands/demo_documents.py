"""Render one of every kind of document from the data in the database."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from records.documents import KINDS, render
from records.models import Document
from workflows.models import Case
from workflows.sheets import sheet_pdf


class Command(BaseCommand):
    help = "Render one of every kind of document that was issued into DIR, named <kind>.pdf."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path)

    def handle(self, *args: Any, directory: Path, **options: Any) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        for kind in KINDS.values():
            if kind.numbered:
                document = Document.objects.filter(kind=kind.name).order_by("pk").first()
                if document is None:
                    self.stdout.write(f"{kind.name}: none was issued yet")
                    continue
                pdf = render(document)
            else:
                case = Case.objects.filter(stage="registered").order_by("pk").first()
                if case is None:
                    raise CommandError("No finished founding yet; load the demo first.")
                pdf = sheet_pdf(case.coerced, on=timezone.localdate())
            (directory / f"{kind.name}.pdf").write_bytes(pdf)
            self.stdout.write(f"{kind.name}.pdf {len(pdf):,} bytes")
