"""Who appraises which criterion, before a campaign is open and while it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from parportal.entry.versions import check_version
from scoring.actions.campaigns import expect, lock, lock_sheets
from scoring.assignments import agencies_by_leaf, assigned, uncovered
from scoring.models import Campaign, CampaignStatus, Score
from scoring.tree import Tree
from scoring.workflow import MoveRefused
from units.audit import Action, Change, record
from units.models import Unit, User


@dataclass(frozen=True, slots=True)
class Assigned:
    """What a change of assignments did. Units: rows of all sheets that moved, and decided ones that stay."""

    campaign: Campaign
    moved: int = 0
    stayed: int = 0


@transaction.atomic
def assign(
    *,
    campaign: Campaign,
    agencies: Mapping[int, Unit],
    version: int | str | None,
    by: User,
    reason: str = "",
) -> Assigned:
    """Say who appraises which criterion (by primary key), before or, with a reason, while the campaign is open.

    Rows that nobody has decided yet go to the new agency; what was decided stays with whoever decided it.

    Raises: StaleVersion, and MoveRefused when an open campaign would be left with rows that nobody appraises, or
    without a reason.
    """
    campaign = lock(campaign)
    expect(campaign, CampaignStatus.DRAFT, CampaignStatus.OPEN)
    check_version(campaign.version, version)
    criteria = {each.pk: each for each in campaign.criteria_set.criteria.all()}
    before = {each.criterion_id: each.agency for each in campaign.assignments.select_related("agency")}
    changes = [
        Change(criteria[pk], "agency", before.get(pk, ""), agencies.get(pk, ""))
        for pk in before.keys() | agencies.keys()
    ]
    if not any(change.is_real for change in changes):
        return Assigned(campaign)
    store(campaign, agencies)
    done = Assigned(campaign)
    if campaign.status == CampaignStatus.OPEN:
        if missing := uncovered(campaign):
            raise MoveRefused(" ".join(missing))
        if not reason.strip():
            raise MoveRefused(_("Give the reason."))
        lock_sheets(campaign)
        done = move_rows(campaign)
    campaign.version += 1
    campaign.save(update_fields=["version"])
    record(Action.CAMPAIGN_CHANGED, campaign, by=by, reason=reason.strip(), changes=changes)
    return done


def store(campaign: Campaign, agencies: Mapping[int, Unit]) -> None:
    campaign.assignments.all().delete()
    campaign.assignments.bulk_create(
        campaign.assignments.model(campaign=campaign, criterion_id=pk, agency=agency)
        for pk, agency in agencies.items()
    )


def move_rows(campaign: Campaign) -> Assigned:
    """Write the agency that follows from the assignments into every row that nobody has decided yet."""
    moved = stayed = 0
    for agency, leaves in leaves_by_agency(campaign).items():
        others = Score.objects.filter(sheet__campaign=campaign, criterion__in=leaves).exclude(agency=agency)
        undecided = others.filter(appraisals=None)
        stayed += others.exclude(appraisals=None).count()
        moved += Score.objects.filter(pk__in=list(undecided.values_list("pk", flat=True))).update(agency=agency)
    return Assigned(campaign, moved, stayed)


def renew_agencies(campaign: Campaign) -> None:
    """The same for all rows, decided or not: those of a set that was replaced."""
    for agency, leaves in leaves_by_agency(campaign).items():
        Score.objects.filter(sheet__campaign=campaign, criterion__in=leaves).update(agency=agency)


def leaves_by_agency(campaign: Campaign) -> dict[int | None, list[int]]:
    found: dict[int | None, list[int]] = {}
    for leaf, agency in agencies_by_leaf(assigned(campaign), Tree.of(campaign.criteria_set)).items():
        found.setdefault(agency, []).append(leaf)
    return found
