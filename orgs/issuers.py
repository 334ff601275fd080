"""Organizations as issuers of letters and certificates."""

from records.documents import Issuer

from .enums import OrganizationLevel
from .models import Organization


def issuer_of(organization: Organization) -> Issuer:
    """The organization as an issuer of letters and certificates."""
    return Issuer(
        id=organization.pk,
        name=organization.name,
        letter_code=organization.issuer_code,
        certificate_code=organization.issuer_code and certificate_code(organization),
    )


def certificate_code(organization: Organization) -> str:
    """First part of certificate numbers: HDTQ for the district, HDT and two digits of the street for others."""
    if organization.level == OrganizationLevel.DISTRICT:
        return "HDTQ"
    return f"HDT{organization.code[-3:]}" if organization.code else f"HDX{organization.pk}"
