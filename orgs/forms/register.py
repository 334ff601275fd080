"""Forms of importing a register, and of making one entry out of two."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..enums import NumberKind, UnitKind
from ..models import ImportRow
from ..rules.masking import masked_phone
from ..rules.reference import industry_sections
from ..rules.register_merge import GROUPS
from ..rules.survey_columns import HEADERS
from .fields import PlaceChoice

CURRENT, NEW = "current", "new"


class UploadRegisterForm(forms.Form):
    """A workbook, and the jurisdiction for which it is imported."""

    organization = PlaceChoice(label=_("导入范围"), queryset=None, empty_label=None)
    file = forms.FileField(
        label=_("底本工作簿"),
        help_text=_(
            "Excel 工作簿（.xlsx），读取第一个工作表，一次最多 5000 行。上传后先预览，确认前不写入底本。"
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            "required": _("请选择要导入的工作簿（.xlsx）。"),
            "empty": _("文件是空的。请检查后重新选择。"),
            "missing": _("没有收到文件。请重新选择后上传。"),
        },
    )

    def __init__(self, *args, organizations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = organizations
        first = organizations.first()
        self.initial["organization"] = first.pk if first else None
        if organizations.count() == 1:
            self.fields["organization"].disabled = True
            self.fields["organization"].widget = forms.HiddenInput()

    def clean_file(self):
        file = self.cleaned_data["file"]
        limit = settings.UPLOAD_MAX_BYTES
        if file.size > limit:
            raise forms.ValidationError(
                gettext(
                    "文件有 %(size).0f MB，超过上限 %(limit).0f MB。请删除图片和多余的工作表，或分成几个文件。"
                )
                % {"size": file.size / 1024**2, "limit": limit / 1024**2}
            )
        return file


class AcceptNumberForm(forms.Form):
    """Why a number with a wrong check digit is taken as it is."""

    reason = forms.CharField(
        label=_("照用理由"),
        max_length=200,
        help_text=_("例如：已核对营业执照原件，号码无误。理由随底本留存。"),
        error_messages={"required": _("请写明号码核对的情况，例如“已核对营业执照原件”。")},
    )


class ComparisonForm(forms.Form):
    """Base: two entries side by side; for each group of columns that differs, which of them wins."""

    reason = forms.CharField(
        label=_("理由"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(
        self,
        *args,
        current: Mapping[str, Any],
        new: Mapping[str, Any],
        new_wins: tuple[str, ...] = (),
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.rows = []
        for key, fields in GROUPS.items():
            same = all(current[field] == new[field] for field in fields)
            texts = {CURRENT: shown(key, current), NEW: shown(key, new)}
            name = f"take_{key}"
            if not same:
                self.fields[name] = forms.ChoiceField(
                    label=HEADERS[key],
                    required=False,
                    widget=forms.RadioSelect(attrs={"aria-describedby": f"item-{key}"}),
                    choices=[(side, text or gettext("（空）")) for side, text in texts.items()],
                    initial=NEW if key in new_wins else CURRENT,
                )
            self.rows.append(
                {"key": key, "header": HEADERS[key], "same": same, "text": texts[CURRENT], "name": name}
            )

    @property
    def comparison(self) -> list[dict]:
        """The rows of the table, each with its bound field where the entries differ."""
        return [row | {"field": None if row["same"] else self[row["name"]]} for row in self.rows]

    @property
    def taken(self) -> list[str]:
        """Groups in which the other entry wins."""
        return [
            row["key"] for row in self.rows if not row["same"] and self.cleaned_data.get(row["name"]) == NEW
        ]

    def add_problems(self, error: forms.ValidationError) -> None:
        """Show what an action refused at the fields that it names; columns are named by their choice."""
        problems = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for key, texts in problems.items():
            field = next((name for name in (key, f"take_{key}") if name in self.fields), None)
            for text in texts:
                self.add_error(field, text)


class DuplicateForm(ComparisonForm):
    """What a likely duplicate is, and if it is the same unit, which values win."""

    decision = forms.ChoiceField(
        label=_("处理决定"),
        widget=forms.RadioSelect,
        choices=ImportRow.Decision.choices,
        error_messages={"required": _("请选择：并入、分别登记，或不导入。")},
    )
    field_order = ["decision", "reason"]

    def __init__(self, *args, row: ImportRow, current, new, **kwargs):
        blank = tuple(key for key, fields in GROUPS.items() if not any(current[field] for field in fields))
        wins = tuple(row.taken) if row.decision else blank
        initial = {"decision": row.decision, "reason": row.decision_reason}
        super().__init__(*args, current=current, new=new, new_wins=wins, initial=initial, **kwargs)
        self.fields["reason"].help_text = _("选择“分别登记”时必填。")
        if row.duplicate_of_id is None:
            into = gettext("并入第 %(row)d 行的单位") % {"row": row.duplicate_row.number}
            choices = [(ImportRow.Decision.MERGE.value, into), *ImportRow.Decision.choices[1:]]
            self.fields["decision"].choices = choices


class MergeUnitsForm(ComparisonForm):
    """Which values the unit that stays takes from the one that is merged into it, and on what grounds."""

    def __init__(self, *args, current, new, **kwargs):
        blank = tuple(key for key, fields in GROUPS.items() if not any(current[field] for field in fields))
        super().__init__(*args, current=current, new=new, new_wins=blank, **kwargs)
        self.fields["reason"].required = True
        self.fields["reason"].label = _("认定依据")
        self.fields["reason"].help_text = _("例如：企业更名，统一社会信用代码相同。随底本版本留存。")
        self.fields["reason"].error_messages["required"] = _(
            "请写明认定为同一单位的依据，例如“证照更名，号码相同”。"
        )


def shown(key: str, values: Mapping[str, Any]) -> str:
    """A group of columns as people read it; telephone numbers masked."""
    value = values[key]
    if key == "number":
        kind = values["number_kind"]
        if not kind:
            return value
        return gettext("%(number)s（%(kind)s）") % {"number": value, "kind": NumberKind(kind).label}
    if key == "kind":
        return str(UnitKind(value).label) if value else ""
    if key == "section":
        return f"{value} {industry_sections().get(value, '')}".strip()
    if key == "above_scale":
        parts = [gettext("是") if value else gettext("否"), values["above_scale_basis"]]
        if values["above_scale_on"]:
            parts.append(date_format(values["above_scale_on"], "Y-m-d"))
        return " · ".join(part for part in parts if part)
    if key == "contact_phone":
        return masked_phone(value)
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    return str(value)
