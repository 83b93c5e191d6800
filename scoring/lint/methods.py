"""Leaves without a method, methods out of place, and what the rules say of their parameters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from scoring.content import CriterionContent, SetContent
from scoring.importing.criteria_layout import plain
from scoring.lint.findings import STRUCTURE, Fault, Finding, Place, about
from scoring.lint.parameters import fault_of
from scoring.lint.sums import sentence
from scoring.rules import METHODS, CountsAs, RuleErrors, build


def methods(content: SetContent) -> Iterator[Finding]:
    below = content.children()
    counts = Counter(criterion.code for criterion in content.criteria)
    for position, criterion in enumerate(content.criteria):
        if counts[criterion.code] > 1:
            continue
        if criterion.knock_out and criterion.counts_as != CountsAs.BASE:
            what = _("Only what counts within the maximum can be knocked out.")
            fault = Fault("knock_out", what, _("Take the mark away."), {"counts_as": criterion.counts_as})
            yield about(position, criterion, "knock_out", fault, [(position, "counts_as")])
        if criterion.code in below:
            yield from _parent(position, criterion)
        else:
            yield from _leaf(content, position, criterion)


def _parent(position: int, criterion: CriterionContent) -> Iterator[Finding]:
    if criterion.method or criterion.params:
        what = _("Criteria stand below this one, so it is not scored itself.")
        mend = _("Remove its method and rules, or the criteria below.")
        yield about(position, criterion, "method", Fault("method_on_parent", what, mend), [STRUCTURE])


def _leaf(content: SetContent, position: int, criterion: CriterionContent) -> Iterator[Finding]:
    if criterion.knock_out and criterion.counts_as == CountsAs.BASE:
        what = _("A knock-out takes the points of all criteria below, and below this one there is none.")
        mend = _("Take the mark away, or set it on the criterion above.")
        yield about(position, criterion, "knock_out", Fault("knock_out", what, mend), [STRUCTURE])
    if not criterion.method:
        what = _("The criterion has no scoring method.")
        fault = Fault("no_method", what, _("Choose one, or put components below it."))
        yield about(position, criterion, "method", fault, [STRUCTURE])
    elif criterion.method not in METHODS:
        what = _("There is no method %(method)s.") % {"method": criterion.method}
        mend = _("Choose one of: %(methods)s.") % {"methods": ", ".join(METHODS)}
        fault = Fault("unknown_method", what, mend, {"method": criterion.method})
        yield about(position, criterion, "method", fault)
    else:
        yield from _parameters(content, position, criterion)


def _parameters(content: SetContent, position: int, criterion: CriterionContent) -> Iterator[Finding]:
    try:
        leaf = content.leaf(criterion)
    except RuleErrors:
        return  # the sums tell
    try:
        build(criterion.method, criterion.params, leaf)
    except RuleErrors as refused:
        needs: list[Place] = [(position, "method"), (None, "point_step")]
        for error in refused.errors:
            if error.at == "max_points":
                mend = _("Correct this maximum, or choose another method.")
                fault = Fault("rules", sentence(error.message), mend, {"max": plain(leaf.max_points)})
                yield about(position, criterion, "max_points", fault, needs)
                continue
            fault = fault_of(error, criterion.method, criterion.params, maximum=plain(leaf.max_points))
            yield about(position, criterion, f"params.{error.at}", fault, needs)
