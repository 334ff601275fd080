"""The form of the paper review."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.actions.acceptance.papers import PaperCheck, paper_checks
from orgs.models import Acceptance, AcceptanceItem

from ...forms import StepForm
from ...models import Outcome

# The remark on an item stands beside it, outside of the form's own element.
OUTSIDE = {"form": "decide"}


class PapersForm(StepForm):
    """Remarks on items, the checks of the rules, and whether the papers hold."""

    labels = {Outcome.APPROVED: gettext_lazy("审核通过")}
    question = gettext_lazy("审核结论")
    hint = gettext_lazy("退回时请写明要补正什么；逐项意见写在各项目下面")

    def __init__(self, *args: Any, acceptance: Acceptance, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.acceptance = acceptance
        self.checks = paper_checks(acceptance)
        for check in self.checks:
            self.fields[f"check_{check.code}"] = forms.BooleanField(label=check.text, required=False)
        for item in acceptance.items.all():
            self.fields[f"note_{item.code}"] = self.remark_field(item)

    def remark_field(self, item: AcceptanceItem) -> forms.CharField:
        values = {"code": item.code}
        longest = AcceptanceItem._meta.get_field("paper_note").max_length
        return forms.CharField(
            label=_("%(code)s 审核意见") % values,
            required=False,
            max_length=longest,
            initial=item.paper_note,
            widget=forms.TextInput(attrs=OUTSIDE | {"placeholder": _("审核意见（可不填）")}),
            error_messages={"max_length": _("意见最多 %(limit_value)d 字，现有 %(show_value)d 字，请精简。")},
        )

    @property
    def groups(self) -> list[tuple[str, list[tuple[PaperCheck, Any]]]]:
        """The checks with their fields, by group."""
        found: dict[str, list[tuple[PaperCheck, Any]]] = {}
        for check in self.checks:
            found.setdefault(check.group, []).append((check, self[f"check_{check.code}"]))
        return list(found.items())

    @property
    def checked(self) -> list[str]:
        return [one.code for one in self.checks if self.cleaned_data[f"check_{one.code}"]]

    @property
    def remarks(self) -> dict[str, str]:
        return {
            name.removeprefix("note_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("note_")
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("outcome") == Outcome.APPROVED:
            for check in self.checks:
                if not data.get(f"check_{check.code}"):
                    self.add_error(
                        f"check_{check.code}",
                        _("请完成后打勾；核对不符的，请退回补正。"),
                    )
        return data
