"""The forms of the handling tools; each lists the people that the tool's own rule allows."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.models import Person

from .handling import MOST_COPIES
from .models import CoSign


def label_of(person: Person) -> str:
    """A person with their posts, so that two of the same name can be told apart."""
    posts = _("、").join(str(post.label) for post in getattr(person, "posts_here", []))
    return str(_("%(name)s（%(posts)s）") % {"name": person.name, "posts": posts}) if posts else person.name


class NoteForm(forms.Form):
    """A tool that needs no more than an explanation."""

    note = forms.CharField(
        label=_("说明"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in people}
        if "to" in self.fields:
            field: Any = self.fields["to"]
            field.choices = [(key, label_of(one)) for key, one in self.people.items()]

    @property
    def chosen(self) -> list[Person]:
        """The people chosen, in the order of the list."""
        value = self.cleaned_data["to"]
        return [self.people[key] for key in ([value] if isinstance(value, str) else value)]


class ReassignForm(NoteForm):
    """Hand a task to one colleague."""

    to = forms.ChoiceField(
        label=_("转给"), widget=forms.RadioSelect, error_messages={"required": _("请选择接办人。")}
    )
    field_order = ["to", "note"]


class CopyForm(NoteForm):
    """Copy a case to people."""

    to = forms.MultipleChoiceField(
        label=_("抄送给"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选择一位抄送人。")},
        help_text=_("最多 %(most)d 位；只列出能查看本事项的人员。") % {"most": MOST_COPIES},
    )
    field_order = ["to", "note"]


class CosignForm(NoteForm):
    """Ask people for co-signatures; in turn means in the order of the list unless places are given."""

    to = forms.MultipleChoiceField(
        label=_("会签人"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选择一位会签人。")},
    )
    when = forms.ChoiceField(
        label=_("加签时机"),
        widget=forms.RadioSelect,
        initial="before",
        choices=[
            ("before", _("我办理之前：意见收齐后我再办理")),
            ("after", _("我办理之后：我同意后再送会签")),
        ],
    )
    mode = forms.ChoiceField(
        label=_("会签方式"), widget=forms.RadioSelect, initial=CoSign.Mode.ALL, choices=CoSign.Mode.choices
    )
    note = forms.CharField(
        label=_("征求意见的内容"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写明请对方就什么提出意见。")},
    )
    field_order = ["to", "when", "mode", "note"]
