"""Criteria sets and their workbooks for the tests."""

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
from hypothesis import strategies as st

from parportal.entry.problems import ImportProblem, ImportProblems
from scoring.content import CriterionContent, SetContent
from scoring.importing.criteria import read_criteria_set
from scoring.importing.criteria_example import EXAMPLE
from scoring.importing.criteria_workbook import criteria_workbook
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


def plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def points(most: Decimal) -> st.SearchStrategy[str]:
    """Points up to a maximum as the parameters keep them; the maximum itself also as the word for it."""
    return st.integers(0, int(most * 100)).map(lambda hundredths: plain(hundredths * HUNDREDTH)) | st.just("max")


@st.composite
def measures(draw: st.DrawFn) -> dict[str, Any]:
    if draw(st.booleans()):
        return {"of": "percent", "label": draw(TEXTS)}
    return {"of": "ratio", "numerator": draw(TEXTS), "denominator": draw(TEXTS)}


@st.composite
def band_lists(draw: st.DrawFn, most: Decimal) -> list[dict[str, Any]]:
    """Bands from 0 to 100 without gap or overlap."""
    bounds = sorted(draw(st.sets(st.integers(1, 99_99), max_size=3)))
    bands: list[dict[str, Any]] = []
    lower: dict[str, Any] = {}
    for bound in bounds:
        value, below = plain(bound * HUNDREDTH), draw(st.booleans())
        bands.append({**lower, "to": value, "to_closed": below, "points": draw(points(most))})
        lower = {"from": value, "from_closed": not below}
    return [*bands, {**lower, "points": draw(points(most))}]


@st.composite
def methods(draw: st.DrawFn, most: Decimal) -> tuple[str, dict[str, Any]]:
    name = draw(st.sampled_from(["points", "choice", "ratio", "bands", "weighted", "count"]))
    names = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    if name == "choice":
        return name, {
            "options": [{"code": code, "label": draw(TEXTS), "points": draw(points(most))} for code in names]
        }
    if name == "weighted":
        weights = ["1", *(draw(st.sampled_from(["0", "0.25", "0.5"])) for _name in names[1:])]
        parts = zip(names, weights, strict=True)
        return name, {"parts": [{"name": each, "label": draw(TEXTS), "weight": w} for each, w in parts]}
    if name == "count":
        step = draw(st.sampled_from(["0.5", "-0.25", "2"]))
        return name, {"label": draw(TEXTS), "base": draw(points(most)), "step_points": step}
    if name == "ratio":
        extra = draw(st.sampled_from([{}, {"floor_percent": "50"}, {"full_percent": "97.5"}]))
        return name, {**draw(measures()), **extra}
    if name == "bands":
        return name, {**draw(measures()), "bands": draw(band_lists(most))}
    return name, {}


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
                knock_out=draw(st.booleans()),
                evidence_required=draw(st.booleans()),
                guidance=guidance,
                function=draw(st.sampled_from(["", "justice", "finance"])),
            )
        ]
    below = [draw(branches(f"{code}.{number}", code, depth + 1)) for number in (1, 2, 10)[:count]]
    most = sum((branch[0].max_points for branch in below), Decimal(0))
    return [CriterionContent(code, parent, title, most, guidance=guidance), *(row for b in below for row in b)]


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
