"""The history of a sheet, as far as a person may read it.

Before publication the unit's side is not told what appraisers did; an appraiser reads of the rows of the own
agency only.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from parportal.display import moment, points
from scoring.models import Score, ScoreSheet
from scoring.rows import answers_in_words
from scoring.rules import LeafState, decode
from units.audit import Action
from units.models import AuditChange, AuditEvent, User

EVENTS_A_PAGE = 100
# What the unit's side reads before publication: its own doing, and the moves of the sheet.
TOLD_TO_THE_UNIT = (
    Action.SCORE_SAVED,
    Action.EVIDENCE_ADDED,
    Action.EVIDENCE_CHANGED,
    Action.EVIDENCE_REMOVED,
    Action.SHEET_PROPOSED,
    Action.SHEET_SENT_BACK,
    Action.SHEET_SUBMITTED,
    Action.SHEET_RETURNED,
    Action.SHEET_EXTENDED,
    Action.SET_REPLACED,
)


@dataclass(frozen=True, slots=True)
class ChangeLine:
    label: str
    attribute: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event, ready to print. `row` is the code of the only row that it changed, or empty."""

    row: str
    what: str
    who: str
    at: str
    reason: str
    changes: tuple[ChangeLine, ...]


def sheet_events(
    sheet: ScoreSheet, user: User, *, page: str | None = None
) -> tuple[list[EventLine], Page[AuditEvent]]:
    """One page of the history, newest first."""
    events = AuditEvent.objects.about(sheet)
    if not sheet.shows_appraisal_to(user):
        events = events.filter(action__in=TOLD_TO_THE_UNIT)
    rows = visible_rows(sheet, user)
    partial = sheet.scores.count() > len(rows)
    if partial:
        mine = AuditChange.objects.filter(row_type=score_type(), row_id__in=[row.pk for row in rows.values()])
        about_the_sheet = events.filter(action__startswith="sheet.").values("pk")
        events = events.filter(pk__in=mine.values("event")) | events.filter(pk__in=about_the_sheet)
    found = Paginator(events, EVENTS_A_PAGE).get_page(page)
    return [event_line(event, rows, partial=partial) for event in found.object_list], found


def score_type() -> ContentType:
    return ContentType.objects.get_for_model(Score)


def visible_rows(sheet: ScoreSheet, user: User) -> dict[int, Score]:
    """The rows a person sees, by primary key, each with its criterion."""
    scores = Score.objects.visible_to(user).filter(sheet=sheet).select_related("criterion__criteria_set")
    return {score.pk: score for score in scores}


def event_line(event: AuditEvent, rows: Mapping[int, Score], *, partial: bool) -> EventLine:
    changes = tuple(changes_of(event.changes.all(), rows, partial=partial))
    codes = {change.label for change in changes}
    row = codes.pop() if len(codes) == 1 else ""
    return EventLine(
        row=row,
        what=event.get_action_display(),
        who=str(event.by) if event.by else _("the system"),
        at=moment(event.at),
        reason=event.reason,
        changes=tuple(replace(change, label="") for change in changes) if row else changes,
    )


def changes_of(
    changes: Iterable[AuditChange], rows: Mapping[int, Score], *, partial: bool
) -> Iterable[ChangeLine]:
    scores = score_type().pk
    for change in changes:
        row = rows.get(change.row_id) if change.row_type_id == scores else None
        if partial and row is None and change.attribute != "status":
            continue
        yield ChangeLine(
            label=row.criterion.code if row else change.label * (change.row_type_id == scores),
            attribute=attribute_name(change.attribute),
            old=readable(change.attribute, change.old, row),
            new=readable(change.attribute, change.new, row),
        )


def attribute_name(attribute: str) -> str:
    """The word of a person for a column; columns without one keep their name."""
    return {
        "state": _("answer state"),
        "answers": _("answers"),
        "self_points": _("self-score"),
        "points": _("points"),
        "reason": _("reason why it is not applicable"),
        "note": _("note"),
        "evidence": _("evidence"),
        "status": _("state"),
        "due_at": _("deadline"),
        "cause": _("cause"),
        "responsible": _("responsible parties"),
    }.get(attribute, attribute)


def readable(attribute: str, text: str, row: Score | None) -> str:
    """A stored value in words; what cannot be read any more is shown as it is stored."""
    if attribute == "state":
        return {state.value: str(label) for state, label in state_names()}.get(text, text)
    if attribute in ("self_points", "points") and text:
        try:
            return points(Decimal(text))
        except InvalidOperation:
            return text
    if attribute == "answers" and row is not None:
        return stored_in_words(text, row)
    return text


def state_names() -> Iterable[tuple[LeafState, str]]:
    for value, label in Score._meta.get_field("state").flatchoices:
        yield LeafState(value), str(label)


def stored_in_words(text: str, row: Score) -> str:
    """Answers with their labels; those given to other questions, before the criterion was replaced, as stored."""
    try:
        stored = ast.literal_eval(text) if text else {}
        method = row.criterion.scoring_method(row.criterion.criteria_set)
        answers = decode(method.inputs(), stored)
        if answers.keys() != stored.keys():
            return text
        return answers_in_words(method, answers)
    except (ValueError, SyntaxError, TypeError, ArithmeticError):
        return text
