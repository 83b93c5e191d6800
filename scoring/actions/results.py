"""Storing published results that came without sheets."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from parportal.display import points_short
from scoring.actions.campaigns import amend, lock
from scoring.computing import sums_of
from scoring.counting import sum_rules
from scoring.importing.results import ResultsPlan, field_sums
from scoring.importing.results_files import UnitFigures
from scoring.models import Campaign, CampaignStatus, Criterion, FieldResult, UnitResult
from scoring.publishing import freeze
from scoring.rules import LeafPoints
from scoring.settling import grade_id
from scoring.standings import settle_standings
from scoring.workflow import MoveRefused
from units.audit import Action, Change, record
from units.models import User


@dataclass(frozen=True, slots=True)
class Stored:
    """What an import did: `created`, `changed` figures of published results, or nothing at all."""

    campaign: Campaign
    created: bool
    changes: tuple[Change, ...]

    @property
    def is_unchanged(self) -> bool:
        return not self.created and not self.changes


@transaction.atomic
def store_results(*, plan: ResultsPlan, by: User | None, reason: str = "", closed: bool = False) -> Stored:
    """Create or renew the campaign of a checked file: published figures are kept, our own computed beside them.

    A new campaign is published at once, or left closed for somebody to publish it on the portal. The same file
    again changes nothing.

    Raises: MoveRefused when figures of a published campaign change and no reason is given.
    """
    try:
        with transaction.atomic():
            campaign = lock(plan.campaign) if plan.campaign else create(plan)
    except IntegrityError:
        raise MoveRefused(_("Somebody else has just imported this campaign. Import the file again.")) from None
    created = plan.campaign is None
    changes = tuple(change for change in write(plan, campaign) if change.is_real)
    if created or changes:
        finish(campaign, created=created, changes=changes, by=by, reason=reason, closed=closed)
    return Stored(campaign, created, () if created else changes)


def create(plan: ResultsPlan) -> Campaign:
    return Campaign.objects.create(
        code=plan.code,
        title=plan.title,
        owner=plan.owner,
        criteria_set=plan.criteria_set,
        year=plan.year,
        window_from=date(plan.year, 1, 1),
        window_to=date(plan.year, 12, 31),
        grade_scale=plan.scale,
        rank_rule=plan.rank_rule.value,
        decision_number=plan.file.decision_number,
        decision_on=plan.file.decision_on,
        status=CampaignStatus.CLOSED,
    )


def finish(
    campaign: Campaign, *, created: bool, changes: tuple[Change, ...], by: User | None, reason: str, closed: bool
) -> None:
    """Rank, record the event, and publish or amend."""
    if campaign.is_public and not reason.strip():
        raise MoveRefused(
            _("%(count)s published figures would change. Give the reason of the amendment.")
            % {"count": len(changes)}
        )
    settle_standings(campaign)
    record(Action.RESULTS_IMPORTED, campaign, by=by, reason=reason.strip(), changes=() if created else changes)
    if campaign.is_public:
        amend(campaign, by=by, reason=reason)
    elif campaign.is_proposed:
        # What the leader was asked to approve is no longer what stands here.
        campaign.proposed_at = campaign.proposed_by = None
        campaign.version += 1
        campaign.save()
    elif created and not closed:
        campaign.status, campaign.published_at = CampaignStatus.PUBLISHED, timezone.now()
        campaign.save()
        freeze(campaign, by=by, decision_number=campaign.decision_number, decision_on=campaign.decision_on)


def write(plan: ResultsPlan, campaign: Campaign) -> Iterator[Change]:
    """Write what is new in the file; every figure that changes is yielded."""
    head = {
        "title": plan.title,
        "criteria_set": plan.criteria_set,
        "grade_scale": plan.scale,
        "rank_rule": plan.rank_rule.value,
        "decision_number": plan.file.decision_number or campaign.decision_number,
        "decision_on": plan.file.decision_on or campaign.decision_on,
    }
    changed = [Change(campaign, name, getattr(campaign, name), value) for name, value in head.items()]
    if any(change.is_real for change in changed):
        for name, value in head.items():
            setattr(campaign, name, value)
        campaign.save()
        # Fields of another version of the set would stand beside the new ones.
        FieldResult.objects.filter(result__campaign=campaign).exclude(
            criterion__criteria_set=plan.criteria_set
        ).delete()
    yield from changed
    results = {each.unit_id: each for each in campaign.results.select_related("unit", "grade")}
    fields = {
        (each.result_id, each.criterion_id): each
        for each in FieldResult.objects.filter(result__campaign=campaign).select_related("criterion")
    }
    for unit, figures in plan.units:
        result = results.get(unit.pk) or UnitResult.objects.create(campaign=campaign, unit=unit)
        yield from write_unit(plan, result, figures)
        for code, criterion in plan.fields.items():
            yield from write_field(fields.get((result.pk, criterion.pk)), result, criterion, figures.fields[code])


def write_unit(plan: ResultsPlan, result: UnitResult, figures: UnitFigures) -> Iterator[Change]:
    """The published figures as they are, and the computed ones from the sums of the fields."""
    earned, highest = field_sums(figures)
    sums = sums_of(
        [LeafPoints(code="", section="", points=earned, counted_max_points=highest)],
        rules=sum_rules(plan.criteria_set),
        bands=plan.scale.bands() if plan.scale else (),
    )
    values: dict[str, Any] = {
        "earned_points": earned,
        "applicable_max_points": highest,
        "index": sums.index,
        "grade_id": grade_id(plan.scale, sums.grade),
        "published_points": figures.earned_points,
        "published_max_points": figures.applicable_max_points,
        "published_index": figures.index,
        "published_grade": figures.grade,
        "published_rank": figures.rank,
    }
    yield from write_row(result, values, result)


def write_field(
    stored: FieldResult | None, result: UnitResult, criterion: Criterion, pair: tuple[Decimal, Decimal]
) -> Iterator[Change]:
    """The field as printed; its computed points are the same figures, for a field is not computed further."""
    row = stored or FieldResult(result=result, criterion=criterion)
    earned, highest = pair
    values: dict[str, Any] = {
        "earned_points": earned,
        "applicable_max_points": highest,
        "published_points": earned,
        "published_max_points": highest,
    }
    yield from write_row(row, values, result)


def write_row(row: UnitResult | FieldResult, values: dict[str, Any], of: UnitResult) -> Iterator[Change]:
    """Save a row when anything in it is new."""
    before = {name: getattr(row, name) for name in values}
    if row.pk and before == values:
        return
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    label = "" if row is of else f"{row.criterion.code} "  # type: ignore[union-attr]
    for name, old in before.items():
        yield Change(of, f"{label}{name}", shown(old), shown(values[name]))


def shown(value: object) -> str:
    return points_short(value) if isinstance(value, Decimal) else "" if value is None else str(value)
