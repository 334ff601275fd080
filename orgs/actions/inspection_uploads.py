"""Photos and signatures on their way from a phone: in pieces, resumable, checked when they have arrived whole.

What has arrived of a photo lies below ``incoming/`` of the default storage; ``InspectionUpload.received`` says how much
of it counts. One photo at a time is in memory, and only at its end.
"""

import datetime as dt
import hashlib
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from records.duties import periodic
from records.uploads import UploadRefused, store_upload

from ..models import Inspection, InspectionUpload, Person
from .inspecting import complete_after_photo

PURPOSE = "inspection_photo"
MAX_PHOTO_BYTES = 5 * 1024 * 1024
MAX_CHUNK_BYTES = 1024 * 1024
MAX_PHOTOS = 500
KEPT = dt.timedelta(days=30)
JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
END_OF_JPEG, END_OF_PNG = b"\xff\xd9", b"IEND\xaeB`\x82"


@dataclass(frozen=True)
class Progress:
    """How far a photo has come. ``expected`` is false when the piece did not begin where the last one ended."""

    size: int
    received: int
    refused: str = ""
    complete: bool = False
    expected: bool = True


def progress_of(upload: InspectionUpload, *, expected: bool = True) -> Progress:
    complete = upload.file_id is not None
    return Progress(upload.size, upload.received, upload.refused, complete, expected)


@transaction.atomic
def receive_chunk(
    inspection: Inspection, sha256: str, start: int, total: int, body: bytes, *, by: Person, at: dt.datetime
) -> Progress:
    """Keep the bytes from ``start`` on of the photo with this hash, ``total`` bytes long as taken.

    A piece that does not continue what is there changes nothing; the answer says where to go on. With the last piece
    the photo is checked and stored, or refused with the reason. A refused photo may be sent again from its beginning.
    """
    upload = _upload(inspection, sha256, total, at=at)
    if upload.file_id is not None:
        return progress_of(upload)
    if upload.size != total or (upload.refused and start == 0):
        upload.size, upload.received, upload.refused = total, 0, ""
    if upload.refused:
        return progress_of(upload)
    if problem := _problem_of_size(inspection, upload):
        return _refuse(upload, problem, at=at)
    if start != upload.received or start + len(body) > total or not _write(upload, body):
        upload.save(update_fields=["size", "received", "refused"])
        return progress_of(upload, expected=False)
    upload.received += len(body)
    if upload.received < total:
        upload.save(update_fields=["size", "received", "refused"])
        return progress_of(upload)
    return _finish(upload, by=by, at=at)


def _upload(inspection: Inspection, sha256: str, total: int, *, at: dt.datetime) -> InspectionUpload:
    """The row of a photo, locked, made with its first piece."""
    rows = InspectionUpload.objects.select_for_update()
    upload, _made = rows.get_or_create(
        inspection=inspection, sha256=sha256, defaults={"size": total, "started_at": at}
    )
    upload.inspection = inspection
    return upload


def _problem_of_size(inspection: Inspection, upload: InspectionUpload) -> str:
    limit = min(MAX_PHOTO_BYTES, settings.UPLOAD_MAX_BYTES)
    if not 0 < upload.size <= limit:
        return _("照片大小应在 %(limit)d MB 以内，请降低拍摄分辨率后重新拍摄。") % {"limit": limit // 1024**2}
    others = InspectionUpload.objects.filter(inspection=inspection).exclude(pk=upload.pk)
    if upload.received == 0 and others.count() >= MAX_PHOTOS:
        return _("一次验收最多保存%(most)d张照片，请删去多余的照片。") % {"most": MAX_PHOTOS}
    return ""


def incoming_name(upload: InspectionUpload) -> str:
    """Where the bytes that have arrived lie in the default storage."""
    return f"incoming/{upload.inspection_id}/{upload.sha256}"


def _write(upload: InspectionUpload, body: bytes) -> bool:
    """Write a piece at its place, over whatever a request that failed left behind it.

    False when the storage has lost what came before: the photo then starts anew.
    """
    name = incoming_name(upload)
    if upload.received == 0:
        default_storage.delete(name)
        default_storage.save(name, ContentFile(body))
        return True
    try:
        with default_storage.open(name, "r+b") as file:
            file.seek(upload.received)
            file.write(body)
            file.truncate()
    except FileNotFoundError:
        upload.received = 0
        return False
    return True


def _finish(upload: InspectionUpload, *, by: Person, at: dt.datetime) -> Progress:
    """Check the photo and store it, or note why not; what was incoming is gone either way."""
    with default_storage.open(incoming_name(upload), "rb") as file:
        content = file.read()
    try:
        _check(content, upload)
        stored = store_upload(
            ContentFile(content),
            purpose=PURPOSE,
            by_id=by.pk,
            about=upload.inspection,
            at=at,
            name=_("现场照片%(number)s") % {"number": upload.sha256[:8]},
        )
    except UploadRefused as refused:
        return _refuse(upload, str(refused), at=at)
    try:
        upload.file, upload.completed_at = stored, at
        upload.save(update_fields=["size", "received", "refused", "file", "completed_at"])
        complete_after_photo(upload.inspection, by=by, at=at)
    except BaseException:
        default_storage.delete(stored.path)
        raise
    _forget_incoming(upload)
    return progress_of(upload)


def _check(content: bytes, upload: InspectionUpload) -> None:
    """The very bytes that the phone took, a JPEG or PNG from beginning to end. Raises UploadRefused."""
    if len(content) != upload.size or hashlib.sha256(content).hexdigest() != upload.sha256:
        raise UploadRefused(_("照片在传输中损坏（校验值不符），请重新发送；仍不成功请重新拍摄。"))
    is_jpeg = content.startswith(JPEG) and content.rstrip(b"\0").endswith(END_OF_JPEG)
    is_png = content.startswith(PNG) and content.endswith(END_OF_PNG)
    if not is_jpeg and not is_png:
        raise UploadRefused(_("照片的内容不是完整的 JPG 或 PNG 图片，请重新拍摄。"))


def _refuse(upload: InspectionUpload, reason: str, *, at: dt.datetime) -> Progress:
    upload.refused, upload.completed_at, upload.received = reason[:200], at, 0
    upload.save(update_fields=["size", "received", "refused", "completed_at"])
    _forget_incoming(upload)
    return progress_of(upload)


def _forget_incoming(upload: InspectionUpload) -> None:
    """After commit: until then a failure must leave what has arrived."""
    name = incoming_name(upload)
    transaction.on_commit(lambda: default_storage.delete(name))


@periodic(every=dt.timedelta(days=1))
def sweep_incoming(at: dt.datetime) -> int:
    """Remove what has arrived of photos that nobody went on sending for :data:`KEPT`; they start anew if they come."""
    swept = 0
    for folder in filter(str.isdecimal, _listed("incoming")[0]):
        names = _listed(f"incoming/{folder}")[1]
        old = [name for name in names if _touched(f"incoming/{folder}/{name}") < at - KEPT]
        for name in old:
            unfinished = InspectionUpload.objects.filter(inspection=int(folder), sha256=name, file=None)
            unfinished.update(received=0)
            default_storage.delete(f"incoming/{folder}/{name}")
        swept += len(old)
        if len(old) == len(names):
            with suppress(OSError):  # a photo of this visit has just begun to arrive
                default_storage.delete(f"incoming/{folder}")
    return swept


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _touched(name: str) -> dt.datetime:
    try:
        return default_storage.get_modified_time(name)
    except FileNotFoundError:
        return dt.datetime.max.replace(tzinfo=dt.UTC)
