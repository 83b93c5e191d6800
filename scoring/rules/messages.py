"""Lines for a person. They are translated, and their numbers written, outside the rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

Value = Decimal | int | str


def gettext_noop(text: str) -> str:
    """Mark a text for translation; import it as `_`, the name that `makemessages` looks for."""
    return text


@dataclass(frozen=True, slots=True)
class Message:
    """One line: an English msgid with %(name)s places, or bare arithmetic with the same places.

    The text is always filled by `%`, so a percent sign in it is written %%. `terms` are places filled by lines
    of their own; the explanation of an outcome is stored and has none.

    Units: the value named `points` is a result and shows two decimals; other numbers drop trailing zeros.
    """

    text: str
    values: Mapping[str, Value] = field(default_factory=dict)
    terms: Mapping[str, "Message"] = field(default_factory=dict)


def label(text: str) -> Message:
    """A label as a line: a msgid of a method, or the criteria set's own words."""
    return Message(text.replace("%", "%%"))


class RuleError(ValueError):
    """One thing wrong, and where: `at` names an input, or a place in the params (`options.2.points`)."""

    def __init__(self, message: Message, at: str) -> None:
        super().__init__(message, at)
        self.message = message
        self.at = at


class RuleErrors(Exception):
    """Everything wrong with a set of answers or params, told at once."""

    def __init__(self, errors: Iterable[RuleError]) -> None:
        self.errors = tuple(errors)
        super().__init__(*self.errors)
