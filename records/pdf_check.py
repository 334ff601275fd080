"""A simple, honest look into an uploaded PDF for what could run on the reader's machine.

It reads names in the plain parts and in compressed object streams. It is no virus scanner: what hides
behind an unusual filter is refused as unreadable rather than guessed at.
"""

import re
import zlib

from django.utils.translation import gettext as _

MAX_OBJECT_STREAM_BYTES = 20 * 1024 * 1024
MAX_ALL_STREAM_BYTES = 60 * 1024 * 1024
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n")
_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|RichMedia)(?![A-Za-z0-9])")
_ENCRYPT = re.compile(rb"/Encrypt(?![A-Za-z0-9])")


def pdf_problem(content: bytes) -> str | None:
    """Why the PDF may not be stored, as a message naming the remedy; None when nothing speaks against it."""
    damaged = _("PDF 文件已损坏或不完整。请用“打印—另存为 PDF”重新生成后上传。")
    if b"%%EOF" not in content[-2048:]:
        return damaged
    plain, object_streams = _plain_parts(content)
    if _ENCRYPT.search(plain):
        return _("PDF 文件有密码或权限限制。请取消加密后重新上传。")
    parts = [plain]
    unpacked = 0
    for is_packed, data in object_streams:
        text = _inflated(data) if is_packed else data
        unpacked += len(text or b"")
        if text is None or unpacked > MAX_ALL_STREAM_BYTES:
            return damaged
        parts.append(_unescaped(text))
    if any(_ACTIVE.search(part) for part in parts):
        return _("PDF 文件含有脚本、启动命令或多媒体。请用“打印—另存为 PDF”重新生成后上传。")
    return None


def _unescaped(text: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: bytes([int(found.group(1), 16)]), text)


def _plain_parts(content: bytes) -> tuple[bytes, list[tuple[bool, bytes]]]:
    """Everything outside streams with name escapes resolved, and each object stream (packed?, data)."""
    plain, object_streams, position = [], [], 0
    while found := _STREAM.search(content, position):
        before = content[position : found.start()]
        plain.append(before)
        end = content.find(b"endstream", found.end())
        end = len(content) if end < 0 else end
        dictionary = _unescaped(before[-2048:].rsplit(b" obj", 1)[-1])
        if b"/ObjStm" in dictionary:
            object_streams.append((b"/Filter" in dictionary, content[found.end() : end]))
        position = end + len(b"endstream")
    plain.append(content[position:])
    return _unescaped(b"\n".join(plain)), object_streams


def _inflated(data: bytes) -> bytes | None:
    """The unpacked object stream; None when it is not plain deflate or unpacks beyond the limit."""
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(data, MAX_OBJECT_STREAM_BYTES)
    except zlib.error:
        return None
    return None if inflater.unconsumed_tail else text
