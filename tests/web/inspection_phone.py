"""A signed-in phone of an inspector, for tests of the addresses that phones talk to."""

import hashlib
import json

from django.test import Client
from django.urls import reverse

from orgs.models import Inspection

VISITS = "/inspections/api/visits"


class Phone:
    """A signed-in phone with its token."""

    def __init__(self, visit: Inspection):
        self.visit, self.client = visit, Client(enforce_csrf_checks=True)
        self.client.force_login(visit.inspector)
        self.session = self.client.get(reverse("inspection_session")).json()

    def put(self, address: str, body: bytes, **headers: str):
        headers = {"X-CSRFToken": self.session["csrf"]} | headers
        return self.client.put(address, body, content_type="application/octet-stream", headers=headers)

    def send(self, facts: list, device: str = "one"):
        body = json.dumps({"device": device, "facts": facts}).encode()
        return self.put(f"{VISITS}/{self.visit.public_id}/facts", body)

    def upload(self, content: bytes, start: int = 0, end: int = 0, sha256: str = "", total: int = 0):
        end, total = end or len(content), total or len(content)
        sha256 = sha256 or hashlib.sha256(content).hexdigest()
        address = f"{VISITS}/{self.visit.public_id}/photos/{sha256}"
        return self.put(address, content[start:end], **{"Content-Range": f"bytes {start}-{end - 1}/{total}"})
