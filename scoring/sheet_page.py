"""A score sheet as its page shows it: fields, groups and rows as markup, and the side panel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from parportal.display import points
from parportal.prepared import Prepared
from scoring.comparable import bases_of
from scoring.computing import SheetSums
from scoring.evidence_part import address
from scoring.evidence_rules import why_no_evidence_now
from scoring.filling import filling_of
from scoring.leaves import SetLeaves, leaves_of
from scoring.models import Evidence, Score, ScoreSheet
from scoring.panel_html import field_points_html, panel_html
from scoring.questions import question_counts
from scoring.row_html import Reader, RowWriter
from scoring.row_parts import RowParts, parts_of
from scoring.row_said import SaidParts, said_parts
from scoring.row_words import Refusal, survey_outcome
from scoring.rules import LeafState
from scoring.settling import excluded_outcome
from scoring.sheet_lines import Line, Said, knocked_out
from scoring.sheet_panel import Panel, SectionLine, counted_sums, panel_of
from scoring.sources import source_lines
from scoring.tree import Node
from units.models import User


@dataclass(frozen=True, slots=True)
class SheetPage:
    """Everything the page of a sheet shows. `locked` says in words why it cannot be filled in, or is empty.

    `part_note` says why only a part of the sheet is shown. Shapes: `lines` by the primary key of the criterion.
    """

    body: SafeString
    side: SafeString
    panel: Panel
    lines: Mapping[int, Line]
    locked: str
    part_note: str
    saved_at: datetime | None


def sheet_page(
    sheet: ScoreSheet, user: User, *, refusals: Mapping[int, Refusal] | None = None, token: str = ""
) -> SheetPage:
    """Read a sheet for a person: seven queries at most, whatever the number of rows.

    `sheet` comes from `ScoreSheet.objects.visible_to(user)` with its campaign, set and scale; `token` is the one
    that a form of the page sends back. Shapes: `refusals` by the primary key of the criterion.
    """
    leaves = leaves_of(sheet.campaign.criteria_set)
    reader = reader_of(sheet, user)
    scores = {score.criterion_id: score for score in scores_of(sheet, user, reader)}
    parts = parts_of(sheet.campaign.criteria_set)
    said = {pk: said_of_score(score, parts[pk], sheet) for pk, score in scores.items()}
    lines = lines_by_criterion(scores, said, leaves)
    is_part = len(lines) < len(leaves.by_pk)
    final = final_sums(sheet, lines, scores) if reader.shows_appraisal else None
    panel = panel_of(list(lines.values()), sheet, final=final, part=is_part)
    filling = filling_of(sheet, leaves.tree, user)
    rows = ((sheet.unit_id, scores[pk], line.leaf.method) for pk, line in lines.items())
    writer = RowWriter(
        sheet=sheet,
        parts=parts,
        filling=filling,
        reader=reader,
        said=said,
        bases=bases_of(sheet.campaign, rows),
        sources=source_lines(sheet, (line.leaf for line in lines.values()), scores, pulls=not filling.locked),
        refusals=refusals or {},
    )
    agency_note = _("You see the rows that your agency appraises.")
    return SheetPage(
        body=SafeString("".join(fields_of(writer, leaves, lines, scores, panel, token))),
        side=SafeString(panel_html(panel)),
        panel=panel,
        lines=lines,
        locked=filling.locked,
        part_note=filling.part_note or (agency_note if is_part else ""),
        saved_at=max((score.updated_at for score in scores.values() if score.updated_at), default=None),
    )


def reader_of(sheet: ScoreSheet, user: User) -> Reader:
    return Reader(
        user_side=sheet.is_read_as_unit_by(user),
        shows_appraisal=sheet.shows_appraisal_to(user),
        shows_rounds=bool(sheet.opened_rounds(user)),
        can_add_evidence=not why_no_evidence_now(sheet, user),
        questions_url=reverse("campaign_questions", args=[sheet.campaign.code]),
        questions=question_counts(sheet.campaign) if getattr(sheet, "has_questions", True) else {},
    )


ROWS = Prepared(lambda sheet: Score.objects.filter(sheet=sheet).order_by(), values=1)
PAPERS = Prepared(lambda sheet: Evidence.objects.filter(scores__sheet=sheet).annotate(row=F("scores")), values=1)


def scores_of(sheet: ScoreSheet, user: User, reader: Reader) -> list[Score]:
    """The rows that the person sees, with what is read of them; evidence as the list `papers`. Two queries."""
    if reader.shows_rounds:
        rows = rows_seen(sheet, user).order_by().select_related("explanation__by", "explanation__reply_by")
        scores = list(rows.prefetch_related("appraisals__by"))
    elif sheet.is_owned_by(user):
        scores = ROWS.all(sheet.pk)
    else:
        scores = list(rows_seen(sheet, user).order_by())
    papers: dict[int, list[Evidence]] = defaultdict(list)
    for paper in PAPERS.all(sheet.pk):
        papers[paper.row].append(paper)  # type: ignore[attr-defined]
    for score in scores:
        score.papers = papers.get(score.pk, [])  # type: ignore[attr-defined]
    return scores


def rows_seen(sheet: ScoreSheet, user: User) -> QuerySet[Score]:
    """`Score.objects.visible_to(user)` of one sheet; who stands for its unit or governs it sees all of them."""
    if sheet.is_owned_by(user) or sheet.campaign.governed_by(user):
        return sheet.scores.all()
    return Score.objects.visible_to(user).filter(sheet=sheet)


def said_of_score(score: Score, parts: RowParts, sheet: ScoreSheet) -> SaidParts:
    """By the unit's word: see `self_line`."""
    criteria_set = sheet.campaign.criteria_set
    if not parts.leaf.for_people:
        return said_parts(criteria_set, parts, LeafState.NOT_ANSWERED.value, {})
    return said_parts(criteria_set, parts, score.state, score.answers)


def lines_by_criterion(
    scores: Mapping[int, Score], said: Mapping[int, SaidParts], leaves: SetLeaves
) -> dict[int, Line]:
    """In reading order, after the knock-outs."""
    found = []
    for pk, leaf in leaves.by_pk.items():
        if score := scores.get(pk):
            score.criterion = leaf.criterion
            row = Said.of(score, has_evidence=bool(score.papers))  # type: ignore[attr-defined]
            outcome = excluded_outcome() if score.exclusion_id is not None else said[pk].outcome
            found.append(Line(leaf, row, outcome))
    return {line.leaf.pk: line for line in knocked_out(found, leaves)}


def final_sums(sheet: ScoreSheet, lines: Mapping[int, Line], scores: Mapping[int, Score]) -> SheetSums | None:
    """The sums after the appraisal so far; None while no row has been appraised."""
    if not any(score.appraisals.all() for score in scores.values()):
        return None
    return counted_sums(lines.values(), sheet)


def fields_of(
    writer: RowWriter,
    leaves: SetLeaves,
    lines: Mapping[int, Line],
    scores: Mapping[int, Score],
    panel: Panel,
    token: str,
) -> Iterator[str]:
    """Each field that has rows to show, as a form of its own where one of them can be filled in."""
    for section in panel.sections:
        mine = [line for line in lines.values() if line.leaf.section.pk == section.pk]
        rows = "".join(groups_of(leaves.tree.by_id[section.pk], leaves, mine, scores, writer))
        head = (
            f'<div class="section-head"><h2 id="section-title-{section.pk}">{escape(section.code)}.'
            f' {escape(section.title)}</h2><p class="section-points num" id="section-points-{section.pk}">'
            f"{field_points_html(section)}</p></div>"
        )
        if any(writer.is_editable(line, scores[line.leaf.pk]) for line in mine):
            rows = in_form(writer.sheet, section, f"{head}{rows}", token)
            head = ""
        yield (
            f'<section id="section-{section.pk}" aria-labelledby="section-title-{section.pk}">'
            f"{head}{rows}</section>"
        )


def in_form(sheet: ScoreSheet, section: SectionLine, rows: str, token: str) -> str:
    """The rows of a field in their form. Enter in an input means its first button, which must remove nothing."""
    save = escape(_("Save this field"))
    return (
        f'<form class="field-form" id="field-{section.pk}" method="post" data-rows novalidate'
        f' action="{address("sheet_field", sheet.pk, section.pk)}">'
        f'<input type="hidden" name="csrfmiddlewaretoken" value="{escape(token)}"><button hidden>{save}</button>'
        f'{rows}<div class="actions actions-end without-js"><button class="button">{save}'
        f'<span class="visually-hidden"> {escape(section.code)}</span></button></div></form>'
    )


def groups_of(
    root: Node, leaves: SetLeaves, lines: Iterable[Line], scores: Mapping[int, Score], writer: RowWriter
) -> Iterator[str]:
    """The rows of a field, under the criterion right above them where that is not the field."""
    last: int | None = None
    for line in lines:
        parent = leaves.tree.by_id[line.leaf.pk].parent
        if parent is not None and parent.pk not in (root.criterion.pk, last):
            yield (
                f'<h3 class="group-head"><span class="group-points">{points(parent.max_points)}</span>'
                f'<span class="row-code">{escape(parent.code)}</span>{escape(parent.title)}</h3>'
            )
        last = parent.pk if parent is not None else None
        yield writer.row(shown_to(line, scores[line.leaf.pk], writer.reader), scores[line.leaf.pk])


def shown_to(line: Line, score: Score, reader: Reader) -> Line:
    """The rows of a survey count nothing by the unit's word; who may see more sees what was imported."""
    if line.leaf.for_people or line.is_excluded or not reader.shows_appraisal:
        return line
    return replace(line, outcome=survey_outcome(score, line.leaf))
