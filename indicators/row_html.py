"""The rows of a return as markup: a hundred of them a page, so without a template and without a query.

Everything that was typed, and every word of the set, is escaped here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape

from indicators.actions.entries import RowSaid
from indicators.entering import Cell, shown_text
from indicators.figures import Finding, Place, Row
from indicators.form import Item
from indicators.models import Indicator, ValueType
from indicators.reading import Judged
from indicators.row_words import Findings, described, is_open, review_html, saved_at, state_text
from indicators.typed_rows import (
    YES,
    InputProblem,
    Refusal,
    input_name,
    row_name,
    stored_texts,
    typed_in_words,
)
from parportal.display import word as _
from parportal.entry.dates import format_date
from parportal.entry.versions import check_sum

LONGEST_NUMBER = 40
LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as it stands on the page. Shapes: `texts` by input name: stored, or typed and refused."""

    item: Item
    place: Place
    row: Row | None
    refusal: Refusal | None
    texts: Mapping[str, str]
    token: str

    @property
    def name(self) -> str:
        return f"r{row_name(self.place)}"

    @property
    def version(self) -> int:
        return self.row.entry.version if self.row else 0

    def problem(self, name: str) -> InputProblem | None:
        return self.refusal.problems.get(name) if self.refusal else None


@dataclass(frozen=True, slots=True)
class RowWriter:
    """Writes the rows of one return; a refused row shows what was typed.

    `base` is the address of the return; `blocking` what keeps it from being submitted.
    """

    base: str
    judged: Judged
    findings: Findings
    blocking: Collection[Finding]
    refusals: Mapping[Place, Refusal] = field(default_factory=dict)
    is_editable: bool = False

    def shown(self, item: Item, line: str = "") -> Shown:
        place = item.pk, line
        row, refusal = self.judged.rows.get(place), self.refusals.get(place)
        stored = stored_texts(item, line, row)
        version = row.entry.version if row else 0
        if refusal is not None:
            typed = {name: refusal.typed.get(name, "") for name in stored}
            return Shown(item, place, row, refusal, typed, f"{version}")
        return Shown(item, place, row, None, stored, f"{version}-{check_sum(stored.items())}")

    def attributes(self, shown: Shown) -> str:
        """What the browser's script knows a row by, and its states."""
        item, (pk, line) = shown.item, shown.place
        open_ = is_open(item, line, shown.row)
        name, at = row_name(shown.place), f"{pk}/{line}/" if line else f"{pk}/"
        classes = f"{' is-open' if open_ else ''}{' has-error' if shown.refusal else ''}"
        return (
            f'{classes}" id="row-{name}" data-row="{name}" data-url="{self.base}rows/{at}"'
            f' data-version="{shown.version}"{" data-open" if open_ else ""}'
        )

    def figure(self, item: Item) -> str:
        shown = self.shown(item)
        name, indicator = shown.name, item.indicator
        if self.is_editable and indicator.is_typed:
            start = (
                f'<div class="row-form figure{self.attributes(shown)} role="group" aria-labelledby="{name}-title">'
            )
            inside = (
                f'<div class="row-inputs">{self.cell(shown, indicator, named(indicator), indicator.measure)}</div>'
            )
            beside = f"{self.reason(shown)}{self.extra(shown)}"
            token = f'<input type="hidden" name="{name}-version" value="{shown.token}">'
        else:
            start = f'<div class="row-form figure is-read" id="row-{row_name(shown.place)}">'
            inside, beside, token = self.read_value(shown), self.told_beside(shown), ""
        return (
            f"{start}{token}{self.title(item, name)}{inside}"
            f'<p class="row-before">{self.before(indicator)}</p>{self.outcome(shown)}{beside}</div>'
        )

    def title(self, item: Item, name: str) -> str:
        return (
            f'<p class="row-title figure-depth-{min(item.depth, 4)}" id="{name}-title">'
            f'<span class="row-code">{escape(item.indicator.code)}</span>'
            f"<span>{escape(item.indicator.title)}{printed(item.indicator)}</span></p>"
        )

    def read_value(self, shown: Shown) -> str:
        indicator = shown.item.indicator
        if indicator.formula:
            value = shown_text(indicator, self.judged.said.whole.get(indicator.code))
            note = _("computed: %(formula)s") % {"formula": indicator.formula}
        else:
            value = shown_text(indicator, shown.row.cells.get(shown.place[0])) if shown.row else ""
            note = ""
        measure = f' <span class="measure">{escape(indicator.measure)}</span>' if indicator.measure else ""
        told = f' <span class="measure">{escape(note)}</span>' if note else ""
        text = escape(value) or ("–" if indicator.formula else "")
        return f'<p class="row-inputs"><strong id="{shown.name}-value">{text}</strong>{measure}{told}</p>'

    def cell(self, shown: Shown, indicator: Indicator, label: str, measure: str = "") -> str:
        """One input with its label and the place of its message."""
        name = input_name(shown.item, indicator)
        unit = f' <span class="measure">{escape(measure)}</span>' if measure else ""
        return (
            f'<label><span class="visually-hidden">{escape(label)}</span>'
            f"{self.control(shown, indicator, name)}{unit}</label>{message(shown, name)}"
        )

    def control(self, shown: Shown, indicator: Indicator, at: str) -> str:
        name, text, more = f"{shown.name}-{at}", shown.texts[at], described_by(shown, at)
        match indicator.value_type:
            case ValueType.CHOICE:
                choices = options([("", _("Choose…")), *indicator.option_texts.items()], text)
                return f'<select name="{name}"{more}>{choices}</select>'
            case ValueType.TEXT:
                limits = f'rows="1" maxlength="{LONGEST_TEXT}"'
                return f'<textarea name="{name}" {limits}{more}>\n{escape(text)}</textarea>'
        mode = "numeric" if indicator.value_type == ValueType.INTEGER else "decimal"
        limits = f'inputmode="{mode}" autocomplete="off" maxlength="{LONGEST_NUMBER}"'
        return f'<input class="num" name="{name}" value="{escape(text)}" {limits}{more}>'

    def before(self, indicator: Indicator, table: Indicator | None = None, line: str = "") -> str:
        """What was said in the period before; nothing where there was none."""
        if self.judged.before_form is None:
            return ""
        return self.before_text(indicator, self.judged.cell_before(indicator, table, line))

    def before_text(self, indicator: Indicator, cell: Cell | None) -> str:
        if indicator.formula:
            cell = self.judged.before.whole.get(indicator.code)
        text = shown_text(indicator, cell) or _("not reported")
        return escape(_("period before: %(value)s") % {"value": text})

    def outcome(self, shown: Shown) -> str:
        """What the server says of the row: saved or not, checks, and why it was refused."""
        item, (_pk, line) = shown.item, shown.place
        state = "" if shown.refusal or item.indicator.formula else escape(state_text(item, line, shown.row))
        return (
            f'<p class="row-state" id="{shown.name}-at" role="status">{state}</p>'
            f'<div class="row-review" id="{shown.name}-review">{self.review(shown.place)}</div>'
            f'<div class="row-message" id="{shown.name}-msg" role="alert">{self.refused(shown)}</div>'
        )

    def review(self, place: Place) -> str:
        return review_html(self.findings.get(place, ()), self.judged.form, self.blocking)

    def refused(self, shown: Shown) -> str:
        """What is wrong with the row as a whole; with a conflict what is stored, to be taken instead."""
        refusal = shown.refusal
        if refusal is None or not refusal.words:
            return ""
        words = f"<div>{escape(refusal.words)}</div>"
        if not refusal.is_stale:
            typed = typed_in_words(shown.item, shown.place[1], refusal.typed)
            told = " ".join([_("You typed:"), typed])
            return f"{words}<div>{escape(told)}</div>" if typed else words
        at = saved_at(shown.row.entry.updated_at) if shown.row else ""
        stored = ", ".join(filter(None, (described(shown.item, shown.row), at)))
        now, keep, take = _("Stored now:"), _("To keep what you typed, save again."), _("Take what is there")
        return (
            f"{words}<div>{escape(now)} {escape(stored)}</div><div>{escape(keep)}</div>"
            f'<button class="button button-small" name="{shown.name}-take" value="{shown.version}">'
            f"{escape(take)}</button>"
        )

    def reason(self, shown: Shown) -> str:
        """Why figures stand that a check warns of; hidden by the style sheet where no check does."""
        text, name = shown.texts["reason"], f"{shown.name}-reason"
        is_filled = text or shown.problem("reason")
        label = escape(_("Reason why the figures stand"))
        return (
            f'<div class="row-reason{" is-filled" if is_filled else ""}"><label>'
            f'{label} <textarea name="{name}" rows="2"'
            f' maxlength="{LONGEST_TEXT}"{described_by(shown, "reason")}>\n{escape(text)}</textarea></label>'
            f"{message(shown, 'reason')}</div>"
        )

    def extra(self, shown: Shown) -> str:
        """Note, day and estimate behind a disclosure, with the guidance and the history of the row."""
        texts, name, indicator = shown.texts, shown.name, shown.item.indicator
        is_said = any(texts[each] or shown.problem(each) for each in ("note", "as_of_on", "is_estimate"))
        with_help = bool(indicator.guidance) and not shown.item.is_table
        more = _("Guidance, note, as-of date") if with_help else _("Note, as-of date")
        note, day, kind = _("Note"), _("Figures as of (day/month/year)"), _("Kind of figure")
        kinds = options([("", _("final figure")), (YES, _("estimate"))], texts["is_estimate"])
        return (
            f'<details class="row-note row-more"{" open" if is_said else ""}><summary>'
            f'{escape(more)}<span class="visually-hidden"> {escape(named(indicator))}</span>'
            f'</summary><div class="row-beside"><div class="row-beside-note"><label>{escape(note)} <textarea'
            f' name="{name}-note" rows="2" maxlength="{LONGEST_TEXT}"{described_by(shown, "note")}>\n'
            f"{escape(texts['note'])}</textarea></label>{message(shown, 'note')}</div>"
            f'<div><label>{escape(day)} <input class="num" name="{name}-as_of_on"'
            f' value="{escape(texts["as_of_on"])}" maxlength="10" autocomplete="off"'
            f"{described_by(shown, 'as_of_on')}></label>{message(shown, 'as_of_on')}</div>"
            f'<label>{escape(kind)} <select name="{name}-is_estimate" data-aside>{kinds}</select>'
            f"</label>{'' if shown.item.is_table else guidance(indicator)}{self.history(shown)}</div></details>"
        )

    def history(self, shown: Shown) -> str:
        pk, line = shown.place
        query = f"?row={pk}&amp;line={line}" if line else f"?row={pk}"
        code, words = escape(shown.item.indicator.code), escape(_("History"))
        return (
            f'<a class="row-history" href="{self.base}history/{query}" data-row-history>{words}'
            f'<span class="visually-hidden"> {code}</span></a>'
        )

    def told_beside(self, shown: Shown) -> str:
        """What was said beside a value, for who only reads it."""
        said, indicator = RowSaid.of(shown.row), shown.item.indicator
        texts = [
            (_("Reason"), said.reason),
            (_("Note"), said.note),
            (_("As of"), format_date(said.as_of_on) if said.as_of_on else ""),
            (_("Kind of figure"), _("estimate") if said.is_estimate else ""),
        ]
        found = "".join(f"<span>{escape(label)}: {escape(text)}</span>" for label, text in texts if text)
        found += "" if shown.item.is_table else guidance(indicator)
        extra = f'<div class="row-extra">{found}</div>' if found else ""
        return extra if shown.row is None else f'{extra}<p class="row-more">{self.history(shown)}</p>'


def named(indicator: Indicator) -> str:
    return f"{indicator.code} {indicator.title}"


def printed(indicator: Indicator) -> str:
    """The code on paper, where that differs from the one that names the indicator."""
    if indicator.printed_code in ("", indicator.code):
        return ""
    words = _("(printed: %(code)s)") % {"code": indicator.printed_code}
    return f' <span class="measure">{escape(words)}</span>'


def options(choices: Iterable[tuple[str, str]], chosen: str) -> str:
    return "".join(
        f'<option value="{escape(key)}"{" selected" if key and key == chosen else ""}>{escape(words)}</option>'
        for key, words in choices
    )


def described_by(shown: Shown, at: str) -> str:
    invalid = ' aria-invalid="true"' if shown.problem(at) else ""
    return f' aria-describedby="{shown.name}-{at}-msg"{invalid}'


def message(shown: Shown, at: str) -> str:
    """What is wrong with an input, and a button for each way to read an ambiguous number."""
    name, problem = f"{shown.name}-{at}", shown.problem(at)
    told = ""
    if problem is not None:
        buttons = "".join(
            f'<button class="button button-small" name="{name}" value="{escape(choice)}" data-entry>'
            f"{escape(choice)}</button>"
            for choice in problem.choices
        )
        told = f"{escape(problem.text)} {buttons}".rstrip()
    return f'<span class="input-message" id="{name}-msg" aria-live="polite">{told}</span>'


def guidance(indicator: Indicator) -> str:
    if not indicator.guidance:
        return ""
    return f'<p class="row-guidance">{"<br>".join(escape(indicator.guidance).splitlines())}</p>'
