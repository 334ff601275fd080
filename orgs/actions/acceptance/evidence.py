"""Files of an acceptance: evidence for each item, signatures, proof of rectification and of an appeal."""

import datetime as dt
from collections import defaultdict
from typing import IO

from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from records.models import StoredFile
from records.uploads import discard_upload, store_upload

from ...models import Acceptance, AcceptanceItem, AcceptanceSnapshot, Person


class Purpose(TextChoices):
    """What a file of an acceptance is for; the first and the fourth belong to an item."""

    EVIDENCE = "evidence", _("佐证材料")
    SECRETARY = "signature_secretary", _("书记签名")
    REPRESENTATIVE = "signature_representative", _("团员代表签名")
    RECTIFICATION = "rectification", _("整改材料")
    APPEAL = "appeal", _("申诉材料")


SIGNATURES = (Purpose.SECRETARY, Purpose.REPRESENTATIVE)


def files_about(acceptance: Acceptance) -> QuerySet[StoredFile]:
    """All files of an acceptance and of its items, oldest first."""
    own = Q(about_type=Acceptance._meta.label_lower, about_id=acceptance.pk)
    items = list(acceptance.items.values_list("pk", flat=True))
    of_items = Q(about_type=AcceptanceItem._meta.label_lower, about_id__in=items)
    return StoredFile.objects.filter(own | of_items).order_by("pk")


def files_of_items(acceptance: Acceptance, purpose: Purpose) -> dict[int, list[StoredFile]]:
    """The files of one purpose by the key of their item; one query for the files."""
    found: dict[int, list[StoredFile]] = defaultdict(list)
    for file in files_about(acceptance).filter(purpose=purpose):
        found[file.about_id or 0].append(file)
    return found


def keep_file(
    about: Acceptance | AcceptanceItem, file: IO[bytes], *, purpose: Purpose, by: Person, at: dt.datetime
) -> StoredFile:
    """Store an uploaded file with the acceptance or the item. Raises UploadRefused."""
    return store_upload(file, purpose=purpose, by_id=by.pk, about=about, at=at)


def open_files(acceptance: Acceptance) -> QuerySet[StoredFile]:
    """Files that nothing submitted has carried yet; what was submitted stays on record."""
    last = acceptance.snapshots.last()
    files = files_about(acceptance)
    return files.filter(uploaded_at__gt=last.at) if last else files


def drop_file(acceptance: Acceptance, file_id: int) -> bool:
    """Take back a file that was not submitted yet; False when there is no such file."""
    file = open_files(acceptance).filter(pk=file_id).first()
    if file is None:
        return False
    discard_upload(file)
    return True


def keep_signature(
    acceptance: Acceptance, image: IO[bytes], *, purpose: Purpose, by: Person, at: dt.datetime
) -> StoredFile:
    """Store a signature in place of one that was not submitted yet. Raises UploadRefused."""
    kept = keep_file(acceptance, image, purpose=purpose, by=by, at=at)
    for old in open_files(acceptance).filter(purpose=purpose).exclude(pk=kept.pk):
        drop_file(acceptance, old.pk)
    return kept


def signature(acceptance: Acceptance, purpose: Purpose) -> StoredFile | None:
    """The signature under what is being written now: one that an earlier assessment carried does not count again."""
    files = files_about(acceptance).filter(purpose=purpose)
    last = acceptance.snapshots.filter(step=AcceptanceSnapshot.Step.ASSESSMENT).last()
    return (files.filter(uploaded_at__gt=last.at) if last else files).last()
