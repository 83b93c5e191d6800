"""Codes that stand twice, and criteria without a place in the tree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from scoring.content import CriterionContent, SetContent
from scoring.lint.findings import STRUCTURE, Fault, Finding, about, about_set

MAX_DEPTH = 10
# A circle longer than this is reported as a tree that is too deep.
_LONGEST_WALK = 50


def structure(content: SetContent) -> Iterator[Finding]:
    if not content.criteria:
        yield about_set("criteria", Fault("empty", _("The set has no criteria."), _("Add at least one field.")))
    yield from _duplicates(content.criteria)
    yield from _lost(content.criteria)


def _duplicates(criteria: Sequence[CriterionContent]) -> Iterator[Finding]:
    counts = Counter(criterion.code for criterion in criteria)
    for position, criterion in enumerate(criteria):
        if counts[criterion.code] > 1:
            values = {"code": criterion.code, "count": counts[criterion.code]}
            what = _("The code %(code)s stands here %(count)s times.") % values
            fault = Fault("duplicate", what, _("Give each criterion a code of its own."), values)
            yield about(position, criterion, "code", fault)


def _lost(criteria: Sequence[CriterionContent]) -> Iterator[Finding]:
    """Criteria that hang from nothing, from themselves, or too deep."""
    parents = {criterion.code: criterion.parent for criterion in reversed(criteria)}
    for position, criterion in enumerate(criteria):
        if criterion.parent and criterion.parent not in parents:
            what = _("There is no criterion %(code)s to stand above this one.") % {"code": criterion.parent}
            mend = _("Write the code of a criterion of this set, or leave the parent empty for a field.")
            fault = Fault("lost", what, mend, {"parent": criterion.parent})
            yield about(position, criterion, "parent", fault, [STRUCTURE])
            continue
        above = _above(criterion.code, parents)
        if above[-1] == criterion.code:
            path = " ← ".join([criterion.code, *above])
            what = _("The criterion stands above itself: %(path)s.") % {"path": path}
            fault = Fault("circle", what, _("Correct the parent of one of these criteria."), {"path": path})
            yield about(position, criterion, "parent", fault, [STRUCTURE])
        elif len(above) > MAX_DEPTH and len(set(above)) == len(above):
            what = _("The tree is deeper than %(depth)s levels.") % {"depth": MAX_DEPTH}
            fault = Fault("depth", what, _("Give the criterion a higher parent."))
            yield about(position, criterion, "parent", fault)


def _above(code: str, parents: dict[str, str]) -> list[str]:
    """The codes above, up to the empty one at the top; a circle ends where it began, or is cut off."""
    found = [parents[code]]
    while found[-1] in parents and found[-1] != code and len(found) < _LONGEST_WALK:
        found.append(parents[found[-1]])
    return found
