"""What was found when eligibility was checked, kept with the nomination."""

import datetime as dt
from collections.abc import Sequence

from ..models import Nomination
from ..rules.eligibility import Finding


def record_findings(nomination: Nomination, findings: Sequence[Finding], *, on: dt.date) -> None:
    """Keep every rule with its answer, in the caller's transaction; the decision itself is on record in its case."""
    nomination.findings = [
        {"kind": one.kind, "name": one.name, "passed": one.passed, "message": one.message} for one in findings
    ]
    nomination.checked_on = on
    nomination.save(update_fields=["findings", "checked_on"])
