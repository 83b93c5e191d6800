"""What became of a target: from its number and the actual value, from its parts, or as somebody says.

No query and no rounding: what is compared is what the page shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from plans.models import Comparator, TargetState

REACHED = frozenset({TargetState.MET, TargetState.EXCEEDED})


def judge_number(actual: Decimal | None, comparator: str, number: Decimal | None) -> TargetState | None:
    """None as long as the actual value is not known, which is not "unmet".

    A bare figure ("= 70%") is one to be reached: plans print it so, and more than it is more than was asked.
    What must be more (or less) than a number has no point at which it is just met: it is never exceeded.
    """
    if actual is None or number is None:
        return None
    match Comparator(comparator):
        case Comparator.AT_LEAST | Comparator.EQUAL:
            return _reached(actual >= number, more=actual > number)
        case Comparator.AT_MOST:
            return _reached(actual <= number, more=actual < number)
        case Comparator.MORE:
            return _reached(actual > number, more=False)
        case Comparator.LESS:
            return _reached(actual < number, more=False)
        case Comparator.QUALITATIVE:
            return None


def judge_parts(states: Iterable[TargetState | None]) -> TargetState | None:
    """Partly met when some parts are met and some are not; a part that is not known leaves the whole open,
    unless the others decide it. Exceeded only when every part is."""
    found = list(states)
    known = {each for each in found if each is not None}
    if TargetState.PARTIAL in known or (known & REACHED and TargetState.UNMET in known):
        return TargetState.PARTIAL
    if not known or None in found:
        return None
    if known == {TargetState.EXCEEDED}:
        return TargetState.EXCEEDED
    return TargetState.MET if known <= REACHED else TargetState.UNMET


def _reached(is_met: bool, *, more: bool) -> TargetState:
    if not is_met:
        return TargetState.UNMET
    return TargetState.EXCEEDED if more else TargetState.MET
