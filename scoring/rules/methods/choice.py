from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from scoring.rules.inputs import Answers, Input, Kind, Option
from scoring.rules.leaf import ZERO, Leaf, Outcome
from scoring.rules.messages import Message, label
from scoring.rules.messages import gettext_noop as _
from scoring.rules.methods.base import EdgeCase, Method
from scoring.rules.methods.params import Params
from scoring.rules.settings import Setting, SettingKind


@dataclass(frozen=True)
class Choice(Method):
    """One option of several, each with its points."""

    name = "choice"
    title = _("One of several options")
    settings = (
        Setting(
            "options",
            _("Options"),
            SettingKind.ROWS,
            named_by="code",
            columns=(
                Setting(
                    "code",
                    _("Code of the option"),
                    SettingKind.TEXT,
                    hint=_("Short and without spaces; it is what is stored."),
                ),
                Setting("label", _("Answer as the unit reads it"), SettingKind.TEXT),
                Setting("points", _("Points"), SettingKind.POINTS),
            ),
            hint=_("Two answers may earn the same points and stay two different facts."),
        ),
    )

    options: tuple[Option, ...]

    @classmethod
    def read(cls, params: Params, leaf: Leaf) -> Self:
        rows = params.rows("options")
        return cls(leaf, tuple(Option(row.text("code"), row.text("label"), row.number("points")) for row in rows))

    def inputs(self) -> tuple[Input, ...]:
        return (Input("option", _("Option"), Kind.CHOICE, self.options),)

    def award(self, answers: Answers) -> Outcome:
        chosen = next(option for option in self.options if option.code == answers["option"])
        return self.leaf.award(chosen.points or ZERO, "%(option)s → %(points)s", {"option": chosen.label})

    def words(self) -> Iterator[Message]:
        for option in self.options:
            yield Message("%(option)s → %(earned)s", {"option": option.label, "earned": option.points or ZERO})

    def edge_cases(self) -> tuple[EdgeCase, ...]:
        return tuple(EdgeCase(label(option.label), {"option": option.code}) for option in self.options)
