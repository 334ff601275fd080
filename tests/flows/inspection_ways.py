"""Phones as stories tell of them, and the two ways in which what they recorded reaches the server."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.actions.inspecting import receive_facts
from orgs.actions.inspection_uploads import receive_chunk
from orgs.models import Inspection
from orgs.views.inspection_json import received_json, upload_json
from tests.inspections import Visiting

NOW = timezone.now()


@dataclass
class Phone:
    """What one phone recorded, in that order, and the photos that it took."""

    device: str
    visit: Inspection
    facts: list[dict[str, Any]] = field(default_factory=list)
    photos: list[bytes] = field(default_factory=list)


class Direct:
    """Calls the actions, as the addresses do."""

    def send(self, phone: Phone, facts: list[dict[str, Any]]) -> dict[str, Any]:
        by = phone.visit.inspector
        received = receive_facts(phone.visit, facts, device=phone.device, by=by, at=timezone.now())
        return received_json(received, phone.device)

    def upload(self, phone: Phone, content: bytes, start: int, end: int) -> dict[str, Any]:
        sha256, piece = hashlib.sha256(content).hexdigest(), content[start:end]
        by = phone.visit.inspector
        return upload_json(
            receive_chunk(phone.visit, sha256, start, len(content), piece, by=by, at=timezone.now())
        )


class ByHttp:
    """Sends requests as a phone does, with its session and token."""

    def __init__(self, visiting: Visiting):
        self.clients = {}
        for visit in visiting.visits:
            client = Client(enforce_csrf_checks=True)
            client.force_login(visit.inspector)
            client.headers = {"X-CSRFToken": client.get(reverse("inspection_session")).json()["csrf"]}
            self.clients[visit.pk] = client

    def put(self, phone: Phone, name: str, *arguments: str, body: bytes, **headers: str) -> dict[str, Any]:
        client = self.clients[phone.visit.pk]
        address = reverse(name, args=[phone.visit.public_id, *arguments])
        response = client.put(
            address, body, content_type="application/octet-stream", headers=client.headers | headers
        )
        assert response.status_code in (200, 409), response.content
        return response.json()

    def send(self, phone: Phone, facts: list[dict[str, Any]]) -> dict[str, Any]:
        body = json.dumps({"device": phone.device, "facts": facts}).encode()
        return self.put(phone, "inspection_facts", body=body)

    def upload(self, phone: Phone, content: bytes, start: int, end: int) -> dict[str, Any]:
        sha256, piece = hashlib.sha256(content).hexdigest(), content[start:end]
        place = {"Content-Range": f"bytes {start}-{end - 1}/{len(content)}"}
        return self.put(phone, "inspection_photo", sha256, body=piece, **place)
