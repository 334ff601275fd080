"""What several forms of the registry use."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..models import Organization
from ..rules.reference import industry_sections

DATE_ERRORS = {"invalid": _("请按“2014-05-31”的形式填写日期。")}


def section_choices() -> list[tuple[str, str]]:
    return [(code, f"{code} {name}") for code, name in industry_sections().items()]


class PlaceChoice(forms.ModelChoiceField):
    def label_from_instance(self, organization: Organization) -> str:
        return organization.display_name


class DayInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self, **attrs: object):
        super().__init__(format="%Y-%m-%d", attrs=attrs)


def name_missing_fields(form: forms.BaseForm) -> None:
    """Let the message for an empty required field name the field."""
    for field in form.fields.values():
        if field.required:
            kind = (
                gettext("请选择“%(field)s”。")
                if hasattr(field, "choices")
                else gettext("请填写“%(field)s”。")
            )
            field.error_messages["required"] = kind % {"field": field.label}
