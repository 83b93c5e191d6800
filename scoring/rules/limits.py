"""The limits a number keeps to."""

from decimal import Decimal
from fractions import Fraction

from scoring.rules.messages import Message
from scoring.rules.messages import gettext_noop as _


def beyond_limits(
    value: Decimal | int,
    *,
    minimum: Decimal | None = None,
    maximum: Decimal | None = None,
    step: Decimal | None = None,
) -> Message | None:
    """What is wrong with the value, or None. Without a limit, anything goes."""
    if minimum is not None and value < minimum:
        return Message(_("%(value)s is below %(minimum)s"), {"value": value, "minimum": minimum})
    if maximum is not None and value > maximum:
        return Message(_("%(value)s is above %(maximum)s"), {"value": value, "maximum": maximum})
    if step is not None and (Fraction(value) / Fraction(step)).denominator != 1:
        return Message(_("%(value)s is not a multiple of %(step)s"), {"value": value, "step": step})
    return None
