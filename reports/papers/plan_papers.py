"""The plan of a year: its targets by field, its tasks, and what each agency leads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.text import capfirst, slugify
from django.utils.translation import override

from plans.actions.tasks import named
from plans.models import Comparator, Plan, PlanKind, Target, Task
from plans.target_words import asked_words, condition_words
from reports.documents import Annex, Bullet, Column, Document, Section, Span, Table
from reports.papers.frames import Text, framed
from reports.papers.wording import DOCUMENT_LANGUAGE, committee, day, deadline, in_text, sentence
from units.models import Party

OTHER = "Nhiệm vụ khác"
TARGETS, TASKS = "Danh mục chỉ tiêu", "Danh mục nhiệm vụ"
BUDGET = (
    "Kinh phí thực hiện được bố trí từ ngân sách nhà nước theo phân cấp và các nguồn kinh phí hợp pháp khác theo "
    "quy định của pháp luật."
)


@dataclass(frozen=True, slots=True)
class PlanData:
    """Targets in the order of the plan, tasks in theirs; each with its leads. `above` is the superior's plan."""

    plan: Plan
    targets: tuple[Target, ...]
    tasks: tuple[Task, ...]
    above: Plan | None


def read_plan(plan: Plan) -> PlanData:
    """Six queries."""
    superior = Plan.objects.filter(owner=plan.owner_id, year=plan.year, kind=PlanKind.SUPERIOR).exclude(number="")
    return PlanData(
        plan,
        tuple(plan.targets.prefetch_related("leads").order_by("position", "pk")),
        tuple(plan.tasks.prefetch_related("leads", "cooperating").order_by("position", "pk")),
        superior.exclude(pk=plan.pk).order_by("pk").first(),
    )


def plan_paper(plan: Plan) -> Document:
    """The plan with targets by field and its tasks; both stand once more as tables in the annexes."""
    # What a target asks, and of whom, is said in the language of the reader.
    with override(DOCUMENT_LANGUAGE):
        return planned(read_plan(plan))


def planned(data: PlanData) -> Document:
    plan, unit = data.plan, data.plan.owner
    annexes = []
    if data.targets:
        annexes.append(Annex(TARGETS.upper(), (targets_table(data.targets),), landscape=True, key="targets-table"))
    if data.tasks:
        annexes.append(Annex(TASKS.upper(), (tasks_table(data.tasks),), landscape=True, key="tasks-table"))
    return framed(
        unit,
        Text(
            type_name="KẾ HOẠCH",
            abbreviation="KH",
            abstract=subject(plan.title, "kế hoạch"),
            bases=tuple(bases(data.above)),
            opening=(f"{committee(unit)} ban hành kế hoạch năm {plan.year} với các nội dung sau:",),
            sections=tuple(parts(data)),
            closing=f"Trên đây là kế hoạch năm {plan.year} của {in_text(unit)}",
            annexes=tuple(annexes),
            keywords=("cải cách hành chính", "kế hoạch", str(plan.year)),
        ),
    )


def subject(title: str, kind: str) -> str:
    """The abstract: a title without the name of its kind before it, with a capital at its beginning."""
    bare = title.strip()
    if bare.lower().startswith(f"{kind} "):
        bare = bare[len(kind) + 1 :]
    return capfirst(bare)


def bases(above: Plan | None) -> Iterator[str]:
    """The plan of the superior, where its number is known."""
    if above is not None:
        dated = f" ngày {day(above.issued_on)}" if above.issued_on else ""
        by = f" của {above.issuer}" if above.issuer else ""
        yield f"Căn cứ Kế hoạch số {above.number}{dated}{by} về {subject(above.title, 'kế hoạch').rstrip('.')}"


def parts(data: PlanData) -> Iterator[Section]:
    """What nobody can know from the data is proposed in general words."""
    plan = data.plan
    yield Section("MỤC ĐÍCH, YÊU CẦU", key="purposes", sections=purposes(plan))
    general = f"Hoàn thành {what(data)} của năm {plan.year}."
    inside = [Section("Mục tiêu chung", key="targets.general", text=general)]
    specific = target_sections(data.targets)
    if specific:
        inside.append(Section("Chỉ tiêu cụ thể", key="targets.specific", sections=specific))
    yield Section("MỤC TIÊU, CHỈ TIÊU" if specific else "MỤC TIÊU", key="targets", sections=tuple(inside))
    if data.tasks:
        yield tasks_section(data)
    yield Section("KINH PHÍ THỰC HIỆN", key="budget", text=BUDGET)
    yield Section("TỔ CHỨC THỰC HIỆN", key="organisation", text=duty(data), sections=organisation(data))


def purposes(plan: Plan) -> tuple[Section, ...]:
    aim = (
        f"Xác định cụ thể nội dung công việc, cơ quan chủ trì và thời hạn thực hiện trong năm {plan.year}; làm "
        "căn cứ để theo dõi, kiểm tra, đánh giá kết quả thực hiện của các cơ quan, đơn vị."
    )
    demands = (
        "Các cơ quan, đơn vị chủ động thực hiện đúng thời hạn, bảo đảm chất lượng; phối hợp chặt chẽ trong quá "
        "trình thực hiện và báo cáo kết quả theo quy định."
    )
    return (
        Section("Mục đích", key="purposes.aim", text=aim),
        Section("Yêu cầu", key="purposes.demands", text=demands),
    )


def what(data: PlanData) -> str:
    """What the plan holds, in words."""
    named_parts = [name for name, there in (("các chỉ tiêu", data.targets), ("các nhiệm vụ", data.tasks)) if there]
    return " và ".join(named_parts) or "kế hoạch này"


def tasks_section(data: PlanData) -> Section:
    """By field, in the order of the targets; tasks that name no field of the plan come last."""
    fields: dict[str, list[Task]] = {target.field_title: [] for target in data.targets}
    others: list[Task] = []
    for task in data.tasks:
        title = next((each for each in task.fields if each), "")
        (fields.setdefault(title, []) if title else others).append(task)
    used = [(title, tasks) for title, tasks in fields.items() if tasks]
    if not used:
        return Section("NHIỆM VỤ CỤ THỂ", tuple(task_line(task) for task in others), key="tasks")
    groups = [*used, (OTHER, others)] if others else used
    keys = keys_of("tasks", [title for title, _tasks in groups])
    sections = tuple(
        Section(title, tuple(task_line(task) for task in tasks), key=key)
        for key, (title, tasks) in zip(keys, groups, strict=True)
    )
    return Section("NHIỆM VỤ CỤ THỂ", key="tasks", sections=sections)


def keys_of(above: str, titles: Sequence[str]) -> list[str]:
    """A key for each heading; a place in the plan tells apart those that begin alike."""
    found: list[str] = []
    for place, title in enumerate(titles, start=1):
        key = f"{above}.{slugify(title)[:40] or place}"
        found.append(f"{key}-{place}" if key in found else key)
    return found


def duty(data: PlanData) -> str:
    return (
        f"Các cơ quan, đơn vị được giao chủ trì tổ chức thực hiện {what(data)} theo thời hạn và báo cáo kết quả "
        "theo quy định."
    )


def organisation(data: PlanData) -> tuple[Section, ...]:
    """What each party leads and helps with, by the numbers of the lists in the annexes."""
    lists = (
        ("Chủ trì thực hiện các chỉ tiêu", TARGETS, data.targets, "leads"),
        ("Chủ trì thực hiện các nhiệm vụ", TASKS, data.tasks, "leads"),
        ("Phối hợp thực hiện các nhiệm vụ", TASKS, data.tasks, "cooperating"),
    )
    parties: dict[Party, list[str]] = {}
    for words, title, rows, role in lists:
        for party, places in numbers_of(rows, role).items():
            parties.setdefault(party, []).append(f"- {words} số {', '.join(places)} tại {title}.")
    return tuple(
        Section(capfirst(party.name), key=f"organisation.{party.pk}", text="\n".join(lines))
        for party, lines in sorted(parties.items(), key=lambda item: (item[0].unit_id is None, item[0].name))
    )


def numbers_of(rows: Sequence[Target] | Sequence[Task], role: str) -> dict[Party, list[str]]:
    """The numbers of the rows in which each party has a role. Shapes: `role` names a relation that was read."""
    found: dict[Party, list[str]] = {}
    for place, row in enumerate(rows, start=1):
        for party in getattr(row, role).all():
            found.setdefault(party, []).append(str(place))
    return found


def target_sections(targets: Iterable[Target]) -> tuple[Section, ...]:
    """By field, in the order of the plan; a field that comes again is not begun anew."""
    fields: dict[str, list[Target]] = {}
    for target in targets:
        fields.setdefault(target.field_title, []).append(target)
    keys = keys_of("targets", list(fields))
    return tuple(
        Section(title, tuple(target_line(each) for each in inside), key=key)
        for key, (title, inside) in zip(keys, fields.items(), strict=True)
    )


def target_line(target: Target) -> Bullet:
    asked = asked_of(target)
    condition = conditions(target)
    spans = [Span(target.title.rstrip(".;"))]
    if asked:
        spans += [Span(": "), Span(asked, bold=True)]
    return Bullet((*spans, Span(f" ({condition})." if condition else ".")))


def conditions(target: Target) -> str:
    return condition_words(target).replace(" · ", "; ")


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
                conditions(target),
                named(target.leads.all()),
            )
            for place, target in enumerate(targets, start=1)
        ),
        name="targets",
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
        name="tasks",
    )
