"""Forms of what is done with an objection: accepting, appointing, reporting, resolving, reading by whom it is."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orgs.forms.fields import name_missing_fields
from orgs.models import Post

from .objections import Evidence


class AcceptanceForm(forms.Form):
    """Accept, or refuse with the reason that the objector reads."""

    ACCEPT, DISMISS = "accept", "dismiss"
    decision = forms.ChoiceField(
        label=_("是否受理"),
        choices=((ACCEPT, _("受理")), (DISMISS, _("不予受理"))),
        widget=forms.RadioSelect,
    )
    checkable = forms.BooleanField(
        label=_("反映的事实具体，可以核查"), required=False, help_text=_("匿名异议只在这一情形下受理。")
    )
    reason = forms.CharField(
        label=_("不予受理的理由"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
        help_text=_("异议人凭回执可以看到；不要写任何人的姓名。"),
    )

    def __init__(self, *args: Any, anonymous: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not anonymous:
            del self.fields["checkable"]
        name_missing_fields(self)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("decision") == self.DISMISS and not data.get("reason", "").strip():
            self.add_error("reason", gettext("不予受理请写明理由。"))
        if data.get("decision") == self.ACCEPT and "checkable" in self.fields and not data.get("checkable"):
            self.add_error(
                "checkable", gettext("匿名异议须有可以核查的具体事实才受理，请核对后勾选，或者不予受理。")
            )
        return data


class InvestigatorsForm(forms.Form):
    """Who investigates: one or two people, chosen from those who took no part."""

    first = forms.ChoiceField(label=_("调查人"))
    second = forms.ChoiceField(label=_("另一调查人"), required=False)

    def __init__(self, *args: Any, posts: Iterable[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: dict[str, dict[str, str]] = {}
        for post in posts:
            assert post.organization is not None  # candidates have posts in the League only
            people = groups.setdefault(post.organization.display_name, {})
            people.setdefault(str(post.person_id), post.person.name)
        choices = [("", gettext("请选择")), *((place, list(rows.items())) for place, rows in groups.items())]
        for field in self.fields.values():
            field.choices = choices
        name_missing_fields(self)

    @property
    def chosen(self) -> list[int]:
        """Ids of the persons, each once."""
        found = [self.cleaned_data["first"], self.cleaned_data["second"]]
        return list(dict.fromkeys(int(one) for one in found if one))


class ReportForm(forms.Form):
    """What was found out, and what is proposed."""

    report = forms.CharField(
        label=_("调查报告"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 10, "maxlength": 3000}),
        help_text=_("写明核查了什么、向谁了解、结论和依据；不要写异议人的姓名和可以推知其身份的内容。"),
    )
    proposal = forms.ChoiceField(
        label=_("调查意见"),
        choices=(("founded", _("异议成立")), ("unfounded", _("异议不成立"))),
        widget=forms.RadioSelect,
    )
    files = Evidence(label=_("调查材料"), help_text=_("可选，最多 5 个文件，每个不超过 10 MB。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_missing_fields(self)


class ReadObjectorForm(forms.Form):
    """Why somebody needs to know who objects."""

    reason = forms.CharField(
        label=_("查看理由"), max_length=200, help_text=_("例如：电话核实反映的时间和经过。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_missing_fields(self)


class ResolutionForm(forms.Form):
    """Founded or not, why, and what the objector is told."""

    FOUNDED, UNFOUNDED, BACK = "founded", "unfounded", "back"
    finding = forms.ChoiceField(
        label=_("认定"),
        choices=((FOUNDED, _("异议成立")), (UNFOUNDED, _("异议不成立")), (BACK, _("退回补充调查"))),
        widget=forms.RadioSelect,
    )
    resolution = forms.CharField(
        label=_("认定意见"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 500}),
        help_text=_("异议成立的，作为取消资格的理由记入事项，单位可以看到；不要写可以推知异议人的内容。"),
    )
    reply = forms.CharField(
        label=_("给异议人的答复"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
        help_text=_("异议人凭回执可以看到；不要写任何人的姓名。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_missing_fields(self)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("finding") in (self.FOUNDED, self.UNFOUNDED) and not data.get("reply", "").strip():
            self.add_error("reply", gettext("请填写“%(field)s”。") % {"field": self.fields["reply"].label})
        return data
