"""The ballot paper of a member, and the decision between tied nominees."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..enums import Choice
from ..models import Ballot, Nomination

PREFIX = "slip_"


class BallotPaper(forms.Form):
    """One choice for every nominee of the vote without a conflict; nothing is chosen beforehand."""

    sure = forms.BooleanField(
        label=_("我已核对，知道选票交出后不能更改、不能收回。"),
        error_messages={"required": _("请在核对后勾选确认。")},
    )

    def __init__(self, data: Any = None, *, papers: Sequence[Ballot]):
        super().__init__(data)
        self.papers = list(papers)
        for number, one in enumerate(self.papers, 1):
            nomination = one.nomination
            self.fields[f"{PREFIX}{nomination.pk}"] = forms.ChoiceField(
                label=gettext("%(number)d. %(name)s") % {"number": number, "name": nomination.name},
                help_text=nomination.unit.name if nomination.person_name else "",
                choices=Choice.choices,
                widget=forms.RadioSelect,
                error_messages={
                    "required": gettext("请对“%(name)s”选择赞成、反对或弃权。") % {"name": nomination.name}
                },
            )
        self.order_fields([*(f"{PREFIX}{one.nomination_id}" for one in self.papers), "sure"])

    @property
    def slips(self) -> list[forms.BoundField]:
        return [self[f"{PREFIX}{one.nomination_id}"] for one in self.papers]

    @property
    def choices(self) -> dict[int, str]:
        """The choice by id of nomination."""
        return {one.nomination_id: self.cleaned_data[f"{PREFIX}{one.nomination_id}"] for one in self.papers}


class TieForm(forms.Form):
    """Which of the tied nominees get the places that are left; without ``tied`` that the place stays empty."""

    chosen = forms.TypedMultipleChoiceField(
        label=_("入选对象"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写入评审纪要。"),
        error_messages={"required": _("请写明决定的理由。")},
    )

    def __init__(self, data: Any = None, *, tied: Iterable[Nomination], free: int):
        super().__init__(data)
        rows = list(tied)
        if not rows:
            del self.fields["chosen"]
            return
        field: Any = self.fields["chosen"]
        field.choices = [(one.pk, one.name) for one in rows]
        field.help_text = gettext("须选定%(free)d个。") % {"free": free}
        field.error_messages = {"required": field.help_text, "invalid_choice": field.help_text}
        self.free = free

    def clean_chosen(self) -> list[int]:
        chosen: list[int] = self.cleaned_data["chosen"]
        if len(chosen) != self.free:
            raise forms.ValidationError(
                gettext("须在并列对象中选定%(free)d个。请更正。") % {"free": self.free}
            )
        return chosen


class ReasonForm(forms.Form):
    """Why a review is opened again."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写明重新评审的理由。")},
    )
