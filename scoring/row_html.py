"""The rows of a score sheet as markup: a hundred of them a page, so without a template and without a query.

Everything that was typed is escaped here; the constant parts are `scoring.row_parts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from html import escape
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from parportal.entry.versions import check_sum
from scoring.comparable import Base, proposed
from scoring.evidence_part import EvidenceRow, address, evidence_part
from scoring.explanation_part import explanation_part
from scoring.filling import Filling
from scoring.models import Score, ScoreSheet
from scoring.row_parts import RowParts
from scoring.row_said import SaidParts
from scoring.row_words import (
    TO_BE_SCORED,
    Refusal,
    described,
    described_with_author,
    explained,
    place_of,
    points_html,
    review_html,
    states_of,
    still_missing,
    typed_in_words,
)
from scoring.rows import PROPOSED, answer_fields
from scoring.rules import sources_of
from scoring.share_part import question_part, share_part
from scoring.sheet_lines import Line
from scoring.sources import SourceLine, source_html

CLASSES = {
    "open": "is-open",
    "review": "is-review",
    "check": "is-check",
    "excluded": "is-excluded",
    "error": "has-error",
}
TO_DO = frozenset({"open", "review", "check"})
# What a row holds beside its answers.
TEXTS = ("reason", "note", "why_no_evidence")


class Texts(NamedTuple):
    """Words that stand in every row, ready to print."""

    note: str
    reason: str
    why_none: str
    history: str
    confirm: str
    saved: str

    @classmethod
    def active(cls) -> Texts:
        return cls(
            note=escape(_("Note")),
            reason=escape(_("Why it is not applicable")),
            why_none=escape(_("Why there is no evidence")),
            history=escape(_("History")),
            confirm=escape(_("Confirm as it stands")),
            saved=escape(_("saved %(time)s")),
        )


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the page, and what is shown to him.

    `shows_appraisal`: also what others than the unit brought in. `questions`: number of questions by criterion.
    """

    user_side: bool
    shows_appraisal: bool
    shows_rounds: bool
    can_add_evidence: bool
    questions_url: str
    questions: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class RowWriter:
    """Writes the rows of one sheet for one reader; a refused row shows what was typed."""

    sheet: ScoreSheet
    parts: Mapping[int, RowParts]
    filling: Filling
    reader: Reader
    said: Mapping[int, SaidParts]
    bases: Mapping[int, Base]
    sources: Mapping[int, SourceLine]
    refusals: Mapping[int, Refusal]
    texts: Texts = field(default_factory=Texts.active)
    today: date = field(default_factory=timezone.localdate)

    def is_editable(self, line: Line, score: Score) -> bool:
        return not self.filling.locked and line.is_for_unit and not self.filling.why_locked(line.leaf.pk)

    def row(self, line: Line, score: Score) -> str:
        return self.editable(line, score) if self.is_editable(line, score) else self.read_only(line, score)

    def editable(self, line: Line, score: Score) -> str:
        pk, parts = line.leaf.pk, self.parts[line.leaf.pk]
        refusal = self.refusals.get(pk)
        shown = Shown.of(self.said[pk], score, refusal)
        states = states_of(line)
        if refusal:
            states = (*states, "open" if still_missing(line.leaf, refusal) else "error")
        to_do = not TO_DO.isdisjoint(states)
        confirm = (
            f'<button class="button button-small row-confirm" name="r{pk}-confirm" value="1">{self.texts.confirm}'
            f'<span class="visually-hidden"> {escape(line.criterion.code)}</span></button>'
            if to_do and "open" not in states
            else ""
        )
        return (
            f'<div class="row-form{classes(states)}" id="row-{pk}" data-row="{pk}"'
            f' data-url="{address("sheet_row", self.sheet.pk, pk)}" data-version="{score.version}"'
            f'{" data-open" if to_do else ""} role="group" aria-labelledby="r{pk}-title">'
            f'<input type="hidden" name="r{pk}-version" value="{shown.token}">'
            f"{parts.title}"
            f'<div class="row-inputs">{self.inputs(line, score, shown, refusal)}{self.source(line)}</div>'
            f"{parts.states.get(shown.values['state'], parts.states[TO_BE_SCORED])}"
            f"{self.outcome(line, score, refusal)}"
            f"{confirm}"
            f'<div class="row-extra">{self.evidence(line, score, can_edit=True)}{parts.guidance}'
            f"{self.words(line, shown, refusal)}{self.beside(line, score)}</div></div>"
        )

    def inputs(self, line: Line, score: Score, shown: Shown, refusal: Refusal | None) -> str:
        """The inputs as stored, or as typed and refused; empty ones hold what is recorded of last year."""
        pk, base = line.leaf.pk, self.bases.get(score.pk)
        if not (base or refusal):
            return self.said[pk].inputs
        problems = refusal.problems if refusal else {}
        hints = proposals(line, base) if base and line.is_open and not refusal else {}
        found = []
        for part, asked in zip(self.parts[pk].inputs, line.leaf.inputs, strict=True):
            value = shown.values.get(part.name, "") or hints.get(part.name, "")
            found.append(part.html(pk, value, problems.get(asked.name)))
            if part.name in hints:
                hint = escape(hints[part.name])
                found.append(f'<input type="hidden" name="r{pk}-{PROPOSED}{part.name}" value="{hint}">')
        if base:
            found.append(f'<span class="row-base">{escape(base.text)}</span>')
        return "".join(found)

    def source(self, line: Line) -> str:
        """Where the facts of the row come from; nothing for the many rows that only the unit knows of."""
        pk = line.leaf.pk
        if not sources_of(line.criterion.params):
            return ""
        return f'<div class="row-source" id="r{pk}-source">{source_html(pk, self.sources.get(pk))}</div>'

    def outcome(self, line: Line, score: Score, refusal: Refusal | None = None) -> str:
        """What the server says of the row; after a refusal the stored points stay, and why is told."""
        pk, told, state = line.leaf.pk, "", self.saved(score)
        said = self.said[pk]
        if line.outcome is said.outcome and line.is_for_people and not line.is_claimed:
            counted, why = said.points, said.why
        else:
            counted = points_html(line.outcome, line.leaf, self.parts[pk].maximum)
            why = escape(explained(line, shows=self.reader.shows_appraisal))
        if refusal:
            told, why, state = self.told(line, score, refusal), "", escape(still_missing(line.leaf, refusal))
        return (
            f'<p class="row-points" id="r{pk}-points">{counted}</p>'
            f'<p class="row-explanation" id="r{pk}-why">{why}</p>'
            f'<p class="row-state" id="r{pk}-at" role="status">{state}</p>'
            f'<div class="row-review" id="r{pk}-review">{review_html(line) if line.is_to_do else ""}</div>'
            f'<div class="row-message" id="r{pk}-msg" role="alert">{told}</div>'
        )

    def saved(self, score: Score) -> str:
        if score.updated_at is None:
            return ""
        local = timezone.localtime(score.updated_at)
        at = f"{local:%H:%M}" if local.date() == self.today else f"{local:%H:%M %d/%m/%Y}"
        return self.texts.saved % {"time": at}

    def told(self, line: Line, score: Score, refusal: Refusal) -> str:
        """What is wrong with the row as a whole; with a conflict what is stored, to be taken instead."""
        problems = refusal.problems.items()
        found = [refusal.words, *(each.text for name, each in problems if not place_of(name, line.leaf))]
        shown = "".join(f"<div>{escape(text)}</div>" for text in found if text)
        if not refusal.is_stale:
            return shown
        stored, name = described_with_author(line.leaf, score), f"r{line.leaf.pk}-take"
        now, keep, take = _("Stored now:"), _("To keep what you typed, save again."), _("Take what is there")
        return (
            f"{shown}<div>{escape(now)} {escape(stored)}</div><div>{escape(keep)}</div>"
            f'<button class="button button-small" name="{name}" value="{score.version}">{escape(take)}</button>'
        )

    def evidence(self, line: Line, score: Score, *, can_edit: bool) -> str:
        return evidence_part(
            EvidenceRow(
                self.sheet.pk,
                line.leaf.pk,
                line.criterion.code,
                score.papers,  # type: ignore[attr-defined]
                missing=line.needs_evidence,
                can_edit=can_edit,
                can_add=can_edit or (self.reader.can_add_evidence and line.is_for_unit),
            )
        )

    def words(self, line: Line, shown: Shown, refusal: Refusal | None) -> str:
        """Note and reasons. Why there is no evidence is asked for where the set wants some."""
        pk, values, texts = line.leaf.pk, shown.values, self.texts
        problem = refusal.problems.get("reason") if refusal else None
        is_open = " open" if values["note"] or values["reason"] or problem else ""
        invalid = ' aria-invalid="true"' if problem else ""
        why = ""
        if line.criterion.evidence_required:
            said = escape(values["why_no_evidence"])
            why = (
                f'<label class="row-why-none{" is-filled" if said else ""}">{texts.why_none} <textarea'
                f' name="r{pk}-why_no_evidence" rows="2" maxlength="2000">{said}</textarea></label>'
            )
        return (
            f'{why}<details class="row-note"{is_open}><summary>{texts.note}</summary>'
            f'<label data-shown-for="not_applicable">{texts.reason} <textarea name="r{pk}-reason" rows="2"'
            f' maxlength="2000" aria-describedby="r{pk}-reason-msg"{invalid}>{escape(values["reason"])}</textarea>'
            f'</label><span class="input-message" id="r{pk}-reason-msg" aria-live="polite">'
            f"{escape(problem.text) if problem else ''}</span>"
            f'<label>{texts.note} <textarea name="r{pk}-note" rows="2" maxlength="4000">'
            f"{escape(values['note'])}</textarea></label></details>"
        )

    def beside(self, line: Line, score: Score) -> str:
        """Who fills the row in, questions, what was said after the appraisal, and the history."""
        pk, code = line.leaf.pk, escape(line.criterion.code)
        history = address("row_history", self.sheet.pk, pk)
        said = explanation_part(score, self.sheet, self.reader.user_side) if self.reader.shows_rounds else ""
        return (
            f"{share_part(self.filling.parts.get(pk))}"
            f"{question_part(line.criterion, self.reader.questions, self.reader.questions_url)}"
            f'<a class="row-history" href="{history}" data-row-history>{self.texts.history}'
            f'<span class="visually-hidden"> {code}</span></a>{said}'
        )

    def read_only(self, line: Line, score: Score) -> str:
        pk, parts, base = line.leaf.pk, self.parts[line.leaf.pk], self.bases.get(score.pk)
        shown = escape(described(line.leaf, score, shows=self.reader.shows_appraisal))
        beside = f' <span class="row-base">{escape(base.text)}</span>' if base else ""
        texts = (
            (self.texts.reason, score.reason),
            (self.texts.note, score.note),
            (self.texts.why_none, score.why_no_evidence),
        )
        said = "".join(f"<span>{label}: {escape(text)}</span>" for label, text in texts if text)
        refusal = self.refusals.get(pk)
        if refusal:
            typed = " ".join([_("You typed:"), typed_in_words(line.leaf, refusal)])
            said += f"<span>{escape(typed)}</span>"
        return (
            f'<div class="row-form{classes(states_of(line))}" id="row-{pk}">{parts.title}'
            f'<div class="row-inputs">{shown}{beside}{self.source(line)}</div>{self.outcome(line, score, refusal)}'
            f'<div class="row-extra">{self.evidence(line, score, can_edit=False)}{parts.guidance}{said}'
            f"{self.beside(line, score)}</div></div>"
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """What the inputs of a row hold on the page, and the check sum by which a form sent back shows a change."""

    values: Mapping[str, str]
    token: str

    @classmethod
    def of(cls, said: SaidParts, score: Score, refusal: Refusal | None) -> Shown:
        texts = {name: getattr(score, name) for name in TEXTS}
        if refusal is not None:
            return cls({name: refusal.typed.get(name, "") for name in (*said.values, *TEXTS)}, str(score.version))
        values = {**said.values, **texts}
        found = check_sum(values.items()) if any(texts.values()) else said.check_sum
        return cls(values, f"{score.version}-{found}")


def proposals(line: Line, base: Base) -> dict[str, str]:
    """What is recorded of last year, by the input that it is filled into."""
    return {each.name: each.value for each in proposed(answer_fields(line.leaf.method, {}), base) if each.proposed}


def classes(states: tuple[str, ...]) -> str:
    return "".join(f" {CLASSES[state]}" for state in states)
