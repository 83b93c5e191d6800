"""The plan that Home Affairs makes of what all units do about their lost points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from plans.counting_tasks import TaskCounts
from plans.models import Standing
from reports.documents import Annex, Block, Bullet, Column, Document, Paragraph, Section, Span, Table
from reports.papers.frames import Text, framed, paragraph, paragraphs
from reports.papers.wording import INDEX, committee, count, day, in_text, lowered, points, sentence
from scoring.models import RemediationRound
from scoring.remediation_page import Papers, RowLine, in_order, papers_of, row_lines, whole_rows
from scoring.settling import lost_points


def remediation_paper(round_: RemediationRound, on: date) -> Document:
    """As it stands on a day: only what units have sent is printed, no drafts."""
    campaign, papers = round_.campaign, papers_of(round_, on)
    rows = list(in_order(whole_rows(round_.remediations.all())))
    lines = [line for line in row_lines(rows, papers, on) if line.lost]
    whole = sum((lost_points(row.loss.score) for row in rows if lost_points(row.loss.score) > 0), Decimal(0))
    subject = f"{INDEX} năm {campaign.year}"
    sections = (
        Section("KẾT QUẢ TỔNG HỢP", paragraphs(summary(lines, papers, whole)), key="summary"),
        Section(
            "BIỆN PHÁP KHẮC PHỤC", tuple(block for line in lines for block in row_blocks(line)), key="measures"
        ),
        Section("TỔ CHỨC THỰC HIỆN", (paragraph(duty(round_)),), key="organisation"),
    )
    return framed(
        campaign.office,
        Text(
            type_name="KẾ HOẠCH",
            abbreviation="KH",
            abstract=f"Khắc phục các tiêu chí bị mất điểm {subject}",
            opening=(opening(round_, subject),),
            sections=tuple(section for section in sections if section.blocks),
            closing=f"Trên đây là kế hoạch khắc phục các tiêu chí bị mất điểm {subject}",
            annexes=(Annex("TỔNG HỢP BIỆN PHÁP KHẮC PHỤC", (table(lines),), landscape=True, key="measures-table"),)
            if lines
            else (),
            keywords=("cải cách hành chính", "khắc phục", str(campaign.year), campaign.code),
        ),
    )


def opening(round_: RemediationRound, subject: str) -> str:
    return (
        f"Trên cơ sở kết quả {subject} và kế hoạch khắc phục của các cơ quan, đơn vị, "
        f"{committee(round_.campaign.office)} ban hành kế hoạch như sau:"
    )


def summary(lines: Sequence[RowLine], papers: Papers, whole: Decimal) -> Iterator[str]:
    if not lines:
        yield "Không còn tiêu chí bị mất điểm."
        return
    yield (
        f"Có {count(len(lines))} tiêu chí, tiêu chí thành phần bị mất {points(whole)} điểm; "
        f"{count(len(papers.units))} cơ quan, đơn vị chịu trách nhiệm khắc phục."
    )
    for kind, counts, missing in (
        ("kế hoạch khắc phục", papers.plans, [each for each in papers.units if is_missing(each.plan.standing)]),
        ("báo cáo kết quả", papers.reports, [each for each in papers.units if is_missing(each.report.standing)]),
    ):
        yield received(kind, counts, [each.unit.name for each in missing])


def is_missing(standing: Standing) -> bool:
    return standing == Standing.OVERDUE


def received(kind: str, counts: TaskCounts, missing: Iterable[str]) -> str:
    """How many came, and who has not sent his: a sentence."""
    text = f"Đã nhận {count(counts.done)}/{count(counts.assigned)} {kind}"
    if counts.late:
        text += f", trong đó {count(counts.late)} văn bản gửi trễ hạn"
    named = "; ".join(missing)
    return f"{text}. Quá hạn chưa gửi: {named}." if named else f"{text}."


def row_blocks(line: RowLine) -> list[Block]:
    """A lost leaf, then what is done about it; units that do the same are named together."""
    cause = sentence(line.cause) or "Chưa ghi nhận."
    where = f"Tiêu chí {line.code} “{line.title}” ({in_text(line.unit)})"
    text = f"{where}: mất {lost(line)} điểm. Nguyên nhân: {cause}"
    said = [
        Paragraph((Span(words, italic=True),), follows=place == 0) for place, words in enumerate(measures(line))
    ]
    return [Bullet((Span(text),)), *said]


def lost(line: RowLine) -> str:
    return points(lost_points(line.remediation.loss.score))


def measures(line: RowLine) -> list[str]:
    """One sentence for each measure that was sent; one that says so where there is none."""
    by_words: dict[tuple[str, date | None], list[str]] = {}
    for each in line.measures:
        if each.is_plan_sent and each.measure.text:
            said = each.measure
            by_words.setdefault((said.text.strip(), said.by_on), []).append(said.unit.name)
    found = []
    for (text, by_on), units in by_words.items():
        due = f" Hoàn thành chậm nhất ngày {day(by_on)}." if by_on else ""
        found.append(f"{'; '.join(units)}: {lowered(sentence(text))}{due}")
    return found or ["Chưa có biện pháp của đơn vị chịu trách nhiệm."]


def duty(round_: RemediationRound) -> str:
    return (
        "Các cơ quan, đơn vị chịu trách nhiệm tổ chức thực hiện các biện pháp nêu trên, báo cáo kết quả khắc phục "
        f"trước ngày {day(round_.report_before)} để tổng hợp."
    )


def table(lines: Iterable[RowLine]) -> Table:
    """A row for each unit that answers for a leaf; results once they were sent."""
    rows = []
    for place, line in enumerate(lines, start=1):
        for number, each in enumerate(line.measures):
            measure = each.measure
            head = ("", "", "") if number else (str(place), f"{line.code}. {line.title}", lost(line))
            rows.append(
                (
                    *head,
                    measure.unit.name,
                    measure.text if each.is_plan_sent else "",
                    day(measure.by_on) if measure.by_on and each.is_plan_sent else "",
                    measure.result if each.is_report_sent else "",
                )
            )
    return Table(
        caption="",
        columns=(
            Column("TT", 5),
            Column("Tiêu chí", 25, numeric=False),
            Column("Điểm mất", 7),
            Column("Đơn vị thực hiện", 15, numeric=False),
            Column("Biện pháp", 23, numeric=False),
            Column("Thời hạn", 10),
            Column("Kết quả", 15, numeric=False),
        ),
        rows=tuple(rows),
    )
