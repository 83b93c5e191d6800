"""The history of a sheet and of each of its rows, as far as a person may read it.

Before publication the unit's side is not told what appraisers did, except what was decided before a round of
explanation was opened; an appraiser reads of the rows of the own agency only.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from parportal.display import moment, points
from scoring.models import PUBLIC, Score, ScoreSheet, Share
from scoring.rows import answers_in_words
from scoring.rules import LeafState, decode
from scoring.share_history import ABOUT_PARTS, Handover, handovers
from units.audit import Action
from units.models import AuditChange, AuditEvent, User

EVENTS_A_PAGE = 100
# What the unit's side reads before publication: its own doing, and the moves of the sheet.
TOLD_TO_THE_UNIT = (
    Action.SCORE_SAVED,
    Action.EVIDENCE_ADDED,
    Action.EVIDENCE_CHANGED,
    Action.EVIDENCE_REMOVED,
    Action.EVIDENCE_CHECKED,
    Action.EVIDENCE_ADDED_LATE,
    Action.EVIDENCE_INFECTED,
    Action.COPIED_FROM_LAST_YEAR,
    Action.COPIES_REMOVED,
    Action.SHEET_IMPORTED,
    Action.SHARE_GIVEN,
    Action.SHARE_TAKEN_BACK,
    Action.SHARE_DONE,
    Action.SHARE_REOPENED,
    Action.SHEET_PROPOSED,
    Action.SHEET_SENT_BACK,
    Action.SHEET_SUBMITTED,
    Action.SHEET_RETURNED,
    Action.SHEET_EXTENDED,
    Action.EXPLANATION_OPENED,
    Action.EXPLANATION_SAVED,
    Action.EXPLANATION_SENT,
    Action.EXPLANATION_CLOSED,
    Action.REMINDED,
    Action.SET_REPLACED,
    Action.SURVEY_IMPORTED,
    Action.EXCLUSION_ADDED,
    Action.EXCLUSION_REMOVED,
)
# What appraisers decided, wherever an event of the unit tells it too: an appraisal that a new answer took away.
DECISIONS = ("appraisal", "points", "round", "appraised_answers")
# Moves of the whole sheet that open a row to the unit again.
RETURNS = (Action.SHEET_RETURNED, Action.SHEET_SENT_BACK)


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
    events = told(AuditEvent.objects.about(sheet), sheet, user)
    rows = visible_rows(sheet, user)
    partial = sheet.scores.count() > len(rows)
    if partial:
        mine = AuditChange.objects.filter(row_type=score_type(), row_id__in=[row.pk for row in rows.values()])
        about_the_sheet = events.filter(action__startswith="sheet.").values("pk")
        events = events.filter(pk__in=mine.values("event")) | events.filter(pk__in=about_the_sheet)
    found = Paginator(events, EVENTS_A_PAGE).get_page(page)
    shows = sheet.shows_appraisal_to(user)
    lines = [
        event_line(event, shown_changes(event, shows_appraisal=shows), rows, partial=partial)
        for event in found.object_list
    ]
    return lines, found


def row_events(score: Score, user: User) -> list[EventLine]:
    """Everything that concerned one row, newest first.

    What was written of it, to whom it was given to be filled in, and the returns of its sheet.

    `score` comes from `Score.objects.visible_to(user)`, with its criterion, the set, the sheet and the campaign.
    """
    sheet_type = ContentType.objects.get_for_model(ScoreSheet)
    # An import of a survey names the sheet and the code of the row.
    imported = Q(row_type=sheet_type, row_id=score.sheet_id, attribute=score.criterion.code)
    written = AuditChange.objects.filter(Q(row_type=score_type(), row_id=score.pk) | imported)
    returned = Q(scope_type=sheet_type, scope_id=score.sheet_id, action__in=RETURNS)
    divided = Q(scope_type=sheet_type, scope_id=score.sheet_id, action__in=ABOUT_PARTS)
    events = AuditEvent.objects.filter(Q(pk__in=written.values("event")) | returned | divided)
    shown = list(told(events.select_related("by").prefetch_related("changes"), score.sheet, user))
    about_parts = [event for event in shown if event.action in ABOUT_PARTS]
    handed = handovers(score, reversed(about_parts)) if about_parts else {}
    shows = score.sheet.shows_appraisal_to(user)
    lines = []
    for event in shown:
        if event.pk in handed:
            lines.append(line_of(event, handover_lines(handed[event.pk])))
        elif event.action not in ABOUT_PARTS:
            lines.append(row_line(event, shown_changes(event, shows_appraisal=shows), score))
    return lines


def handover_lines(handed: Handover) -> tuple[ChangeLine, ...]:
    lines = [change_line(change, None) for change in handed.others]
    if handed.before != handed.after:
        lines.insert(0, ChangeLine("", attribute_name("filler"), handed.before, handed.after))
    return tuple(lines)


def shown_changes(event: AuditEvent, *, shows_appraisal: bool) -> list[AuditChange]:
    """The changes of an event that may be read of: without what was decided, where its time has not come."""
    return [
        change
        for change in event.changes.all()
        if shows_appraisal or event.action == Action.APPRAISAL_SAVED or change.attribute not in DECISIONS
    ]


def row_line(event: AuditEvent, changes: Iterable[AuditChange], score: Score) -> EventLine:
    lines = []
    for change in changes:
        if change.row_type_id == score_type().pk and change.row_id == score.pk:
            lines.append(change_line(change, score))
        elif change.row_id == score.sheet_id and change.attribute == score.criterion.code:
            lines.append(replace(change_line(change, score), attribute=attribute_name("survey")))
    return line_of(event, tuple(lines))


def told(events: QuerySet[AuditEvent], sheet: ScoreSheet, user: User) -> QuerySet[AuditEvent]:
    """Those of the events that the person may read of.

    The unit's side reads its own doing and the moves of the sheet, and what had been decided when a round of
    explanation was opened to it; all of it after publication.
    """
    if sheet.campaign.status in PUBLIC or not sheet.is_read_as_unit_by(user):
        return events
    readable = Q(action__in=TOLD_TO_THE_UNIT)
    if sheet.is_first_round_opened:
        opened = AuditEvent.objects.about(sheet).filter(action=Action.EXPLANATION_OPENED)
        before = opened.values_list("pk", flat=True).first() or 0
        readable |= Q(action=Action.APPRAISAL_SAVED, pk__lt=before)
    return events.filter(readable)


def score_type() -> ContentType:
    return ContentType.objects.get_for_model(Score)


def visible_rows(sheet: ScoreSheet, user: User) -> dict[int, Score]:
    """The rows a person sees, by primary key, each with its criterion."""
    scores = Score.objects.visible_to(user).filter(sheet=sheet).select_related("criterion__criteria_set")
    return {score.pk: score for score in scores}


def event_line(
    event: AuditEvent, shown: Iterable[AuditChange], rows: Mapping[int, Score], *, partial: bool
) -> EventLine:
    changes = tuple(changes_of(shown, rows, partial=partial))
    codes = {change.label for change in changes}
    row = codes.pop() if len(codes) == 1 else ""
    return line_of(event, tuple(replace(change, label="") for change in changes) if row else changes, row=row)


def line_of(event: AuditEvent, changes: tuple[ChangeLine, ...], *, row: str = "") -> EventLine:
    return EventLine(
        row=row,
        what=event.get_action_display(),
        who=str(event.by) if event.by else _("the system"),
        at=moment(event.at),
        reason=event.reason,
        changes=changes,
    )


def changes_of(
    changes: Iterable[AuditChange], rows: Mapping[int, Score], *, partial: bool
) -> Iterable[ChangeLine]:
    scores = score_type().pk
    for change in changes:
        row = rows.get(change.row_id) if change.row_type_id == scores else None
        if partial and row is None and change.attribute != "status":
            continue
        named = change.row_type_id in (scores, ContentType.objects.get_for_model(Share).pk)
        label = row.criterion.code if row else change.label * named
        yield change_line(change, row, label=label)


def change_line(change: AuditChange, row: Score | None, *, label: str = "") -> ChangeLine:
    return ChangeLine(
        label=label,
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
        "why_no_evidence": _("why there is no evidence"),
        "to_check": _("to be checked"),
        "explanation": _("explanation"),
        "reply": _("reply"),
        "round": _("round"),
        "appraisal": _("appraisal"),
        "appraised_answers": _("appraised facts"),
        "exclusion": _("not applicable by decision"),
        "survey": _("survey"),
        "filler": _("given to"),
        "agency": _("appraised by"),
        "question": _("question"),
        "status": _("state"),
        "due_at": _("deadline"),
        "done_at": _("reported as done"),
        "explanation_due_at": _("deadline of the explanation"),
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
