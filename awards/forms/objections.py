"""Forms of objections: as anybody fills it in on the public page, and as the secretary logs one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orgs.forms.fields import DATE_ERRORS, DayInput, name_missing_fields
from records.uploads import CheckedFile, UploadRefused, check_upload

from ..actions.objecting import Objector
from ..enums import Medium
from ..models import Nomination

LEAST_FACTS = 20
MOST_FILES = 5
FILE_BYTES = 10 * 1024 * 1024
SCAN_BYTES = 5 * 1024 * 1024
SCANS = ("application/pdf", "image/jpeg", "image/png")
PERSON, UNIT, ANONYMOUS = "person", "unit", "anonymous"
WAYS = ((PERSON, _("个人署名")), (UNIT, _("单位署名")), (ANONYMOUS, _("匿名")))


class FileInput(forms.FileInput):
    allow_multiple_selected = True


class Evidence(forms.FileField):
    """Up to five files; each is checked by its content, and the message names the one that is refused."""

    def __init__(self, **kwargs: Any) -> None:
        accept = {"accept": ".pdf,.jpg,.jpeg,.png,.docx,.xlsx", "multiple": True}
        super().__init__(widget=FileInput(attrs=accept), required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [one for one in (data or []) if one]
        if len(files) > MOST_FILES:
            raise ValidationError(
                _("一次最多上传%(most)d个文件，请合并后重新选择。"), params={"most": MOST_FILES}
            )
        for file in files:
            checked(file, FILE_BYTES)
        return files


def checked(file: Any, limit: int) -> CheckedFile:
    """A file that passed the checks. Raises ValidationError in the reader's words."""
    if file.size > limit:
        text = _("文件“%(name)s”超过%(limit)d MB。请压缩或拆分后重新选择。")
        raise ValidationError(text, params={"name": file.name, "limit": limit // 1024**2})
    try:
        return check_upload(file)
    except UploadRefused as refused:
        raise ValidationError(str(refused)) from refused


class ObjectionForm(forms.Form):
    """What an objection says and by whom it is; the same online and on the secretary's desk."""

    way = forms.ChoiceField(label=_("反映方式"), choices=WAYS, widget=forms.RadioSelect, initial=PERSON)
    name = forms.CharField(
        label=_("姓名"),
        max_length=40,
        required=False,
        help_text=_("个人署名填本人姓名；单位署名填经办人姓名。"),
    )
    unit = forms.CharField(label=_("单位名称"), max_length=120, required=False)
    contact = forms.CharField(
        label=_("联系方式"),
        max_length=80,
        required=False,
        help_text=_("电话或邮箱，只用于核实情况和答复。"),
    )
    scan = forms.FileField(
        label=_("盖章件"),
        required=False,
        help_text=_("单位署名须上传加盖公章的书面材料扫描件或照片，PDF、JPG 或 PNG，不超过 5 MB。"),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
    facts = forms.CharField(
        label=_("反映的事实"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 7, "maxlength": 2000}),
        help_text=_("写明时间、地点、经过和依据，便于核查；不少于 20 字。"),
    )
    files = Evidence(
        label=_("证据材料"),
        help_text=_(
            "可选，最多 5 个文件，每个不超过 10 MB：PDF、图片、Word 或 Excel。匿名的请注意文件内容和属性中可能有姓名。"
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_missing_fields(self)

    def clean_facts(self) -> str:
        facts: str = self.cleaned_data["facts"].strip()
        if len("".join(facts.split())) < LEAST_FACTS:
            raise ValidationError(
                _("请把事实写具体些，不少于%(least)d字，例如何时、何地、发生了什么。"),
                params={"least": LEAST_FACTS},
            )
        return facts

    def clean_scan(self) -> CheckedFile | None:
        file = self.cleaned_data["scan"]
        if not file or self.cleaned_data.get("way") != UNIT:
            return None
        scan = checked(file, SCAN_BYTES)
        if scan.content_type not in SCANS:
            raise ValidationError(_("盖章件请上传 PDF、JPG 或 PNG。"))
        return scan

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        needed = {PERSON: ("name", "contact"), UNIT: ("unit", "name", "contact")}.get(data.get("way", ""), ())
        for field in needed:
            if not data.get(field, "").strip() and field not in self.errors:
                label = self.fields[field].label
                self.add_error(
                    field, gettext("署名反映请填写“%(field)s”；不便署名的请选择匿名。") % {"field": label}
                )
        if data.get("way") == UNIT and not data.get("scan") and "scan" not in self.errors:
            self.add_error("scan", gettext("单位署名须加盖公章，请上传盖章件。"))
        return data

    @property
    def objector(self) -> Objector | None:
        """Who objects; None when anonymous: what was typed before choosing that is not kept."""
        data = self.cleaned_data
        if data["way"] == ANONYMOUS:
            return None
        return Objector(data["name"].strip(), data["unit"].strip(), data["contact"].strip(), data.get("scan"))

    @property
    def lost_files(self) -> bool:
        """Whether files were sent with a form that comes back: a browser does not keep them."""
        return bool(self.is_bound and self.errors and self.files)


class PublicObjectionForm(ObjectionForm):
    """The form of the public page; ``website`` is for programs that fill in whatever they find."""

    website = forms.CharField(label=_("此栏请留空"), required=False, max_length=200)
    understood = forms.BooleanField(
        label=_("以上内容属实，我知道如实反映受保护、诬告须承担责任"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["website"].widget.attrs |= {"autocomplete": "off", "tabindex": "-1"}
        self.fields["understood"].error_messages["required"] = gettext("请先勾选确认。")

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(_("“此栏请留空”一栏不用填写，请清空后再提交。"))
        return ""


class NomineeChoice(forms.ModelChoiceField):
    def label_from_instance(self, nomination: Nomination) -> str:
        if not nomination.person_name:
            return f"{nomination.honour.title} · {nomination.name}"
        return f"{nomination.honour.title} · {nomination.name} · {nomination.unit.name}"


class LoggedObjectionForm(ObjectionForm):
    """An objection that came by letter, telephone or visit."""

    nomination = NomineeChoice(
        label=_("被反映对象"), queryset=Nomination.objects.none(), empty_label=_("请选择")
    )
    medium = forms.ChoiceField(
        label=_("来源"), choices=[one for one in Medium.choices if one[0] != Medium.WEB]
    )
    received_on = forms.DateField(label=_("收到日期"), widget=DayInput(), error_messages=DATE_ERRORS)
    field_order = ["nomination", "medium", "received_on", "way"]

    def __init__(self, *args: Any, nominations: Any, on: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        self.fields["nomination"].queryset = nominations
        self.fields["received_on"].initial = on
        self.fields["received_on"].widget.attrs["max"] = on.isoformat()

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        if day > self.on:
            raise ValidationError(_("收到日期不能晚于今天。"))
        return day
