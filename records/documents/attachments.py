"""The data inside an issued document: what the page says, for machines.

``data.json`` is in every issued document; certificates also carry ``credential.jwt`` (``credentials``).
"""

import json
from dataclasses import dataclass
from typing import Any

from .credentials import credential
from .keys import SigningKey
from .kinds import Kind


@dataclass(frozen=True)
class Attached:
    """A file inside a PDF; ``relationship`` is its AFRelationship (ISO 19005-3)."""

    name: str
    media_type: str
    description: str
    content: bytes
    relationship: str = "Data"


def data(kind: Kind, version: str, frozen: dict[str, Any]) -> dict[str, Any]:
    """What the document says, with what identifies it; nothing that is not on its pages but the version."""
    return {
        "kind": kind.name,
        "title": frozen["title"],
        "number": frozen["number"],
        "issuer": frozen["issuer"],
        "issued_on": frozen["issued_on"],
        "code": frozen["code"],
        "verify_url": frozen["verify_url"],
        "template_version": version,
        "content": frozen["body"],
    }


def attachments(kind: Kind, version: str, frozen: dict[str, Any], key: SigningKey | None) -> list[Attached]:
    """The files for an issued document, in the order of their names; the credential needs the issuer's key."""
    text = json.dumps(data(kind, version, frozen), ensure_ascii=False, sort_keys=True, indent=1)
    result = [Attached("data.json", "application/json", "文件数据", text.encode())]
    if kind.style == "certificate" and key is not None:
        badge = credential(kind, frozen, key).encode()
        result.insert(0, Attached("credential.jwt", "application/vc+jwt", "Open Badges 3.0", badge))
    return result
