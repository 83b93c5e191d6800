"""How official Vietnamese documents say things: names of units, counts, dates, deadlines.

Documents are Vietnamese whatever language their reader has chosen, so nothing here goes through gettext.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

from parportal.entry.numbers import format_decimal, format_points_short
from plans.models import DeadlineKind
from scoring.models import ResponsibilityRole
from units.models import Unit, UnitType

# The kinds of units by their own names; the longer ones first, because "thị" begins two of them.
KINDS = ("thành phố", "thị trấn", "thị xã", "đặc khu", "phường", "huyện", "quận", "tỉnh", "xã")
KIND_OF_TYPE = {UnitType.PROVINCE: "tỉnh", UnitType.DISTRICT: "huyện", UnitType.COMMUNE: "xã"}
COMMUNE_KINDS = ("xã", "phường", "thị trấn", "đặc khu")
PARTY_COMMITTEES = {
    "tỉnh": "Tỉnh ủy",
    "thành phố": "Thành ủy",
    "huyện": "Huyện ủy",
    "quận": "Quận ủy",
    "thị xã": "Thị ủy",
}
ROLES = {
    ResponsibilityRole.LEAD.value: "chủ trì, tham mưu",
    ResponsibilityRole.MONITOR.value: "theo dõi, đôn đốc",
    ResponsibilityRole.RESPONSIBLE.value: "",
}
DOCUMENT_LANGUAGE = "vi"
INDEX = "Chỉ số cải cách hành chính"
HUNDREDTH = Decimal("0.01")


def points(value: Decimal) -> str:
    """Points without zeros at the end: 81,45."""
    return format_points_short(value, language=DOCUMENT_LANGUAGE)


def of_maximum(earned: Decimal, maximum: Decimal) -> str:
    """Points of their maximum: 81,45/95."""
    return f"{points(earned)}/{points(maximum)}"


def percent(value: Decimal | None) -> str:
    """The index, its sign glued to it: 85,74%. Nothing where nothing applied."""
    return "không xác định" if value is None else f"{number(value)}%"


def rounded(value: Decimal) -> Decimal:
    """Rounding: half-up to two decimals."""
    return value.quantize(HUNDREDTH, ROUND_HALF_UP)


def share(part: Decimal | int | None, whole: Decimal | int | None) -> Decimal | None:
    """Of a hundred; None of nothing. Not rounded."""
    return Decimal(100) * part / whole if whole and part is not None else None


def rate(part: int, whole: int) -> str:
    """How much of it, in percent; empty of nothing."""
    found = share(part, whole)
    return "" if found is None else percent(rounded(found))


def without_sign(value: Decimal) -> str:
    """A percentage where its sign stands elsewhere, half-up to two decimals."""
    return number(rounded(value))


def count(value: Decimal | int) -> str:
    """A count in running text: under ten with a leading zero; nothing is 0."""
    return f"{int(value):02d}" if 0 < value < 10 and value == int(value) else number(value)


def number(value: Decimal | int) -> str:
    """A number in a table, with a point at the thousands; not rounded."""
    return format_decimal(value, language=DOCUMENT_LANGUAGE)


def day(value: date) -> str:
    return f"{value.day}/{value.month}/{value.year}"


def day_in_words(value: date) -> str:
    """Days below ten and the first two months take a leading 0, as in the head of a paper."""
    month = f"{value.month:02d}" if value.month < 3 else str(value.month)
    return f"ngày {value.day:02d} tháng {month} năm {value.year}"


def deadline(kind: str, on: date | None) -> str:
    """A deadline as documents put it; "before" is strict."""
    if on is None or kind == DeadlineKind.NONE:
        return ""
    if kind == DeadlineKind.BEFORE:
        return f"trước ngày {day(on)}"
    if kind == DeadlineKind.WITHIN_MONTH:
        return f"trong tháng {on:%m/%Y}"
    return f"chậm nhất ngày {day(on)}"


def kind_of(unit: Unit) -> str:
    """What the unit calls itself: huyện, thành phố, xã, thị trấn …; empty for an agency."""
    lowered = unit.name.lower()
    named = next((kind for kind in KINDS if lowered.startswith(f"{kind} ")), "")
    return named or KIND_OF_TYPE.get(UnitType(unit.type), "")


def bare_name(unit: Unit) -> str:
    """The name without its kind: Kon Rẫy."""
    kind = kind_of(unit)
    if kind and unit.name.lower().startswith(f"{kind} "):
        return unit.name[len(kind) + 1 :].strip()
    return unit.name


def in_text(unit: Unit) -> str:
    """The unit inside a sentence: huyện Kon Rẫy; an agency as it is."""
    kind = kind_of(unit)
    return f"{kind} {bare_name(unit)}" if kind else unit.name


def committee(unit: Unit, *, short: bool = False) -> str:
    """The body that answers for a unit: its People's Committee, or the agency itself."""
    if unit.type == UnitType.AGENCY:
        return unit.name
    return f"{'UBND' if short else 'Ủy ban nhân dân'} {in_text(unit)}"


def all_of(units: Iterable[Unit]) -> str:
    """All units of a level by their kinds: các xã, thị trấn."""
    present = {kind_of(unit) for unit in units}
    named = [kind for kind in COMMUNE_KINDS if kind in present]
    return f"các {', '.join(named)}" if named else "các đơn vị"


def sentence(text: str) -> str:
    """`text` with a capital at its beginning and one full stop at its end."""
    text = text.strip()
    return f"{text[:1].upper()}{text[1:].rstrip('.;')}." if text else ""


def lowered(text: str) -> str:
    """With a small letter at its beginning, for the middle of a sentence; an abbreviation stays as it is."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def responsibilities(named: Iterable[tuple[str, str]]) -> str:
    """Who answers for a loss: the parties of one role together, the role after them.

    Shapes: pairs of a party's name and its role.
    """
    groups: dict[str, list[str]] = {}
    for name, role in named:
        groups.setdefault(role, []).append(name)
    return "; ".join(
        f"{', '.join(names)} ({ROLES[role]})" if ROLES[role] else ", ".join(names)
        for role, names in groups.items()
    )


def moment(at: datetime) -> str:
    """A time of the day with its day, as a deadline is printed: 17 giờ 00 phút ngày 15/12/2025."""
    local = timezone.localtime(at)
    return f"{local:%H} giờ {local:%M} phút ngày {day(local.date())}"


def until(at: datetime) -> str:
    """A deadline with its time; one that ends at midnight is the whole day before."""
    local = timezone.localtime(at)
    if (local.hour, local.minute) in ((0, 0), (23, 59)):
        return f"hết ngày {day((local - timedelta(minutes=1)).date())}"
    return moment(at)
