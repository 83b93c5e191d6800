"""A register of documents for tests."""

from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from plans.actions.documents import create_document
from plans.models import Document
from units.models import Unit, User

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
WORDS: dict[str, Any] = {
    "number": "123/BC-UBND",
    "issued_on": date(2024, 6, 14),
    "issuer": "UBND xã Tân Lập",
    "subject": "Báo cáo cải cách hành chính quý II",
    "kind": "report",
    "field": "Chỉ đạo điều hành",
}


def register(owner: Unit, by: User, *, content: bytes | None = None, **words: Any) -> Document:
    """A document of the register, with a file where there is content."""
    file = None if content is None else SimpleUploadedFile("báo cáo.pdf", content)
    return create_document(document=Document(owner=owner, **{**WORDS, **words}), file=file, by=by)


def typed(owner: Unit, **words: Any) -> dict[str, Any]:
    """What the form of a new document sends."""
    return {"owner": owner.pk, **WORDS, "issued_on": "14/6/2024", "expires_on": "", **words}
