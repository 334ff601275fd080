"""Print batches: made in chunks, resumed after a worker was killed, cancelled, cleaned up (DESIGN section 9)."""

import io
import random
import time
import zipfile
from datetime import UTC, datetime, timedelta

import pikepdf
import pypdfium2
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from records import documents, outbox
from records.documents import batches
from records.documents.batches import CHUNK, failure, made
from records.models import Document, OutboxMessage, PrintBatch
from tests.processes import fork, kill, wait

from .document_samples import CERTIFICATE, ON, SAMPLES, STREET

AT = datetime(2014, 10, 8, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    storage = settings.STORAGES["default"] | {"OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = settings.STORAGES | {"default": storage}


def issue(kind="founding_certificate", content=None, **changes) -> Document:
    body = content or CERTIFICATE
    values = {"issuer": STREET, "about": ("award", 1), "unit_id": None, "on": ON, "by_id": 7} | changes
    return documents.issue(kind, content=body, **values)


def order(found: list[Document], kind="founding_certificate") -> PrintBatch:
    ids = [document.pk for document in found]
    return documents.start_batch(
        ids, issuer_id=STREET.id, kind=kind, year=2014, first=None, last=None, by_id=7, at=AT
    )


def work(ahead: timedelta = timedelta(minutes=1)) -> int:
    """Do what is due, some time from now: what a dead worker had leased is free then."""
    return outbox.deliver_due(now=lambda: timezone.now() + ahead, limit=10_000)


def finished(batch: PrintBatch) -> PrintBatch:
    work()
    batch.refresh_from_db()
    assert batch.state == "done", failure(batch)
    return batch


def printed_numbers(batch: PrintBatch) -> list[str]:
    return [text.split("证书编号：")[1].split()[0] for text in texts(batch)]


def texts(batch: PrintBatch) -> list[str]:
    """What the pages of the print file say."""
    with default_storage.open(batch.print_file) as file:
        pdf = pypdfium2.PdfDocument(file.read())
    return [page.get_textpage().get_text_range() for page in pdf]


def archive_of(batch: PrintBatch) -> zipfile.ZipFile:
    with default_storage.open(batch.archive_file) as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


@pytest.mark.once
@pytest.mark.django_db
def test_a_batch_holds_every_certificate_in_order_and_every_issued_file():
    found = [issue() for _ in range(2 * CHUNK + 3)]
    batch = finished(order(found))
    assert printed_numbers(batch) == [document.number for document in found]
    assert batch.leaves == len(found)
    archive = archive_of(batch)
    assert [name.split(" ")[0] for name in archive.namelist()] == [document.number for document in found]
    assert archive.read(archive.namelist()[-1]) == documents.render(Document.objects.latest("pk"))
    assert batch.print_size == default_storage.size(batch.print_file)


@pytest.mark.once
@pytest.mark.django_db
def test_a_page_of_the_print_file_looks_like_the_issued_one():
    batch = finished(order([issue(), issue()]))
    with default_storage.open(batch.print_file) as file:
        together = pypdfium2.PdfDocument(file.read())
    for number, document in enumerate(Document.objects.order_by("pk")):
        alone = pypdfium2.PdfDocument(documents.render(document))
        images = [pdf[index].render(scale=1).to_pil() for pdf, index in ((alone, 0), (together, number))]
        assert images[0].tobytes() == images[1].tobytes()


@pytest.mark.once
@pytest.mark.django_db
def test_letters_begin_on_the_front_of_a_leaf():
    content = SAMPLES["establishment_reply"][1]
    batch = finished(order([issue("establishment_reply", content) for _ in range(2)], "establishment_reply"))
    alone = pikepdf.open(io.BytesIO(documents.render(Document.objects.first())))
    pages = len(alone.pages) + len(alone.pages) % 2
    assert batch.leaves == 2 * pages
    assert "1号" in texts(batch)[0]
    assert "2号" in texts(batch)[pages]


@pytest.mark.django_db
def test_what_is_no_longer_valid_when_its_turn_comes_is_left_out_and_named():
    found = [issue() for _ in range(3)]
    batch = order(found)
    documents.revoke(found[1], "x", by_id=7, at=AT)
    finished(batch)
    assert printed_numbers(batch) == [found[0].number, found[2].number]
    assert len(archive_of(batch).namelist()) == 2
    assert batch.chunks.get().omitted == [found[1].number]


@pytest.mark.django_db
def test_a_batch_of_revoked_documents_ends_empty():
    document = issue()
    batch = order([document])
    documents.revoke(document, "x", by_id=7, at=AT)
    assert finished(batch).leaves == 0


@pytest.mark.django_db
def test_a_chunk_or_binding_that_is_repeated_changes_nothing():
    batch = order([issue() for _ in range(CHUNK + 1)])
    for position in (0, 0, 1, 1):
        batches.make_chunk({"batch": batch.pk, "chunk": position})
    assert OutboxMessage.objects.filter(kind="print_binding").count() == 1
    batches.bind({"batch": batch.pk})
    first = PrintBatch.objects.get()
    batches.bind({"batch": batch.pk})
    again = PrintBatch.objects.get()
    assert (first.state, first.finished_at, first.leaves) == ("done", again.finished_at, CHUNK + 1)


@pytest.mark.django_db
def test_two_workers_share_a_batch():
    batch = order([issue() for _ in range(2 * CHUNK + 1)])
    waiting = OutboxMessage.objects.filter(kind="print_batch").values_list("payload", flat=True)
    assert [payload["chunk"] for payload in waiting] == [0, 1]
    batches.make_chunk({"batch": batch.pk, "chunk": 1})
    assert made(batch) == CHUNK
    assert not OutboxMessage.objects.filter(kind="print_binding").exists()


@pytest.mark.django_db
def test_a_cancelled_batch_leaves_no_file_and_is_not_made(django_capture_on_commit_callbacks):
    batch = order([issue() for _ in range(CHUNK + 1)])
    batches.make_chunk({"batch": batch.pk, "chunk": 0})
    assert default_storage.exists(batch.chunks.first().file)
    with django_capture_on_commit_callbacks(execute=True):
        assert documents.cancel_batch(batch, at=AT)
    assert not documents.cancel_batch(batch, at=AT)
    work()
    batch.refresh_from_db()
    assert batch.state == "cancelled"
    assert not any(default_storage.exists(chunk.file) for chunk in batch.chunks.all())
    assert not default_storage.exists(batch.print_file)


@pytest.mark.django_db
def test_files_go_after_seven_days_and_the_record_stays():
    batch = finished(order([issue()]))
    assert batch.expires_at - batch.finished_at == timedelta(days=7)
    work(timedelta(days=6))
    assert default_storage.exists(batch.print_file)
    work(timedelta(days=7, minutes=1))
    batch.refresh_from_db()
    assert batch.state == "expired"
    assert not default_storage.exists(batch.print_file)
    assert not default_storage.exists(batch.archive_file)


@pytest.mark.django_db
def test_what_failed_for_good_is_named_and_resumed_where_it_stopped(settings):
    found = [issue() for _ in range(CHUNK + 1)]
    batch = order(found)
    settings.DEMO, keys = False, settings.DOCUMENT_KEYS_DIR
    for step in range(outbox.MAX_ATTEMPTS):
        work(timedelta(hours=step + 1))
    message, gave_up = failure(batch)
    assert gave_up
    assert found[0].number in message or found[CHUNK].number in message
    assert "DOCUMENT_KEYS_DIR" in message
    settings.DEMO, settings.DOCUMENT_KEYS_DIR = True, keys
    assert documents.resume_batch(batch, at=timezone.now())
    assert not documents.resume_batch(batch, at=timezone.now())
    assert finished(batch).leaves == CHUNK + 1


@pytest.mark.django_db
@pytest.mark.parametrize("count", [0, batches.MAX_DOCUMENTS + 1])
def test_none_and_too_many_are_refused(count):
    with pytest.raises(ValueError, match=str(batches.MAX_DOCUMENTS)):
        documents.start_batch(
            list(range(count)),
            issuer_id=17,
            kind="founding_certificate",
            year=2014,
            first=None,
            last=None,
            by_id=7,
            at=AT,
        )


@pytest.mark.django_db(transaction=True)
def test_a_batch_survives_workers_killed_at_random_points():
    found = [issue() for _ in range(3 * CHUNK + 5)]
    batch = order(found)
    chance, killed, ahead = random.Random(20141008), 0, 1
    deadline = time.monotonic() + 90
    while PrintBatch.objects.get().state == "running":
        assert time.monotonic() < deadline
        ahead += 6  # minutes: the lease of the one before is over
        pid = fork(lambda ahead=ahead: work(timedelta(minutes=ahead)))
        # Never so often that the outbox takes a promise for one that kills its workers.
        if killed < outbox.MAX_ATTEMPTS - 1:
            killed += kill(pid, after=chance.uniform(0.05, 1.6))
        else:
            assert wait(pid) == 0
    assert killed >= 3
    batch.refresh_from_db()
    assert printed_numbers(batch) == [document.number for document in found]
    assert len(archive_of(batch).namelist()) == len(found)
    left = default_storage.listdir(f"print/{batch.pk}")[1]
    assert set(left) == {"print.pdf", "documents.zip"}
