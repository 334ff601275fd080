"""Uploaded seals: checked, reduced to their red ink, kept in versions (RULES section 5: printed at 42 mm).

A document freezes the fingerprint of the seal in force when it was issued, so that it keeps its bytes for ever.
"""

import hashlib
import io
from datetime import date, datetime
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageChops

from records.models.seal import Seal, seal_path

MAX_BYTES = 5 * 1024 * 1024
LEAST_PIXELS, MOST_PIXELS = 600, 4000
KEPT_PIXELS = 1000  # 600 dpi at 42 mm
INK = (0xDC, 0x1F, 0x2B)
_FULL_RED = 130  # red beyond green and blue of ink that covers
_TRANSPARENT = 0.15  # least share of the square outside and between the lines
_RED = 0.6  # least share of the opaque pixels that is red ink
_FILLED = 0.92  # least share of the side that the impression takes
_STEP = 17  # 16 levels of ink make small files


class SealRefused(ValueError):
    """The image is not kept; the message (for the user) says why and what to do."""


class LostSeal(RuntimeError):
    """The image of a seal is not in the storage, or is not the one that was uploaded; restore it from a backup."""


def current_seal(issuer_type: str, issuer_id: int, on: date) -> Seal | None:
    """The seal for documents issued on a day: the newest version, None when it was withdrawn or there is none.

    An older version does not come back when its successor is withdrawn, unless that was before it came into force.
    """
    for seal in Seal.objects.filter(issuer_type=issuer_type, issuer_id=issuer_id, valid_from__lte=on):
        if seal.withdrawn_at is None:
            return seal
        if timezone.localdate(seal.withdrawn_at) >= seal.valid_from:
            return None
    return None


def frozen_seal(issuer_type: str, issuer_id: int, on: date) -> dict[str, Any] | None:
    """What a document keeps of the seal that it is issued with."""
    seal = current_seal(issuer_type, issuer_id, on)
    return {"id": seal.pk, "sha256": seal.sha256} if seal else None


def keep_seal(
    file: IO[bytes], *, issuer_type: str, issuer_id: int, valid_from: date, by_id: int, at: datetime
) -> Seal:
    """Add a version of an issuer's seal. Raises SealRefused."""
    content = clean_seal(file)
    fingerprint = hashlib.sha256(content).hexdigest()
    if not default_storage.exists(seal_path(fingerprint)):
        default_storage.save(seal_path(fingerprint), ContentFile(content))
    return Seal.objects.create(
        issuer_type=issuer_type,
        issuer_id=issuer_id,
        sha256=fingerprint,
        valid_from=valid_from,
        uploaded_by_id=by_id,
        uploaded_at=at,
    )


@transaction.atomic
def withdraw_seal(seal: Seal, *, reason: str, by_id: int, at: datetime) -> bool:
    """Documents issued from now on do not get this version; False when it was withdrawn already."""
    changed = Seal.objects.filter(pk=seal.pk, withdrawn_at=None).update(
        withdrawn_at=at, withdrawn_by_id=by_id, withdrawn_reason=reason
    )
    return bool(changed)


def seal_image(sha256: str) -> bytes:
    """The kept PNG. Raises LostSeal."""
    try:
        with default_storage.open(seal_path(sha256)) as file:
            content: bytes = file.read()
    except FileNotFoundError as lost:
        raise LostSeal(f"{seal_path(sha256)} is not in the storage; restore it from a backup.") from lost
    if hashlib.sha256(content).hexdigest() != sha256:
        raise LostSeal(f"{seal_path(sha256)} was changed; restore it from a backup.")
    return content


def ink_of(png: bytes) -> Image.Image:
    """How much ink covers each pixel of a kept seal, as a grey picture."""
    with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
        return image.getchannel("A")


def clean_seal(file: IO[bytes]) -> bytes:
    """The red ink of an uploaded PNG on nothing, in one red, as a new PNG. Raises SealRefused."""
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise SealRefused(_("图片超过 5 MB。请缩小到边长 1000 像素左右后重新上传。"))
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
            _check_size(image)
            picture = image.convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise SealRefused(_("图片太大。请缩小到边长 1000 像素左右后重新上传。")) from bomb
    except SealRefused:
        raise
    except (OSError, SyntaxError, ValueError, EOFError) as broken:
        raise SealRefused(_("不是可读取的 PNG 图片。请导出为背景透明的 PNG 后重新上传。")) from broken
    if picture.width > KEPT_PIXELS:
        picture = picture.resize((KEPT_PIXELS, KEPT_PIXELS), Image.Resampling.LANCZOS)
    ink = _checked_ink(picture)
    kept = Image.new("RGBA", picture.size, (*INK, 0))
    kept.putalpha(ink)
    output = io.BytesIO()
    kept.save(output, format="PNG")
    return output.getvalue()


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    if width != height:
        raise SealRefused(
            _("图片应为正方形，现在是 %(width)d×%(height)d 像素。请裁剪后重新上传。")
            % {"width": width, "height": height}
        )
    if not LEAST_PIXELS <= width <= MOST_PIXELS:
        raise SealRefused(
            _("图片边长应为 %(least)d 至 %(most)d 像素，现在是 %(width)d 像素。请重新扫描或缩放后上传。")
            % {"least": LEAST_PIXELS, "most": MOST_PIXELS, "width": width}
        )


def _checked_ink(picture: Image.Image) -> Image.Image:
    red, green, blue, alpha = picture.split()
    excess = ImageChops.subtract(red, ImageChops.lighter(green, blue))
    redness = excess.point([min(255, level * 255 // _FULL_RED) for level in range(256)])
    ink = ImageChops.multiply(alpha, redness).point([round(level / _STEP) * _STEP for level in range(256)])
    total = picture.width * picture.height
    if sum(alpha.histogram()[:16]) < _TRANSPARENT * total:
        raise SealRefused(_("图片背景不透明。请去掉底色，导出为背景透明的 PNG 后重新上传。"))
    opaque, covered = sum(alpha.histogram()[128:]), sum(ink.histogram()[128:])
    if covered < _RED * opaque or not covered:
        raise SealRefused(_("图中的红色印迹太少。请只保留红色印章，去掉文字、签名和底色后重新上传。"))
    left, top, right, bottom = ink.point([255 * (level > 127) for level in range(256)]).getbbox() or (0,) * 4
    if min(right - left, bottom - top) < _FILLED * picture.width:
        raise SealRefused(_("印章没有占满图片。请裁掉四周空白，使印章外圈贴近图片边缘后重新上传。"))
    return ink
