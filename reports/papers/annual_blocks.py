"""What the periodic report computes: target by target, tables of reported lines, the tasks ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby

from plans.models import TargetState
from plans.target_results import PartJudged, TargetJudged
from plans.target_words import condition_words, measured
from reports.documents import Block, Bullet, Paragraph, Section, Span
from reports.papers.annual_data import AnnualData
from reports.papers.annual_texts import plan_words
from reports.papers.frames import paragraph
from reports.papers.plan_papers import asked_of
from reports.papers.statistics_annex import lines_table
from reports.papers.wording import lowered

STATES = {
    TargetState.EXCEEDED: "vượt chỉ tiêu",
    TargetState.MET: "đạt chỉ tiêu",
    TargetState.PARTIAL: "đạt một phần",
    TargetState.UNMET: "chưa đạt chỉ tiêu",
}
NOT_REACHED = (TargetState.PARTIAL, TargetState.UNMET)


def target_sections(data: AnnualData) -> tuple[Section, ...]:
    """Plan by plan, field by field: each target, and what came of it."""
    plans = [plan for plan in data.plans if data.targets[plan.pk]]
    return tuple(
        Section(plan_words(plan), tuple(target_blocks(data.targets[plan.pk])), key=f"targets.{plan.kind}-{place}")
        for place, plan in enumerate(plans, 1)
    )


def targets(data: AnnualData) -> Iterator[Block]:
    """The same below one heading."""
    for section in target_sections(data):
        yield paragraph(f"{section.title}:", leads=True)
        yield from section.blocks


def target_blocks(judged: Sequence[TargetJudged]) -> Iterator[Block]:
    for field, inside in groupby(judged, key=lambda each: each.target.field_title):
        yield Paragraph((Span(f"{field}:", italic=True),), leads=True)
        for each in inside:
            yield Bullet(tuple(target_spans(each)))


def target_spans(each: TargetJudged) -> Iterator[Span]:
    """What was asked and what came of it; what is not reached in bold."""
    target, is_short = each.target, each.state in NOT_REACHED
    asked, condition = asked_of(target), condition_words(target)
    said = f"{target.title.rstrip('.;')}{f': {asked}' if asked else ''}"
    yield Span(f"{said}{f' ({condition})' if condition else ''}. Kết quả: ")
    for part in each.parts:
        yield Span(f"{part_words(each, part)}; ", bold=part.state in NOT_REACHED)
    if not each.parts:
        yield Span(result_words(each), bold=is_short)
    elif each.state:
        yield Span(STATES[each.state], bold=is_short)
    else:
        yield Span("chưa đủ số liệu")
    note = each.whole.note.strip().rstrip(".;") if each.whole and not each.parts else ""
    yield Span(f" ({lowered(note)})." if note else ".")


def result_words(each: TargetJudged) -> str:
    actual = measured(each.actual, each.target.measure)
    state = STATES[each.state] if each.state else ""
    return ", ".join(filter(None, (actual, state))) or "chưa có số liệu"


def part_words(each: TargetJudged, part: PartJudged) -> str:
    actual = measured(part.result.actual, each.target.measure)
    state = STATES[part.state] if part.state and not actual else ""
    note = part.result.note.strip().rstrip(".;")
    return f"{lowered(part.result.part)} {actual or state}{f' ({lowered(note)})' if note else ''}"


def reported_table(data: AnnualData, form: str, code: str) -> Iterator[Block]:
    """The lines of a table that the unit has reported."""
    found = data.returns.get(form)
    item = found and next((each for each in found.form.items.values() if each.indicator.code == code), None)
    table = lines_table(found, item) if found and item else None
    if table:
        yield table


TABLES = {
    "district_channels": ("so-lieu-huyen", "1.1"),
    "district_procedures": ("so-lieu-huyen", "2.1"),
    "district_quota": ("so-lieu-huyen", "3.3"),
    "district_autonomy": ("so-lieu-huyen", "3.4"),
    "district_degrees": ("so-lieu-huyen", "4.1"),
    "commune_channels": ("so-lieu-xa", "1.1"),
    "commune_staff": ("so-lieu-xa", "2.1"),
    "commune_degrees": ("so-lieu-xa", "2.2"),
    "commune_equipment": ("so-lieu-xa", "4.3"),
}
BLOCKS: Mapping[str, Callable[[AnnualData], Iterable[Block]]] = {
    "targets": targets,
    **{name: partial(reported_table, form=form, code=code) for name, (form, code) in TABLES.items()},
}
