"""The file for Word of each kind, as LibreOffice reads it: the words of the PDF, on as many pages but one."""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from plans.actions.tasks import Item
from reports.basis import Basis
from reports.documents import Block, Document, Section, Table
from reports.kinds import KINDS
from reports.models import ReportKind
from reports.output.docx import as_docx
from reports.output.pdf import as_pdf
from reports.periods import Period
from scoring.models import Campaign
from tests.plans import inspecting
from tests.plans.planning import make_plan, make_target
from tests.plans.tasks_world import given, make_conclusion
from tests.reports.office import as_read_by_office, needs_office
from tests.reports.papers import page_texts, words
from tests.reports.proposed import ready
from tests.scoring import remedying
from tests.scoring.explaining import explained
from tests.world import World
from units.models.units import today

pytestmark = [pytest.mark.any_database, needs_office]

BEFORE = (
    ReportKind.PROGRESS,
    ReportKind.CRITERIA_SET,
    ReportKind.COUNCIL_MINUTES,
    ReportKind.REMINDER_LETTER,
    ReportKind.SELF_SCORING_REPORT,
    ReportKind.SCORE_SHEET,
)
AFTER = (ReportKind.PUBLISHING_DECISION, ReportKind.LEAGUE_TABLE, ReportKind.REMEDIATION_PLAN)


def test_libreoffice_reads_the_words_of_the_pdf(world: World, tmp_path: Path) -> None:
    papers = dict(made(world))
    assert set(papers) == {*ReportKind.values} - {ReportKind.RESPONSIBILITY_ANALYSIS}
    read = as_read_by_office({kind: as_docx(document) for kind, document in papers.items()}, tmp_path)
    for kind, document in papers.items():
        ours, theirs = as_pdf(document), read[kind]
        heads = heads_of(document)
        assert letters(theirs, heads) == letters(ours, heads), kind
        assert abs(len(page_texts(theirs)) - len(page_texts(ours))) <= 1, kind


def made(world: World) -> Iterator[tuple[str, Document]]:
    """A paper of each kind, before and after the publication; the analysis has a test of its own."""
    explained(world)
    for kind in BEFORE:
        yield kind, built(kind, world)
    for name, basis in of_a_year(world):
        yield name, ready(KINDS[name].build(basis))
    remedying.opened(world)
    world.campaign.refresh_from_db()
    for kind in AFTER:
        yield kind, built(kind, world)


def built(kind: str, world: World) -> Document:
    campaign = Campaign.objects.get(pk=world.campaign.pk)
    of_unit = kind in (ReportKind.SELF_SCORING_REPORT, ReportKind.SCORE_SHEET)
    about = world.commune_a if of_unit else campaign.office
    return ready(KINDS[kind].build(Basis(about, campaign.year, today(), campaign=campaign)))


def of_a_year(world: World) -> Iterator[tuple[str, Basis]]:
    office = world.district
    plan, conclusion = make_plan(world), make_conclusion(world)
    make_target(plan, world.coordinator, title="Hồ sơ trực tuyến", number=Decimal(70), measure="%")
    given(world, world.commune_a, item=Item(conclusion, "1.1"), title="Rà soát quy trình")
    inspection = inspecting.make_inspection(world, world.commune_a)
    inspecting.find_at(inspecting.visit(inspection, world.commune_a, world.coordinator), world.coordinator)
    on = date(2025, 12, 31)
    yield ReportKind.PLAN, Basis(office, plan.year, on, plan=plan)
    yield ReportKind.CONCLUSION_NOTICE, Basis(office, conclusion.year, on, conclusion=conclusion)
    yield ReportKind.INSPECTION_CONCLUSION, Basis(office, inspection.year, on, inspection=inspection)
    yield ReportKind.ANNUAL_REPORT, Basis(office, 2024, on, period=Period.YEAR)


def letters(pdf: bytes, heads: set[str]) -> Counter[str]:
    """The letters of all words below the top margin, for narrow columns break words at different places; without
    the heads of tables, which stand on every page of their table."""
    found = Counter(unicodedata.normalize("NFC", word) for word in words(pdf).elements())
    return Counter("".join(word for word in found.elements() if word not in heads))


def heads_of(document: Document) -> set[str]:
    return {word for table in tables(document) for column in table.columns for word in column.title.split()}


def tables(document: Document) -> Iterator[Table]:
    def inside(blocks: tuple[Block, ...], sections: tuple[Section, ...]) -> Iterator[Table]:
        yield from (block for block in blocks if isinstance(block, Table))
        for section in sections:
            yield from inside(section.blocks, section.sections)

    yield from inside((), document.sections)
    for annex in document.annexes:
        yield from inside(annex.blocks, annex.sections)
