"""The letter (công văn) that reminds units and agencies of what they have not done in a campaign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from reports.basis import Basis, NoPaper
from reports.documents import Annex, Block, Column, Document, Section, Table
from reports.papers.campaign_state import AgencyState, CampaignState, UnitState, read_state
from reports.papers.frames import Text, framed
from reports.papers.grounds import OPEN_DAY, bodies
from reports.papers.progress_paper import awaited_words, left_words
from reports.papers.wording import INDEX, all_of, committee, count, day, sentence, until
from scoring.models import Campaign, SheetStatus
from units.models import Unit, UnitType

# More addressees than these are named in a list behind the letter.
ADDRESSEES = 10
AGENCIES = "Các cơ quan được giao thẩm định"


def reminder_of(basis: Basis) -> Document:
    """What is awaited now, by the clock of the campaign.

    Raises: NoPaper where nothing is.
    """
    state = read_state(basis.of_campaign)
    units = [each for each in state.units if each.is_awaited] if state.is_open else []
    agencies = [each for each in state.agencies if each.is_awaited and each.agency] if state.is_open else []
    if not units and not agencies:
        text = _("Nothing is awaited from anybody in the campaign %(campaign)s.")
        raise NoPaper(text % {"campaign": state.campaign.code})
    return reminder_letter(state, units, agencies)


def reminder_letter(state: CampaignState, units: list[UnitState], agencies: list[AgencyState]) -> Document:
    campaign, office = state.campaign, state.campaign.office
    listed = len(units) + len(agencies) > ADDRESSEES
    tables = tuple(awaited_tables(units, agencies))
    text = Text(
        type_name="",
        abbreviation="",
        abstract=f"{capfirst(matter(units, agencies))} {INDEX} năm {campaign.year}",
        addressees=addressees(units, agencies, listed=listed),
        opening=(opening(campaign),),
        sections=tuple(parts(state, units, agencies, () if listed else tables)),
        closing=ending(office),
        annexes=(Annex("DANH SÁCH CƠ QUAN, ĐƠN VỊ CHƯA HOÀN THÀNH", tables, key="awaited"),) if listed else (),
        recipients=("Như trên", "Lưu: VT"),
        keywords=("cải cách hành chính", "đôn đốc", str(campaign.year), campaign.code),
    )
    letter = framed(office, text)
    if office.type == UnitType.AGENCY:
        return letter
    # The drafting unit or field stands behind the body: that of internal affairs until somebody says otherwise.
    return replace(letter, head=replace(letter.head, symbol=f"{letter.head.symbol}-NC"))


def ending(office: Unit) -> str:
    return f"Đề nghị các cơ quan, đơn vị quan tâm, thực hiện; nếu có vướng mắc, phản ánh về {committee(office)}"


def matter(units: Sequence[UnitState], agencies: Sequence[AgencyState]) -> str:
    parts = ["tự chấm điểm"] if any(not each.is_submitted for each in units) else []
    parts += ["giải trình"] if any(each.sheet.status == SheetStatus.EXPLAINING for each in units) else []
    parts += ["thẩm định"] if agencies else []
    return f"đôn đốc {', '.join(parts)}"


def addressees(units: Sequence[UnitState], agencies: Sequence[AgencyState], *, listed: bool) -> tuple[str, ...]:
    if listed:
        kinds = all_of(each.unit for each in units)
        named = [capfirst(bodies(kinds))] if units else []
        named += [AGENCIES] if agencies else []
        return tuple(f"{name} (danh sách tại Phụ lục kèm theo)" for name in named)
    return (
        *(committee(each.unit) for each in units),
        *(committee(each.agency) for each in agencies if each.agency),
    )


def opening(campaign: Campaign) -> str:
    """Without figures: the opening of a draft stays as it was when it was begun."""
    subject = f"{INDEX} năm {campaign.year}"
    return f"Để bảo đảm tiến độ đánh giá, chấm điểm {subject}, {committee(campaign.office)} đề nghị:"


def so_far(state: CampaignState, units: Sequence[UnitState]) -> str:
    """How many have submitted by now, and how many owe something that is overdue."""
    submitted = sum(each.is_submitted for each in state.units)
    text = (
        f"Đến ngày {day(localdate(state.now))}, có {count(submitted)}/{count(len(state.units))} đơn vị đã nộp "
        "phiếu tự chấm điểm"
    )
    late = sum(each.is_overdue for each in units)
    return f"{text}, {count(late)} đơn vị quá hạn." if late else f"{text}."


def parts(
    state: CampaignState, units: Sequence[UnitState], agencies: Sequence[AgencyState], tables: tuple[Block, ...]
) -> Iterator[Section]:
    """What is asked of units and of agencies. A deadline that has passed is replaced by hand."""
    of_units, of_agencies = [table for table in tables if is_of_units(table)], list(tables)[bool(units) :]
    if units:
        text = (
            f"{so_far(state, units)}\n"
            f"Các đơn vị {not_sent(units)} khẩn trương hoàn thành các nội dung còn thiếu, cập nhật đầy đủ tài "
            f"liệu kiểm chứng, gửi {committee(state.campaign.office)} {by_when(units)}."
        )
        yield Section("Đối với các đơn vị", tuple(of_units), key="units", text=text)
    if agencies:
        text = f"Các cơ quan được giao thẩm định hoàn thành các tiêu chí còn lại {by_when(agencies)}."
        yield Section("Đối với các cơ quan thẩm định", tuple(of_agencies), key="agencies", text=text)


def not_sent(units: Iterable[UnitState]) -> str:
    """What they owe: the self-score, the explanation, or both kinds."""
    submitted = {each.is_submitted for each in units}
    owed = ["chưa nộp phiếu tự chấm điểm"] if False in submitted else []
    owed += ["chưa gửi giải trình"] if True in submitted else []
    return " hoặc ".join(owed)


def is_of_units(block: Block) -> bool:
    return isinstance(block, Table) and block.name == "units"


def by_when(awaited: Iterable[UnitState | AgencyState]) -> str:
    """The deadline that all of them still have before them, or room for a new one."""
    every = list(awaited)
    days = {each.due_at for each in every}
    if len(days) == 1 and not any(each.is_overdue for each in every) and (due_at := next(iter(days))):
        return f"chậm nhất {until(due_at)}"
    return f"trước {OPEN_DAY}"


def awaited_tables(units: Sequence[UnitState], agencies: Sequence[AgencyState]) -> Iterator[Table]:
    if units:
        yield awaited_table(
            "Đơn vị", "units", [unit_row(place, each) for place, each in enumerate(units, start=1)]
        )
    if agencies:
        rows = [agency_row(place, each) for place, each in enumerate(agencies, start=1)]
        yield awaited_table("Cơ quan", "agencies", rows)


def awaited_table(whose: str, name: str, rows: Iterable[tuple[str, ...]]) -> Table:
    return Table(
        caption="",
        columns=(
            Column("TT", 7),
            Column(whose, 29, numeric=False),
            Column("Nội dung chưa hoàn thành", 38, numeric=False),
            Column("Thời hạn", 26, numeric=False),
        ),
        rows=tuple(rows),
        name=name,
    )


def unit_row(place: int, each: UnitState) -> tuple[str, ...]:
    what = sentence(awaited_words(each))
    if each.sheet.status == SheetStatus.DRAFT and each.sheet.return_reason:
        what += f" Phiếu bị trả lại: {sentence(each.sheet.return_reason)}"
    return str(place), committee(each.unit, short=True), what, due_words(each)


def agency_row(place: int, each: AgencyState) -> tuple[str, ...]:
    name = committee(each.agency, short=True) if each.agency else ""
    return str(place), name, sentence(left_words(each)), due_words(each)


def due_words(each: UnitState | AgencyState) -> str:
    if each.due_at is None:
        return "Chưa quy định"
    return capfirst(until(each.due_at)) + (" (đã quá hạn)" if each.is_overdue else "")
