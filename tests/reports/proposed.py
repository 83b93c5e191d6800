"""Papers as the portal proposes them, before anybody wrote on them."""

from reports.basis import Basis
from reports.documents import Document
from reports.drafts import new_report
from reports.finishing import finished
from reports.kinds import KINDS
from reports.models import Report, ReportKind
from reports.rendering import document_of
from reports.text.narrative import written
from scoring.models import Campaign, UnitResult
from units.models.units import today


def analysis_basis(result: UnitResult, children: Campaign | None) -> Basis:
    return Basis(result.unit, result.campaign.year, today(), campaign=result.campaign, children=children)


def proposed_analysis(result: UnitResult, children: Campaign | None) -> Report:
    kind, basis = ReportKind.RESPONSIBILITY_ANALYSIS, analysis_basis(result, children)
    return new_report(kind, basis, KINDS[kind].build(basis))


def analysis_of(result: UnitResult, children: Campaign | None) -> Document:
    return document_of(proposed_analysis(result, children))


def ready(document: Document) -> Document:
    """What a builder made, ready for a renderer."""
    return finished(written(document, {}))
