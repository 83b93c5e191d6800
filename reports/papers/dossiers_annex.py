"""Form II.06a/VPCP/KSTT: state and result of dossiers, by field at the unit itself and by unit below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from indicators.figures import Said, findings_of
from indicators.form import Form, Item
from indicators.models import Indicator, ReturnStatus, Value
from indicators.rolling import Rolled
from parportal.decimals import QuantitySum
from reports.documents import Annex, Column, Table
from reports.papers.annual_data import DOSSIERS, AnnualData
from reports.papers.statistics_annex import cell_text
from reports.papers.wording import committee, day, number, share
from units.models import UnitType
from units.names import unit_key

# The numbers of a line by the code of their column.
Numbers = Mapping[str, Decimal]
LEVELS = {
    UnitType.PROVINCE: "Cấp tỉnh",
    UnitType.DISTRICT: "Cấp huyện",
    UnitType.COMMUNE: "Cấp xã",
    UnitType.AGENCY: "Cơ quan, đơn vị",
}


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of one level. Shapes: each with its name."""

    title: str
    lines: tuple[tuple[str, Numbers], ...]

    @property
    def total(self) -> Numbers:
        return summed([numbers for _name, numbers in self.lines])


def dossiers_annex(data: AnnualData) -> Annex | None:
    """What was reported of dossiers; None where nothing was. One query for the units below."""
    own, below = data.returns.get(DOSSIERS), data.sums.get(DOSSIERS)
    form = own.form if own else below.form if below else None
    table = next((item for item in form.items.values() if item.is_table), None) if form else None
    if form is None or table is None:
        return None
    groups = [group for group in (own_group(data, table), group_below(data, below, table)) if group]
    printed = [column for column in table.columns if column.printed_code.isdecimal()]
    title = "TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH TẠI CƠ QUAN, ĐƠN VỊ TRỰC TIẾP GIẢI QUYẾT"
    if not groups or len(printed) < 2:
        return None
    rows = list(rows_of(groups))
    total = summed([group.total for group in groups])
    return Annex(
        title,
        (
            Table(
                caption=caption(data),
                columns=columns_of(printed),
                rows=(
                    ("(1)", *(f"({column.printed_code})" for column in printed)),
                    *(cells(number, name, numbers, printed) for number, name, numbers, _strong in rows),
                ),
                total=cells("", "Tổng số", total, printed),
                note=" ".join((*notes(form, table, total), *missing(below))),
                strong=frozenset(place for place, row in enumerate(rows, 1) if row[3]),
                name="dossiers",
            ),
        ),
        landscape=True,
        key="dossiers",
    )


def caption(data: AnnualData) -> str:
    span, unit = data.span, data.unit
    to = committee(unit.parent) if unit.parent else "Văn phòng Chính phủ"
    return (
        f"Mẫu số II.06a/VPCP/KSTT. Đơn vị báo cáo: {committee(unit)}. Đơn vị nhận báo cáo: {to}. Kỳ báo cáo: từ "
        f"ngày {day(span.first)} đến ngày {day(span.last)}. Đơn vị tính: hồ sơ"
    )


def own_group(data: AnnualData, table: Item) -> Group | None:
    """The lines that the unit has typed, by field."""
    own = data.returns.get(DOSSIERS)
    if own is None:
        return None
    name_column = next((column for column in table.columns if not column.is_numeric), None)
    lines = []
    for (pk, line), row in sorted(own.rows.items(), key=lambda each: (len(each[0][1]), each[0][1])):
        if pk == table.pk and line:
            name = str(row.cells.get(name_column.pk, "")) if name_column else line
            lines.append((name, own.said.lines[table.pk][line]))
    return Group(LEVELS[UnitType(data.unit.type)], tuple(lines)) if lines else None


def all_below(data: AnnualData) -> Group | None:
    """The units below, where their dossiers were reported: one query."""
    below = data.sums.get(DOSSIERS)
    table = next((item for item in below.form.items.values() if item.is_table), None) if below else None
    return group_below(data, below, table) if table else None


def group_below(data: AnnualData, rolled: Rolled | None, table: Item) -> Group | None:
    """A line for each unit below whose return was accepted: one query."""
    if rolled is None:
        return None
    values = Value.objects.filter(
        entry__return_of__period=rolled.period,
        entry__return_of__status=ReturnStatus.ACCEPTED,
        entry__indicator=table.pk,
        number__isnull=False,
    ).exclude(entry__return_of__unit=data.unit)
    unit, name, type_ = (f"entry__return_of__unit{column}" for column in ("", "__name", "__type"))
    grouped = values.order_by().values("indicator__code", unit, name, type_).annotate(total=QuantitySum("number"))
    # Communes of several districts may have one name.
    lines: dict[tuple[str, int], dict[str, Decimal]] = {}
    types = set()
    for each in grouped:
        lines.setdefault((each[name], each[unit]), {})[each["indicator__code"]] = each["total"]
        types.add(each[type_])
    level = LEVELS[UnitType(types.pop())] if len(types) == 1 else "Cơ quan, đơn vị"
    ordered = sorted(lines, key=lambda key: (unit_key(key[0]), key[1]))
    return Group(level, tuple((key[0], lines[key]) for key in ordered)) if lines else None


def summed(lines: Sequence[Numbers]) -> Numbers:
    """What nobody reported has no sum."""
    total: dict[str, Decimal] = {}
    for numbers in lines:
        for code, given in numbers.items():
            total[code] = total.get(code, Decimal(0)) + given
    return total


def rows_of(groups: Sequence[Group]) -> Iterator[tuple[str, str, Numbers, bool]]:
    """Number, name, numbers, whether it heads others; levels are named where there are several."""
    for place, group in enumerate(groups):
        if len(groups) > 1:
            yield "ABCD"[place], group.title, group.total, True
        for line, (name, numbers) in enumerate(group.lines, 1):
            yield str(line), name, numbers, False


def columns_of(printed: Sequence[Indicator]) -> tuple[Column, ...]:
    """Twelve columns and their number; the name of a line takes what the numbers leave."""
    first, *rest = printed
    width = 72 // len(rest)
    name = Column(first.title, 95 - width * len(rest), numeric=False)
    return (Column("STT", 5), name, *(Column(column.title, width) for column in rest))


def cells(number: str, name: str, numbers: Numbers, printed: Sequence[Indicator]) -> tuple[str, ...]:
    return (number, name, *(cell_text(numbers.get(column.code), column) for column in printed[1:]))


def notes(form: Form, table: Item, total: Numbers) -> Iterator[str]:
    """Which relations the total row breaks, by how much, and what explains it; what the form has no column for."""
    for finding in findings_of(form, Said(total, {table.pk: {"": total}})):
        difference = finding.judgement.difference
        if finding.check.rule.previous_codes or difference is None:
            continue
        by = number(abs(difference))
        extra = form.by_code.get(finding.check.explained_by)
        why = "" if finding.is_broken or extra is None else f", bằng số {extra.title.lower()}"
        yield f"{finding.check.title}: chênh lệch {by} hồ sơ{why}."


def missing(below: Rolled | None) -> Iterator[str]:
    """That not all who were asked are among the sums."""
    if below is not None and below.left_out:
        every = len(below.counted) + len(below.left_out)
        yield f"Số liệu tổng hợp của {len(below.counted)}/{every} đơn vị."


def rates(numbers: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Units: percent, not rounded; without a base there is no rate. Shapes: keys on_time, late, online."""
    given = {code.rpartition(".")[2]: number for code, number in numbers.items()}

    def added(*codes: str) -> Decimal | None:
        known = [given[code] for code in codes if code in given]
        return sum(known, Decimal(0)) if len(known) == len(codes) else None

    found = {
        "on_time": share(added("8", "9"), added("7")),
        "late": share(added("10"), added("7")),
        "online": share(added("4"), added("4", "5")),
    }
    return {name: rate for name, rate in found.items() if rate is not None}
