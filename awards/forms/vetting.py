"""Forms of consultation letters: whom to ask about whom, and what was replied."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.forms.fields import DATE_ERRORS, DayInput

from ..actions.vetting import Asked, Reply
from ..enums import Answer
from ..models import AwardCampaign, ConsultationAnswer, Nomination


class LetterForm(forms.Form):
    """The offices of the rules, one more in words, the nominees, and by when to reply."""

    offices = forms.MultipleChoiceField(
        label=gettext_lazy("征求意见单位"), required=False, widget=forms.CheckboxSelectMultiple
    )
    addressee = forms.CharField(label=gettext_lazy("其他单位"), required=False, max_length=80)
    asked = forms.CharField(label=gettext_lazy("征求意见事项"), required=False, max_length=300)
    due_on = forms.DateField(label=gettext_lazy("答复期限"), widget=DayInput(), error_messages=DATE_ERRORS)
    nominees = forms.MultipleChoiceField(
        label=gettext_lazy("征求意见对象"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("有对象已不在考察环节，请刷新页面。")},
    )
    use_required_attribute = False

    def __init__(
        self, *args: Any, campaign: AwardCampaign, nominations: Sequence[Nomination], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known = campaign.rules["consulted"]
        self.nominations = {str(one.pk): one for one in nominations}
        offices: Any = self.fields["offices"]
        offices.choices = [
            (str(number), _("%(addressee)s：%(asked)s") % one) for number, one in enumerate(self.known)
        ]
        nominees: Any = self.fields["nominees"]
        nominees.choices = [(key, one.name) for key, one in self.nominations.items()]
        self.fields["due_on"].error_messages["required"] = _("请填写答复期限。")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        addressee, asked = data.get("addressee"), data.get("asked")
        if addressee and not asked:
            self.add_error("asked", _("请填写向该单位征求什么意见。"))
        if asked and not addressee:
            self.add_error("addressee", _("请填写征求意见的单位名称。"))
        if not data.get("offices") and not addressee and "offices" not in self.errors:
            self.add_error("offices", _("请至少选择一个单位，或填写其他单位。"))
        if not data.get("nominees") and "nominees" not in self.errors:
            self.add_error("nominees", _("请至少选择一个对象。"))
        return data

    @property
    def chosen_offices(self) -> list[Asked]:
        found = [
            Asked(self.known[int(one)]["addressee"], self.known[int(one)]["asked"])
            for one in self.cleaned_data["offices"]
        ]
        if self.cleaned_data.get("addressee"):
            found.append(Asked(self.cleaned_data["addressee"], self.cleaned_data["asked"]))
        return found

    @property
    def chosen(self) -> list[Nomination]:
        return [self.nominations[key] for key in self.cleaned_data["nominees"]]


class AnswerRow(NamedTuple):
    """One nominee of a letter with its fields; none where nothing may be recorded any more."""

    row: ConsultationAnswer
    answer: Any
    text: Any


class AnswersForm(forms.Form):
    """What one office replied about its nominees; what is left open stays open."""

    answered_on = forms.DateField(
        label=gettext_lazy("答复日期"), widget=DayInput(), error_messages=DATE_ERRORS
    )
    scan = forms.FileField(
        label=gettext_lazy("复函扫描件"),
        required=False,
        help_text=gettext_lazy("PDF 或图片。只对区级评选工作人员开放。"),
    )
    use_required_attribute = False

    def __init__(self, *args: Any, answers: Sequence[ConsultationAnswer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answers = list(answers)
        self.fields["answered_on"].error_messages["required"] = _("请填写答复日期。")
        for one in self.answers:
            name = {"name": one.nomination.name}
            self.fields[f"answer_{one.pk}"] = forms.ChoiceField(
                label=_("%(name)s 答复") % name,
                choices=[("", _("尚未答复")), *Answer.choices],
                required=False,
                initial=one.answer,
                widget=forms.Select(attrs={"class": "form-select"}),
            )
            self.fields[f"text_{one.pk}"] = forms.CharField(
                label=_("%(name)s 意见内容") % name,
                required=False,
                max_length=500,
                initial=one.text,
                widget=forms.TextInput(
                    attrs={"class": "form-control", "placeholder": _("有不同意见的，写明内容")}
                ),
            )

    @property
    def rows(self) -> list[AnswerRow]:
        return [AnswerRow(one, self[f"answer_{one.pk}"], self[f"text_{one.pk}"]) for one in self.answers]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for one in self.answers:
            answer, text = data.get(f"answer_{one.pk}"), data.get(f"text_{one.pk}") or ""
            if answer == Answer.OBJECTED and not text.strip():
                self.add_error(f"text_{one.pk}", _("有不同意见的，请填写意见内容。"))
            if one.answer and not answer:
                self.add_error(f"answer_{one.pk}", _("已登记的答复可以更正，不能删去。"))
        if not self.errors and not self.replies:
            self.add_error(None, _("请至少登记一个对象的答复。"))
        return data

    @property
    def replies(self) -> dict[ConsultationAnswer, Reply]:
        """What is new or was changed."""
        found = {}
        for one in self.answers:
            answer, text = self.cleaned_data.get(f"answer_{one.pk}"), self.cleaned_data.get(f"text_{one.pk}")
            if answer and (answer, text or "") != (one.answer, one.text):
                found[one] = Reply(Answer(answer), text or "")
        return found
