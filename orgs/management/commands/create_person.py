"""Create the first people of an installation; everybody else is appointed in the pages."""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from orgs.enums import Role
from orgs.models import Organization, Person
from orgs.permissions import appoint


class Command(BaseCommand):
    help = "Create a person with a post and print the one-time link for the password."

    def add_arguments(self, parser):
        parser.add_argument("name")
        parser.add_argument("username")
        parser.add_argument("role", choices=list(Role))
        parser.add_argument("place", help="code of the organization, e.g. 110108011; 110108 is the district")

    def handle(self, name: str, username: str, role: str, place: str, **options):
        organization = Organization.objects.filter(code=place).first()
        if organization is None:
            raise CommandError(f"No organization has the code {place}; see the list of organizations.")
        if Person.objects.filter(username=username).exists():
            raise CommandError(f"The user name {username} is taken.")
        with transaction.atomic():
            person = Person(name=name, username=username)
            person.set_unusable_password()
            person.save()
            try:
                appoint(person, Role(role), organization, by=None, on=timezone.localdate())
            except ValidationError as problem:
                raise CommandError(problem.messages[0]) from problem
        uid = urlsafe_base64_encode(force_bytes(person.pk))
        link = reverse("password_reset_confirm", args=[uid, default_token_generator.make_token(person)])
        self.stdout.write(f"{settings.BASE_URL}{link}")
