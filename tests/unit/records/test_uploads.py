"""DESIGN.md section 6: type by content, images re-encoded, nothing hostile stored, nothing served inline."""

import hashlib
import io
import struct
import zipfile
import zlib
from datetime import UTC, datetime

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from records.models.upload import StoredFile
from records.uploads import (
    UploadRefused,
    download_response_headers,
    open_upload,
    safe_file_name,
    store_upload,
)

AT = datetime(2014, 6, 1, 8, 0, tzinfo=UTC)
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
OFFICE_TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        }
    }
    settings.UPLOAD_MAX_BYTES = 2 * 1024 * 1024
    return tmp_path / "files"


def store(content, name="附件.pdf"):
    file = SimpleUploadedFile(name, content)
    return store_upload(file, purpose="party_consent", by_id=7, about=None, at=AT)


def image_bytes(image_format="JPEG", size=(60, 40), mode="RGB", **options):
    output = io.BytesIO()
    Image.new(mode, size, color=(200, 30, 40) if mode == "RGB" else 0).save(output, image_format, **options)
    return output.getvalue()


def office(main="word/document.xml", **parts):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", OFFICE_TYPES)
        archive.writestr(main, "<document/>")
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return output.getvalue()


def test_a_file_is_stored_with_its_facts_outside_any_public_place(storage):
    stored = store(PDF, "党组织意见.pdf")
    assert stored.path == f"uploads/2014/{stored.public_id}"
    assert (storage / stored.path).read_bytes() == PDF
    assert (stored.size, stored.sha256) == (len(PDF), hashlib.sha256(PDF).hexdigest())
    assert (stored.uploaded_by_id, stored.uploaded_at, stored.purpose) == (7, AT, "party_consent")
    assert (stored.about_type, stored.about_id) == ("", None)
    with open_upload(stored) as file:
        assert file.read() == PDF


def test_what_a_file_is_about_is_kept_by_type_and_id():
    first = store(PDF)
    second = store_upload(ContentFile(PDF, "二.pdf"), purpose="annex", by_id=7, about=first, at=AT)
    assert (second.about_type, second.about_id) == ("records.storedfile", first.pk)


@pytest.mark.parametrize(
    ("content", "name", "stored_name", "content_type"),
    [
        (PDF, "a.txt", "a.pdf", "application/pdf"),
        (image_bytes(), "照片.png", "照片.jpg", "image/jpeg"),
        (image_bytes("PNG"), "照片", "照片.png", "image/png"),
        (
            office(),
            "总结.xlsx",
            "总结.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
    ],
)
def test_content_decides_the_type_and_the_name_follows(content, name, stored_name, content_type):
    stored = store(content, name)
    assert (stored.name, stored.content_type) == (stored_name, content_type)


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (b"", "空的"),
        (b"<html><script>alert(1)</script></html>", "只改扩展名没有用"),
        (b"  <!doctype html><p>" + PDF, "只改扩展名没有用"),
        (b"GIF89a" + bytes(40), "JPG"),
        (b"MZ" + bytes(200), "JPG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "JPG"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "另存为 .xlsx"),
        (b"PK\x03\x04" + bytes(60), "JPG"),
        (PDF.replace(b"%%EOF", b""), "重新生成"),
        (PDF.replace(b"/Type", b"/OpenAction << /S /JavaScript /JS (x) >> /Type"), "脚本"),
        (PDF.replace(b"/Type", b"/A << /S /J#61vaScript >> /Type"), "脚本"),
        (PDF.replace(b"/Type", b"/A << /S /Launch /F (cmd.exe) >> /Type"), "脚本"),
        (PDF.replace(b"/Root", b"/Encrypt 5 0 R /Root"), "加密"),
        (image_bytes()[:300], "损坏"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "损坏"),
        (office(word__vbaProject_dot_bin=b"x"), "宏"),
    ],
)
def test_what_is_refused_leaves_nothing_and_names_the_remedy(content, remedy, storage):
    with pytest.raises(UploadRefused, match=remedy):
        store(content)
    assert not StoredFile.objects.exists()
    assert not list(storage.rglob("*-*"))


def pdf_with_object_stream(text, packed=True):
    data = zlib.compress(text) if packed else text
    dictionary = b"<< /Type /ObjStm /N 1 /First 4 %s/Length %d >>" % (
        b"/Filter /FlateDecode " * packed,
        len(data),
    )
    return PDF.replace(
        b"trailer", b"3 0 obj\n" + dictionary + b"\nstream\n" + data + b"\nendstream\nendobj\ntrailer"
    )


def test_scripts_inside_compressed_object_streams_are_found():
    harmless = pdf_with_object_stream(b"4 0 << /Type /Font /Name /JSong >>")
    assert store(harmless).size == len(harmless)
    for packed in (True, False):
        with pytest.raises(UploadRefused, match="脚本"):
            store(pdf_with_object_stream(b"4 0 << /S /JavaScript /JS (app.alert(1)) >>", packed))


def test_an_object_stream_that_explodes_or_cannot_be_read_is_refused():
    with pytest.raises(UploadRefused, match="重新生成"):
        store(pdf_with_object_stream(bytes(30 * 1024 * 1024)))
    with pytest.raises(UploadRefused, match="重新生成"):
        store(pdf_with_object_stream(b"x" * 50).replace(b"\nstream\nx", b"\nstream\n\x00"))


def test_the_limit_names_itself_and_the_actual_size():
    with pytest.raises(UploadRefused, match=r"有 3\.0 MB，超过上限 2\.0 MB"):
        store(PDF + bytes(3 * 1024 * 1024 - len(PDF)))


class Endless(io.RawIOBase):
    """A file without a known size; counts what is read of it."""

    taken = 0

    def seek(self, *args):
        return 0

    def read(self, size=-1):
        assert 0 < size <= 2 * 1024 * 1024 + 1
        self.taken += size
        return b"x" * size


def test_a_file_without_a_known_size_is_read_only_to_the_limit():
    file = Endless()
    with pytest.raises(UploadRefused, match="超过上限"):
        store_upload(file, purpose="x", by_id=1, about=None, at=AT, name="大.pdf")
    assert file.taken == 2 * 1024 * 1024 + 1


def test_images_are_copied_pixel_by_pixel_and_lose_everything_else():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "secret place"
    jpeg = image_bytes(exif=exif, comment=b"secret comment") + b"<script>secret tail</script>"
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "secret text")
    png = image_bytes("PNG", pnginfo=text) + b"PK\x03\x04 secret tail"
    for content, name in ((jpeg, "a.jpg"), (png, "b.png")):
        assert b"secret" in content
        with open_upload(store(content, name)) as file:
            cleaned = file.read()
        assert b"secret" not in cleaned
        with Image.open(io.BytesIO(cleaned)) as image:
            assert not image.getexif()
            assert image.info.get("comment") is None


def test_a_photo_taken_upright_stays_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    with (
        open_upload(store(image_bytes(size=(60, 40), exif=exif), "a.jpg")) as file,
        Image.open(file) as image,
    ):
        assert image.size == (40, 60)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_usual_png_mode_is_stored(mode):
    content = io.BytesIO()
    Image.new(mode, (30, 20)).save(content, "PNG")
    with open_upload(store(content.getvalue(), "a.png")) as file, Image.open(file) as image:
        assert image.size == (30, 20)
        assert image.mode == ("RGBA" if mode in ("LA", "RGBA") else "RGB")


def png_claiming(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [5_001, 10_000, 60_000])
def test_images_with_too_many_pixels_are_refused_before_they_are_unpacked(side):
    with pytest.raises(UploadRefused, match="2500 万像素"):
        store(png_claiming(side, side), "a.png")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\文件\\意见.docx", "意见.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("合同\u202efdp.exe", "合同fdp.pdf"),
        ("...", "file.pdf"),
        ("", "file.pdf"),
        ("x" * 300 + ".pdf", "x" * 120 + ".pdf"),
        ("2014.06 总结.pdf", "2014.06 总结.pdf"),
    ],
)
def test_file_names_lose_what_could_harm(name, safe):
    assert safe_file_name(name, "pdf") == safe


def test_a_download_is_never_sniffed_run_or_shown():
    headers = download_response_headers(store(PDF, "党组织意见.pdf"))
    assert headers["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%85%9A")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox")
    assert headers["Content-Length"] == str(len(PDF))
    assert "no-store" in headers["Cache-Control"]


def test_a_row_that_cannot_be_written_leaves_no_file(storage):
    with pytest.raises(TypeError):
        store_upload(ContentFile(PDF, "a.pdf"), purpose="x", by_id=object(), about=None, at=AT)  # type: ignore[arg-type]
    assert not [path for path in storage.rglob("*") if path.is_file()]
    assert default_storage.exists("uploads/2014")


def test_a_photo_that_is_cut_off_is_refused_also_after_documents_were_rendered():
    """WeasyPrint's import would let Pillow read broken images in the whole process."""
    import records.documents.engine  # noqa: F401

    whole = image_bytes(size=(800, 800))
    with pytest.raises(UploadRefused, match="损坏"):
        store(whole[: len(whole) // 2], "照片.jpg")
