"""What an acceptance comes to: proposal, pass with certificate, rectification, failure, and appeal."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from records import documents

from ...enums import Conclusion, MilestoneKind
from ...issuers import issuer_of
from ...models import Acceptance
from ...queries import district_of
from ...rules.acceptance import full_points, months_after
from ...rules.inspection_words import points_text
from .common import CannotConclude, about, add_milestone, found_so_far, possible_conclusions


def recommend_conclusion(acceptance: Acceptance, conclusion: Conclusion) -> None:
    """Keep what the sub-district proposes. Raises CannotConclude."""
    if conclusion not in possible_conclusions(acceptance):
        raise CannotConclude(
            _("按现有验收结果不能建议“%(label)s”，请选择页面上提供的结论。") % {"label": conclusion.label}
        )
    acceptance.recommendation = conclusion
    acceptance.save(update_fields=["recommendation"])


def conclude(acceptance: Acceptance, conclusion: Conclusion, on: dt.date) -> None:
    """Raises CannotConclude when the findings do not allow it: the last line of defence under the form."""
    if conclusion not in possible_conclusions(acceptance):
        raise CannotConclude(_("验收结果不允许作出“%(label)s”的结论。") % {"label": conclusion.label})
    acceptance.conclusion, acceptance.concluded_on = conclusion, on


def certify(acceptance: Acceptance, *, by_id: int, on: dt.date) -> None:
    """Pass: grade, validity (three years or to the end of the term, RULES section 10), milestone and certificate."""
    conclude(acceptance, Conclusion.PASS, on)
    last = months_after(on, 12 * acceptance.rules["validity_years"]) - dt.timedelta(days=1)
    term_end = acceptance.organization.term_ends_on
    acceptance.valid_until = min(last, term_end) if term_end and term_end > on else last
    acceptance.save(update_fields=["conclusion", "concluded_on", "valid_until"])
    add_milestone(acceptance, MilestoneKind.ACCEPTED, on=on, note=acceptance.grade)
    documents.issue(
        "acceptance_certificate",
        issuer=issuer_of(district_of(acceptance.affiliation)),
        about=about(acceptance),
        unit_id=acceptance.unit_id,
        content=certificate_content(acceptance, on),
        on=on,
        by_id=by_id,
    )


def certificate_content(acceptance: Acceptance, on: dt.date) -> dict[str, Any]:
    """What the certificate says; ``results`` in the order of the standard."""
    organization, standard = acceptance.organization, acceptance.standard
    found, results = found_so_far(acceptance), []
    for criterion in standard.data["criteria"]:
        own = [found[item["code"]] for item in criterion["items"]]
        full = sum((Decimal(str(item["points"])) for item in criterion["items"]), Decimal(0))
        met = sum(1 for item in own if item.met)
        values = {"count": len(own), "met": met}
        said = _("%(count)d项全部达标") if met == len(own) else _("%(count)d项中%(met)d项达标")
        results.append(
            {
                "name": criterion["name"],
                "score": points_text(sum((item.points for item in own), Decimal(0))),
                "points": points_text(full),
                "finding": said % values,
            }
        )
    return {
        "organization": organization.name,
        "organization_kind": str(organization.get_kind_display()),
        "parent": acceptance.affiliation.name,
        "standard": _("%(title)s（%(version)s）")
        % {"title": standard.data["title"], "version": standard.name.split()[-1]},
        "results": results,
        "total": points_text(acceptance.total),
        "full": points_text(full_points(standard.data)),
        "grade": acceptance.grade or _("合格"),
        "accepted_on": on.isoformat(),
        "valid_from": on.isoformat(),
        "valid_to": acceptance.valid_until.isoformat(),
    }


def order_rectification(acceptance: Acceptance, *, on: dt.date) -> None:
    """Rectify: the failed items are to be put right within the term of the rules."""
    conclude(acceptance, Conclusion.RECTIFY, on)
    acceptance.rectifications += 1
    acceptance.rectify_due_on = on + dt.timedelta(days=acceptance.rules["rectification_days"])
    acceptance.recommendation = ""
    acceptance.save(
        update_fields=["conclusion", "concluded_on", "rectifications", "rectify_due_on", "recommendation"]
    )
    acceptance.items.filter(met=False).update(rectification="", rectified_on=None, answer="")


def fail_acceptance(acceptance: Acceptance, *, on: dt.date) -> None:
    """Not accepted; the unit may appeal."""
    conclude(acceptance, Conclusion.FAIL, on)
    acceptance.save(update_fields=["conclusion", "concluded_on"])
    add_milestone(acceptance, MilestoneKind.NOT_ACCEPTED, on=on)


def reopen_acceptance(acceptance: Acceptance) -> None:
    """An appeal was upheld: everything is inspected again, by others; what was found before no longer counts."""
    acceptance.appeals += 1
    acceptance.conclusion, acceptance.concluded_on, acceptance.recommendation = "", None, ""
    acceptance.total, acceptance.meets_standard, acceptance.grade = None, None, ""
    acceptance.shortfalls, acceptance.vetoes, acceptance.borderline = [], [], False
    acceptance.rectify_due_on = None
    acceptance.save()
    acceptance.items.update(points=None, met=None, finding="", answer="", rectification="", rectified_on=None)
