"""Load the demo district; does nothing when it is there."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from orgs.models import Person
from workflows.demo import Demo


class Command(BaseCommand):
    help = "Load the demo data (only with DEMO=1). Keeps what is there."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("load_demo needs DEMO=1: it creates demo accounts.")
        if Person.objects.exists():
            self.stdout.write("The demo data is there already.")
            return
        Demo().load()
        self.stdout.write("The demo data is loaded.")
