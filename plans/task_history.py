"""The history of a task or of a conclusion notice, in words."""

from __future__ import annotations

from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from indicators.return_history import ChangeLine, EventLine
from parportal.display import moment
from units.history import label_of
from units.models import AuditChange, AuditEvent

EVENTS = 40


def history_lines(scope: Model) -> list[EventLine]:
    """What happened to it, the latest events, newest first; what changed of another row bears its name."""
    found = AuditEvent.objects.about(scope).prefetch_related("changes__row_type")[:EVENTS]
    return [
        EventLine(
            row="",
            what=capfirst(event.get_action_display()),
            who=str(event.by or ""),
            at=moment(event.at),
            reason=event.reason,
            changes=tuple(change_line(each, scope) for each in event.changes.all()),
        )
        for event in found
    ]


def change_line(change: AuditChange, scope: Model) -> ChangeLine:
    model = change.row_type.model_class()
    is_own = model is type(scope) and change.row_id == scope.pk
    # What is no column of its own, or has no name of its own.
    own_words = {
        "reminded": _("reminded"),
        "directive": _("Number of the item"),
        "days": _("days"),
        "calendar": _("tasks added"),
    }
    name = own_words.get(change.attribute) or label_of(model, change.attribute)
    return ChangeLine("" if is_own else change.label, capfirst(name), change.old, change.new)
