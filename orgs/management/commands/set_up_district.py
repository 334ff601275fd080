"""Set up the district: League tree, calendar, rule sets. Keeps what is there."""

from django.core.management.base import BaseCommand

from orgs.actions.district import set_up_district


class Command(BaseCommand):
    help = "Create the League tree with its streets and towns, the calendar and the rule sets."

    def handle(self, *args, **options):
        district = set_up_district()
        self.stdout.write(f"{district.name}: ready.")
