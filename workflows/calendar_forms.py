"""The forms of the working calendar: some days, a whole year, and the confirmation of what was previewed."""

import datetime as dt
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from orgs.forms.fields import DATE_ERRORS, DayInput, name_missing_fields
from records.calendars import ONE_DAY, DayChange
from records.models import CalendarDay

from .calendar_years import FIRST_YEAR, LAST_YEAR, read_year

MOST_DAYS = 31
ORDINARY = "ordinary"
SALT = "calendar"
KINDS = [
    (CalendarDay.Kind.OFF.value, _("放假休息")),
    (CalendarDay.Kind.WORK.value, _("调休上班")),
    (ORDINARY, _("取消例外，恢复平常（周一至周五上班）")),
]


class DaysForm(forms.Form):
    """What a day, or each day of a range, is to be, and on what grounds."""

    since = forms.DateField(label=_("日期"), widget=DayInput(), error_messages=DATE_ERRORS)
    until = forms.DateField(
        label=pgettext_lazy("last day", "至"),
        required=False,
        widget=DayInput(),
        error_messages=DATE_ERRORS,
        help_text=_("只改一天的不填"),
    )
    kind = forms.ChoiceField(label=_("改为"), choices=KINDS, widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("名称"), required=False, max_length=40, help_text=_("例如“国庆节”“国庆节调休”。")
    )
    source = forms.CharField(
        label=_("来源"),
        required=False,
        max_length=120,
        help_text=_("依据的文件；正式安排尚未公布的，以“暂按”开头，日历上会标明。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_missing_fields(self)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        since, until = values.get("since"), values.get("until") or values.get("since")
        for name in ("since", "until"):
            if values.get(name) and not FIRST_YEAR <= values[name].year <= LAST_YEAR:
                self.add_error(name, _("年份须在 2000 至 2100 之间。"))
        if since and until and until < since:
            self.add_error("until", _("止日早于起日，请核对两个日期。"))
        elif since and until and (until - since).days >= MOST_DAYS:
            self.add_error("until", gettext("一次最多改 %(days)d 天，请分几次。") % {"days": MOST_DAYS})
        if values.get("kind") not in (None, ORDINARY):
            for name in ("name", "source"):
                if not values.get(name):
                    self.add_error(name, self.missing(name))
        return values

    def missing(self, name: str) -> str:
        return gettext("请填写“%(field)s”。") % {"field": self.fields[name].label}

    @property
    def changes(self) -> list[DayChange]:
        """One change for each day of the range."""
        values = self.cleaned_data
        since, until = values["since"], values["until"] or values["since"]
        days = [since + number * ONE_DAY for number in range((until - since).days + 1)]
        if values["kind"] == ORDINARY:
            return [DayChange(day, "") for day in days]
        return [DayChange(day, values["kind"], values["name"], values["source"]) for day in days]


class YearForm(forms.Form):
    """A whole year as a file."""

    file = forms.FileField(
        label=_("一年的日历"),
        help_text=_(
            "Excel 工作簿（.xlsx）或 JSON。文件代表全年：没有列出的日子恢复平常。先预览，确认后才生效。"
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.json"}),
        error_messages={
            "required": _("请选择一年的日历（.xlsx 或 .json）。"),
            "empty": _("文件是空的。请检查后重新选择。"),
            "missing": _("没有收到文件。请重新选择后上传。"),
        },
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if file := values.get("file"):
            try:
                self.year, self.changes = read_year(file)
            except forms.ValidationError as problem:
                self.add_error("file", problem)
        return values


def packed(changes: list[DayChange]) -> str:
    """Previewed changes for a hidden field; signed, so that what is confirmed is what was shown."""
    rows = [(one.day.isoformat(), one.kind, one.name, one.source) for one in changes]
    return signing.dumps(rows, salt=SALT, compress=True)


def unpacked(value: str) -> list[DayChange]:
    """The changes of a hidden field. Raises signing.BadSignature."""
    return [DayChange(dt.date.fromisoformat(day), *rest) for day, *rest in signing.loads(value, salt=SALT)]
