"""A plan with its targets and tasks, and the notice of what was concluded at a session."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from plans import task_list
from plans.actions.tasks import named
from plans.models import Comparator, Conclusion, Plan, Target, Task
from plans.target_words import asked_words, condition_words
from reports.documents import Annex, Bullet, Column, Document, Section, Span, Table
from reports.frames import Text, framed, paragraph
from reports.wording import committee, day, deadline, in_text, lowered, sentence
from units.models import UnitType

BY_ORDER = ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG")


@dataclass(frozen=True, slots=True)
class PlanData:
    """Targets in the order of the plan, tasks in theirs; each with its leads."""

    plan: Plan
    targets: tuple[Target, ...]
    tasks: tuple[Task, ...]


def read_plan(plan: Plan) -> PlanData:
    """Four queries."""
    return PlanData(
        plan,
        tuple(plan.targets.prefetch_related("leads").order_by("position", "pk")),
        tuple(plan.tasks.prefetch_related("leads", "cooperating").order_by("position", "pk")),
    )


def plan_paper(plan: Plan) -> Document:
    """The plan with targets by field and its tasks; both stand once more as tables in the annexes."""
    data = read_plan(plan)
    unit = plan.owner
    annexes = [
        Annex("DANH MỤC CHỈ TIÊU", (targets_table(data.targets),), landscape=True) if data.targets else None,
        Annex("DANH MỤC NHIỆM VỤ", (tasks_table(data.tasks),), landscape=True) if data.tasks else None,
    ]
    sections = [
        Section("MỤC TIÊU, CHỈ TIÊU", sections=target_sections(data.targets)) if data.targets else None,
        Section("NHIỆM VỤ CỤ THỂ", tuple(task_line(task) for task in data.tasks)) if data.tasks else None,
        Section("TỔ CHỨC THỰC HIỆN", (paragraph(duty(plan)),)),
    ]
    return framed(
        unit,
        Text(
            type_name="KẾ HOẠCH",
            abbreviation="KH",
            abstract=subject(plan.title, "kế hoạch"),
            opening=(f"{committee(unit)} ban hành kế hoạch năm {plan.year} với các nội dung sau:",),
            sections=tuple(section for section in sections if section),
            closing=f"Trên đây là kế hoạch năm {plan.year} của {in_text(unit)}",
            annexes=tuple(annex for annex in annexes if annex),
            keywords=("cải cách hành chính", "kế hoạch", str(plan.year)),
        ),
    )


def subject(title: str, kind: str) -> str:
    """The abstract: a title without the name of its kind before it, with a capital at its beginning."""
    bare = title.strip()
    if bare.lower().startswith(f"{kind} "):
        bare = bare[len(kind) + 1 :]
    return bare[:1].upper() + bare[1:]


def duty(plan: Plan) -> str:
    named = " và ".join(
        name
        for name, there in (("các chỉ tiêu", plan.targets.exists()), ("các nhiệm vụ", plan.tasks.exists()))
        if there
    )
    what = named or "kế hoạch này"
    return (
        f"Các cơ quan, đơn vị được giao chủ trì tổ chức thực hiện {what} theo thời hạn và báo cáo kết quả theo "
        "quy định."
    )


def target_sections(targets: Iterable[Target]) -> tuple[Section, ...]:
    """By field, in the order of the plan."""
    return tuple(
        Section(title, tuple(target_line(target) for target in inside))
        for title, inside in groupby(targets, key=lambda target: target.field_title)
    )


def target_line(target: Target) -> Bullet:
    asked = asked_of(target)
    condition = condition_words(target)
    spans = [Span(target.title.rstrip(".;"))]
    if asked:
        spans += [Span(": "), Span(asked, bold=True)]
    return Bullet((*spans, Span(f" ({condition})." if condition else ".")))


def asked_of(target: Target) -> str:
    """What is asked; nothing of a target without a number, which its title says."""
    return "" if target.comparator == Comparator.QUALITATIVE else asked_words(target)


def task_line(task: Task) -> Bullet:
    """The task, who leads it, and by when in bold."""
    leads = named(task.leads.all())
    due = due_words(task)
    spans = [Span(sentence(task.title))]
    if leads:
        spans.append(Span(f" Chủ trì: {sentence(leads)}"))
    if due:
        spans += [Span(" Thời hạn: "), Span(due, bold=True), Span(".")]
    return Bullet(tuple(spans))


def due_words(task: Task) -> str:
    return task.season or deadline(task.deadline_kind, task.deadline_on)


def targets_table(targets: Iterable[Target]) -> Table:
    return Table(
        caption="",
        columns=(
            Column("TT", 6),
            Column("Lĩnh vực", 18, numeric=False),
            Column("Chỉ tiêu", 32, numeric=False),
            Column("Mức giao", 14),
            Column("Đối tượng, điều kiện", 16, numeric=False),
            Column("Cơ quan chủ trì", 14, numeric=False),
        ),
        rows=tuple(
            (
                str(place),
                target.field_title,
                target.title,
                asked_of(target),
                condition_words(target),
                named(target.leads.all()),
            )
            for place, target in enumerate(targets, start=1)
        ),
    )


def tasks_table(tasks: Iterable[Task]) -> Table:
    return Table(
        caption="",
        columns=(
            Column("TT", 6),
            Column("Nhiệm vụ", 34, numeric=False),
            Column("Sản phẩm", 18, numeric=False),
            Column("Cơ quan chủ trì", 15, numeric=False),
            Column("Cơ quan phối hợp", 14, numeric=False),
            Column("Thời hạn", 13, numeric=False),
        ),
        rows=tuple(
            (
                str(place),
                task.title,
                task.product,
                named(task.leads.all()),
                named(task.cooperating.all()),
                due_words(task),
            )
            for place, task in enumerate(tasks, start=1)
        ),
    )


def conclusion_paper(conclusion: Conclusion) -> Document:
    """The notice: each numbered item with its tasks, orders and requests told apart."""
    unit = conclusion.owner
    tasks = list(
        Task.objects.filter(directive__conclusion=conclusion)
        .select_related("directive")
        .prefetch_related("leads", "cooperating")
        .order_by("directive__position", "position", "pk")
    )
    held = f", ngày {day(conclusion.session_on)}" if conclusion.session_on else ""
    return framed(
        unit,
        Text(
            type_name="THÔNG BÁO",
            abbreviation="TB",
            abstract=f"Kết luận tại {lowered(conclusion.session)}",
            opening=(f"{committee(unit)} thông báo kết luận tại {lowered(conclusion.session)}{held} như sau:",),
            sections=(Section("NHIỆM VỤ ĐƯỢC GIAO", tuple(directive_line(task) for task in tasks)),),
            closing="Trên đây là thông báo kết luận, các cơ quan, đơn vị liên quan biết, thực hiện",
            keywords=("thông báo kết luận", str(conclusion.year)),
            signing=BY_ORDER if unit.type != UnitType.AGENCY else (),
        ),
    )


def directive_line(task: Task) -> Bullet:
    """Who is told to do what, by when: "giao" an office of the line, "đề nghị" a body outside it."""
    leads = task_list.named(task.leads.all())
    verb = "Đề nghị" if task.is_request else "Giao"
    code = f"({task.directive.code}) " if task.directive else ""
    head = f"{code}{verb} {leads}: " if leads else code
    due = due_words(task)
    spans = [Span(f"{head}{task.title.strip().rstrip('.;')}")]
    helping = task_list.named(task.cooperating.all())
    if helping:
        spans.append(Span(f"; phối hợp: {helping}"))
    if due:
        spans += [Span("; thời hạn: "), Span(due, bold=True)]
    return Bullet((*spans, Span(".")))
