"""The score sheet of a unit on paper: self-score, appraised points, reasons, evidence, to be signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch

from reports.documents import Annex, Column, Document, Section, Table
from reports.frames import Text, framed, paragraph, paragraphs
from reports.wording import INDEX, committee, count, day, in_text, of_maximum, percent, points, sentence
from scoring.models import ROUND_ORDER, Appraisal, Criterion, Evidence, Score, ScoreSheet, UnitResult
from scoring.rules import LeafState
from scoring.settling import in_order

NOT_APPLICABLE, NO_CASE = "không áp dụng", "không phát sinh"


@dataclass(frozen=True, slots=True)
class SheetData:
    """Shapes: `nodes` in the order of the set; `scores` by criterion; `evidence` in the order of the rows."""

    sheet: ScoreSheet
    result: UnitResult | None
    nodes: tuple[Criterion, ...]
    scores: Mapping[int, Score]
    evidence: tuple[tuple[Score, Evidence], ...]

    @property
    def self_total(self) -> Decimal | None:
        """None where the unit answered nothing, which is not 0."""
        given = [score.self_points for score in self.scores.values() if score.self_points is not None]
        return sum(given, Decimal(0)) if given else None


def read_sheet(sheet: ScoreSheet) -> SheetData:
    """Everything that the paper of a sheet prints: six queries."""
    scores = list(
        sheet.scores.select_related("criterion", "loss")
        .prefetch_related("appraisals", Prefetch("evidence", Evidence.objects.order_by("pk")))
        .order_by("criterion__position")
    )
    return SheetData(
        sheet=sheet,
        result=UnitResult.objects.filter(campaign=sheet.campaign_id, unit=sheet.unit_id)
        .select_related("grade")
        .first(),
        nodes=tuple(sheet.campaign.criteria_set.criteria.order_by("position")),
        scores={score.criterion_id: score for score in scores},
        evidence=tuple((score, paper) for score in scores for paper in score.evidence.all()),
    )


def score_sheet(sheet: ScoreSheet) -> Document:
    """The paper; before the appraisal its column stays empty."""
    data = read_sheet(sheet)
    unit, year = sheet.unit, sheet.campaign.year
    evidence = (Annex("DANH MỤC TÀI LIỆU KIỂM CHỨNG", (evidence_table(data),)),) if data.evidence else ()
    text = Text(
        type_name="BÁO CÁO",
        abbreviation="BC",
        abstract=f"Kết quả chấm điểm {INDEX} năm {year} của {in_text(unit)}",
        opening=(f"{committee(unit)} báo cáo kết quả chấm điểm {INDEX} năm {year} như sau:",),
        sections=(
            Section("KẾT QUẢ CHUNG", paragraphs(summary(data))),
            Section(
                "KẾT QUẢ CHI TIẾT",
                (paragraph("Kết quả từng tiêu chí và tài liệu kiểm chứng tại các phụ lục kèm theo."),),
            ),
        ),
        closing=f"Trên đây là kết quả chấm điểm {INDEX} năm {year} của {in_text(unit)}",
        annexes=(Annex("BẢNG CHẤM ĐIỂM CHI TIẾT", (rows_table(data),), landscape=True), *evidence),
        keywords=("cải cách hành chính", "chấm điểm", str(year), sheet.campaign.code),
    )
    return framed(unit, text)


def summary(data: SheetData) -> Iterator[str]:
    if data.self_total is not None:
        yield f"Tổng điểm tự chấm: {points(data.self_total)} điểm."
    result = data.result
    if result is None or result.index is None:
        return
    text = (
        f"Kết quả thẩm định: {of_maximum(result.earned_points, result.applicable_max_points)} điểm; "
        f"{INDEX} đạt {percent(result.index)}"
    )
    if result.grade:
        text += f"; xếp loại {result.grade.name}"
    if result.rank:
        text += f"; xếp hạng {result.rank}"
    yield f"{text}."
    open_rows = sum(score.points is None and score.counted_max_points > 0 for score in data.scores.values())
    if open_rows:
        yield f"Còn {count(open_rows)} tiêu chí chưa có điểm."


def rows_table(data: SheetData) -> Table:
    rows = [row_of(node, data.scores.get(node.pk)) for node in data.nodes]
    return Table(
        caption="",
        columns=(
            Column("Mã", 8),
            Column("Tiêu chí", 36, numeric=False),
            Column("Điểm tối đa", 9),
            Column("Tự chấm", 9),
            Column("Thẩm định", 9),
            Column("Lý do, ghi chú", 29, numeric=False),
        ),
        rows=tuple(rows),
        strong=frozenset(place for place, node in enumerate(data.nodes) if node.pk not in data.scores),
    )


def row_of(node: Criterion, score: Score | None) -> tuple[str, ...]:
    if score is None:
        return node.code, node.title, points(node.max_points), "", "", ""
    appraisal = last_appraisal(score)
    return (
        node.code,
        node.title,
        points(node.max_points),
        own_words(score),
        "" if appraisal is None else appraised_words(appraisal),
        " ".join(filter(None, (sentence(text) for text in reasons(score, appraisal)))),
    )


def own_words(score: Score) -> str:
    if score.state == LeafState.NOT_APPLICABLE.value:
        return NOT_APPLICABLE
    if score.state == LeafState.NO_CASE.value:
        return NO_CASE
    return "" if score.self_points is None else points(score.self_points)


def appraised_words(appraisal: Appraisal) -> str:
    if appraisal.state == LeafState.NOT_APPLICABLE.value:
        return NOT_APPLICABLE
    if appraisal.state == LeafState.NO_CASE.value:
        return NO_CASE
    return "" if appraisal.points is None else points(appraisal.points)


def last_appraisal(score: Score) -> Appraisal | None:
    found = list(in_order(score.appraisals.all()))
    return max(found, key=lambda each: ROUND_ORDER[each.round]) if found else None


def reasons(score: Score, appraisal: Appraisal | None) -> Iterator[str]:
    """What the unit said, then what was said of it; each once."""
    loss = getattr(score, "loss", None)
    told = (score.note, score.reason, score.why_no_evidence, appraisal.reason if appraisal else "")
    yield from dict.fromkeys([*told, loss.cause if loss else ""])


def evidence_table(data: SheetData) -> Table:
    return Table(
        caption="",
        columns=(
            Column("Tiêu chí", 12),
            Column("Số, ký hiệu", 20),
            Column("Ngày", 14),
            Column("Cơ quan ban hành", 20, numeric=False),
            Column("Trích yếu", 34, numeric=False),
        ),
        rows=tuple(
            (
                score.criterion.code,
                paper.number,
                day(paper.issued_on) if paper.issued_on else "",
                paper.issuer,
                " ".join(filter(None, (paper.title, f"({paper.page})" if paper.page else ""))),
            )
            for score, paper in data.evidence
        ),
    )
