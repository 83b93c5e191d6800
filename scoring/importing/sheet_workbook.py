"""A score sheet as a workbook to be filled in without a network; `sheet_reading` reads it back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from parportal.display import moment, points_short
from parportal.entry.writing import (
    LONGEST,
    UNWRITABLE,
    DropDowns,
    Looks,
    fingerprint,
    lock_and_print,
    put,
    put_pairs,
    written,
)
from scoring.comparable import Base, bases_of
from scoring.importing.sheet_layout import (
    COLUMNS,
    FORMAT,
    GUIDE,
    HEADER_ROW,
    HIDDEN,
    IDENTITY,
    LAYOUT,
    LISTS,
    PLACE,
    READ,
    SHEET,
    TEXTS,
    column_titles,
    option_labels,
    state_label,
    state_words,
    value_text,
)
from scoring.leaves import leaves_of
from scoring.method_words import in_words
from scoring.models import Score, ScoreSheet
from scoring.rows import answer_fields
from scoring.rules import Input, Kind, LeafState, Method, decode
from scoring.tree import Node
from scoring.workflow import why_row_is_closed
from units.models import User

WIDTHS = {
    "code": 8,
    "title": 46,
    "maximum": 9,
    "state": 15,
    "question": 34,
    "value": 22,
    "hint": 22,
    "reason": 24,
    "note": 30,
    "why_no_evidence": 24,
    "evidence": 24,
    "points": 12,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One leaf with what its cells hold. `closed` says why nobody fills it in, or is empty."""

    node: Node
    score: Score
    method: Method
    closed: str

    @property
    def inputs(self) -> tuple[Input, ...]:
        return self.method.inputs()

    @property
    def values(self) -> list[str]:
        """The texts of the value cells, in the order of the inputs."""
        answers = decode(self.inputs, self.score.answers) if self.score.state == LeafState.ANSWERED else {}
        return [value_text(each, answers.get(each.name)) for each in self.inputs]

    @property
    def texts(self) -> dict[str, str]:
        return {name: getattr(self.score, name) for name in TEXTS}

    @property
    def is_evidence_asked(self) -> bool:
        return self.node.criterion.evidence_required or bool(self.score.why_no_evidence)


def lines_of(sheet: ScoreSheet, user: User) -> list[Line]:
    """The rows of a sheet that a person sees, in reading order, in a constant number of queries."""
    leaves = leaves_of(sheet.campaign.criteria_set)
    visible = Score.objects.visible_to(user).filter(sheet=sheet)
    scores = {each.criterion_id: each for each in visible.select_related("exclusion").prefetch_related("evidence")}
    lines = []
    for leaf in leaves.by_pk.values():
        if score := scores.get(leaf.pk):
            score.criterion, score.sheet = leaf.criterion, sheet
            lines.append(Line(leaves.tree.by_id[leaf.pk], score, leaf.method, why_not_here(score)))
    return lines


def why_not_here(score: Score) -> str:
    """Why a row cannot be filled in in a workbook, in words; empty when it can."""
    if any(len(getattr(score, name)) > LONGEST for name in TEXTS):
        return _("The texts of this row are too long for a workbook. Change it on the portal.")
    return why_row_is_closed(score)


def sheet_workbook(sheet: ScoreSheet, user: User) -> bytes:
    """The rows of the sheet that the person sees, with their present values.

    `sheet` comes with its unit, campaign and criteria set.
    """
    lines = lines_of(sheet, user)
    bases = bases_of(sheet.campaign, ((sheet.unit_id, line.score, line.method) for line in lines))
    return written(str(sheet), lambda book: Writer(book).write(sheet, lines, bases))


class Writer:
    """Writes the four sheets of one workbook."""

    def __init__(self, book: Any) -> None:
        self.looks = Looks(book)
        self.sheet = book.add_worksheet(SHEET)
        self.guide = book.add_worksheet(GUIDE)
        self.lists = DropDowns(book.add_worksheet(LISTS))
        self.identity = book.add_worksheet(IDENTITY)
        self._row = HEADER_ROW

    def write(self, sheet: ScoreSheet, lines: Sequence[Line], bases: Mapping[int, Base]) -> None:
        self.write_head(sheet)
        above: set[int] = set()
        for line in lines:
            for criterion in line.node.path:
                if criterion.pk not in above:
                    above.add(criterion.pk)
                    self.write_group(criterion.code, criterion.title, criterion.max_points)
            self.write_line(line, bases.get(line.score.pk))
        self.set_up()
        self.write_guide(lines)
        self.write_identity(sheet)

    # The head of the sheet, and how it looks and prints ------------------------------------------------------
    def write_head(self, sheet: ScoreSheet) -> None:
        criteria_set = sheet.campaign.criteria_set
        version = {"title": criteria_set.title, "version": criteria_set.version}
        head = (
            (_("Unit"), sheet.unit.name),
            (_("Campaign"), sheet.campaign.title),
            (_("Criteria set"), _("%(title)s, version %(version)s") % version),
            (_("Deadline of the self-score"), moment(sheet.deadline_at) or "–"),
        )
        self.put(0, 0, _("Score sheet"), self.looks.title)
        for number, (name, value) in enumerate(head, 1):
            self.put(number, 0, f"{name}: {value}", self.looks.bold)
        self.put(
            5,
            0,
            _(
                "Fill in the yellow cells only, numbers as you write them: 1,5 or 1.5. Then upload this file on "
                "the page of the score sheet: what will change is shown row by row before anything is kept."
            ),
            self.looks.plain,
        )
        titles = column_titles()
        for place, name in enumerate(COLUMNS):
            self.put(HEADER_ROW - 2, place, titles.get(name, ""), self.looks.head)
            self.put(HEADER_ROW - 1, place, name if name in READ else "", self.looks.plain)

    def set_up(self) -> None:
        sheet, last = self.sheet, max(self._row - 1, HEADER_ROW)
        for name, place in PLACE.items():
            if name in HIDDEN:
                sheet.set_column(place, place, 12, None, {"hidden": True})
            else:
                sheet.set_column(place, place, WIDTHS[name])
        sheet.freeze_panes(HEADER_ROW, PLACE["maximum"])
        lock_and_print(sheet, head=HEADER_ROW - 2, last=(last, PLACE["points"]), columns=len(COLUMNS))
        self.lists.finish()
        self.identity.very_hidden()

    # Lines ----------------------------------------------------------------------------------------------------
    def write_group(self, code: str, title: str, maximum: Decimal) -> None:
        for place in range(PLACE["points"] + 1):
            self.put(self._row, place, "", self.looks.group)
        self.put(self._row, PLACE["code"], code, self.looks.group)
        self.put(self._row, PLACE["title"], title, self.looks.group)
        self.put(self._row, PLACE["maximum"], points_short(maximum), self.looks.group)
        self._row += 1

    def write_line(self, line: Line, base: Base | None) -> None:
        """One leaf: a line for each of its facts."""
        if line.closed:
            self.write_fixed(line, state="", question=line.closed)
            self._row += 1
            return
        score, values = line.score, line.values
        state = state_label(score.state)
        known = fingerprint([state, *values, *line.texts.values()])
        fields = answer_fields(line.method, {})
        for number, (each, field, value) in enumerate(zip(line.inputs, fields, values, strict=True)):
            question = " ".join(filter(None, [field.label, f"({field.condition})" if field.condition else ""]))
            first = number == 0
            self.write_fixed(line if first else None, state=state if first else "", question=question)
            self.cell("value", value, is_open=True)
            self.cell("hint", hint(each, base if first else None))
            if each.options:
                self.offer("value", option_labels(each.options).values())
            if first:
                self.cell("state", state, is_open=True)
                self.offer("state", state_words().values())
                for name, text in line.texts.items():
                    self.cell(name, text, is_open=name != "why_no_evidence" or line.is_evidence_asked)
                self.cell("version", str(score.version))
                self.cell("base", known)
            self.cell("criterion", str(score.criterion_id))
            self.cell("input", each.name)
            self._row += 1

    def write_fixed(self, line: Line | None, *, state: str, question: str) -> None:
        """The locked cells of a line; the further lines of a leaf name nothing again."""
        for name in COLUMNS[: PLACE["points"] + 1]:
            self.cell(name, "")
        self.cell("state", state)
        self.cell("question", question)
        if line is None:
            return
        criterion, points = line.node.criterion, line.score.self_points
        self.cell("code", criterion.code)
        self.cell("title", criterion.title)
        self.put(self._row, PLACE["maximum"], points_short(criterion.max_points), self.looks.figure)
        self.cell("evidence", "\n".join(str(each) for each in line.score.evidence.all()))
        self.put(self._row, PLACE["points"], points_short(points), self.looks.figure)

    def cell(self, name: str, text: str, *, is_open: bool = False) -> None:
        self.put(self._row, PLACE[name], text, self.looks.open if is_open else self.looks.fixed)

    def put(self, row: int, column: int, text: str, form: Any) -> None:
        put(self.sheet, row, column, text, form)

    def offer(self, column: str, words: Iterable[str]) -> None:
        """The present cell takes one of these words."""
        self.lists.offer(self.sheet, self._row, PLACE[column], list(words))

    # The other sheets -----------------------------------------------------------------------------------------
    def write_guide(self, lines: Sequence[Line]) -> None:
        guide = self.guide
        for place, (title, width) in enumerate(
            ((_("Code"), 10), (_("Criterion"), 50), (_("Guidance"), 70), (_("How it is scored"), 70))
        ):
            guide.write_string(0, place, title, self.looks.head)
            guide.set_column(place, place, width)
        for number, line in enumerate(lines, 1):
            criterion = line.node.criterion
            asked = [_("Evidence is required.")] if criterion.evidence_required else []
            texts = (
                criterion.code,
                criterion.title,
                "\n".join(filter(None, [criterion.guidance, *asked])),
                "\n".join(in_words(line.method)),
            )
            for place, text in enumerate(texts):
                guide.write_string(number, place, UNWRITABLE.sub("", text)[:LONGEST], self.looks.wrapped)
        guide.freeze_panes(1, 1)
        guide.protect("", {"format_columns": True, "format_rows": True})
        guide.set_landscape()
        guide.set_paper(9)
        guide.fit_to_pages(1, 0)
        guide.repeat_rows(0)

    def write_identity(self, sheet: ScoreSheet) -> None:
        """What file this is, as pairs of key and value."""
        criteria_set = sheet.campaign.criteria_set
        values = {
            "format": FORMAT,
            "layout": str(LAYOUT),
            "sheet": str(sheet.pk),
            "unit": sheet.unit.name,
            "campaign": sheet.campaign.title,
            "criteria_set": criteria_set.code,
            "set_version": str(criteria_set.version),
        }
        put_pairs(self.identity, values)


def hint(each: Input, base: Base | None) -> str:
    """How a value is written, and what is recorded of last year."""
    return "\n".join(filter(None, [*kind_words(each), base.text if base else ""]))


def kind_words(each: Input) -> Iterator[str]:
    match each.kind:
        case Kind.CHOICE:
            yield _("choose from the list")
        case Kind.INTEGER:
            yield _("whole number")
        case Kind.PERCENT:
            yield _("percent, 0 to 100")
        case Kind.POINTS if each.maximum is not None:
            yield _("points, at most %(maximum)s") % {"maximum": points_short(each.maximum)}
        case _:
            yield _("number, decimals if need be")
    if each.kind is Kind.POINTS and each.step not in (None, Decimal("0.01")):
        yield _("in steps of %(step)s") % {"step": points_short(each.step)}
