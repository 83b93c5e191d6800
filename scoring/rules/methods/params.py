"""Reading the params of a method: JSON as an editor or a workbook wrote it."""

import re
from collections.abc import Mapping
from decimal import Decimal
from types import TracebackType
from typing import Self

from scoring.rules.leaf import ZERO, Leaf
from scoring.rules.limits import beyond_limits
from scoring.rules.messages import Message, RuleError, RuleErrors
from scoring.rules.messages import gettext_noop as _

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
MAXIMUM = "max"  # written in place of points: all that the leaf gives


class Params:
    """Reads params key by key and gathers what is wrong with them.

    What cannot be read is noted and a harmless value returned, so that reading goes on and finds every
    problem. A key that nobody asks for is a problem too: a misspelt setting must not pass unseen.

    Raises: RuleErrors on leaving the `with` block, with all problems.
    """

    def __init__(self, raw: Mapping[str, object], at: str = "") -> None:
        self._unread = {key: value for key, value in raw.items() if value is not None and value != ""}
        self._at = at
        self._rows: list[Params] = []
        self._problems: list[RuleError] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None and (problems := self._all_problems()):
            raise RuleErrors(problems)

    def refuse(self, key: str, message: Message) -> None:
        self._problems.append(RuleError(message, at=self._at + key))

    def is_sound(self) -> bool:
        """Nothing is wrong so far: checks across rows make sense only then."""
        return not self._problems and all(row.is_sound() for row in self._rows)

    def has(self, key: str) -> bool:
        return key in self._unread

    def text(self, key: str) -> str:
        raw = self._unread.pop(key, None)
        if not isinstance(raw, str) or not raw.strip():
            self.refuse(key, Message(_("a text is missing")))
            return ""
        return raw.strip()

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        word = self._unread.pop(key, None)
        if isinstance(word, str) and word in allowed:
            return word
        self.refuse(key, Message(_("write one of: %(allowed)s"), {"allowed": ", ".join(allowed)}))
        return allowed[0]

    def flag(self, key: str, *, default: bool) -> bool:
        raw = self._unread.pop(key, default)
        if not isinstance(raw, bool):
            self.refuse(key, Message(_("%(value)s is neither true nor false"), {"value": str(raw)}))
        return raw is True

    def number(
        self,
        key: str,
        *,
        default: Decimal | None = None,
        minimum: Decimal | None = None,
        maximum: Decimal | None = None,
        step: Decimal | None = None,
    ) -> Decimal:
        """A number written as text or as a whole number: a binary fraction would not be exact."""
        raw = self._unread.pop(key, default)
        if raw is None:
            self.refuse(key, Message(_("a number is missing")))
            return ZERO
        if isinstance(raw, bool | float) or not NUMBER.fullmatch(str(raw)):
            self.refuse(key, Message(_("%(value)s is not a number"), {"value": str(raw)}))
            return ZERO
        value = Decimal(str(raw))
        if problem := beyond_limits(value, minimum=minimum, maximum=maximum, step=step):
            self.refuse(key, problem)
        return value

    def points(self, key: str, leaf: Leaf, *, default: Decimal | None = None) -> Decimal:
        """Points that the leaf can give, or the word `max` for all of them."""
        if self._unread.get(key) == MAXIMUM:
            del self._unread[key]
            return leaf.max_points
        return self.number(key, default=default, minimum=ZERO, maximum=leaf.max_points, step=leaf.step)

    def rows(self, key: str, *, named_by: str | None = None) -> list["Params"]:
        """The groups listed under a key, at least one; no two have the same name in `named_by`."""
        raw = self._unread.pop(key, None)
        if not isinstance(raw, list) or not raw or not all(isinstance(row, dict) for row in raw):
            self.refuse(key, Message(_("list at least one row")))
            return []
        rows = [Params(row, at=f"{self._at}{key}.{position}.") for position, row in enumerate(raw)]
        self._rows += rows
        if named_by:
            _refuse_namesakes(rows, named_by)
        return rows

    def _all_problems(self) -> list[RuleError]:
        unknown = Message(_("the method has no such setting"))
        problems = self._problems + [RuleError(unknown, at=self._at + key) for key in self._unread]
        return problems + [problem for row in self._rows for problem in row._all_problems()]


def _refuse_namesakes(rows: list[Params], key: str) -> None:
    taken: set[str] = set()
    for row in rows:
        name = str(row._unread.get(key, "")).strip()
        if name and name in taken:
            row.refuse(key, Message(_("%(value)s is already in use"), {"value": name}))
        taken.add(name)
