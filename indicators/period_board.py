"""The board of a period: how complete and how timely each unit's return is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, QuerySet
from django.utils import timezone

from indicators.counting import asked_items, reported_by_return
from indicators.form import form_of
from indicators.models import FILLED_IN, PeriodStatus, Return, ReturnStatus
from parportal.deadlines import Deadline, days_late
from units.audit import Action
from units.models import AuditChange
from units.names import unit_key

BADGES = {
    ReturnStatus.DRAFT: "draft",
    ReturnStatus.RETURNED: "draft",
    ReturnStatus.SUBMITTED: "waiting",
    ReturnStatus.ACCEPTED: "done",
}


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One return, on the board and in lists.

    `days_late` counts from the deadline that the unit has (its own, if it was given one); of a return that is not
    submitted, until now. Units: `reported` and `asked` figures, a table counted once; `days_late` days begun.
    """

    found: Return
    reported: int
    asked: int
    days_late: int
    last_change_at: datetime | None
    reminded_at: datetime | None

    @property
    def badge(self) -> str:
        return "overdue" if self.is_overdue else BADGES[ReturnStatus(self.found.status)]

    @property
    def in_hand(self) -> bool:
        """Whether it is the unit's turn."""
        return self.found.status in FILLED_IN and self.found.period.status == PeriodStatus.OPEN

    @property
    def is_overdue(self) -> bool:
        return self.in_hand and self.days_late > 0

    @property
    def missing(self) -> int:
        return self.asked - self.reported

    @property
    def deadline(self) -> Deadline | None:
        return Deadline.of(self.found.deadline_at) if self.in_hand else None


def board_rows(returns: QuerySet[Return]) -> list[BoardRow]:
    """Returns in the order of their units' names; four queries, and two for each draft of a set."""
    related = ("unit", "period__indicator_set", "period__owner", "submitted_by", "accepted_by")
    found = sorted(returns.select_related(*related), key=lambda each: unit_key(each.unit.name))
    if not found:
        return []
    reported, reminded = reported_by_return(found), reminded_at(found)
    changed = dict(
        returns.order_by().annotate(changed_at=Max("entries__updated_at")).values_list("pk", "changed_at")
    )
    return [
        BoardRow(
            found=each,
            reported=reported.get(each.pk, 0),
            asked=asked_of(each),
            days_late=days_late(each.deadline_at, each.submitted_at or timezone.now()),
            last_change_at=changed.get(each.pk),
            reminded_at=reminded.get(each.pk),
        )
        for each in found
    ]


def asked_of(found: Return) -> int:
    return len(asked_items(form_of(found.period.indicator_set), found.unit.type, found.period.year))


def reminded_at(returns: Sequence[Return]) -> dict[int, datetime]:
    """When each return was last reminded of, by hand: one query."""
    rows = AuditChange.objects.filter(
        event__action=Action.RETURN_REMINDED,
        row_type=ContentType.objects.get_for_model(Return),
        row_id__in=[each.pk for each in returns],
    )
    return dict(rows.order_by().values("row_id").annotate(last=Max("event__at")).values_list("row_id", "last"))


FILTERS: dict[str, Callable[[BoardRow], bool]] = {
    "": lambda row: True,
    "not-submitted": lambda row: row.found.status in FILLED_IN,
    "late": lambda row: row.days_late > 0,
    "submitted": lambda row: row.found.status == ReturnStatus.SUBMITTED,
    "accepted": lambda row: row.found.status == ReturnStatus.ACCEPTED,
    "returned": lambda row: row.found.status == ReturnStatus.RETURNED,
}

SORTS: dict[str, Callable[[BoardRow], tuple[object, ...]]] = {
    "": lambda row: (unit_key(row.found.unit.name),),
    "reported": lambda row: (row.reported / row.asked if row.asked else 1, unit_key(row.found.unit.name)),
    "late": lambda row: (-row.days_late, unit_key(row.found.unit.name)),
}


@dataclass(frozen=True, slots=True)
class Timeliness:
    """Units of a period by how they kept their deadline; the first four add up to all. Units: units."""

    in_time: int
    late: int
    waiting: int
    overdue: int
    not_begun: int
    accepted: int


def timeliness(rows: Iterable[BoardRow]) -> Timeliness:
    counts = dict.fromkeys(("in_time", "late", "waiting", "overdue", "not_begun", "accepted"), 0)
    for row in rows:
        if row.found.status in FILLED_IN:
            counts["overdue" if row.days_late else "waiting"] += 1
            counts["not_begun"] += not row.reported
        else:
            counts["late" if row.days_late else "in_time"] += 1
            counts["accepted"] += row.found.status == ReturnStatus.ACCEPTED
    return Timeliness(**counts)
