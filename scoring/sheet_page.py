"""A score sheet as its page shows it: fields, groups, rows and the side panel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from parportal.display import points
from scoring.comparable import bases_of
from scoring.computing import SheetSums, sums_of
from scoring.models import Score, ScoreSheet
from scoring.rules import Outcome
from scoring.sheet_panel import Line, Panel, SectionLine, counting_of, knocked_out, line_of, panel_of
from scoring.sheet_rows import Refusal, Row, RowWriter
from scoring.tree import Node, Tree
from scoring.workflow import why_rows_are_locked
from units.models import User


@dataclass(frozen=True, slots=True)
class Group:
    """A criterion above leaves, with its rows; a leaf that is a field or criterion itself has no heading."""

    code: str
    title: str
    max_points: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Section:
    line: SectionLine
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class SheetPage:
    """Everything the page of a sheet shows. `locked` says in words why it cannot be filled in, or is empty."""

    sections: tuple[Section, ...]
    panel: Panel
    locked: str
    is_part: bool
    saved_at: datetime | None


def sheet_page(sheet: ScoreSheet, user: User, *, refusal: Refusal | None = None) -> SheetPage:
    """Read a sheet for a person: six queries, whatever the number of rows.

    `sheet` comes from `ScoreSheet.objects.visible_to(user)` with its campaign, set and scale.
    """
    tree = Tree.of(sheet.campaign.criteria_set)
    visible = (
        Score.objects.visible_to(user).filter(sheet=sheet).select_related("exclusion").prefetch_related("evidence")
    )
    shows_appraisal = sheet.shows_appraisal_to(user)
    if shows_appraisal:
        visible = visible.prefetch_related("appraisals")
    lines: dict[int, Line] = {}
    by_criterion = {score.criterion_id: score for score in visible}
    for node in tree.leaves:
        if score := by_criterion.get(node.criterion.pk):
            score.criterion = node.criterion
            has_evidence = bool(score.evidence.all())
            lines[node.criterion.pk] = line_of(score, node.section, sheet, has_evidence=has_evidence)
    lines = {line.score.criterion_id: line for line in knocked_out(lines.values(), sheet)}
    is_part = len(lines) < len(tree.leaves)
    final = final_sums(sheet, lines.values()) if shows_appraisal else None
    panel = panel_of(list(lines.values()), sheet, final=final, part=is_part)
    bases = bases_of(sheet.campaign, ((sheet.unit_id, line.score, line.method) for line in lines.values()))
    locked = why_rows_are_locked(sheet, user)
    writer = RowWriter(sheet, can_edit=not locked, refusal=refusal, bases=bases)
    sections = {line.pk: line for line in panel.sections}
    return SheetPage(
        sections=tuple(
            Section(
                sections[root.criterion.pk], tuple(groups_of(root, tree, lines, writer, shows=shows_appraisal))
            )
            for root in tree.roots
            if root.criterion.pk in sections
        ),
        panel=panel,
        locked=locked,
        is_part=is_part,
        saved_at=max((line.score.updated_at for line in lines.values() if line.score.updated_at), default=None),
    )


def final_sums(sheet: ScoreSheet, lines: Iterable[Line]) -> SheetSums | None:
    """The sums after the appraisal so far; None while no row has been appraised."""
    lines = list(lines)
    if not any(line.score.appraisals.all() for line in lines):
        return None
    counting = counting_of(lines, sheet)
    counted = (
        counting.leaf(line.score.criterion, Outcome(line.score.points, line.score.counted_max_points))
        for line in lines
    )
    return sums_of(counted, rules=counting.rules, bands=sheet.bands)


def groups_of(
    root: Node, tree: Tree, lines: Mapping[int, Line], writer: RowWriter, *, shows: bool
) -> Iterable[Group]:
    """The leaves of a field under the criterion right above each."""
    groups: dict[int, list[Row]] = {}
    for leaf in tree.leaves_below(root):
        if line := lines.get(leaf.criterion.pk):
            has_heading = leaf.parent is not None and leaf.parent.pk != root.criterion.pk
            key = leaf.parent.pk if leaf.parent and has_heading else -leaf.criterion.pk
            groups.setdefault(key, []).append(writer.row(line, shows=shows))
    for key, rows in groups.items():
        above_node = tree.by_id.get(key)
        if above_node is None:
            yield Group("", "", "", tuple(rows))
        else:
            criterion = above_node.criterion
            yield Group(criterion.code, criterion.title, points(criterion.max_points), tuple(rows))
