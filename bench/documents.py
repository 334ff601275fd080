"""What certificates cost: CPU ms warm against typst's for the same certificate, signatures, memory over 1,000.

    .venv/bin/python -m bench.documents [--count 1000]

Prints one line of JSON. Ratios matter, not milliseconds: both are measured in turns in the same process, so that a busy
machine slows both. ``signed`` includes data, credential and signature, which typst does not make.
"""

import argparse
import gc
import io
import json
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.document_batches import print_costs, two_workers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
GOALS = {"ratio_to_typst": 2.5, "batch_ratio_to_typst": 1.4, "signature_ms": 30}
TURNS, EACH = 12, 4


def cpu_ms(make: Callable[[int], Any], first: int, count: int) -> float:
    start = time.process_time()
    for number in range(first, first + count):
        make(number)
    return 1000 * (time.process_time() - start) / count


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return round(pages * resource.getpagesize() / 1e6, 1)


def certificates() -> tuple[Callable[[int], bytes], Callable[[int], bytes], Any]:
    """Makers of certificate number n: plain (data attached, as typst's) and signed; and the key."""
    from records.documents.keys import signing_key
    from records.documents.kinds import KINDS
    from records.documents.rendering import compose
    from tests.unit.records.document_samples import ON, STREET

    kind = KINDS["founding_certificate"]
    key = signing_key("organization", STREET.id, STREET.name, ON)

    def make(number: int, **options: Any) -> bytes:
        return compose(kind, kind.version, frozen(number), final=True, **options)

    return make, lambda number: make(number, key=key), key


def content(number: int) -> dict[str, Any]:
    from tests.unit.records.document_samples import CERTIFICATE

    return CERTIFICATE | {"organization": organization(number)}


def frozen(number: int) -> dict[str, Any]:
    """Certificate number n before it is drawn."""
    from records.documents.kinds import KINDS
    from records.documents.rendering import freeze
    from tests.unit.records.document_samples import ON, STREET

    kind, body, code = KINDS["founding_certificate"], content(number), f"{number:012d}"
    return freeze(kind, STREET, body, ON, kind.number(STREET, 2014, number, body), code, address(code))


def organization(number: int) -> str:
    """A name of its own for each certificate, of common characters (GB 2312, level 1) that change."""
    places = [(number * 37 + at * 411) % (38 * 94) for at in range(4)]
    middle = "".join(bytes((0xB0 + place // 94, 0xA1 + place % 94)).decode("gb2312") for place in places)
    return f"共青团北京{middle}科技有限公司支部委员会"


def address(code: str) -> str:
    return f"https://liuyou.hdgqt.example.cn/verify/{code}/"


def typst_certificates() -> Callable[[int], bytes]:
    """The same certificate by typst: PDF/A-3a and UA-1, data attached, compiler and fonts kept warm."""
    import segno
    import typst

    from records.documents.assets import ROOT
    from records.documents.ornaments import specimen_seal
    from records.documents.typography import chinese_date
    from tests.unit.records.document_samples import CERTIFICATE, ON, STREET

    here = Path(__file__).parent
    compiler = typst.Compiler(
        here / "certificate.typ",
        root=here.parent,
        font_paths=[str(ROOT / "fonts")],
        ignore_system_fonts=True,
    )
    seal = specimen_seal(STREET.name)

    def make(number: int) -> bytes:
        code, qr = f"{number:012d}", io.BytesIO()
        segno.make(address(code), error="m", micro=False, boost_error=False, mask=3).save(
            qr, kind="svg", border=0
        )
        approved = f"{CERTIFICATE['approval_number']}（{chinese_date(CERTIFICATE['approved_on'])}）"
        facts = (
            ("组织类别", CERTIFICATE["organization_kind"]),
            ("建团方式", CERTIFICATE["mode"]),
            ("隶属组织", CERTIFICATE["parent"]),
            ("批准文号", approved),
            ("覆盖单位", CERTIFICATE["units"][0]),
        )
        data = {
            "title": f"{organization(number)}成立证书",
            "issuer": STREET.name,
            "number": f"HDTQ-2014-JT-{number:04d}",
            "organization": organization(number),
            "founded_on": chinese_date(CERTIFICATE["founded_on"]),
            "facts": facts,
            "host": "liuyou.hdgqt.example.cn",
            "code": code,
            "issued_on": chinese_date(ON),
        }
        inputs = {"data": json.dumps(data, ensure_ascii=False), "qr": qr.getvalue().decode(), "seal": seal}
        return compiler.compile(sys_inputs=inputs, pdf_standards=["a-3a", "ua-1"])

    return make


def signature_times(pdf: bytes, key: Any) -> tuple[float, float]:
    """Milliseconds (median, wall) to sign a finished certificate and to check one, chain and digest included."""
    from records.documents.keys import trusted_roots
    from records.documents.signing import _cms, leads_to, read_signatures

    def check() -> None:
        (found,) = read_signatures(pdf)
        if not leads_to(found.certificates, roots, found.at):
            raise ValueError("the signature does not verify")

    roots, times = trusted_roots(), []
    for work in (lambda: _cms(b"0" * 32, key), check):
        taken = []
        for _ in range(200):
            start = time.perf_counter()
            work()
            taken.append(time.perf_counter() - start)
        times.append(round(1000 * statistics.median(taken), 3))
    return times[0], times[1]


def measure(count: int) -> dict[str, Any]:
    plain, signed, key = certificates()
    other = typst_certificates()
    for make in (plain, signed, other):
        cpu_ms(make, 1, 5)
    makers = {"plain": plain, "signed": signed, "typst": other}
    turns: dict[str, list[float]] = {name: [] for name in makers}
    for turn in range(TURNS):
        names = list(makers)
        for name in names[turn % 3 :] + names[: turn % 3]:
            time.sleep(0.05)  # the threads of the one before come to rest
            turns[name].append(cpu_ms(makers[name], 100 + turn * EACH, EACH))
    ms = {name: round(statistics.median(taken), 1) for name, taken in turns.items()}
    sign_ms, check_ms = signature_times(signed(7), key)
    memory, start = [], time.perf_counter()
    for number in range(1, count + 1):
        signed(number)
        if number % max(1, count // 5) == 0:
            gc.collect()
            memory.append(resident_mb())
    rate = round(count / (time.perf_counter() - start), 1)
    batch = print_costs(frozen, other, cpu_ms, resident_mb, count)
    return {
        "cpu_ms": ms,
        "ratio_to_typst": round(ms["plain"] / ms["typst"], 2),
        "ratio_to_typst_signed": round(ms["signed"] / ms["typst"], 2),
        "signature_ms": sign_ms,
        "verification_ms": check_ms,
        "resident_mb": memory,
        "per_second_one_process": rate,
        "certificates": count,
        "bytes": len(signed(7)),
        **batch,
        **two_workers(count, content),
        "goals": GOALS,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="certificates made to watch the memory")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VAR_DIR"] = folder
        import django

        django.setup()
        from django.apps import apps
        from django.conf import settings

        # The tables as the models have them; the bench needs no history.
        settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
        print(json.dumps(measure(options.count)))


if __name__ == "__main__":
    main()
