"""Files of a request: attached while it is drafted, fixed once it was submitted."""

import datetime as dt
from typing import IO

from django.db.models import QuerySet

from records.models import StoredFile
from records.uploads import discard_upload, store_upload

from ...models import Founding, Person


def attached_files(founding: Founding) -> QuerySet[StoredFile]:
    """The files of a founding, oldest first."""
    return StoredFile.objects.filter(about_type=founding._meta.label_lower, about_id=founding.pk).order_by(
        "pk"
    )


def attach_file(
    founding: Founding, file: IO[bytes], *, purpose: str, by: Person, at: dt.datetime
) -> StoredFile:
    """Store an uploaded file with the founding. Raises UploadRefused."""
    return store_upload(file, purpose=purpose, by_id=by.pk, about=founding, at=at)


def removable_files(founding: Founding) -> QuerySet[StoredFile]:
    """Files that no submission has carried yet; what was submitted stays on record."""
    files = attached_files(founding)
    last = founding.snapshots.last()
    return files.filter(uploaded_at__gt=last.at) if last else files


def remove_file(founding: Founding, file_id: int) -> bool:
    """Take back a file that was not submitted yet; False when there is no such file."""
    file = removable_files(founding).filter(pk=file_id).first()
    if file is None:
        return False
    discard_upload(file)
    return True
