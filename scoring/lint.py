"""What is wrong with a criteria set: the same findings for a workbook, a draft's page and before publication."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from parportal import display
from scoring.content import CriterionContent, SetContent
from scoring.rules import METHODS, CountsAs, Leaf, RuleError, RuleErrors, build

MAX_DEPTH = 10
# A circle longer than this is reported as a tree that is too deep.
_LONGEST_WALK = 50
# Findings about sums can be trusted only where every row has its place in the tree.
STRUCTURE = (None, "structure")

Place = tuple[int | None, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that keeps a set from being published: where, what, and how to mend it.

    Shapes: `position` counts the criteria from 0, None for the set itself; `at` names an attribute, or a place
    in the parameters such as `params.options.2.points`. `needs` are the places on which the finding rests:
    where one of them could not be read, the finding means nothing.
    """

    position: int | None
    code: str
    at: str
    what: str
    mend: str
    needs: frozenset[Place]


def lint(content: SetContent) -> tuple[Finding, ...]:
    """Everything wrong with a set, the structure first."""
    if not content.criteria:
        return (_about_set("criteria", _("The set has no criteria."), _("Add at least one field.")),)
    return (
        *_duplicates(content.criteria),
        *_lost(content.criteria),
        *_steps(content),
        *_sums(content),
        *_kinds(content),
        *_methods(content),
    )


def _about_set(at: str, what: str, mend: str, *needs: Place) -> Finding:
    return Finding(None, "", at, what, mend, frozenset({(None, at), *needs}))


def _about(
    position: int, criterion: CriterionContent, at: str, says: tuple[str, str], needs: Sequence[Place] = ()
) -> Finding:
    what, mend = says
    attribute = at.partition(".")[0]
    return Finding(position, criterion.code, at, what, mend, frozenset({(position, attribute), *needs}))


def _duplicates(criteria: Sequence[CriterionContent]) -> Iterator[Finding]:
    counts = Counter(criterion.code for criterion in criteria)
    for position, criterion in enumerate(criteria):
        if counts[criterion.code] > 1:
            what = _("The code %(code)s stands here %(count)s times.") % {
                "code": criterion.code,
                "count": counts[criterion.code],
            }
            yield _about(position, criterion, "code", (what, _("Give each criterion a code of its own.")))


def _lost(criteria: Sequence[CriterionContent]) -> Iterator[Finding]:
    """Criteria that hang from nothing, from themselves, or too deep."""
    parents = {criterion.code: criterion.parent for criterion in reversed(criteria)}
    for position, criterion in enumerate(criteria):
        if criterion.parent and criterion.parent not in parents:
            what = _("There is no criterion %(code)s to stand above this one.") % {"code": criterion.parent}
            mend = _("Write the code of a criterion of this set, or leave the parent empty for a field.")
            yield _about(position, criterion, "parent", (what, mend), [STRUCTURE])
            continue
        above = _above(criterion.code, parents)
        if above[-1] == criterion.code:
            what = _("The criterion stands above itself: %(path)s.") % {
                "path": " ← ".join([criterion.code, *above])
            }
            mend = _("Correct the parent of one of these criteria.")
            yield _about(position, criterion, "parent", (what, mend), [STRUCTURE])
        elif len(above) > MAX_DEPTH and len(set(above)) == len(above):
            what = _("The tree is deeper than %(depth)s levels.") % {"depth": MAX_DEPTH}
            yield _about(position, criterion, "parent", (what, _("Give the criterion a higher parent.")))


def _above(code: str, parents: dict[str, str]) -> list[str]:
    """The codes above, up to the empty one at the top; a circle ends where it began, or is cut off."""
    found = [parents[code]]
    while found[-1] in parents and found[-1] != code and len(found) < _LONGEST_WALK:
        found.append(parents[found[-1]])
    return found


def _sums(content: SetContent) -> Iterator[Finding]:
    """Maxima that do not add up. Bonus and penalty stand outside the maximum."""
    positions = {each.code: position for position, each in reversed(list(enumerate(content.criteria)))}
    for code, below in content.children().items():
        base = [each for each in below if each.counts_as == CountsAs.BASE]
        total = sum((each.max_points for each in base), Decimal(0))
        needs = [
            STRUCTURE,
            *((positions[each.code], name) for each in below for name in ("max_points", "counts_as")),
        ]
        values = {"sum": display.points_short(total), "code": code}
        if not code:
            if total != content.total_points:
                values["total"] = display.points_short(content.total_points)
                what = _("The maxima of the fields add up to %(sum)s, not to %(total)s.") % values
                mend = _("Correct the total points of the set or the maximum of a field.")
                yield _about_set("total_points", what, mend, *needs)
        elif code in positions:
            parent = content.criteria[positions[code]]
            if parent.counts_as == CountsAs.BASE and total != parent.max_points:
                values["max"] = display.points_short(parent.max_points)
                what = _("The maxima below %(code)s add up to %(sum)s, not to %(max)s.") % values
                mend = _("Correct this maximum or one of those below.")
                needs.append((positions[code], "counts_as"))
                yield _about(positions[code], parent, "max_points", (what, mend), needs)


def _kinds(content: SetContent) -> Iterator[Finding]:
    """Below a bonus or penalty everything is one too, and none is larger than its group."""
    groups = {each.code: each for each in content.criteria if each.counts_as != CountsAs.BASE}
    for position, criterion in enumerate(content.criteria):
        group = groups.get(criterion.parent)
        if group is None:
            continue
        if criterion.counts_as != group.counts_as:
            what = _("The criterion above counts in another way (%(kind)s).") % {"kind": group.counts_as}
            mend = _("Let both count as the same.")
            yield _about(position, criterion, "counts_as", (what, mend), [STRUCTURE])
        elif criterion.max_points > group.max_points:
            what = _("The maximum is above that of its group, %(max)s.") % {
                "max": display.points_short(group.max_points)
            }
            mend = _("Lower this maximum or raise that of the group.")
            yield _about(position, criterion, "max_points", (what, mend), [STRUCTURE])


def _methods(content: SetContent) -> Iterator[Finding]:
    """Methods missing or out of place, and what the rules say of their parameters."""
    below = content.children()
    counts = Counter(criterion.code for criterion in content.criteria)
    for position, criterion in enumerate(content.criteria):
        if counts[criterion.code] > 1:
            continue
        if criterion.code in below:
            if criterion.method or criterion.params:
                what = _("Criteria stand below this one, so it is not scored itself.")
                mend = _("Remove its method and rules, or the criteria below.")
                yield _about(position, criterion, "method", (what, mend), [STRUCTURE])
        elif not criterion.method:
            says = (_("The criterion has no scoring method."), _("Choose one: every leaf is scored."))
            yield _about(position, criterion, "method", says, [STRUCTURE])
        elif criterion.method not in METHODS:
            what = _("There is no method %(method)s.") % {"method": criterion.method}
            mend = _("Choose one of: %(methods)s.") % {"methods": ", ".join(METHODS)}
            yield _about(position, criterion, "method", (what, mend))
        else:
            yield from _parameters(content, position, criterion)


def _parameters(content: SetContent, position: int, criterion: CriterionContent) -> Iterator[Finding]:
    try:
        leaf = content.leaf(criterion)
    except RuleErrors:
        return  # `_steps` tells
    try:
        build(criterion.method, criterion.params, leaf)
    except RuleErrors as refused:
        needs: list[Place] = [(position, "method"), (None, "point_step")]
        for error in refused.errors:
            says = (_sentence(error), _("Correct the rules of this criterion."))
            yield _about(position, criterion, f"params.{error.at}", says, needs)


def _steps(content: SetContent) -> Iterator[Finding]:
    """A step that is none, and maxima that are not made of steps."""
    try:
        Leaf(max_points=Decimal(0), step=content.point_step)
    except RuleErrors as refused:
        for error in refused.errors:
            mend = _("The step of points must be 0.01 or a multiple of it.")
            yield _about_set("point_step", _sentence(error), mend)
        return
    for position, criterion in enumerate(content.criteria):
        try:
            content.leaf(criterion)
        except RuleErrors as refused:
            for error in refused.errors:
                says = (_sentence(error), _("Correct the maximum, or the step of points of the set."))
                yield _about(position, criterion, "max_points", says, [(None, "point_step")])


def _sentence(error: RuleError) -> str:
    text = display.message(error.message)
    return f"{text[:1].upper()}{text[1:]}."
