"""The score sheet of a unit on paper: self-score, appraised points, reasons, evidence, to be signed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch

from reports.basis import Basis
from reports.documents import Annex, Column, Document, Section, Table
from reports.papers.frames import Text, framed, paragraph, paragraphs
from reports.papers.grounds import set_bases
from reports.papers.wording import INDEX, committee, count, day, in_text, of_maximum, percent, points, sentence
from scoring.models import (
    DECIDED,
    IMPORTED,
    Appraisal,
    Criterion,
    Evidence,
    FieldResult,
    Score,
    ScoreSheet,
    UnitResult,
)
from scoring.rules import CountsAs, LeafState
from scoring.self_scores import self_points
from scoring.settling import last_round

ZERO = Decimal(0)
NOT_APPLICABLE, NO_CASE = "không áp dụng", "không phát sinh"


@dataclass(frozen=True, slots=True)
class SheetData:
    """Shapes: `nodes` in the order of the set; `scores` by criterion; `evidence` in the order of the rows;
    `below` are the rows within the maximum below each field or criterion.

    `shows_appraisal`: the reader may know what was appraised. Units: `self_total` is None where the unit answered
    nothing, which is not 0.
    """

    sheet: ScoreSheet
    result: UnitResult | None
    nodes: tuple[Criterion, ...]
    scores: Mapping[int, Score]
    evidence: tuple[tuple[Score, Evidence], ...]
    self_total: Decimal | None
    below: Mapping[int, list[Score]]
    shows_appraisal: bool = True

    @property
    def is_decided(self) -> bool:
        """Whether there is a result to be told."""
        return self.shows_appraisal and (self.sheet.status in DECIDED or self.sheet.campaign.external)


def read_sheet(sheet: ScoreSheet, *, shows_appraisal: bool = True) -> SheetData:
    """Everything that the paper of a sheet prints: eight queries."""
    scores = list(
        sheet.scores.select_related("criterion", "loss", "exclusion")
        .prefetch_related("appraisals", Prefetch("evidence", Evidence.objects.order_by("pk")))
        .order_by("criterion__position")
    )
    fields = Prefetch("fields", FieldResult.objects.order_by("criterion__position"))
    results = UnitResult.objects.filter(campaign=sheet.campaign_id, unit=sheet.unit_id)
    result = results.select_related("grade").prefetch_related(fields).first()
    given = self_points(sheet.campaign, sheet.unit).get(sheet.unit_id)
    nodes = tuple(sheet.campaign.criteria_set.criteria.order_by("position"))
    return SheetData(
        sheet=sheet,
        result=result,
        nodes=nodes,
        scores={score.criterion_id: score for score in scores},
        evidence=tuple((score, paper) for score in scores for paper in score.evidence.all()),
        self_total=result.self_total_points if given is None and result else given,
        below=rows_below(nodes, scores),
        shows_appraisal=shows_appraisal,
    )


def rows_below(nodes: Iterable[Criterion], scores: Iterable[Score]) -> dict[int, list[Score]]:
    parents = {node.pk: node.parent_id for node in nodes}
    found: dict[int, list[Score]] = {}
    for score in scores:
        above = parents[score.criterion_id] if is_base(score.criterion) else None
        while above is not None:
            found.setdefault(above, []).append(score)
            above = parents[above]
    return found


def sheet_of(basis: Basis) -> ScoreSheet:
    """Raises: NoPaper."""
    sheets = ScoreSheet.objects.select_related("campaign__criteria_set__issuer", "campaign__owner", "unit__parent")
    sheet = sheets.filter(campaign=basis.of_campaign, unit=basis.unit).first()
    if sheet is None:
        raise basis.without_unit
    return sheet


def score_sheet_of(basis: Basis) -> Document:
    """Raises: NoPaper."""
    sheet = sheet_of(basis)
    return score_sheet(sheet, shows_appraisal=basis.is_inside or sheet.campaign.is_public)


def score_sheet(sheet: ScoreSheet, *, shows_appraisal: bool = True) -> Document:
    """The paper; before the appraisal, and for whoever may not know it yet, its column stays empty."""
    data = read_sheet(sheet, shows_appraisal=shows_appraisal)
    unit, year = sheet.unit, sheet.campaign.year
    evidence = (
        (Annex("DANH MỤC TÀI LIỆU KIỂM CHỨNG", (evidence_table(data.evidence),), key="evidence"),)
        if data.evidence
        else ()
    )
    where = "và tài liệu kiểm chứng tại các phụ lục" if evidence else "tại phụ lục"
    text = Text(
        type_name="BÁO CÁO",
        abbreviation="BC",
        abstract=f"Kết quả chấm điểm {INDEX} năm {year} của {in_text(unit)}",
        bases=set_bases(sheet.campaign.criteria_set),
        opening=(f"{committee(unit)} báo cáo kết quả chấm điểm {INDEX} năm {year} như sau:",),
        sections=(
            Section("KẾT QUẢ CHUNG", paragraphs(summary(data)), key="summary"),
            Section(
                "KẾT QUẢ CHI TIẾT",
                (paragraph(f"Kết quả từng tiêu chí {where} kèm theo."),),
                key="details",
            ),
        ),
        closing=f"Trên đây là kết quả chấm điểm {INDEX} năm {year} của {in_text(unit)}",
        annexes=(Annex("BẢNG CHẤM ĐIỂM CHI TIẾT", (rows_table(data),), landscape=True, key="rows"), *evidence),
        keywords=("cải cách hành chính", "chấm điểm", str(year), sheet.campaign.code),
    )
    return framed(unit, text)


def summary(data: SheetData) -> Iterator[str]:
    if data.self_total is not None:
        yield f"Tổng điểm tự chấm: {points(data.self_total)} điểm."
    yield from appraised_summary(data)
    rows = [score for score in data.scores.values() if is_left_out(score, data)]
    if rows:
        highest = sum((row.criterion.max_points for row in rows if is_base(row.criterion)), ZERO)
        yield (
            f"Có {count(len(rows))} tiêu chí, tiêu chí thành phần không áp dụng, tương ứng {points(highest)} điểm "
            "tối đa."
        )


def appraised_summary(data: SheetData) -> Iterator[str]:
    result = data.result
    if not data.is_decided or result is None or result.index is None:
        return
    text = (
        f"Kết quả thẩm định: {of_maximum(result.earned_points, result.applicable_max_points)} điểm; "
        f"{INDEX} đạt {percent(result.index)}"
    )
    if result.bonus_points:
        text += f"; điểm thưởng {points(result.bonus_points)}"
    if result.penalty_points:
        text += f"; điểm trừ {points(result.penalty_points)}"
    if result.grade:
        text += f"; xếp loại {result.grade.name}"
    if result.rank:
        text += f"; xếp hạng {result.rank}"
    yield f"{text}."
    open_rows = sum(score.points is None and score.counted_max_points > 0 for score in data.scores.values())
    if open_rows:
        yield f"Còn {count(open_rows)} tiêu chí chưa có điểm."


def is_base(node: Criterion) -> bool:
    return node.counts_as == CountsAs.BASE.value


def is_left_out(score: Score, data: SheetData) -> bool:
    """Whether a row does not apply: by a decision, or because the unit's claim was granted."""
    if score.exclusion_id is not None:
        return True
    last = last_round(score.appraisals.all()) if data.shows_appraisal else None
    return last is not None and last.state == LeafState.NOT_APPLICABLE.value


def rows_table(data: SheetData) -> Table:
    result = data.result if data.is_decided else None
    total = (
        "",
        "Tổng cộng (không gồm điểm thưởng, điểm trừ)"
        if data.sheet.campaign.criteria_set.has_extras
        else "Tổng cộng",
        points(data.sheet.campaign.criteria_set.total_points),
        "" if data.self_total is None else points(data.self_total),
        "" if result is None or result.index is None else points(result.earned_points),
        "",
    )
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
        rows=tuple(row_of(node, data) for node in data.nodes),
        total=total,
        strong=frozenset(place for place, node in enumerate(data.nodes) if node.pk not in data.scores),
        name="rows",
    )


def row_of(node: Criterion, data: SheetData) -> tuple[str, ...]:
    head = (node.code, node.title, points(node.max_points))
    score = data.scores.get(node.pk)
    if score is None:
        return *head, *sums(node, data), ""
    appraisal = last_round(score.appraisals.all()) if data.shows_appraisal else None
    told = (sentence(text) for text in reasons(score, appraisal, tells_loss=data.shows_appraisal))
    appraised = appraised_words(score, appraisal) if data.shows_appraisal else ""
    return *head, own_words(score), appraised, " ".join(filter(None, told))


def sums(node: Criterion, data: SheetData) -> tuple[str, str]:
    """What a field or criterion comes to by the unit, and as it was appraised (a field as the set counts)."""
    rows = data.below.get(node.pk, [])
    own = [row.self_points for row in rows if row.self_points is not None]
    said = points(sum(own, ZERO)) if own else ""
    if not data.is_decided or data.result is None or data.result.index is None:
        return said, ""
    for field in data.result.fields.all() if node.parent_id is None else ():
        if field.criterion_id == node.pk and is_base(node):
            return said, points(field.earned_points)
        if field.criterion_id == node.pk:
            return said, points(field.bonus_points or field.penalty_points)
    got = [row.points for row in rows if row.points is not None]
    return said, points(sum(got, ZERO)) if got else ""


def own_words(score: Score) -> str:
    if score.exclusion_id is not None or score.state == LeafState.NOT_APPLICABLE.value:
        return NOT_APPLICABLE
    if score.criterion.method in IMPORTED:
        return ""
    return said(score.state, score.self_points)


def appraised_words(score: Score, appraisal: Appraisal | None) -> str:
    """What counts of an appraised row, which may be less than its appraiser gave: another row may knock it out."""
    if score.exclusion_id is not None:
        return NOT_APPLICABLE
    if score.criterion.method in IMPORTED:
        counts = score.state == LeafState.ANSWERED.value and score.counted_max_points > 0
        return points(score.points) if counts and score.points is not None else ""
    if appraisal is None:
        return ""
    return said(appraisal.state, appraisal.points if score.points is None else score.points)


def said(state: str, value: Decimal | None) -> str:
    if state == LeafState.NOT_APPLICABLE.value:
        return NOT_APPLICABLE
    if state == LeafState.NO_CASE.value:
        return f"{points(value)} ({NO_CASE})" if value else NO_CASE
    return "" if value is None else points(value)


def reasons(score: Score, appraisal: Appraisal | None, *, tells_loss: bool) -> Iterator[str]:
    """What was decided, what the unit said, then what was said of it; each once."""
    loss = getattr(score, "loss", None) if tells_loss else None
    excluded = score.exclusion
    told = (
        f"Không áp dụng: {excluded.reason.rstrip('. ')} ({excluded.approved_by})" if excluded else "",
        "Chấm qua điều tra xã hội học" if score.criterion.method in IMPORTED else "",
        score.note,
        score.reason,
        score.why_no_evidence,
        appraisal.reason if appraisal else "",
        loss.cause if loss else "",
    )
    yield from dict.fromkeys(text.strip() for text in told)


def evidence_table(evidence: Iterable[tuple[Score, Evidence]]) -> Table:
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
            for score, paper in evidence
        ),
        name="evidence",
    )
