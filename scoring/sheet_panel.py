"""How far a score sheet is: what each row is worth by the unit's word, the sums, and what is still open.

Before publication the unit's side is shown nothing but its own points: every sum here starts from the
self-scores, never from what counts at present.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from parportal.display import points, points_short
from parportal.entry.numbers import format_decimal
from scoring.models import Criterion, Evidence, Score, ScoreSheet
from scoring.rules import CountsAs, LeafPoints, LeafState, Method, Outcome, SectionTotals, decode
from scoring.settling import SheetSums, self_outcome, sums_of

NO_POINTS = "–"


@dataclass(frozen=True, slots=True)
class Line:
    """One row before it is put into words: what is stored, and what it is worth by the unit's word."""

    score: Score
    section: Criterion
    method: Method
    outcome: Outcome
    has_evidence: bool

    @property
    def is_open(self) -> bool:
        return self.score.state == LeafState.NOT_ANSWERED

    @property
    def lacks_evidence(self) -> bool:
        earns = self.score.self_points is not None and self.score.self_points > 0
        return self.score.criterion.evidence_required and not self.has_evidence and earns

    @property
    def leaf(self) -> LeafPoints:
        return LeafPoints(
            code=self.score.criterion.code,
            section=str(self.section.pk),
            points=self.outcome.points,
            counted_max_points=self.outcome.counted_max_points,
            counts_as=CountsAs(self.score.criterion.counts_as),
        )


@dataclass(frozen=True, slots=True)
class Pointer:
    """A link to a row of the page."""

    anchor: str
    code: str
    title: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class SectionLine:
    """A field in the side panel. `mark` is none, part or done."""

    pk: int
    code: str
    title: str
    answered: int
    total: int
    mark: str
    mark_text: str
    points: str
    final_points: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """How far, how many points, what is missing."""

    sections: tuple[SectionLine, ...]
    answered: int
    total: int
    earned: str
    maximum: str
    index: str
    grade: str
    final: str
    final_index: str
    open_rows: tuple[Pointer, ...]
    without_evidence: tuple[Pointer, ...]
    claimed: tuple[Pointer, ...]


def anchor(score: Score) -> str:
    return f"row-{score.criterion_id}"


def line_of(score: Score, section: Criterion, sheet: ScoreSheet, *, has_evidence: bool) -> Line:
    """A stored row with its method; no query."""
    method = score.criterion.scoring_method(sheet.campaign.criteria_set)
    answers = decode(method.inputs(), score.answers)
    outcome = self_outcome(method, LeafState(score.state), answers)
    return Line(score, section, method, outcome, has_evidence)


def lines_of(sheet: ScoreSheet) -> list[Line]:
    """All rows of a sheet for its panel: one query."""
    evidence = Evidence.scores.through.objects.filter(score=OuterRef("pk"))
    scores = sheet.scores.select_related("criterion__section").annotate(has_evidence=Exists(evidence))
    return [
        line_of(score, score.criterion.section or score.criterion, sheet, has_evidence=score.has_evidence)  # type: ignore[attr-defined]
        for score in scores.order_by("criterion__position")
    ]


def panel_of(
    lines: Sequence[Line], sheet: ScoreSheet, *, final: SheetSums | None = None, part: bool = False
) -> Panel:
    """The side panel of the rows given. Index and grade are left out of a part of the sheet."""
    campaign = sheet.campaign
    sums = sums_of(
        (line.leaf for line in lines),
        decimals=campaign.criteria_set.index_decimals,
        scale=None if part else campaign.grade_scale,
    )
    sections = {line.section.pk: line.section for line in lines}
    return Panel(
        sections=tuple(section_line(each, lines, sums, final) for each in sections.values()),
        answered=sum(not line.is_open for line in lines),
        total=len(lines),
        earned=points(sums.totals.earned),
        maximum=points_short(sums.totals.applicable_max),
        index="" if part else format_index(sums, sheet),
        grade="" if part else grade_name(sums, sheet),
        final=earned_text(final.totals) if final else "",
        final_index=index_text(final, sheet) if final and not part else "",
        open_rows=tuple(pointer(line) for line in lines if line.is_open),
        without_evidence=tuple(pointer(line) for line in lines if line.lacks_evidence),
        claimed=tuple(
            pointer(line, line.score.reason) for line in lines if line.score.state == LeafState.NOT_APPLICABLE
        ),
    )


def format_index(sums: SheetSums, sheet: ScoreSheet) -> str:
    if sums.index is None:
        return NO_POINTS
    return format_decimal(sums.index, places=sheet.campaign.criteria_set.index_decimals)


def index_text(sums: SheetSums, sheet: ScoreSheet) -> str:
    """Index and grade: 80,68 · Tốt."""
    return " · ".join(filter(None, [format_index(sums, sheet), grade_name(sums, sheet)]))


def earned_text(part: SectionTotals) -> str:
    """Points of applicable points: 76,65 / 95."""
    return f"{points(part.earned)} / {points_short(part.applicable_max)}"


def grade_name(sums: SheetSums, sheet: ScoreSheet) -> str:
    scale = sheet.campaign.grade_scale
    grades = scale.all_grades if scale and sums.grade_code else []
    return next((grade.name for grade in grades if grade.code == sums.grade_code), "")


def pointer(line: Line, text: str = "") -> Pointer:
    criterion = line.score.criterion
    return Pointer(anchor(line.score), criterion.code, criterion.title, text)


def section_line(
    section: Criterion, lines: Sequence[Line], sums: SheetSums, final: SheetSums | None
) -> SectionLine:
    mine = [line for line in lines if line.section.pk == section.pk]
    answered = sum(not line.is_open for line in mine)
    mark, text = "part", _("in progress")
    if answered == len(mine):
        mark, text = "done", _("complete")
    elif not answered:
        mark, text = "none", _("not begun")
    part = sums.section(section.pk)
    ruled = final.section(section.pk) if final else None
    return SectionLine(
        pk=section.pk,
        code=section.code,
        title=section.title,
        answered=answered,
        total=len(mine),
        mark=mark,
        mark_text=text,
        points=earned_text(part),
        final_points=earned_text(ruled) if ruled else "",
    )
