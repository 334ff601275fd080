"""The audit log and the history of documents can only grow; issued content never changes."""

from django.db import migrations

from records.append_only import AppendOnly, ChainGuard

FROZEN = (
    "public_code kind number issuer_type issuer_id issuer_name series year serial title content template_version "
    "issued_on issued_by_id about_type about_id unit_id supersedes_id"
).split()
SEALED = "issuer_type issuer_id sha256 valid_from uploaded_by_id uploaded_at".split()


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]

    operations = [
        AppendOnly("records_auditentry"),
        ChainGuard(),
        AppendOnly("records_loghead"),
        AppendOnly("records_documentstatus"),
        AppendOnly("records_seal", SEALED),
        AppendOnly("records_document", FROZEN),
    ]
