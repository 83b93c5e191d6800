"""What a round of remediation consists of: a task for each lost leaf, and who answers for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override

from plans.actions.tasks import next_position
from plans.models import DeadlineKind, Origin, Task
from plans.own_parties import own_parties
from plans.task_leads import people_by_unit
from scoring.models import (
    Campaign,
    Filing,
    FilingKind,
    Loss,
    Measure,
    Remediation,
    RemediationRound,
    ResponsibilityRole,
    Score,
    SheetStatus,
)
from units.models import Lineage, Party, Unit, User
from units.models.units import today

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers for the points that a row lost: the parties that lead, and the units that these stand for."""

    row: Score
    parties: tuple[Party, ...]
    units: frozenset[int]


@dataclass(frozen=True, slots=True)
class Added:
    """What was added to a round. Shapes: `units` are those that are asked for the first time, `asked` all that
    answer for more than before."""

    tasks: int
    units: tuple[int, ...]
    asked: tuple[int, ...]


def add_missing(round_: RemediationRound, on: date) -> Added:
    """A task for each lost leaf that has none, a measure and the two papers for each unit that answers.

    What is there stays as it is. The caller has locked the campaign.
    """
    campaign = round_.campaign
    office = Unit.objects.get(pk=campaign.office_id)
    answering = list(answering_for(lost_rows(campaign), office))
    known = {each.loss_id: each for each in round_.remediations.all()}
    new = [each for each in answering if each.row.loss.pk not in known]
    tasks = add_tasks(round_, new, office, on)
    made = [
        Remediation(round=round_, loss=each.row.loss, task=task) for each, task in zip(new, tasks, strict=True)
    ]
    Remediation.objects.bulk_create(made, CHUNK)
    known |= {each.loss_id: each for each in made}
    add_leads((known[each.row.loss.pk].task_id, each.parties) for each in answering)
    asked = add_measures(round_, [(known[each.row.loss.pk], each.units) for each in answering])
    units = add_filings(round_, {unit for each in answering for unit in each.units})
    return Added(len(new), units, asked)


def lost_rows(campaign: Campaign) -> list[Score]:
    """The leaves that lost points on the published sheets; those without a recorded cause get an empty one."""
    rows = Score.objects.lossy().filter(sheet__campaign=campaign, sheet__status=SheetStatus.PUBLISHED)
    Loss.objects.bulk_create(Loss(score=row) for row in rows.filter(loss=None))
    found = rows.select_related("criterion", "sheet__unit", "sheet__campaign", "loss")
    parties = found.prefetch_related("loss__responsibilities__party__members")
    return list(parties.order_by("sheet__unit__code", "criterion__position"))


def answering_for(rows: Iterable[Score], office: Unit) -> Iterable[Answering]:
    """Who is responsible or leads; where nobody is named, or nobody of the portal, the scored unit answers."""
    listed = list(rows)
    named = {row.pk: responsible(row) for row in listed}
    alone = {row.sheet.unit_id: row.sheet.unit for row in listed if not named[row.pk]}
    own = own_parties(office, alone.values())
    for row in listed:
        parties = named[row.pk] or (own[row.sheet.unit_id],)
        yield Answering(row, parties, units_of(parties) or frozenset([row.sheet.unit_id]))


def responsible(row: Score) -> tuple[Party, ...]:
    said = row.loss.responsibilities.all()
    return tuple(each.party for each in said if each.role != ResponsibilityRole.MONITOR)


def units_of(parties: Iterable[Party]) -> frozenset[int]:
    """The units that parties stand for, groups by their members, which are prefetched."""
    found: set[int] = set()
    for party in parties:
        found |= {party.unit_id} if party.unit_id is not None else {unit.pk for unit in party.members.all()}
    return frozenset(found)


def add_tasks(round_: RemediationRound, new: list[Answering], office: Unit, on: date) -> list[Task]:
    base = Task(owner=office, year=on.year)
    first = next_position(base) if new else 0
    with override(settings.LANGUAGE_CODE):
        tasks = [
            Task(
                owner=office,
                year=on.year,
                origin=Origin.FOLLOW_UP,
                title=title_of(each.row),
                deadline_kind=DeadlineKind.BEFORE,
                deadline_on=round_.report_before,
                position=first + place,
            )
            for place, each in enumerate(new)
        ]
    return Task.objects.bulk_create(tasks, CHUNK)


def add_leads(wanted: Iterable[tuple[int, Iterable[Party]]]) -> None:
    leads = Task.leads.through
    rows = (leads(task_id=task, party=party) for task, parties in wanted for party in parties)
    leads.objects.bulk_create(rows, CHUNK, ignore_conflicts=True)


def title_of(row: Score) -> str:
    """Where several units are scored, the unit is named too."""
    criterion = row.criterion
    shown = {"code": criterion.code, "title": criterion.title, "unit": row.sheet.unit.name}
    if row.sheet.campaign.external:
        return _("Make good criterion %(code)s: %(title)s") % shown
    return _("Make good criterion %(code)s (%(unit)s): %(title)s") % shown


def add_measures(
    round_: RemediationRound, wanted: Iterable[tuple[Remediation, frozenset[int]]]
) -> tuple[int, ...]:
    """Returns the units that have new ones."""
    there = set(Measure.objects.filter(remediation__round=round_).values_list("remediation", "unit"))
    made = [
        Measure(remediation=remediation, unit_id=unit)
        for remediation, units in wanted
        for unit in sorted(units)
        if (remediation.pk, unit) not in there
    ]
    Measure.objects.bulk_create(made, CHUNK)
    return tuple(sorted({each.unit_id for each in made}))


def add_filings(round_: RemediationRound, units: set[int]) -> tuple[int, ...]:
    """Returns the units that had none."""
    asked = set(round_.filings.values_list("unit", flat=True))
    new = tuple(sorted(units - asked))
    made = (Filing(round=round_, unit_id=unit, kind=kind) for unit in new for kind in FilingKind)
    Filing.objects.bulk_create(made, CHUNK)
    return new


def move_deadlines(round_: RemediationRound) -> None:
    """The tasks that are not done are due when the reports are."""
    undone = Task.objects.filter(remediation__round=round_, done_on=None)
    undone.update(deadline_on=round_.report_before, version=F("version") + 1)


def people_of(units: Iterable[int]) -> dict[int, list[User]]:
    """Who is told for each unit: its people, and of one that has ended those of the units that it went into.

    Two queries.
    """
    heirs: dict[int, set[int]] = {unit: {unit} for unit in units}
    ended = Lineage.objects.filter(predecessor__in=heirs, predecessor__valid_to__lt=today())
    for predecessor, successor in ended.values_list("predecessor", "successor"):
        heirs[predecessor].add(successor)
    people = people_by_unit({heir for found in heirs.values() for heir in found})
    return {
        unit: list({user.pk: user for heir in sorted(found) for user in people.get(heir, ())}.values())
        for unit, found in heirs.items()
    }


def names_of(units: Iterable[int]) -> Mapping[int, str]:
    return dict(Unit.objects.filter(pk__in=list(units)).values_list("pk", "name"))
