"""The responsibility analysis: every lost point, its cause, who answers for it, what follows and by when.

Outline: I the unit itself, II its communes, III follow-up tasks by field, IV organisation. A part without
content is left out, and the numbers close up.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from reports.documents import (
    Block,
    Bullet,
    Column,
    Document,
    Paragraph,
    Section,
    Span,
    Spans,
    Table,
)
from reports.papers import lost_points, year_before
from reports.papers.charts import fields_chart, heat_chart
from reports.papers.data import AnalysisData, FieldFigures, LostPoints, TaskFigures, UnitFigures
from reports.papers.frames import Text, framed, paragraph
from reports.papers.left_out import left_out_blocks
from reports.papers.prefill import bases
from reports.papers.wording import (
    INDEX,
    all_of,
    committee,
    count,
    deadline,
    in_text,
    of_maximum,
    percent,
    points,
    responsibilities,
    sentence,
)
from reports.papers.year_before import YearBefore
from scoring.models import Campaign

FULL = "Lĩnh vực này đạt điểm tối đa."
OUTSIDE = "Nội dung này tính ngoài tổng điểm tối đa."
NOTHING_APPLIES = "Không áp dụng tiêu chí nào trong lĩnh vực này."


def build(
    campaign: Campaign, children: Campaign | None, data: AnalysisData, before: YearBefore | None = None
) -> Document:
    """The whole paper as it is proposed."""
    unit = data.own.unit
    subject = f"{INDEX} năm {data.year}"
    parts = (own_part(data, before), children_part(data), tasks_part(data), organisation_part(data))
    text = Text(
        type_name="BÁO CÁO",
        abbreviation="BC",
        abstract=f"Đánh giá, phân tích nguyên nhân, trách nhiệm về {subject} của {in_text(unit)}",
        bases=tuple(bases(campaign, children)),
        opening=(
            (
                f"Trên cơ sở kết quả {subject} đã được công bố, {committee(unit)} báo cáo đánh giá, phân tích "
                "nguyên nhân, trách nhiệm như sau:"
            ),
        ),
        sections=tuple(part for part in parts if part is not None),
        closing=(
            f"Trên đây là báo cáo đánh giá, phân tích nguyên nhân, trách nhiệm về {subject} của {in_text(unit)}"
        ),
        keywords=("cải cách hành chính", "trách nhiệm", str(data.year), campaign.code),
    )
    return framed(unit, text)


def plain(text: str) -> Spans:
    return (Span(text),)


# Part I ---------------------------------------------------------------------------------------------------


def own_part(data: AnalysisData, before: YearBefore | None) -> Section:
    own = data.own
    compared = year_before.section(own, before, data.year)
    return Section(
        title="ĐÁNH GIÁ, PHÂN TÍCH NGUYÊN NHÂN, TRÁCH NHIỆM",
        blocks=(
            Paragraph(own_summary(data)),
            *difference_note(own),
            paragraph(loss_summary(data), leads=True),
            fields_table(own),
            *fields_chart(own.fields),
            *left_out_blocks(data.own.unit, data.left_out),
        ),
        sections=(
            *(field_section(field, data.losses_of(field.code)) for field in own.fields),
            *lost_points.sections(data.losses, own.lost),
            *([compared] if compared else []),
        ),
        key="own",
    )


def own_summary(data: AnalysisData) -> Spans:
    """Total, index, grade and, where it is known, the rank."""
    own = data.own
    spans = [
        Span(f"Năm {data.year}, {in_text(own.unit)} đạt "),
        Span(reached(own), bold=True),
        Span(f"; {INDEX} đạt "),
        Span(percent(own.index), bold=True),
    ]
    if own.grade:
        spans += [Span("; xếp loại "), Span(own.grade, bold=True)]
    if own.rank:
        spans.append(Span(f"; xếp hạng {own.rank}" + (f"/{own.ranked}" if own.ranked else "")))
    return (*spans, Span("."))


def loss_summary(data: AnalysisData) -> str:
    own = data.own
    if not data.losses:
        return "Không có tiêu chí bị mất điểm. Kết quả theo từng lĩnh vực như sau:"
    full = [field for field in own.fields if field.maximum and not field.lost]
    text = (
        f"Tổng số điểm bị mất là {points(own.lost)} điểm tại {count(len(data.losses))} tiêu chí, "
        "tiêu chí thành phần"
    )
    if own.penalty:
        text += f", trong đó điểm trừ là {points(own.penalty)} điểm"
    if full:
        text += f"; {count(len(full))} lĩnh vực đạt điểm tối đa"
    return f"{text}. Kết quả theo từng lĩnh vực như sau:"


def fields_table(own: UnitFigures) -> Table:
    return Table(
        caption="Bảng. Kết quả chấm điểm theo lĩnh vực",
        columns=(
            Column("TT", 7),
            Column("Lĩnh vực", 49, numeric=False),
            Column("Điểm tối đa", 14),
            Column("Điểm đạt được", 15),
            Column("Điểm bị mất", 15),
        ),
        rows=tuple(
            (
                str(place),
                field.title,
                points(field.maximum),
                earned_cell(field),
                points(field.lost),
            )
            for place, field in enumerate(own.fields, start=1)
        ),
        total=(
            "",
            "Tổng cộng",
            points(own.maximum),
            earned_cell(own),
            points(own.lost),
        ),
        note=" ".join(fields_notes(own)),
        name="fields",
    )


def fields_notes(own: UnitFigures) -> Iterator[str]:
    if own.penalty:
        yield "Điểm bị mất gồm cả điểm trừ."
    if sum((field.lost for field in own.fields), Decimal(0)) != own.lost:
        yield "Tổng điểm được làm tròn theo quy định của bộ tiêu chí."


def earned_cell(figures: FieldFigures | UnitFigures) -> str:
    """Points within the maximum, and beside them the bonus."""
    bonus = f" (thưởng {points(figures.bonus)})" if figures.bonus else ""
    return f"{points(figures.earned)}{bonus}"


def reached(figures: FieldFigures | UnitFigures) -> str:
    """Points of their maximum, then bonus and penalty, where there are any: 76,65/95 điểm, thưởng 2 điểm."""
    parts = [f"thưởng {points(figures.bonus)} điểm"] if figures.bonus else []
    parts += [f"trừ {points(figures.penalty)} điểm"] if figures.penalty else []
    if figures.maximum or not parts:
        parts.insert(0, f"{of_maximum(figures.earned, figures.maximum)} điểm")
    return ", ".join(parts)


def field_section(field: FieldFigures, losses: list[LostPoints]) -> Section:
    """One field: its points, then each lost leaf with cause and responsible parties."""
    title = f"{field.title}: {reached(field)}"
    if not losses:
        says = OUTSIDE if field.is_outside else FULL if field.maximum else NOTHING_APPLIES
        return Section(title, (paragraph(says),), key=f"own.{field.code}")
    opening = f"Bị mất {points(field.lost)} điểm tại {count(len(losses))} tiêu chí{as_counted(field, losses)}"
    blocks: list[Block] = [paragraph(f"{opening}, cụ thể:", leads=True)]
    for loss in losses:
        blocks += loss_blocks(loss)
    return Section(title, tuple(blocks), key=f"own.{field.code}")


def as_counted(field: FieldFigures, losses: list[LostPoints]) -> str:
    """Why a field lost other points than its leaves: penalties beyond their cap, or sums that the set rounds."""
    total = sum((loss.lost for loss in losses), Decimal(0))
    if total == field.lost:
        return ""
    return (
        f" (cộng từng tiêu chí là {points(total)} điểm; tính {points(field.lost)} điểm theo mức trừ tối đa và "
        "cách làm tròn của bộ tiêu chí)"
    )


def lost(loss: LostPoints) -> str:
    if loss.is_penalty:
        return f"bị trừ {points(loss.lost)} điểm"
    return f"đạt {of_maximum(loss.earned, loss.maximum)} điểm, bị mất {points(loss.lost)} điểm"


def loss_blocks(loss: LostPoints) -> list[Block]:
    cause = sentence(loss.cause) or "Chưa ghi nhận."
    who = responsibilities((party.name, role) for party, role in loss.responsible) or "chưa xác định"
    return [
        Bullet(plain(f"{loss.level_name} {loss.code} “{loss.title}”: {lost(loss)}. Nguyên nhân: {cause}")),
        Paragraph((Span(f"Trách nhiệm thuộc về: {who}.", italic=True),), follows=True),
    ]


def difference_note(figures: UnitFigures) -> tuple[Paragraph, ...]:
    """Both figures where the published total is not the sum of its parts."""
    printed = figures.published
    if printed is None:
        return ()
    text = (
        f"Ghi chú: Số liệu đã công bố là {of_maximum(printed.earned, printed.maximum)} điểm, chỉ số "
        f"{percent(printed.index)}; cộng điểm {count(len(figures.fields))} lĩnh vực được "
        f"{of_maximum(figures.earned, figures.maximum)} điểm, chỉ số {percent(figures.index)}."
    )
    if printed.rank and figures.rank and printed.rank != figures.rank:
        text += f" Thứ hạng theo chỉ số đã công bố là {printed.rank}, theo chỉ số tính lại là {figures.rank}."
    return (Paragraph((Span(text, italic=True),)),)


# Part II --------------------------------------------------------------------------------------------------


def children_part(data: AnalysisData) -> Section | None:
    if not data.children:
        return None
    everyone = all_of(each.unit for each in data.children)
    counted = everyone.removeprefix("các ")
    opening = (
        f"Kết quả năm {data.year} của {count(len(data.children))} {counted} (điểm đạt được trên điểm tối đa "
        "áp dụng đối với từng đơn vị) như sau:"
    )
    return Section(
        title=f"KẾT QUẢ {INDEX.upper()} CỦA {everyone.upper()}",
        blocks=(paragraph(opening, leads=True), children_table(data.children), *heat_chart(data.children)),
        sections=tuple(child_section(each) for each in data.children),
        key="children",
    )


def children_table(children: tuple[UnitFigures, ...]) -> Table:
    return Table(
        caption="Bảng. Tổng hợp kết quả",
        columns=(
            Column("TT", 7),
            Column("Đơn vị", 33, numeric=False),
            Column("Điểm đạt được", 13),
            Column("Điểm tối đa áp dụng", 14),
            Column("Chỉ số (%)", 12),
            Column("Xếp loại", 11),
            Column("Xếp hạng", 10),
        ),
        rows=tuple(
            (
                str(place),
                committee(each.unit, short=True) + (" (*)" if each.published else ""),
                points(each.earned) if each.is_scored else "",
                points(each.maximum),
                percent(each.index).rstrip("%") if each.is_scored else "",
                each.grade,
                str(each.rank or ""),
            )
            for place, each in enumerate(children, start=1)
        ),
        note=(
            "(*) Số liệu đã công bố khác với tổng điểm các lĩnh vực; xem ghi chú tại mục của đơn vị."
            if any(each.published for each in children)
            else ""
        ),
        name="children",
    )


def child_section(child: UnitFigures) -> Section:
    """One commune: total, index and grade, then a line for each field."""
    key = f"children.{child.unit.code}"
    if not child.is_scored:
        words = (paragraph("Không nộp phiếu chấm điểm, không xếp hạng."),)
        return Section(committee(child.unit, short=True), words, key=key)
    title = f"{committee(child.unit, short=True)}: {reached(child)}, chỉ số {percent(child.index)}"
    if child.grade:
        title += f", xếp loại {child.grade}"
    return Section(
        title=title,
        blocks=(
            *difference_note(child),
            *(Bullet(plain(f"{field.title}: {reached(field)}.")) for field in child.fields),
        ),
        key=key,
    )


# Parts III and IV ------------------------------------------------------------------------------------------


def tasks_part(data: AnalysisData) -> Section | None:
    sections = tuple(
        Section(
            field.title,
            tuple(block for task in tasks for block in task_blocks(task)),
            key=f"tasks.{field.code}",
        )
        for field in data.own.fields
        if (tasks := data.tasks_of(field.code))
    )
    if not sections:
        return None
    return Section(title="NHIỆM VỤ, GIẢI PHÁP KHẮC PHỤC", sections=sections, key="tasks")


def task_blocks(task: TaskFigures) -> list[Block]:
    due = deadline(task.deadline_kind, task.deadline_on)
    spans = [Span(f"Nhiệm vụ cần thực hiện: {sentence(whole_task(task))}")]
    if due:
        spans += [Span(" Thời hạn: "), Span(due, bold=True), Span(".")]
    blocks: list[Block] = [Bullet(tuple(spans), leads=bool(task.leads))]
    if task.leads:
        line = f"Cơ quan chủ trì, tham mưu: {sentence('; '.join(task.leads))}"
        blocks.append(Bullet(plain(line)))
    return blocks


def organisation_part(data: AnalysisData) -> Section | None:
    tasks = data.tasks_of("")
    if not tasks:
        return None
    return Section(
        title="TỔ CHỨC THỰC HIỆN",
        sections=tuple(
            Section(
                title=sentence(", ".join(task.leads)).rstrip(".") or "Các cơ quan, đơn vị liên quan",
                blocks=(Paragraph(organisation_line(task)),),
                key=f"organisation.{place}",
            )
            for place, task in enumerate(tasks, start=1)
        ),
        key="organisation",
    )


def organisation_line(task: TaskFigures) -> Spans:
    """The task with its product, to whom and through whom it goes, and the deadline in bold."""
    text = sentence(whole_task(task))
    due = deadline(task.deadline_kind, task.deadline_on)
    if not due:
        return plain(text)
    return (Span(f"{text.removesuffix('.')} "), Span(due, bold=True), Span("."))


def whole_task(task: TaskFigures) -> str:
    return f"{task.title.strip().rstrip('.;')}{product(task)}{addressee(task)}"


def product(task: TaskFigures) -> str:
    """The product, unless the task has named it already."""
    named = task.product.strip().rstrip(".")
    return f"; sản phẩm: {named}" if named and named.lower() not in task.title.lower() else ""


def addressee(task: TaskFigures) -> str:
    text = f", gửi {task.recipient.strip()}" if task.recipient.strip() else ""
    return f"{text} (qua {task.via.strip()})" if text and task.via.strip() else text
