"""Results of a survey of citizens: what a workbook says, checked line by line against campaign and criteria."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from parportal.display import message
from parportal.entry.problems import ImportProblem
from parportal.entry.workbooks import Row, Workbook
from scoring.models import IMPORTED, Campaign, Criterion
from scoring.rules import Answers, Input, Kind, Method, Outcome, RuleErrors
from units.models import Unit

SHEET = "survey"
COLUMNS = ("unit_code", "unit_name", "criterion", "sample", "value")
SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class SurveyLine:
    """The survey of one criterion in one unit. `cell` is where its sample stands in the file."""

    unit: Unit
    criterion: Criterion
    answers: Answers
    outcome: Outcome
    cell: str

    @property
    def is_left_out(self) -> bool:
        """Whether the sample is too small to count."""
        return not self.outcome.counted_max_points


@dataclass(frozen=True, slots=True)
class SurveyPlan:
    """A checked file, ready to be stored.

    Shapes: `lines` in the order of the file; `notes` are remarks on it (hidden rows, read like the others).
    Units: `units` counts the units of the campaign.
    """

    campaign: Campaign
    lines: tuple[SurveyLine, ...]
    units: int
    notes: tuple[ImportProblem, ...]

    @property
    def with_points(self) -> int:
        """Units of which at least one criterion gets survey points."""
        return len({line.unit.pk for line in self.lines if not line.is_left_out})

    @property
    def left_out(self) -> list[SurveyLine]:
        return [line for line in self.lines if line.is_left_out]


def survey_criteria(campaign: Campaign) -> list[Criterion]:
    """The criteria of the campaign's set that a survey fills, in the order of the set."""
    return list(campaign.criteria_set.criteria.filter(method__in=IMPORTED).order_by("position"))


def surveyed_units(campaign: Campaign) -> list[Unit]:
    return [result.unit for result in campaign.results.select_related("unit").order_by("unit__code")]


def value_input(method: Method) -> Input:
    """What the column `value` holds: the mean, the points or the percentage, as the criterion says."""
    return next(each for each in method.inputs() if each.name != SAMPLE)


def read_survey(book: Workbook, campaign: Campaign) -> SurveyPlan:
    """Check a whole workbook; nothing is written.

    Raises: ImportProblems with everything that keeps it from being stored.
    """
    check = Check(campaign)
    required = [name for name in COLUMNS if name != "unit_name"]
    lines = [check.line(row) for row in book.rows(SHEET, required=required, optional=["unit_name"])]
    if not lines and not book.problems:
        book.problems.add(sheet=SHEET, cell="", value="", reason=_("The file holds no results."))
    book.problems.raise_if_any()
    return SurveyPlan(campaign, tuple(filter(None, lines)), len(check.units), tuple(book.notes))


class Check:
    """One walk over the lines of a file; problems are noted at their cells."""

    def __init__(self, campaign: Campaign) -> None:
        units = surveyed_units(campaign)
        self.units: Mapping[str, Unit] = {unit.code: unit for unit in units}
        self.criteria: Mapping[str, tuple[Criterion, Method]] = {
            each.code: (each, each.scoring_method(campaign.criteria_set)) for each in survey_criteria(campaign)
        }
        self.seen: Counter[tuple[str, str]] = Counter()

    def line(self, row: Row) -> SurveyLine | None:
        """One line; None when it holds no survey, or something that cannot be taken."""
        unit, criterion = self.unit(row), self.criterion(row)
        if row.blank("sample") and row.blank("value"):
            # A line of the template that was left empty: no survey was held there.
            return None
        found = self.answers(row, criterion[1] if criterion else None)
        if unit is None or criterion is None or found is None:
            return None
        answers, outcome = found
        return SurveyLine(unit, criterion[0], answers, outcome, row.cells["sample"].address)

    def unit(self, row: Row) -> Unit | None:
        code = row.text("unit_code", required=True)
        if code and code not in self.units:
            row.refuse("unit_code", _("The campaign has no unit of this code."))
        return self.units.get(code)

    def criterion(self, row: Row) -> tuple[Criterion, Method] | None:
        code = row.code("criterion", required=True)
        if code and code not in self.criteria:
            reason = _("No criterion of this code is filled by a survey. Possible are: %(codes)s.")
            row.refuse("criterion", reason % {"codes": ", ".join(self.criteria) or "–"})
        pair = (row.text("unit_code"), code)
        self.seen[pair] += 1
        if all(pair) and self.seen[pair] == 2:
            row.refuse("criterion", _("This unit and criterion stand here twice."))
        return self.criteria.get(code)

    def answers(self, row: Row, method: Method | None) -> tuple[Answers, Outcome] | None:
        sample = row.integer("sample", required=True)
        wanted = value_input(method) if method else None
        is_percent = wanted is None or wanted.kind is Kind.PERCENT
        value = row.decimal("value", percent_sign=is_percent, required=True)
        if sample is None or value is None or method is None or wanted is None:
            return None
        answers: dict[str, Decimal | int | str] = {wanted.name: value, SAMPLE: sample}
        try:
            return answers, method.score(answers)
        except RuleErrors as errors:
            for error in errors.errors:
                row.refuse("sample" if error.at == SAMPLE else "value", message(error.message))
            return None
