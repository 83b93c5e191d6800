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

    The text is always filled by `%`, so a percent sign in it is written %%.

    Units: the value named `points` is a result and shows two decimals; other numbers drop trailing zeros.
    """

    text: str
    values: Mapping[str, Value] = field(default_factory=dict)


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
