"""The report on the progress of a campaign: who has submitted, what was appraised, what is overdue. No points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import timezone

from reports.basis import Basis
from reports.documents import Bullet, Column, Document, Section, Span, Table
from reports.papers.campaign_state import (
    AgencyState,
    CampaignState,
    Extension,
    UnitState,
    read_extensions,
    read_state,
)
from reports.papers.frames import Text, framed, paragraphs
from reports.papers.grounds import set_bases
from reports.papers.wording import INDEX, all_of, committee, count, day, moment, number, rate, sentence, until
from scoring.models import Campaign, SheetStatus

STATES = {
    SheetStatus.DRAFT: "đang tự chấm",
    SheetStatus.AWAITING_LEADER: "chờ lãnh đạo duyệt",
    SheetStatus.SUBMITTED: "đã nộp",
    SheetStatus.UNDER_APPRAISAL: "đang thẩm định",
    SheetStatus.EXPLAINING: "đang giải trình",
    SheetStatus.SECOND_APPRAISAL: "thẩm định lần hai",
    SheetStatus.APPRAISED: "đã thẩm định",
    SheetStatus.PUBLISHED: "đã công bố",
}
NOBODY = "Chưa giao cơ quan thẩm định"


def progress_of(basis: Basis) -> Document:
    """As it stands now, by the clock of the campaign.

    Raises: NoPaper.
    """
    state = read_state(basis.of_campaign)
    campaign = state.campaign
    subject = f"{INDEX} năm {campaign.year} của {all_of(each.unit for each in state.units)}"
    text = Text(
        type_name="BÁO CÁO",
        abbreviation="BC",
        abstract=f"Tiến độ đánh giá, chấm điểm {subject}",
        bases=set_bases(campaign.criteria_set),
        opening=(f"{committee(campaign.office)} báo cáo tiến độ đánh giá, chấm điểm {subject} như sau:",),
        sections=tuple(sections(state)),
        closing=f"Trên đây là báo cáo tiến độ đánh giá, chấm điểm {subject}",
        keywords=("cải cách hành chính", "tiến độ", str(campaign.year), campaign.code),
    )
    return framed(campaign.office, text)


def sections(state: CampaignState) -> Iterator[Section]:
    """Parts without content stay: a draft may have its own text there."""
    extensions = read_extensions(state.units)
    yield Section("TÌNH HÌNH CHUNG", (*paragraphs(summary(state)), *deadlines(state.campaign)), key="summary")
    yield Section("TIẾN ĐỘ TỰ CHẤM ĐIỂM CỦA CÁC ĐƠN VỊ", (units_table(state.units),), key="units")
    if state.agencies:
        yield Section("TIẾN ĐỘ THẨM ĐỊNH CỦA CÁC CƠ QUAN", (agencies_table(state.agencies),), key="agencies")
    if extensions:
        yield Section("THỜI HẠN RIÊNG", (extensions_table(extensions),), key="extensions")
    late = tuple(overdue(state))
    if late:
        yield Section("NỘI DUNG QUÁ HẠN", late, key="overdue")
    yield Section("ĐỀ NGHỊ", key="proposals", text="\n".join(proposals(state)))


def summary(state: CampaignState) -> Iterator[str]:
    """The time of the figures stands with them: the opening of a draft stays as it was when it was begun."""
    yield f"Số liệu tính đến {moment(state.now)}."
    submitted = [each for each in state.units if each.is_submitted]
    late = sum(each.days_late > 0 for each in submitted)
    # Days are counted from the common deadline; who was given more time is not late without a word.
    than = " so với thời hạn chung" if any(each.days_late > 0 and each.sheet.due_at for each in submitted) else ""
    text = f"Có {count(len(submitted))}/{count(len(state.units))} đơn vị đã nộp phiếu tự chấm điểm"
    if late and late == len(submitted):
        text += f", đều trễ hạn{than}"
    elif late:
        text += f" (đúng hạn {count(len(submitted) - late)} đơn vị, trễ hạn {count(late)} đơn vị{than})"
    elif submitted and state.campaign.self_score_due_at:
        text += ", đều đúng hạn"
    yield f"{text}."
    waiting = [each for each in state.units if not each.is_submitted]
    if waiting:
        numbers = (
            ("đơn vị chưa chấm", sum(not each.is_begun for each in waiting)),
            ("đơn vị quá hạn", sum(each.is_overdue for each in waiting)),
        )
        among = ", ".join(f"{count(some)} {what}" for what, some in numbers if some)
        yield f"Còn {count(len(waiting))} đơn vị chưa nộp{f', trong đó {among}' if among else ''}."
    assigned, left = sum(each.assigned for each in state.agencies), sum(each.left for each in state.agencies)
    if assigned:
        yield (
            f"Các cơ quan đã thẩm định {count(assigned - left)}/{count(assigned)} lượt tiêu chí của các phiếu đã "
            "nộp."
        )


def deadlines(campaign: Campaign) -> Iterator[Bullet]:
    named = (
        ("Thời hạn tự chấm điểm", campaign.self_score_due_at),
        ("Thời hạn thẩm định lần một", campaign.appraisal_due_at),
        ("Thời hạn giải trình", campaign.explanation_due_at),
        ("Thời hạn thẩm định lần hai", campaign.second_appraisal_due_at),
    )
    for name, due_at in named:
        if due_at:
            yield Bullet((Span(f"{name}: {until(due_at)}."),))


def state_words(each: UnitState) -> str:
    if each.sheet.status == SheetStatus.DRAFT and each.sheet.return_reason:
        return "bị trả lại"
    if not each.is_begun:
        return "chưa chấm"
    return STATES[SheetStatus(each.sheet.status)]


def units_table(units: Iterable[UnitState]) -> Table:
    return Table(
        caption="Bảng. Tiến độ của từng đơn vị",
        columns=(
            Column("TT", 6),
            Column("Đơn vị", 24, numeric=False),
            Column("Tình trạng", 15, numeric=False),
            Column("Tiêu chí đã chấm", 13),
            Column("Thiếu tài liệu kiểm chứng", 13),
            Column("Thời điểm nộp", 16),
            Column("Số ngày trễ hạn", 13),
        ),
        rows=tuple(
            (
                str(place),
                committee(each.unit, short=True),
                state_words(each),
                f"{each.counts.answered}/{each.counts.leaves}",
                str(each.counts.without_evidence),
                submitted_words(each),
                str(each.days_late or ""),
            )
            for place, each in enumerate(units, start=1)
        ),
        note="Số ngày trễ hạn tính từ thời hạn tự chấm điểm chung, kể cả đối với đơn vị được gia hạn.",
        name="units",
    )


def submitted_words(each: UnitState) -> str:
    if not each.is_submitted or each.sheet.submitted_at is None:
        return ""
    local = timezone.localtime(each.sheet.submitted_at)
    return f"{day(local.date())} {local:%H:%M}"


def agencies_table(agencies: tuple[AgencyState, ...]) -> Table:
    """Agencies with their share of the rows; every row stands once, so that the total is their sum."""
    assigned, left = sum(each.assigned for each in agencies), sum(each.left for each in agencies)
    return Table(
        caption="Bảng. Tiến độ thẩm định",
        columns=(
            Column("TT", 6),
            Column("Cơ quan thẩm định", 33, numeric=False),
            Column("Số phiếu", 10),
            Column("Tiêu chí được giao", 13),
            Column("Đã thẩm định", 12),
            Column("Tỷ lệ", 12),
            Column("Giải trình chưa trả lời", 14),
        ),
        rows=tuple(
            (
                str(place),
                agency_name(each),
                str(each.sheets),
                number(each.assigned),
                number(each.done),
                rate(each.done, each.assigned),
                number(each.unanswered),
            )
            for place, each in enumerate(agencies, start=1)
        ),
        total=(
            "",
            "Tổng cộng",
            "",
            number(assigned),
            number(assigned - left),
            rate(assigned - left, assigned),
            number(sum(each.unanswered for each in agencies)),
        ),
        note="Chỉ tính các tiêu chí của những phiếu đã nộp.",
        name="agencies",
    )


def agency_name(each: AgencyState) -> str:
    return committee(each.agency, short=True) if each.agency else NOBODY


def extensions_table(extensions: Iterable[Extension]) -> Table:
    return Table(
        caption="Bảng. Thời hạn riêng của các đơn vị",
        columns=(
            Column("TT", 6),
            Column("Đơn vị", 27, numeric=False),
            Column("Nội dung", 15, numeric=False),
            Column("Thời hạn mới", 20),
            Column("Lý do", 32, numeric=False),
        ),
        rows=tuple(
            (
                str(place),
                committee(each.unit, short=True),
                "giải trình" if each.is_of_explanation else "tự chấm điểm",
                until(each.until),
                sentence(each.reason),
            )
            for place, each in enumerate(extensions, start=1)
        ),
        name="extensions",
    )


def overdue(state: CampaignState) -> Iterator[Bullet]:
    for each in state.units:
        if each.is_overdue and each.due_at:
            yield Bullet((Span(f"{committee(each.unit, short=True)}: {awaited_words(each)}; {was_due(each)}."),))
    for agency in state.agencies:
        if agency.is_overdue and agency.due_at:
            yield Bullet((Span(f"{agency_name(agency)}: {left_words(agency)}; {was_due(agency)}."),))


def was_due(each: UnitState | AgencyState) -> str:
    return f"thời hạn: {until(each.due_at)}" if each.due_at else ""


def awaited_words(each: UnitState) -> str:
    """What a unit has still to do: in the middle of a sentence."""
    counts = each.counts
    if each.sheet.status == SheetStatus.EXPLAINING:
        return "chưa gửi giải trình kết quả thẩm định"
    if each.sheet.status == SheetStatus.AWAITING_LEADER:
        return "phiếu tự chấm điểm chờ lãnh đạo duyệt, chưa nộp"
    text = "chưa nộp phiếu tự chấm điểm"
    if counts.answered < counts.leaves:
        text += f", còn {count(counts.leaves - counts.answered)}/{count(counts.leaves)} tiêu chí chưa chấm"
    if counts.without_evidence:
        text += f", {count(counts.without_evidence)} tiêu chí thiếu tài liệu kiểm chứng"
    return text


def left_words(each: AgencyState) -> str:
    parts = []
    if each.left:
        parts.append(f"còn {count(each.left)}/{count(each.assigned)} tiêu chí chưa thẩm định")
    if each.unanswered:
        parts.append(f"{count(each.unanswered)} giải trình chưa trả lời")
    return ", ".join(parts)


def proposals(state: CampaignState) -> Iterator[str]:
    """Asked of whom something is awaited; nothing once all is done."""
    if not state.is_open:
        return
    if any(each.is_awaited for each in state.units):
        yield (
            "- Đề nghị các đơn vị chưa nộp phiếu tự chấm điểm hoặc chưa gửi giải trình khẩn trương hoàn thành, "
            "cập nhật đầy đủ tài liệu kiểm chứng."
        )
    if any(each.is_awaited for each in state.agencies):
        yield "- Đề nghị các cơ quan được giao thẩm định hoàn thành các tiêu chí còn lại theo thời hạn."
