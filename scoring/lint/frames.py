"""A set that stands in its parent's frame: fields and criteria keep their places and maxima."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from parportal import display
from scoring.content import CriterionContent, SetContent
from scoring.importing.criteria_layout import plain
from scoring.lint.findings import STRUCTURE, Fault, Finding, about, about_set, positions_of
from scoring.models.criteria import COUNTS_AS
from scoring.rules import CountsAs

# A frame fixes fields and criteria; what stands below them is the child's own.
FRAME_LEVELS = 2


def framed(frame: SetContent) -> tuple[CriterionContent, ...]:
    """What the frame fixes: its first two levels. A criterion that is divided there has no method yet."""
    levels = levels_of(frame)
    divided = {each.parent for each in frame.criteria}
    return tuple(
        replace(each, method="", params={}) if each.code in divided else each
        for each in frame.criteria
        if levels.get(each.code, FRAME_LEVELS + 1) <= FRAME_LEVELS
    )


def levels_of(content: SetContent) -> Mapping[str, int]:
    """The level of each criterion down to those of a frame, 1 for a field."""
    below = content.children()
    fields = {each.code: 1 for each in below.get("", ())}
    return fields | {each.code: 2 for code in fields for each in below.get(code, ()) if each.code not in fields}


def kept_frame(content: SetContent, frame: SetContent | None) -> Iterator[Finding]:
    """Every field and criterion of the frame is there with its parent and maximum, and none beside them."""
    if frame is None:
        return
    positions = positions_of(content)
    fixed = {each.code: each for each in framed(frame)}
    for code, each in fixed.items():
        if code in positions:
            yield from _altered(positions[code], content.criteria[positions[code]], each)
        else:
            yield _missing(each)
    divided_there = {each.parent for each in fixed.values()}
    levels = levels_of(content)
    for position, criterion in enumerate(content.criteria):
        is_theirs = not criterion.parent or criterion.parent in divided_there
        if criterion.code in fixed or criterion.code not in levels or not is_theirs:
            continue
        if criterion.counts_as == CountsAs.BASE:
            what = _("The frame has no criterion %(code)s on this level.") % {"code": criterion.code}
            mend = _("Put it below a criterion of the frame, or remove it.")
            yield about(position, criterion, "code", Fault("frame", what, mend, {"new": 1}), [STRUCTURE])


def _missing(fixed: CriterionContent) -> Finding:
    what = _("The criterion %(code)s of the frame is missing: %(title)s, %(max)s points.") % {
        "code": fixed.code,
        "title": fixed.title,
        "max": display.points_short(fixed.max_points),
    }
    mend = _("Add it again under its code; an office that fills in a frame leaves none of its criteria out.")
    return about_set("criteria", Fault("frame", what, mend, {"missing": fixed.code}), STRUCTURE)


def _altered(position: int, criterion: CriterionContent, fixed: CriterionContent) -> Iterator[Finding]:
    if criterion.max_points != fixed.max_points:
        yield about(position, criterion, "max_points", _other_maximum(criterion, fixed))
    if criterion.parent != fixed.parent:
        above = fixed.parent or _("none, it is a field")
        what = _("In the frame the criterion above this one is another: %(parent)s.") % {"parent": above}
        fault = Fault("frame", what, _("Move it back."), {"parent": fixed.parent})
        yield about(position, criterion, "parent", fault, [STRUCTURE])
    if criterion.counts_as != fixed.counts_as:
        kind = str(dict(COUNTS_AS)[fixed.counts_as])
        what = _("In the frame this criterion counts in another way (%(kind)s).") % {"kind": kind}
        fault = Fault("frame", what, _("Let it count as in the frame."), {"counts_as": fixed.counts_as})
        yield about(position, criterion, "counts_as", fault)


def _other_maximum(criterion: CriterionContent, fixed: CriterionContent) -> Fault:
    shown = {
        "max": display.points_short(criterion.max_points),
        "fixed": display.points_short(fixed.max_points),
    }
    if criterion.max_points > fixed.max_points:
        what = _("The frame is exceeded: %(max)s points instead of %(fixed)s.") % shown
    else:
        what = _("The maximum is below that of the frame: %(max)s points instead of %(fixed)s.") % shown
    mend = _("Set the maximum of the frame, and divide just that among the components.")
    return Fault("frame", what, mend, {"max": plain(criterion.max_points), "fixed": plain(fixed.max_points)})
