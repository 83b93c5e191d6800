"""The evidence of a row beside it, for whoever appraises: what each document is, and the way to its pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from parportal.entry.kept_files import Scan
from scoring.evidence_part import file_address, preview_address
from scoring.models import Evidence


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One document, ready to print. `url` downloads the file; `preview` is a fragment with pictures of its pages.

    Both are empty where there is no file, or where it is in quarantine; `flags` say so.
    """

    label: str
    title: str
    url: str
    preview: str = ""
    pages: int = 0
    flags: tuple[str, ...] = ()


def evidence_line(evidence: Evidence) -> EvidenceLine:
    day = f" ({evidence.issued_on:%d/%m/%Y})" if evidence.issued_on else ""
    parts = (evidence.issuer, evidence.title, evidence.page)
    url = file_address(evidence)
    return EvidenceLine(
        label=f"{evidence}{day}",
        title=" · ".join(part for part in parts if part and part != str(evidence)),
        url=url,
        preview=preview_address(evidence) if url else "",
        pages=evidence.page_count,
        flags=tuple(flags_of(evidence)),
    )


def flags_of(evidence: Evidence) -> list[str]:
    found = [_("added late")] if evidence.is_late else []
    if evidence.scan in (Scan.WAITING, Scan.INFECTED):
        found.append(str(evidence.get_scan_display()))
    return found
