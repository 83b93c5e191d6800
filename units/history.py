"""The history of a person in words: what happened to the account and to its roles, newest first."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q
from django.utils.text import capfirst

from units.models import AuditChange, AuditEvent, Membership, User


@dataclass(frozen=True, slots=True)
class Part:
    """One changed attribute."""

    attribute: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Line:
    """What changed of one row; `row` is empty when it is the person."""

    row: str
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Entry:
    """One event with its changes, ready to be shown."""

    at: datetime
    what: str
    by: str
    reason: str
    lines: list[Line]


def history_of(person: User, limit: int = 100) -> list[Entry]:
    """Events about the person, and events that changed a role of the person (a hand-over by a colleague)."""
    types = ContentType.objects.get_for_models(User, Membership)
    roles = AuditChange.objects.filter(
        row_type=types[Membership], row_id__in=person.memberships.values("pk")
    ).values("event")
    events = (
        AuditEvent.objects.filter(Q(scope_type=types[User], scope_id=person.pk) | Q(pk__in=roles))
        .select_related("by")
        .prefetch_related("changes__row_type")[:limit]
    )
    return [
        Entry(
            at=event.at,
            what=capfirst(event.get_action_display()),
            by=str(event.by or ""),
            reason=event.reason,
            lines=lines(event.changes.all(), person),
        )
        for event in events
    ]


def lines(changes: Iterable[AuditChange], person: User) -> list[Line]:
    """One line for each row that changed, in the order of the event."""
    found: dict[str, Line] = {}
    for change in changes:
        model = change.row_type.model_class()
        row = "" if model is User and change.row_id == person.pk else change.label
        parts = found.setdefault(row, Line(row, [])).parts
        # The label of a role names its unit and role already.
        if model is not Membership or change.attribute not in ("unit", "role"):
            parts.append(Part(label_of(model, change.attribute), change.old, change.new))
    return list(found.values())


def label_of(model: type[Model] | None, attribute: str) -> str:
    label = attribute
    if model is not None:
        with suppress(FieldDoesNotExist):
            label = str(getattr(model._meta.get_field(attribute), "verbose_name", label))
    return label
