"""Maxima that do not add up or are not made of steps; groups of bonus and penalty and their caps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from parportal import display
from scoring.content import CriterionContent, SetContent
from scoring.importing.criteria_layout import plain
from scoring.lint.findings import STRUCTURE, Fault, Finding, Place, Severity, about, about_set, positions_of
from scoring.models.criteria import COUNTS_AS
from scoring.rules import CountsAs, Leaf, Message, RuleErrors


def sums(content: SetContent) -> Iterator[Finding]:
    """Children that do not add up to their parent, on every level. Bonus and penalty stand outside the maximum."""
    positions = positions_of(content)
    for code, below in content.children().items():
        base = [each for each in below if each.counts_as == CountsAs.BASE]
        total = sum((each.max_points for each in base), Decimal(0))
        needs = _needs(positions, below)
        if not code:
            if total != content.total_points:
                yield about_set("total_points", _not_the_total(total, content.total_points), *needs)
        elif code in positions:
            parent = content.criteria[positions[code]]
            if parent.counts_as == CountsAs.BASE and total != parent.max_points:
                needs.append((positions[code], "counts_as"))
                fault = _not_the_parent(parent, total)
                yield about(positions[code], parent, "max_points", fault, needs)


def _needs(positions: Mapping[str, int], below: Sequence[CriterionContent]) -> list[Place]:
    places = [(positions[each.code], name) for each in below for name in ("max_points", "counts_as")]
    return [STRUCTURE, *places]


def _not_the_total(total: Decimal, expected: Decimal) -> Fault:
    what = _("The maxima of the fields add up to %(sum)s, not to %(total)s.") % {
        "sum": display.points_short(total),
        "total": display.points_short(expected),
    }
    mend = _("Correct the total points of the set or the maximum of a field.")
    return Fault("total", what, mend, {"sum": plain(total), "total": plain(expected)})


def _not_the_parent(parent: CriterionContent, total: Decimal) -> Fault:
    what = _("The maxima below %(code)s add up to %(sum)s, not to %(max)s.") % {
        "code": parent.code,
        "sum": display.points_short(total),
        "max": display.points_short(parent.max_points),
    }
    mend = _("Correct this maximum or one of those below.")
    return Fault("sum", what, mend, {"sum": plain(total), "max": plain(parent.max_points)})


def groups(content: SetContent) -> Iterator[Finding]:
    """Below a bonus or penalty everything is one too. Items beyond the cap of their group, or short of it, are
    allowed: what is above the cap does not count."""
    positions = positions_of(content)
    below = content.children()
    for position, criterion in enumerate(content.criteria):
        group = content.criteria[positions[criterion.parent]] if criterion.parent in positions else None
        if group is None or group.counts_as == CountsAs.BASE:
            continue
        if criterion.counts_as != group.counts_as:
            kind = str(dict(COUNTS_AS)[group.counts_as])
            what = _("The criterion above counts in another way (%(kind)s).") % {"kind": kind}
            fault = Fault("mixed", what, _("Let both count as the same."), {"above": group.counts_as})
            yield about(position, criterion, "counts_as", fault, [STRUCTURE])
        elif criterion.max_points > group.max_points:
            yield about(position, criterion, "max_points", _item_above(criterion, group), [STRUCTURE])
    for code, items in below.items():
        if code in positions and content.criteria[positions[code]].counts_as != CountsAs.BASE:
            yield from _cap(content, positions, items)


def _item_above(item: CriterionContent, group: CriterionContent) -> Fault:
    what = _("%(max)s points are above the cap of %(code)s, %(cap)s: no unit gets more than the cap.") % {
        "max": display.points_short(item.max_points),
        "code": group.code,
        "cap": display.points_short(group.max_points),
    }
    values = {"max": plain(item.max_points), "cap": plain(group.max_points)}
    mend = _("Lower this maximum or raise the cap; if it is meant so, acknowledge it with the reason.")
    return Fault("item_above_cap", what, mend, values, Severity.WARNING)


def _cap(
    content: SetContent, positions: Mapping[str, int], items: Sequence[CriterionContent]
) -> Iterator[Finding]:
    """Items that add up to more than the cap of their group, or never to all of it."""
    position = positions[items[0].parent]
    group = content.criteria[position]
    total = sum((each.max_points for each in items), Decimal(0))
    if total == group.max_points or any(each.counts_as != group.counts_as for each in items):
        return
    shown = {
        "code": group.code,
        "sum": display.points_short(total),
        "cap": display.points_short(group.max_points),
    }
    values = {"sum": plain(total), "cap": plain(group.max_points)}
    if total < group.max_points:
        what = _("The items below %(code)s add up to %(sum)s: its cap of %(cap)s is never reached.") % shown
        mend = _("Lower the cap or raise the items; if it is meant so, acknowledge it with the reason.")
        fault = Fault("reach", what, mend, values, Severity.WARNING)
    elif len(items) == 1:
        return  # told at the item
    else:
        what = _("The items below %(code)s add up to %(sum)s, above its cap of %(cap)s: the cap applies.") % shown
        mend = _("Lower the items or raise the cap; if it is meant so, acknowledge it with the reason.")
        fault = Fault("items_above_cap", what, mend, values, Severity.WARNING)
    yield about(position, group, "max_points", fault, _needs(positions, items))


def steps(content: SetContent) -> Iterator[Finding]:
    """A step that is none, and maxima that are not made of steps."""
    try:
        Leaf(max_points=Decimal(0), step=content.point_step)
    except RuleErrors as refused:
        for error in refused.errors:
            mend = _("The step of points must be 0.01 or a multiple of it.")
            values = {"step": plain(content.point_step)}
            yield about_set("point_step", Fault("step", sentence(error.message), mend, values))
        return
    for position, criterion in enumerate(content.criteria):
        try:
            content.leaf(criterion)
        except RuleErrors as refused:
            for error in refused.errors:
                mend = _("Correct the maximum, or the step of points of the set.")
                values = {"max": plain(criterion.max_points), "step": plain(content.point_step)}
                fault = Fault("step", sentence(error.message), mend, values)
                yield about(position, criterion, "max_points", fault, [(None, "point_step")])


def sentence(message: Message) -> str:
    text = display.message(message)
    return f"{text[:1].upper()}{text[1:]}."
