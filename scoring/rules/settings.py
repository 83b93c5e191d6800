"""What a method can be set to. One declaration serves reader, form, workbook and guide."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from scoring.rules.leaf import ZERO

FACT = "fact"  # the name of the setting by which the portal fills a row in place of the unit
MAXIMUM = "max"  # written in place of points: all that the leaf gives


class SettingKind(StrEnum):
    """The type of a setting: text; a number; points (a number that the leaf can give, or the word `max`); yes or
    no; one of several words; a list of rows."""

    TEXT = "text"
    NUMBER = "number"
    POINTS = "points"
    FLAG = "flag"
    WORD = "word"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that a criteria set says to a method. Labels and hints are msgids.

    Shapes: `words` pairs each word with its label; `columns` are the settings of a row, `named_by` the column
    that no two rows share; `only_if` names a setting of the method that stands before this one, and the words of
    it for which this one is asked (without words: whenever it is set). A setting that is not required and has no
    default reads as None; a row's flag or number likewise. A number is a multiple of `step`, if there is one.
    """

    name: str
    label: str
    kind: SettingKind
    required: bool = True
    default: Decimal | str | bool | None = None
    minimum: Decimal | None = ZERO
    maximum: Decimal | None = None
    step: Decimal | None = None
    words: tuple[tuple[str, str], ...] = ()
    columns: tuple["Setting", ...] = ()
    named_by: str = ""
    only_if: tuple[str, tuple[str, ...]] | None = None
    hint: str = ""

    def is_asked(self, value_of: Mapping[str, object]) -> bool:
        """Whether the setting means anything beside those of the method (their values by name)."""
        if self.only_if is None:
            return True
        name, words = self.only_if
        value = value_of.get(name)
        return value in words if words else value not in (None, "", False)

    def walk(self) -> Iterator["Setting"]:
        """The setting and those of its rows."""
        yield self
        yield from self.columns
