from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from scoring.rules.inputs import Answers, Input, Kind
from scoring.rules.leaf import ZERO, Leaf, Outcome
from scoring.rules.messages import Message
from scoring.rules.messages import gettext_noop as _
from scoring.rules.methods.base import Method
from scoring.rules.methods.measures import HUNDRED, kind_setting
from scoring.rules.methods.params import Params
from scoring.rules.methods.sources import sources_setting
from scoring.rules.settings import Setting, SettingKind


@dataclass(frozen=True)
class Information(Method):
    """A fact that is recorded and not scored; the maximum of its leaf is 0."""

    name = "information"
    title = _("For information, not scored")
    settings = (
        Setting("label", _("What the unit is asked for"), SettingKind.TEXT),
        kind_setting(Kind.INTEGER, Kind.DECIMAL, Kind.PERCENT),
        sources_setting(),
    )

    label: str
    kind: Kind

    @classmethod
    def read(cls, params: Params, leaf: Leaf) -> Self:
        if leaf.max_points:
            params.refuse("max_points", Message(_("a criterion for information only has a maximum of 0")))
        return cls(leaf, params.text("label"), Kind(params.text("kind") or Kind.INTEGER))

    def inputs(self) -> tuple[Input, ...]:
        return (Input("value", self.label, self.kind, maximum=HUNDRED if self.kind is Kind.PERCENT else None),)

    def award(self, answers: Answers) -> Outcome:
        if self.kind is Kind.PERCENT:
            return self.leaf.award(ZERO, _("%(value)s %%, for information only"), answers)
        return self.leaf.award(ZERO, _("%(value)s, for information only"), answers)

    def words(self) -> Iterator[Message]:
        yield Message(_("%(label)s: for information only, not scored"), {"label": self.label})
