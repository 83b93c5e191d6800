"""What a set of indicators says, in words: for its page, and for what differs between two of its versions."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from indicators.content import CheckContent, IndicatorContent
from indicators.lint import parsed_formula, parsed_rule
from indicators.models import Lines, RollUp, Severity, ValueType
from indicators.rules import Comparison, Formula
from parportal.entry.numbers import format_decimal
from units.models import UnitType

SIGNS = {
    Comparison.AT_MOST: "≤",
    Comparison.AT_LEAST: "≥",
    Comparison.EQUAL: "=",
    Comparison.LESS: "<",
    Comparison.MORE: ">",
}
Titles = Mapping[str, str]


def shown(content: IndicatorContent | CheckContent, name: str) -> tuple[str, ...]:
    """An attribute as lines to read; none for what is empty."""
    value = getattr(content, name)
    if name in ("options", "table_lines"):
        return tuple(f"{key}: {text}" for key, text in value)
    if name == "levels":
        return tuple(str(UnitType(each).label) for each in value if each in UnitType.values)
    if name in WORDS and value:
        labels: Mapping[str, object] = dict(WORDS[name].choices)
        return (str(labels.get(value, value)),)
    if isinstance(value, bool):
        return (_("yes") if value else _("no"),)
    if isinstance(value, Decimal):
        return (format_decimal(value),)
    return tuple(str(value).splitlines()) if value not in (None, "") else ()


WORDS = {"value_type": ValueType, "roll_up": RollUp, "lines": Lines, "severity": Severity}


def years(content: IndicatorContent) -> str:
    """The years in which an indicator is asked for; empty for every year."""
    first, last = content.from_year, content.to_year
    if first and last:
        return f"{first}–{last}"
    if first:
        return _("from %(year)s") % {"year": first}
    return _("until %(year)s") % {"year": last} if last else ""


def bounds(content: IndicatorContent) -> str:
    """What may be typed; nothing for counts, which begin with 0, and for percentages of a whole."""
    least = None if content.least == 0 else content.least
    most = None if content.value_type == ValueType.PERCENT and content.most == 100 else content.most
    if least is not None and most is not None:
        return _("from %(least)s to %(most)s") % {"least": format_decimal(least), "most": format_decimal(most)}
    if least is not None:
        return _("at least %(least)s") % {"least": format_decimal(least)}
    return _("at most %(most)s") % {"most": format_decimal(most)} if most is not None else ""


def roll_up_words(content: IndicatorContent) -> str:
    """How it becomes the figure of the parent; nothing for what has no value."""
    if not content.value_type:
        return ""
    (word,) = shown(content, "roll_up") or ("",)
    if content.roll_up == RollUp.RATIO:
        return f"{word}: {content.numerator} / {content.denominator}"
    return word


def formula_words(content: IndicatorContent) -> str:
    formula = parsed_formula(content.formula) if content.formula else None
    return _("follows from: %(formula)s") % {"formula": _side(formula, {})} if formula else ""


def rule_words(text: str, titles: Titles | None = None) -> str:
    """A rule as people write it: 1.2 ≤ 1.1; with `titles` (by code) each figure by its title too."""
    rule = parsed_rule(text)
    if rule is None:
        return text
    left, right = _side(rule.left, titles or {}), _side(rule.right, titles or {})
    return f"{left} {SIGNS[rule.comparison]} {right}"


def _side(formula: Formula, titles: Titles) -> str:
    words = ""
    for term in formula.terms:
        sign = "−" if term.factor < 0 else "+"
        named = f"{titles[term.code]} ({term.code})" if term.code in titles else term.code
        if term.previous:
            named = pgettext("figure of a check", "%(figure)s of the period before") % {"figure": named}
        named = named or format_decimal(term.constant)
        words = f"{words} {sign} {named}" if words else f"{'−' if term.factor < 0 else ''}{named}"
    return words
