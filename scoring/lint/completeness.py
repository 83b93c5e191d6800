"""What a set may lack and still be used: skipped codes, leaves without evidence or appraiser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scoring.content import CriterionContent, SetContent
from scoring.lint.findings import STRUCTURE, Fault, Finding, Severity, about, field_of, positions_of
from scoring.numbering import from_roman, roman
from scoring.rules import METHODS, CountsAs

# 1.2, 1.2. and 1) are numbered, a and b) lettered: a code in the style of those beside it.
NUMBERED = re.compile(r"(?P<stem>.*?)(?P<number>[0-9]{1,6})(?P<end>\W?)", re.DOTALL)
LETTERED = re.compile(r"(?P<stem>(?:.*\W)?)(?P<letter>[^\W\d_])(?P<end>\W?)", re.DOTALL)
LATIN, VIETNAMESE, PLAIN = "abcdefghijklmnopqrstuvwxyz", "aăâbcdđeêghiklmnoôơpqrstuưvxy", "abcdđeghiklmnopqrstuvxy"


def completeness(content: SetContent) -> Iterator[Finding]:
    yield from _skipped(content)
    yield from _without(content, "evidence_required", _asks_for_nothing, _evidence)
    yield from _without(content, "function", _has_no_function(content), _function)


def _skipped(content: SetContent) -> Iterator[Finding]:
    """Codes that do not go on from the one before: 1.1, 1.3; I, III; a), c). Others say nothing."""
    positions = positions_of(content)
    for parent, below in content.children().items():
        before = f"{parent}.0" if parent else "0"
        is_roman = below[0].code == "I" and all(from_roman(each.code) for each in below)
        for criterion in below:
            expected = _roman_after(before) if is_roman else _after(before, criterion.code)
            if expected and criterion.code not in (before, *expected):
                fault = _out_of_turn(before, expected[0], criterion.code)
                yield about(positions[criterion.code], criterion, "code", fault, [STRUCTURE])
            before = criterion.code


def _roman_after(before: str) -> tuple[str, ...]:
    return (roman(from_roman(before) + 1),)


def _after(before: str, code: str) -> tuple[str, ...]:
    """The codes that may follow another one, in the style of `code`; none where that has a style of its own."""
    one, other = NUMBERED.fullmatch(before), NUMBERED.fullmatch(code)
    if one and other and one["stem"] == other["stem"]:
        turn = int(one["number"]) + 1
        # 0 stands for the beginning: whatever marks the first code ends with.
        return (code,) if int(other["number"]) == turn else (f"{one['stem']}{turn}{other['end']}",)
    one, other = LETTERED.fullmatch(before), LETTERED.fullmatch(code)
    if not (one and other) or (one["stem"], one["end"]) != (other["stem"], other["end"]):
        return ()
    if one["letter"].isupper() != other["letter"].isupper():
        return ()
    letter = one["letter"].lower()
    found = [
        alphabet[place]
        for alphabet in (LATIN, VIETNAMESE, PLAIN)
        if (place := alphabet.find(letter) + 1) and place < len(alphabet)
    ]
    letters = [each.upper() for each in found] if one["letter"].isupper() else found
    return tuple(f"{one['stem']}{each}{one['end']}" for each in letters)


def _out_of_turn(before: str, expected: str, code: str) -> Fault:
    values = {"before": before, "code": code, "expected": expected}
    if before == "0" or before.endswith(".0"):
        what = _("The codes begin with %(code)s, not with %(expected)s.") % values
    else:
        what = _("After %(before)s comes %(code)s, not %(expected)s.") % values
    mend = _("Renumber the criteria; if the decision numbers them so, acknowledge it with the reason.")
    return Fault("skipped", what, mend, {"before": before}, Severity.WARNING)


def _without(
    content: SetContent,
    at: str,
    lacks: Callable[[CriterionContent], bool],
    fault_of: Callable[[Sequence[str]], Fault],
) -> Iterator[Finding]:
    """The leaves that lack something, one finding a field, at the first of them."""
    positions, parents = positions_of(content), {each.code: each.parent for each in content.criteria}
    below = content.children()
    lacking: dict[str, list[CriterionContent]] = {}
    for criterion in content.criteria:
        top = field_of(criterion.code, parents)
        if criterion.code not in below and top and lacks(criterion):
            lacking.setdefault(top, []).append(criterion)
    for top, leaves in lacking.items():
        fault = fault_of([leaf.code for leaf in leaves])
        yield about(positions[leaves[0].code], content.criteria[positions[top]], at, fault, [STRUCTURE])


def _asks_for_nothing(leaf: CriterionContent) -> bool:
    """Evidence is asked of whoever fills a leaf in; nobody proves a penalty or a leaf that gives no points."""
    method = METHODS.get(leaf.method)
    is_filled_in = method is None or method.by_unit
    earns = leaf.max_points > 0 and leaf.counts_as != CountsAs.PENALTY
    return not leaf.evidence_required and is_filled_in and earns


def _has_no_function(content: SetContent) -> Callable[[CriterionContent], bool]:
    """Whether neither the leaf nor any criterion above it names who appraises it."""
    by_code = {each.code: each for each in content.criteria}

    def lacks(leaf: CriterionContent) -> bool:
        each: CriterionContent | None = leaf
        for _level in by_code:
            if each is None or each.function:
                break
            each = by_code.get(each.parent)
        return each is None or not each.function

    return lacks


def _evidence(codes: Sequence[str]) -> Fault:
    line = ngettext(
        "%(count)s row asks for no evidence: %(codes)s.",
        "%(count)s rows ask for no evidence: %(codes)s.",
        len(codes),
    )
    mend = _("Mark where evidence is required; if none is needed, acknowledge it with the reason.")
    return _listed("no_evidence", line, mend, codes)


def _function(codes: Sequence[str]) -> Fault:
    line = ngettext(
        "For %(count)s row nobody is proposed to appraise it: %(codes)s.",
        "For %(count)s rows nobody is proposed to appraise them: %(codes)s.",
        len(codes),
    )
    mend = _(
        "Choose the function of the field or of these criteria; if each campaign is to decide, acknowledge it "
        "with the reason."
    )
    return _listed("no_function", line, mend, codes)


def _listed(kind: str, line: str, mend: str, codes: Sequence[str]) -> Fault:
    listed = ", ".join(codes)
    return Fault(kind, line % {"count": len(codes), "codes": listed}, mend, {"codes": listed}, Severity.WARNING)
