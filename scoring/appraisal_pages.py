"""What the two appraisal pages show: one sheet by fields, or one criterion across units; filters and progress."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from parportal.display import points
from scoring.appraisal_rows import AppraisalRow, Desk, RefusedRow, row_of
from scoring.loss_rows import LossPart
from scoring.models import Criterion, Score
from scoring.tree import Tree

FILTERS: Mapping[str, tuple[str | Promise, Callable[[AppraisalRow], bool]]] = {
    "all": (_("All"), lambda row: True),
    "undecided": (_("Not appraised yet"), lambda row: row.is_undecided),
    "review": (_("Rules changed"), lambda row: bool(row.review)),
    "differs": (_("Differs"), lambda row: row.differs),
    "no-evidence": (_("No evidence"), lambda row: row.lacks_evidence),
    "claims": (_("Claims “not applicable”"), lambda row: row.is_claim),
    "left-out": (_("Not counted"), lambda row: row.is_left_out),
    "causes": (_("Cause missing"), lambda row: row.lacks_cause),
    "unanswered": (_("Explanation not answered"), lambda row: row.lacks_reply),
}


@dataclass(frozen=True, slots=True)
class Filter:
    name: str
    label: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the rows are decided, and what is still missing.

    Units: rows; those that nobody decides (excluded, or filled by a survey) are not among `total`.
    """

    decided: int
    total: int
    under_review: int
    differing: int
    causes_missing: int
    replies_missing: int
    proposals: int

    @property
    def left(self) -> int:
        return self.total - self.decided

    @property
    def mark(self) -> str:
        if self.decided == self.total:
            return "done"
        return "part" if self.decided else "none"

    @classmethod
    def of(cls, rows: Iterable[AppraisalRow]) -> Progress:
        rows = list(rows)
        to_decide = [row for row in rows if not row.closed]
        return cls(
            decided=sum(not row.is_undecided for row in to_decide),
            total=len(to_decide),
            under_review=sum(bool(row.review) for row in to_decide),
            differing=sum(row.differs for row in rows),
            causes_missing=sum(row.lacks_cause for row in rows),
            replies_missing=sum(row.lacks_reply for row in rows),
            proposals=sum(can_be_recorded(row) for row in rows),
        )


def can_be_recorded(row: AppraisalRow) -> bool:
    """Whether the row has a proposal with everything in it that nobody has recorded yet."""
    loss = row.loss
    return row.lacks_cause and loss is not None and loss.is_proposed and bool(loss.cause and loss.lines)


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one criterion; without a heading of its own where the field holds leaves directly."""

    code: str
    title: str
    rows: tuple[AppraisalRow, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One field: its groups as filtered, its progress over all rows, and points of self-score and appraisal.

    `agency` appraises most of it: only rows of another one name theirs.
    """

    code: str
    title: str
    agency: str
    groups: tuple[Group, ...]
    progress: Progress
    self_points: str
    given_points: str


@dataclass(frozen=True, slots=True)
class Changed:
    """Rows of a page that were just refused, by the primary key of the score."""

    rows: Mapping[int, RefusedRow]
    losses: Mapping[int, Callable[[LossPart], LossPart]]

    @classmethod
    def nothing(cls) -> Changed:
        return cls({}, {})

    def pks(self) -> set[int]:
        return {*self.rows, *self.losses}


def rows_of(scores: Iterable[Score], desk: Desk, changed: Changed) -> dict[int, AppraisalRow]:
    """Rows by the primary key of their score; refused forms as they were typed."""
    rows = {}
    for score in scores:
        row = row_of(score, desk, refused=changed.rows.get(score.pk))
        if row.loss is not None and score.pk in changed.losses:
            row = replace(row, loss=changed.losses[score.pk](row.loss))
        rows[score.pk] = row
    return rows


def filters_of(rows: Iterable[AppraisalRow], chosen: str) -> list[Filter]:
    """The filters with the number of rows behind each; empty ones are not offered unless chosen."""
    rows = list(rows)
    counted = [
        Filter(name, str(label), sum(map(test, rows)), name == chosen) for name, (label, test) in FILTERS.items()
    ]
    return [each for each in counted if each.count or each.is_current or each.name in ("all", "undecided")]


def chosen_filter(name: str) -> str:
    return name if name in FILTERS else "all"


def sections_of(
    scores: Iterable[Score], rows: Mapping[int, AppraisalRow], tree: Tree, chosen: str, keep: Iterable[int] = ()
) -> list[Section]:
    """The fields with the rows that pass the filter; `keep` are rows shown whatever the filter says."""
    kept = set(keep)
    by_field: dict[int, list[Score]] = {}
    for score in scores:
        by_field.setdefault(tree.by_id[score.criterion_id].section.pk, []).append(score)
    test = FILTERS[chosen][1]
    return [
        section_of(tree.by_id[field].criterion, members, rows, tree, lambda row: test(row) or row.pk in kept)
        for field, members in by_field.items()
    ]


def section_of(
    field: Criterion,
    scores: list[Score],
    rows: Mapping[int, AppraisalRow],
    tree: Tree,
    test: Callable[[AppraisalRow], bool],
) -> Section:
    groups: list[tuple[int, list[AppraisalRow]]] = []  # runs: a leaf right below the field keeps its place
    for score in scores:
        if test(rows[score.pk]):
            parent = tree.by_id[score.criterion_id].parent or score.criterion
            if not groups or groups[-1][0] != parent.pk:
                groups.append((parent.pk, []))
            groups[-1][1].append(rows[score.pk])
    return Section(
        code=field.code,
        title=field.title,
        agency=Counter(rows[score.pk].agency for score in scores).most_common(1)[0][0],
        groups=tuple(group_of(tree.by_id[pk].criterion, field, members) for pk, members in groups),
        progress=Progress.of(rows[score.pk] for score in scores),
        self_points=total(score.self_points for score in scores if score.exclusion_id is None),
        given_points=total(score.points for score in scores) or points(Decimal(0)),
    )


def total(given: Iterable[Decimal | None]) -> str:
    """The sum of what was given; nothing where nothing was."""
    found = [each for each in given if each is not None]
    return points(sum(found, Decimal(0))) if found else ""


def group_of(parent: Criterion, field: Criterion, rows: list[AppraisalRow]) -> Group:
    if parent.pk == field.pk:
        return Group("", "", tuple(rows))
    return Group(parent.code, parent.title, tuple(rows))
