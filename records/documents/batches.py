"""Batches: one print file and one ZIP of many issued documents, made in the background in chunks.

A chunk is one promise of the outbox; a chunk that is made promises the next one of its lane, so that two workers share
a batch and notices do not wait behind it. Every step may be repeated: a worker that died leaves at most a chunk to be
made anew. The last chunk promises the binding, which puts the parts together. Parts wait in files: memory stays flat.
"""

import contextlib
import datetime as dt
import io
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from typing import BinaryIO, cast

import pikepdf
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from records import outbox
from records.models import Document, OutboxMessage, PrintBatch, PrintChunk
from records.uploads import safe_file_name

from .kinds import KINDS
from .rendering import drawn_from, render

CHUNK = 20  # documents; more share fonts better, but are lost together when a worker dies
LANES = 2  # chunks of one batch under way at once
MAX_DOCUMENTS = 5000
KEPT = dt.timedelta(days=7)


@transaction.atomic
def start_batch(
    documents: Sequence[int],
    *,
    issuer_id: int,
    kind: str,
    year: int,
    first: int | None,
    last: int | None,
    by_id: int,
    at: dt.datetime,
) -> PrintBatch:
    """Order the documents with these ids, in this order; ``first`` and ``last`` say which serials were asked for.

    Raises ValueError for none or more than MAX_DOCUMENTS.
    """
    if not 0 < len(documents) <= MAX_DOCUMENTS:
        raise ValueError(f"{len(documents)} documents, between 1 and {MAX_DOCUMENTS} are printed at once.")
    batch = PrintBatch.objects.create(
        issuer_id=issuer_id,
        kind=kind,
        year=year,
        first=first,
        last=last,
        total=len(documents),
        created_by_id=by_id,
        created_at=at,
    )
    starts = range(0, len(documents), CHUNK)
    PrintChunk.objects.bulk_create(
        PrintChunk(batch=batch, position=position, documents=list(documents[start : start + CHUNK]))
        for position, start in enumerate(starts)
    )
    _promise_lanes(batch, len(starts), at)
    return batch


@transaction.atomic
def cancel_batch(batch: PrintBatch, *, at: dt.datetime) -> bool:
    """Stop a batch that is being made and remove what is there; False when it was no longer being made."""
    locked = PrintBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.state != PrintBatch.State.RUNNING:
        return False
    locked.state, locked.finished_at = PrintBatch.State.CANCELLED, at
    locked.save(update_fields=["state", "finished_at"])
    transaction.on_commit(lambda: _remove_files(locked))
    return True


@transaction.atomic
def resume_batch(batch: PrintBatch, *, at: dt.datetime) -> bool:
    """Try again what failed for good; False when nothing did. What is made already is kept."""
    locked = PrintBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.state != PrintBatch.State.RUNNING or not failure(locked)[1]:
        return False
    locked.attempt += 1
    locked.save(update_fields=["attempt"])
    _promise_lanes(locked, locked.chunks.count(), at)
    return True


def made(batch: PrintBatch) -> int:
    """How many documents of the batch are done, those left out included."""
    return sum(len(ids) for ids in batch.chunks.filter(is_made=True).values_list("documents", flat=True))


def failure(batch: PrintBatch) -> tuple[str, bool]:
    """The last error of the batch ("" for none), and whether the worker has given up."""
    keys = [_key(batch, position) for position in range(-1, -(-batch.total // CHUNK))]
    found = OutboxMessage.objects.filter(key__in=keys).exclude(state=OutboxMessage.State.DONE)
    messages = list(found.exclude(last_error=""))
    dead = [message for message in messages if message.state == OutboxMessage.State.DEAD]
    return (dead or messages)[0].last_error if messages else "", bool(dead)


@outbox.handles("print_batch")
def make_chunk(payload: dict[str, int]) -> None:
    """Make one chunk, unless it is made, and promise what comes after it."""
    chunk = PrintChunk.objects.select_related("batch").get(batch=payload["batch"], position=payload["chunk"])
    if chunk.batch.state != PrintBatch.State.RUNNING:
        return
    if not chunk.is_made:
        chunk.omitted = _make(chunk)
    with transaction.atomic():
        # The row of the batch makes two workers that finish at once see each other.
        batch = PrintBatch.objects.select_for_update().get(pk=chunk.batch_id)
        if batch.state != PrintBatch.State.RUNNING:
            default_storage.delete(chunk.file)
            return
        chunk.is_made = True
        chunk.save(update_fields=["is_made", "omitted"])
        at = timezone.now()
        if batch.chunks.filter(position=chunk.position + LANES).exists():
            _promise(batch, chunk.position + LANES, at)
        elif not batch.chunks.filter(is_made=False).exists():
            _promise(batch, -1, at)


@outbox.handles("print_binding")
def bind(payload: dict[str, int]) -> None:
    """Put the parts of a batch together; a repeated binding writes the same files again."""
    batch = PrintBatch.objects.get(pk=payload["batch"])
    if batch.state != PrintBatch.State.RUNNING:
        return
    chunks = list(batch.chunks.all())
    with tempfile.TemporaryFile(dir=settings.VAR_DIR) as file:
        batch.leaves = _bind_pages(batch, [chunk.file for chunk in chunks], file)
        batch.print_size = _keep(batch.print_file, file)
    with tempfile.TemporaryFile(dir=settings.VAR_DIR) as file:
        _pack(_printed(chunks), file)
        batch.archive_size = _keep(batch.archive_file, file)
    with transaction.atomic():
        now = PrintBatch.objects.select_for_update().get(pk=batch.pk)
        if now.state != PrintBatch.State.RUNNING:
            transaction.on_commit(lambda: _remove_files(batch))
            return
        batch.state, batch.finished_at = PrintBatch.State.DONE, timezone.now()
        batch.expires_at = batch.finished_at + KEPT
        batch.save(
            update_fields=["leaves", "print_size", "archive_size", "state", "finished_at", "expires_at"]
        )
        outbox.promise("print_expiry", key=f"print:{batch.pk}:expiry", at=batch.expires_at, batch=batch.pk)
    for chunk in chunks:
        default_storage.delete(chunk.file)


@outbox.handles("print_expiry")
def expire(payload: dict[str, int]) -> None:
    """Remove the files of a batch whose time is up; its record stays."""
    batch = PrintBatch.objects.get(pk=payload["batch"])
    _remove_files(batch)
    PrintBatch.objects.filter(pk=batch.pk, state=PrintBatch.State.DONE).update(state=PrintBatch.State.EXPIRED)


def _key(batch: PrintBatch, position: int) -> str:
    return f"print:{batch.pk}:{batch.attempt}:{position if position >= 0 else 'binding'}"


def _promise(batch: PrintBatch, position: int, at: dt.datetime) -> None:
    """Promise a chunk, or the binding for position -1."""
    if position < 0:
        outbox.promise("print_binding", key=_key(batch, position), at=at, batch=batch.pk)
    else:
        outbox.promise("print_batch", key=_key(batch, position), at=at, batch=batch.pk, chunk=position)


def _promise_lanes(batch: PrintBatch, chunks: int, at: dt.datetime) -> None:
    for lane in range(min(LANES, chunks)):
        _promise(batch, lane, at)


def _make(chunk: PrintChunk) -> list[str]:
    """Write the part of a chunk and the issued files of its documents; returns the numbers that were left out."""
    from .runs import print_run  # WeasyPrint is loaded by the first rendering, not by every process

    rows = Document.objects.in_bulk(chunk.documents)
    documents = [rows[pk] for pk in chunk.documents]
    valid = [document for document in documents if document.status == Document.Status.VALID]
    sources = []
    for document in valid:
        try:
            render(document)
            kind = KINDS[document.kind]
            sources.append(drawn_from(kind, document.template_version, document.content, final=True))
        except Exception as error:
            raise RuntimeError(f"{document.number}: {error}") from error
    if sources:
        with tempfile.TemporaryFile(dir=settings.VAR_DIR) as file, pikepdf.new() as part:
            single_pages = KINDS[chunk.batch.kind].style == "certificate"
            with contextlib.ExitStack() as stack:
                for pdf, counts in print_run(sources, single_pages=single_pages):
                    _append(
                        part,
                        stack.enter_context(pikepdf.open(io.BytesIO(pdf))),
                        [] if single_pages else counts,
                    )
                part.save(file, deterministic_id=True)
            _keep(chunk.file, file)
    return [document.number for document in documents if document not in valid]


def _append(part: pikepdf.Pdf, pdf: pikepdf.Pdf, counts: Sequence[int]) -> None:
    """Append all pages; with ``counts`` (pages per letter) every letter begins on the front of a leaf."""
    if not counts:
        part.pages.extend(pdf.pages)
        return
    at = 0
    for count in counts:
        part.pages.extend(pdf.pages[at : at + count])
        at += count
        if count % 2:
            box = pdf.pages[0].mediabox
            part.add_blank_page(page_size=(float(box[2]), float(box[3])))


def _bind_pages(batch: PrintBatch, names: Iterable[str], file: BinaryIO) -> int:
    """Write the parts one after the other into ``file``; returns how many pages that makes."""
    with contextlib.ExitStack() as stack:
        whole = stack.enter_context(pikepdf.new())
        for name in names:
            if default_storage.exists(name):
                part = stack.enter_context(default_storage.open(name))
                whole.pages.extend(stack.enter_context(pikepdf.open(cast(BinaryIO, part))).pages)
        title = f"{KINDS[batch.kind].label} {batch.year}（{len(whole.pages)}页）"
        whole.docinfo["/Title"] = title
        whole.save(file, deterministic_id=True)
        return len(whole.pages)


def _printed(chunks: Iterable[PrintChunk]) -> Iterable[Document]:
    """The documents of a batch in order, without those left out; a chunk at a time."""
    for chunk in chunks:
        rows = Document.objects.in_bulk(chunk.documents)
        for pk in chunk.documents:
            if rows[pk].number not in chunk.omitted:
                yield rows[pk]


def _pack(documents: Iterable[Document], file: BinaryIO) -> None:
    """Write the issued files into a ZIP; they are compressed already."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for document in documents:
            entry = zipfile.ZipInfo(safe_file_name(f"{document.number} {document.title}", "pdf"))
            entry.date_time = (*document.issued_on.timetuple()[:3], 9, 0, 0)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, render(document))


def _keep(name: str, file: BinaryIO) -> int:
    """Store a file under a name, in place of one that a worker left there; returns its size."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    default_storage.delete(name)
    saved = default_storage.save(name, File(file))
    if saved != name:  # another worker was faster; what it wrote is the same
        default_storage.delete(saved)
    return size


def _remove_files(batch: PrintBatch) -> None:
    for name in (batch.print_file, batch.archive_file, *(chunk.file for chunk in batch.chunks.all())):
        default_storage.delete(name)
