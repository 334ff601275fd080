"""The register of document kinds: one entry and one template folder per kind.

To add a kind: describe its content as a TypedDict in ``contents.py``, write
``templates/documents/<kind>/v1/document.html``, and add an entry to ``KINDS``. A change to a template
or style sheet that has issued documents is a new version (``v2`` folders and ``version="v2"``); documents
keep the version that they were issued with.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from .contents import (
    ApprovalRequest,
    DecisionSheet,
    EstablishmentReply,
    FoundingCertificate,
    LeadershipReply,
    ResultReport,
    VisitList,
)
from .honours import (
    AcceptanceCertificate,
    AcceptanceNotice,
    AwardCertificate,
    CommendationDecision,
    PublicNotice,
)
from .reports import AcceptanceReport

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


Number = Callable[[Issuer, int, int, dict], str]


def letter_number(issuer: Issuer, year: int, serial: int, content: dict) -> str:
    """发文字号: full year in 〔〕, no 第, no leading zeros (GB/T 9704, RULES section 5)."""
    return f"{issuer.letter_code}〔{year}〕{serial}号"


def certificate_number(letters: Callable[[dict], str]) -> Number:
    """Certificate numbers like HDTQ-2014-JT-0001; ``letters`` of the content tell the kind or the award."""

    def number(issuer: Issuer, year: int, serial: int, content: dict) -> str:
        return f"{issuer.certificate_code}-{year}-{letters(content)}-{serial:04d}"

    return number


def _organization(content: dict) -> str:
    return content["organization"]


@dataclass(frozen=True)
class Kind:
    """One kind of document.

    ``series`` names the number register for a content (letters of one issuer share one); ``code_field`` is the
    attribute of Issuer that its numbers are made of; ``style`` is the layout family in
    ``templates/documents/<style>/<version>/``; ``sheets`` and ``drawings`` are further files in the kind's own
    folder. ``subject`` is what the public verification page may show: an organization, never a person; ``holder``
    is whom the credential of a certificate names, by default the subject.
    """

    name: str
    label: "StrPromise | str"
    content: type
    style: str
    title: Callable[[str, dict], str]
    series: Callable[[dict], str] = lambda content: ""
    number: Number | None = None
    code_field: str = ""
    version: str = "v1"
    sealed: bool = True
    sheets: tuple[str, ...] = ()
    drawings: tuple[str, ...] = ()
    subject: Callable[[dict], str] = _organization
    holder: Callable[[dict], str] | None = None

    @property
    def numbered(self) -> bool:
        """Whether documents of this kind are issued and kept; forms are only printed."""
        return self.number is not None


def _letter(
    name: str,
    label: "StrPromise",
    content: type,
    title: Callable[[str, dict], str],
    *,
    sealed: bool = True,
    subject: Callable[[dict], str] = _organization,
) -> Kind:
    return Kind(
        name,
        label,
        content,
        "letter",
        title,
        series=lambda content: "document",
        number=letter_number,
        code_field="letter_code",
        sealed=sealed,
        subject=subject,
    )


def _certificate(
    name: str,
    label: "StrPromise",
    content: type,
    title: Callable[[str, dict], str],
    letters: Callable[[dict], str],
    **options: Any,
) -> Kind:
    return Kind(
        name,
        label,
        content,
        "certificate",
        title,
        series=lambda content: f"certificate-{letters(content)}",
        number=certificate_number(letters),
        code_field="certificate_code",
        **options,
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
    _letter(
        "result_report",
        _("结果报告"),
        ResultReport,
        lambda issuer, content: (
            f"{issuer}关于{content['organization']}班子人选的报告"
            if content["variant"] == "appointed"
            else f"{issuer}关于{content['organization']}选举结果的报告"
        ),
        sealed=False,
    ),
    _letter(
        "acceptance_notice",
        _("验收通知"),
        AcceptanceNotice,
        lambda issuer, content: (
            f"{issuer}关于对{content['organization']}进行“六有”{'复验' if content['again'] else '验收'}的通知"
        ),
    ),
    _letter(
        "public_notice",
        _("公示"),
        PublicNotice,
        lambda issuer, content: f"{issuer}关于{content['subject']}的公示",
        subject=lambda content: content["subject"],
    ),
    _letter(
        "commendation_decision",
        _("表彰决定"),
        CommendationDecision,
        lambda issuer, content: f"{issuer}关于表彰{content['subject']}的决定",
        subject=lambda content: content["subject"],
    ),
    _certificate(
        "founding_certificate",
        _("成立证书"),
        FoundingCertificate,
        lambda issuer, content: f"{content['organization']}成立证书",
        lambda content: "JT",
    ),
    _certificate(
        "acceptance_certificate",
        _("验收合格证书"),
        AcceptanceCertificate,
        lambda issuer, content: f"{content['organization']}“六有”验收合格证书",
        lambda content: "YS",
        sheets=("acceptance.css",),
        drawings=("tick.svg",),
    ),
    _certificate(
        "award_certificate",
        _("荣誉证书"),
        AwardCertificate,
        lambda issuer, content: f"{content['recipient']}“{content['award']}”荣誉证书",
        lambda content: content["letters"],
        sheets=("award.css",),
        drawings=("frame.svg",),
        subject=lambda content: content["unit"] if content["variant"] == "person" else content["recipient"],
        holder=lambda content: content["recipient"],
    ),
    Kind(
        "decision_sheet",
        _("审批表"),
        DecisionSheet,
        "form",
        lambda issuer, content: f"{content['heading']}（{content['case_number']}）",
        sealed=False,
    ),
    Kind(
        "visit_list",
        _("出访安排"),
        VisitList,
        "form",
        lambda issuer, content: f"{content['heading']}（{content['inspector']} {content['visits_on']}）",
        sealed=False,
        sheets=("visits.css",),
    ),
    Kind(
        "acceptance_report",
        _("验收报告"),
        AcceptanceReport,
        "form",
        lambda issuer, content: f"{content['heading']}（{content['case_number']}）",
        sealed=False,
        sheets=("report.css",),
    ),
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
