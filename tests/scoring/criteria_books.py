"""Criteria sets and their workbooks for the tests."""

import io
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import openpyxl
from hypothesis import strategies as st

from parportal.entry.problems import ImportProblem, ImportProblems
from scoring.content import CriterionContent, SetContent
from scoring.importing.criteria import read_criteria_set
from scoring.importing.criteria_example import EXAMPLE
from scoring.importing.criteria_layout import canonical
from scoring.importing.criteria_workbook import criteria_workbook
from scoring.rules import METHODS, Leaf
from scoring.rules.settings import Setting, SettingKind
from tests.rules.generated import own_params_of, with_sources
from units.models import User

Edit = Callable[[Any], object]


def book_file(content: SetContent = EXAMPLE, *edits: Edit) -> io.BytesIO:
    """The workbook of a set, altered as a person might alter it."""
    book = openpyxl.load_workbook(io.BytesIO(criteria_workbook(content)))
    for edit in edits:
        edit(book)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    file.name = "set.xlsx"
    return file


def write(sheet: str, cell: str, value: object) -> Edit:
    def edit(book: Any) -> None:
        book[sheet][cell] = value

    return edit


def problems(*edits: Edit, by: User | None = None) -> list[ImportProblem]:
    """What the import says of the altered example; it must say something."""
    try:
        read_criteria_set(book_file(EXAMPLE, *edits), by=by)
    except ImportProblems as refused:
        return list(refused.problems)
    raise AssertionError("the workbook was taken")


def cells(found: list[ImportProblem]) -> list[str]:
    return [f"{problem.sheet}!{problem.cell}" for problem in found]


# Sets of any shape --------------------------------------------------------------------------------------------
HUNDREDTH = Decimal("0.01")
TEXTS = st.text("aăâđêôơưáảãạộỆ XĐ=+-@'\"<>&%09.,_\n", min_size=1, max_size=12).map(str.strip).filter(bool)
NAMES = st.from_regex(r"[a-z0-9_.]{1,6}", fullmatch=True)


@st.composite
def methods(draw: st.DrawFn, most: Decimal) -> tuple[str, dict[str, Any]]:
    """A method and its params as the portal keeps them, with texts that a spreadsheet might misread.

    Facts that are only recorded stand where the maximum is 0.
    """
    names = [name for name in METHODS if name != "information" or not most]
    name = draw(st.sampled_from(names))
    params = canonical(draw(own_params_of(name, Leaf(most))))
    texts = draw(with_texts(params, METHODS[name].settings))
    return name, draw(with_sources(name, texts, Leaf(most)))


@st.composite
def with_texts(draw: st.DrawFn, params: dict[str, Any], declared: Sequence[Setting]) -> dict[str, Any]:
    """The same params with other texts; short names of rows stay different from each other."""
    found = dict(params)
    for each in declared:
        if each.name not in params:
            continue
        if each.kind is SettingKind.ROWS:
            rows = params[each.name]
            names = draw(st.lists(NAMES, min_size=len(rows), max_size=len(rows), unique=True))
            found[each.name] = [
                {**draw(with_texts(row, each.columns)), **({each.named_by: name} if is_named(each) else {})}
                for row, name in zip(rows, names, strict=True)
            ]
        elif each.kind is SettingKind.TEXT:
            found[each.name] = draw(TEXTS)
    return found


def is_named(rows: Setting) -> bool:
    return any(each.name == rows.named_by and each.kind is SettingKind.TEXT for each in rows.columns)


@st.composite
def branches(draw: st.DrawFn, code: str, parent: str, depth: int) -> list[CriterionContent]:
    """A criterion and what is below it; its maximum is the sum of those below."""
    title, guidance = draw(TEXTS), draw(TEXTS | st.just(""))
    count = draw(st.integers(0, 3)) if depth < 3 else 0
    if not count:
        most = draw(st.integers(0, 500)) * HUNDREDTH
        method, params = draw(methods(most))
        policies = st.sampled_from(["exclude", "full", "zero"])
        return [
            CriterionContent(
                code,
                parent,
                title,
                most,
                method,
                params,
                no_case_policy=draw(policies),
                zero_denominator_policy=draw(policies),
                evidence_required=draw(st.booleans()),
                guidance=guidance,
                function=draw(st.sampled_from(["", "justice", "finance"])),
            )
        ]
    below = [draw(branches(f"{code}.{number}", code, depth + 1)) for number in (1, 2, 10)[:count]]
    most = sum((branch[0].max_points for branch in below), Decimal(0))
    top = CriterionContent(code, parent, title, most, guidance=guidance, knock_out=draw(st.booleans()))
    return [top, *(row for b in below for row in b)]


@st.composite
def contents(draw: st.DrawFn) -> SetContent:
    """A sound set, of one to three fields."""
    fields = [draw(branches(str(number), "", 1)) for number in range(1, draw(st.integers(1, 3)) + 1)]
    return SetContent(
        code="bo-bat-ky",
        version=draw(st.integers(1, 9)),
        title=draw(TEXTS),
        issuer="614",
        unit_type="commune",
        total_points=sum((field[0].max_points for field in fields), Decimal(0)),
        level_names=tuple(draw(st.lists(st.sampled_from(["Lĩnh vực", "Tiêu chí", "Mục"]), max_size=3))),
        index_decimals=draw(st.integers(0, 4)),
        rounding=draw(st.sampled_from(["half_up", "down", "up"])),
        criteria=tuple(row for field in fields for row in field),
    )
