"""People who press the button at the same moment: threads with connections of their own, started by a barrier."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import TracebackType
from typing import Any

from django.db import connection


class Racers:
    """``racers(first, second, …)`` runs the calls at the same moment and returns their results in that order."""

    def __init__(self, count: int):
        self.count = count
        self.barrier = Barrier(count, timeout=30)

    def __enter__(self) -> "Racers":
        self.pool = ThreadPoolExecutor(self.count)
        return self

    def __call__(self, *calls: Callable[[], Any]) -> list[Any]:
        assert len(calls) == self.count
        return [one.result(60) for one in [self.pool.submit(self.start, call) for call in calls]]

    def start(self, call: Callable[[], Any]) -> Any:
        connection.ensure_connection()
        self.barrier.wait()
        return call()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # One closing call per thread: the barrier keeps a thread from taking two of them.
        for closed in [self.pool.submit(self.close) for _ in range(self.count)]:
            closed.result(60)
        self.pool.shutdown()

    def close(self) -> None:
        self.barrier.wait()
        connection.close()
