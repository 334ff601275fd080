"""Print batches: CPU per certificate against typst's, two workers at once, memory. Part of ``bench.documents``."""

import statistics
import time
from collections.abc import Callable
from typing import Any

TYPST_EACH = 8  # certificates by typst after every fifth of the batch


def print_costs(
    frozen: Callable[[int], dict],
    typst: Callable[[int], bytes],
    cpu_ms: Callable,
    resident_mb: Callable,
    count: int,
) -> dict[str, Any]:
    """The pages of ``count`` certificates in one file, as the worker makes them, and typst in turns with it."""
    import io

    import pikepdf

    from records.documents.batches import CHUNK
    from records.documents.kinds import KINDS
    from records.documents.rendering import drawn_from
    from records.documents.runs import print_run

    kind, parts, memory, others = KINDS["founding_certificate"], [], [], []

    def chunk(first: int) -> bytes:
        sources = [drawn_from(kind, kind.version, frozen(n), final=True) for n in range(first, first + CHUNK)]
        return print_run(sources, single_pages=True)[0][0]

    chunk(count + 1)
    spent = 0.0
    for number, first in enumerate(range(1, count + 1, CHUNK), 1):
        start = time.process_time()
        parts.append(chunk(first))
        spent += time.process_time() - start
        if number % max(1, count // CHUNK // 5) == 0:
            others.append(cpu_ms(typst, first, TYPST_EACH))
            memory.append(round(resident_mb() - sum(map(len, parts)) / 1e6, 1))
    start = time.process_time()
    whole, file = pikepdf.new(), io.BytesIO()
    opened = [pikepdf.open(io.BytesIO(part)) for part in parts]
    for part in opened:
        whole.pages.extend(part.pages)
    whole.save(file, deterministic_id=True)
    binding = time.process_time() - start
    ms, other = 1000 * (spent + binding) / count, statistics.median(others)
    return {
        "batch_cpu_ms": round(ms, 1),
        "batch_typst_ms": round(other, 1),
        "batch_ratio_to_typst": round(ms / other, 2),
        "batch_binding_ms": round(1000 * binding / count, 2),
        "batch_resident_mb": memory,
        "batch_bytes": len(file.getvalue()),
    }


def two_workers(count: int, content: Callable[[int], dict]) -> dict[str, Any]:
    """Issued files, then a batch of them (print file and ZIP), each by two workers over the outbox."""
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.utils import timezone

    from records import documents
    from records.models import Document, PrintBatch
    from tests.unit.records.document_samples import ON, STREET

    call_command("migrate", run_syncdb=True, verbosity=0)
    with transaction.atomic():
        for number in range(1, count + 1):
            documents.issue(
                "founding_certificate",
                issuer=STREET,
                about=("bench", number),
                unit_id=None,
                content=content(number),
                on=ON,
                by_id=1,
            )
    issued = _work(2)
    ids = list(Document.objects.order_by("serial").values_list("pk", flat=True))
    about = {"issuer_id": STREET.id, "kind": "founding_certificate", "year": ON.year}
    documents.start_batch(ids, **about, first=None, last=None, by_id=1, at=timezone.now())
    batch = _work(2)
    made = PrintBatch.objects.get()
    if made.state != "done" or made.leaves != count:
        raise RuntimeError(f"the batch is {made.state} with {made.leaves} of {count} pages")
    connection.close()
    return {
        "issued_per_second_two_workers": round(count / issued, 1),
        "batch_per_second_two_workers": round(count / batch, 1),
        "batch_archive_bytes": made.archive_size,
    }


def _work(workers: int) -> float:
    """Seconds until the outbox is empty, worked on by some processes."""
    from django.utils import timezone

    from records import outbox
    from records.models import OutboxMessage
    from tests.processes import fork, wait

    def until_empty() -> None:
        while OutboxMessage.objects.filter(state="waiting", not_before__lte=timezone.now()).exists():
            if not outbox.deliver_due(now=timezone.now, limit=1000):
                time.sleep(0.02)

    start = time.perf_counter()
    pids = [fork(until_empty) for _ in range(workers)]
    if any(wait(pid) for pid in pids):
        raise RuntimeError("a worker failed")
    return time.perf_counter() - start
