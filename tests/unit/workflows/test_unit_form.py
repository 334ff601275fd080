"""The base of the forms of a unit, as far as no page of a flow shows it."""

import pytest
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from tests.web.founding_pages import a_pdf, new_case
from workflows.founding.forms import RegistrationForm

pytestmark = pytest.mark.django_db


def test_files_of_an_undone_transaction_are_not_listed():
    place, case = new_case()
    at = timezone.now()
    form = RegistrationForm(
        QueryDict(),
        MultiValueDict({"file_receipt": [a_pdf()]}),
        artifact=case.artifact,
        on=timezone.localdate(at),
        by=place.person("applicant"),
        at=at,
    )
    with transaction.atomic():
        form.take_files()
        assert form.has_file("file_receipt")
        transaction.set_rollback(True)
    form.forget_stored()
    assert not form.has_file("file_receipt")
