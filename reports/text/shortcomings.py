"""What a report may say of a year by itself: results, shortcomings, what comes next. A person reads it over.

Texts in the writing of reports/text/narrative.py: numbers of the year are tokens, what stands in lists comes as
text. Nothing is said of what nobody entered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from django.db.models import Q
from django.utils.translation import override

from plans.actions.tasks import named
from plans.counting_tasks import standing_as, tasks_of
from plans.models import Comparator, Origin, Plan, PlanKind, Standing, TargetState, Task
from plans.target_results import TargetJudged, judged_plans
from plans.target_words import asked_words, measured
from reports.basis import Basis
from reports.papers import wording
from reports.papers.data import FieldFigures, LostPoints, UnitFigures, read_losses, read_units, scores_of
from reports.papers.plan_papers import asked_of, due_words, read_plan
from reports.periods import Period
from reports.text.figure import key_part
from reports.text.figures import Figures, figures_of
from reports.text.figures_scores import result_of
from reports.text.narrative import as_text
from scoring.models import UnitResult

SHOWN = 5
MOST = 20
ORIGINS = {
    Origin.PLAN: "nhiệm vụ theo kế hoạch",
    Origin.ASSIGNED: "nhiệm vụ cấp trên giao",
    Origin.DIRECTIVE: "nhiệm vụ theo kết luận, chỉ đạo",
    Origin.FOLLOW_UP: "nhiệm vụ khắc phục tiêu chí mất điểm",
}
PLANS = {PlanKind.OWN: "kế hoạch của đơn vị", PlanKind.SUPERIOR: "kế hoạch của cấp trên"}


@dataclass(frozen=True, slots=True)
class Scored:
    """A published result with its losses. Shapes: `key` begins the keys of its figures."""

    key: str
    figures: UnitFigures
    losses: tuple[LostPoints, ...]

    @property
    def lossy_fields(self) -> list[FieldFigures]:
        """Fields that lost points, the largest loss first."""
        return sorted((each for each in self.figures.fields if each.lost > 0), key=lambda each: -each.lost)


def scored(basis: Basis) -> Scored | None:
    """The result of the year, or, as long as it is not known and within the year, that of the year before."""
    return basis.once(read_scored)


def read_scored(basis: Basis) -> Scored | None:
    in_year = basis.period not in ("", Period.YEAR)
    key, result = "score", None if in_year else result_of(basis)
    if result is None and basis.campaign is None:
        key, result = "score-before", result_of(replace(basis, year=basis.year - 1))
    if result is None or not (result.campaign.is_public or basis.is_inside):
        return None
    campaign = result.campaign
    found = read_units(UnitResult.objects.filter(pk=result.pk), campaign)[0]
    return Scored(key, found, read_losses(scores_of(result), campaign.criteria_set)) if found.is_scored else None


@override(wording.DOCUMENT_LANGUAGE)
def shortcomings(basis: Basis) -> str:
    """Lost points by field, targets not met, tasks late or not done, reports sent late, findings still open."""
    figures, found = figures_of(basis), scored(basis)
    parts = (
        lost_points(found) if found else (),
        unmet_targets(basis, figures),
        late_tasks(basis, figures),
        late_reports(figures),
        open_findings(basis, figures),
    )
    return "\n".join(line for part in parts for line in part)


def lost_points(found: Scored) -> Iterator[str]:
    for each in found.lossy_fields:
        key = f"{found.key}.field.{key_part(each.code)}"
        title = as_text(wording.lowered(each.title))
        yield f"- Lĩnh vực {title} mất {{{key}.lost}} điểm, đạt {{{key}.result}} điểm."
        leaves = sorted(
            (loss for loss in found.losses if loss.field_code == each.code), key=lambda loss: -loss.lost
        )
        for loss in leaves[:SHOWN]:
            yield f"+ {lost_leaf(loss)}"
        yield from others(leaves, "tiêu chí, tiêu chí thành phần")


def lost_leaf(loss: LostPoints) -> str:
    of = wording.of_maximum(loss.earned, loss.maximum)
    reached = f"trừ {wording.points(loss.lost)} điểm" if loss.is_penalty else f"đạt {of} điểm"
    cause = f": {as_text(wording.lowered(loss.cause)).rstrip('.;')}" if loss.cause else ""
    return f"{loss.level_name} {loss.code} {as_text(loss.title).rstrip('.;')}, {reached}{cause}."


def others(listed: Sequence[object], what: str) -> Iterator[str]:
    """How many were left out of a list."""
    if len(listed) > SHOWN:
        yield f"+ Và {wording.count(len(listed) - SHOWN)} {what} khác."


def unmet_targets(basis: Basis, figures: Figures) -> Iterator[str]:
    for kind, judged in targets_by_kind(basis):
        missed = [each for each in judged if each.state in (TargetState.UNMET, TargetState.PARTIAL)]
        clauses = told(
            figures,
            (f"targets.{kind}.unmet", "chỉ tiêu chưa đạt"),
            (f"targets.{kind}.partial", "chỉ tiêu đạt một phần"),
        )
        if clauses:
            yield f"- Còn {clauses} trên tổng số {{targets.{kind}.total}} chỉ tiêu theo {PLANS[PlanKind(kind)]}."
        yield from (f"+ {missed_target(each)}" for each in missed[:SHOWN])
        yield from others(missed, "chỉ tiêu")


def targets_by_kind(basis: Basis) -> Iterator[tuple[str, list[TargetJudged]]]:
    plans = list(Plan.objects.filter(owner=basis.unit, year=basis.year).order_by("kind", "pk"))
    judged = judged_plans(plans) if plans else {}
    for kind, inside in groupby(plans, key=lambda plan: plan.kind):
        yield kind, [each for plan in inside for each in judged[plan.pk]]


def missed_target(each: TargetJudged) -> str:
    target = each.target
    title = as_text(target.title).rstrip(".;:")
    if target.comparator == Comparator.QUALITATIVE or each.actual is None:
        return f"{title}."
    return f"{title}: đạt {measured(each.actual, target.measure)}, yêu cầu {asked_words(target)}."


def late_tasks(basis: Basis, figures: Figures) -> Iterator[str]:
    for origin, words in ORIGINS.items():
        key = f"tasks.{origin.value}"
        clauses = told(
            figures,
            (f"{key}.late", f"{words} hoàn thành quá hạn"),
            (f"{key}.undone", f"{words} quá hạn chưa hoàn thành"),
        )
        if clauses:
            yield f"- Có {clauses} trên tổng số {{{key}.assigned}} nhiệm vụ."
            yield from titles(overdue(basis, origin), "nhiệm vụ")


def overdue(basis: Basis, origin: Origin) -> list[Task]:
    tasks = tasks_of(basis.unit).filter(year=basis.year, origin=origin)
    return list(tasks.filter(standing_as(Standing.OVERDUE, basis.on)).order_by("deadline_on", "pk"))


def titles(tasks: Sequence[Task], what: str) -> Iterator[str]:
    yield from (f"+ {wording.sentence(as_text(task.title))}" for task in tasks[:SHOWN])
    yield from others(tasks, what)


def late_reports(figures: Figures) -> Iterator[str]:
    late, undone = ("obligations.all.late", "báo cáo gửi quá hạn"), ("obligations.all.undone", "báo cáo chưa gửi")
    if clauses := told(figures, late, undone):
        yield f"- Có {clauses} trên tổng số {{obligations.all.assigned}} báo cáo phải gửi trong năm."


def open_findings(basis: Basis, figures: Figures) -> Iterator[str]:
    clauses = told(
        figures,
        ("findings.open", "vấn đề phát hiện qua kiểm tra chưa khắc phục"),
        ("findings.partly", "vấn đề mới khắc phục một phần"),
    )
    if clauses:
        yield f"- Còn {clauses} trên tổng số {{findings.found}} vấn đề được phát hiện."
        led = Task.objects.led_by_unit(basis.unit).filter(origin=Origin.FINDING, year=basis.year)
        made = led.filter(undone(basis), inspected__inspected_on__lte=basis.on).exclude(owner=basis.unit)
        yield from titles(list(made.order_by("deadline_on", "pk")), "vấn đề")


def undone(basis: Basis) -> Q:
    """What was not done yet on the day of the report."""
    return Q(done_on=None) | Q(done_on__gt=basis.on)


def told(figures: Figures, *named_figures: tuple[str, str]) -> str:
    """The clauses whose numbers are above nothing: {tasks.plan.late} nhiệm vụ hoàn thành quá hạn, …"""
    return ", ".join(f"{{{key}}} {words}" for key, words in named_figures if above_nothing(figures, key))


def above_nothing(figures: Figures, key: str) -> bool:
    figure = figures.get(key)
    return figure is not None and bool(figure.number)


@override(wording.DOCUMENT_LANGUAGE)
def results(basis: Basis) -> str:
    """Index, fields without loss, targets met, tasks done, findings fixed, initiatives."""
    figures, found = figures_of(basis), scored(basis)
    parts = (own_result(figures, found) if found else (), reached(figures), done(figures))
    return "\n".join(line for part in parts for line in part)


def own_result(figures: Figures, found: Scored) -> Iterator[str]:
    key = found.key
    clauses = [f"{wording.INDEX} năm {{{key}.year}} đạt {{{key}.index}} ({{{key}.result}} điểm)"]
    if known(figures, f"{key}.grade"):
        clauses.append(f"xếp loại {{{key}.grade}}")
    if known(figures, f"{key}.rank"):
        ranked = f"/{{{key}.ranked}}" if known(figures, f"{key}.ranked") else ""
        clauses.append(f"xếp hạng {{{key}.rank}}{ranked}")
    yield f"- {', '.join(clauses)}."
    full = [each.title for each in found.figures.fields if each.lost <= 0 < each.maximum]
    if full:
        yield f"- Các lĩnh vực đạt điểm tối đa: {as_text('; '.join(map(wording.lowered, full)))}."


def reached(figures: Figures) -> Iterator[str]:
    for kind, words in PLANS.items():
        key = f"targets.{kind.value}"
        if above_nothing(figures, f"{key}.reached"):
            yield f"- Đạt và vượt {{{key}.reached}}/{{{key}.total}} chỉ tiêu theo {words} ({{{key}.percent}})."


def done(figures: Figures) -> Iterator[str]:
    for origin, words in ORIGINS.items():
        key = f"tasks.{origin.value}"
        if above_nothing(figures, f"{key}.done"):
            in_time = f", trong đó đúng hạn {{{key}.on_time}}" if above_nothing(figures, f"{key}.on_time") else ""
            yield f"- Hoàn thành {{{key}.done}}/{{{key}.assigned}} {words} ({{{key}.percent}}){in_time}."
    if above_nothing(figures, "findings.fixed"):
        yield "- Đã khắc phục {findings.fixed}/{findings.found} vấn đề phát hiện qua kiểm tra."
    if above_nothing(figures, "registers.recognised_initiatives"):
        yield "- Có {registers.recognised_initiatives} sáng kiến về cải cách hành chính được công nhận."


def known(figures: Figures, key: str) -> bool:
    figure = figures.get(key)
    return figure is not None and figure.value is not None


@override(wording.DOCUMENT_LANGUAGE)
def directions(basis: Basis) -> str:
    """Targets and tasks of next year's plan; without one, what is left over from this year."""
    plans = Plan.objects.filter(owner=basis.unit, year=basis.year + 1, kind=PlanKind.OWN).order_by("pk")
    lines = [line for plan in plans for line in next_plan(plan)]
    return "\n".join(lines or left_over(basis))


def next_plan(plan: Plan) -> Iterator[str]:
    data = read_plan(plan)
    for task in data.tasks[:MOST]:
        leads, due = as_text(named(task.leads.all())), due_words(task)
        who = f" Chủ trì: {wording.sentence(leads)}" if leads else ""
        when = f" Thời hạn: {due}." if due else ""
        yield f"- {wording.sentence(as_text(task.title))}{who}{when}"
    if len(data.tasks) > MOST:
        yield f"- Các nhiệm vụ khác theo kế hoạch năm {plan.year}."
    if data.targets:
        yield f"- Phấn đấu đạt các chỉ tiêu năm {plan.year}:"
    for target in data.targets:
        asked = asked_of(target)
        yield f"+ {as_text(target.title).rstrip('.;:')}{f': {asked}' if asked else ''}."


def left_over(basis: Basis) -> Iterable[str]:
    """Tasks not done, fields that lost points, findings still open."""
    tasks = tasks_of(basis.unit).filter(undone(basis), year=basis.year, origin__in=ORIGINS)
    waiting = list(tasks.order_by("deadline_on", "pk")[:MOST])
    if waiting:
        yield f"- Tiếp tục thực hiện các nhiệm vụ của năm {basis.year} chưa hoàn thành:"
        yield from (f"+ {wording.sentence(as_text(task.title))}" for task in waiting)
    found = scored(basis)
    if found and found.lossy_fields:
        named_fields = as_text("; ".join(wording.lowered(each.title) for each in found.lossy_fields))
        yield f"- Khắc phục các tiêu chí bị mất điểm thuộc các lĩnh vực: {named_fields}."
    if above_nothing(figures_of(basis), "findings.open"):
        yield "- Khắc phục dứt điểm {findings.open} vấn đề còn lại phát hiện qua kiểm tra."
