"""What a file of rows would change in a sheet, row by row: now and after, conflicts, and what cannot be taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from parportal.display import moment, points, points_short
from parportal.entry.problems import ImportProblem
from parportal.entry.receipts import received
from parportal.entry.writing import plain_text
from scoring.actions.scores import RowEntry, row_entry
from scoring.filling import Filling, filling_of
from scoring.importing.sheet_file import FileRow, SheetFile
from scoring.leaves import leaves_of
from scoring.models import Score, ScoreSheet, SetReplacement
from scoring.rows import PREFIX, AnswerProblem, AnswersRefused, answer_fields, answers_in_words, rule_problems
from scoring.rules import LeafState, Message, Method, RuleError, RuleErrors, decode
from scoring.settling import self_outcome
from scoring.workflow import why_row_is_closed
from units.models import User


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of a row before and after, in words."""

    label: str
    now: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that the file would change.

    `seen` is the version of the row on the portal when the preview was made. `who` and `at` say who changed it
    there since the file was made; they are empty without a conflict.
    """

    criterion: int
    code: str
    title: str
    seen: int
    fields: Mapping[str, str]
    differences: tuple[Difference, ...]
    is_conflict: bool = False
    who: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """What a file would do.

    Shapes: `refused` holds what keeps single rows from being taken, each at its cell or code; `gone` the codes of
    rows whose criterion is no more. Units: `unchanged` counts rows.
    """

    sheet: ScoreSheet
    changes: tuple[RowChange, ...]
    refused: tuple[ImportProblem, ...]
    gone: tuple[str, ...]
    unchanged: int
    notes: tuple[ImportProblem, ...]
    saved_at: str

    @property
    def conflicts(self) -> int:
        return sum(change.is_conflict for change in self.changes)


@dataclass(frozen=True, slots=True)
class SheetRows:
    """The rows of a sheet that a person sees, and how to find them.

    Shapes: `scores` by primary key of the criterion in reading order, each with its criterion; `moved` maps
    criteria of the set before it was replaced to those of today.
    """

    sheet: ScoreSheet
    filling: Filling
    scores: Mapping[int, Score]
    moved: Mapping[int, int]

    @classmethod
    def of(cls, sheet: ScoreSheet, user: User) -> SheetRows:
        """Four queries, whatever the number of rows."""
        visible = Score.objects.visible_to(user).filter(sheet=sheet).select_related("exclusion", "updated_by")
        by_criterion = {score.criterion_id: score for score in visible}
        scores = {}
        leaves = leaves_of(sheet.campaign.criteria_set)
        for leaf in leaves.by_pk.values():
            if score := by_criterion.get(leaf.pk):
                score.criterion, score.sheet = leaf.criterion, sheet
                scores[leaf.pk] = score
        return cls(sheet, filling_of(sheet, leaves.tree, user), scores, moved_criteria(sheet))

    def score(self, criterion: int) -> Score | None:
        return self.scores.get(criterion) or self.scores.get(self.moved.get(criterion, 0))

    def why_closed(self, score: Score) -> str:
        """Why the person cannot fill in this row, in words; empty when he can."""
        return self.filling.why_locked(score.criterion_id) or why_row_is_closed(score)

    def method(self, score: Score) -> Method:
        return leaves_of(self.sheet.campaign.criteria_set).by_pk[score.criterion_id].method

    def methods(self) -> dict[int, Method]:
        """The methods of today, by the criteria of today and of the sets before."""
        today = {pk: self.method(score) for pk, score in self.scores.items()}
        return {old: today[new] for old, new in self.moved.items() if new in today} | today


def moved_criteria(sheet: ScoreSheet) -> dict[int, int]:
    """What became of the criteria of earlier sets of the campaign, by primary key."""
    moved: dict[int, int] = {}
    replacements = SetReplacement.objects.filter(campaign=sheet.campaign_id).order_by("pk")
    for data in replacements.values_list("data__moved", flat=True):
        step = {int(old[1:]): int(new) for old, new in (data or {}).items()}
        moved = {old: step.get(new, new) for old, new in moved.items()} | step
    return moved


def plan_of(file: SheetFile, rows: SheetRows, user: User) -> SheetPlan:
    """Compare a file with the portal; nothing is written."""
    own = received([key for row in file.rows for key in row.keys], user)
    changes: dict[int, RowChange] = {}
    refused: list[ImportProblem] = []
    gone: list[str] = []
    unchanged = 0
    for row in file.rows:
        score = rows.score(row.criterion)
        if score is None:
            gone.append(row.code or str(row.criterion))
        elif row.problems:
            # Before the comparison: a cell that cannot be read was read as an empty one.
            refused += row.problems
        elif row.is_untouched:
            unchanged += 1
        else:
            found = compared(row, score, rows.method(score), closed=rows.why_closed(score), own=own)
            if isinstance(found, RowChange):
                changes[score.pk] = found
            elif found:
                refused += found
            else:
                unchanged += 1
    ordered = [changes[score.pk] for score in rows.scores.values() if score.pk in changes]
    return SheetPlan(
        sheet=rows.sheet,
        changes=tuple(ordered),
        refused=tuple(dict.fromkeys(refused)),
        gone=tuple(gone),
        unchanged=unchanged,
        notes=file.notes,
        saved_at=file.saved_at,
    )


def compared(
    row: FileRow, score: Score, method: Method, *, closed: str, own: Mapping[str, object]
) -> RowChange | list[ImportProblem]:
    """What one row of a file would change, or why it is refused; nothing at all for a row that says the same."""
    now = stored_entry(score, method)
    try:
        entry = row_entry(method, row.fields)
        if same(entry, now):
            return []
        if closed:
            return [problem(row, score, "", closed)]
        differences = tuple(differences_of(score, method, now, entry))
    except AnswersRefused as refusal:
        return list(problems_of(row, score, method, refusal.problems))
    except RuleErrors as errors:
        return list(problems_of(row, score, method, rule_problems(errors)))
    known = {row.version, *(own[key] for key in row.keys if key in own)}
    is_conflict = score.version not in known
    return RowChange(
        criterion=score.criterion_id,
        code=score.criterion.code,
        title=score.criterion.title,
        seen=score.version,
        fields=row.fields,
        differences=differences,
        is_conflict=is_conflict,
        who=str(score.updated_by or "") if is_conflict else "",
        at=moment(score.updated_at) if is_conflict else "",
    )


def stored_entry(score: Score, method: Method) -> RowEntry:
    """What a row says now, as a form would say it."""
    state = LeafState(score.state)
    answers = decode(method.inputs(), score.answers) if state is LeafState.ANSWERED else {}
    return RowEntry(state, answers, reason=score.reason, note=score.note, why_no_evidence=score.why_no_evidence)


def same(entry: RowEntry, other: RowEntry) -> bool:
    return said(entry) == said(other)


def said(entry: RowEntry) -> tuple[object, ...]:
    """What an entry says, with texts as a workbook gives them back."""
    tidy = entry.tidied
    texts = map(plain_text, (tidy.reason, tidy.note, tidy.why_no_evidence))
    return (tidy.state, dict(tidy.answers), *texts)


def differences_of(score: Score, method: Method, now: RowEntry, entry: RowEntry) -> Iterator[Difference]:
    """Raises: RuleErrors on impossible facts."""
    highest = points_short(score.criterion.max_points)
    if entry.state is LeafState.NOT_APPLICABLE and not entry.reason.strip():
        raise RuleErrors([RuleError(Message(_("Say why it is not applicable.")), at="reason")])
    after = self_outcome(method, entry.state, entry.answers).points
    counts = entry.state in (LeafState.ANSWERED, LeafState.NO_CASE)
    pairs = (
        (_("Answer"), answer_words(method, now), answer_words(method, entry)),
        (_("Self-score"), of(score.self_points, highest), of(after if counts else None, highest)),
        (_("Why it is not applicable"), *(each.reason.strip() for each in (now, entry))),
        (_("Note"), *(plain_text(each.note) for each in (now, entry))),
        (_("Why there is no evidence"), *(plain_text(each.why_no_evidence) for each in (now, entry))),
    )
    for label, before, then in pairs:
        if before != then:
            yield Difference(label, before, then)


def of(value: Decimal | None, highest: str) -> str:
    return "–" if value is None else f"{points(value)} / {highest}"


def answer_words(method: Method, entry: RowEntry) -> str:
    if entry.state is LeafState.ANSWERED:
        return answers_in_words(method, entry.answers)
    words: dict[str, str] = dict(Score._meta.get_field("state").flatchoices)
    return str(words.get(entry.state.value, ""))


def problems_of(
    row: FileRow, score: Score, method: Method, found: Mapping[str, AnswerProblem]
) -> Iterator[ImportProblem]:
    labels = {each.name.removeprefix(PREFIX): each.label for each in answer_fields(method, {})}
    for name, each in found.items():
        label = labels.get(name, "")
        text = each.text if not label or each.text.startswith(label) else f"{label}: {each.text}"
        yield problem(row, score, PREFIX + name if name in labels else name, text)


def problem(row: FileRow, score: Score, name: str, reason: str) -> ImportProblem:
    """What is wrong with one field of a row, at its cell if it has one, else at its code."""
    cell = row.cells.get(name, "")
    place = f"{score.criterion.code} ({cell})" if cell else score.criterion.code
    return ImportProblem("", place, row.fields.get(name, "")[:80], reason)
