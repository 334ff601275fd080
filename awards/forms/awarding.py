"""What is chosen and written where awards are decided and certificates issued."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import AwardCampaign, Nomination

LONGEST = 600


class ChosenForm(forms.Form):
    """The nominations on which something is done together; ``chosen`` once valid. All are preset."""

    use_required_attribute = False
    nominees = forms.MultipleChoiceField(
        label=gettext_lazy("对象"),
        error_messages={
            "required": gettext_lazy("请至少选择一个对象。"),
            "invalid_choice": gettext_lazy("所选对象已不在这一环节，请刷新页面后重新选择。"),
        },
    )

    def __init__(self, data: Any = None, *, nominations: Sequence[Nomination], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.nominations = list(nominations)
        field: Any = self.fields["nominees"]
        field.choices = [(str(one.pk), one.name) for one in self.nominations]
        field.initial = [str(one.pk) for one in self.nominations]

    @property
    def chosen(self) -> list[Nomination]:
        picked = set(self.cleaned_data["nominees"])
        return [one for one in self.nominations if str(one.pk) in picked]


class DecisionForm(ChosenForm):
    """The words of the commendation decision, with the usual ones preset."""

    introduction = forms.CharField(
        label=gettext_lazy("决定缘由"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4})
    )
    call = forms.CharField(
        label=gettext_lazy("号召和要求"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, data: Any = None, *, campaign: AwardCampaign, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        values = {"year": campaign.year, "work": campaign.work}
        # The decision is an official document: Chinese in every language.
        self.fields["introduction"].initial = (
            "{year}年，全区各级团组织围绕中心、服务大局，在{work}中涌现出一批先进典型。为表彰先进、树立榜样，"
            "经推荐、审查、评审和公示，我委决定："
        ).format(**values)
        self.fields["call"].initial = (
            "希望受表彰的集体和个人珍惜荣誉、再接再厉，发挥示范带动作用。全区各级团组织和广大团员青年要以先进为榜样，"
            "开拓进取、扎实工作，为推动{work}作出新的贡献。"
        ).format(**values)

    def clean_call(self) -> str:
        text: str = self.cleaned_data["call"]
        if "\n\n" in text.strip():
            raise forms.ValidationError(_("请写成一段，不要空行。"))
        return text
