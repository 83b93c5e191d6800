"""Lost points of a unit put together: by criterion, by who answers for them, and where nothing was earned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from reports.documents import Column, Section, Table
from reports.papers.charts import by_size, losses_chart, named, parties_chart
from reports.papers.data import LostPoints
from reports.papers.frames import paragraph
from reports.papers.wording import count, points, sentence
from scoring.lost import Answering, PartyLoss, by_party

ZERO = Decimal(0)


def sections(losses: Sequence[LostPoints], counted: Decimal) -> tuple[Section, ...]:
    """All of it, behind the fields; nothing where nothing was lost. `counted` is what the result says was lost."""
    if not losses:
        return ()
    found = (largest(losses, counted), parties(losses), zeros(losses))
    return tuple(section for section in found if section is not None)


def largest(losses: Sequence[LostPoints], counted: Decimal) -> Section:
    text = "Các tiêu chí bị mất điểm, xếp theo số điểm bị mất từ nhiều đến ít:"
    return Section(
        "Tổng hợp điểm bị mất theo tiêu chí",
        (paragraph(text, leads=True), losses_table(losses, counted), *losses_chart(losses)),
        key="own.losses",
    )


def losses_table(losses: Sequence[LostPoints], counted: Decimal) -> Table:
    base = [each for each in losses if not each.is_penalty]
    rows = tuple(
        (
            str(place),
            f"{each.code}. {each.title}",
            "" if each.is_penalty else points(each.maximum),
            "" if each.is_penalty else points(each.earned),
            points(each.lost),
        )
        for place, each in enumerate(by_size(losses), start=1)
    )
    return Table(
        caption="Bảng. Điểm bị mất theo tiêu chí",
        columns=(
            Column("TT", 7),
            Column("Tiêu chí", 51, numeric=False),
            Column("Điểm tối đa", 14),
            Column("Điểm đạt được", 14),
            Column("Điểm bị mất", 14),
        ),
        rows=rows,
        total=(
            "",
            "Tổng cộng",
            points(sum((each.maximum for each in base), ZERO)),
            points(sum((each.earned for each in base), ZERO)),
            points(total(losses)),
        ),
        note=" ".join(losses_notes(losses, counted)),
        name="losses",
    )


def losses_notes(losses: Sequence[LostPoints], counted: Decimal) -> Iterator[str]:
    if any(each.is_penalty for each in losses):
        yield "Dòng không có điểm tối đa là điểm trừ."
    if total(losses) != counted:
        yield (
            f"Kết quả của đơn vị tính {points(counted)} điểm bị mất theo mức trừ tối đa và cách làm tròn của bộ "
            "tiêu chí."
        )


def parties(losses: Sequence[LostPoints]) -> Section:
    """Who answers for how much; what several share is explained."""
    found = by_party((each.lost, answering(each)) for each in losses)
    known = [each for each in found if each.name]
    text = f"Có {count(len(known))} cơ quan, đơn vị chịu trách nhiệm về {points(total(losses))} điểm bị mất"
    if not known:
        text = f"Chưa xác định cơ quan, đơn vị chịu trách nhiệm về {points(total(losses))} điểm bị mất"
    return Section(
        "Tổng hợp điểm bị mất theo cơ quan, đơn vị chịu trách nhiệm",
        (paragraph(f"{text}:", leads=True), parties_table(losses, found), *parties_chart(found)),
        key="own.parties",
    )


def answering(loss: LostPoints) -> tuple[Answering, ...]:
    return tuple(party for party, _role in loss.responsible)


def parties_table(losses: Sequence[LostPoints], found: Sequence[PartyLoss]) -> Table:
    """In the rows each party's whole part, in the last line every loss once."""
    shared = sum((each.lost for each in losses if len(set(answering(each))) > 1), ZERO)
    rows = tuple(
        (
            str(place),
            named(each),
            str(each.count),
            points(each.sole),
            points(each.shared),
            points(each.total),
        )
        for place, each in enumerate(found, start=1)
    )
    return Table(
        caption="Bảng. Điểm bị mất theo cơ quan, đơn vị chịu trách nhiệm",
        columns=(
            Column("TT", 7),
            Column("Cơ quan, đơn vị", 41, numeric=False),
            Column("Số tiêu chí", 12),
            Column("Trách nhiệm riêng (điểm)", 14),
            Column("Trách nhiệm chung (điểm)", 14),
            Column("Cộng (điểm)", 12),
        ),
        rows=rows,
        total=(
            "",
            "Tổng cộng",
            str(len(losses)),
            points(total(losses) - shared),
            points(shared),
            points(total(losses)),
        ),
        note=shared_note(shared),
        name="parties",
    )


def shared_note(shared: Decimal) -> str:
    if not shared:
        return ""
    return (
        "Điểm thuộc trách nhiệm chung (kể cả trách nhiệm theo dõi, đôn đốc) được ghi đủ cho từng cơ quan, đơn vị "
        "liên quan nên cộng các dòng lớn hơn tổng số điểm bị mất; dòng tổng cộng chỉ tính mỗi tiêu chí một lần."
    )


def zeros(losses: Sequence[LostPoints]) -> Section | None:
    """The leaves that applied and earned nothing; none of them, no section."""
    found = [each for each in losses if not each.is_penalty and not each.earned]
    if not found:
        return None
    lost = points(sum((each.maximum for each in found), ZERO))
    text = f"Có {count(len(found))} tiêu chí áp dụng nhưng không đạt điểm (0 điểm), tương ứng {lost} điểm tối đa:"
    return Section(
        "Các tiêu chí không đạt điểm", (paragraph(text, leads=True), zeros_table(found)), key="own.zeros"
    )


def zeros_table(found: Sequence[LostPoints]) -> Table:
    return Table(
        caption="Bảng. Các tiêu chí không đạt điểm",
        columns=(
            Column("TT", 7),
            Column("Tiêu chí", 43, numeric=False),
            Column("Điểm tối đa", 12),
            Column("Nguyên nhân", 38, numeric=False),
        ),
        rows=tuple(
            (
                str(place),
                f"{each.code}. {each.title}" + ("" if each.is_answered else " (*)"),
                points(each.maximum),
                sentence(each.cause),
            )
            for place, each in enumerate(found, start=1)
        ),
        total=("", "Tổng cộng", points(sum((each.maximum for each in found), ZERO)), ""),
        note="" if all(each.is_answered for each in found) else "(*) Không được chấm điểm nên tính 0 điểm.",
        name="zeros",
    )


def total(losses: Sequence[LostPoints]) -> Decimal:
    return sum((each.lost for each in losses), ZERO)
