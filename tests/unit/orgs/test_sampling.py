"""RULES section 10, P3: the district draws at least a fifth of each sub-district and all borderline cases, by a seed
that was committed before anybody knew the list; anybody can repeat it with docs/draw_sample.py."""

import datetime as dt
import importlib.util
import json
import random
import secrets
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from orgs.actions.sampling import (
    draw_sample,
    enlist,
    open_sample,
    open_sample_of,
    revealed_seed,
    samples,
)
from orgs.models import Acceptance, Sample, SampleEntry
from orgs.permissions import Refused
from orgs.rules.sampling import Listed, commitment_of, draw, list_digest, size_of_draw, stratum_digests
from orgs.sample_lists import published, strata_of, visible_entries
from records import audit
from records.models import AuditEntry, OutboxMessage
from tests.inspections import make_acceptance, make_inspection
from tests.sharing import shared

SCRIPT = settings.BASE_DIR / "docs" / "draw_sample.py"
SEED = "5eed" * 16


def load_script():
    spec = importlib.util.spec_from_file_location("draw_sample_script", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


script = load_script()


def listing(rows: random.Random) -> list[Listed]:
    """A random list: up to six strata, some of a single case, some all borderline."""
    found = []
    for code in range(rows.randint(1, 6)):
        share = rows.choice((0.0, 0.1, 0.5, 1.0))
        for _ in range(rows.choice((1, 2, 4, 5, 6, rows.randint(1, 40)))):
            number = f"YS-2026-{len(found) + 1:05d}"
            found.append(Listed(f"11010{code}", number, rows.random() < share))
    rows.shuffle(found)
    return found


def as_published(listed: list[Listed], seed: str, fraction: str) -> dict:
    """What the product publishes of a list, without a database."""
    digests = stratum_digests(listed)
    counts = {code: sum(one.stratum == code for one in listed) for code in digests}
    return {
        "number": "CC-2026-001",
        "fraction": fraction,
        "seed": seed,
        "commitment": commitment_of(seed),
        "digest": list_digest(digests),
        "strata": [{"code": code, "listed": counts[code], "digest": digests[code]} for code in digests],
        "entries": [row._asdict() for row in draw(listed, seed=seed, fraction=fraction)],
    }


def check(data: dict, *noted: str) -> list[str]:
    return list(script.problems(data, *(noted or ("", ""))))


def test_the_script_repeats_five_hundred_random_draws(capsys):
    rows = random.Random(2014)
    for _ in range(500):
        fraction = rows.choice(("1/5", "1/4", "3/10", "0.2"))
        listed, seed = listing(rows), f"{rows.getrandbits(256):064x}"
        data = as_published(listed, seed, fraction)
        assert check(data, commitment_of(seed), data["digest"]) == []
        for code, _digest in stratum_digests(listed).items():
            mine = [row for row in data["entries"] if row["stratum"] == code]
            drawn = [row for row in mine if row["drawn"]]
            plain = sum(not row["borderline"] for row in mine)
            assert all(row["drawn"] for row in mine if row["borderline"])
            if fraction == "1/5":
                assert len(drawn) == len(mine) - plain + (plain + 4) // 5
            assert 5 * len(drawn) >= len(mine)
            assert len(drawn) == size_of_draw([one for one in listed if one.stratum == code], fraction)


def test_every_change_to_a_published_list_is_detected(capsys):
    rows = random.Random(11)
    for _ in range(60):
        data = as_published(listing(rows), secrets.token_hex(32), "1/5")
        noted = (data["commitment"], data["digest"])
        entry = rows.randrange(len(data["entries"]))
        changes = [
            lambda it, at: it["entries"][at].update(drawn=not it["entries"][at]["drawn"]),
            lambda it, at: it["entries"][at].update(borderline=not it["entries"][at]["borderline"]),
            lambda it, at: it["entries"][at].update(case_number="YS-2026-99999"),
            lambda it, at: it["entries"][at].update(rank=it["entries"][at]["rank"] + 1),
            lambda it, at: it["entries"].pop(at),
            lambda it, at: it["entries"].append(it["entries"][at] | {"case_number": "YS-2026-99999"}),
            lambda it, at: it["entries"][at].update(stratum="990000"),
            lambda it, at: it.update(seed=secrets.token_hex(32)),
        ]
        for change in changes:
            changed = json.loads(json.dumps(data))
            change(changed, entry)
            assert check(changed, *noted), change
        # Who recomputes everything is found out by what was noted before.
        other = secrets.token_hex(32)
        assert check(data | {"seed": other, "commitment": commitment_of(other)}, *noted)


def build():
    """Three cases of the first street, one of them borderline, two of the second; nothing listed yet."""
    visiting = make_inspection(inspectors=0, case_number="YS-2026-00001")
    place, first = visiting.place, visiting.acceptance
    for number in (2, 3):
        make_acceptance(
            place,
            visiting.organization,
            place.streets[0],
            case_number=f"YS-2026-0000{number}",
            borderline=number == 3,
        )
    for number in (4, 5):
        make_acceptance(place, visiting.organization, place.streets[1], case_number=f"YS-2026-0000{number}")
    assert first.affiliation == place.streets[0]
    return place


place_once = shared(build, "place_once")


@pytest.fixture
def place(place_once):
    return place_once()


def enlist_all() -> list[SampleEntry]:
    at = timezone.now()
    return [enlist(one, at=at) for one in Acceptance.objects.order_by("case_number")]


@pytest.mark.django_db
def test_the_first_proposal_opens_a_list_whose_commitment_is_on_record(place):
    first = enlist_all()[0]
    sample = samples().get()
    year = timezone.localdate().year
    assert (first.sample_id, sample.number, sample.opened_by) == (sample.pk, f"CC-{year}-001", None)
    entry = AuditEntry.objects.get(event="sample_opened")
    assert entry.chain == f"organization:{place.district.pk}"
    assert entry.data["commitment"] == sample.commitment == commitment_of(sample.seed)
    assert AuditEntry.objects.filter(event="sample_listed").count() == 5


@pytest.mark.django_db
def test_a_district_has_one_open_list_and_a_proposal_one_place_on_it(place):
    by, at = place.person("district_handler"), timezone.now()
    sample = open_sample(place.district, by=by, at=at)
    assert open_sample(place.district, by=by, at=at) == sample
    acceptance = Acceptance.objects.order_by("pk").first()
    entry = enlist(acceptance, at=at)
    acceptance.borderline = True
    again = enlist(acceptance, at=at)
    assert (again.pk, again.borderline, again.sample_id) == (entry.pk, True, sample.pk)
    assert SampleEntry.objects.count() == 1


@pytest.mark.django_db
def test_nobody_but_the_districts_handler_opens_or_draws(place):
    enlist_all()
    for key in ("handler0", "district_approver", "district_leader"):
        with pytest.raises(Refused):
            open_sample(place.district, by=place.person(key), at=timezone.now())
        with pytest.raises(Refused):
            draw_sample(samples().get(), by=place.person(key), at=timezone.now())
    assert samples().get().drawn_at is None


@pytest.mark.django_db
def test_an_empty_list_is_not_drawn(place):
    sample = open_sample(place.district, by=None, at=timezone.now())
    with pytest.raises(ValidationError, match="还没有事项"):
        draw_sample(sample, by=place.person("district_handler"), at=timezone.now())


@pytest.mark.django_db
def test_a_draw_reveals_the_seed_and_promises_one_result_per_case(place):
    entries = enlist_all()
    by, at = place.person("district_handler"), timezone.now()
    sample = samples().get()
    assert revealed_seed(sample) == ""
    assert draw_sample(sample, by=by, at=at)
    assert not draw_sample(sample, by=by, at=at + dt.timedelta(minutes=1)), "a second draw changes nothing"
    sample = samples().get()
    drawn = {entry.case_number: entry.drawn for entry in sample.entries.all()}
    assert drawn["YS-2026-00003"], "borderline cases are always drawn"
    assert sum(drawn.values()) == 3, "one borderline, one of two others, one of the second street"
    promised = OutboxMessage.objects.filter(kind="sample_result")
    assert sorted(one.payload["entry"] for one in promised) == sorted(entry.pk for entry in entries)
    entry = AuditEntry.objects.get(event="sample_drawn")
    assert entry.data["seed"] == revealed_seed(sample)
    assert entry.data["list_sha256"] == list_digest(stratum_digests(rows_of(sample)))
    assert audit.check_log().breaks == []
    late = enlist(Acceptance.objects.order_by("pk").first(), at=at)
    assert late.sample_id != sample.pk, "what comes later stands on the next list"
    assert open_sample_of(place.district).number.endswith("-002")


def rows_of(sample: Sample) -> list[Listed]:
    return [Listed(one.stratum, one.case_number, one.borderline) for one in sample.entries.all()]


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["district_handler", "handler1"])
def test_the_script_agrees_with_a_real_draw(place, key, tmp_path):
    """Of the whole list, and of what a sub-district sees of it: its own rows, digests of the others."""
    enlist_all()
    sample, on = samples().get(), timezone.localdate()
    draw_sample(sample, by=place.person("district_handler"), at=timezone.now())
    sample = samples().get()
    data = published(sample, strata_of(sample, visible_entries(sample, place.person(key), on)))
    assert len(data["entries"]) == (5 if key == "district_handler" else 2)
    assert run(data, tmp_path, sample.commitment, data["digest"]).returncode == 0
    data["entries"][0]["drawn"] = not data["entries"][0]["drawn"]
    failed = run(data, tmp_path)
    assert failed.returncode == 1
    assert "公布的结果不符" in failed.stdout


def run(data: dict, directory, *noted: str) -> subprocess.CompletedProcess:
    """The script as an outsider runs it: without the project, without an environment."""
    path = directory / "list.json"
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    command = [sys.executable, "-I", str(SCRIPT), str(path), *noted]
    environment = {"PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False)


@pytest.mark.django_db
def test_the_seed_is_nowhere_to_be_read_before_the_draw(place):
    enlist_all()
    sample, on = samples().get(), timezone.localdate()
    seed = Sample.objects.values_list("seed", flat=True).get()
    everything = [
        repr(vars(sample)),
        str(sample),
        repr(list(AuditEntry.objects.values("data"))),
        repr(list(OutboxMessage.objects.values("payload"))),
        repr(published_before(sample, place, on)),
    ]
    assert not [text for text in everything if seed in text or seed[:16] in text]


def published_before(sample: Sample, place, on: dt.date) -> list:
    return strata_of(sample, visible_entries(sample, place.person("district_handler"), on))
