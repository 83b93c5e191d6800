"""Registers of Kon Rẫy district and of one of its communes. The papers are made up in the manner of real ones."""

from datetime import date
from typing import Any

from parportal.demo.accounts import OLD_UNITS, holder, unit
from plans.actions.documents import create_document
from plans.models import Document, DocumentKind
from units.access import Role

COMMUNE, DISTRICT = "23497", "614"
REFORM, INSTITUTIONS = "Chỉ đạo điều hành cải cách hành chính", "Cải cách thể chế"
ISSUERS = {COMMUNE: "UBND xã Tân Lập", DISTRICT: "UBND huyện Kon Rẫy"}
KEEPERS = {COMMUNE: Role.OFFICER, DISTRICT: Role.COORDINATOR}

# Two papers of the commune have one number, as happens in offices; one paper is no longer in force.
PAPERS: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        COMMUNE,
        {
            "number": "05/KH-UBND",
            "issued_on": date(2024, 1, 12),
            "subject": "Kế hoạch cải cách hành chính năm 2024 của xã Tân Lập",
            "kind": DocumentKind.PLAN,
            "field": REFORM,
            "expires_on": date(2024, 12, 31),
        },
    ),
    (
        COMMUNE,
        {
            "number": "47/BC-UBND",
            "issued_on": date(2024, 6, 14),
            "subject": "Báo cáo công tác cải cách hành chính 6 tháng đầu năm 2024",
            "kind": DocumentKind.REPORT,
            "field": REFORM,
        },
    ),
    (
        COMMUNE,
        {
            "number": "47/BC-UBND",
            "issued_on": date(2024, 6, 20),
            "subject": "Báo cáo kết quả rà soát văn bản quy phạm pháp luật",
            "kind": DocumentKind.REPORT,
            "field": INSTITUTIONS,
        },
    ),
    (
        COMMUNE,
        {
            "number": "03/2024/NQ-HĐND",
            "issued_on": date(2024, 7, 19),
            "issuer": "HĐND xã Tân Lập",
            "subject": "Nghị quyết về quy chế làm việc của Hội đồng nhân dân xã",
            "kind": DocumentKind.RESOLUTION,
            "field": INSTITUTIONS,
            "is_normative": True,
        },
    ),
    (
        DISTRICT,
        {
            "number": "18/KH-UBND",
            "issued_on": date(2024, 1, 22),
            "subject": "Kế hoạch cải cách hành chính năm 2024 của huyện Kon Rẫy",
            "kind": DocumentKind.PLAN,
            "field": REFORM,
        },
    ),
    (
        DISTRICT,
        {
            "number": "612/QĐ-UBND",
            "issued_on": date(2024, 9, 9),
            "subject": "Quyết định kiểm tra công tác cải cách hành chính tại các xã, thị trấn",
            "kind": DocumentKind.DECISION,
            "field": REFORM,
        },
    ),
)


def load_documents() -> None:
    """Each register once: what a user changed afterwards stays."""
    for code in (COMMUNE, DISTRICT):
        owner = unit(code, OLD_UNITS)
        if Document.objects.filter(owner=owner).exists():
            continue
        by = holder(KEEPERS[code], owner)
        for of, words in PAPERS:
            if of == code:
                document = Document(owner=owner, **{"issuer": ISSUERS[code], **words})
                create_document(document=document, file=None, by=by)
