"""The national register of units as plain data, and how a province or district is found in it by name.

The command `import_units` fills a `Register` from the package that ships it; nothing else knows that package.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from parportal.entry.problems import EntryProblem
from units.models import LineageKind, UnitType
from units.names import unit_key, without_kind


class Era(StrEnum):
    """The two lists of the register, before and since the merger of 1 July 2025; both use the same codes."""

    LEGACY = "legacy"
    FROM_2025 = "2025"

    @property
    def first_day(self) -> date:
        """The day from which an era's units are valid.

        The register gives no dates. The old list counts from the decision that introduced the codes
        (124/2004/QĐ-TTg of 8 July 2004): a convention, so that a code and its first day stay one key for good.
        """
        return date(2004, 7, 8) if self is Era.LEGACY else date(2025, 7, 1)

    @property
    def last_day(self) -> date | None:
        return date(2025, 6, 30) if self is Era.LEGACY else None


class NotInRegister(EntryProblem):
    """A name that the register does not know, or knows several times; the message lists what may be meant."""


@dataclass(frozen=True, slots=True)
class RegisterUnit:
    """One unit of an era; `parent` is the code of the unit above it in the same era."""

    code: str
    name: str
    type: UnitType
    parent: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


@dataclass(frozen=True, slots=True)
class Link:
    """An old unit that went into a new one, wholly or in part. Shapes: codes of the two eras."""

    old: str
    new: str
    whole: bool


@dataclass(frozen=True)
class Register:
    """Both eras and what became of what. Shapes: `units` by era, parents before their children."""

    units: dict[Era, Sequence[RegisterUnit]]
    links: Sequence[Link]

    @cached_property
    def names(self) -> dict[Era, dict[str, str]]:
        """Names by code."""
        return {era: {unit.code: unit.name for unit in units} for era, units in self.units.items()}

    @cached_property
    def predecessors(self) -> Counter[str]:
        """How many old units went into a new one, wholly or in part."""
        return Counter(link.new for link in self.links)

    def kind(self, link: Link) -> LineageKind:
        """What the lineage calls a link; a unit that took in a part of another one is a merged one."""
        if not link.whole:
            return LineageKind.PARTIAL
        if self.predecessors[link.new] > 1:
            return LineageKind.MERGED
        same = self.names[Era.LEGACY][link.old] == self.names[Era.FROM_2025][link.new]
        return LineageKind.UNCHANGED if same else LineageKind.RENAMED

    def choose(self, era: Era, province: str, district: str = "") -> list[RegisterUnit]:
        """A province with everything below it, or with one district and that district's communes.

        Raises: NotInRegister.
        """
        units = self.units[era]
        top = self._province(era, province)
        if not district:
            within = {top.code} | {unit.code for unit in units if unit.parent == top.code}
            return [top, *(unit for unit in units if unit.parent in within)]
        if era is not Era.LEGACY:
            raise NotInRegister(_("There have been no districts since 1 July 2025: leave --district out."))
        districts = [unit for unit in units if unit.parent == top.code]
        chosen = found_by_name(districts, district, _("There is no district “%(name)s” here."))
        return [top, chosen, *(unit for unit in units if unit.parent == chosen.code)]

    def _province(self, era: Era, name: str) -> RegisterUnit:
        """Raises: NotInRegister, which tells what became of a province of before July 2025."""
        provinces = {each: [unit for unit in self.units[each] if not unit.parent] for each in Era}
        try:
            return found_by_name(provinces[era], name, _("There is no province “%(name)s” here."))
        except NotInRegister:
            old = matching(provinces[Era.LEGACY], name) if era is Era.FROM_2025 else []
            codes = {link.new for unit in old for link in self.links if link.old == unit.code}
            if not codes:
                raise
            now = listed(unit for unit in provinces[era] if unit.code in codes)
            message = _("%(old)s has been part of %(now)s since 1 July 2025.")
            raise NotInRegister(message, {"old": listed(old), "now": now}) from None


def found_by_name(units: Sequence[RegisterUnit], name: str, unknown: str | Promise) -> RegisterUnit:
    """The one unit with this code or name.

    Raises: NotInRegister.
    """
    found = matching(units, name)
    if len(found) == 1:
        return found[0]
    if found:
        message = _("“%(name)s” may be any of these; write the full name or the code: %(candidates)s.")
        raise NotInRegister(message, {"name": name, "candidates": listed(found)})
    candidates = listed(similar(units, name) or sorted(units, key=lambda unit: unit.code))
    offer = _("Perhaps you mean one of these: %(candidates)s.") % {"candidates": candidates}
    raise NotInRegister(f"{str(unknown) % {'name': name}} {offer}")


def matching(units: Iterable[RegisterUnit], name: str) -> list[RegisterUnit]:
    """Units meant by a name, in the strictest reading that finds any: code, full name, name, name without kind.

    "Quan Hóa" is a name that begins like a kind of unit, so what was typed is first taken as a whole name.
    """
    given = list(units)
    readings: tuple[Callable[[RegisterUnit], bool], ...] = (
        lambda unit: unit.code == name.strip(),
        lambda unit: unit.name.casefold() == " ".join(name.split()).casefold(),
        lambda unit: unit_key(unit.name) == unit_key(name),
        lambda unit: without_kind(unit.name) == unit_key(name),
        lambda unit: without_kind(unit.name) == without_kind(name),
    )
    for reading in readings:
        if found := [unit for unit in given if reading(unit)]:
            return found
    return []


def similar(units: Iterable[RegisterUnit], name: str) -> list[RegisterUnit]:
    by_key = {without_kind(unit.name): unit for unit in units}
    return [by_key[key] for key in get_close_matches(without_kind(name), by_key, n=5, cutoff=0.6)]


def listed(units: Iterable[RegisterUnit]) -> str:
    return ", ".join(str(unit) for unit in units)
