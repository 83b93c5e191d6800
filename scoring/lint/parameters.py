"""What the rules refuse in the parameters of a method, said with the place and the way to mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from parportal import display
from scoring.importing.criteria_layout import plain
from scoring.lint.findings import Fault
from scoring.rules import METHODS, RuleError
from scoring.rules.settings import Setting, SettingKind

Row = Mapping[str, Any]
NAMES = ("label", "name", "code")


def fault_of(error: RuleError, method: str, params: Mapping[str, object], *, maximum: str) -> Fault:
    """The fault that a rule error tells; `maximum` is that of the criterion."""
    values: dict[str, object] = {name: str(value) for name, value in error.message.values.items()}
    key, _dot, rest = error.at.partition(".")
    number, _dot, column = rest.partition(".")
    if column in ("from", "to") and key == "bands":
        rows = params[key]
        assert isinstance(rows, list)
        return _band(error, rows, int(number))
    place, setting = _place(method, params, error.at)
    if setting and setting.kind is SettingKind.POINTS and _is_above(error, maximum):
        what = _("%(place)s: %(value)s points, and the criterion gives %(maximum)s at most.") % {
            "place": place,
            "value": display.points_short(Decimal(error.message.values["value"])),
            "maximum": display.points_short(Decimal(maximum)),
        }
        mend = _("Lower these points, or raise the maximum of the criterion.")
        return Fault("above_maximum", what, mend, values)
    is_open = setting and setting.kind is SettingKind.WORD and params.get(error.at) in (None, "")
    told = _("not chosen yet") if is_open else display.message(error.message)
    what = f"{place}: {told}."
    return Fault("rules", what, _("Correct the rules of this criterion."), values)


def _is_above(error: RuleError, maximum: str) -> bool:
    limit = error.message.values.get("maximum")
    return isinstance(limit, Decimal) and plain(limit) == maximum


def _place(method: str, params: Mapping[str, object], at: str) -> tuple[str, Setting | None]:
    """A place in the parameters in words, as the form of the method calls it, and the setting that it holds."""
    key, _dot, rest = at.partition(".")
    number, _dot, column = rest.partition(".")
    setting = _named(METHODS[method].settings, key)
    place = _label(setting, key)
    if not number.isdecimal():
        return place, setting
    place = _("%(list)s, row %(number)s") % {"list": place, "number": int(number) + 1}
    rows = params.get(key)
    row = rows[int(number)] if isinstance(rows, list) and int(number) < len(rows) else {}
    if name := next((row[each] for each in NAMES if isinstance(row.get(each), str) and row[each]), ""):
        place = f"{place} “{name}”"
    cell = _named(setting.columns if setting else (), column)
    return f"{place}, {_label(cell, column)}" if column else place, cell


def _named(settings: Sequence[Setting], name: str) -> Setting | None:
    return next((each for each in settings if each.name == name), None)


def _label(setting: Setting | None, name: str) -> str:
    return _(setting.label) if setting else f"“{name}”"


def _band(error: RuleError, rows: Sequence[Row], number: int) -> Fault:
    """Gaps, overlaps and impossible bounds, by the bands as the decision prints them."""
    row, name = rows[number], _band_name(rows[number])
    text = error.message.text
    if text.startswith("an overlap"):
        return _overlap(rows, number)
    if text.startswith("a gap"):
        side = error.at.rpartition(".")[2]
        bound = _bound(row, side)
        values = {"band": name, "bound": display.points_short(bound)}
        if side == "from":
            what = _("No band owns what lies below %(bound)s, where the band %(band)s begins.") % values
        else:
            what = _("No band owns what lies above %(bound)s, where the band %(band)s ends.") % values
        mend = _("Let each band begin where the one below it ends; one of the two owns the bound itself.")
        return Fault("band_gap", what, mend, {"bound": plain(bound) if bound is not None else ""})
    what = _("Band %(band)s: %(problem)s.") % {"band": name, "problem": display.message(error.message)}
    return Fault("rules", what, _("Correct the bounds of this band."), {"band": name})


def _overlap(rows: Sequence[Row], number: int) -> Fault:
    row, low = rows[number], _bound(rows[number], "from") or Decimal(0)
    other = next((each for place, each in enumerate(rows) if place != number and _reaches(each, low)), row)
    values = {"one": _band_name(other), "other": _band_name(row), "bound": display.points_short(low)}
    if row.get("from_closed", True) and _bound(other, "to") == low:
        what = _("The bands %(one)s and %(other)s both own %(bound)s.") % values
    else:
        what = _("The bands %(one)s and %(other)s overlap from %(bound)s on.") % values
    mend = _("Let each band begin where the one below it ends; one of the two owns the bound itself.")
    return Fault("band_overlap", what, mend, {"bound": plain(low)})


def _reaches(row: Row, value: Decimal) -> bool:
    """Whether a band that begins at or below a value owns it, or what lies just above it."""
    low, high = _bound(row, "from") or Decimal(0), _bound(row, "to")
    return low <= value and (high is None or high > value or (high == value and row.get("to_closed") is True))


def _bound(row: Row, side: str) -> Decimal | None:
    value = row.get(side)
    return Decimal(str(value)) if value not in (None, "") else None


def _band_name(row: Row) -> str:
    """A band by its bounds as they were written: 70–90, or what stands open."""
    low, high = row.get("from"), row.get("to")
    if low in (None, "") and high in (None, ""):
        return _("any value")
    if low in (None, ""):
        return _("up to %(high)s") % {"high": _written(high)}
    if high in (None, ""):
        return _("from %(low)s") % {"low": _written(low)}
    return _written(low) if str(low) == str(high) else f"{_written(low)}–{_written(high)}"


def _written(bound: object) -> str:
    """A number in the reader's notation; what is none as it stands."""
    text = str(bound)
    return display.points_short(Decimal(text)) if text.replace(".", "", 1).isdecimal() else text
