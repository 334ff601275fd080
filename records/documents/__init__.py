"""Official documents: numbered, frozen, rendered to PDF, verifiable by anybody.

The only user of WeasyPrint. ``issue`` runs in the deciding transaction and touches the database only;
``render`` runs after the commit. One entry in ``kinds.KINDS`` and one template folder make a kind.
"""

from .assets import MissingGlyph
from .batches import cancel_batch, resume_batch, start_batch
from .checking import check_pdf
from .content_checks import ContentError
from .forms import render_minutes, render_report, render_sheet, render_sheets, render_visits
from .issuing import StatusError, issue, revoke, supersede, verification
from .keys import MissingKey, public_certificates
from .kinds import KINDS, Issuer, Kind
from .pictures import for_print
from .register import allocate_number, normalize_code
from .rendering import ChangedDocument, preview, render
from .seals import LostSeal, SealRefused, current_seal, keep_seal, seal_image, withdraw_seal
from .typography import chinese_date

__all__ = [
    "KINDS",
    "ChangedDocument",
    "ContentError",
    "Issuer",
    "Kind",
    "LostSeal",
    "MissingGlyph",
    "MissingKey",
    "SealRefused",
    "StatusError",
    "allocate_number",
    "cancel_batch",
    "check_pdf",
    "chinese_date",
    "current_seal",
    "for_print",
    "issue",
    "keep_seal",
    "normalize_code",
    "preview",
    "public_certificates",
    "render",
    "render_minutes",
    "render_report",
    "render_sheet",
    "render_sheets",
    "render_visits",
    "resume_batch",
    "revoke",
    "seal_image",
    "start_batch",
    "supersede",
    "verification",
    "withdraw_seal",
]
