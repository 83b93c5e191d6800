"""What differs between two versions of a set, in words: for the preview of an import. Codes tell what belongs
together: a code is what returns, rules and roll-ups know an indicator by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import TypeVar

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from indicators.content import CheckContent, IndicatorContent, SetContent
from indicators.models import Check, Indicator, IndicatorSet
from indicators.set_words import rule_words, shown

Node = IndicatorContent | CheckContent
C = TypeVar("C", IndicatorContent, CheckContent)


@dataclass(frozen=True, slots=True)
class AttributeChange:
    label: str
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowChange:
    """An indicator or a check that is in both versions and not the same."""

    code: str
    title: str
    attributes: tuple[AttributeChange, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What differs among the indicators, or among the checks. Shapes: pairs of code and title."""

    title: str
    added: tuple[tuple[str, str], ...]
    removed: tuple[tuple[str, str], ...]
    changed: tuple[RowChange, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class SetDifference:
    head: tuple[AttributeChange, ...]
    indicators: Part
    checks: Part

    def __bool__(self) -> bool:
        return bool(self.head or self.indicators or self.checks)

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(filter(None, (self.indicators, self.checks)))


def differences_between(before: SetContent, after: SetContent) -> SetDifference:
    """Everything in which `after` differs from `before`, in the language of the reader."""
    head = tuple(
        AttributeChange(_label(IndicatorSet, name), _lines(getattr(before, name)), _lines(getattr(after, name)))
        for name in ("title", "source")
        if getattr(before, name) != getattr(after, name)
    )
    order = _places(before), _places(after)
    return SetDifference(
        head=head,
        indicators=_part(_("Indicators"), before.indicators, after.indicators, order),
        checks=_part(_("Checks"), before.checks, after.checks, ({}, {})),
    )


Places = Mapping[str, tuple[str, str]]


def _places(content: SetContent) -> Places:
    """The code above and the one before it under the same parent, by code."""
    below: dict[str, str] = {}
    found = {}
    for each in content.indicators:
        found[each.code] = (each.parent, below.get(each.parent, ""))
        below[each.parent] = each.code
    return found


def _part(title: str, before: Iterable[C], after: Iterable[C], places: tuple[Places, Places]) -> Part:
    olds, news = ({each.code: each for each in side} for side in (before, after))
    both = [code for code in news if code in olds]
    found = ((news[code], tuple(_changes(olds[code], news[code]))) for code in both)
    changed = [(each, _with_place(each, rows, places, set(both))) for each, rows in found]
    return Part(
        title,
        added=tuple((code, _title(each)) for code, each in news.items() if code not in olds),
        removed=tuple((code, _title(each)) for code, each in olds.items() if code not in news),
        changed=tuple(RowChange(each.code, _title(each), rows) for each, rows in changed if rows),
    )


def _changes(
    old: IndicatorContent | CheckContent, new: IndicatorContent | CheckContent
) -> Iterator[AttributeChange]:
    model = Indicator if isinstance(new, IndicatorContent) else Check
    for each in fields(new):
        if getattr(old, each.name) != getattr(new, each.name):
            label = _("below") if each.name == "parent" else _label(model, each.name)
            yield AttributeChange(label, shown(old, each.name), shown(new, each.name))


def _with_place(
    each: Node,
    rows: tuple[AttributeChange, ...],
    places: tuple[Places, Places],
    both: set[str],
) -> tuple[AttributeChange, ...]:
    """Tell that it stands behind another one; not where that one came or went, nor where it hangs elsewhere."""
    old, new = places[0].get(each.code), places[1].get(each.code)
    if not old or not new or old[0] != new[0] or old[1] == new[1] or {old[1], new[1]} - both - {""}:
        return rows
    return (*rows, AttributeChange(_("stands behind"), _lines(old[1]), _lines(new[1])))


def _title(each: Node) -> str:
    return each.title or (rule_words(each.rule) if isinstance(each, CheckContent) else "")


def _label(model: type[IndicatorSet | Indicator | Check], name: str) -> str:
    return str(capfirst(getattr(model._meta.get_field(name), "verbose_name", name)))


def _lines(text: str) -> tuple[str, ...]:
    return (text,) if text else ()
