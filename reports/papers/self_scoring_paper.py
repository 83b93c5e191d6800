"""The report of a unit on its own scoring: what it gave itself, why points are missing, what it asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch

from reports.basis import Basis
from reports.documents import Annex, Block, Bullet, Column, Document, Section, Span, Table
from reports.papers.frames import Text, framed, paragraphs
from reports.papers.grounds import set_bases
from reports.papers.score_sheet import evidence_table, own_words, sheet_of
from reports.papers.wording import INDEX, committee, count, in_text, of_maximum, points, sentence
from scoring.models import IMPORTED, CriteriaSet, Criterion, Evidence, Score, ScoreSheet
from scoring.rules import CountsAs, LeafState
from scoring.self_scores import self_points
from units.models import UnitType

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class SelfScores:
    """Shapes: `nodes` in the order of the set; `rows` are those that the unit scores, in the same order.

    Units: `total` as the set rounds it; None where nothing was answered.
    """

    sheet: ScoreSheet
    nodes: tuple[Criterion, ...]
    scores: Mapping[int, Score]
    rows: tuple[Score, ...]
    evidence: tuple[tuple[Score, Evidence], ...]
    total: Decimal | None

    def of_field(self, field: Criterion, counts_as: str = CountsAs.BASE.value) -> list[Score]:
        return [
            row
            for row in self.rows
            if row.criterion.counts_as == counts_as and (row.criterion.section_id or row.criterion_id) == field.pk
        ]

    def counted(self, counts_as: CountsAs) -> list[Score]:
        return [row for row in self.rows if row.criterion.counts_as == counts_as.value]

    @property
    def fields(self) -> list[Criterion]:
        """The fields that have rows within the maximum."""
        return [node for node in self.nodes if node.parent_id is None and self.of_field(node)]


def earned(rows: list[Score]) -> Decimal | None:
    given = [row.self_points for row in rows if row.self_points is not None]
    return sum(given, ZERO) if given else None


def maximum(rows: list[Score]) -> Decimal:
    return sum((row.criterion.max_points for row in rows), ZERO)


def read_self_scores(sheet: ScoreSheet) -> SelfScores:
    """Everything that the report prints: seven queries at most."""
    found = (
        sheet.scores.select_related("criterion", "explanation")
        .prefetch_related(Prefetch("evidence", Evidence.objects.order_by("pk")))
        .order_by("criterion__position")
    )
    scores = list(found)
    return SelfScores(
        sheet=sheet,
        nodes=tuple(sheet.campaign.criteria_set.criteria.order_by("position")),
        scores={score.criterion_id: score for score in scores},
        rows=tuple(score for score in scores if score.is_for_people),
        evidence=tuple((score, paper) for score in scores for paper in score.evidence.all()),
        total=self_points(sheet.campaign, sheet.unit).get(sheet.unit_id),
    )


def self_scoring_of(basis: Basis) -> Document:
    """Only what the unit itself said: nothing of its appraisal.

    Raises: NoPaper.
    """
    return self_scoring_paper(read_self_scores(sheet_of(basis)))


def self_scoring_paper(data: SelfScores) -> Document:
    campaign, unit = data.sheet.campaign, data.sheet.unit
    subject = f"{INDEX} năm {campaign.year} của {in_text(unit)}"
    annexes = [Annex("BẢNG TỰ CHẤM ĐIỂM CHI TIẾT", (rows_table(data),), landscape=True, key="rows")]
    if data.evidence:
        annexes.append(Annex("DANH MỤC TÀI LIỆU KIỂM CHỨNG", (evidence_table(data.evidence),), key="evidence"))
    text = Text(
        type_name="BÁO CÁO",
        abbreviation="BC",
        abstract=f"Tự đánh giá, chấm điểm {subject}",
        addressees=(committee(campaign.owner),),
        bases=set_bases(campaign.criteria_set),
        opening=(f"{committee(unit)} báo cáo kết quả tự đánh giá, chấm điểm {subject} như sau:",),
        sections=(
            Section("TÌNH HÌNH TỰ ĐÁNH GIÁ, CHẤM ĐIỂM", paragraphs(work(data)), key="work"),
            Section("KẾT QUẢ TỰ CHẤM ĐIỂM", result(data), key="result"),
            Section("TIÊU CHÍ TỰ CHẤM CHƯA ĐẠT ĐIỂM TỐI ĐA", sections=tuple(lost_sections(data)), key="lost"),
            Section("GIẢI TRÌNH", sections=explained(data), key="explained"),
            Section("KHÓ KHĂN, VƯỚNG MẮC", key="difficulties"),
            Section("ĐỀ XUẤT, KIẾN NGHỊ", key="proposals", text="\n".join(proposals(data))),
        ),
        closing=f"Trên đây là báo cáo kết quả tự đánh giá, chấm điểm {subject}",
        annexes=tuple(annexes),
        recipients=recipients_of(data),
        keywords=("cải cách hành chính", "tự chấm điểm", str(campaign.year), campaign.code),
    )
    return framed(unit, text)


def recipients_of(data: SelfScores) -> tuple[str, ...]:
    """An agency has no chairperson to be told."""
    unit = data.sheet.unit
    heads = () if unit.type == UnitType.AGENCY else (f"Chủ tịch, các Phó Chủ tịch {committee(unit, short=True)}",)
    return "Như trên", *heads, "Lưu: VT"


def work(data: SelfScores) -> Iterator[str]:
    answered = sum(row.state != LeafState.NOT_ANSWERED.value for row in data.rows)
    yield (
        f"Phiếu tự chấm điểm có {count(len(data.rows))} tiêu chí, tiêu chí thành phần do đơn vị tự đánh giá; đã "
        f"tự đánh giá {count(answered)}/{count(len(data.rows))}."
    )
    proven = sum(bool(row.evidence.all()) for row in data.rows)
    papers = len({paper.pk for _score, paper in data.evidence})
    if papers:
        yield f"Có {count(papers)} tài liệu kiểm chứng kèm theo {count(proven)} tiêu chí, tiêu chí thành phần."


def result(data: SelfScores) -> tuple[Block, ...]:
    base = data.counted(CountsAs.BASE)
    if data.total is None:
        return ()
    text = f"Tổng điểm tự chấm: {of_maximum(data.total, maximum(base))} điểm"
    if any(node.method in IMPORTED for node in data.nodes):
        text += " (chưa gồm điểm điều tra xã hội học)"
    said = [f"{text}."]
    for kind, name in ((CountsAs.BONUS, "Điểm thưởng"), (CountsAs.PENALTY, "Điểm trừ")):
        extra = earned(data.counted(kind))
        if extra is not None:
            said.append(f"{name} tự chấm: {points(extra)} điểm.")
    compared = [row.criterion.code for row in base if is_compared(row)]
    if compared:
        said.append(f"Tiêu chí {', '.join(compared)} được tính điểm sau khi so sánh giữa các đơn vị.")
    return *paragraphs(said), fields_table(data)


def fields_table(data: SelfScores) -> Table:
    rows, base = [], data.counted(CountsAs.BASE)
    for place, field in enumerate(data.fields, start=1):
        inside = data.of_field(field)
        got = earned(inside)
        rows.append((str(place), field.title, points(maximum(inside)), *gap(got, maximum(inside))))
    return Table(
        caption="Bảng. Kết quả tự chấm điểm theo lĩnh vực",
        columns=(
            Column("TT", 7),
            Column("Lĩnh vực", 48, numeric=False),
            Column("Điểm tối đa tự chấm", 15),
            Column("Điểm tự chấm", 15),
            Column("Điểm chưa đạt", 15),
        ),
        rows=tuple(rows),
        total=("", "Tổng cộng", points(maximum(base)), *gap(data.total, maximum(base))),
        note=gap_note(data),
        name="fields",
    )


def gap_note(data: SelfScores) -> str:
    """Why the last column holds more than what the unit says it lost: rows that have no points of their own."""
    base = data.counted(CountsAs.BASE)
    without = sum((row.criterion.max_points for row in base if row.self_points is None), ZERO)
    if not without or data.total is None:
        return ""
    return (
        f"Điểm chưa đạt gồm {points(without)} điểm tối đa của các tiêu chí chưa có điểm tự chấm hoặc đề nghị "
        "không áp dụng."
    )


def gap(got: Decimal | None, highest: Decimal) -> tuple[str, str]:
    """What was given and what is missing from the maximum; nothing where nothing was answered."""
    return ("", "") if got is None else (points(got), points(highest - got))


def is_compared(row: Score) -> bool:
    answered = row.state == LeafState.ANSWERED.value and row.self_points is None
    return answered and row.criterion.max_points > ZERO


def is_short(row: Score) -> bool:
    """Whether the unit gave itself less than the maximum, or has not answered; not what is set aside, nor a fact
    that is compared with other units at the close of the round."""
    if row.criterion.counts_as == CountsAs.PENALTY.value:
        return bool(row.self_points)
    if row.criterion.counts_as != CountsAs.BASE.value or row.state in SET_ASIDE:
        return False
    if row.self_points is None:
        return row.state == LeafState.NOT_ANSWERED.value
    return row.self_points < row.criterion.max_points


SET_ASIDE = (LeafState.NOT_APPLICABLE.value, LeafState.NO_CASE.value)


def lost_sections(data: SelfScores) -> Iterator[Section]:
    """By field; a field without loss is left out."""
    for field in (node for node in data.nodes if node.parent_id is None):
        inside = [row for row in data.rows if (row.criterion.section_id or row.criterion_id) == field.pk]
        short = [row for row in inside if is_short(row)]
        if short:
            yield Section(field.title, tuple(lost_line(row) for row in short), key=f"lost.{field.code}")


def lost_line(row: Score) -> Bullet:
    leaf = row.criterion
    if leaf.counts_as == CountsAs.PENALTY.value:
        given = f"tự trừ {points(row.self_points or ZERO)} điểm"
    elif row.self_points is None:
        given = "chưa tự chấm"
    else:
        given = f"tự chấm {of_maximum(row.self_points, leaf.max_points)} điểm"
    why = sentence(row.note)
    reason = f" Lý do: {why}" if why else ""
    return Bullet((Span(f"Tiêu chí {leaf.code} “{leaf.title}”: {given}.{reason}"),))


def explained(data: SelfScores) -> tuple[Section, ...]:
    """Rows said not to apply, without cases, without the evidence they need, and those argued after appraisal."""
    groups = (
        ("Tiêu chí đề nghị không áp dụng", "claims", [(row, row.reason) for row in claims(data)]),
        (
            "Tiêu chí không phát sinh",
            "no-case",
            [(row, row.note) for row in data.rows if row.state == LeafState.NO_CASE.value],
        ),
        (
            "Tiêu chí chưa có tài liệu kiểm chứng",
            "no-evidence",
            [(row, row.why_no_evidence) for row in data.rows if row.why_no_evidence and not row.evidence.all()],
        ),
        ("Ý kiến của đơn vị đối với kết quả thẩm định", "explanations", explanations(data)),
    )
    return tuple(
        Section(title, tuple(explained_line(row, why) for row, why in rows), key=f"explained.{key}")
        for title, key, rows in groups
        if rows
    )


def claims(data: SelfScores) -> list[Score]:
    return [row for row in data.rows if row.state == LeafState.NOT_APPLICABLE.value]


def explanations(data: SelfScores) -> list[tuple[Score, str]]:
    said = ((row, getattr(row, "explanation", None)) for row in data.rows)
    return [(row, found.text) for row, found in said if found is not None and found.text]


def explained_line(row: Score, why: str) -> Bullet:
    text = f"Tiêu chí {row.criterion.code} “{row.criterion.title}”"
    return Bullet((Span(f"{text}: {sentence(why)}" if why.strip() else f"{text}."),))


def proposals(data: SelfScores) -> Iterator[str]:
    """What the sheet itself asks for: that claims are granted."""
    codes = ", ".join(row.criterion.code for row in claims(data))
    if codes:
        to = committee(data.sheet.campaign.owner)
        yield f"Đề nghị {to} xem xét không áp dụng các tiêu chí {codes} đối với {in_text(data.sheet.unit)}."


def rows_table(data: SelfScores) -> Table:
    return Table(
        caption="",
        columns=(
            Column("Mã", 8),
            Column("Tiêu chí", 38, numeric=False),
            Column("Điểm tối đa", 9),
            Column("Tự chấm", 11),
            Column("Số tài liệu kiểm chứng", 10),
            Column("Lý do, giải trình", 24, numeric=False),
        ),
        rows=tuple(
            row_of(node, data.scores.get(node.pk), data.sheet.campaign.criteria_set) for node in data.nodes
        ),
        strong=frozenset(place for place, node in enumerate(data.nodes) if node.pk not in data.scores),
    )


def row_of(node: Criterion, score: Score | None, criteria_set: CriteriaSet) -> tuple[str, ...]:
    head = (node.code, node.title, points(node.max_points))
    if score is None:
        return *head, "", "", ""
    if node.method in IMPORTED:
        return *head, "", "", "Chấm qua điều tra xã hội học."
    said = dict.fromkeys(sentence(text) for text in (score.note, score.reason, score.why_no_evidence) if text)
    papers = len(score.evidence.all())
    return *head, own_words(score), str(papers or ""), " ".join(said)
