"""PDF/A-3a that also claims PDF/UA-1: what WeasyPrint leaves to be added before the file is written."""

from collections.abc import Sequence
from typing import Any

import pydyf
from weasyprint import Attachment

from .attachments import Attached

VARIANT = "pdf/a-3a"
# One rdf:RDF holds both claims; PDF/A wants a schema for every property that it does not know itself.
_CLAIM = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
><pdfuaid:part>1</pdfuaid:part></rdf:Description
><rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"
><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"
><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema
><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI
><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix
><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"
><pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType
><pdfaProperty:category>internal</pdfaProperty:category
><pdfaProperty:description>PDF/UA part</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property
></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""


def weasyprint_attachments(files: Sequence[Attached], at: Any, fetcher: Any) -> list[Attachment]:
    """``files`` as WeasyPrint takes them, dated ``at`` so that the same document has the same bytes."""
    return [
        Attachment(
            string=each.content,
            name=each.name,
            description=each.description,
            created=at,
            modified=at,
            relationship=each.relationship,
            url_fetcher=fetcher,
        )
        for each in files
    ]


def claim_accessibility(pdf: Any) -> None:
    """Add the claim of PDF/UA-1 to the metadata, and leave it uncompressed: readers look without unpacking."""
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and item.extra.get("Type") == "/Metadata":
            item.compress = False
            item.stream = [part.replace(b"</rdf:RDF>", _CLAIM + b"</rdf:RDF>") for part in item.stream]


def name_media_types(pdf: Any, files: Sequence[Attached]) -> None:
    """Say what the attachments are; WeasyPrint guesses by name, on each machine in another way."""
    types = {len(each.content): each.media_type for each in files}
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and item.extra.get("Type") == "/EmbeddedFile":
            kind = types[item.extra["Params"]["Size"]]
            item.extra["Subtype"] = f"/{kind.replace('/', '#2f')}"
