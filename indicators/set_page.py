"""The page of a set: its tree with units, levels and roll-up, and its checks in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from indicators.content import CheckContent, IndicatorContent, SetContent
from indicators.models import Lines, Severity
from indicators.set_words import bounds, formula_words, roll_up_words, rule_words, shown, years

# The style sheet knows this many steps of indentation.
DEEPEST = 4


@dataclass(frozen=True, slots=True)
class SetRow:
    """An indicator as it is read. Shapes: `kind` is heading, table, column or figure; `depth` counts from 1."""

    kind: str
    depth: int
    content: IndicatorContent
    value_type: str
    levels: str
    roll_up: str
    marks: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckRow:
    code: str
    title: str
    rule: str
    severity: str
    is_warning: bool
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetPage:
    """Shapes: `typed` counts figures that are filled in, columns among them."""

    content: SetContent
    rows: tuple[SetRow, ...]
    checks: tuple[CheckRow, ...]
    typed: int
    computed: int
    tables: int


def set_page(content: SetContent) -> SetPage:
    """No query."""
    nodes = content.indicators
    tables = {each.code for each in nodes if each.lines}
    titles = {each.code: each.title for each in nodes}
    figures = [each for each in nodes if each.value_type]
    return SetPage(
        content=content,
        rows=tuple(_row(each, depth, tables) for each, depth in content.walk()),
        checks=tuple(_check(each, titles) for each in content.checks),
        typed=sum(not each.formula for each in figures),
        computed=sum(bool(each.formula) for each in figures),
        tables=len(tables),
    )


def _row(each: IndicatorContent, depth: int, tables: set[str]) -> SetRow:
    kind = "table" if each.lines else "column" if each.parent in tables else "figure"
    return SetRow(
        kind=kind if each.lines or each.value_type else "heading",
        depth=min(depth + 1, DEEPEST),
        content=each,
        value_type="".join(shown(each, "value_type")),
        levels=", ".join(shown(each, "levels")),
        roll_up=roll_up_words(each),
        marks=tuple(filter(None, _marks(each))),
        lines=tuple(text for _key, text in (*each.options, *each.table_lines)),
    )


def _marks(each: IndicatorContent) -> Iterator[str]:
    if each.printed_code and each.printed_code != each.code:
        yield _("printed as %(code)s") % {"code": each.printed_code}
    if each.lines:
        yield _("table with given lines") if each.lines == Lines.FIXED else _("table with free lines")
    yield formula_words(each)
    yield years(each)
    yield bounds(each)
    if each.is_cumulative:
        yield _("counted from the beginning of the year")


def _check(check: CheckContent, titles: dict[str, str]) -> CheckRow:
    marks = []
    if check.null_as_zero:
        marks.append(_("what is not reported counts as 0"))
    if check.explained_by:
        words = {"title": titles.get(check.explained_by, ""), "code": check.explained_by}
        marks.append(_("explained when the difference is exactly %(title)s (%(code)s)") % words)
    return CheckRow(
        code=check.code,
        title=check.title or rule_words(check.rule, titles),
        rule=rule_words(check.rule),
        severity="".join(shown(check, "severity")),
        is_warning=check.severity == Severity.WARNING,
        marks=tuple(marks),
    )
