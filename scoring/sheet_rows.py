"""Rows of a score sheet, ready to print: as stored, or as typed and refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from parportal.display import day, message, points
from scoring.comparable import Base, proposed
from scoring.models import IMPORTED, Appraisal, Evidence, Score, ScoreSheet
from scoring.rows import PREFIX, AnswerField, AnswerProblem, answer_fields
from scoring.rules import Answers, LeafState, decode
from scoring.settling import last_round, outcome_of
from scoring.sheet_panel import NO_POINTS, Line
from scoring.workflow import why_row_is_closed

CLASSES = {"open": "is-open", "review": "is-review", "excluded": "is-excluded", "error": "has-error"}


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read an ambiguous number, offered as a button: `value` goes into the input `name`."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What the server answers to a row.

    Shapes: `entered` pairs the name of an input with its value as stored; `states` hold "open", "review",
    "excluded" and "error"; `review` says line by line what changed in the rules of the row.
    """

    pk: int
    version: int
    points: str
    max_points: str
    explanation: str = ""
    saved: str = ""
    states: tuple[str, ...] = ()
    left_out: bool = False
    review: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    hint: str = ""
    stored: str = ""
    readings: tuple[Reading, ...] = ()
    entered: tuple[tuple[str, str], ...] = ()

    @property
    def row_state(self) -> str:
        return " ".join(self.states)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not saved: what was typed, and why not."""

    criterion_id: int
    typed: Mapping[str, str]
    problems: Mapping[str, AnswerProblem] = field(default_factory=dict)
    words: str = ""
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A piece of evidence on a row."""

    pk: int
    label: str
    title: str
    download_url: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class Row:
    """One leaf, ready to print."""

    pk: int
    code: str
    title: str
    guidance: str
    url: str
    classes: str
    state: str
    state_text: str
    fields: tuple[AnswerField, ...]
    described: str
    reason: str
    note: str
    outcome: RowOutcome
    closed: str
    base: str
    evidence: tuple[Chip, ...]
    evidence_url: str
    evidence_missing: bool
    final_points: str
    final_reason: str

    @property
    def is_open(self) -> bool:
        return not {"open", "review"}.isdisjoint(self.outcome.states)

    @property
    def can_be_confirmed(self) -> bool:
        """Whether an answer that was carried over to new rules waits for the unit's word."""
        return "review" in self.outcome.states and "open" not in self.outcome.states


@dataclass(frozen=True, slots=True)
class RowWriter:
    """Puts lines into words; a refused row shows what was typed."""

    sheet: ScoreSheet
    can_edit: bool
    refusal: Refusal | None = None
    bases: Mapping[int, Base] = field(default_factory=dict)

    def row(self, line: Line, *, shows: bool) -> Row:
        score, criterion = line.score, line.score.criterion
        refusal = self.refusal if self.refusal and self.refusal.criterion_id == criterion.pk else None
        outcome = refused_outcome(line, refusal) if refusal else row_outcome(line)
        if shows and score.criterion.method in IMPORTED:
            outcome = survey_outcome(line)
        ruling = last_round(score.appraisals.all()) if shows and not line.is_excluded else None
        typed = refusal.typed if refusal else {}
        args = [self.sheet.pk, criterion.pk]
        return Row(
            pk=criterion.pk,
            code=criterion.code,
            title=criterion.title,
            guidance=criterion.guidance,
            url=reverse("sheet_row", args=args),
            classes="".join(f" {CLASSES[state]}" for state in outcome.states),
            state=typed.get("state", score.state),
            state_text=score.get_state_display(),
            fields=self.fields(line, refusal),
            described=described(line, shows=shows) if not self.can_edit or not score.is_for_people else "",
            reason=typed.get("reason", score.reason),
            note=typed.get("note", score.note),
            outcome=outcome,
            closed=why_row_is_closed(score),
            base=base.text if (base := self.bases.get(score.pk)) else "",
            evidence=tuple(self.chip(each, score) for each in score.evidence.all()),
            evidence_url=reverse("sheet_evidence_add", args=args),
            evidence_missing=score.is_for_people and criterion.evidence_required and not line.has_evidence,
            final_points=final_text(ruling),
            final_reason=ruling.reason if ruling else "",
        )

    def fields(self, line: Line, refusal: Refusal | None) -> tuple[AnswerField, ...]:
        """The inputs as stored, or as typed and refused; empty ones hold what is recorded of last year."""
        stored = stored_answers(line)
        if refusal:
            return answer_fields(line.method, stored, typed=refusal.typed or None, problems=refusal.problems)
        base = self.bases.get(line.score.pk) if line.is_open else None
        return proposed(answer_fields(line.method, stored), base)

    def chip(self, evidence: Evidence, score: Score) -> Chip:
        args = [self.sheet.pk, score.criterion_id, evidence.pk]
        return Chip(
            pk=evidence.pk,
            label=str(evidence),
            title=evidence_text(evidence),
            download_url=reverse("evidence_download", args=[evidence.pk]) if evidence.file else "",
            remove_url=reverse("evidence_remove", args=args) if self.can_edit else "",
        )


def row_outcome(line: Line) -> RowOutcome:
    """The outcome of a row as it is stored."""
    score, outcome = line.score, line.outcome
    states: list[str] = []
    if line.is_open:
        states.append("open")
    if line.is_under_review:
        states.append("review")
    if line.is_claimed or line.is_left_out or line.is_no_case:
        states.append("excluded")
    return RowOutcome(
        pk=score.criterion_id,
        version=score.version,
        points=NO_POINTS if outcome.points is None else points(outcome.points),
        max_points=points(score.criterion.max_points),
        explanation=explained(line),
        saved=_("saved %(time)s") % {"time": saved_at(score)} if score.updated_at else "",
        states=tuple(states),
        left_out=line.is_left_out,
        review=tuple(score.review.splitlines()) if line.is_under_review else (),
        entered=entered(line),
    )


def survey_outcome(line: Line) -> RowOutcome:
    """The outcome of a survey's row for those who may see it: what the import brought."""
    score = line.score
    outcome = outcome_of(score, (), line.method)
    return replace(
        row_outcome(line),
        points=NO_POINTS if outcome.points is None else points(outcome.points),
        left_out=not outcome.counted_max_points,
        states=() if outcome.counted_max_points else ("excluded",),
        explanation=message(outcome.explanation),
    )


def entered(line: Line) -> tuple[tuple[str, str], ...]:
    """Inputs as stored. A row set aside (not applicable, no case) keeps what was typed, to come back to."""
    if line.score.state != LeafState.ANSWERED:
        return ()
    return tuple((each.name, each.value) for each in answer_fields(line.method, stored_answers(line)))


def explained(line: Line) -> str:
    if not line.score.is_for_people:
        return ""
    if line.is_claimed:
        return _("claimed not applicable: the appraisal decides; until then it counts as not answered")
    return message(line.outcome.explanation)


def stored_answers(line: Line) -> Answers:
    return decode(line.method.inputs(), line.score.answers)


def saved_at(score: Score) -> str:
    """The time alone for today, otherwise the day as well."""
    if score.updated_at is None:
        return ""
    local = timezone.localtime(score.updated_at)
    return f"{local:%H:%M}" if local.date() == timezone.localdate() else f"{local:%H:%M %d/%m/%Y}"


def refused_outcome(line: Line, refusal: Refusal) -> RowOutcome:
    """The outcome of a row that was not saved: the stored points stay, the reason is told."""
    stored = row_outcome(line)
    told, missing = refusal_in_words(line, refusal)
    return replace(
        stored,
        states=tuple(dict.fromkeys([*stored.states, "error" if told else "open"])),
        messages=told,
        hint=_("Not saved yet, still to fill in: %(labels)s") % {"labels": ", ".join(missing)} if missing else "",
        saved="",
        explanation="",
        stored=described_with_author(line) if refusal.is_stale else "",
        readings=tuple(
            Reading(PREFIX + name, choice)
            for name, problem in refusal.problems.items()
            for choice in problem.choices
        ),
        entered=(),
    )


def refusal_in_words(line: Line, refusal: Refusal) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is wrong, each with the label of its input; and the labels of inputs that are only empty yet."""
    labels = {each.name: each.label for each in answer_fields(line.method, {})}
    told, missing = [], []
    for name, problem in refusal.problems.items():
        label = labels.get(PREFIX + name, "")
        if problem.missing and label:
            missing.append(label)
        else:
            is_named = not label or problem.text.startswith(label)
            told.append(problem.text if is_named else f"{label}: {problem.text}")
    return (*told, *filter(None, [refusal.words])), tuple(missing)


def described(line: Line, *, shows: bool = True) -> str:
    """What is stored, in words: the answers with their labels, or the state.

    `shows` says whether the reader may see what others than the unit brought in.
    """
    if line.is_excluded or (not line.score.is_for_people and not shows):
        return why_row_is_closed(line.score)
    if not line.score.is_for_people and line.score.state != LeafState.ANSWERED:
        return _("No survey was imported for this row: it is left out.")
    if line.score.state != LeafState.ANSWERED:
        return line.score.get_state_display()
    fields = answer_fields(line.method, stored_answers(line))
    shown = []
    for each in fields:
        chosen = next((option.label for option in each.options if option.chosen), "")
        if not each.value:
            # Nothing was asked here beside the other answers.
            continue
        value = chosen or " ".join(filter(None, [each.value, each.unit]))
        # The only question of a choice is the criterion itself.
        shown.append(value if chosen and len(fields) == 1 else f"{each.label}: {value}")
    return " · ".join(shown)


def described_with_author(line: Line) -> str:
    score = line.score
    author = [str(score.updated_by)] if score.updated_by else []
    return ", ".join([described(line), *author, saved_at(score)])


def final_text(ruling: Appraisal | None) -> str:
    if ruling is None:
        return ""
    if ruling.state == LeafState.NOT_APPLICABLE:
        return _("not applicable")
    if ruling.state == LeafState.NO_CASE:
        # Full points by the policy of the row are worth telling; what is left out is not a 0.
        return " · ".join(filter(None, [_("no case arose"), points(ruling.points) if ruling.points else ""]))
    return points(ruling.points)


def evidence_text(evidence: Evidence) -> str:
    """The reference in the order of an official citation."""
    parts = [evidence.number, day(evidence.issued_on), evidence.issuer, evidence.title, evidence.page]
    return " · ".join(filter(None, [*parts, evidence.original_name if evidence.file else ""]))
