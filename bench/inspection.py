"""A district's visits synced by 20 phones at once through gunicorn on PostgreSQL (run by ``bin/bench inspection``).

``bin/bench inspection`` takes 500 organizations, each visited by two inspectors who score 24 items and take three
photos; ``bin/bench inspection --visits 20`` is a check. Each of 20 inspectors has a phone that sends its visits one
after the other: facts in two batches, photos of 60 KB in one piece each; every tenth request is sent twice, as after an
answer that was lost. gunicorn runs as in ``bin/demo``: two workers of four threads.

Prints one JSON line. Exit status 1 when a goal is missed: no error, every visit complete, every fact and photo there
once, and from the middle to the end at most 32 MB more memory in the server.
"""

import argparse
import hashlib
import io
import json
import os
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

import httpx  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from PIL import Image  # noqa: E402

from orgs.actions.district import set_up_district  # noqa: E402
from orgs.enums import Role  # noqa: E402
from orgs.models import Inspection, InspectionFact, InspectionUpload, Organization, Person  # noqa: E402
from records.models import AuditEntry, StoredFile  # noqa: E402
from tests.factories import make_person  # noqa: E402
from tests.flows.district import District  # noqa: E402
from tests.inspections import add_visit, finish, make_inspection, met, photo  # noqa: E402

VISITS, PHONES, PHOTOS = 500, 20, 3
WORKERS, THREADS = 2, 4
MAX_GROWTH_MB = 32
BUSY = 503


# --- what is there before -----------------------------------------------------------------------------------


def make_visits(count: int) -> dict[int, list[Inspection]]:
    """Organizations with two visits each, spread over the inspectors of one street; the visits by inspector."""
    set_up_district()
    street = Organization.objects.filter(level="subdistrict").order_by("path").first()
    district = Organization.objects.get(level="district")
    people = {"handler0": make_person(Role.SUBDISTRICT_HANDLER, street)}
    inspectors = [make_person(Role.INSPECTOR, street) for _number in range(PHONES)]
    place, visits = District(district, [street], people), {one.pk: [] for one in inspectors}
    for number in range(count):
        with transaction.atomic():
            visiting = make_inspection(place, inspectors=0)
            for step in (0, 1):
                inspector = inspectors[(2 * number + step) % PHONES]
                visits[inspector.pk].append(add_visit(visiting, inspector=inspector))
    return visits


def base_photo() -> bytes:
    """A picture as a phone sends it: 1,600 pixels long, about 60 KB."""
    noise = Image.effect_noise((16, 12), 40).resize((1600, 1200), Image.Resampling.BICUBIC)
    content = io.BytesIO()
    noise.convert("RGB").save(content, "JPEG", quality=70)
    return content.getvalue()


def numbered(content: bytes, number: int) -> bytes:
    """The same picture as another file: its number stands in a comment."""
    comment = str(number).encode()
    return content[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + content[2:]


def sign_in(person: Person) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return session.session_key


# --- the phones ---------------------------------------------------------------------------------------------


class Tally:
    """What all phones did together."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.requests = self.busy = self.facts = self.photos = self.visits = 0
        self.errors: list[str] = []

    def add(self, **more: int) -> None:
        with self.lock:
            for name, count in more.items():
                setattr(self, name, getattr(self, name) + count)


class Phone:
    """One inspector's phone, with a connection that stays open."""

    def __init__(self, base: str, session: str, tally: Tally):
        self.tally, self.sent = tally, 0
        self.client = httpx.Client(base_url=base, cookies={"sessionid": session}, timeout=60)
        found = self.client.get("/inspections/api/session").raise_for_status().json()
        self.client.headers["X-CSRFToken"] = found["csrf"]
        self.client.get("/inspections/api/visits").raise_for_status()

    def put(self, address: str, content: bytes, **headers: str) -> dict[str, Any]:
        """Send until the server is not busy; every tenth request twice."""
        answer: dict[str, Any] = {}
        self.sent += 1
        for _again in range(1 + (self.sent % 10 == 0)):
            response = self.client.put(address, content=content, headers=headers)
            while response.status_code == BUSY:
                self.tally.add(busy=1)
                time.sleep(0.2)
                response = self.client.put(address, content=content, headers=headers)
            self.tally.add(requests=1)
            response.raise_for_status()
            answer = response.json()
            if answer.get("refused"):
                raise RuntimeError(f"{address}: {answer['refused']}")
        return answer

    def send(self, visit: Inspection, facts: list[dict[str, Any]]) -> dict[str, Any]:
        body = json.dumps({"device": "phone", "facts": facts}).encode()
        return self.put(f"/inspections/api/visits/{visit.public_id}/facts", body)

    def upload(self, visit: Inspection, content: bytes) -> None:
        sha256 = hashlib.sha256(content).hexdigest()
        place = {"Content-Range": f"bytes 0-{len(content) - 1}/{len(content)}"}
        self.put(f"/inspections/api/visits/{visit.public_id}/photos/{sha256}", content, **place)

    def sync(self, visits: list[Inspection], picture: bytes) -> None:
        """Send one visit after the other; a visit that fails is an error, and the next one is sent."""
        for visit in visits:
            try:
                self.sync_one(visit, picture)
            except (httpx.HTTPError, RuntimeError) as error:
                with self.tally.lock:
                    self.tally.errors.append(f"{type(error).__name__}: {error}"[:200])

    def sync_one(self, visit: Inspection, picture: bytes) -> None:
        pictures = [numbered(picture, PHOTOS * visit.pk + number) for number in range(PHOTOS)]
        items = [met(visit, code, "现场查看属实") for code in visit.items]
        shots = [photo(one, item=code) for one, code in zip(pictures, visit.items, strict=False)]
        middle = len(items) // 2
        self.send(visit, items[:middle])
        self.upload(visit, pictures[0])
        self.send(visit, [*items[middle:], *shots, finish(items + shots)])
        for one in pictures[1:]:
            self.upload(visit, one)
        answer = self.send(visit, [])
        if answer["state"] != "completed" or "receipt" not in answer:
            raise RuntimeError(
                f"{visit.public_id} lacks {answer['missing']}, conflicts {answer['conflicts']}"
            )
        self.tally.add(facts=len(items) + len(shots) + 1, photos=PHOTOS, visits=1)


# --- the server ---------------------------------------------------------------------------------------------


def start_server(port: int) -> subprocess.Popen:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "DEMO": "1",
    }
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", str(WORKERS), "--worker-class", "gthread", "--threads", str(THREADS)]
    server = subprocess.Popen([*command, "--keep-alive", "75", "--log-level", "warning"], env=environment)
    for _wait in range(240):
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.25)
        else:
            return server
    server.terminate()
    raise RuntimeError("the server did not start within a minute")


def memory_mb(server: subprocess.Popen) -> int:
    """Proportional memory of gunicorn and its workers."""
    total = 0
    for pid in [server.pid, *children(server.pid)]:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return total // 1024


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def watch(server: subprocess.Popen, tally: Tally, count: int, ended: threading.Event) -> list[int]:
    """Memory when a tenth, half and all visits are in."""
    marks, found = [count // 10, count // 2], []
    while not ended.wait(0.2):
        if marks and tally.visits >= marks[0]:
            marks.pop(0)
            found.append(memory_mb(server))
    return [*found, memory_mb(server)]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def sync_all(visits: dict[int, list[Inspection]], tally: Tally) -> dict[str, Any]:
    """All phones at once; seconds and memory."""
    port, picture, ended = free_port(), base_photo(), threading.Event()
    server = start_server(port)
    try:
        base = f"http://127.0.0.1:{port}"
        sessions = {pk: sign_in(Person.objects.get(pk=pk)) for pk in visits}
        connection.close()
        with ThreadPoolExecutor(PHONES + 1) as pool:
            phones = {pk: Phone(base, session, tally) for pk, session in sessions.items()}
            watching = pool.submit(watch, server, tally, sum(map(len, visits.values())), ended)
            start = time.perf_counter()
            for running in [pool.submit(phones[pk].sync, visits[pk], picture) for pk in visits]:
                running.result()
            seconds = time.perf_counter() - start
            ended.set()
            return {"s": seconds, "memory_mb": watching.result(), "photo_bytes": len(picture)}
    finally:
        ended.set()
        server.terminate()
        server.wait(30)


def missed_goals(tally: Tally, count: int, memory: list[int]) -> list[str]:
    """What the database must hold once, and what the server must not grow by."""
    facts = count * (24 + PHOTOS + 1)
    checks = {
        "errors": not tally.errors,
        "visits": Inspection.objects.filter(state=Inspection.State.COMPLETED, total=100).count() == count,
        "facts": InspectionFact.objects.filter(late=False).count() == facts,
        "photos": InspectionUpload.objects.exclude(file=None).count() == count * PHOTOS,
        "files": StoredFile.objects.filter(purpose="inspection_photo").count() == count * PHOTOS,
        "records": AuditEntry.objects.filter(event="inspected").count() == count,
        "memory": len(memory) < 3 or memory[-1] - memory[-2] <= MAX_GROWTH_MB,
    }
    return [name for name, met_goal in checks.items() if not met_goal]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--visits", type=int, default=VISITS, help="organizations, each visited by two inspectors"
    )
    visits, tally = make_visits(parser.parse_args().visits), Tally()
    count = sum(map(len, visits.values()))
    measured = sync_all(visits, tally)
    result = {
        "name": "inspection",
        "database": connection.vendor,
        "visits": count,
        "phones": PHONES,
        "requests": tally.requests,
        "requests_per_s": round(tally.requests / measured["s"], 1),
        "items_per_s": round(24 * tally.visits / measured["s"], 1),
        "photos_per_s": round(tally.photos / measured["s"], 1),
        "photo_bytes": measured["photo_bytes"],
        "s": round(measured["s"], 1),
        "facts": InspectionFact.objects.count(),
        "busy": tally.busy,
        "errors": len(tally.errors),
        "first_errors": tally.errors[:3],
        "memory_mb": measured["memory_mb"],
        "missed": missed_goals(tally, count, measured["memory_mb"]),
    }
    print(json.dumps(result, ensure_ascii=False))
    return 1 if result["missed"] else 0


if __name__ == "__main__":
    sys.exit(main())
