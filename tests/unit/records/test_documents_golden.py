"""A change that moves text or ink is noticed, and a released template version never changes (golden.py)."""

import json

import pytest

from . import golden
from .document_samples import LOOKS, sample_pdf
from .document_signatures import sign_sample


@pytest.mark.once
@pytest.mark.parametrize("kind", LOOKS)
def test_the_pages_look_as_they_did(kind):
    assert golden.differences(kind, sample_pdf(kind)) == []


def test_no_template_version_differs_from_its_seal():
    assert golden.changed_versions() == {}


@pytest.mark.once
def test_the_signature_does_not_show():
    pdf = sign_sample("founding_certificate")
    assert golden.differences("founding_certificate", pdf) == []


@pytest.mark.once
def test_moved_text_other_text_and_other_ink_are_noticed(tmp_path, monkeypatch):
    pdf = sample_pdf("founding_certificate")
    other = sign_sample("founding_certificate", organization_kind="团总支")
    assert "page 1: other text" in golden.differences("founding_certificate", other)
    monkeypatch.setattr(golden, "FOLDER", tmp_path)
    golden.write_golden("x", pdf)
    assert golden.differences("x", pdf) == []
    runs = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))
    runs[0][3][2] += 0.5
    (tmp_path / "x.json").write_text(json.dumps(runs), encoding="utf-8")
    assert len(golden.differences("x", pdf)) == 1
    picture = golden.Image.open(tmp_path / "x.png").convert("L")
    picture.paste(0, (100, 100, 120, 120))
    picture.save(tmp_path / "x.png")
    assert any("pixels differ" in each for each in golden.differences("x", pdf))


def test_a_changed_version_is_named_and_a_released_one_must_be_restored(tmp_path, monkeypatch):
    seals = golden.template_seals()
    record = {"released": dict(seals, **{"letter/v1": "0"}), "open": {}}
    monkeypatch.setattr(golden, "SEALS", tmp_path / "templates.json")
    golden.SEALS.write_text(json.dumps(record), encoding="utf-8")
    assert "next version" in golden.changed_versions()["letter/v1"]
    assert golden.main(["--write"]) == 1
    record = {"released": {}, "open": dict(seals, **{"letter/v1": "0"})}
    golden.SEALS.write_text(json.dumps(record), encoding="utf-8")
    assert list(golden.changed_versions()) == ["letter/v1"]
