"""The parts of a row that are the same on every sheet of a set: ready-made markup, once for each language.

A page of a hundred rows cannot afford templates or form widgets. What is put between these parts is escaped where
it is put there (`scoring.row_html`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from parportal.display import points
from scoring.leaves import KEPT, Leaf, frozen_set, leaves_of
from scoring.models import CriteriaSet
from scoring.rows import AnswerField, AnswerProblem, answer_fields
from scoring.rules import LeafState

ANSWERED, NO_CASE = LeafState.ANSWERED.value, LeafState.NO_CASE.value
NOT_APPLICABLE = LeafState.NOT_APPLICABLE.value


@dataclass(frozen=True, slots=True)
class InputPart:
    """One input of a leaf with its label and the place of its message.

    Shapes: `options` maps the code of each option ("" for none) to all options with that one selected; None where
    the value is typed.
    """

    name: str
    label: str
    before: str
    after: str
    end: str
    message: str
    options: Mapping[str, str] | None

    def html(self, row: int, value: str, problem: AnswerProblem | None = None) -> str:
        if self.options is None:
            start = f"{self.before}{escape(value)}{self.after}"
        else:
            start = f"{self.before}{self.after}"
        if problem is not None and not problem.missing:
            start += ' aria-invalid="true"'
        inside = "" if self.options is None else self.options.get(value, self.options[""])
        told = "" if problem is None else self.told(row, problem)
        return f"{start}>{inside}{self.end}{self.message}{told}</span>"

    def told(self, row: int, problem: AnswerProblem) -> str:
        """What is wrong, and a button for each way to read an ambiguous number."""
        if problem.missing:
            return ""
        buttons = "".join(
            f'<button class="button button-small" name="r{row}-{self.name}" value="{escape(choice)}" data-entry>'
            f"{escape(choice)}</button>"
            for choice in problem.choices
        )
        return f"{escape(problem.text)} {buttons}".rstrip()


@dataclass(frozen=True, slots=True)
class RowParts:
    """Shapes: `states` maps what a row can be said to be to the select that says so."""

    leaf: Leaf
    title: str
    maximum: str
    inputs: tuple[InputPart, ...]
    states: Mapping[str, str]
    guidance: str


def parts_of(criteria_set: CriteriaSet) -> Mapping[int, RowParts]:
    """The parts of every leaf of a set in the active language, by primary key."""
    language = get_language() or ""
    if criteria_set.is_frozen:
        return parts_of_frozen(criteria_set.pk, criteria_set.revision, language)
    return _all_parts(criteria_set)


@lru_cache(maxsize=2 * KEPT)
def parts_of_frozen(set_id: int, revision: int, language: str) -> Mapping[int, RowParts]:
    """Shared by all requests of a process."""
    return _all_parts(frozen_set(set_id))


def _all_parts(criteria_set: CriteriaSet) -> dict[int, RowParts]:
    return {pk: _parts(leaf) for pk, leaf in leaves_of(criteria_set).by_pk.items()}


def _parts(leaf: Leaf) -> RowParts:
    criterion, pk = leaf.criterion, leaf.pk
    fields = answer_fields(leaf.method, {})
    return RowParts(
        leaf=leaf,
        title=(
            f'<h4 class="row-title" id="r{pk}-title"><span class="row-code">{escape(criterion.code)}</span>'
            f"<span>{escape(criterion.title)}</span></h4>"
        ),
        maximum=points(criterion.max_points),
        inputs=tuple(_input(pk, field, alone=len(fields) == 1) for field in fields),
        states={state: _state_select(leaf, state) for state in (ANSWERED, NO_CASE, NOT_APPLICABLE)},
        guidance=_guidance(criterion.guidance),
    )


def _input(pk: int, field: AnswerField, *, alone: bool) -> InputPart:
    name = f"r{pk}-{field.name}"
    asked = f' data-asked-for="r{pk}-{escape(field.asked_for)}"' if field.asked_for else ""
    condition = f' <span class="muted">({escape(field.condition)})</span>' if field.condition else ""
    hidden = ' class="visually-hidden"' if alone and field.options else ""
    label = f"<span{hidden}>{escape(field.label)}{condition}</span> "
    described = f' aria-describedby="{name}-msg"'
    message = f'<span class="input-message" id="{name}-msg" aria-live="polite">'
    if field.options:
        before = f'<label class="row-wide"{asked}>{label}<select name="{name}"{described}'
        return InputPart(field.name, field.label, before, "", "</select></label>", message, _options(field))
    before = f'<label{asked}>{label}<input class="num" name="{name}" value="'
    after = f'" inputmode="{field.inputmode}" autocomplete="off" maxlength="40"{described}'
    end = f" {escape(field.unit)}</label>" if field.unit else "</label>"
    return InputPart(field.name, field.label, before, after, end, message, None)


def _options(field: AnswerField) -> dict[str, str]:
    choices = [("", _("Choose…")), *((option.code, option.label) for option in field.options)]
    return {
        chosen: "".join(_option(code, label, chosen=bool(code) and code == chosen) for code, label in choices)
        for chosen, _label in choices
    }


def _option(code: str, label: str, *, chosen: bool) -> str:
    return f'<option value="{escape(code)}"{" selected" if chosen else ""}>{escape(label)}</option>'


def _state_select(leaf: Leaf, chosen: str) -> str:
    words = {ANSWERED: _("to be scored"), NO_CASE: _("no case arose"), NOT_APPLICABLE: _("not applicable")}
    options = "".join(
        _option(state, text, chosen=state == chosen and state != ANSWERED) for state, text in words.items()
    )
    named = " ".join([_("State of"), leaf.criterion.code])
    label = f'<span class="visually-hidden">{escape(named)}</span>'
    return f'<label class="row-na">{label}<select name="r{leaf.pk}-state" data-aside>{options}</select></label>'


def _guidance(text: str) -> str:
    if not text:
        return ""
    shown, title = "<br>".join(escape(text).splitlines()), _("Guidance")
    return f'<details class="row-note"><summary>{escape(title)}</summary><p>{shown}</p></details>'
