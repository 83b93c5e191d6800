"""Reading the params of a method by its declared settings: JSON as an editor or a workbook wrote it."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import TracebackType
from typing import Self

from scoring.rules.leaf import ZERO, Leaf
from scoring.rules.limits import beyond_limits
from scoring.rules.messages import Message, RuleError, RuleErrors
from scoring.rules.messages import gettext_noop as _
from scoring.rules.settings import MAXIMUM, Setting, SettingKind

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
UNKNOWN = Message(_("the method has no such setting"))
MISSING = {
    SettingKind.TEXT: Message(_("a text is missing")),
    SettingKind.NUMBER: Message(_("a number is missing")),
    SettingKind.POINTS: Message(_("a number is missing")),
    SettingKind.FLAG: Message(_("yes or no is missing")),
    SettingKind.ROWS: Message(_("list at least one row")),
}


class Unreadable(ValueError):
    """A value that is not of its setting's kind."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


class Params:
    """The settings of a method, or of one row of a list (`around` is then the method's), typed as declared.

    What cannot be read is noted and reads as something harmless, so that reading goes on and finds every problem.
    A key that nobody asks for is a problem too: a misspelt setting must not pass unseen. What depends on an
    unreadable setting is not judged.

    Raises: RuleErrors on leaving the `with` block, with all problems.
    """

    def __init__(
        self,
        settings: Sequence[Setting],
        raw: Mapping[str, object],
        leaf: Leaf,
        at: str = "",
        around: "Params | None" = None,
    ) -> None:
        self._leaf = leaf
        self._at = at
        self._around = around
        self._rows: list[Params] = []
        self._problems: list[RuleError] = []
        self._values: dict[str, object] = {}
        self._unsound: set[str] = set()
        given = {key: value for key, value in raw.items() if value is not None and value != ""}
        known = dict(around._values) if around else {}
        for setting in settings:
            value = self._read(setting, given.pop(setting.name, None), known)
            self._values[setting.name] = known[setting.name] = value
        for key in given:
            self.refuse(key, UNKNOWN)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None and (problems := self._all_problems()):
            raise RuleErrors(problems)

    def refuse(self, key: str, message: Message) -> None:
        """Note a problem at a setting: the first one is the one that is told."""
        if key not in self._unsound:
            self._unsound.add(key)
            self._problems.append(RuleError(message, at=self._at + key))

    def refuse_beyond(self, key: str, *, minimum: Decimal | None = None, maximum: Decimal | None = None) -> None:
        """Refuse a number outside limits that follow from other settings."""
        value = self._values[key]
        if isinstance(value, Decimal) and (problem := beyond_limits(value, minimum=minimum, maximum=maximum)):
            self.refuse(key, problem)

    def is_sound(self, *keys: str) -> bool:
        """Nothing is wrong so far (with these settings): checks across settings make sense only then."""
        if keys:
            return not self._unsound & {*keys}
        return not self._problems and all(row.is_sound() for row in self._rows)

    def text(self, key: str) -> str:
        """A text or a word; empty when there is none."""
        value = self._values[key]
        return value if isinstance(value, str) else ""

    def number(self, key: str) -> Decimal:
        """A number, or points; 0 when there is none."""
        return self.number_or_none(key) or ZERO

    def number_or_none(self, key: str) -> Decimal | None:
        value = self._values[key]
        return value if isinstance(value, Decimal) else None

    def flag(self, key: str) -> bool:
        return self._values[key] is True

    def rows(self, key: str) -> list["Params"]:
        value = self._values[key]
        return value if isinstance(value, list) else []

    def _read(self, setting: Setting, raw: object, known: Mapping[str, object]) -> object:
        """The value of a setting; None when it is not asked for, left out, or cannot be read."""
        if setting.only_if and not self._is_known(setting.only_if[0]):
            self._unsound.add(setting.name)
            return None
        if not setting.is_asked(known):
            if raw is not None:
                self.refuse(setting.name, UNKNOWN)
            return None
        if raw is None:
            return self._left_out(setting)
        try:
            return self._typed(setting, raw)
        except Unreadable as problem:
            self.refuse(setting.name, problem.message)
            return None

    def _is_known(self, key: str) -> bool:
        """Whether a setting that another one depends on could be read, here or around the row."""
        return key not in self._unsound and (self._around is None or self._around._is_known(key))

    def _left_out(self, setting: Setting) -> object:
        if setting.default is None and setting.required:
            self.refuse(setting.name, _one_of(setting) if setting.words else MISSING[setting.kind])
        is_maximum = setting.kind is SettingKind.POINTS and setting.default == MAXIMUM
        return self._leaf.max_points if is_maximum else setting.default

    def _typed(self, setting: Setting, raw: object) -> object:
        """Raises: Unreadable."""
        match setting.kind:
            case SettingKind.TEXT:
                if not isinstance(raw, str) or not raw.strip():
                    raise Unreadable(MISSING[setting.kind])
                return raw.strip()
            case SettingKind.WORD:
                if raw not in [word for word, _label in setting.words]:
                    raise Unreadable(_one_of(setting))
                return raw
            case SettingKind.FLAG:
                if not isinstance(raw, bool):
                    raise Unreadable(Message(_("%(value)s is neither true nor false"), {"value": str(raw)}))
                return raw
            case SettingKind.ROWS:
                return self._listed(setting, raw)
            case SettingKind.POINTS:
                leaf = self._leaf
                return leaf.max_points if raw == MAXIMUM else _number(raw, ZERO, leaf.max_points, leaf.step)
            case SettingKind.NUMBER:
                return _number(raw, setting.minimum, setting.maximum, setting.step)

    def _listed(self, setting: Setting, raw: object) -> list["Params"]:
        """The rows under a key, at least one; no two have the same name.

        Raises: Unreadable.
        """
        if not isinstance(raw, list) or not raw or not all(isinstance(row, dict) for row in raw):
            raise Unreadable(MISSING[setting.kind])
        rows = [
            Params(setting.columns, row, self._leaf, f"{self._at}{setting.name}.{position}.", self)
            for position, row in enumerate(raw)
        ]
        self._rows += rows
        if setting.named_by:
            _refuse_namesakes(rows, setting.named_by)
        return rows

    def _all_problems(self) -> list[RuleError]:
        return self._problems + [problem for row in self._rows for problem in row._all_problems()]


def _one_of(setting: Setting) -> Message:
    allowed = ", ".join(word for word, _label in setting.words)
    return Message(_("write one of: %(allowed)s"), {"allowed": allowed})


def _number(raw: object, minimum: Decimal | None, maximum: Decimal | None, step: Decimal | None) -> Decimal:
    """A number written as text or as a whole number: a binary fraction would not be exact.

    Raises: Unreadable.
    """
    if isinstance(raw, bool | float) or not NUMBER.fullmatch(str(raw)):
        raise Unreadable(Message(_("%(value)s is not a number"), {"value": str(raw)}))
    value = Decimal(str(raw))
    if problem := beyond_limits(value, minimum=minimum, maximum=maximum, step=step):
        raise Unreadable(problem)
    return value


def _refuse_namesakes(rows: list[Params], key: str) -> None:
    taken: set[object] = set()
    for row in rows:
        name = row._values[key]
        if name is not None and name in taken:
            value = name if isinstance(name, Decimal) else str(name)
            row.refuse(key, Message(_("%(value)s is already in use"), {"value": value}))
        elif isinstance(name, str) and name.split() != [name]:
            row.refuse(key, Message(_("a code has no blanks in it")))
        taken.add(name)
