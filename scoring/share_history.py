"""What became of a row while parts of its sheet were given away, changed hands and were taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType

from scoring.leaves import leaves_of
from scoring.models import Score, Share
from units.audit import Action
from units.models import AuditChange, AuditEvent

ABOUT_PARTS = (Action.SHARE_GIVEN, Action.SHARE_TAKEN_BACK, Action.SHARE_DONE, Action.SHARE_REOPENED)


@dataclass(frozen=True, slots=True)
class Handover:
    """Who filled a row in before and after an event; empty where the owner of the sheet did.

    Shapes: `others` is what else the event changed of the part: its deadline, its note, whether it is done.
    """

    before: str
    after: str
    others: tuple[AuditChange, ...]


def handovers(score: Score, events: Iterable[AuditEvent]) -> dict[int, Handover]:
    """What events about parts mean to a row, by event; what concerns it in nothing is left out.

    `events` are those of its sheet with their changes, the oldest first: then as now the nearest part above the
    row counted (`scoring.filling`). A part that is no more is known by the code that it had.
    """
    node = leaves_of(score.criterion.criteria_set).tree.by_id[score.criterion_id]
    path = [each.code for each in (node.criterion, *reversed(node.path))]
    codes = {part.pk: part.criterion.code for part in score.sheet.parts}
    fillers: dict[str, str] = {}
    found = {}
    for event in events:
        changes = changes_of_part(event)
        code = code_of(changes, codes)
        was = nearest(path, fillers)
        before = fillers.get(was, "")
        note_filler(event, code, changes, fillers)
        now = nearest(path, fillers)
        if code and code in (was, now):
            others = tuple(change for change in changes if change.attribute != "filler")
            found[event.pk] = Handover(before, fillers.get(now, ""), others)
    return found


def changes_of_part(event: AuditEvent) -> list[AuditChange]:
    parts = ContentType.objects.get_for_model(Share).pk
    return [change for change in event.changes.all() if change.row_type_id == parts]


def code_of(changes: Sequence[AuditChange], codes: Mapping[int, str]) -> str:
    """The criterion of the part that an event is about; empty where it changed nothing."""
    if not changes:
        return ""
    return codes.get(changes[0].row_id) or changes[0].label.partition(": ")[0]


def nearest(path: Iterable[str], fillers: Mapping[str, str]) -> str:
    """The code of the nearest part, from the row upwards; empty where none was given away."""
    return next((code for code in path if code in fillers), "")


def note_filler(event: AuditEvent, code: str, changes: Iterable[AuditChange], fillers: dict[str, str]) -> None:
    """Follow who has the part of this code after an event."""
    for change in changes:
        if change.attribute == "filler" and change.new:
            fillers[code] = change.new
    if event.action == Action.SHARE_TAKEN_BACK:
        fillers.pop(code, None)
