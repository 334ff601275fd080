"""The register of document kinds: one entry and one template folder per kind.

To add a kind: describe its content as a TypedDict in ``contents.py``, write
``templates/documents/<kind>/v1/document.html``, and add an entry to ``KINDS``. A change to a template
or style sheet that has issued documents is a new version (``v2`` folders and ``version="v2"``); documents
keep the version that they were issued with.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from .contents import (
    ApprovalForm,
    ApprovalRequest,
    EstablishmentReply,
    FoundingCertificate,
    LeadershipReply,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Issuer:
    """Who issues a document.

    ``type`` says whether ``id`` is an organization's or (for requests of a preparatory group) a unit's;
    ``letter_code`` is the 发文机关代字 such as 海团字; ``certificate_code`` the first part of certificate
    numbers, such as HDTQ; ``office`` prints the document (印发机关), by default the issuer itself.
    """

    id: int
    name: str
    letter_code: str = ""
    certificate_code: str = ""
    office: str = ""
    type: str = "organization"


def letter_number(issuer: Issuer, year: int, serial: int) -> str:
    """发文字号: full year in 〔〕, no 第, no leading zeros (GB/T 9704, RULES section 5)."""
    return f"{issuer.letter_code}〔{year}〕{serial}号"


def certificate_number(letters: str) -> Callable[[Issuer, int, int], str]:
    """Certificate numbers like HDTQ-2014-JT-0001; ``letters`` tells the kind."""

    def number(issuer: Issuer, year: int, serial: int) -> str:
        return f"{issuer.certificate_code}-{year}-{letters}-{serial:04d}"

    return number


@dataclass(frozen=True)
class Kind:
    """One kind of document.

    ``series`` names its number register (letters of one issuer share one); ``code_field`` is the
    attribute of Issuer that its numbers are made of; ``style`` is the layout family in
    ``templates/documents/<style>/<version>/``; ``subject`` is what the public verification page may
    show: an organization, never a person.
    """

    name: str
    label: "StrPromise | str"
    content: type
    style: str
    title: Callable[[str, dict], str]
    series: str = ""
    number: Callable[[Issuer, int, int], str] | None = None
    code_field: str = ""
    version: str = "v1"
    sealed: bool = True
    subject: Callable[[dict], str] = lambda content: content["organization"]

    @property
    def numbered(self) -> bool:
        """Whether documents of this kind are issued and kept; forms are only printed."""
        return self.number is not None


def _letter(
    name: str, label: "StrPromise", content: type, title: Callable[[str, dict], str], *, sealed: bool = True
) -> Kind:
    return Kind(
        name,
        label,
        content,
        "letter",
        title,
        series="document",
        number=letter_number,
        code_field="letter_code",
        sealed=sealed,
    )


_ALL = (
    _letter(
        "approval_request",
        _("请示"),
        ApprovalRequest,
        lambda issuer, content: f"{issuer}关于成立{content['organization']}的请示",
        sealed=False,
    ),
    _letter(
        "establishment_reply",
        _("成立批复"),
        EstablishmentReply,
        lambda issuer, content: f"{issuer}关于同意成立{content['organization']}的批复",
    ),
    _letter(
        "leadership_reply",
        _("班子批复"),
        LeadershipReply,
        lambda issuer, content: (
            f"{issuer}关于{content['organization']}领导班子任职的批复"
            if content["variant"] == "appointed"
            else f"{issuer}关于{content['organization']}选举结果的批复"
        ),
    ),
    Kind(
        "founding_certificate",
        _("成立证书"),
        FoundingCertificate,
        "certificate",
        lambda issuer, content: f"{content['organization']}成立证书",
        series="certificate-JT",
        number=certificate_number("JT"),
        code_field="certificate_code",
    ),
    Kind(
        "approval_form",
        _("呈批表"),
        ApprovalForm,
        "form",
        lambda issuer, content: f"{content['organization']}成立呈批表",
        sealed=False,
    ),
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
