"""One thing missing takes everything: below a knock-out criterion a leaf of 0 points zeroes all the others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scoring.rules.leaf import ZERO, Outcome
from scoring.rules.messages import Message
from scoring.rules.messages import gettext_noop as _


@dataclass(frozen=True, slots=True)
class KnockOut:
    """A knock-out criterion.

    Shapes: codes of the leaves below it, in reading order: `base` within the maximum, and `bonus`. Penalties are
    not among them: to lose a penalty would be a reward.
    """

    code: str
    base: tuple[str, ...]
    bonus: tuple[str, ...] = ()


def knocks_out(outcome: Outcome) -> bool:
    """Whether a leaf takes the others with it: it counts 0 of a maximum above 0.

    A leaf without points yet does not, nor does one that is left out.
    """
    return outcome.points == 0 and outcome.counted_max_points > 0


def knock_out(outcomes: Mapping[str, Outcome], branches: Iterable[KnockOut]) -> dict[str, Outcome]:
    """What leaves count after the knock-outs. Shapes: by code; `branches` with the inner ones before the outer.

    A leaf of 0 points below an inner criterion lies below the outer one as well, so the nearest one zeroes a
    leaf, and its line names what did.
    """
    found = dict(outcomes)
    for branch in branches:
        culprit = next((code for code in branch.base if code in outcomes and knocks_out(outcomes[code])), None)
        if culprit is None:
            continue
        for code in (*branch.base, *branch.bonus):
            if (before := found.get(code)) is not None and before.points:
                line = Message(_("knocked out by %(code)s → %(points)s"), {"code": culprit, "points": ZERO})
                found[code] = Outcome(ZERO, before.counted_max_points, line)
    return found
