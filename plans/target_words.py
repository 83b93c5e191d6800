"""What a target asks and what came of it, in words."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parportal.entry.numbers import format_decimal
from plans.models import Comparator, Target, TargetState
from units.models import UnitType

PERCENT = "%"
# A bare figure is printed without a sign.
SIGNS = {
    Comparator.AT_LEAST: "≥ ",
    Comparator.MORE: "> ",
    Comparator.EQUAL: "",
    Comparator.AT_MOST: "≤ ",
    Comparator.LESS: "< ",
}
DEPARTMENT = "department"
LEVELS: dict[str, str | Promise] = {
    UnitType.PROVINCE.value: UnitType.PROVINCE.label,
    UnitType.DISTRICT.value: UnitType.DISTRICT.label,
    DEPARTMENT: gettext_lazy("specialised agencies"),
    UnitType.COMMUNE.value: UnitType.COMMUNE.label,
}
BADGES = {
    TargetState.EXCEEDED: "badge-done",
    TargetState.MET: "badge-done",
    TargetState.PARTIAL: "badge-waiting",
    TargetState.UNMET: "badge-overdue",
}


def in_order(levels: Iterable[str]) -> list[str]:
    """Levels from the highest down, each once."""
    wanted = set(levels)
    return [level for level in LEVELS if level in wanted]


def measured(number: Decimal | None, measure: str) -> str:
    """30%, 12 văn bản; empty for what is not known."""
    if number is None:
        return ""
    mark = "" if measure == PERCENT else " "
    return f"{format_decimal(number)}{mark}{measure}".strip()


def asked_words(target: Target) -> str:
    """≥ 30%, or that it has no number."""
    if target.comparator == Comparator.QUALITATIVE:
        return str(Comparator.QUALITATIVE.label)
    return SIGNS[Comparator(target.comparator)] + measured(target.number, target.measure)


def condition_words(target: Target) -> str:
    """Who is measured, against which year, until when, and what is left out."""
    parts = [", ".join(str(LEVELS.get(each, each)).lower() for each in target.levels)]
    if target.base_year:
        parts.append(_("compared with %(year)s") % {"year": target.base_year})
    if target.horizon:
        parts.append(_("by %(year)s") % {"year": target.horizon})
    if target.exceptions:
        parts.append(_("except: %(cases)s") % {"cases": "; ".join(target.exceptions)})
    return " · ".join(part for part in parts if part)


def state_words(state: TargetState | None) -> str:
    return str(state.label) if state else _("not known yet")


def badge_of(state: TargetState | None) -> str:
    """The class of a badge; plain for what is not known."""
    return BADGES[state] if state else ""
