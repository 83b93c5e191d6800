"""What a unit wrote and proved last year, as a start for this year: notes and evidence, never points or answers.

Last year's sheet is the unit's own, or that of a unit that went into it. Criteria belong together as
`scoring.difference` pairs them, by code and title; where a code now asks something else, nothing is taken over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from django.db.models import Max, Prefetch

from parportal.entry.kept_files import Scan
from scoring.approvals import content_of_evidence
from scoring.comparable import predecessors
from scoring.content import SetContent
from scoring.difference import differences_between
from scoring.filling import Filling, filling_of
from scoring.leaves import leaves_of
from scoring.models import CriteriaSet, Evidence, Score, ScoreSheet
from scoring.replacing import ALIKE
from scoring.tree import Tree
from scoring.workflow import why_row_is_closed
from units.models import User


@dataclass(frozen=True, slots=True)
class RowCopy:
    """What one row would get: a note, documents, or both. Shapes: `score` is this year's, with its criterion."""

    score: Score
    note: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class LastYear:
    """What can be copied from one sheet of an earlier year.

    Units: `left_alone` counts rows that hold something already, or are locked.
    """

    source: ScoreSheet
    rows: tuple[RowCopy, ...]
    left_alone: int

    @property
    def notes(self) -> int:
        return sum(bool(row.note) for row in self.rows)

    @cached_property
    def documents(self) -> dict[int, Evidence]:
        """The documents by primary key, each once, however many rows it proves."""
        return {each.pk: each for row in self.rows for each in row.evidence}

    @property
    def without_file(self) -> list[Evidence]:
        """Documents of which the reference alone is copied: the file must not leave its quarantine."""
        return [each for each in self.documents.values() if each.file and not may_be_copied(each)]


def may_be_copied(evidence: Evidence) -> bool:
    return bool(evidence.file) and evidence.scan in (Scan.OFF, Scan.CLEAN)


def earlier_sheets(sheet: ScoreSheet, user: User) -> list[ScoreSheet]:
    """The sheets of the latest earlier year: of the unit, and of units that went into it, as far as visible."""
    units = {sheet.unit_id, *predecessors([sheet.unit_id]).get(sheet.unit_id, {})}
    earlier = ScoreSheet.objects.visible_to(user).filter(unit__in=units, campaign__year__lt=sheet.campaign.year)
    if not sheet.campaign.training:
        earlier = earlier.filter(campaign__training=False)
    latest = earlier.aggregate(year=Max("campaign__year"))["year"]
    found = earlier.filter(campaign__year=latest).select_related("unit", "campaign__criteria_set__issuer")
    # The unit's own sheet first.
    return sorted(found, key=lambda each: (each.unit_id != sheet.unit_id, each.unit.code, each.pk))


def last_year(sheet: ScoreSheet, source: ScoreSheet, user: User) -> LastYear:
    """What the person can copy from `source` into rows of `sheet` that hold neither a note nor evidence yet.

    A constant number of queries. Both sheets come with campaign and criteria set.
    """
    tree = leaves_of(sheet.campaign.criteria_set).tree
    filling = filling_of(sheet, tree, user)
    documents = Prefetch("evidence", Evidence.objects.filter(replaced_by=None).order_by("pk"))
    old_rows = Score.objects.visible_to(user).filter(sheet=source).prefetch_related(documents)
    old_by_leaf = {row.criterion_id: row for row in old_rows}
    pairs = leaf_pairs(source.campaign.criteria_set, tree)
    rows = Score.objects.visible_to(user).filter(sheet=sheet).select_related("exclusion")
    by_leaf = {row.criterion_id: row for row in rows.prefetch_related("evidence")}
    copies, left_alone = [], 0
    for leaf in tree.leaves:
        score = by_leaf.get(leaf.criterion.pk)
        old = old_by_leaf.get(pairs.get(leaf.criterion.pk, 0))
        if score is None or old is None or not (old.note or old.evidence.all()):
            continue
        score.criterion = leaf.criterion
        copy = row_copy(score, old, filling)
        if copy:
            copies.append(copy)
        else:
            left_alone += 1
    return LastYear(source, tuple(copies), left_alone)


def row_copy(score: Score, old: Score, filling: Filling) -> RowCopy | None:
    """What a row takes over from that of last year; nothing where it holds something, or is not the person's."""
    if filling.why_locked(score.criterion_id) or why_row_is_closed(score):
        return None
    if score.note or score.evidence.all():
        return None
    return RowCopy(score, old.note, tuple(old.evidence.all()))


def leaf_pairs(before: CriteriaSet, after: Tree) -> Mapping[int, int]:
    """For each leaf of this year's set the leaf of last year's, by primary key."""
    if before.pk == after.criteria_set.pk:
        return {leaf.criterion.pk: leaf.criterion.pk for leaf in after.leaves}
    old = leaves_of(before).tree
    pairs = differences_between(SetContent.of(old), SetContent.of(after)).pairs
    new_leaves = {leaf.criterion.code: leaf.criterion for leaf in after.leaves}
    found = {}
    for leaf in old.leaves:
        new = new_leaves.get(pairs.get(leaf.criterion.code, ""))
        if new is not None and is_alike(leaf.criterion.title, new.title):
            found[new.pk] = leaf.criterion.pk
    return found


def is_alike(title: str, other: str) -> bool:
    """Whether two titles ask for the same; a reworded one does."""
    title, other = title.lower(), other.lower()
    return title == other or SequenceMatcher(None, title, other).ratio() >= ALIKE


# What was copied and waits to be checked -----------------------------------------------------------------------
def unchecked_notes(rows: Iterable[Score]) -> list[Score]:
    return [row for row in rows if row.to_check and row.note]


def unchecked_documents(sheet: ScoreSheet, rows: Iterable[Score]) -> list[Evidence]:
    """Copies that nobody has looked at, all of whose rows are among these; what a leader approved stays."""
    mine = {score.pk for score in rows}
    copies = Evidence.objects.filter(sheet=sheet, to_check=True, replaced_by=None).prefetch_related("scores")
    approvals = sheet.approvals.values_list("data", flat=True)
    approved = [listed for data in approvals for row in data["rows"] for listed in row["evidence"]]
    return [each for each in copies if is_only_of(each, mine) and not is_handed_in(each, approved)]


def is_only_of(evidence: Evidence, rows: Collection[int]) -> bool:
    """Whether these rows use the document and no others do; what no row uses is nobody's to take away here."""
    used = [score.pk for score in evidence.scores.all()]
    return bool(used) and all(pk in rows for pk in used)


def is_handed_in(evidence: Evidence, approved: Iterable[Mapping[str, object]]) -> bool:
    """Whether a leader approved this document, before the sheet was returned."""
    content = content_of_evidence(evidence).items()
    return any(content <= listed.items() for listed in approved)
