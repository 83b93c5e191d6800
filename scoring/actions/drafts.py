"""A campaign before it is opened: created and changed as a draft."""

from collections.abc import Iterator, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from parportal.display import day, moment
from parportal.entry.versions import check_version
from scoring.actions.campaigns import expect, lock
from scoring.assignments import by_function
from scoring.models import Assignment, Campaign, CampaignStatus, UnitResult
from scoring.tree import Tree
from units.audit import Action, Change, record
from units.models import Unit, UnitType, User

ATTRIBUTES = (
    "code",
    "title",
    "owner",
    "criteria_set",
    "year",
    "window_from",
    "window_to",
    "grade_scale",
    "rank_rule",
    "self_score_due_at",
    "appraisal_due_at",
    "explanation_due_at",
    "second_appraisal_due_at",
    "training",
    "external",
    "kept_by",
)


def scored_units(campaign: Campaign) -> list[Unit]:
    """Units that the campaign may score: the owner's children of that year and of the set's type.

    An external campaign scores its keeper alone.
    """
    if campaign.external:
        return [campaign.kept_by] if campaign.kept_by else []
    children = Unit.objects.of_year(campaign.year).filter(parent=campaign.owner)
    return list(children.filter(type=campaign.criteria_set.unit_type).order_by("code"))


def agencies_of(campaign: Campaign) -> list[Unit]:
    """Who may appraise: the agencies of the office in the year scored, and the office itself."""
    office = campaign.kept_by or campaign.owner
    agencies = Unit.objects.of_year(campaign.year).filter(parent=office, type=UnitType.AGENCY)
    return [*agencies.order_by("code"), office]


@transaction.atomic
def create_campaign(*, campaign: Campaign, by: User) -> Campaign:
    """Keep a new draft with every unit it may score, and agencies assigned by the function of each field."""
    campaign.status = CampaignStatus.DRAFT
    campaign.save()
    UnitResult.objects.bulk_create(UnitResult(campaign=campaign, unit=unit) for unit in scored_units(campaign))
    assign_by_function(campaign)
    record(Action.CAMPAIGN_CREATED, campaign, by=by)
    return campaign


def assign_by_function(campaign: Campaign) -> None:
    """Assign criteria whose function an agency of the office has; the nearest one above a leaf counts."""
    proposed = by_function(Tree.of(campaign.criteria_set), agencies_of(campaign))
    Assignment.objects.bulk_create(
        Assignment(campaign=campaign, criterion_id=pk, agency=agency) for pk, agency in proposed.items()
    )


@transaction.atomic
def change_campaign(
    *, campaign: Campaign, blocks: Mapping[int, str] | None, version: int | str | None, by: User
) -> Campaign:
    """Save a changed draft.

    Shapes: `blocks` maps the primary key of each chosen unit to its ranking block; None leaves the units to
    the new owner, year and set.

    Raises: MoveRefused once it is open, StaleVersion.
    """
    stored = lock(campaign)
    expect(stored, CampaignStatus.DRAFT)
    check_version(stored.version, version)
    changes = [Change(campaign, name, shown(stored, name), shown(campaign, name)) for name in ATTRIBUTES]
    campaign.version = stored.version + 1
    campaign.save()
    if stored.criteria_set_id != campaign.criteria_set_id or stored.office_id != campaign.office_id:
        campaign.assignments.all().delete()
        assign_by_function(campaign)
    changes += choose_units(campaign, blocks)
    record(Action.CAMPAIGN_CHANGED, campaign, by=by, changes=changes)
    return campaign


def shown(campaign: Campaign, name: str) -> object:
    value = getattr(campaign, name)
    if name.endswith("_at"):
        return moment(value)
    return day(value) if name.startswith("window") else value


def choose_units(campaign: Campaign, blocks: Mapping[int, str] | None) -> Iterator[Change]:
    """Add and remove units of a draft, and set their blocks."""
    allowed = {unit.pk: unit for unit in scored_units(campaign)}
    stored = {each.unit_id: each for each in campaign.results.select_related("unit")}
    wanted = dict.fromkeys(allowed, "") if blocks is None else {pk: blocks[pk] for pk in blocks if pk in allowed}
    if blocks is None and stored.keys() & allowed.keys():
        wanted = {pk: stored[pk].block for pk in stored.keys() & allowed.keys()}
    for pk in stored.keys() - wanted.keys():
        yield Change(stored[pk].unit, "chosen", _("yes"), "")
        stored[pk].delete()
    for pk, block in wanted.items():
        if pk not in stored:
            UnitResult.objects.create(campaign=campaign, unit=allowed[pk], block=block)
            yield Change(allowed[pk], "chosen", "", _("yes"))
        elif stored[pk].block != block:
            yield Change(allowed[pk], "block", stored[pk].block, block)
            UnitResult.objects.filter(pk=stored[pk].pk).update(block=block)
