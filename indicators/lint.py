"""What keeps a set of indicators from being used: a tree that is none, rules about what is not there, formulas
that go round in a circle. Everything at once, each where it stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import CharField, Model
from django.utils.translation import gettext as _

from indicators.content import CheckContent, IndicatorContent, Pairs, SetContent
from indicators.models import NUMERIC, Check, Indicator, IndicatorSet, Lines, RollUp, ValueType
from indicators.rules import Formula, Rule, RuleProblem, parse_formula, parse_rule
from units.models import UnitType

SET, INDICATOR, CHECK = "set", "indicator", "check"
# What a rule could not read back, and what is too long for a column.
UNREADABLE = re.compile(r"[\s()+<>=-]|^previous\(")
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,60}")
LINE_LENGTH = 20
# The key of a given line stands in the addresses and names of its inputs.
LINE_KEY = re.compile(r"[-a-zA-Z0-9_]*")
MOST_PLACES = 4
MOST_VERSIONS = 9_999
# Levels of the tree below its roots.
DEEPEST = 12
MOST = Decimal(10) ** 11
YEARS = range(1900, 2201)


@dataclass(frozen=True, slots=True)
class Finding:
    """Shapes: `kind` is set, indicator or check; `position` counts from 0 within it; `at` names an attribute."""

    kind: str
    position: int
    at: str
    code: str
    what: str

    @property
    def line(self) -> str:
        return f"{self.code}: {self.what}" if self.code else self.what


def lint(content: SetContent) -> tuple[Finding, ...]:
    """Every finding, in the order of the set, in the language of the reader."""
    return tuple(_Linter(content).findings())


def parsed_formula(text: str) -> Formula | None:
    try:
        return parse_formula(text)
    except RuleProblem:
        return None


def parsed_rule(text: str) -> Rule | None:
    try:
        return parse_rule(text)
    except RuleProblem:
        return None


# An attribute and what is wrong with it.
_Faults = Iterator[tuple[str, str]]


class _Linter:
    def __init__(self, content: SetContent) -> None:
        self.content = content
        self.by_code = {each.code: each for each in reversed(content.indicators)}
        self.times = Counter(each.code for each in content.indicators)
        self.check_times = Counter(each.code for each in content.checks)
        self.below = content.children()

    def findings(self) -> Iterator[Finding]:
        for at, what in self.of_set():
            yield Finding(SET, 0, at, "", what)
        for place, each in enumerate(self.content.indicators):
            for part in (self.tree, self.table, self.value, self.formula, self.rolling):
                for at, what in part(each):
                    yield Finding(INDICATOR, place, at, each.code, what)
        for place, check in enumerate(self.content.checks):
            for at, what in self.check(check):
                yield Finding(CHECK, place, at, check.code, what)

    def of_set(self) -> _Faults:
        if not SLUG.fullmatch(self.content.code):
            yield "code", _("The code of a set has letters without marks, digits, hyphens and underscores only.")
        if not self.content.title:
            yield "title", _("The title is missing.")
        if self.content.version > MOST_VERSIONS:
            yield "version", _("This number is too long.")
        if not any(each.value_type for each in self.content.indicators):
            yield "indicators", _("The set asks for no figure.")
        yield from _too_long(self.content, IndicatorSet)

    # One indicator ---------------------------------------------------------------------------------------------
    def tree(self, each: IndicatorContent) -> _Faults:
        if not each.code or UNREADABLE.search(each.code):
            yield "code", _("A code is needed, without blanks, brackets and the signs + - < > =.")
        if each.value_type and each.code.isascii() and each.code.isdigit():
            yield "code", _("The code of a figure holds a point or a letter: rules take bare digits for a number.")
        if self.times[each.code] > 1:
            yield "code", _("This code stands here more than once.")
        if not each.title:
            yield "title", _("The title is missing.")
        yield from _too_long(each, Indicator)
        if each.parent and each.parent not in self.by_code:
            yield "parent", _("There is no indicator of this code.")
        elif self.hangs_in_a_circle(each):
            yield "parent", _("This indicator stands below itself.")
        elif self.depth(each) > DEEPEST:
            yield "parent", _("The tree has too many levels.")
        if strange := [level for level in each.levels if level not in UnitType.values]:
            yield "levels", _("There is no such level: %(levels)s.") % {"levels": ", ".join(strange)}
        yield from self.years(each)

    def years(self, each: IndicatorContent) -> _Faults:
        for name in ("from_year", "to_year"):
            if getattr(each, name) not in (None, *YEARS):
                yield name, _("This is no year.")
        if each.from_year and each.to_year and each.to_year < each.from_year:
            yield "to_year", _("The last year is before the first one.")

    def hangs_in_a_circle(self, each: IndicatorContent) -> bool:
        seen, above = {each.code}, each.parent
        while above in self.by_code:
            if above in seen:
                return True
            seen.add(above)
            above = self.by_code[above].parent
        return False

    def depth(self, each: IndicatorContent) -> int:
        """How many stand above it, counted no further than matters."""
        count, above = 0, each.parent
        while above in self.by_code and count <= DEEPEST:
            count, above = count + 1, self.by_code[above].parent
        return count

    def table(self, each: IndicatorContent) -> _Faults:
        if not each.lines:
            if each.table_lines:
                yield "table_lines", _("Only a table has given lines. Say that this is one.")
            return
        if each.lines not in Lines.values:
            yield "lines", _("Only these are possible: %(choices)s.") % {"choices": ", ".join(Lines.values)}
        if each.value_type:
            yield "value_type", _("A table has no value of its own: its columns have.")
        if self.table_of(each):
            yield "lines", _("A table cannot stand within a table.")
        yield from self.columns(each)
        if each.lines == Lines.FREE and each.table_lines:
            yield "table_lines", _("A table with free lines has no given ones.")
        if each.lines == Lines.FIXED:
            yield from _pairs(each.table_lines, "table_lines", _("The lines of the table are missing."))
            if any(not LINE_KEY.fullmatch(key) for key, _text in each.table_lines):
                yield "table_lines", _("The key of a line has letters without marks, digits, - and _ only.")

    def columns(self, each: IndicatorContent) -> _Faults:
        columns = self.below.get(each.code, ())
        if not columns:
            yield "lines", _("This table has no columns: indicators below it.")
        for column in columns:
            if not column.value_type:
                yield "lines", _("The column %(code)s has no kind of value.") % {"code": column.code}
            if self.below.get(column.code):
                yield "lines", _("Nothing stands below a column: %(code)s.") % {"code": column.code}

    def table_of(self, each: IndicatorContent) -> str:
        """The code of the table that holds the indicator as a column; empty for every other one."""
        above = self.by_code.get(each.parent)
        return above.code if above and above.lines else ""

    def value(self, each: IndicatorContent) -> _Faults:
        if each.value_type and each.value_type not in ValueType.values:
            choices = ", ".join(ValueType.values)
            yield "value_type", _("Only these are possible: %(choices)s.") % {"choices": choices}
        if each.value_type == ValueType.CHOICE:
            yield from _pairs(each.options, "options", _("The answers to choose from are missing."))
        elif each.options:
            yield "options", _("Only a choice has answers to choose from.")
        if each.value_type not in NUMERIC:
            if each.least is not None or each.most is not None:
                yield "least", _("Only a number has a least and a most.")
        elif each.least is not None and each.most is not None and each.least > each.most:
            yield "least", _("The least is above the most.")
        for name in ("least", "most"):
            if abs(getattr(each, name) or 0) >= MOST:
                yield name, _("This number is too long.")
        if not 0 <= each.places <= MOST_PLACES or (each.places and each.value_type == ValueType.INTEGER):
            yield "places", _("At most four decimal places; a whole number has none.")

    def formula(self, each: IndicatorContent) -> _Faults:
        if not each.formula:
            return
        formula = parsed_formula(each.formula)
        if formula is None:
            yield "formula", _("This is no sum of codes, such as 1.1 + 1.2 - 1.3.")
            return
        if each.value_type not in NUMERIC:
            yield "formula", _("Only a number can follow from others.")
        if self.table_of(each):
            yield "formula", _("What is in a column is typed. Say with a check how columns belong together.")
        if formula.previous_codes:
            yield "formula", _("A figure cannot follow from the period before. Say it with a check.")
        yield from self.known(formula.codes, "formula")
        if self.follows_from_itself(each):
            yield "formula", _("This figure follows from itself.")

    def follows_from_itself(self, each: IndicatorContent) -> bool:
        seen: set[str] = set()
        waiting = [each.code]
        while waiting:
            node = self.by_code.get(waiting.pop())
            formula = parsed_formula(node.formula) if node and node.formula else None
            codes = formula.codes if formula else ()
            if each.code in codes:
                return True
            waiting += set(codes) - seen
            seen.update(codes)
        return False

    def rolling(self, each: IndicatorContent) -> _Faults:
        if each.roll_up not in RollUp.values:
            choices = ", ".join(RollUp.values)
            yield "roll_up", _("Only these are possible: %(choices)s.") % {"choices": choices}
        elif not _suits(each):
            yield "roll_up", _("This kind of roll-up does not suit the kind of value.")
        parts = {name: getattr(each, name) for name in ("numerator", "denominator")}
        for name, code in parts.items():
            if each.roll_up == RollUp.RATIO and not code:
                yield name, _("A ratio of sums names the figure above and the one below the line.")
            elif each.roll_up != RollUp.RATIO and code:
                yield name, _("Only a ratio of sums has a figure above and below the line.")
            elif code:
                yield from self.known((code,), name)
                if (part := self.by_code.get(code)) and part.roll_up != RollUp.SUM:
                    yield name, _("%(code)s is not summed up.") % {"code": code}

    # One check -------------------------------------------------------------------------------------------------
    def check(self, check: CheckContent) -> _Faults:
        yield from _too_long(check, Check)
        if not check.code or self.check_times[check.code] > 1:
            yield "code", _("A check needs a code of its own.")
        rule = parsed_rule(check.rule)
        if rule is None:
            yield "rule", _("This is no rule, such as 1.1 + 1.2 <= 1.3.")
            return
        if not rule.codes and not rule.previous_codes:
            yield "rule", _("The rule names no figure.")
        yield from self.known(dict.fromkeys((*rule.codes, *rule.previous_codes)), "rule")
        yield from self.mixed(rule)
        if check.explained_by:
            yield from self.known((check.explained_by,), "explained_by")
            tables = {self.table_at(code) for code in rule.codes}
            if self.table_at(check.explained_by) not in tables:
                yield "explained_by", _("What explains a check stands in the same table as its figures.")

    def mixed(self, rule: Rule) -> _Faults:
        """Outside its own lines a column is known by its total alone."""
        tables = {self.table_at(code) for code in (*rule.codes, *rule.previous_codes)}
        if len(tables) < 2 and not rule.previous_codes:
            return
        for code in dict.fromkeys((*rule.codes, *rule.previous_codes)):
            if self.table_at(code) and self.by_code[code].roll_up != RollUp.SUM:
                yield "rule", _("%(code)s has no total: it is not summed up.") % {"code": code}

    def table_at(self, code: str) -> str:
        return self.table_of(self.by_code[code]) if code in self.by_code else ""

    def known(self, codes: Iterable[str], at: str) -> _Faults:
        for code in codes:
            if code not in self.by_code:
                yield at, _("There is no indicator %(code)s.") % {"code": code}
            elif self.by_code[code].value_type not in NUMERIC:
                yield at, _("%(code)s is no number.") % {"code": code}


_SUITS: Mapping[RollUp, Callable[[IndicatorContent], bool]] = {
    RollUp.SUM: lambda each: each.value_type in NUMERIC,
    RollUp.MEAN: lambda each: each.value_type in NUMERIC,
    RollUp.RATIO: lambda each: each.value_type in NUMERIC,
    RollUp.LATEST: lambda each: bool(each.value_type),
    RollUp.CHOICES: lambda each: each.value_type == ValueType.CHOICE,
    RollUp.NONE: lambda each: True,
}


def _suits(each: IndicatorContent) -> bool:
    return _SUITS[RollUp(each.roll_up)](each)


def _too_long(content: object, model: type[Model]) -> _Faults:
    """Texts that their columns do not take."""
    for column in model._meta.get_fields():
        most = column.max_length if isinstance(column, CharField) else None
        if most and len(getattr(content, column.name, "")) > most:
            yield column.name, _("At most %(most)s characters.") % {"most": most}


def _pairs(pairs: Pairs, at: str, missing: str) -> _Faults:
    keys = [key for key, _text in pairs]
    if not pairs:
        yield at, missing
    if len(set(keys)) < len(keys):
        yield at, _("One key stands here twice.")
    if any(not key or len(key) > LINE_LENGTH or not text for key, text in pairs):
        yield at, _("Each has a key of at most 20 characters and a text.")
