"""The tree page of a draft: ready-made strings, one row a criterion, and what may be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from parportal.display import points
from parportal.entry.numbers import format_entry
from scoring.content import CriterionContent, SetContent
from scoring.criteria_page import CriterionRow, set_page
from scoring.lint.structure import MAX_DEPTH
from scoring.models import CriteriaSet, DraftStep
from scoring.rules import CountsAs
from scoring.tree import Tree

# About as many characters of a title fit on a line of its input.
TITLE_LINE = 38
MAX_TITLE_LINES = 4
DEEPEST_INDENT = 6


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed into the tree and was not saved, by the names of the inputs.

    Shapes: `texts` are kept in their inputs; `problems` say why.
    """

    texts: Mapping[str, str]
    problems: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One input of a row. `stored` is what the draft says where the input shows something else."""

    name: str
    value: str
    stored: str | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """What stands below a parent, against its maximum; `differs` where both should be the same."""

    pk: int
    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class EditorRow:
    """Units: `below` counts all criteria of the branch but the first; `lines` of the title's input."""

    pk: int
    code: str
    depth: int
    title: Entry
    maximum: Entry
    lines: int
    url: str
    is_leaf: bool
    method: str
    facts: str
    sum: Sum | None
    below: int
    may_up: bool
    may_down: bool
    may_in: bool
    may_out: bool
    may_add: bool

    @property
    def notes(self) -> tuple[Entry, ...]:
        return tuple(each for each in (self.title, self.maximum) if each.problem)


@dataclass(frozen=True, slots=True)
class EditorPage:
    """Shapes: `undo` is the title of the last step, empty when there is none."""

    rows: tuple[EditorRow, ...]
    total_points: str
    sum: str
    differs: bool
    fields: int
    leaves: int
    without_method: int
    undo: str
    revision: int


def editor_page(tree: Tree, content: SetContent, *, typed: Typed | None = None) -> EditorPage:
    """All of a draft in reading order (one query, for the last step)."""
    draft = tree.criteria_set
    below = content.children()
    fields = _base(below.get("", ()))
    shown = set_page(content, explained=False)
    builder = _Rows(draft, tree, content, typed or Typed({}, {}))
    rows = tuple(builder.row(place, row) for place, row in enumerate(shown.rows))
    return EditorPage(
        rows=rows,
        total_points=shown.total_points,
        sum=points(fields),
        differs=fields != content.total_points,
        fields=shown.fields,
        leaves=shown.leaves,
        without_method=sum(row.is_leaf and not row.method for row in rows),
        undo=DraftStep.objects.filter(criteria_set=draft).values_list("title", flat=True).last() or "",
        revision=draft.revision,
    )


class _Rows:
    """What the rows need of each other: places among siblings, sums below, sizes of branches."""

    def __init__(self, draft: CriteriaSet, tree: Tree, content: SetContent, typed: Typed) -> None:
        self.tree, self.content, self.typed = tree, content, typed
        self.below = content.children()
        self.siblings = {parent: [each.code for each in found] for parent, found in self.below.items()}
        self.heights: dict[str, int] = {}
        self.sizes: dict[str, int] = {}
        for each in reversed(content.criteria):
            children = self.below.get(each.code, ())
            self.sizes[each.code] = sum(self.sizes[child.code] + 1 for child in children)
            self.heights[each.code] = 1 + max((self.heights[child.code] for child in children), default=0)
        self.pattern = reverse("criterion_edit", args=[draft.code, draft.version, 0]).rpartition("0")

    def row(self, place: int, shown: CriterionRow) -> EditorRow:
        node, criterion = self.tree.nodes[place], self.content.criteria[place]
        pk = node.criterion.pk
        siblings = self.siblings[criterion.parent]
        at = siblings.index(criterion.code)
        title = self._entry(f"title-{pk}", criterion.title)
        return EditorRow(
            pk=pk,
            code=criterion.code,
            depth=min(shown.depth, DEEPEST_INDENT),
            title=title,
            maximum=self._entry(f"max-{pk}", format_entry(criterion.max_points)),
            lines=min(MAX_TITLE_LINES, 1 + len(title.value) // TITLE_LINE),
            url=f"{self.pattern[0]}{pk}{self.pattern[2]}",
            is_leaf=node.is_leaf,
            method=shown.method,
            facts=" · ".join(filter(None, [shown.function, *shown.marks])),
            sum=self._sum(pk, criterion),
            below=self.sizes[criterion.code],
            may_up=at > 0,
            may_down=at + 1 < len(siblings),
            may_in=at > 0 and shown.depth + self.heights[criterion.code] <= MAX_DEPTH,
            may_out=bool(criterion.parent),
            may_add=shown.depth < MAX_DEPTH,
        )

    def _entry(self, name: str, stored: str) -> Entry:
        text = self.typed.texts.get(name, stored)
        problem = self.typed.problems.get(name, "")
        if not problem and text != stored:
            problem = _("Not saved. The draft now says: %(stored)s") % {"stored": stored}
        return Entry(name, text, stored if text != stored else None, problem)

    def _sum(self, pk: int, criterion: CriterionContent) -> Sum | None:
        children = self.below.get(criterion.code)
        if not children:
            return None
        if criterion.counts_as != CountsAs.BASE:
            total = sum((each.max_points for each in children), Decimal(0))
            return Sum(pk, points(total), differs=False)
        total = _base(children)
        return Sum(pk, points(total), differs=total != criterion.max_points)


def _base(criteria: Sequence[CriterionContent]) -> Decimal:
    """What counts within the maximum; bonus and penalty stand outside."""
    return sum((each.max_points for each in criteria if each.counts_as == CountsAs.BASE), Decimal(0))
