"""What a PDF carries besides its pages: what kind of document it is, its data, an empty field for a signature."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from reports.documents import Document
from reports.freezing import as_data

DATA_FILE = "du-lieu.json"
# A namespace of our own for the names of the decree; PDF/A wants it described in the file.
NAMESPACE = "urn:nghi-dinh-30-2020-nd-cp:phu-luc-6#"
POINT = 72 / 96  # of a pixel
ROOM = 31 * 72 / 25.4  # points between the signer's title and name


def facts(document: Document, pages: int) -> Mapping[str, str]:
    """The metadata of an outgoing document; what a draft does not have yet is left out.

    Source: Decree 30/2020/NĐ-CP, Annex VI.
    """
    head = document.head
    found = {
        "TypeName": document.kind,
        "CodeNumber": head.number.strip(),
        "CodeNotation": head.symbol,
        "IssuedDate": head.issued_on.isoformat() if head.issued_on else "",
        "OrganName": document.author,
        "Abstract": document.abstract,
        "Language": "Tiếng Việt",
        "PageAmount": str(pages),
        "SignerTitle": document.signature.lines[-1] if document.signature.lines else "",
        "SignerName": document.signature.name,
    }
    return {name: value for name, value in found.items() if value}


def data_of(document: Document) -> Mapping[str, bytes]:
    """Text and figures of the document as a file of data, by its name."""
    return {DATA_FILE: json.dumps(as_data(document), ensure_ascii=False, indent=1).encode()}


class Finisher:
    """Puts into a PDF what WeasyPrint does not, right before it is written."""

    def __init__(self, document: Document, *, signature_field: bool) -> None:
        self.document = document
        self.signature_field = signature_field

    def __call__(self, laid_out: Any, pdf: Any) -> None:
        """Shapes: the document of WeasyPrint, and the one of pydyf."""
        import pydyf

        found = facts(self.document, len(laid_out.pages))
        for name, value in found.items():
            pdf.info[name] = pydyf.String(value)
        metadata = referred(pdf, pdf.catalog["Metadata"])
        metadata.stream = [described(b"\n".join(metadata.stream), found)]
        if self.signature_field:
            add_signature_field(laid_out, pdf)


def referred(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def described(xmp: bytes, found: Mapping[str, str]) -> bytes:
    """The metadata with those of the decree, and what each of them is."""
    properties = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        "<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{name}, Decree 30/2020, Annex VI</pdfaProperty:description></rdf:li>"
        for name in found
    )
    values = "".join(f"<vb:{name}>{escape(value)}</vb:{name}>" for name, value in found.items())
    made = (
        '<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
        ' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
        ' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>'
        '<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Outgoing document</pdfaSchema:schema>'
        f"<pdfaSchema:namespaceURI>{NAMESPACE}</pdfaSchema:namespaceURI><pdfaSchema:prefix>vb</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag>"
        "</pdfaExtension:schemas></rdf:Description>"
        f'<rdf:Description rdf:about="" xmlns:vb="{NAMESPACE}">{values}</rdf:Description>'
    )
    before, end, after = xmp.rpartition(b"</rdf:RDF>")
    return before + made.encode() + end + after


def add_signature_field(laid_out: Any, pdf: Any) -> None:
    """An empty field in the room between title and name, for a signing program to fill in. Nothing is painted."""
    import pydyf

    place = next(place for place, page in enumerate(laid_out.pages) if "signature" in page.anchors)
    left, top, right, _bottom = (value * POINT for value in laid_out.pages[place].anchors["signature"])
    foot = laid_out.pages[place].height * POINT - top
    look = pydyf.Stream(
        [], {"Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array([0, 0, right - left, ROOM])}
    )
    pdf.add_object(look)
    page_reference = pdf.page_references[place]
    widget = pydyf.Dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String("Signature1"),
            "TU": pydyf.String("Chữ ký số của người có thẩm quyền"),
            "F": 4,  # printed
            "P": page_reference,
            "Rect": pydyf.Array([left, foot, right, foot + ROOM]),
            "AP": pydyf.Dictionary({"N": look.reference}),
        }
    )
    pdf.add_object(widget)
    page = referred(pdf, page_reference)
    page.setdefault("Annots", pydyf.Array()).append(widget.reference)
    pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": pydyf.Array([widget.reference])})
    if "StructTreeRoot" in pdf.catalog:
        tag(pdf, widget, page_reference)


def tag(pdf: Any, widget: Any, page_reference: bytes) -> None:
    """The field as an element of the tagged document."""
    import pydyf

    root = referred(pdf, pdf.catalog["StructTreeRoot"])
    document = referred(pdf, root["K"][0])
    of_page = {"Pg": page_reference}
    leads = pydyf.Dictionary({"Type": "/OBJR", "Obj": widget.reference} | of_page)
    pdf.add_object(leads)
    kids = pydyf.Array([leads.reference])
    element = pydyf.Dictionary({"Type": "/StructElem", "S": "/Form", "K": kids, "P": document.reference} | of_page)
    pdf.add_object(element)
    document["K"].append(element.reference)
    numbers = referred(pdf, root["ParentTree"])["Nums"]
    widget["StructParent"] = numbers[-2] + 1
    numbers.extend([widget["StructParent"], element.reference])
