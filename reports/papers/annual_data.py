"""What the periodic report on administrative reform is made of, read once: a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from indicators.rolling import Rolled
from plans import counting_inspections
from plans.counting_inspections import InspectionFigures
from plans.models import (
    Document,
    Initiative,
    InspectedUnit,
    Inspection,
    InspectionKind,
    Meeting,
    Plan,
    PlanKind,
)
from plans.target_results import TargetJudged, judged_plans
from reports.basis import Basis
from reports.papers.data import has_children
from reports.papers.period_returns import PeriodReturn, asked_of_others, handed_in
from reports.papers.telling import Teller
from reports.papers.wording import all_of, committee, in_text, kind_of
from reports.periods import Period, Span, ahead_words, period_words, span_of
from reports.text.figures import figures_of
from units.models import Unit, UnitType
from units.names import folded

STATISTICS, DOSSIERS = "thong-ke-cchc", "mau-06a"
# Told in the text, with tables of their own.
OWN_FORMS = ("so-lieu-huyen", "so-lieu-xa")
LAST_YEAR_OF_DESKS = 2025
TIERS = {UnitType.PROVINCE: "cấp tỉnh", UnitType.DISTRICT: "cấp huyện", UnitType.COMMUNE: "cấp xã"}


@dataclass(frozen=True)
class AnnualData:
    """Everything that a report tells of its period.

    Shapes: `children` are the communes of that year;
    `targets` by primary key of the plan; `papers`, `meetings` in the order of their days; `returns` and `sums` by
    code of the form.
    """

    basis: Basis
    span: Span
    tell: Teller
    children: tuple[Unit, ...]
    plans: tuple[Plan, ...]
    targets: Mapping[int, list[TargetJudged]]
    papers: tuple[Document, ...]
    initiatives: tuple[Initiative, ...]
    meetings: tuple[Meeting, ...]
    inspections: tuple[Inspection, ...]
    inspected: InspectionFigures
    returns: Mapping[str, PeriodReturn]
    sums: Mapping[str, Rolled]

    @property
    def unit(self) -> Unit:
        return self.basis.unit

    @property
    def is_commune(self) -> bool:
        return self.unit.type == UnitType.COMMUNE

    def plans_of(self, kind: PlanKind) -> tuple[Plan, ...]:
        return tuple(plan for plan in self.plans if plan.kind == kind)

    def papers_about(self, *words: str) -> tuple[Document, ...]:
        """The papers of the register whose field has one of the words."""
        wanted = [folded(word) for word in words]
        return tuple(each for each in self.papers if any(word in folded(each.field) for word in wanted))

    @cached_property
    def self_inspected(self) -> int:
        """Communes that have inspected themselves by the day. One query."""
        done = InspectedUnit.objects.filter(
            inspection__owner__in=self.children,
            inspection__year=self.basis.year,
            inspection__kind=InspectionKind.SELF,
            inspected_on__lte=self.basis.on,
        )
        return done.order_by().values("inspection__owner").distinct().count()


def read_annual(basis: Basis) -> AnnualData:
    """A fixed number of queries, whatever the numbers of units and rows."""
    unit, year = basis.unit, basis.year
    children = children_in(basis)
    plans = tuple(Plan.objects.filter(owner=unit, year=year).order_by("kind", "pk"))
    returns = handed_in(basis)
    inspections = Inspection.objects.filter(owner=unit, year=year)
    return AnnualData(
        basis=basis,
        span=span_of(basis.period, basis.year),
        tell=Teller(figures_of(basis), names_of(basis, children)),
        children=children,
        plans=plans,
        targets=judged_plans(plans),
        papers=tuple(Document.objects.filter(owner=unit, issued_on__range=basis.days).order_by("issued_on", "pk")),
        initiatives=initiatives_in(basis),
        meetings=tuple(Meeting.objects.filter(owner=unit, held_on__range=basis.days).order_by("held_on", "pk")),
        inspections=tuple(inspections.order_by("kind", "pk")),
        inspected=counting_inspections.figures_of(inspections, InspectedUnit.objects.all(), basis.on),
        returns=returns,
        sums=asked_of_others(basis) if has_children(unit) else {},
    )


def initiatives_in(basis: Basis) -> tuple[Initiative, ...]:
    """One that stands in two registers is told once, with its decision where one of them has it.

    Within the year only those are known to belong to the period that a decision recognised in it.
    """
    rows = Initiative.objects.filter(Q(unit=basis.unit) | Q(owner=basis.unit), year=basis.year)
    rows = rows.select_related("unit")
    if basis.period != Period.YEAR:
        rows = rows.filter(issued_on__range=basis.days).exclude(number="")
    found: dict[tuple[int, str], Initiative] = {}
    for each in rows.order_by("unit__code", "pk"):
        place = (each.unit_id, folded(each.title))
        if place not in found or not found[place].number:
            found[place] = each
    return tuple(found.values())


def children_in(basis: Basis) -> tuple[Unit, ...]:
    """The units below it on the day, else, where it has ended by then, those of its year; agencies left out.

    None of a commune. In 2025 a province had districts first, and communes afterwards.
    """
    if not has_children(basis.unit):
        return ()
    below = Unit.objects.filter(parent=basis.unit).exclude(type=UnitType.AGENCY).order_by("code", "pk")
    return tuple(below.on(basis.on)) or tuple(below.of_year(basis.year))


def names_of(basis: Basis, children: tuple[Unit, ...]) -> dict[str, str]:
    """The words with an @ that sentences name the unit and its time by."""
    unit = basis.unit
    below = all_of(children)
    if children and children[0].type == UnitType.DISTRICT:
        below = "các huyện, thành phố"
    return {
        "@committee": committee(unit, short=True),
        "@unit": in_text(unit),
        "@kind": kind_of(unit),
        "@superior": superior_of(unit),
        "@assigner": assigner_of(unit),
        "@tier": TIERS.get(UnitType(unit.type), "cơ quan, đơn vị"),
        "@children": below,
        "@period": period_words(basis.period, basis.year),
        "@ahead": ahead_words(basis.period, basis.year),
        "@place": place_of_desk(basis.year),
    }


def superior_of(unit: Unit) -> str:
    if unit.parent:
        return committee(unit.parent, short=True)
    return "Chính phủ" if unit.type == UnitType.PROVINCE else "cấp trên"


def assigner_of(unit: Unit) -> str:
    """The superior and its head, who both assign tasks."""
    above = superior_of(unit)
    heads = {"Chính phủ": "Thủ tướng Chính phủ", "cấp trên": ""}
    return ", ".join(filter(None, (above, heads.get(above, f"Chủ tịch {above}"))))


def place_of_desk(year: int) -> str:
    """Where dossiers are received: since the second half of 2025 a centre."""
    return "Trung tâm Phục vụ hành chính công" if year > LAST_YEAR_OF_DESKS else "Bộ phận Tiếp nhận và Trả kết quả"
