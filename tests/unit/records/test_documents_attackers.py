"""What hostile applicants write into names: refused or printed as text; nothing is fetched or opened."""

import io
import sys
from dataclasses import replace
from pathlib import Path

import pdfplumber
import pytest

from records.documents import ContentError, issue, preview, render
from records.documents.assets import ROOT
from records.documents.kinds import KINDS
from records.documents.rendering import compose, freeze
from records.models import Document

from .document_samples import CERTIFICATE, ON, REPLY, SAMPLES, STREET, VERIFY_URL
from .document_signatures import KEY, sign_sample
from .test_documents_standards import attached_files

SECRET = Path(__file__).resolve()
HOSTILE = [
    "<script>alert(1)</script>",
    '<img src="http://127.0.0.1:9/x.png">',
    f'<img src="{SECRET.as_uri()}">',
    f'<link rel="attachment" href="{SECRET.as_uri()}">',
    f'</title><link rel="stylesheet" href="{SECRET.as_uri()}">',
    '"><style>@import url(http://127.0.0.1:9/x.css);</style>',
    "<!--",
    "]]>&lt;&amp;{{ issuer }}{% include 'fonts/README.md' %}",
    "http://127.0.0.1:9/x",
    str(SECRET),
    "../../../etc/passwd",
    "url(file:///etc/passwd)",
    "(/Contents <00>) endobj /ByteRange [0 1 2 3]",
    "[0 ********** ********** **********]",
]
_opened: list[str] = []
_watching = False


def _watch(event, arguments):
    if _watching and (event == "open" or event.startswith("socket.")):
        _opened.append(f"{event} {arguments[0]}")


sys.addaudithook(_watch)


@pytest.fixture
def watched():
    """What was opened or connected to while the test ran."""
    global _watching
    preview("establishment_reply", REPLY, issuer=STREET, on=ON)  # fonts and style sheets are open by now
    _opened.clear()
    _watching = True
    yield _opened
    _watching = False


def printed(pdf):
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return "".join(c["text"] for page in opened.pages for c in page.chars).replace(" ", "")


@pytest.mark.once
@pytest.mark.parametrize("evil", HOSTILE)
def test_hostile_text_is_printed_as_text_and_nothing_is_fetched(evil, watched):
    pdf = sign_sample("establishment_reply", addressee=evil, conditions=[evil])
    allowed = (str(ROOT), str(Path(sys.prefix)), "/usr/")
    outside = [each for each in watched if not each.split(" ", 1)[1].startswith(allowed)]
    assert not outside
    text = printed(pdf)
    for part in evil.split():
        assert part in text
    assert set(attached_files(pdf)) == {"data.json"}


@pytest.mark.once
@pytest.mark.parametrize("evil", [*HOSTILE[:4], *HOSTILE[-2:]])
def test_hostile_names_of_organizations_and_issuers_reach_neither_title_nor_signature(evil):
    issuer = replace(STREET, name=evil)
    entry = KINDS["founding_certificate"]
    frozen = freeze(
        entry, issuer, CERTIFICATE | {"organization": evil}, ON, "X-1", "ABCD-EFGH-JKMN", VERIFY_URL
    )
    pdf = compose(entry, entry.version, frozen, final=True, key=KEY)
    from records.documents.signing import read_signatures

    assert next(read_signatures(pdf)).intact
    assert next(read_signatures(pdf)).covers == len(pdf)
    assert set(attached_files(pdf)) == {"credential.jwt", "data.json"}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("团" * 10_000, id="10,000 characters"),
        pytest.param("团支部\u202eexe.fdp", id="right-to-left override"),
        pytest.param("团支部\u2066x\u2069", id="isolate"),
        pytest.param("团\u200b支部", id="zero-width space"),
        pytest.param("团支部\x00", id="null"),
        pytest.param("团支部\n第二行", id="line break in a name"),
        pytest.param("团支部\ud800", id="half a surrogate pair"),
    ],
)
@pytest.mark.parametrize("kind", SAMPLES)
@pytest.mark.django_db
def test_long_and_invisible_text_is_refused_before_anything_is_numbered(kind, name):
    issuer, content = SAMPLES[kind]
    field = next(key for key in ("organization", "addressee", "recipient", "subject") if key in content)
    with pytest.raises(ContentError, match=field):
        issue(
            kind,
            issuer=issuer,
            about=("founding", 12),
            unit_id=231,
            content=content | {field: name},
            on=ON,
            by_id=7,
        )
    assert not Document.objects.exists()


@pytest.mark.once
@pytest.mark.django_db
def test_an_issued_document_with_a_hostile_name_keeps_it_as_text():
    evil = '<b onclick="x">团支部</b>'
    document = issue(
        "founding_certificate",
        issuer=STREET,
        about=("founding", 12),
        unit_id=231,
        content=CERTIFICATE | {"organization": evil},
        on=ON,
        by_id=7,
    )
    assert "<bonclick=" in printed(render(document))
