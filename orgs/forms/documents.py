"""Filters of a register of documents, reasons for revoking and reissuing, and orders of print batches."""

from collections.abc import Iterable, Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from records.models import Document

from ..models import Organization
from .fields import name_missing_fields
from .lists import FilterForm


class DocumentFilterForm(FilterForm):
    """Search and filters of a register."""

    place = None
    placeholder = _("编号或标题")
    year = forms.TypedChoiceField(label=_("年份"), required=False, coerce=int, empty_value=None)
    kind = forms.ChoiceField(label=_("文种"), required=False)
    status = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部状态")), *Document.Status.choices]
    )

    def __init__(self, *args, years: Iterable[int], kinds: Sequence[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, _("%(year)d年") % {"year": year}) for year in years]
        self.fields["kind"].choices = [("", _("全部文种")), *kinds]


class IssuerForm(forms.Form):
    """Whose register to look at."""

    issuer = forms.ModelChoiceField(label=_("发文机关"), queryset=None, empty_label=None)

    def __init__(self, *args, issuers: Iterable[Organization], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["issuer"].queryset = issuers
        self.fields["issuer"].label_from_instance = lambda one: one.display_name
        self.fields["issuer"].widget.attrs["class"] = "form-select"


class ReasonForm(forms.Form):
    """Why documents are revoked or reissued; shown in the register and told to the applicants."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        help_text=_("登记簿中长期可查，并通知申请人；不在公开核验页显示。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name_missing_fields(self)


class PrintOrderForm(forms.Form):
    """Which documents to print at once."""

    kind = forms.ChoiceField(label=_("文种"), widget=forms.Select(attrs={"class": "form-select"}))
    year = forms.TypedChoiceField(
        label=_("年份"), coerce=int, widget=forms.Select(attrs={"class": "form-select"})
    )
    first = forms.IntegerField(
        label=_("起始序号"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text=_("不填为从头开始"),
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
    last = forms.IntegerField(
        label=_("截止序号"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text=_("不填为到最后一号"),
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )

    def __init__(self, *args, years: Iterable[int], kinds: Sequence[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, _("%(year)d年") % {"year": year}) for year in years]
        self.fields["kind"].choices = kinds
        name_missing_fields(self)

    def clean(self):
        data = super().clean()
        first, last = data.get("first"), data.get("last")
        if first and last and first > last:
            self.add_error("last", _("截止序号不能小于起始序号。"))
        return data
