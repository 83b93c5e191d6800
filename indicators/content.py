"""What a set of indicators says, apart from where it is kept: a YAML file or a workbook holds it, the lint checks
it, and a draft is stored from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from decimal import Decimal
from typing import Any

from indicators.models import Check, Indicator, IndicatorSet, RollUp, Severity

# A key and what it reads: an answer of a choice, or a given line of a table.
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class IndicatorContent:
    """One node; `parent`, `numerator` and `denominator` are codes. Names and shapes are those of the model."""

    code: str
    parent: str = ""
    title: str = ""
    printed_code: str = ""
    guidance: str = ""
    measure: str = ""
    value_type: str = ""
    places: int = 0
    options: Pairs = ()
    least: Decimal | None = None
    most: Decimal | None = None
    levels: tuple[str, ...] = ()
    from_year: int | None = None
    to_year: int | None = None
    formula: str = ""
    is_cumulative: bool = False
    roll_up: str = RollUp.NONE.value
    numerator: str = ""
    denominator: str = ""
    lines: str = ""
    table_lines: Pairs = ()

    @classmethod
    def of(cls, indicator: Indicator, codes: Mapping[int | None, str]) -> IndicatorContent:
        """The content of a stored indicator. Shapes: `codes` maps primary keys of the set to codes."""
        found = {name: getattr(indicator, name) for name in PLAIN}
        return cls(
            parent=codes.get(indicator.parent_id, ""),
            numerator=codes.get(indicator.numerator_id, ""),
            denominator=codes.get(indicator.denominator_id, ""),
            options=as_pairs(indicator.options),
            table_lines=as_pairs(indicator.table_lines),
            levels=tuple(indicator.levels),
            **found,
        )


@dataclass(frozen=True, slots=True)
class CheckContent:
    """`explained_by` is the code of an indicator."""

    code: str
    rule: str = ""
    title: str = ""
    severity: str = Severity.ERROR.value
    null_as_zero: bool = False
    explained_by: str = ""


@dataclass(frozen=True, slots=True)
class SetContent:
    """A whole set, in its order. Whose it is belongs to where it is kept, not to what it says."""

    code: str
    version: int
    title: str
    source: str = ""
    indicators: tuple[IndicatorContent, ...] = ()
    checks: tuple[CheckContent, ...] = ()

    @classmethod
    def of(cls, indicator_set: IndicatorSet) -> SetContent:
        """The content of a stored set (two queries)."""
        nodes = list(Indicator.objects.filter(set=indicator_set).order_by("position"))
        codes: dict[int | None, str] = {each.pk: each.code for each in nodes}
        checks = Check.objects.filter(set=indicator_set).order_by("position")
        return cls(
            code=indicator_set.code,
            version=indicator_set.version,
            title=indicator_set.title,
            source=indicator_set.source,
            indicators=tuple(IndicatorContent.of(each, codes) for each in nodes),
            checks=tuple(
                CheckContent(
                    explained_by=codes.get(each.explained_by_id, ""),
                    **{name: getattr(each, name) for name in CHECK_PLAIN},
                )
                for each in checks
            ),
        )

    def children(self) -> Mapping[str, tuple[IndicatorContent, ...]]:
        """The indicators below each code, in order; those at the top below the empty code."""
        below: dict[str, list[IndicatorContent]] = defaultdict(list)
        for each in self.indicators:
            below[each.parent].append(each)
        return {code: tuple(found) for code, found in below.items()}

    def in_reading_order(self) -> SetContent:
        """The same set with every indicator right before those below it. Only for a sound tree."""
        return replace(self, indicators=tuple(each for each, _depth in self.walk()))

    def walk(self) -> Iterator[tuple[IndicatorContent, int]]:
        """Every indicator that hangs in the tree, with its depth from 0, in reading order."""
        below = self.children()
        waiting = [(each, 0) for each in reversed(below.get("", ()))]
        while waiting:
            node, depth = waiting.pop()
            yield node, depth
            waiting += [(each, depth + 1) for each in reversed(below.get(node.code, ()))]

    def same_as(self, other: SetContent) -> bool:
        """Whether both say the same, whatever version they call themselves."""
        return replace(self, version=0) == replace(other, version=0)


# Columns taken over as they are.
PLAIN = tuple(
    each.name
    for each in fields(IndicatorContent)
    if each.name not in ("parent", "numerator", "denominator", "options", "table_lines", "levels")
)
CHECK_PLAIN = tuple(each.name for each in fields(CheckContent) if each.name != "explained_by")


def as_pairs(stored: Any) -> Pairs:
    return tuple((str(key), str(text)) for key, text in stored)


def to_json(content: SetContent) -> dict[str, Any]:
    """The content as JSON can keep it; decimals become text."""
    found = asdict(content)
    for each in found["indicators"]:
        for bound in ("least", "most"):
            each[bound] = None if each[bound] is None else f"{each[bound]:f}"
    return found


def from_json(stored: Mapping[str, Any]) -> SetContent:
    return SetContent(
        **{
            **stored,
            "indicators": tuple(_indicator_from_json(each) for each in stored["indicators"]),
            "checks": tuple(CheckContent(**each) for each in stored["checks"]),
        }
    )


def _indicator_from_json(stored: Mapping[str, Any]) -> IndicatorContent:
    bounds = {name: None if stored[name] is None else Decimal(stored[name]) for name in ("least", "most")}
    lists = {name: as_pairs(stored[name]) for name in ("options", "table_lines")}
    return IndicatorContent(**{**stored, **bounds, **lists, "levels": tuple(stored["levels"])})
