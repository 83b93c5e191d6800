"""Facts that the portal knows by itself: it fills them into a row in place of the unit."""

from collections.abc import Iterator

from scoring.rules.messages import Message, label
from scoring.rules.messages import gettext_noop as _
from scoring.rules.methods.params import Params
from scoring.rules.settings import FACT, Setting, SettingKind

DAYS_LATE = "days_late"
FACTS = {DAYS_LATE: _("days after the deadline on which the sheet was submitted")}


def fact_setting(*, only_if: tuple[str, tuple[str, ...]] | None = None) -> Setting:
    """The setting by which the portal fills in the number that the method asks for."""
    return Setting(
        FACT,
        _("Filled in by the portal"),
        SettingKind.WORD,
        required=False,
        words=tuple(FACTS.items()),
        only_if=only_if,
        hint=_("The unit fills in nothing: the portal does when the sheet is submitted."),
    )


def refuse_question(params: Params, question: str) -> None:
    """A yes or no that only a person can give leaves no room for a fact."""
    if params.text(FACT) and params.text(question):
        params.refuse(FACT, Message(_("the portal cannot answer the question of this method")))


def fact_words(fact: str) -> Iterator[Message]:
    if fact:
        yield Message(_("Filled in by the portal: %(fact)s"), terms={"fact": label(FACTS[fact])})
