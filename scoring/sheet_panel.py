"""How far a score sheet is: what each row is worth by the unit's word, the sums, and what is still open.

Before publication the unit's side is shown nothing but its own points: every sum here starts from the
self-scores, never from what counts at present.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from parportal.display import points, points_short
from parportal.entry.numbers import format_decimal
from scoring.computing import SheetSums, sums_of
from scoring.leaves import leaves_of
from scoring.models import Criterion, ScoreSheet
from scoring.rules import CountsAs, Outcome, SectionTotals
from scoring.sheet_lines import Line

NO_POINTS = "–"


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
    them. `without_survey`: the sums do not hold the rows of the survey. `excused` rows lack evidence and say why.
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
    to_check: tuple[Pointer, ...] = ()
    excused: tuple[Pointer, ...] = ()
    excluded: tuple[Pointer, ...] = ()
    no_case: tuple[Pointer, ...] = ()
    zero: tuple[Pointer, ...] = ()
    without_survey: bool = False


def self_sums(lines: Iterable[Line], sheet: ScoreSheet, *, part: bool = False) -> SheetSums:
    """What rows come to by the unit's word; without a grade for a part of the sheet."""
    counting = leaves_of(sheet.campaign.criteria_set).counting
    counted = (counting.leaf(line.criterion, line.outcome) for line in lines)
    return sums_of(counted, rules=counting.rules, bands=() if part else sheet.bands)


def counted_sums(lines: Iterable[Line], sheet: ScoreSheet) -> SheetSums:
    """What all rows of a sheet come to as they count now."""
    counting = leaves_of(sheet.campaign.criteria_set).counting
    stored = ((line.criterion, Outcome(line.said.points, line.said.counted_max_points)) for line in lines)
    counted = (counting.leaf(criterion, outcome) for criterion, outcome in stored)
    return sums_of(counted, rules=counting.rules, bands=sheet.bands)


def panel_of(
    lines: Sequence[Line], sheet: ScoreSheet, *, final: SheetSums | None = None, part: bool = False
) -> Panel:
    """The side panel of the rows given. Index and grade are left out of a part of the sheet."""
    sums = self_sums(lines, sheet, part=part)
    by_section: dict[int, list[Line]] = {}
    for line in lines:
        by_section.setdefault(line.leaf.section.pk, []).append(line)
    sections = [section_line(mine, sums, final) for mine in by_section.values()]
    lacking = [line for line in lines if line.lacks_evidence]
    return Panel(
        sections=tuple(sections),
        answered=sum(each.answered for each in sections),
        total=sum(each.total for each in sections),
        earned=points(sums.totals.earned),
        maximum=points_short(sums.totals.applicable_max),
        index="" if part else format_index(sums, sheet),
        grade=sums.grade_name,
        extras=extras_text(sums.totals),
        final=earned_text(final.totals) if final else "",
        final_extras=extras_text(final.totals) if final else "",
        final_index=index_text(final, sheet) if final and not part else "",
        open_rows=tuple(pointer(line) for line in lines if line.is_open),
        under_review=tuple(pointer(line) for line in lines if line.said.review and line.is_under_review),
        to_check=tuple(pointer(line) for line in lines if line.said.to_check and line.is_to_check),
        without_evidence=tuple(pointer(line) for line in lacking if not line.is_excused),
        excused=tuple(pointer(line, line.said.why_no_evidence) for line in lacking if line.is_excused),
        claimed=tuple(pointer(line, line.said.reason) for line in lines if line.is_claimed),
        excluded=tuple(pointer(line) for line in lines if line.is_excluded),
        no_case=tuple(pointer(line) for line in lines if line.is_no_case),
        zero=tuple(pointer(line) for line in lines if line.is_zero),
        without_survey=not all(line.leaf.for_people for line in lines),
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
    return Pointer(f"row-{line.leaf.pk}", line.criterion.code, line.criterion.title, text)


def section_line(lines: Sequence[Line], sums: SheetSums, final: SheetSums | None) -> SectionLine:
    """A field from its rows."""
    section = lines[0].leaf.section
    mine = [line for line in lines if line.is_for_unit]
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
