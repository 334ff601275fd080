"""Official documents: numbered, frozen, rendered to PDF, verifiable by anybody.

The only user of WeasyPrint. ``issue`` runs in the deciding transaction and touches the database only;
``render`` runs after the commit. One entry in ``kinds.KINDS`` and one template folder make a kind.
"""

from .assets import MissingGlyph
from .contents import ContentError
from .issuing import StatusError, issue, revoke, supersede, verification
from .kinds import KINDS, Issuer, Kind
from .register import allocate_number, normalize_code
from .rendering import ChangedDocument, preview, render, render_form

__all__ = [
    "KINDS",
    "ChangedDocument",
    "ContentError",
    "Issuer",
    "Kind",
    "MissingGlyph",
    "StatusError",
    "allocate_number",
    "issue",
    "normalize_code",
    "preview",
    "render",
    "render_form",
    "revoke",
    "supersede",
    "verification",
]
