"""Leaves whose maximum nobody can reach: a best option, band, step or cap that stays below it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import product

from django.utils.translation import gettext as _

from parportal import display
from scoring.content import CriterionContent, SetContent
from scoring.importing.criteria_layout import plain
from scoring.lint.findings import Fault, Finding, Severity, about
from scoring.rules import METHODS, Answers, Input, Kind, Method, RuleErrors, Value, build

# More than any unit counts.
PLENTY = Decimal(1_000_000)
# With more numbers than this there are too many ends to try.
FEW = 3


def reach(content: SetContent) -> Iterator[Finding]:
    below = content.children()
    for position, criterion in enumerate(content.criteria):
        if criterion.code in below or not criterion.max_points or criterion.method not in METHODS:
            continue
        try:
            method = build(criterion.method, criterion.params, content.leaf(criterion))
        except RuleErrors:
            continue  # told elsewhere
        best = best_points(method)
        if best is not None and best < criterion.max_points:
            yield about(position, criterion, "params", _unreached(criterion, best))


def _unreached(criterion: CriterionContent, best: Decimal) -> Fault:
    what = _("By its rules the criterion gives %(best)s points at most; its maximum of %(max)s is never reached.")
    shown = {"best": display.points_short(best), "max": display.points_short(criterion.max_points)}
    mend = _(
        "Let the best option, band, step or cap give the maximum, or lower the maximum; if it is meant so, "
        "acknowledge it with the reason."
    )
    values = {"best": plain(best), "max": plain(criterion.max_points)}
    return Fault("reach", what % shown, mend, values, Severity.WARNING)


def best_points(method: Method) -> Decimal | None:
    """The most that the method gives, found by trying it out; None where that is known only among all units."""
    best: Decimal | None = None
    for answers in _facts(method):
        try:
            points = method.score(answers).points
        except RuleErrors:
            continue  # facts that cannot be true
        if points is None:
            return None
        best = points if best is None else max(best, points)
        if best >= method.leaf.max_points:
            break
    return best


def _facts(method: Method) -> Iterator[Answers]:
    """The edge cases of the method, then each with its numbers at their ends: a change may be as large as that."""
    cases = [case.answers for case in method.edge_cases()]
    yield from cases
    numbers = [each for each in method.inputs() if each.kind is not Kind.CHOICE]
    if len(numbers) <= FEW:
        names = [each.name for each in numbers]
        for values in product(*map(_ends, numbers)):
            yield from ({**answers, **dict(zip(names, values, strict=True))} for answers in cases)


def _ends(asked: Input) -> tuple[Value, Value]:
    least = Decimal(0) if asked.minimum is None else asked.minimum
    most = PLENTY if asked.maximum is None else asked.maximum
    return (int(least), int(most)) if asked.kind is Kind.INTEGER else (least, most)
