"""What was concluded of an inspection: unit by unit, what was found, and by when it is mended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from plans.counting_inspections import FindingState
from plans.inspection_page import FindingLine, UnitLine, unit_lines
from plans.models import Inspection, InspectionKind
from reports.documents import Bullet, Document, Section, Span
from reports.papers.frames import Text, framed, paragraph, paragraphs
from reports.papers.wording import committee, count, day, deadline, lowered, sentence

KINDS = {
    InspectionKind.REFORM: "công tác cải cách hành chính",
    InspectionKind.DECENTRALISATION: "việc thực hiện phân cấp, phân quyền",
    InspectionKind.ASSETS: "việc quản lý, sử dụng tài sản công",
    InspectionKind.DISCIPLINE: "việc chấp hành kỷ luật, kỷ cương hành chính",
    InspectionKind.SELF: "công tác cải cách hành chính (tự kiểm tra)",
}
STATES = {
    FindingState.FIXED: "đã xử lý xong",
    FindingState.PARTLY: "đã xử lý một phần",
    FindingState.OPEN: "chưa xử lý xong",
}


def inspection_paper(inspection: Inspection, on: date) -> Document:
    """As it stands on a day."""
    lines = unit_lines(inspection.units.all(), on)
    what = f"Kết luận kiểm tra {KINDS[InspectionKind(inspection.kind)]} năm {inspection.year}"
    inspected = [line for line in lines if line.is_inspected]
    sections = (
        Section("KẾT QUẢ CHUNG", paragraphs(summary(lines)), key="summary"),
        Section("KẾT QUẢ TẠI TỪNG ĐƠN VỊ", sections=tuple(unit_section(line) for line in inspected), key="units"),
        Section("YÊU CẦU", (paragraph(DUTY),), key="demands")
        if any(line.counts.open or line.counts.partly for line in lines)
        else None,
    )
    return framed(
        inspection.owner,
        Text(
            type_name="THÔNG BÁO",
            abbreviation="TB",
            abstract=what,
            bases=tuple(bases(inspection)),
            opening=(f"{committee(inspection.owner)} thông báo kết luận kiểm tra như sau:",),
            sections=tuple(section for section in sections if section and (section.blocks or section.sections)),
            closing="Trên đây là thông báo kết luận kiểm tra, các đơn vị được kiểm tra biết, thực hiện",
            keywords=("kiểm tra", "cải cách hành chính", str(inspection.year)),
        ),
    )


DUTY = (
    "Các đơn vị được kiểm tra xử lý dứt điểm các vấn đề còn tồn tại theo thời hạn đã nêu và báo cáo kết quả về cơ "
    "quan kiểm tra."
)


def bases(inspection: Inspection) -> Iterator[str]:
    """The paper that orders the inspection, where it is known."""
    if inspection.number:
        dated = f" ngày {day(inspection.issued_on)}" if inspection.issued_on else ""
        yield f"Căn cứ văn bản số {inspection.number}{dated} về {lowered(inspection.title)}"


def summary(lines: Sequence[UnitLine]) -> Iterator[str]:
    counts = [line.counts for line in lines]
    found, fixed = sum(each.found for each in counts), sum(each.fixed for each in counts)
    partly, left = sum(each.partly for each in counts), sum(each.open for each in counts)
    done = sum(line.is_inspected for line in lines)
    yield f"Đã kiểm tra {count(done)}/{count(len(lines))} đơn vị."
    if found:
        yield (
            f"Phát hiện {count(found)} vấn đề: đã xử lý xong {count(fixed)}, xử lý một phần {count(partly)}, "
            f"chưa xử lý {count(left)}."
        )
    elif done:
        yield "Không phát hiện vấn đề phải xử lý."


def unit_section(line: UnitLine) -> Section:
    unit = line.unit
    when = f" (kiểm tra ngày {day(unit.inspected_on)})" if unit.inspected_on else ""
    blocks = tuple(finding_line(each) for each in line.findings)
    none = paragraphs(["Không phát hiện vấn đề phải xử lý."])
    return Section(f"{unit.party.name}{when}", blocks or none, key=f"units.{unit.party_id}")


def finding_line(line: FindingLine) -> Bullet:
    due = deadline(line.task.deadline_kind, line.task.deadline_on)
    spans = [Span(f"{sentence(line.task.title)} {STATES[line.state].capitalize()}")]
    if line.state == FindingState.FIXED and line.task.done_on:
        spans.append(Span(f" ngày {day(line.task.done_on)}"))
    elif due:
        spans += [Span("; thời hạn: "), Span(due, bold=True)]
    return Bullet((*spans, Span(".")))
