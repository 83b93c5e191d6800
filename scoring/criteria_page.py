"""A criteria set as a page shows it, stored or not yet: ready-made strings, one row a criterion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from parportal.display import points
from scoring.content import CriterionContent, SetContent
from scoring.method_words import in_words
from scoring.models.criteria import COUNTS_AS
from scoring.rules import METHODS, CountsAs, RuleErrors, build
from units.models import Function


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """Shapes: `words` are the lines that explain the method, `marks` short facts such as "evidence required"."""

    code: str
    depth: int
    title: str
    max_points: str
    method: str
    words: tuple[str, ...]
    function: str
    marks: tuple[str, ...]
    guidance: str


@dataclass(frozen=True, slots=True)
class SetPage:
    """The rows of a set with its key figures. Units: `fields` and `leaves` in criteria."""

    rows: tuple[CriterionRow, ...]
    total_points: str
    fields: int
    leaves: int
    depth: int


def set_page(content: SetContent, *, explained: bool = True) -> SetPage:
    """All rows in reading order; of a draft with faults what can be shown of it.

    Not `explained`: without the words of the methods, which take the most time.
    """
    depths: dict[str, int] = {"": 0}
    for criterion in content.criteria:
        depths[criterion.code] = depths[criterion.parent] + 1
    below = Counter(criterion.parent for criterion in content.criteria)
    rows = tuple(_row(content, criterion, depths, explained=explained) for criterion in content.criteria)
    return SetPage(
        rows=rows,
        total_points=points(content.total_points),
        fields=sum(not each.parent and each.counts_as == CountsAs.BASE for each in content.criteria),
        leaves=sum(not below[row.code] for row in rows),
        depth=max(depths.values()),
    )


def _row(
    content: SetContent, criterion: CriterionContent, depths: Mapping[str, int], *, explained: bool
) -> CriterionRow:
    method = METHODS.get(criterion.method)
    return CriterionRow(
        code=criterion.code,
        depth=depths[criterion.code],
        title=criterion.title,
        max_points=points(criterion.max_points),
        method=_(method.title) if method else "",
        words=_words(content, criterion) if explained else (),
        function=str(Function(criterion.function).label) if criterion.function else "",
        marks=tuple(_marks(criterion)),
        guidance=criterion.guidance,
    )


def _words(content: SetContent, criterion: CriterionContent) -> tuple[str, ...]:
    if criterion.method not in METHODS:
        return ()
    try:
        return in_words(build(criterion.method, criterion.params, content.leaf(criterion)))
    except RuleErrors:
        return ()  # the findings tell


def _marks(criterion: CriterionContent) -> list[str]:
    marks = []
    if criterion.counts_as != CountsAs.BASE:
        marks.append(str(dict(COUNTS_AS)[criterion.counts_as]))
    if criterion.knock_out:
        marks.append(_("knock-out"))
    if criterion.evidence_required:
        marks.append(_("evidence required"))
    return marks
