"""Files and documents leave the application here only, after the permission check; and the public verification."""

import uuid

from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views import View

from orgs.access import SIGNED_IN, PersonRequest, public
from orgs.permissions import Refused
from records import documents
from records.models import Document, StoredFile
from records.uploads import download_response_headers, open_upload

from ..reading import may_read_document, may_read_file

TONES = {"valid": "ok", "revoked": "bad", "superseded": "back"}


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """A PDF of our own making: it may open in the browser, and is kept by nobody on the way."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


class DownloadFile(View):
    """An uploaded file: always as a download, never shown or run in our origin."""

    access = SIGNED_IN

    def get(self, request: PersonRequest, public_id: uuid.UUID) -> FileResponse:
        stored = get_object_or_404(StoredFile, public_id=public_id)
        if not (verdict := may_read_file(request.user, stored, on=timezone.localdate())):
            raise Refused(verdict)
        try:
            content = open_upload(stored)
        except FileNotFoundError:
            raise Http404 from None
        # Said twice, because FileResponse writes its own disposition, inline by default.
        headers = download_response_headers(stored)
        return FileResponse(content, as_attachment=True, filename=stored.name, headers=headers)


class OpenDocument(View):
    """The PDF of a numbered document."""

    access = SIGNED_IN

    def get(self, request: PersonRequest, document_id: int) -> HttpResponse:
        document = get_object_or_404(Document, pk=document_id)
        if not (verdict := may_read_document(request.user, document, on=timezone.localdate())):
            raise Refused(verdict)
        return pdf_response(documents.render(document), f"{document.number} {document.title}.pdf")


class VerifyForm(View):
    """Where a code is typed in; the address of its result holds the code alone."""

    access = public("anybody who holds a document may verify it; shows no personal data")

    def get(self, request: PersonRequest) -> HttpResponse:
        typed = request.GET.get("code", "").strip()[:60]
        if not typed:
            return render(request, "verify/form.html")
        code = documents.normalize_code(typed)
        if not code:
            return render(request, "verify/form.html", {"typed": typed, "is_misspelt": True}, status=404)
        return HttpResponseRedirect(reverse("verify", args=[code]))


class VerifyDocument(View):
    """Whether a document is valid, revoked or superseded; for everybody who has its code."""

    access = public("anybody who holds a document may verify it; shows no personal data")

    def get(self, request: PersonRequest, code: str) -> HttpResponse:
        found = documents.verification(code)
        if found is None:
            return render(request, "verify/form.html", {"typed": code[:60], "is_unknown": True}, status=404)
        return render(request, "verify/result.html", {"found": found, "tone": TONES[found["status"]]})
