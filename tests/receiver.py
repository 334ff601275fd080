"""An HTTP server on loopback that keeps what it was sent, for tests of webhooks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Receiver:
    """``answers`` are the statuses of the next requests, 204 after them; ``requests`` are (path, headers, body)."""

    port: int
    answers: list[int] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str], str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"


@contextmanager
def receiver(port: int = 0, *answers: int) -> Iterator[Receiver]:
    """A receiver in a thread of its own; ``port`` 0 takes a free one."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            kept.requests.append((self.path, headers, body))
            status = kept.answers.pop(0) if kept.answers else 204
            self.send_response(status)
            if status == 302:
                self.send_header("location", f"{kept.url}/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Tests say themselves what arrived."""

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        kept = Receiver(server.server_address[1], list(answers))
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()
