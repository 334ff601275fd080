"""Fields whose errors name what to do."""

import datetime as dt
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import BaseValidator
from django.utils.translation import gettext_lazy as _

from records.documents import MissingGlyph
from records.documents.assets import check_glyphs

DATE_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]
MOST_PEOPLE = 1_000_000
ACCEPTED = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx"


def printable(text: str) -> None:
    """Refuse characters that the official documents cannot print. Raises ValidationError."""
    hidden = [
        char
        for char in text
        if unicodedata.category(char) in ("Cc", "Cf", "Co", "Cn") and char not in "\r\n\t"
    ]
    if hidden:
        raise ValidationError(_("含有看不见的控制字符，请删除后重新输入。"))
    try:
        check_glyphs(text)
    except MissingGlyph as missing:
        raise ValidationError(
            _("“%(characters)s”不能印入公文，请改用规范汉字。") % {"characters": missing.characters}
        ) from missing


def say(field: forms.Field, code: str, message: Any) -> None:
    """Let a field's own validator of a kind say what to do."""
    for validator in field.validators:
        if isinstance(validator, BaseValidator) and validator.code == code:
            validator.message = message


class Text(forms.CharField):
    """Text that goes into documents."""

    default_validators = [printable]

    def __init__(self, *, rows: int = 0, **kwargs: Any) -> None:
        if rows:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)
        self.error_messages["required"] = _("请填写%(label)s。") % {"label": self.label}
        self.error_messages["max_length"] = _("最多 %(limit_value)d 字，现有 %(show_value)d 字，请精简。")
        say(self, "max_length", self.error_messages["max_length"])


class Day(forms.DateField):
    """A day, written as 2014-09-05 or in one of the usual Chinese ways."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(input_formats=DATE_FORMATS, widget=widget, **kwargs)
        self.error_messages["required"] = _("请填写%(label)s。") % {"label": self.label}
        self.error_messages["invalid"] = _("%(label)s不是有效日期，请按 2014-09-05 的格式填写。") % {
            "label": self.label
        }


class Count(forms.IntegerField):
    """A number of persons or ballots."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 0)
        kwargs.setdefault("max_value", MOST_PEOPLE)
        super().__init__(**kwargs)
        names = {"label": self.label}
        self.error_messages["required"] = _("请填写%(label)s，没有的填 0。") % names
        self.error_messages["invalid"] = _("%(label)s应为整数，请只填数字。") % names
        say(self, "min_value", _("不能小于 %(limit_value)s，请按实际情况更正。"))
        say(self, "max_value", _("不能大于 %(limit_value)s，请核对。"))
        self.widget.attrs["inputmode"] = "numeric"


class Files(forms.FileField):
    """Files that the form itself checks and stores or reads, one by one."""

    class Input(forms.FileInput):
        allow_multiple_selected = True

    def __init__(
        self, *, accept: str = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx", multiple: bool = True, **kwargs: Any
    ) -> None:
        attrs = {"accept": accept} | ({"multiple": True} if multiple else {})
        super().__init__(widget=self.Input(attrs=attrs), required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        return data


def future_problem(day: dt.date | None, on: dt.date, label: object) -> str:
    """What to say about a day after today; empty when it is none."""
    if day is None or day <= on:
        return ""
    return str(
        _("%(label)s %(day)s 晚于今天（%(today)s），请填写实际日期。")
        % {"label": label, "day": day.isoformat(), "today": on.isoformat()}
    )
