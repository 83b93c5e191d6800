"""The minutes of the council that decides on contested rows: what the data knows, and room for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Exists, OuterRef, Q

from reports.basis import Basis
from reports.documents import Annex, Bullet, Column, Document, Section, Signature, Span, Table
from reports.papers.campaign_state import must_have_rounds
from reports.papers.frames import Text, framed
from reports.papers.grounds import OPEN, OPEN_DAY, set_bases
from reports.papers.score_sheet import NO_CASE, NOT_APPLICABLE
from reports.papers.wording import INDEX, all_of, committee, count, day, points, sentence
from scoring.models import (
    DECIDED,
    NOT_SUBMITTED,
    Appraisal,
    Campaign,
    GradeDecision,
    GradeDecisionKind,
    Round,
    Score,
)
from scoring.rules import LeafState
from scoring.settling import in_order
from units.models import Unit

PLACE = f"Hồi {OPEN} giờ {OPEN} phút, {OPEN_DAY}, tại {OPEN}"
PEOPLE = f"""- Chủ trì: {OPEN}, chức vụ: {OPEN}
- Thư ký: {OPEN}, chức vụ: {OPEN}
- Thành viên dự họp: {OPEN}
- Vắng mặt: {OPEN}, lý do: {OPEN}"""
AGREED = "Sau khi thảo luận, Hội đồng thống nhất:"
ON_ROWS = f"- Kết luận đối với từng tiêu chí nêu tại Phụ lục: {OPEN}"
ON_ALL = f"- Kết quả thẩm định: {OPEN}"
RESERVED = f"- Ý kiến bảo lưu (nếu có): {OPEN}"
CLOSING = (
    f"Cuộc họp kết thúc vào hồi {OPEN} giờ {OPEN} phút cùng ngày; biên bản đã được đọc cho các thành viên dự họp "
    "cùng nghe và thống nhất thông qua"
)


@dataclass(frozen=True, slots=True)
class Contested:
    """A row whose unit and appraisers differ. Shapes: `first`, `second`, `council` are None without that round."""

    unit: Unit
    score: Score
    first: Appraisal | None
    second: Appraisal | None
    council: Appraisal | None

    @property
    def explanation(self) -> str:
        found = getattr(self.score, "explanation", None)
        return found.text.strip() if found else ""

    @property
    def reply(self) -> str:
        found = getattr(self.score, "explanation", None)
        return found.reply.strip() if found else ""

    @property
    def reason(self) -> str:
        """What the appraisers said, the last word last; each once."""
        rounds = [each for each in (self.first, self.second, self.council) if each]
        return " ".join(dict.fromkeys(sentence(each.reason) for each in rounds if each.reason))


def council_minutes_of(basis: Basis) -> Document:
    """Raises: NoPaper."""
    campaign = basis.of_campaign
    must_have_rounds(campaign)
    units = list(Unit.objects.filter(results__campaign=campaign).order_by("code"))
    rows = read_contested(campaign)
    subject = f"{INDEX} năm {campaign.year} của {all_of(units)}"
    title = "CÁC TIÊU CHÍ CÓ KẾT QUẢ TỰ CHẤM VÀ THẨM ĐỊNH KHÁC NHAU"
    annex = Annex(title, (contested_table(rows),), landscape=True, key="contested")
    text = Text(
        type_name="BIÊN BẢN",
        abbreviation="BB",
        abstract=f"Họp Hội đồng thẩm định kết quả {subject}",
        bases=set_bases(campaign.criteria_set),
        opening=(),
        sections=(
            Section("THỜI GIAN, ĐỊA ĐIỂM", key="place", text=PLACE),
            Section("THÀNH PHẦN", key="people", text=PEOPLE),
            Section("NỘI DUNG", key="content", sections=tuple(contents(campaign, rows))),
            Section("KẾT LUẬN CỦA HỘI ĐỒNG", key="decision", text=decision_text(rows)),
        ),
        closing=CLOSING,
        annexes=(annex,) if rows else (),
        signing=("CHỦ TỊCH HỘI ĐỒNG",),
        countersignature=Signature(("THƯ KÝ",)),
        recipients=("Thành viên Hội đồng", "Lưu: VT"),
        keywords=("cải cách hành chính", "hội đồng thẩm định", str(campaign.year), campaign.code),
    )
    return framed(campaign.office, text)


def decision_text(rows: list[Contested]) -> str:
    """Without contested rows there is no annex to speak of."""
    return "\n".join((AGREED, ON_ROWS if rows else ON_ALL, RESERVED))


def read_contested(campaign: Campaign) -> list[Contested]:
    """Rows of submitted sheets to which an appraisal gave something else than their units did, by unit, in the
    order of the set (two queries)."""
    submitted = (
        Score.objects.for_people().filter(sheet__campaign=campaign).exclude(sheet__status__in=NOT_SUBMITTED)
    )
    rounds = Appraisal.objects.filter(score=OuterRef("pk"))
    same = Q(points=OuterRef("self_points"), state=OuterRef("state"))
    agreed = Q(self_points__isnull=False) & ~Exists(rounds.exclude(points=None).exclude(same))
    rows = (
        submitted.filter(Exists(rounds))
        .exclude(agreed & ~Exists(rounds.filter(points=None)))
        .select_related("sheet__unit", "criterion", "explanation")
        .prefetch_related("appraisals")
        .order_by("sheet__unit__code", "criterion__position")
    )
    return [found for found in map(contested, rows) if is_contested(found)]


def contested(score: Score) -> Contested:
    rounds = {each.round: each for each in in_order(score.appraisals.all())}
    council = rounds.get(Round.AMENDMENT) or rounds.get(Round.COUNCIL)
    return Contested(score.sheet.unit, score, rounds.get(Round.FIRST), rounds.get(Round.SECOND), council)


def is_contested(row: Contested) -> bool:
    """Whether any round gave something else, or left it in another state: what agreed from the start is none."""
    own = (row.score.state, row.score.self_points)
    return any(differs(own, each) for each in (row.first, row.second, row.council) if each)


def differs(own: tuple[str, object], appraisal: Appraisal) -> bool:
    if appraisal.pending:
        return False
    if appraisal.state == LeafState.ANSWERED.value:
        return own[1] != appraisal.points
    return own[0] != appraisal.state


def contents(campaign: Campaign, rows: list[Contested]) -> Iterator[Section]:
    yield Section("Tình hình tự chấm điểm và thẩm định", key="content.state", text=state_text(campaign))
    if rows:
        said = sum(bool(row.explanation) for row in rows)
        among = f", trong đó {count(said)} lượt tiêu chí được đơn vị giải trình" if said else ""
        units = len({row.unit.pk for row in rows})
        text = (
            f"Có {count(len(rows))} lượt tiêu chí của {count(units)} đơn vị có kết quả thẩm định khác với tự "
            f"chấm{among} (chi tiết tại Phụ lục)."
        )
        table = (units_table(rows),)
        yield Section(
            "Tiêu chí có kết quả tự chấm và thẩm định khác nhau", table, key="content.contested", text=text
        )
    grades = tuple(grade_lines(campaign))
    if grades:
        yield Section("Quyết định của Hội đồng về xếp loại", grades, key="content.grades")
    yield Section("Ý kiến thảo luận", key="content.talk", text=f"- {OPEN}")


def state_text(campaign: Campaign) -> str:
    """How many units have submitted, and of how many the appraisal is finished (one query)."""
    states = list(campaign.sheets.values_list("status", flat=True))
    submitted = sum(each not in NOT_SUBMITTED for each in states)
    decided = sum(each in DECIDED for each in states)
    return (
        f"Có {count(submitted)}/{count(len(states))} đơn vị đã nộp phiếu tự chấm điểm; đã thẩm định xong "
        f"{count(decided)}/{count(submitted)} phiếu."
    )


def grade_lines(campaign: Campaign) -> Iterator[Bullet]:
    """Grades that the council decided itself, with the reason (one query)."""
    found = GradeDecision.objects.filter(result__campaign=campaign, kind=GradeDecisionKind.COUNCIL)
    for each in found.select_related("result__unit", "grade").order_by("result__unit__code"):
        text = (
            f"{committee(each.result.unit, short=True)}: xếp loại {each.grade.name} (ngày {day(each.decided_on)}; "
            f"căn cứ: {each.legal_basis}). Lý do: {sentence(each.reason)}"
        )
        yield Bullet((Span(text),))


def units_table(rows: Iterable[Contested]) -> Table:
    lines = []
    for place, (_pk, group) in enumerate(groupby(rows, key=lambda row: row.unit.pk), start=1):
        inside = list(group)
        said, again = sum(bool(row.explanation) for row in inside), sum(row.second is not None for row in inside)
        name = committee(inside[0].unit, short=True)
        lines.append((str(place), name, str(len(inside)), str(said), str(again)))
    return Table(
        caption="Bảng. Số tiêu chí có kết quả khác nhau theo đơn vị",
        columns=(
            Column("TT", 7),
            Column("Đơn vị", 42, numeric=False),
            Column("Số tiêu chí", 16),
            Column("Có giải trình", 17),
            Column("Thẩm định lần hai", 18),
        ),
        rows=tuple(lines),
        name="units",
    )


def contested_table(rows: Iterable[Contested]) -> Table:
    """By unit; what the council decides is filled in where it was recorded, and left open where it was not."""
    lines: list[tuple[str, ...]] = []
    strong = set()
    for _pk, group in groupby(rows, key=lambda row: row.unit.pk):
        inside = list(group)
        strong.add(len(lines))
        lines.append(("", committee(inside[0].unit, short=True), *[""] * 7))
        lines += [row_of(row) for row in inside]
    return Table(
        caption="",
        columns=(
            Column("Mã", 7),
            Column("Tiêu chí", 20, numeric=False),
            Column("Điểm tối đa", 7),
            Column("Tự chấm", 8),
            Column("Thẩm định lần một", 8),
            Column("Thẩm định lần hai", 8),
            Column("Ý kiến thẩm định", 16, numeric=False),
            Column("Giải trình của đơn vị", 16, numeric=False),
            Column("Kết luận của Hội đồng", 10),
        ),
        rows=tuple(lines),
        strong=frozenset(strong),
        name="contested",
    )


def row_of(row: Contested) -> tuple[str, ...]:
    leaf = row.score.criterion
    opinion = [row.reason, f"Trả lời giải trình: {sentence(row.reply)}" if row.reply else ""]
    return (
        leaf.code,
        leaf.title,
        points(leaf.max_points),
        worth(row.score.state, row.score),
        given(row.first),
        given(row.second),
        " ".join(filter(None, opinion)),
        sentence(row.explanation),
        given(row.council),
    )


def worth(state: str, said: Score | Appraisal) -> str:
    """What a side gave: points, or the state in which it left the row."""
    if state == LeafState.NOT_APPLICABLE.value:
        return NOT_APPLICABLE
    value = said.self_points if isinstance(said, Score) else said.points
    if state == LeafState.NO_CASE.value and not value:
        return NO_CASE
    return "" if value is None else points(value)


def given(appraisal: Appraisal | None) -> str:
    return "" if appraisal is None else worth(appraisal.state, appraisal)
