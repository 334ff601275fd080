"""Uploaded seals: what is kept of them, and that a document keeps the one it was issued with."""

import datetime as dt
import io
import subprocess

import numpy
import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from PIL import Image

from records.documents import (
    LostSeal,
    SealRefused,
    current_seal,
    issue,
    keep_seal,
    preview,
    render,
    seal_image,
    withdraw_seal,
)
from records.documents.seals import INK, clean_seal
from records.models import Document, Seal

from .document_samples import CERTIFICATE, ON, REPLY, STREET
from .seal_images import as_file, seal_file, seal_picture

pytestmark = pytest.mark.django_db
AT = dt.datetime(2014, 9, 1, 10, tzinfo=dt.UTC)


def keep(file=None, *, valid_from=dt.date(2014, 9, 1), at=AT, issuer=STREET):
    return keep_seal(
        file or seal_file(),
        issuer_type=issuer.type,
        issuer_id=issuer.id,
        valid_from=valid_from,
        by_id=5,
        at=at,
    )


def issue_one(kind="establishment_reply", content=REPLY, on=ON):
    return issue(
        kind, issuer=STREET, about=("founding", 1), unit_id=None, content=content, on=on, by_id=1, at=AT
    )


def red_ink(pdf, page):
    command = ["pdftoppm", "-r", "200", "-f", str(page), "-l", str(page), "-png", "-"]
    made = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    rgb = numpy.asarray(Image.open(io.BytesIO(made)).convert("RGB"), dtype=numpy.int16).transpose(2, 0, 1)
    rows, columns = numpy.nonzero((rgb[0] > 190) & (rgb[1] < 70) & (rgb[2] < 80))
    return [each / 200 * 25.4 for each in (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)]


@pytest.mark.once
def test_only_red_ink_is_kept_in_one_red():
    picture = seal_picture(1400)
    picture.paste((20, 20, 20, 255), (650, 1000, 750, 1030))
    with Image.open(io.BytesIO(clean_seal(as_file(picture)))) as kept:
        assert kept.size == (1000, 1000)
        assert kept.getpixel((500, 725))[3] == 0, "black is no ink of a seal"
        assert kept.getpixel((500, 500)) == (*INK, 255)
        assert kept.getpixel((5, 5))[3] == 0
        assert not kept.info


@pytest.mark.once
@pytest.mark.parametrize(
    ("file", "said"),
    [
        pytest.param(lambda: seal_file(500), "600", id="small"),
        pytest.param(lambda: as_file(seal_picture().resize((800, 700))), "正方形", id="not square"),
        pytest.param(lambda: seal_file(background=(255, 255, 255, 255)), "透明", id="white paper"),
        pytest.param(lambda: seal_file(colour=(30, 30, 200, 255)), "红色", id="blue"),
        pytest.param(lambda: as_file(Image.new("RGBA", (800, 800))), "红色", id="empty"),
        pytest.param(lambda: seal_file(inset=0.2), "空白", id="margins"),
        pytest.param(lambda: as_file(seal_picture().convert("RGB"), "JPEG"), "PNG", id="jpeg"),
        pytest.param(lambda: io.BytesIO(b"<svg onload=alert(1)>"), "PNG", id="svg"),
        pytest.param(lambda: io.BytesIO(seal_file().getvalue()[:3000]), "PNG", id="cut off"),
        pytest.param(lambda: io.BytesIO(b"x" * (5 * 1024**2 + 1)), "5 MB", id="large file"),
        pytest.param(lambda: as_file(Image.new("1", (20_000, 20_000))), "像素", id="bomb"),
    ],
)
def test_what_is_no_seal_is_refused_with_the_remedy(file, said):
    with pytest.raises(SealRefused, match=said):
        keep(file())
    assert not Seal.objects.exists()


@pytest.mark.once
def test_an_uploaded_seal_takes_the_place_of_the_specimen_at_42_mm():
    specimen = render(issue_one("founding_certificate", CERTIFICATE))
    keep()
    document = issue_one("founding_certificate", CERTIFICATE)
    pdf = render(document)
    assert "样章".encode("utf-16-be").hex().encode() in specimen.hex().encode() or pdf != specimen
    left, top, right, bottom = red_ink(pdf, 1)
    assert right - left == pytest.approx(42 * 0.98, abs=0.8)
    assert bottom - top == pytest.approx(42 * 0.98, abs=0.8)
    assert document.content["seal"] == {"id": Seal.objects.get().pk, "sha256": Seal.objects.get().sha256}


def test_a_later_seal_or_a_withdrawal_does_not_change_an_issued_document():
    first = keep()
    document = issue_one()
    before = render(document)
    keep(seal_file(700))
    withdraw_seal(first, reason="换章", by_id=5, at=AT)
    default_storage.delete(document.storage_name)
    assert render(Document.objects.get(pk=document.pk)) == before
    assert issue_one().content["seal"]["sha256"] != first.sha256


def test_the_seal_in_force_is_the_newest_of_the_day_and_no_older_one_comes_back():
    issuer = (STREET.type, STREET.id)
    assert current_seal(*issuer, ON) is None
    first, planned = keep(), keep(seal_file(700), valid_from=dt.date(2014, 12, 1))
    assert current_seal(*issuer, dt.date(2014, 8, 31)) is None
    assert current_seal(*issuer, ON) == first
    assert current_seal(*issuer, dt.date(2014, 12, 1)) == planned
    assert current_seal("unit", STREET.id, ON) is None
    assert withdraw_seal(planned, reason="误传", by_id=5, at=AT)
    assert current_seal(*issuer, dt.date(2014, 12, 1)) == first, "it never came into force"
    assert withdraw_seal(first, reason="遗失", by_id=5, at=AT)
    assert not withdraw_seal(first, reason="再次", by_id=5, at=AT)
    assert current_seal(*issuer, ON) is None
    assert "seal" not in issue_one().content


@pytest.mark.once
def test_drafts_and_unsealed_letters_carry_no_seal():
    keep()
    pdf = preview("establishment_reply", REPLY, issuer=STREET, on=ON)
    assert b"/SMask" not in pdf
    report = render(issue_one())
    assert b"/SMask" in report


def test_a_lost_or_changed_image_is_not_replaced_by_another_one():
    seal = keep()
    document = issue_one(on=dt.date(2014, 9, 6))
    assert seal_image(seal.sha256)
    default_storage.delete(seal.storage_name)
    from records.documents.engine import engine

    engine()._seals.clear()
    with pytest.raises(LostSeal):
        render(document)


def test_the_database_lets_a_version_be_withdrawn_and_nothing_else():
    seal = keep()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Seal.objects.filter(pk=seal.pk).update(sha256="0" * 64)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        seal.delete()
