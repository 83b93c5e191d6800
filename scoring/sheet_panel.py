"""How far a score sheet is: what each row is worth by the unit's word, the sums, and what is still open.

Before publication the unit's side is shown nothing but its own points: every sum here starts from the
self-scores, never from what counts at present.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from parportal.display import points, points_short
from parportal.entry.numbers import format_decimal
from scoring.computing import SheetSums, sums_of
from scoring.counting import Counting
from scoring.models import IMPORTED, Criterion, Evidence, Score, ScoreSheet
from scoring.rules import CountsAs, LeafState, Method, Outcome, SectionTotals, decode, knock_out
from scoring.settling import excluded_outcome, self_outcome

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
        return self.score.is_for_people and self.score.state == LeafState.NOT_ANSWERED

    @property
    def is_under_review(self) -> bool:
        """Whether the rules of the row changed and nobody has looked at it since."""
        return self.score.is_under_review

    @property
    def is_to_do(self) -> bool:
        return self.is_open or self.is_under_review

    @property
    def is_excluded(self) -> bool:
        return self.score.exclusion_id is not None

    @property
    def is_claimed(self) -> bool:
        return self.score.is_for_people and self.score.state == LeafState.NOT_APPLICABLE

    @property
    def is_no_case(self) -> bool:
        return self.score.is_for_people and self.score.state == LeafState.NO_CASE

    @property
    def is_left_out(self) -> bool:
        """Whether the row counts in neither sum, which is not the same as 0 points."""
        return bool(self.score.criterion.max_points) and not self.outcome.counted_max_points

    @property
    def is_zero(self) -> bool:
        """Whether the unit earns a true 0: answered, counted, without a point."""
        answered = self.score.is_for_people and self.score.state == LeafState.ANSWERED
        return answered and self.outcome.points == 0 and self.outcome.counted_max_points > 0

    @property
    def lacks_evidence(self) -> bool:
        earns = self.score.self_points is not None and self.score.self_points > 0
        required = self.score.is_for_people and self.score.criterion.evidence_required
        return required and not self.has_evidence and earns


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
    """How far, how many points, what is missing.

    Units: `answered` of `total` rows that the unit fills in; excluded rows and those of a survey are not among
    them. `without_survey`: the sums do not hold the rows of the survey.
    """

    sections: tuple[SectionLine, ...]
    answered: int
    total: int
    earned: str
    maximum: str
    index: str
    grade: str
    extras: str
    final: str
    final_extras: str
    final_index: str
    open_rows: tuple[Pointer, ...]
    under_review: tuple[Pointer, ...]
    without_evidence: tuple[Pointer, ...]
    claimed: tuple[Pointer, ...]
    excluded: tuple[Pointer, ...] = ()
    no_case: tuple[Pointer, ...] = ()
    zero: tuple[Pointer, ...] = ()
    without_survey: bool = False


def anchor(score: Score) -> str:
    return f"row-{score.criterion_id}"


def line_of(score: Score, section: Criterion, sheet: ScoreSheet, *, has_evidence: bool) -> Line:
    """A stored row with its method; no query."""
    method = score.criterion.scoring_method(sheet.campaign.criteria_set)
    answers = decode(method.inputs(), score.answers)
    # The unit's word does not hold the survey: its row is left out here, whatever was imported.
    state = LeafState(score.state) if score.is_for_people else LeafState.NOT_ANSWERED
    outcome = self_outcome(method, state, answers)
    if score.exclusion_id is not None:
        outcome = excluded_outcome()
    return Line(score, section, method, outcome, has_evidence)


def lines_of(sheet: ScoreSheet) -> list[Line]:
    """All rows of a sheet for its panel, after the knock-outs: one query, and one for the set."""
    evidence = Evidence.scores.through.objects.filter(score=OuterRef("pk"))
    scores = sheet.scores.select_related("criterion__section").annotate(has_evidence=Exists(evidence))
    lines = [
        line_of(score, score.criterion.section or score.criterion, sheet, has_evidence=score.has_evidence)  # type: ignore[attr-defined]
        for score in scores.order_by("criterion__position")
    ]
    return knocked_out(lines, sheet)


def knocked_out(lines: Iterable[Line], sheet: ScoreSheet) -> list[Line]:
    """The rows as they count by the unit's word: one without points may take others with it."""
    lines = list(lines)
    counting = counting_of(lines, sheet)
    by_code = {line.score.criterion.code: line for line in lines}
    after = knock_out({code: line.outcome for code, line in by_code.items()}, counting.knock_outs)
    return [
        line if after[code] is line.outcome else replace(line, outcome=after[code])
        for code, line in by_code.items()
    ]


def counting_of(lines: Iterable[Line], sheet: ScoreSheet) -> Counting:
    return Counting.among(sheet.campaign.criteria_set, (line.score.criterion for line in lines))


def panel_of(
    lines: Sequence[Line], sheet: ScoreSheet, *, final: SheetSums | None = None, part: bool = False
) -> Panel:
    """The side panel of the rows given. Index and grade are left out of a part of the sheet."""
    counting = counting_of(lines, sheet)
    sums = sums_of(
        (counting.leaf(line.score.criterion, line.outcome) for line in lines),
        rules=counting.rules,
        bands=() if part else sheet.bands,
    )
    sections = {line.section.pk: line.section for line in lines}
    return Panel(
        sections=tuple(section_line(each, lines, sums, final) for each in sections.values()),
        answered=sum(line.score.is_for_people and not line.is_to_do for line in lines),
        total=sum(line.score.is_for_people for line in lines),
        earned=points(sums.totals.earned),
        maximum=points_short(sums.totals.applicable_max),
        index="" if part else format_index(sums, sheet),
        grade=sums.grade_name,
        extras=extras_text(sums.totals),
        final=earned_text(final.totals) if final else "",
        final_extras=extras_text(final.totals) if final else "",
        final_index=index_text(final, sheet) if final and not part else "",
        open_rows=tuple(pointer(line) for line in lines if line.is_open),
        under_review=tuple(pointer(line) for line in lines if line.is_under_review),
        without_evidence=tuple(pointer(line) for line in lines if line.lacks_evidence),
        claimed=tuple(pointer(line, line.score.reason) for line in lines if line.is_claimed),
        excluded=tuple(pointer(line) for line in lines if line.is_excluded),
        no_case=tuple(pointer(line) for line in lines if line.is_no_case),
        zero=tuple(pointer(line) for line in lines if line.is_zero),
        without_survey=any(line.score.criterion.method in IMPORTED for line in lines),
    )


def format_index(sums: SheetSums, sheet: ScoreSheet) -> str:
    if sums.index is None:
        return NO_POINTS
    return format_decimal(sums.index, places=sheet.campaign.criteria_set.index_decimals)


def index_text(sums: SheetSums, sheet: ScoreSheet) -> str:
    """Index and grade: 80,68 · Tốt."""
    return " · ".join(filter(None, [format_index(sums, sheet), sums.grade_name]))


def earned_text(part: SectionTotals) -> str:
    """Points of applicable points: 76,65 / 95. What is left out altogether is no 0 of 0."""
    if not part.applicable_max and not part.earned:
        return _("not counted")
    return f"{points(part.earned)} / {points_short(part.applicable_max)}"


def extras_text(part: SectionTotals) -> str:
    """Bonus and penalty that count, in words; nothing for neither."""
    found = []
    if part.bonus:
        found.append(_("bonus +%(points)s") % {"points": points(part.bonus)})
    if part.penalty:
        found.append(_("penalty −%(points)s") % {"points": points(part.penalty)})
    return " · ".join(found)


def section_text(section: Criterion, part: SectionTotals) -> str:
    """What a field came to; a field outside the maximum counts at most its own."""
    if section.counts_as == CountsAs.BASE:
        return " · ".join(filter(None, [earned_text(part), extras_text(part)]))
    return f"{extras_text(part) or points(Decimal(0))} / {points_short(section.max_points)}"


def pointer(line: Line, text: str = "") -> Pointer:
    criterion = line.score.criterion
    return Pointer(anchor(line.score), criterion.code, criterion.title, text)


def section_line(
    section: Criterion, lines: Sequence[Line], sums: SheetSums, final: SheetSums | None
) -> SectionLine:
    mine = [line for line in lines if line.section.pk == section.pk and line.score.is_for_people]
    answered = sum(not line.is_to_do for line in mine)
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
        points=section_text(section, part),
        final_points=section_text(section, ruled) if ruled else "",
    )
