"""What a kind of document is, and the families of kinds: letters, certificates, forms."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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


def letter(
    name: str,
    label: "StrPromise",
    content: type,
    title: Callable[[str, dict], str],
    *,
    sealed: bool = True,
    subject: Callable[[dict], str] = _organization,
    sheets: tuple[str, ...] = (),
) -> Kind:
    """A kind of letter: all letters of an issuer share one number register."""
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
        sheets=sheets,
    )


def form(
    name: str, label: "StrPromise", content: type, title: Callable[[str, dict], str], *sheets: str
) -> Kind:
    """A kind of form: printed from the state of the day, neither numbered nor sealed; ``sheets`` are its own."""
    return Kind(name, label, content, "form", title, sealed=False, sheets=sheets)


def certificate(
    name: str,
    label: "StrPromise",
    content: type,
    title: Callable[[str, dict], str],
    letters: Callable[[dict], str],
    **options: Any,
) -> Kind:
    """A kind of certificate: numbered by issuer, year and ``letters``."""
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
