"""Uploads: the type is decided by content, images are re-encoded, nothing is ever served inline.

DESIGN.md section 6. Files lie in the default storage, outside the web root; views serve them only after the
permission check, with the headers of ``download_response_headers``.
"""

import hashlib
import io
import re
import unicodedata
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import IO

import filetype
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from records.models.upload import StoredFile
from records.ooxml import OfficeFileRefused, check_office_file, office_kind
from records.pdf_check import pdf_problem

MAX_IMAGE_PIXELS = 25_000_000
MAX_NAME_LENGTH = 120
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONTENT_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ACCEPTED_EXTENSIONS = tuple(_CONTENT_TYPES)


class UploadRefused(ValueError):
    """The file is not stored; the message (for the user) says why and what to do."""


@dataclass(frozen=True)
class CheckedFile:
    """An upload that passed the checks, as it may be kept: images are re-encoded, the name is safe."""

    name: str
    content_type: str
    content: bytes


def check_upload(file: IO[bytes], name: str = "") -> CheckedFile:
    """Checks an uploaded file and stores nothing; ``name`` defaults to the file's own.

    Accepts pdf, jpg, png, docx and xlsx up to ``settings.UPLOAD_MAX_BYTES``. Raises UploadRefused.
    """
    name = name or getattr(file, "name", "") or ""
    content = _read_within_limit(file, name)
    extension = _extension_by_content(content, name)
    return CheckedFile(
        safe_file_name(name, extension), _CONTENT_TYPES[extension], _CLEANERS[extension](content)
    )


def store_upload(
    file: IO[bytes], *, purpose: str, by_id: int, about: models.Model | None, at: datetime, name: str = ""
) -> StoredFile:
    """Checks an uploaded file as :func:`check_upload` and stores it. Raises UploadRefused.

    ``by_id`` is 0 where nobody is signed in.
    """
    checked = check_upload(file, name)
    public_id = uuid.uuid4()
    path = default_storage.save(f"uploads/{at:%Y}/{public_id}", ContentFile(checked.content))
    try:
        return StoredFile.objects.create(
            public_id=public_id,
            name=checked.name,
            content_type=checked.content_type,
            size=len(checked.content),
            sha256=hashlib.sha256(checked.content).hexdigest(),
            path=path,
            purpose=purpose,
            uploaded_by_id=by_id,
            uploaded_at=at,
            about_type=about._meta.label_lower if about is not None else "",
            about_id=about.pk if about is not None else None,
        )
    except BaseException:
        default_storage.delete(path)
        raise


def discard_upload(stored: StoredFile) -> None:
    """Forget a stored file; its bytes go once the caller's transaction has committed, and stay when it fails."""
    path = stored.path
    stored.delete()
    transaction.on_commit(lambda: default_storage.delete(path))


def open_upload(stored: StoredFile) -> File:
    """The stored bytes, opened for reading. Raises FileNotFoundError when the storage has lost them."""
    return default_storage.open(stored.path, "rb")


def download_response_headers(stored: StoredFile) -> dict[str, str]:
    """Headers for serving a stored file: always a download, never sniffed, run or shown in our origin."""
    return {
        "Content-Type": stored.content_type,
        "Content-Length": str(stored.size),
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=stored.name)
        or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }


def safe_file_name(name: str, extension: str) -> str:
    """The user's name for a file without path, control and direction characters, with the true extension."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    base = "".join(char for char in base if unicodedata.category(char)[0] != "C")
    base = re.sub(r'[<>:"|?*]', "_", base)
    base = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", base.strip()).strip(" .")
    return f"{base[:MAX_NAME_LENGTH] or 'file'}.{extension}"


def _read_within_limit(file: IO[bytes], name: str) -> bytes:
    limit: int = settings.UPLOAD_MAX_BYTES
    size = getattr(file, "size", None)
    content = b""
    if size is None or size <= limit:
        file.seek(0)
        content = file.read(limit + 1)
        size = max(size or 0, len(content))
    if size > limit:
        raise UploadRefused(
            _(
                "文件“%(name)s”有 %(size).1f MB，超过上限 %(limit).1f MB。"
                "请压缩、拆分或降低图片分辨率后重新上传。"
            )
            % {"name": name, "size": size / 1024**2, "limit": limit / 1024**2}
        )
    if not content:
        raise UploadRefused(_("文件“%(name)s”是空的。请检查文件后重新上传。") % {"name": name})
    return content


def _extension_by_content(content: bytes, name: str) -> str:
    """One of the accepted extensions, whatever the name says. Raises UploadRefused for anything else."""
    if content.startswith(_OLE):
        raise UploadRefused(
            _(
                "“%(name)s”是旧版 Office 文件（.xls、.doc）或带密码的文件。"
                "请取消密码，另存为 .xlsx 或 .docx 后上传。"
            )
            % {"name": name}
        )
    office = office_kind(io.BytesIO(content)) if content.startswith(b"PK") else None
    if office:
        return office
    kind = filetype.guess(content[:8192])
    for extension, mime in _CONTENT_TYPES.items():
        if kind is not None and kind.mime == mime and extension in ("pdf", "jpg", "png"):
            return extension
    raise UploadRefused(
        _("“%(name)s”的内容不是可接受的文件类型。请上传 PDF、JPG、PNG、DOCX 或 XLSX；只改扩展名没有用。")
        % {"name": name}
    )


def _clean_office(content: bytes) -> bytes:
    try:
        check_office_file(io.BytesIO(content))
    except OfficeFileRefused as refused:
        raise UploadRefused(str(refused)) from refused
    return content


def _clean_pdf(content: bytes) -> bytes:
    problem = pdf_problem(content)
    if problem:
        raise UploadRefused(problem)
    return content


def _clean_image(image_format: str) -> Callable[[bytes], bytes]:
    def clean(content: bytes) -> bytes:
        try:
            with Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as image:
                if image.width * image.height > MAX_IMAGE_PIXELS:
                    raise Image.DecompressionBombError
                return _fresh_copy(image, image_format)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise UploadRefused(
                _("图片超过 %(limit)d 万像素。请缩小后重新上传，例如长边 4000 像素以内。")
                % {"limit": MAX_IMAGE_PIXELS // 10_000}
            ) from error
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            raise UploadRefused(_("图片已损坏，无法读取。请重新拍摄或导出后上传。")) from error

    return clean


def _fresh_copy(image: Image.Image, image_format: str) -> bytes:
    """Pixels alone, on a new image: EXIF (place, device), comments and appended data stay behind."""
    upright = ImageOps.exif_transpose(image)
    transparent = image_format == "PNG" and (
        upright.mode in ("LA", "PA", "RGBA") or "transparency" in upright.info
    )
    pixels = upright.convert("RGBA" if transparent else "RGB")
    fresh = Image.new(pixels.mode, pixels.size)
    fresh.paste(pixels)
    output = io.BytesIO()
    fresh.save(
        output, format=image_format, **({"quality": 90} if image_format == "JPEG" else {"optimize": False})
    )
    return output.getvalue()


_CLEANERS: dict[str, Callable[[bytes], bytes]] = {
    "pdf": _clean_pdf,
    "jpg": _clean_image("JPEG"),
    "png": _clean_image("PNG"),
    "docx": _clean_office,
    "xlsx": _clean_office,
}
