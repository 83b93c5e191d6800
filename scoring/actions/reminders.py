"""Reminding people: by timer, and by hand from the board."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from scoring.board import awaited, counts_of
from scoring.board_steps import WORKED, Counts, shifted
from scoring.models import (
    NOT_SUBMITTED,
    Campaign,
    CampaignStatus,
    Reminder,
    Score,
    ScoreSheet,
    Share,
    SheetStatus,
)
from scoring.models.shares import AGENCY_ROLES, COLLEAGUES
from scoring.reminder_words import appraisal_subject, part_subject, subject_of, what_is_awaited
from scoring.reminders import (
    APPRAISAL,
    SECOND,
    ReminderKind,
    Silence,
    Stage,
    deadline_stage,
    stage_of_sheet,
    stages_of_parts,
)
from units.access import Role
from units.audit import Action, Change, record
from units.models import AuditEvent, Membership, Notice, User
from units.models.units import today
from units.notices import notify_anew

logger = logging.getLogger(__name__)
FIRST_ROUND = (SheetStatus.SUBMITTED, SheetStatus.UNDER_APPRAISAL)


@dataclass(frozen=True, slots=True)
class People:
    """Active people with their roles of today. Shapes: by the primary key of the unit, then by role."""

    by_unit: Mapping[int, Mapping[str, Sequence[User]]]

    @classmethod
    def of(cls, units: Iterable[int]) -> People:
        found: dict[int, dict[str, list[User]]] = defaultdict(lambda: defaultdict(list))
        held = Membership.objects.on(today()).filter(unit__in=set(units), user__is_active=True)
        for membership in held.select_related("user").order_by("user__full_name", "pk"):
            found[membership.unit_id][membership.role].append(membership.user)
        return cls(found)

    def holding(self, unit: int, *roles: Role) -> list[User]:
        """Each person once, in the order of the roles."""
        by_role = self.by_unit.get(unit, {})
        return list(dict.fromkeys(user for role in roles for user in by_role.get(role, ())))

    def in_charge(self, sheet: ScoreSheet) -> list[User]:
        """Who has the sheet of a unit in hand; the leader fills it in where there is no officer."""
        unit = sheet.unit_id
        match awaited(sheet):
            case "unit":
                return self.holding(unit, Role.OFFICER) or self.holding(unit, Role.LEADER)
            case "leader":
                return self.holding(unit, Role.LEADER)
            case "explanation":
                return self.holding(unit, Role.OFFICER, Role.LEADER)
        return []


@dataclass(slots=True)
class Outcome:
    """What a run did. Units: `reminded` counts sheets and parts, `told` notices, `failed` sheets or campaigns."""

    reminded: int = 0
    told: int = 0
    failed: int = 0

    def add(self, told: int) -> None:
        self.reminded += 1
        self.told += told


def remind_by_timer() -> Outcome:
    """Remind whoever is to be reminded now in every open campaign. What fails is logged and stops nothing else.

    Each sheet is a transaction of its own, with the reminder that keeps it from being done again.
    """
    outcome = Outcome()
    for campaign in Campaign.objects.filter(status=CampaignStatus.OPEN, external=False).order_by("pk"):
        try:
            UnitSide.of(campaign).remind(outcome)
            remind_appraisers(campaign, outcome)
        except Exception:
            logger.exception("reminders of campaign %s failed", campaign.code)
            outcome.failed += 1
    return outcome


@dataclass(frozen=True, slots=True)
class UnitSide:
    """The sheets of a campaign that their units have in hand, with all that their reminders need.

    Shapes: `past` maps a sheet's primary key to the last day of each kind; the others are by primary key, too.
    """

    campaign: Campaign
    sheets: Sequence[ScoreSheet]
    people: People
    counts: Mapping[int, Counts]
    silences: Mapping[int, Silence]
    past: Mapping[int, Mapping[str, date]]
    parts: Mapping[int, Sequence[Share]] = field(default_factory=dict)

    @classmethod
    def of(cls, campaign: Campaign) -> UnitSide:
        in_hand = campaign.sheets.filter(status__in=(*NOT_SUBMITTED, SheetStatus.EXPLAINING))
        sheets = list(in_hand.select_related("unit").order_by("unit__code"))
        for sheet in sheets:
            sheet.campaign = campaign
        pks = [sheet.pk for sheet in sheets]
        parts: dict[int, list[Share]] = defaultdict(list)
        for part in Share.objects.filter(sheet__in=pks, done_at=None).select_related("criterion", "user"):
            parts[part.sheet_id].append(part)
        agencies = (part.unit_id for each in parts.values() for part in each if part.unit_id)
        units = {sheet.unit_id for sheet in sheets} | set(agencies)
        silences, past = silences_of(campaign, pks), past_of(pks, timezone.localdate(campaign.now()))
        return cls(campaign, sheets, People.of(units), counts_of(sheets), silences, past, parts)

    def remind(self, outcome: Outcome) -> None:
        now = self.campaign.now()
        for sheet in self.sheets:
            past = self.past.get(sheet.pk, {})
            silence = self.silences.get(sheet.pk, Silence())
            try:
                if stage := stage_of_sheet(sheet, silence, past, now):
                    outcome.add(self.remind_unit(sheet, stage))
                for part, stage in stages_of_parts(sheet, self.parts.get(sheet.pk, ()), past, now):
                    outcome.add(self.remind_part(sheet, part, stage))
            except IntegrityError:
                logger.info("sheet %s was reminded by another run", sheet.pk)
            except Exception:
                logger.exception("the reminder of sheet %s failed", sheet.pk)
                outcome.failed += 1

    @transaction.atomic
    def remind_unit(self, sheet: ScoreSheet, stage: Stage) -> int:
        users = self.people.in_charge(sheet)
        if stage.kind == ReminderKind.OVERDUE:
            users = list(dict.fromkeys([*users, *self.people.holding(sheet.unit_id, Role.LEADER)]))
        write_down([sheet.pk], stage, self.campaign)
        subject = subject_of(sheet, what_is_awaited(sheet, self.counts.get(sheet.pk, Counts())))
        notify_anew(users, kind=stage.kind.notice, subject=subject, url=page_of(sheet))
        return len(users)

    @transaction.atomic
    def remind_part(self, sheet: ScoreSheet, part: Share, stage: Stage) -> int:
        write_down([sheet.pk], stage, self.campaign)
        if part.user_id is not None:
            # Who has left the unit, or its roles, does not see the part any more.
            users = [user for user in self.people.holding(sheet.unit_id, *COLLEAGUES) if user.pk == part.user_id]
        else:
            users = self.people.holding(part.unit_id or 0, *AGENCY_ROLES)
        url = f"{reverse('sheet', args=[sheet.pk])}?part={part.pk}"
        notify_anew(users, kind=stage.kind.notice, subject=part_subject(part, sheet), url=url)
        return len(users)


def page_of(sheet: ScoreSheet) -> str:
    """Where the person who has the sheet in hand does what is awaited."""
    if awaited(sheet) == "explanation":
        return reverse("sheet_explanations", args=[sheet.pk])
    return reverse("appraisal" if awaited(sheet) == "appraisers" else "sheet", args=[sheet.pk])


def write_down(sheets: Iterable[int], stage: Stage, campaign: Campaign) -> None:
    """Keep that a stage was reminded of. Raises: IntegrityError when another run has just done so."""
    on = timezone.localdate(campaign.now())
    Reminder.objects.bulk_create(Reminder(sheet_id=sheet, kind=stage.key, on=on) for sheet in sheets)


def past_of(sheets: Sequence[int], until: date) -> dict[int, dict[str, date]]:
    """The last day on which each sheet was reminded, by kind; one query."""
    found: dict[int, dict[str, date]] = defaultdict(dict)
    rows = Reminder.objects.filter(sheet__in=sheets, on__lte=until).order_by().values("sheet", "kind")
    for row in rows.annotate(last=Max("on")):
        found[row["sheet"]][row["kind"]] = row["last"]
    return found


def silences_of(campaign: Campaign, sheets: Sequence[int]) -> dict[int, Silence]:
    """When each unit last worked on its sheet or had it returned, and when it proposed it; one query."""
    returned = (Action.SHEET_RETURNED, Action.SHEET_SENT_BACK)
    events = AuditEvent.objects.filter(
        scope_type=ContentType.objects.get_for_model(ScoreSheet),
        scope_id__in=sheets,
        action__in=(*WORKED, *returned, Action.SHEET_PROPOSED),
    ).order_by()
    worked = Max("at", filter=~Q(action=Action.SHEET_PROPOSED))
    proposed = Max("at", filter=Q(action=Action.SHEET_PROPOSED))
    rows = events.values("scope_id").annotate(worked_at=worked, proposed_at=proposed)
    return {
        row["scope_id"]: Silence(
            *(at and shifted(at, campaign.clock_offset) for at in (row["worked_at"], row["proposed_at"]))
        )
        for row in rows
    }


def remind_appraisers(campaign: Campaign, outcome: Outcome) -> None:
    """Remind the agencies, and the office that runs the campaign, of all that they have not decided: one line for
    each person and round, whatever the number of sheets."""
    rounds = (
        (campaign.appraisal_due_at, APPRAISAL, rows_to_appraise(campaign)),
        (campaign.second_appraisal_due_at, SECOND, explanations_to_answer(campaign)),
    )
    now = campaign.now()
    for due_at, kinds, rows in rounds:
        stage = deadline_stage(due_at, now, kinds)
        if stage is None or was_reminded(campaign, stage):
            continue
        left = left_by_agency(rows)
        if not left:
            continue
        try:
            outcome.add(remind_of_round(campaign, stage, left))
        except IntegrityError:
            logger.info("the appraisers of campaign %s were reminded by another run", campaign.code)


def rows_to_appraise(campaign: Campaign) -> QuerySet[Score]:
    open_rows = Q(appraisals=None) | ~Q(review="")
    return Score.objects.for_people().filter(open_rows, sheet__campaign=campaign, sheet__status__in=FIRST_ROUND)


def explanations_to_answer(campaign: Campaign) -> QuerySet[Score]:
    rows = Score.objects.unanswered_explanations()
    return rows.filter(sheet__campaign=campaign, sheet__status=SheetStatus.SECOND_APPRAISAL)


def was_reminded(campaign: Campaign, stage: Stage) -> bool:
    on = (stage.since, timezone.localdate(campaign.now()))
    return Reminder.objects.filter(sheet__campaign=campaign, kind=stage.key, on__range=on).exists()


def left_by_agency(rows: QuerySet[Score]) -> list[tuple[int | None, int, int]]:
    """Agency, sheet (primary keys) and how many of its rows; one query."""
    grouped = rows.order_by().values("agency", "sheet").annotate(rows=Count("pk", distinct=True))
    return list(grouped.values_list("agency", "sheet", "rows"))


@transaction.atomic
def remind_of_round(campaign: Campaign, stage: Stage, left: Sequence[tuple[int | None, int, int]]) -> int:
    write_down(sorted({sheet for _agency, sheet, _rows in left}), stage, campaign)
    people = People.of([campaign.office_id, *(agency for agency, _sheet, _rows in left if agency)])
    # The coordinator decides every row, and need not be told of those of his agency besides.
    whole = people.holding(campaign.office_id, Role.COORDINATOR)
    mine: dict[User, list[tuple[int, int]]] = {user: [each[1:] for each in left] for user in whole}
    for agency, sheet, rows in left:
        for user in people.holding(agency, Role.APPRAISER) if agency else ():
            if user not in whole:
                mine.setdefault(user, []).append((sheet, rows))
    url = reverse("campaign", args=[campaign.code])
    for user, parts in mine.items():
        rows, sheets = sum(rows for _sheet, rows in parts), len({sheet for sheet, _rows in parts})
        subject = appraisal_subject(campaign, stage.kind, rows=rows, sheets=sheets)
        notify_anew([user], kind=stage.kind.notice, subject=subject, url=url)
    return len(mine)


@dataclass(frozen=True, slots=True)
class ToRemind:
    """One sheet that the coordinator is about to remind of: who would be told what."""

    sheet: ScoreSheet
    users: Sequence[User]
    what: str


def to_remind(campaign: Campaign, sheets: QuerySet[ScoreSheet]) -> list[ToRemind]:
    """Those of the sheets on which somebody's turn it is, in the order of their units."""
    found = [sheet for sheet in with_campaign(campaign, sheets) if awaited(sheet)]
    pks = [sheet.pk for sheet in found]
    counts = counts_of(found)
    rows = Score.objects.filter(pk__in=rows_to_appraise(campaign).values("pk")) | Score.objects.filter(
        pk__in=explanations_to_answer(campaign).values("pk")
    )
    agencies: dict[int, list[int]] = defaultdict(list)
    for agency, sheet, _rows in left_by_agency(rows.filter(sheet__in=pks)):
        agencies[sheet] += [agency] if agency else []
    people = People.of(
        [*(sheet.unit_id for sheet in found), *(unit for each in agencies.values() for unit in each)]
    )
    return [
        ToRemind(
            sheet,
            people.in_charge(sheet)
            or list(dict.fromkeys(u for unit in agencies[sheet.pk] for u in people.holding(unit, Role.APPRAISER))),
            what_is_awaited(sheet, counts.get(sheet.pk, Counts())),
        )
        for sheet in found
    ]


def with_campaign(campaign: Campaign, sheets: QuerySet[ScoreSheet]) -> list[ScoreSheet]:
    found = list(sheets.select_related("unit").order_by("unit__code"))
    for sheet in found:
        sheet.campaign = campaign
    return found


@transaction.atomic
def remind(*, campaign: Campaign, sheets: QuerySet[ScoreSheet], by: User, note: str = "") -> int:
    """Remind whoever's turn it is on each of the sheets, with a word of the coordinator; how many were told.

    The notice stands in the portal at once; the mail of the day takes it along.
    """
    on = timezone.localdate(campaign.now())
    changes, told, reminders = [], 0, []
    for each in to_remind(campaign, sheets):
        if not each.users:
            continue
        subject = subject_of(each.sheet, each.what, note.strip())
        notify_anew(each.users, kind=Notice.Kind.REMINDED, subject=subject, url=page_of(each.sheet))
        reminders.append(Reminder(sheet=each.sheet, kind=ReminderKind.BY_HAND, on=on, by=by))
        changes.append(Change(each.sheet, "reminded", "", ", ".join(map(str, each.users))))
        told += len(each.users)
    Reminder.objects.bulk_create(reminders)
    if changes:
        record(Action.REMINDED, campaign, by=by, reason=note.strip(), changes=changes)
    return told
