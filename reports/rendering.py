"""From a report to its finished paper: the document, and how it becomes a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from reports.basis import Basis
from reports.documents import Document
from reports.drafts import Parts, headed, overlaid, parts_of
from reports.finishing import finished
from reports.freezing import from_data
from reports.kinds import KINDS, basis_of, stored
from reports.models import Format, Report
from reports.output.docx import as_docx
from reports.output.pdf import as_pdf
from reports.output.xlsx import as_xlsx
from reports.text.figures import Figures, figures_of
from reports.text.narrative import written
from units.models.units import today

RENDERED: Mapping[str, Callable[[Document], bytes]] = {
    Format.PDF: as_pdf,
    Format.DOCX: as_docx,
    Format.XLSX: as_xlsx,
}


def document_of(report: Report, on: date | None = None) -> Document:
    """The paper of a report, ready for a renderer: frozen as it was approved, or as it stands on a day.

    Raises: NoPaper, ChildrenUnclear.
    """
    text = from_data(report.frozen["document"]) if report.frozen is not None else draft_of(report, on).text
    return finished(headed(text, report))


@dataclass(frozen=True, slots=True)
class Draft:
    """What a draft is made of: the proposed paper, what people changed of it, the figures of its texts."""

    basis: Basis
    proposed: Document
    parts: Parts
    figures: Figures

    @property
    def text(self) -> Document:
        """The paper without its head, not numbered."""
        return written(overlaid(self.proposed, self.parts), self.figures)


def draft_of(report: Report, on: date | None = None) -> Draft:
    """A draft with the figures of a day.

    Raises: NoPaper, ChildrenUnclear.
    """
    basis = basis_of(report, on or today())
    return Draft(basis, KINDS[report.kind].build(basis), parts_of(report), figures_of(basis))


def paper_of(kind: str, basis: Basis) -> Document:
    """The paper of a kind: as people have written it, or, where none was begun, as it is proposed.

    Raises: NoPaper, ChildrenUnclear.
    """
    report = stored(kind, basis)
    if report is None:
        return finished(written(KINDS[kind].build(basis), figures_of(basis)))
    if basis.children:
        report.children_campaign = basis.children
    return document_of(report, basis.on)
