"""The two signatures under a self-assessment: drawn on the page, or typed with a scan where nothing can be drawn."""

import base64
import binascii
import io
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image

from orgs.actions.acceptance import Purpose, acting_secretary, keep_signature, signature
from records.models import StoredFile
from records.uploads import UploadRefused

from ...fields import Text
from ...unit_files import Slot
from .unit import AcceptanceForm

SIGNERS = {"secretary": Purpose.SECRETARY, "representative": Purpose.REPRESENTATIVE}
IMAGES = ".jpg,.jpeg,.png,.pdf"
PNG = "data:image/png;base64,"
MOST_SIGNATURE = 400_000  # characters of a drawn signature


class SigningForm(AcceptanceForm):
    """A form that the secretary and a representative of the members sign, each with their name and hand."""

    secretary = Text(label=gettext_lazy("书记姓名"), max_length=40)
    secretary_reason = Text(
        label=gettext_lazy("与登记的书记不一致的原因"), max_length=300, required=False, rows=2
    )
    representative = Text(label=gettext_lazy("团员代表姓名"), max_length=40)

    def add_signatures(self, *, required: bool) -> None:
        self.registered = acting_secretary(self.acceptance, on=self.on)
        for name, purpose in SIGNERS.items():
            self.add_slot(
                f"scan_{name}",
                str(_("签名扫描件")),
                self.acceptance,
                purpose,
                accept=IMAGES,
                multiple=False,
            )
            self.fields[name].required = required
        self.initial.update(
            {
                "secretary": self.acceptance.secretary_name or self.registered,
                "representative": self.acceptance.representative_name,
            }
        )

    def take_files(self) -> None:
        super().take_files()
        for name in SIGNERS:
            if text := self.data.get(f"drawn_{name}", ""):
                self.take_drawing(name, text)

    def take_drawing(self, name: str, text: str) -> None:
        slot = self.slots[f"scan_{name}"]
        try:
            image = drawn_image(text)
        except UploadRefused as refused:
            self.upload_errors.setdefault(slot.name, []).append(str(refused))
            return
        if image is not None:
            image.name = f"{slot.purpose.label}.png"
            self.store(slot, image)

    def store(self, slot: Slot, file: Any) -> StoredFile | None:
        if slot.purpose == Purpose.EVIDENCE:
            return super().store(slot, file)
        try:
            kept = keep_signature(self.acceptance, file, purpose=slot.purpose, by=self.by, at=self.at)
        except UploadRefused as refused:
            self.upload_errors.setdefault(slot.name, []).append(str(refused))
            return None
        self.said.append(_("已保存%(label)s。") % {"label": slot.purpose.label})
        return kept

    @property
    def signers(self) -> list[dict[str, Any]]:
        """Both signatures as the page shows them."""
        labels = {"secretary": _("书记签名"), "representative": _("团员代表签名")}
        return [
            {
                "name": name,
                "label": labels[name],
                "field": self[name],
                "scan": self[f"scan_{name}"],
                "signed": signature(self.acceptance, purpose),
            }
            for name, purpose in SIGNERS.items()
        ]

    def unkept(self) -> str:
        return self.cleaned_data.get("secretary_reason", "")

    def check_signatures(self, data: dict[str, Any]) -> None:
        secretary, representative = data.get("secretary"), data.get("representative")
        if secretary and secretary == representative:
            self.add_error("representative", _("书记和团员代表应是两个人，请填写另一位团员的姓名。"))
        is_other = secretary and self.registered and secretary != self.registered
        if is_other and not data.get("secretary_reason"):
            text = _("登记的书记是%(name)s。请由本人签名，或说明由他人签名的原因。")
            self.add_error("secretary_reason", text % {"name": self.registered})
        for name, purpose in SIGNERS.items():
            if signature(self.acceptance, purpose) is None and f"scan_{name}" not in self.errors:
                self.add_error(f"scan_{name}", _("请手写签名，或上传签名扫描件。"))

    def label_of(self, name: str) -> str:
        purpose = SIGNERS.get(name.removeprefix("scan_"))
        return str(purpose.label) if purpose and name.startswith("scan_") else ""


def drawn_image(text: str) -> ContentFile | None:
    """The picture that a browser sent as text; None when there is nothing drawn. Raises UploadRefused."""
    if not text.startswith(PNG) or len(text) > MOST_SIGNATURE:
        raise UploadRefused(_("手写签名没有收到，请重新签名，或上传签名扫描件。"))
    try:
        content = base64.b64decode(text.removeprefix(PNG), validate=True)
        with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
            bands: Any = image.convert("RGBA").getextrema()
            blank = all(low == high for low, high in bands)
    except (binascii.Error, ValueError, OSError, Image.DecompressionBombError) as error:
        raise UploadRefused(_("手写签名没有收到，请重新签名，或上传签名扫描件。")) from error
    return None if blank else ContentFile(content)
