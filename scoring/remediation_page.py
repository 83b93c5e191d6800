"""A round of remediation as pages and the workbook show it: papers by unit, lost points with what is done."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from indicators.return_history import EventLine
from parportal.display import points
from plans.counting_tasks import TaskCounts, standing_as
from plans.models import Standing, Task
from plans.task_history import history_lines
from plans.task_list import TaskLine, task_line
from plans.task_words import BADGES, left_words
from scoring.models import Filing, FilingKind, Measure, Remediation, RemediationRound, Responsibility
from scoring.settling import lost_points
from units.models import Unit

if TYPE_CHECKING:
    from scoring.models.remediation import RemediationQuerySet

# In the address: a unit has not said what it will do; every unit has reported a result.
UNPLANNED, REPORTED = "unplanned", "reported"


def filing_words(standing: Standing) -> str:
    return {
        Standing.ON_TIME: pgettext("remediation", "received in time"),
        Standing.LATE: pgettext("remediation", "received late"),
        Standing.OVERDUE: pgettext("remediation", "missing"),
        Standing.OPEN: pgettext("remediation", "still to come"),
    }[standing]


@dataclass(frozen=True, slots=True)
class FilingLine:
    """One paper of a unit, ready to print. `left`: how far away its last day is, while it was not sent."""

    filing: Filing
    standing: Standing
    words: str
    left: str

    @property
    def badge(self) -> str:
        return BADGES[self.standing]


def filing_line(filing: Filing, on: date) -> FilingLine:
    standing = filing.standing(on)
    left = "" if filing.sent_on else left_words(filing.last_day, on)
    return FilingLine(filing, standing, filing_words(standing), left)


@dataclass(frozen=True, slots=True)
class UnitLine:
    """What one unit answers for. Units: `rows` lost leaves, `planned` and `reported` of these with words."""

    unit: Unit
    rows: int
    planned: int
    reported: int
    plan: FilingLine
    report: FilingLine


@dataclass(frozen=True, slots=True)
class Papers:
    """The papers of a round: by unit, and how many plans and reports stand how."""

    units: tuple[UnitLine, ...]
    plans: TaskCounts
    reports: TaskCounts

    @property
    def tables(self) -> tuple[tuple[str, TaskCounts], ...]:
        return (_("Plans"), self.plans), (_("Reports"), self.reports)


def papers_of(round_: RemediationRound, on: date) -> Papers:
    """Two queries."""
    filings = round_.filings.select_related("unit", "document", "sent_by").order_by("unit__type", "unit__name")
    by_unit = defaultdict[int, dict[str, Filing]](dict)
    for filing in filings:
        filing.round = round_
        by_unit[filing.unit_id][filing.kind] = filing
    said = measured(round_)
    lines = tuple(unit_line(papers, said.get(unit, (0, 0, 0)), on) for unit, papers in by_unit.items())
    return Papers(lines, counted(line.plan for line in lines), counted(line.report for line in lines))


def measured(round_: RemediationRound) -> Mapping[int, tuple[int, int, int]]:
    """Measures by unit: all, those with words of a plan, those with a result. One query."""
    rows = Measure.objects.filter(remediation__round=round_).order_by().values("unit")
    counted_ = rows.annotate(
        all=Count("pk"), planned=Count("pk", filter=~Q(text="")), reported=Count("pk", filter=~Q(result=""))
    )
    return {row["unit"]: (row["all"], row["planned"], row["reported"]) for row in counted_}


def unit_line(papers: Mapping[str, Filing], said: tuple[int, int, int], on: date) -> UnitLine:
    plan, report = papers[FilingKind.PLAN], papers[FilingKind.REPORT]
    return UnitLine(plan.unit, *said, filing_line(plan, on), filing_line(report, on))


def counted(lines: Iterable[FilingLine]) -> TaskCounts:
    found = Counter(line.standing for line in lines)
    return TaskCounts(
        on_time=found[Standing.ON_TIME],
        late=found[Standing.LATE],
        undone=found[Standing.OVERDUE],
        open=found[Standing.OPEN],
    )


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """What one unit said; drafts are marked as long as they were not sent."""

    measure: Measure
    is_plan_sent: bool
    is_report_sent: bool


@dataclass(frozen=True, slots=True)
class RowLine:
    """One lost leaf, ready to print. `lost` is empty once an amendment has given the points back."""

    remediation: Remediation
    code: str
    title: str
    unit: Unit
    lost: str
    cause: str
    responsible: str
    measures: tuple[MeasureLine, ...]
    task: TaskLine

    @property
    def planned(self) -> int:
        return sum(bool(each.measure.text) for each in self.measures)

    @property
    def reported(self) -> int:
        return sum(bool(each.measure.result) for each in self.measures)

    @property
    def may_be_finished(self) -> bool:
        said = [each.is_report_sent and each.measure.done_on is not None for each in self.measures]
        return bool(said) and all(said) and not self.task.is_done


def whole_rows(rows: RemediationQuerySet) -> RemediationQuerySet:
    """With everything that a line needs: six queries."""
    related = ("task", "loss__score__criterion", "loss__score__sheet__unit")
    said = Responsibility.objects.select_related("party").order_by("pk")
    measures = Measure.objects.select_related("unit").order_by("unit__type", "unit__name")
    return rows.select_related(*related).prefetch_related(
        Prefetch("loss__responsibilities", said),
        Prefetch("measures", measures),
        "task__leads",
        "task__cooperating",
    )


def in_order(rows: RemediationQuerySet) -> RemediationQuerySet:
    return rows.order_by("loss__score__sheet__unit__code", "loss__score__criterion__position", "pk")


def row_lines(rows: Iterable[Remediation], papers: Papers, on: date) -> list[RowLine]:
    sent = {
        line.unit.pk: (line.plan.filing.sent_on is not None, line.report.filing.sent_on is not None)
        for line in papers.units
    }
    return [row_line(row, sent, on) for row in rows]


def row_line(row: Remediation, sent: Mapping[int, tuple[bool, bool]], on: date) -> RowLine:
    score = row.loss.score
    lost = lost_points(score)
    return RowLine(
        remediation=row,
        code=score.criterion.code,
        title=score.criterion.title,
        unit=score.sheet.unit,
        lost=points(lost) if lost > 0 else "",
        cause=row.loss.cause,
        responsible=responsible(row.loss.responsibilities.all()),
        measures=tuple(MeasureLine(each, *sent.get(each.unit_id, (False, False))) for each in row.measures.all()),
        task=task_line(row.task, on),
    )


def responsible(said: Iterable[Responsibility]) -> str:
    return "; ".join(f"{each.party.name} ({each.get_role_display()})" for each in said)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the table of lost points is narrowed to; empty means all. Shapes: primary keys of units."""

    scored: int = 0
    unit: int = 0
    show: str = ""

    @classmethod
    def of(cls, asked: QueryDict) -> Wanted:
        show = asked.get("show", "")
        return cls(
            number(asked.get("scored", "")),
            number(asked.get("unit", "")),
            show if show in show_words() else "",
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.scored or self.unit or self.show)

    def rows(self, rows: RemediationQuerySet, on: date) -> RemediationQuerySet:
        if self.scored:
            rows = rows.filter(loss__score__sheet__unit=self.scored)
        if self.unit:
            rows = rows.filter(measures__unit=self.unit)
        return standing_so(rows, self.show, on) if self.show else rows


def number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def standing_so(rows: RemediationQuerySet, show: str, on: date) -> RemediationQuerySet:
    measures = Measure.objects.filter(remediation=OuterRef("pk"))
    if show == UNPLANNED:
        return rows.filter(Exists(measures.filter(text="")))
    if show == REPORTED:
        return rows.filter(~Exists(measures.filter(result="")))
    return rows.filter(task__in=Task.objects.filter(standing_as(Standing(show), on)).values("pk"))


def show_words() -> dict[str, str]:
    return {
        UNPLANNED: _("a measure is missing"),
        REPORTED: _("every unit has reported its result"),
        Standing.OVERDUE: pgettext("task", "not done, overdue"),
        Standing.OPEN: pgettext("task", "under way"),
        Standing.ON_TIME: pgettext("task", "done on time"),
        Standing.LATE: pgettext("task", "done late"),
    }


def scored_units(round_: RemediationRound) -> Sequence[Unit]:
    """The units that lost points, where they are several: one query."""
    lost = round_.remediations.order_by().values("loss__score__sheet__unit")
    found = list(Unit.objects.filter(pk__in=lost).order_by("name"))
    return found if len(found) > 1 else ()


def history_of(round_: RemediationRound) -> list[EventLine]:
    """What happened to the round, newest first."""
    words = {"Added_tasks": _("Lost leaves added"), "Added_units": _("Units asked for the first time")}

    def named(event: EventLine) -> EventLine:
        changes = (replace(each, attribute=words.get(each.attribute, each.attribute)) for each in event.changes)
        return replace(event, changes=tuple(changes))

    return [named(event) for event in history_lines(round_)]
