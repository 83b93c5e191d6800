"""Targets from a workbook: the whole file is checked first, then what it would change is shown.

Rows with a key change the target that they name, rows without one add a target. Nothing is removed: a target that
is not in the file stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any

from django.core.files import File
from django.utils.translation import gettext as _

from indicators.reported import reference_problem
from parportal.entry.problems import EntryProblem, ImportProblem, ImportProblems
from parportal.entry.rows import Row
from parportal.entry.workbooks import open_workbook
from plans.actions.targets import TARGET_COLUMNS
from plans.importing.targets_layout import CASE_MARK, CHOICES, MARK, OPTIONAL, REQUIRED, TARGETS
from plans.models import Comparator, Plan, Target
from plans.target_entry import (
    FIRST_YEAR,
    LAST_YEAR,
    LINES_OF_EXCEPTIONS,
    PLACES,
    check_quantity,
    number_problem,
)
from plans.target_words import LEVELS, in_order
from units.models import Party

MOST_ROWS = 1000
# The longest texts that the columns take.
LONGEST = {"field_code": 20, "field": 200, "title": 500, "measure": 60, "source": 200}


@dataclass(frozen=True, slots=True)
class TargetSaid:
    """A target as a file says it. Shapes: `columns` as `TARGET_COLUMNS`, `leads` are codes of parties.

    `key` is the primary key of the target that it changes, None for a new one; `version` that of the target when
    the file was read.
    """

    key: int | None
    version: int
    columns: Mapping[str, Any]
    leads: tuple[str, ...]

    def as_target(self, plan: Plan) -> Target:
        return Target(plan=plan, **self.columns)

    def to_json(self) -> list[Any]:
        number = self.columns["number"]
        columns = {**self.columns, "number": None if number is None else f"{number:f}"}
        return [self.key, self.version, columns, list(self.leads)]

    @classmethod
    def from_json(cls, stored: list[Any]) -> TargetSaid:
        key, version, columns, leads = stored
        number = columns["number"]
        columns = {**columns, "number": None if number is None else Decimal(number)}
        return cls(key, version, columns, tuple(leads))


@dataclass(frozen=True, slots=True)
class ReadTargets:
    """A file without a fault: what it adds and changes. `same` counts the rows that say what is there already.

    Shapes: `changed` are pairs of what is stored and what the file says; `notes` tell what was read although it
    is hidden.
    """

    new: tuple[TargetSaid, ...]
    changed: tuple[tuple[Target, TargetSaid], ...]
    same: int
    notes: tuple[ImportProblem, ...]

    @property
    def said(self) -> list[TargetSaid]:
        return [*(said for _target, said in self.changed), *self.new]


def read_targets(file: IO[bytes] | File[Any], plan: Plan, parties: Iterable[Party]) -> ReadTargets:
    """Check a workbook as a whole and compare it with the plan; nothing is stored.

    Raises: ImportProblems with everything that is wrong.
    """
    book = open_workbook(file)
    stored = {each.pk: each for each in plan.targets.prefetch_related("leads")}
    reader = _Reader(stored, {each.code for each in parties})
    found = [reader.said(row) for row in book.rows(TARGETS, required=REQUIRED, optional=OPTIONAL)]
    book.problems.raise_if_any()
    if not found or len(found) > MOST_ROWS:
        words = _("The sheet has no targets.") if not found else _("A plan has at most %(most)s targets.")
        raise ImportProblems((ImportProblem(TARGETS, "", "", words % {"most": MOST_ROWS}),))
    new = tuple(each for each in found if each.key is None)
    named = [(stored[each.key], each) for each in found if each.key is not None]
    changed = tuple(pair for pair in named if content_of(pair[0]) != pair[1])
    return ReadTargets(new, changed, len(named) - len(changed), tuple(book.notes))


def content_of(target: Target) -> TargetSaid:
    """A stored target as a file would say it."""
    columns = {name: getattr(target, name) for name in TARGET_COLUMNS}
    columns["levels"] = in_order(target.levels)
    return TargetSaid(target.pk, target.version, columns, codes_of(target))


def codes_of(target: Target) -> tuple[str, ...]:
    return tuple(sorted(each.code for each in target.leads.all()))


class _Reader:
    def __init__(self, stored: Mapping[int, Target], parties: Collection[str]) -> None:
        self.stored, self.parties = stored, parties
        self.taken: set[int] = set()

    def said(self, row: Row) -> TargetSaid:
        """What a row says; what is wrong in it is noted at its cells."""
        key = self.key(row)
        stored = self.stored.get(key) if key else None
        comparator = row.one_of("comparator", CHOICES["comparator"], required=True)
        number = self.number(row, comparator)
        columns = {
            "field_code": self.text(row, "field_code"),
            "field_title": self.text(row, "field", required=True),
            "title": self.text(row, "title", required=True),
            "comparator": comparator,
            "number": number,
            "measure": self.text(row, "measure"),
            "base_year": self.year(row, "base_year"),
            "horizon": self.year(row, "horizon"),
            "is_striving": row.flag("striving"),
            "levels": self.levels(row),
            "exceptions": words_of(row.text("except"), CASE_MARK)[:LINES_OF_EXCEPTIONS],
            "source": self.source(row, comparator),
        }
        return TargetSaid(key, stored.version if stored else 0, columns, self.leads(row))

    def key(self, row: Row) -> int | None:
        """The target that a row changes; a key of another plan is refused, and so is one that stands twice."""
        key = row.integer("key")
        if key is None:
            return None
        if key not in self.stored:
            row.refuse("key", _("The plan has no such target. Leave the cell empty to add a new one."))
        elif key in self.taken:
            row.refuse("key", _("This key stands here twice."))
        self.taken.add(key)
        return key

    def number(self, row: Row, comparator: str) -> Decimal | None:
        number = row.decimal("number", places=PLACES)
        try:
            if number is not None:
                check_quantity(number)
        except EntryProblem as problem:
            row.refuse("number", str(problem))
        # What cannot be read was refused already.
        is_filled = number is not None or row.blank("number")
        if comparator and is_filled and (line := number_problem(comparator, number)):
            row.refuse("number", line)
        return number

    def text(self, row: Row, name: str, *, required: bool = False) -> str:
        found = row.code(name) if name == "field_code" else row.text(name, required=required)
        if len(found) > LONGEST[name]:
            row.refuse(
                name, _("This text is too long: at most %(length)s characters.") % {"length": LONGEST[name]}
            )
        return found

    def year(self, row: Row, name: str) -> int | None:
        year = row.integer(name)
        if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
            words = _("The year must be between %(first)s and %(last)s.")
            row.refuse(name, words % {"first": FIRST_YEAR, "last": LAST_YEAR})
        return year

    def levels(self, row: Row) -> list[str]:
        words = [word.casefold() for word in words_of(row.text("levels"), MARK)]
        if strange := [word for word in words if word not in LEVELS]:
            row.refuse("levels", _("There is no such level: %(levels)s.") % {"levels": ", ".join(strange)})
        return in_order(words)

    def source(self, row: Row, comparator: str) -> str:
        text = self.text(row, "source")
        if text and (problem := reference_problem(text)):
            row.refuse("source", problem)
        elif text and comparator == Comparator.QUALITATIVE:
            row.refuse("source", _("A target without a number takes no figure."))
        return text

    def leads(self, row: Row) -> tuple[str, ...]:
        codes = tuple(sorted(set(words_of(row.text("leads"), MARK))))
        if strange := [code for code in codes if code not in self.parties]:
            row.refuse("leads", _("Nobody has this code: %(codes)s.") % {"codes": ", ".join(strange)})
        return codes


def words_of(text: str, mark: str) -> list[str]:
    return [word.strip() for word in text.split(mark) if word.strip()]
