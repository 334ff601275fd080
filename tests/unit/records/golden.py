"""Golden files of documents, and the seals of template versions.

    .venv/bin/python -m tests.unit.records.golden             what differs from the golden files
    .venv/bin/python -m tests.unit.records.golden --write     make them anew, after looking at the pages
    .venv/bin/python -m tests.unit.records.golden --release   from now on these template versions may not change

A golden file holds, per page, the place of every run of text and a small greyscale picture. Seals are SHA-256 over
the files of each template version; a released one cannot be written again: copy the folder to the next version.
"""

import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path

import pdfplumber
from PIL import Image, ImageChops

FOLDER = Path(__file__).parent / "golden"
SEALS = FOLDER / "templates.json"
DPI = 36
MOVED_PT = 0.2  # text may lie this far from where it was
GREY = 24  # a pixel differs when it is lighter or darker by more than this of 255
DIFFERING = 0.002  # this share of the pixels may differ


def runs_of(pdf: bytes) -> list[list]:
    """Per page, each run of text with its left edge, baseline and size in pt, in the order of the file."""
    pages = []
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            runs: list[list] = []
            for char in page.chars:
                x, y, size = round(char["x0"], 1), round(char["matrix"][5], 1), round(char["size"], 1)
                last = runs[-1] if runs else None
                if last and last[2] == y and last[3] == size and abs(char["x0"] - last[4]) < size:
                    last[0] += char["text"]
                    last[4] = char["x1"]
                else:
                    runs.append([char["text"], x, y, size, char["x1"]])
            pages.append([run[:4] for run in runs])
    return pages


def pictures_of(pdf: bytes) -> list[Image.Image]:
    """Each page as a small grey picture."""
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        count = len(opened.pages)
    pictures = []
    for page in range(1, count + 1):
        command = ["pdftoppm", "-r", str(DPI), "-f", str(page), "-l", str(page), "-gray", "-singlefile", "-"]
        made = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
        grey = Image.open(io.BytesIO(made)).convert("L")
        pictures.append(grey.point([level & 0xF0 for level in range(256)]))  # 16 levels make small files
    return pictures


def write_golden(name: str, pdf: bytes) -> None:
    FOLDER.mkdir(exist_ok=True)
    lines = ",\n".join(
        "[\n" + ",\n".join(json.dumps(run, ensure_ascii=False) for run in page) + "\n]"
        for page in runs_of(pdf)
    )
    (FOLDER / f"{name}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    pictures = pictures_of(pdf)
    sheet = Image.new("L", (sum(each.width for each in pictures), max(each.height for each in pictures)), 255)
    left = 0
    for each in pictures:
        sheet.paste(each, (left, 0))
        left += each.width
    sheet.save(FOLDER / f"{name}.png", optimize=True)


def differences(name: str, pdf: bytes) -> list[str]:
    """What differs from the golden file of ``name``, in words; empty when nothing does."""
    golden = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    found = runs_of(pdf)
    if len(golden) != len(found):
        return [f"{len(found)} pages instead of {len(golden)}"]
    said = []
    for number, (wanted, made) in enumerate(zip(golden, found, strict=True), start=1):
        if [run[0] for run in wanted] != [run[0] for run in made]:
            said.append(f"page {number}: other text")
        else:
            said += [
                f"page {number}: {was[0]!r} at {now[1:]} instead of {was[1:]}"
                for was, now in zip(wanted, made, strict=True)
                if max(abs(a - b) for a, b in zip(was[1:], now[1:], strict=True)) > MOVED_PT
            ]
    return said + _pixel_differences(name, pdf)


def _pixel_differences(name: str, pdf: bytes) -> list[str]:
    sheet, left, said = Image.open(FOLDER / f"{name}.png").convert("L"), 0, []
    for number, picture in enumerate(pictures_of(pdf), start=1):
        golden = sheet.crop((left, 0, left + picture.width, picture.height))
        left += picture.width
        histogram = ImageChops.difference(golden, picture).histogram()
        share = sum(histogram[GREY:]) / (picture.width * picture.height)
        if share > DIFFERING:
            said.append(f"page {number}: {share:.2%} of the pixels differ")
    return said


def template_seals() -> dict[str, str]:
    """SHA-256 over the files of each template version below ``templates/documents``, and of each font."""
    from records.documents.assets import FONTS, ROOT

    seals = {f"fonts/{path.name}": _seal([path]) for path in sorted(FONTS.glob("*.ttf"))}
    for folder in sorted(ROOT.glob("*/v*/")):
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        seals[folder.relative_to(ROOT).as_posix()] = _seal(files)
    return seals


def _seal(files: list[Path]) -> str:
    total = hashlib.sha256()
    for path in files:
        total.update(f"{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def recorded_seals() -> dict[str, dict[str, str]]:
    """``released`` (never to change) and ``open`` (may be written again)."""
    if not SEALS.exists():
        return {"released": {}, "open": {}}
    return json.loads(SEALS.read_text(encoding="utf-8"))


def changed_versions() -> dict[str, str]:
    """Template versions whose files are not the recorded ones, with what to do about each."""
    recorded, now = recorded_seals(), template_seals()
    said = {}
    for name in sorted({*now, *recorded["released"], *recorded["open"]}):
        if name in recorded["released"]:
            if now.get(name) != recorded["released"][name]:
                said[name] = "is released: undo the change and make it in the next version"
        elif now.get(name) != recorded["open"].get(name):
            said[name] = "is not the recorded one: look at the pages, then run golden --write"
    return said


def main(arguments: list[str]) -> int:
    import django

    django.setup()
    from .document_samples import LOOKS, sample_pdf

    released = recorded_seals()["released"]
    if spoiled := [name for name, what in changed_versions().items() if name in released]:
        print("Released template versions were changed:", *spoiled)
        return 1
    if "--release" in arguments:
        recorded = {"released": template_seals(), "open": {}}
    else:
        recorded = {
            "released": released,
            "open": {name: seal for name, seal in template_seals().items() if name not in released},
        }
    if not {"--write", "--release"} & set(arguments):
        said = [f"{kind}: {each}" for kind in LOOKS for each in differences(kind, sample_pdf(kind))]
        print(*said, *changed_versions().items(), sep="\n")
        return 1 if said else 0
    FOLDER.mkdir(exist_ok=True)
    SEALS.write_text(json.dumps(recorded, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    for kind in LOOKS:
        write_golden(kind, sample_pdf(kind))
    return 0


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    sys.exit(main(sys.argv[1:]))
