"""The notice of what was concluded at a session: general tasks, tasks of single agencies, tasks of a season."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from plans import task_list
from plans.models import Conclusion, Task
from reports.documents import Block, Bullet, Document, Section, Span
from reports.papers.frames import Text, framed, paragraph
from reports.papers.grounds import OPEN
from reports.papers.plan_papers import due_words
from reports.papers.wording import day, lowered
from units.models import UnitType

BY_ORDER = ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG")
GENERAL, SPECIFIC, SEASONAL = "Nhiệm vụ chung", "Nhiệm vụ cụ thể", "Nhiệm vụ theo đợt"
KEYS = {GENERAL: "general", SPECIFIC: "specific", SEASONAL: "seasonal"}


def conclusion_paper(conclusion: Conclusion) -> Document:
    """The notice; who presided, who took part and what was said in general is for a person to write."""
    unit = conclusion.owner
    tasks = list(
        Task.objects.filter(directive__conclusion=conclusion)
        .select_related("directive")
        .prefetch_related("leads", "cooperating")
        .order_by("directive__position", "position", "pk")
    )
    session = lowered(conclusion.session)
    return framed(
        unit,
        Text(
            type_name="THÔNG BÁO",
            abbreviation="TB",
            abstract=f"Kết luận tại {session}",
            opening=(
                f"{held(conclusion)}, {OPEN} chủ trì {session}. Tham dự có {OPEN}.",
                f"Sau khi nghe báo cáo và ý kiến thảo luận, {OPEN} kết luận như sau:",
            ),
            sections=(
                Section("ĐÁNH GIÁ CHUNG", key="assessment", text=OPEN),
                Section("NHIỆM VỤ TRỌNG TÂM", key="tasks", sections=tuple(task_sections(tasks))),
            ),
            closing="Trên đây là thông báo kết luận, các cơ quan, đơn vị liên quan biết, thực hiện",
            keywords=("thông báo kết luận", str(conclusion.year)),
            signing=BY_ORDER if unit.type != UnitType.AGENCY else (),
        ),
    )


def held(conclusion: Conclusion) -> str:
    return f"Ngày {day(conclusion.session_on) if conclusion.session_on else OPEN}"


def task_sections(tasks: Iterable[Task]) -> Iterator[Section]:
    """The items of the notice by the first part of their numbers; parts of one kind stand together."""
    kinds: dict[str, list[Task]] = {}
    for _first, inside in groupby(tasks, key=part_of):
        part = list(inside)
        kinds.setdefault(kind_of(part), []).extend(part)
    for title, part in kinds.items():
        yield Section(title, tuple(task_blocks(part)), key=f"tasks.{KEYS[title]}")


def part_of(task: Task) -> str:
    return task.directive.code.partition(".")[0] if task.directive else ""


def kind_of(tasks: Sequence[Task]) -> str:
    """Tasks of a season; several tasks that one and the same group has; or else those of single agencies."""
    if all(task.season for task in tasks):
        return SEASONAL
    leads = {addressed(task) for task in tasks}
    parties = [party for task in tasks for party in task.leads.all()]
    return GENERAL if len(leads) == 1 and all(party.unit_id is None for party in parties) else SPECIFIC


def addressed(task: Task) -> str:
    """Who is told or asked: "giao" an office of the line, "đề nghị" a body outside it."""
    leads = task_list.named(task.leads.all())
    return f"{'Đề nghị' if task.is_request else 'Giao'} {leads}" if leads else ""


def task_blocks(tasks: Sequence[Task]) -> Iterator[Block]:
    """A line for each task; tasks for the same ones are listed below one head."""
    if len(tasks) > 1 and len({addressed(task) for task in tasks}) == 1 and addressed(tasks[0]):
        yield paragraph(f"{addressed(tasks[0])} tổ chức thực hiện:")
        yield from (Bullet((*code(task), *said(task))) for task in tasks)
        return
    for _key, inside in groupby(tasks, key=lambda task: (task.directive_id, addressed(task))):
        group = list(inside)
        head = addressed(group[0])
        start = f"{head}: " if head else ""
        if len(group) == 1 or not head:
            yield from (Bullet((*code(task), Span(start), *said(task))) for task in group)
        else:
            yield Bullet((*code(group[0]), Span(start.rstrip())), leads=True)
            yield from (Bullet(said(task), level=2) for task in group)


def code(task: Task) -> tuple[Span, ...]:
    return (Span(f"({task.directive.code}) "),) if task.directive else ()


def said(task: Task) -> tuple[Span, ...]:
    """The task, who helps, and by when in bold."""
    spans = [Span(task.title.strip().rstrip(".;"))]
    helping = task_list.named(task.cooperating.all())
    if helping:
        spans.append(Span(f"; phối hợp: {helping}"))
    due = due_words(task)
    if due:
        spans += [Span("; thời hạn: "), Span(due, bold=True)]
    return (*spans, Span("."))
