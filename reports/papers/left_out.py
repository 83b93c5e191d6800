"""What does not apply to the unit of a paper, and by whose decision."""

from __future__ import annotations

from decimal import Decimal

from reports.documents import Block, Column, Table
from reports.papers.frames import paragraph
from reports.papers.wording import count, day, in_text, points, sentence
from scoring.applicability import LeftOut
from units.models import Unit


def left_out_blocks(unit: Unit, left_out: tuple[LeftOut, ...]) -> tuple[Block, ...]:
    """What does not apply to the unit, and by whose decision; nothing where everything applies."""
    if not left_out:
        return ()
    total = sum((each.points for each in left_out), Decimal(0))
    text = (
        f"Có {count(len(left_out))} tiêu chí không áp dụng đối với {in_text(unit)}, tương ứng "
        f"{points(total)} điểm tối đa, được loại khỏi cả điểm đạt được và điểm tối đa khi tính chỉ số:"
    )
    return paragraph(text, leads=True), left_out_table(left_out, total)


def left_out_table(left_out: tuple[LeftOut, ...], total: Decimal) -> Table:
    return Table(
        caption="Bảng. Tiêu chí không áp dụng",
        columns=(
            Column("TT", 6),
            Column("Tiêu chí", 32, numeric=False),
            Column("Điểm tối đa", 11),
            Column("Lý do", 28, numeric=False),
            Column("Chấp thuận", 23, numeric=False),
        ),
        rows=tuple(
            (str(place), f"{each.code}. {each.title}", points(each.points), sentence(each.reason), approval(each))
            for place, each in enumerate(left_out, start=1)
        ),
        total=("", "Tổng cộng", points(total), "", ""),
        name="left-out",
    )


def approval(each: LeftOut) -> str:
    """Who decided: whoever approved the exclusion, or the appraiser who granted the unit's claim."""
    if each.granted_on is None:
        return each.approved_by
    return f"Thẩm định chấp thuận đề nghị của đơn vị: {each.granted_by}, {day(each.granted_on)}"
