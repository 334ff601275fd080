"""A Redis of the tests' own, from Debian's package, on loopback; it keeps nothing on disk."""

import shutil
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import redis


@contextmanager
def run_redis(folder: Path) -> Generator[str, None, None]:
    """The URL of a server that ends with the block. Fails when Debian's package is missing."""
    program = shutil.which("redis-server")
    assert program, "redis-server is missing: apt-get install -y --no-install-recommends redis-server"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {"port": port, "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": folder}
    arguments = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
    server = subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(10)


def wait_for(port: int) -> None:
    """Until the server answers, ten seconds at most."""
    deadline = time.monotonic() + 10
    with redis.Redis(port=port) as client:
        while time.monotonic() < deadline:
            with suppress(redis.ConnectionError):
                client.ping()
                return
            time.sleep(0.02)
    raise AssertionError("redis-server did not answer within ten seconds")
