"""A small form of statistics, a period of it in the district of the tests, and figures as units report them."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from indicators.figures import Said, said_of
from indicators.form import form_of
from indicators.models import (
    Check,
    Entry,
    Indicator,
    IndicatorSet,
    Lines,
    Period,
    PeriodKind,
    PeriodStatus,
    Return,
    RollUp,
    SetStatus,
    Severity,
    Value,
    ValueType,
    cut_off,
)
from indicators.reading import rows_in
from tests.world import World
from units.models import Unit, UnitType

YEAR = 2025
BOTH = [UnitType.DISTRICT, UnitType.COMMUNE]
INTEGER = {"value_type": ValueType.INTEGER, "roll_up": RollUp.SUM, "least": Decimal(0), "levels": BOTH}
PERCENT = {"value_type": ValueType.PERCENT, "measure": "%", "places": 2, "least": Decimal(0), "levels": BOTH}
TEXT = {"value_type": ValueType.TEXT, "levels": BOTH}

# code, code of what it is below, title, columns of the indicator
INDICATORS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("1", "", "Nhiệm vụ", {}),
    ("1.1", "1", "Số nhiệm vụ được giao", INTEGER | {"measure": "Nhiệm vụ"}),
    ("1.2", "1", "Số nhiệm vụ hoàn thành", INTEGER | {"measure": "Nhiệm vụ"}),
    ("1.3", "1", "Tỷ lệ hoàn thành", PERCENT | {"roll_up": RollUp.RATIO}),
    ("1.4", "1", "Số nhiệm vụ chưa hoàn thành", INTEGER | {"measure": "Nhiệm vụ", "formula": "1.1 - 1.2"}),
    ("2", "", "Kinh phí và hình thức", {}),
    (
        "2.1",
        "2",
        "Kinh phí cải cách hành chính",
        INTEGER | {"value_type": ValueType.DECIMAL, "places": 2, "measure": "triệu đồng"},
    ),
    (
        "2.2",
        "2",
        "Hình thức khảo sát",
        {
            "value_type": ValueType.CHOICE,
            "options": [["0", "Trực tuyến"], ["1", "Phát phiếu"], ["2", "Kết hợp"]],
            "roll_up": RollUp.CHOICES,
            "levels": BOTH,
        },
    ),
    ("2.3", "2", "Cách làm mới", TEXT),
    ("2.4", "2", "Tỷ lệ văn bản điện tử", PERCENT | {"roll_up": RollUp.MEAN}),
    ("2.5", "2", "Số hình thức tuyên truyền", INTEGER | {"roll_up": RollUp.LATEST}),
    ("2.6", "2", "Số cơ quan chuyên môn", INTEGER | {"levels": [UnitType.DISTRICT]}),
    (
        "3",
        "",
        "Chất lượng đội ngũ",
        {"lines": Lines.FIXED, "table_lines": [["huyen", "Cấp huyện"], ["xa", "Cấp xã"]], "levels": BOTH},
    ),
    ("3.a", "3", "Tổng số", INTEGER | {"measure": "Người"}),
    ("3.b", "3", "Trong đó: đại học trở lên", INTEGER | {"measure": "Người"}),
    ("4", "", "Hồ sơ theo lĩnh vực", {"lines": Lines.FREE, "levels": BOTH}),
    ("4.ten", "4", "Lĩnh vực", TEXT),
    ("4.tiep", "4", "Tiếp nhận", INTEGER | {"measure": "Hồ sơ"}),
    ("4.cu", "4", "Trong đó: kỳ trước chuyển qua", INTEGER | {"measure": "Hồ sơ"}),
    ("4.xong", "4", "Đã giải quyết", INTEGER | {"measure": "Hồ sơ"}),
    ("4.con", "4", "Đang giải quyết", INTEGER | {"measure": "Hồ sơ"}),
    ("4.rut", "4", "Rút hồ sơ", INTEGER | {"measure": "Hồ sơ"}),
]

# code, rule, columns of the check
CHECKS: list[tuple[str, str, dict[str, Any]]] = [
    ("K1", "1.2 <= 1.1", {"title": "Hoàn thành không nhiều hơn được giao"}),
    ("K2", "2.5 <= 20", {"title": "Hiếm khi quá 20 hình thức", "severity": Severity.WARNING}),
    ("K3", "3.b <= 3.a", {"title": "Đại học trở lên không nhiều hơn tổng số"}),
    ("K4", "4.tiep == 4.xong + 4.con", {"title": "Tiếp nhận = đã giải quyết + đang giải quyết"}),
    (
        "K5",
        "4.cu == previous(4.con)",
        {"title": "Chuyển qua = đang giải quyết của kỳ trước", "severity": Severity.WARNING},
    ),
]
EXPLAINED_BY = {"K4": "4.rut"}


def make_set(office: Unit | None = None, code: str = "bieu-thu", version: int = 1) -> IndicatorSet:
    """A set in use: every kind of value, a formula, a ratio, a table with given lines (3) and one with free lines
    (4), whose check K4 is explained by the files withdrawn."""
    made = IndicatorSet.objects.create(
        code=code, version=version, title="Biểu thống kê thử", source="Quyết định thử", office=office
    )
    nodes: dict[str, Indicator] = {}
    for position, (node, parent, title, columns) in enumerate(INDICATORS, 1):
        nodes[node] = Indicator.objects.create(
            set=made, code=node, parent=nodes.get(parent), position=position, title=title, **columns
        )
    nodes["1.3"].numerator, nodes["1.3"].denominator = nodes["1.2"], nodes["1.1"]
    nodes["1.3"].save()
    for position, (name, rule, columns) in enumerate(CHECKS, 1):
        by = nodes.get(EXPLAINED_BY.get(name, ""))
        Check.objects.create(set=made, code=name, position=position, rule=rule, explained_by=by, **columns)
    made.status = SetStatus.PUBLISHED
    made.save(update_fields=["status"])
    return made


def make_period(
    world: World,
    indicator_set: IndicatorSet,
    *,
    year: int = YEAR,
    kind: PeriodKind = PeriodKind.YEAR,
    number: int = 1,
    status: PeriodStatus = PeriodStatus.OPEN,
) -> Period:
    """A period of the district with a return, still empty, of commune A and of commune B; due in ten days."""
    starts_on, ends_on = cut_off(kind, year, number)
    period = Period.objects.create(
        owner=world.district,
        indicator_set=indicator_set,
        kind=kind,
        year=year,
        number=number,
        starts_on=starts_on,
        ends_on=ends_on,
        due_at=timezone.now() + timedelta(days=10),
        status=status,
    )
    for unit in (world.commune_a, world.commune_b):
        Return.objects.create(period=period, unit=unit)
    return period


def return_of(period: Period, unit: Unit) -> Return:
    return Return.objects.select_related("period__indicator_set", "period__owner", "unit").get(
        period=period, unit=unit
    )


def indicator(period: Period, code: str) -> Indicator:
    return Indicator.objects.get(set=period.indicator_set, code=code)


def put(reported: Return, code: str, value: object, *, note: str = "", reason: str = "") -> Entry:
    """A figure (a number), a choice (its key) or a text, stored as if it had been typed."""
    return _entry(reported, code, "", {code: value}, note=note, reason=reason)


def put_line(reported: Return, table: str, line: str, cells: Mapping[str, object]) -> Entry:
    """A line of a table, stored as if it had been typed. Shapes: `cells` by the code of the column."""
    return _entry(reported, table, line, cells)


def _entry(
    reported: Return, code: str, line: str, cells: Mapping[str, object], *, note: str = "", reason: str = ""
) -> Entry:
    nodes = {each.code: each for each in Indicator.objects.filter(set=reported.period.indicator_set_id)}
    entry, _made = Entry.objects.update_or_create(
        return_of=reported, indicator=nodes[code], line=line, defaults={"note": note, "reason": reason}
    )
    entry.values.all().delete()
    for name, value in cells.items():
        node = nodes[name]
        typed = {"number": Decimal(str(value))} if node.is_numeric else {"text": str(value)}
        Value.objects.create(entry=entry, indicator=node, **typed)
    return entry


def fill(reported: Return, times: int = 1) -> None:
    """A complete return that keeps every check. `times` multiplies its counts, to tell units apart."""
    put(reported, "1.1", 10 * times)
    put(reported, "1.2", 8 * times)
    put(reported, "1.3", 80)
    put(reported, "2.1", Decimal("12.5") * times)
    put(reported, "2.2", "2" if times == 1 else "0")
    put(reported, "2.3", "Tổ công nghệ số cộng đồng")
    put(reported, "2.4", 90 if times == 1 else 100)
    put(reported, "2.5", 5)
    put_line(reported, "3", "huyen", {"3.a": 0, "3.b": 0})
    put_line(reported, "3", "xa", {"3.a": 20 * times, "3.b": 15 * times})
    cells = {"4.tiep": 100 * times, "4.cu": 4, "4.xong": 95 * times, "4.con": 5 * times}
    put_line(reported, "4", "1", {"4.ten": "Hộ tịch", **cells})


def said_by(reported: Return) -> Said:
    """The figures of a return by code, as checks and roll-ups read them."""
    return said_of(form_of(reported.period.indicator_set), rows_in(reported))
