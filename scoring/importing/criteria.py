"""Criteria sets from workbooks: the whole file is checked first, and every problem told with its cell."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from django.core.files import File
from django.utils.translation import gettext as _

from parportal.entry.problems import ImportProblem, ImportProblems
from parportal.entry.workbooks import Row, Workbook, open_workbook
from scoring.content import CriterionContent, SetContent
from scoring.importing.criteria_layout import (
    CRITERIA,
    CRITERIA_OPTIONAL,
    CRITERIA_REQUIRED,
    LENGTHS,
    LEVEL_MARK,
    RULES,
    SET,
    SET_OPTIONAL,
    SET_REQUIRED,
)
from scoring.importing.criteria_rules import RulesReader
from scoring.importing.criteria_target import find_target
from scoring.lint import STRUCTURE, Finding, Place, lint
from scoring.rules import METHODS, CountsAs, ExtraPoints, Policy, RoundAt, Rounding
from scoring.tree import Tree
from units.models import Function, UnitType, User

# Stands in for a maximum that could not be read, so that the rules of the row can still be checked.
UNREAD_MAXIMUM = Decimal(1_000_000)
COUNTS_AS = [kind.value for kind in CountsAs]
POLICIES = [policy.value for policy in Policy]
# Kinds of findings about a tree that is none, or a code that stands twice.
UNSTORABLE = frozenset({"empty", "duplicate", "lost", "circle", "depth"})
ROUNDINGS = [rounding.value for rounding in Rounding]
ROUND_AT = [each.value for each in RoundAt]
EXTRA_POINTS = [each.value for each in ExtraPoints]
MAX_VERSION = 32_767
MAX_INDEX_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class CheckedWorkbook:
    """A workbook that was read to its end.

    Shapes: `faults` are contradictions of the set, each at its cell, that a draft may hold until somebody mends
    them; `notes` tell what was read although it is hidden.
    """

    content: SetContent
    faults: tuple[ImportProblem, ...]
    notes: tuple[ImportProblem, ...]


def read_criteria_set(file: IO[bytes] | File[Any] | Path, *, by: User | None) -> SetContent:
    """Check a workbook as a whole and read it; nothing is stored. `by` None is the operator of the server.

    Raises: ImportProblems with everything that is wrong, contradictions of the set among it.
    """
    checked = check_workbook(file, by=by)
    if checked.faults:
        raise ImportProblems(checked.faults)
    return checked.content


def check_workbook(file: IO[bytes] | File[Any] | Path, *, by: User | None) -> CheckedWorkbook:
    """Check a workbook as `read_criteria_set` does; contradictions that a draft may hold do not refuse it.

    Raises: ImportProblems with everything that is wrong, when something in it keeps it from being stored.
    """
    book = open_workbook(file)
    reader = CriteriaReader(book)
    content = reader.content
    frame: SetContent | None = None
    if not reader.unread & {(None, name) for name in ("code", "version", "issuer")}:
        target = find_target(content, by=by)
        frame = SetContent.of(Tree.of(target.frame)) if target.frame else None
        for key, reason in target.refusals:
            reader.head.refuse(key, reason)
    is_readable = not len(reader.problems)
    errors = [finding for finding in (lint(content, frame) if reader.has_table else ()) if finding.is_error]
    for finding in errors:
        reader.refuse_finding(finding)
    faults = tuple(sorted(reader.problems, key=_place_in_file))
    if not is_readable or any(_keeps_from_storing(finding, content) for finding in errors):
        raise ImportProblems(faults)
    return CheckedWorkbook(content.in_reading_order(), faults, tuple(book.notes))


def _keeps_from_storing(finding: Finding, content: SetContent) -> bool:
    """Whether the database cannot hold what is found: no tree, one code twice, a maximum below 0."""
    if finding.kind in UNSTORABLE:
        return True
    return finding.position is not None and content.criteria[finding.position].max_points < 0


def _place_in_file(problem: ImportProblem) -> tuple[int, int]:
    """Sheets in their order, rows from the top; what is wrong with a whole sheet comes first."""
    sheets = [SET, CRITERIA, RULES]
    row = "".join(char for char in problem.cell.partition(":")[0] if char.isdigit())
    return sheets.index(problem.sheet) if problem.sheet in sheets else -1, int(row or 0)


class CriteriaReader:
    """One walk over a workbook: what was read is in `content`, what could not be in `problems` and `unread`."""

    def __init__(self, book: Workbook) -> None:
        self.problems = book.problems
        self.unread: set[Place] = set()
        self.head = book.pairs(SET, required=SET_REQUIRED, optional=SET_OPTIONAL)
        self.rules = RulesReader(book)
        self._rows: list[Row] = []
        before = len(self.problems)
        table = book.rows(CRITERIA, required=CRITERIA_REQUIRED, optional=CRITERIA_OPTIONAL)
        is_sound = len(self.problems) == before
        criteria = tuple(each for row in table if (each := self._criterion(row)))
        self.has_table = bool(criteria) or is_sound
        if self.has_table and STRUCTURE not in self.unread:
            self.rules.refuse_strangers(criterion.code for criterion in criteria)
        self.content = self._content(criteria)
        self._refused = {(problem.sheet, problem.cell) for problem in self.problems}

    def refuse_finding(self, finding: Finding) -> None:
        """Note what the lint found, at its cell; not where it rests on something that could not be read."""
        if finding.needs & self.unread:
            return
        reason = f"{finding.what} {finding.mend}"
        if finding.position is None and finding.at not in self.head.cells:
            self.problems.add(sheet=CRITERIA, cell="", value="", reason=reason)
            return
        row, column = self._cell_of(finding)
        if row and (row.sheet, row.cells[column].address) not in self._refused:
            row.refuse(column, reason)

    def _cell_of(self, finding: Finding) -> tuple[Row | None, str]:
        if finding.position is None:
            return self.head, finding.at
        row = self._rows[finding.position]
        attribute, _dot, place = finding.at.partition(".")
        if attribute != "params":
            return row, attribute
        if found := self.rules.cell_of(finding.code, place):
            return found
        return None if self.rules.may_lack_rows(finding.code) else row, "method"

    def _criterion(self, row: Row) -> CriterionContent | None:
        """One row of the sheet `criteria`; None without a code: nothing can be said of its place."""
        position = len(self._rows)
        code, parent = self._text(row, "code", is_code=True, required=True), row.code("parent")
        if not code or (not parent and not row.blank("parent")):
            self.unread.add(STRUCTURE)
        max_points = row.decimal("max_points", places=2, percent_sign=False, required=True)
        if max_points is None:
            self.unread.add((position, "max_points"))
        criterion = CriterionContent(
            code=code,
            parent=parent,
            title=self._text(row, "title", required=True),
            max_points=UNREAD_MAXIMUM if max_points is None else max_points,
            method=self._word(row, position, "method", [*METHODS]),
            params=self.rules.params.get(code, {}),
            counts_as=self._word(row, position, "counts_as", COUNTS_AS) or CountsAs.BASE.value,
            no_case_policy=row.one_of("no_case", POLICIES) or Policy.EXCLUDE.value,
            zero_denominator_policy=self._word(row, position, "zero_denominator", POLICIES)
            or Policy.EXCLUDE.value,
            knock_out=row.flag("knock_out"),
            evidence_required=row.flag("evidence_required"),
            function=row.one_of("function", Function.values),
            guidance=row.text("guidance"),
        )
        if not code:
            return None
        self._rows.append(row)
        return criterion

    def _content(self, criteria: tuple[CriterionContent, ...]) -> SetContent:
        head = self.head
        return SetContent(
            code=self._text(head, "code", is_code=True, required=True),
            version=self._count("version", 1, MAX_VERSION, required=True),
            title=self._text(head, "title", required=True),
            decision_number=self._text(head, "decision_number"),
            decision_on=head.date("decision_on"),
            issuer=self._text(head, "issuer", is_code=True, required=True),
            unit_type=head.one_of("unit_type", UnitType.values, required=True),
            total_points=self._points("total_points", default="0", required=True),
            level_names=tuple(
                name for each in head.text("level_names").split(LEVEL_MARK) if (name := each.strip())
            ),
            index_decimals=self._count("index_decimals", 0, MAX_INDEX_DECIMALS, default=2),
            point_step=self._points("point_step", default="0.01"),
            rounding=head.one_of("rounding", ROUNDINGS) or Rounding.HALF_UP.value,
            round_at=head.one_of("round_at", ROUND_AT) or RoundAt.LEAF.value,
            extra_points=head.one_of("extra_points", EXTRA_POINTS) or ExtraPoints.AFTER.value,
            criteria=criteria,
        )

    def _text(self, row: Row, name: str, *, is_code: bool = False, required: bool = False) -> str:
        """Text that the database can keep; of the sheet `set` it is noted as unread when it cannot."""
        text = row.code(name, required=required) if is_code else row.text(name, required=required)
        longest = LENGTHS[row.sheet].get(name)
        if longest and len(text) > longest:
            row.refuse(name, _("At most %(longest)s characters are kept here.") % {"longest": longest})
        if row is self.head and not text:
            self.unread.add((None, name))
        return text

    def _word(self, row: Row, position: int, name: str, choices: Collection[str]) -> str:
        word = row.one_of(name, choices)
        if not word and not row.blank(name):
            self.unread.add((position, name))
        return word

    def _count(self, name: str, lowest: int, highest: int, *, default: int = 0, required: bool = False) -> int:
        found = self.head.integer(name, required=required)
        if found is not None and lowest <= found <= highest:
            return found
        if found is not None:
            limits = {"lowest": lowest, "highest": highest}
            self.head.refuse(name, _("Write a number from %(lowest)s to %(highest)s.") % limits)
        if not self.head.blank(name) or required:
            self.unread.add((None, name))
        return default

    def _points(self, name: str, *, default: str, required: bool = False) -> Decimal:
        found = self.head.decimal(name, places=2, percent_sign=False, required=required)
        if found is None and (required or not self.head.blank(name)):
            self.unread.add((None, name))
        return Decimal(default) if found is None else found
