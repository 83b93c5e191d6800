"""Where the facts of a row come from, when the portal knows them: figures that the unit has reported."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from scoring.rules.inputs import Input, Kind
from scoring.rules.messages import Message, Value
from scoring.rules.messages import gettext_noop as _
from scoring.rules.methods.params import Params
from scoring.rules.settings import Setting, SettingKind

SOURCES = "sources"  # the name of the setting
# In place of a set: what the portal counts itself, see plans/figures.py (`tasks: assigned.on_time`).
COUNTED = ("tasks", "obligations", "inspections", "findings", "targets", "registers")
YEAR = "year"
PERIODS = (YEAR, "nine_months", "half_year", "quarter")
NO_INPUT = Message(_("the method asks for no such number"))
NO_FIGURE = Message(_("write it as set: indicator, for example thong-ke-cchc: 1.3.2"))
REFERENCE = re.compile(rf"(?P<form>[a-z0-9_-]+)(?:/(?P<period>{'|'.join(PERIODS)}))?\s*:\s*(?P<figure>\S.*)")


@dataclass(frozen=True, slots=True)
class Source:
    """One input and the reported figure that answers it.

    `form` is the code of a set of indicators, or one of `COUNTED`; `figure` the code of one figure, or a sum of
    several (`1.3.1 - 1.3.2 - 1.3.3`); `period` one of `PERIODS`: the last of its kind in the year of the campaign.
    """

    input: str
    form: str
    figure: str
    period: str = YEAR


def sources_setting() -> Setting:
    """The setting by which a method names the reported figures behind its numbers."""
    name_hint = _("The code of the number, as the sheet stores it: numerator, count, the code of a part …")
    figure_hint = _("Set and indicator, or a sum: thong-ke-cchc: 1.3.1 - 1.3.2; for a quarter, set/quarter: …")
    return Setting(
        SOURCES,
        _("Taken from reported figures"),
        SettingKind.ROWS,
        required=False,
        named_by="input",
        columns=(
            Setting("input", _("Number of the row"), SettingKind.TEXT, hint=name_hint),
            Setting("figure", _("Reported figure"), SettingKind.TEXT, hint=figure_hint),
        ),
        hint=_("The sheet shows the unit what it has reported; to say otherwise it must give a reason."),
    )


def refuse_unknown_sources(params: Params, inputs: Iterable[Input]) -> None:
    """Note sources of numbers that the method does not ask for, and figures that are none."""
    known = {each.name for each in inputs if each.kind is not Kind.CHOICE}
    for row in params.rows(SOURCES):
        if row.text("input") and row.text("input") not in known:
            row.refuse("input", NO_INPUT)
        if row.text("figure") and not REFERENCE.fullmatch(row.text("figure")):
            row.refuse("figure", NO_FIGURE)


def sources_of(params: Mapping[str, object]) -> tuple[Source, ...]:
    """The sources that the params of a leaf name, as far as they can be read."""
    rows = params.get(SOURCES)
    found = []
    for row in rows if isinstance(rows, list) else ():
        named = (row.get("input"), row.get("figure")) if isinstance(row, dict) else ()
        match named:
            case (str(asked), str(figure)) if reference := REFERENCE.fullmatch(figure.strip()):
                of = reference["figure"].strip()
                found.append(Source(asked, reference["form"], of, reference["period"] or YEAR))
    return tuple(found)


def as_answer(asked: Input, figure: Decimal) -> Value | None:
    """A reported figure as the input takes it; None where it takes no such number."""
    value: Value = figure
    if asked.kind is Kind.INTEGER:
        if figure != figure.to_integral_value():
            return None
        value = int(figure)
    return None if asked.problem(value) else value
