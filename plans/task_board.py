"""The board of tasks: by lead unit, how many stand how."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from plans.counting_tasks import TaskCounts
from plans.models import Standing
from plans.task_leads import Lead, leads_of
from plans.task_list import NOBODY
from units.names import unit_key

if TYPE_CHECKING:
    from plans.models.tasks import TaskQuerySet

READ = ("pk", "deadline_kind", "deadline_on", "done_on")


@dataclass(frozen=True, slots=True)
class BoardRow:
    lead: Lead
    counts: TaskCounts


@dataclass(frozen=True, slots=True)
class Board:
    """Rows by name; those without a lead last. A task with several leads stands in the row of each; `total` counts
    it once."""

    rows: tuple[BoardRow, ...]
    total: TaskCounts


def board_of(tasks: TaskQuerySet, on: date) -> Board:
    """Three queries, whatever the number of tasks."""
    leads = leads_of(tasks)
    nobody = Lead(_("no lead named"), NOBODY)
    total, by_lead = Counter[Standing](), defaultdict[Lead, Counter[Standing]](Counter)
    for task in tasks.order_by().only(*READ):
        standing = task.standing(on)
        total[standing] += 1
        for lead in leads.get(task.pk, {nobody}):
            by_lead[lead][standing] += 1
    found = sorted(by_lead, key=lambda lead: (lead.key == NOBODY, unit_key(lead.name), lead.key))
    return Board(tuple(BoardRow(lead, counts(by_lead[lead])) for lead in found), counts(total))


def counts(found: Counter[Standing]) -> TaskCounts:
    return TaskCounts(
        on_time=found[Standing.ON_TIME],
        late=found[Standing.LATE],
        undone=found[Standing.OVERDUE],
        open=found[Standing.OPEN],
    )
