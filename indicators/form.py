"""A set of indicators ready to be filled in and judged: the tree, its tables, its rules.

A set in use never changes any more: what is made of it is kept in the life of the process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from indicators.models import Check, Indicator, IndicatorSet, Lines, Severity
from indicators.rules import Formula, Rule, parse_formula, parse_rule

KEPT = 16


@dataclass(frozen=True, slots=True)
class Item:
    """An indicator in its place. `columns` are those of a table; they are no items themselves."""

    indicator: Indicator
    depth: int
    columns: tuple[Indicator, ...]
    children: tuple[Item, ...]
    formula: Formula | None = None

    @property
    def pk(self) -> int:
        return self.indicator.pk

    @property
    def is_table(self) -> bool:
        return bool(self.indicator.lines)

    @property
    def is_row(self) -> bool:
        """Whether it stands for figures of its own: typed, computed, or a table."""
        return self.is_table or bool(self.indicator.value_type)

    @property
    def cells(self) -> tuple[Indicator, ...]:
        """What is typed in one row (or line) of it."""
        if self.is_table:
            return self.columns
        return (self.indicator,) if self.indicator.is_typed else ()

    @property
    def has_free_lines(self) -> bool:
        return self.indicator.lines == Lines.FREE

    def walk(self) -> Iterator[Item]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class FormCheck:
    """A check with its rule. `table` is the item whose lines it is judged in; None: the figures of the form.

    Shapes: `about` are the primary keys of the items where it is told; with a figure that follows from others
    these too: there it is mended, or explained.
    """

    pk: int
    code: str
    rule: Rule
    title: str
    severity: Severity
    null_as_zero: bool
    explained_by: str
    table: int | None
    about: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """Shared by all requests of a process: only to be read.

    Shapes: `items` in reading order by primary key, tables once and their columns not; `by_code` and `by_pk`
    hold every indicator, columns included; `table_of` maps the primary key of a column to that of its table;
    `formulas` are the items that follow from others, each after those that it follows from.
    """

    pk: int
    roots: tuple[Item, ...]
    items: Mapping[int, Item]
    by_code: Mapping[str, Indicator]
    by_pk: Mapping[int, Indicator]
    table_of: Mapping[int, int]
    checks: tuple[FormCheck, ...]
    formulas: tuple[Item, ...] = ()

    def roots_for(self, type_: str, year: int) -> tuple[Item, ...]:
        """The tree in the return of a unit of this type in a year; headings with nothing below are left out."""
        return tuple(pruned for root in self.roots if (pruned := _pruned(root, type_, year)))

    def items_for(self, type_: str, year: int) -> dict[int, Item]:
        """The same as a list in reading order, by primary key; headings included."""
        return {item.pk: item for root in self.roots_for(type_, year) for item in root.walk()}


def form_of(indicator_set: IndicatorSet) -> Form:
    """Two queries for a draft; none for a set that the process knows."""
    return _frozen(indicator_set.pk) if indicator_set.is_frozen else _read(indicator_set.pk)


@lru_cache(maxsize=KEPT)
def _frozen(pk: int) -> Form:
    return _read(pk)


def forget_forms() -> None:
    """For tests, whose databases come and go."""
    _frozen.cache_clear()


def _read(pk: int) -> Form:
    indicators = list(Indicator.objects.filter(set=pk).order_by("position"))
    below: dict[int | None, list[Indicator]] = {}
    for each in indicators:
        below.setdefault(each.parent_id, []).append(each)
    roots = tuple(_item(each, 0, below) for each in below.get(None, ()))
    items = {item.pk: item for root in roots for item in root.walk()}
    table_of = {column.pk: item.pk for item in items.values() for column in item.columns}
    by_code = {each.code: each for each in indicators}
    checks = tuple(
        _check(each, by_code, table_of) for each in Check.objects.filter(set=pk).select_related("explained_by")
    )
    by_pk = {each.pk: each for each in indicators}
    return Form(pk, roots, items, by_code, by_pk, table_of, checks, _formulas(items.values()))


def _item(indicator: Indicator, depth: int, below: Mapping[int | None, list[Indicator]]) -> Item:
    inner = below.get(indicator.pk, [])
    columns = tuple(inner) if indicator.lines else ()
    children = () if indicator.lines else tuple(_item(each, depth + 1, below) for each in inner)
    formula = parse_formula(indicator.formula) if indicator.formula else None
    return Item(indicator, depth, columns, children, formula)


def _formulas(items: Iterable[Item]) -> tuple[Item, ...]:
    """In the order in which they can be computed; what goes round in a circle is left out."""
    left = {item.indicator.code: item for item in items if item.formula is not None}
    ordered: list[Item] = []
    while ready := [each for each in left.values() if each.formula and not left.keys() & set(each.formula.codes)]:
        ordered += ready
        for each in ready:
            del left[each.indicator.code]
    return tuple(ordered)


def _check(check: Check, by_code: Mapping[str, Indicator], table_of: Mapping[int, int]) -> FormCheck:
    rule = parse_rule(check.rule)
    named = [by_code[code].pk for code in (*rule.codes, *rule.previous_codes) if code in by_code]
    tables = {table_of.get(pk) for pk in named}
    return FormCheck(
        pk=check.pk,
        code=check.code,
        rule=rule,
        title=check.title,
        severity=Severity(check.severity),
        null_as_zero=check.null_as_zero,
        explained_by=check.explained_by.code if check.explained_by else "",
        table=tables.pop() if len(tables) == 1 else None,
        about=tuple(dict.fromkeys(table_of.get(pk, pk) for pk in _with_parts(rule.codes, by_code))),
    )


def _with_parts(codes: Iterable[str], by_code: Mapping[str, Indicator]) -> Iterator[int]:
    """The indicators of these codes, each followed by what it is computed from."""
    waiting = list(dict.fromkeys(codes))
    for code in waiting:
        if found := by_code.get(code):
            yield found.pk
            parts = parse_formula(found.formula).codes if found.formula else ()
            waiting += [each for each in parts if each not in waiting]


def _pruned(item: Item, type_: str, year: int) -> Item | None:
    applies = item.indicator.applies_to(type_, year)
    children = tuple(kept for child in item.children if (kept := _pruned(child, type_, year)))
    columns = tuple(each for each in item.columns if each.applies_to(type_, year))
    if not children and not (applies and item.is_row):
        return None
    return Item(item.indicator, item.depth, columns, children, item.formula)
