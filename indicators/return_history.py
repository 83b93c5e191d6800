"""The history of a return and of each of its rows, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from indicators.actions.entries import LINE, VALUE
from indicators.entering import shown_text
from indicators.figures import Place
from indicators.form import Form
from indicators.models import Entry, Indicator, Return
from parportal.display import day, moment
from units.models import AuditChange, AuditEvent

EVENTS_A_PAGE = 100


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


def return_events(
    found: Return, form: Form, *, page: str | None = None
) -> tuple[list[EventLine], Page[AuditEvent]]:
    """One page of the history, newest first."""
    shown = Paginator(AuditEvent.objects.about(found), EVENTS_A_PAGE).get_page(page)
    places = {entry.pk: entry for entry in Entry.objects.filter(return_of=found)}
    return [_event_line(event, event.changes.all(), form, places) for event in shown.object_list], shown


def row_events(found: Return, form: Form, place: Place) -> list[EventLine]:
    """Everything that was written of one row, newest first."""
    entry = Entry.objects.filter(return_of=found, indicator=place[0], line=place[1]).first()
    if entry is None:
        return []
    type_ = ContentType.objects.get_for_model(Entry)
    written = AuditChange.objects.filter(row_type=type_, row_id=entry.pk)
    events = AuditEvent.objects.about(found).filter(pk__in=written.values("event"))

    def is_of(change: AuditChange) -> bool:
        return (change.row_type_id, change.row_id) == (type_.pk, entry.pk)

    return [
        replace(_event_line(event, [each for each in event.changes.all() if is_of(each)], form, {}), row="")
        for event in events
    ]


def _event_line(
    event: AuditEvent, changes: Iterable[AuditChange], form: Form, places: Mapping[int, Entry]
) -> EventLine:
    lines = tuple(_change_line(each, form, places) for each in changes)
    labels = {each.label for each in lines}
    row = labels.pop() if len(labels) == 1 else ""
    if row:
        lines = tuple(ChangeLine("", each.attribute, each.old, each.new) for each in lines)
    return EventLine(
        row=row,
        what=event.get_action_display(),
        who=str(event.by) if event.by else _("the system"),
        at=moment(event.at),
        reason=event.reason,
        changes=lines,
    )


def _change_line(change: AuditChange, form: Form, places: Mapping[int, Entry]) -> ChangeLine:
    indicator = form.by_code.get(change.attribute.removeprefix(VALUE))
    is_value = change.attribute.startswith(VALUE)
    return ChangeLine(
        label=_label(change, form, places),
        attribute=_attribute(change.attribute, indicator if is_value else None, form),
        old=_readable(change.attribute, change.old, indicator if is_value else None),
        new=_readable(change.attribute, change.new, indicator if is_value else None),
    )


def _label(change: AuditChange, form: Form, places: Mapping[int, Entry]) -> str:
    """The code of the row, with its line; moves of the return have none."""
    if change.row_type_id != ContentType.objects.get_for_model(Entry).pk:
        return ""
    entry = places.get(change.row_id)
    if entry is None or entry.indicator_id not in form.items:
        return change.label.partition(" ")[0]
    indicator = form.items[entry.indicator_id].indicator
    names = {str(key): text for key, text in indicator.table_lines}
    line = names.get(entry.line, entry.line)
    return " · ".join(filter(None, (indicator.code, line)))


def _attribute(attribute: str, indicator: Indicator | None, form: Form) -> str:
    if indicator is not None:
        return indicator.title if indicator.pk in form.table_of else _("figure")
    return {
        "note": _("note"),
        "reason": _("reason"),
        "as_of_on": _("as of"),
        "is_estimate": _("estimate"),
        LINE: _("line"),
        "status": _("state"),
        "due_at": _("deadline"),
    }.get(attribute.partition(":")[0], attribute)


def _readable(attribute: str, text: str, indicator: Indicator | None) -> str:
    """A stored value in words; what cannot be read any more is shown as it is stored."""
    if attribute == "is_estimate":
        return {"True": _("yes"), "False": _("no")}.get(text, text)
    if not text:
        return ""
    try:
        if attribute == "as_of_on":
            return day(date.fromisoformat(text))
        if indicator is not None:
            return shown_text(indicator, Decimal(text) if indicator.is_numeric else text)
    except (ValueError, InvalidOperation):
        return text
    return text
