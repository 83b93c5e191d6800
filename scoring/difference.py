"""What differs between two versions of a criteria set, in words: for the page that compares them, for the preview
of an import, and for a campaign that moves from one to the other.

Criteria belong together by code and title; what was renumbered is found again by its title, first where maximum
and method are the same too.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from parportal.display import day, points_short
from scoring.content import CRITERION_ATTRIBUTES, SET_ATTRIBUTES, CriterionContent, SetContent
from scoring.method_words import in_words
from scoring.models import CriteriaSet, Criterion
from scoring.rules import METHODS, RuleErrors, build

# What decides how many points the same facts earn; everything else is wording.
RULE = ("method", "max_points", "counts_as", "knock_out", "no_case_policy", "zero_denominator_policy")
# Changed in the head of the set, these can change the points of every leaf.
ROUNDING = ("point_step", "rounding", "round_at")


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """One attribute before and after, as lines to read. `is_rule` tells rules from wording."""

    attribute: str
    label: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    is_rule: bool = False

    def __str__(self) -> str:
        """One line; of several only those that are not in both."""
        old = "; ".join(line for line in self.old if line not in self.new) or "–"
        new = "; ".join(line for line in self.new if line not in self.old) or "–"
        if "→" in old + new:
            return _("%(label)s: before “%(old)s”, now “%(new)s”") % {"label": self.label, "old": old, "new": new}
        return f"{self.label}: {old} → {new}"


@dataclass(frozen=True, slots=True)
class CriterionChange:
    """A criterion that is in both versions and not the same."""

    before: CriterionContent
    after: CriterionContent
    attributes: tuple[AttributeChange, ...]

    @property
    def changes_rule(self) -> bool:
        """Whether the same facts may earn other points."""
        return any(each.is_rule for each in self.attributes)

    @property
    def changes_maximum(self) -> bool:
        return self.before.max_points != self.after.max_points

    @property
    def is_moved(self) -> bool:
        return any(each.attribute in ("code", "place") for each in self.attributes)


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """Changes of one kind under their heading. Shapes: `name` is maximum, rule, moved or other."""

    name: str
    title: str
    changes: tuple[CriterionChange, ...]


@dataclass(frozen=True, slots=True)
class SetDifference:
    """Shapes: `pairs` maps the code of every criterion that is in both versions to its code in the later one."""

    before: SetContent
    after: SetContent
    head: tuple[AttributeChange, ...]
    pairs: Mapping[str, str]
    added: tuple[CriterionContent, ...]
    removed: tuple[CriterionContent, ...]
    changed: tuple[CriterionChange, ...]

    def __bool__(self) -> bool:
        return bool(self.head or self.added or self.removed or self.changed)

    @property
    def groups(self) -> tuple[ChangeGroup, ...]:
        """The changed criteria, each once, under the gravest of its changes; only groups that hold something."""
        titles = {
            "maximum": _("Maximum changed"),
            "rule": _("Rule changed"),
            "moved": _("Renumbered or moved"),
            "other": _("Other changes"),
        }
        members: dict[str, list[CriterionChange]] = {name: [] for name in titles}
        for each in self.changed:
            members[_kind(each)].append(each)
        return tuple(ChangeGroup(name, titles[name], tuple(found)) for name, found in members.items() if found)


def _kind(change: CriterionChange) -> str:
    if change.changes_maximum:
        return "maximum"
    if change.changes_rule:
        return "rule"
    return "moved" if change.is_moved else "other"


def differences_between(before: SetContent, after: SetContent) -> SetDifference:
    """Everything in which `after` differs from `before`, in the language of the reader."""
    pairs = _paired(before, after)
    codes = {before.criteria[old].code: after.criteria[new].code for old, new in pairs}
    sides = _Side(before, codes), _Side(after, None)
    moved = _moved(sides, pairs)
    found = (
        CriterionChange(
            before.criteria[old], after.criteria[new], tuple(_changes(sides, (old, new), is_moved=new in moved))
        )
        for old, new in pairs
    )
    gone, kept = {old for old, _new in pairs}, {new for _old, new in pairs}
    return SetDifference(
        before=before,
        after=after,
        head=tuple(_head(before, after)),
        pairs=codes,
        added=tuple(each for place, each in enumerate(after.criteria) if place not in kept),
        removed=tuple(each for place, each in enumerate(before.criteria) if place not in gone),
        changed=tuple(each for each in found if each.attributes),
    )


# Which criteria belong together -------------------------------------------------------------------------------
def _paired(before: SetContent, after: SetContent) -> list[tuple[int, int]]:
    """Positions of the same criterion in both, in the order of `after`.

    A code that now stands for another criterion does not hide where the old one went: a code alone counts last.
    """
    left, right = set(range(len(before.criteria))), set(range(len(after.criteria)))
    titles = [{each.code: each.title for each in content.criteria} for content in (before, after)]
    found: dict[int, int] = {}

    def pair(key: Callable[[CriterionContent, Mapping[str, str]], Hashable]) -> None:
        olds = _alone(left, before.criteria, lambda each: key(each, titles[0]))
        news = _alone(right, after.criteria, lambda each: key(each, titles[1]))
        for shared in olds.keys() & news.keys():
            found[news[shared]] = olds[shared]
        left.difference_update(found.values())
        right.difference_update(found)

    pair(lambda each, titles: (each.code, each.title))
    pair(lambda each, titles: (*_likeness(each), titles.get(each.parent)))
    pair(lambda each, titles: _likeness(each))
    pair(lambda each, titles: (each.title, titles.get(each.parent)))
    pair(lambda each, titles: each.title)
    pair(lambda each, titles: each.code)
    return [(old, new) for new, old in sorted(found.items())]


def _likeness(criterion: CriterionContent) -> tuple[Hashable, ...]:
    return criterion.title, criterion.max_points, criterion.method


def _alone(
    places: Iterable[int], criteria: Sequence[CriterionContent], key: Callable[[CriterionContent], Hashable]
) -> dict[Hashable, int]:
    """The places whose key no other one has."""
    by_key: dict[Hashable, list[int]] = defaultdict(list)
    for place in places:
        by_key[key(criteria[place])].append(place)
    return {each: found[0] for each, found in by_key.items() if len(found) == 1}


class _Side:
    """One version, with codes as the later version writes them."""

    def __init__(self, content: SetContent, codes: Mapping[str, str] | None) -> None:
        self.content = content
        self._codes = codes
        self._by_code = {each.code: each for each in reversed(content.criteria)}
        self.groups = {each.parent for each in content.criteria}

    def code(self, code: str) -> str:
        """The later code; what is no more gets a mark, so that it equals nothing."""
        return code if self._codes is None or not code else self._codes.get(code, f"−{code}")

    def knocked_out_with(self, criterion: CriterionContent) -> Iterator[CriterionContent]:
        """The knock-out criteria above; a draft may hang in a circle."""
        seen = {criterion.code}
        above = self._by_code.get(criterion.parent)
        while above is not None and above.code not in seen:
            seen.add(above.code)
            if above.knock_out:
                yield above
            above = self._by_code.get(above.parent)


def _moved(sides: tuple[_Side, _Side], pairs: Sequence[tuple[int, int]]) -> set[int]:
    """Positions in the later version of criteria under another parent, or in another order under the same one."""
    found: set[int] = set()
    families: dict[str, list[tuple[int, int]]] = defaultdict(list)
    old_side, new_side = sides
    for old, new in pairs:
        parent = new_side.content.criteria[new].parent
        if old_side.code(old_side.content.criteria[old].parent) == parent:
            families[parent].append((old, new))
        else:
            found.add(new)
    for family in families.values():
        steady = _longest_rising([old for old, _new in family])
        found.update(new for old, new in family if old not in steady)
    return found


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """A longest part of a sequence that is still in order: what is not in it was moved."""
    tails: list[int] = []
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        place = bisect_left(ends, number)
        before[number] = tails[place - 1] if place else None
        tails[place:], ends[place:] = [number, *tails[place + 1 :]], [number, *ends[place + 1 :]]
    kept: set[int] = set()
    last = tails[-1] if tails else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return kept


# What changed, in words ---------------------------------------------------------------------------------------
def _changes(sides: tuple[_Side, _Side], places: tuple[int, int], *, is_moved: bool) -> Iterator[AttributeChange]:
    """What differs in one criterion: rules first."""
    old, new = (side.content.criteria[place] for side, place in zip(sides, places, strict=True))
    yield from _rule_changes(sides, old, new)
    for name in CRITERION_ATTRIBUTES:
        if name not in (*RULE, "params") and getattr(old, name) != getattr(new, name):
            yield _told(name, old, new)
    if is_moved:
        lines = [(_place(side.content, place),) for side, place in zip(sides, places, strict=True)]
        yield AttributeChange("place", _("Place"), lines[0], lines[1])


def _rule_changes(
    sides: tuple[_Side, _Side], old: CriterionContent, new: CriterionContent
) -> Iterator[AttributeChange]:
    scored = old.code not in sides[0].groups or new.code not in sides[1].groups
    for name in RULE:
        if name == "method":
            if (old.method, old.params) != (new.method, new.params):
                lines = rule_lines(sides[0].content, old), rule_lines(sides[1].content, new)
                yield AttributeChange(name, label(name), *lines, is_rule=True)
        elif getattr(old, name) != getattr(new, name) and (scored or not name.endswith("_policy")):
            yield _told(name, old, new, is_rule=True)
    above = [list(side.knocked_out_with(each)) for side, each in zip(sides, (old, new), strict=True)]
    if {sides[0].code(each.code) for each in above[0]} != {each.code for each in above[1]}:
        names = [tuple(f"{each.code} {each.title}" for each in found) for found in above]
        yield AttributeChange("knock_out_above", _("Knocked out together with"), names[0], names[1], is_rule=True)


def _head(before: SetContent, after: SetContent) -> Iterator[AttributeChange]:
    """The head of the set; code and version name it, and are no difference."""
    for name in (*SET_ATTRIBUTES, "issuer", "level_names"):
        if getattr(before, name) != getattr(after, name) and name not in ("code", "version"):
            yield _told(name, before, after, is_rule=name in ROUNDING)


Content = CriterionContent | SetContent


def _told(name: str, old: Content, new: Content, *, is_rule: bool = False) -> AttributeChange:
    model = Criterion if isinstance(old, CriterionContent) else CriteriaSet
    lines = [_shown(name, getattr(each, name), model) for each in (old, new)]
    return AttributeChange(name, label(name, model), lines[0], lines[1], is_rule)


def label(name: str, model: type[Criterion] | type[CriteriaSet] = Criterion) -> str:
    """What people call an attribute."""
    return capfirst(str(getattr(model._meta.get_field(name), "verbose_name", name)))


def rule_lines(content: SetContent, criterion: CriterionContent) -> tuple[str, ...]:
    """How a criterion is scored, line by line; of a faulty draft the name of its method."""
    method = METHODS.get(criterion.method)
    if method is None:
        return (criterion.method,) if criterion.method else ()
    try:
        return _(method.title), *in_words(build(criterion.method, criterion.params, content.leaf(criterion)))
    except RuleErrors:
        return (_(method.title),)


def _shown(name: str, value: Any, model: type[Criterion] | type[CriteriaSet]) -> tuple[str, ...]:
    """A value as lines to read; nothing for what is empty."""
    if isinstance(value, bool):
        return (_("yes") if value else _("no"),)
    if isinstance(value, Decimal):
        return (points_short(value),)
    if isinstance(value, date):
        return (day(value),)
    if isinstance(value, tuple):
        return (" › ".join(map(str, value)),) if value else ()
    choices = dict(getattr(model._meta.get_field(name), "flatchoices", ()))
    return tuple(str(choices.get(value, value)).splitlines()) if value not in ("", None) else ()


def _place(content: SetContent, place: int) -> str:
    """Where a criterion stands: under which parent, after which neighbour."""
    criterion = content.criteria[place]
    siblings = [each for each in content.criteria[:place] if each.parent == criterion.parent]
    values = {"parent": criterion.parent, "neighbour": siblings[-1].code if siblings else ""}
    if not criterion.parent:
        return _("field after %(neighbour)s") % values if siblings else _("first field")
    if siblings:
        return _("below %(parent)s, after %(neighbour)s") % values
    return _("below %(parent)s, first") % values
