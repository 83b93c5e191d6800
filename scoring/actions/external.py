"""A campaign whose parent is not on the portal: what it published is recorded here, and closes the campaign."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from parportal.entry.versions import check_version
from scoring.actions.campaigns import close_campaign, lock, publish_campaign
from scoring.actions.sheets import move_sheet
from scoring.models import Campaign, CampaignStatus, Publication, SheetStatus, UnitResult
from scoring.workflow import MoveRefused, every_row_decided
from units.audit import Action, Change, record
from units.models import User


@dataclass(frozen=True, slots=True)
class ExternalEntry:
    """The figures of the parent's decision, by the names of `UnitResult`; None where it says nothing."""

    self_total_points: Decimal | None = None
    survey_points: Decimal | None = None
    published_points: Decimal | None = None
    published_max_points: Decimal | None = None
    published_index: Decimal | None = None
    published_grade: str = ""
    published_rank: int | None = None
    ranked_units: int | None = None


@transaction.atomic
def record_external(
    *,
    campaign: Campaign,
    entry: ExternalEntry,
    decision: tuple[str, date | None],
    version: int | str | None,
    by: User,
) -> UnitResult:
    """Record the published figures of the unit and the decision's number and date, beside what is computed.

    Raises: MoveRefused when the campaign is not external or is published already, StaleVersion.
    """
    campaign = lock(campaign)
    expect_external(campaign, by)
    if campaign.is_public:
        raise MoveRefused(_("The results are published. A correction is an amendment."))
    check_version(campaign.version, version)
    result = campaign.results.get()
    before = {name: getattr(result, name) for name in asdict(entry)}
    for name, value in asdict(entry).items():
        setattr(result, name, value)
    result.save(update_fields=list(before))
    before |= {"decision_number": campaign.decision_number, "decision_on": campaign.decision_on}
    campaign.decision_number, campaign.decision_on = decision
    campaign.version += 1
    campaign.save(update_fields=["decision_number", "decision_on", "version"])
    record(Action.EXTERNAL_RECORDED, campaign, by=by, changes=changes_of(campaign, result, before))
    return result


def changes_of(campaign: Campaign, result: UnitResult, before: Mapping[str, object]) -> list[Change]:
    return [
        Change(row := campaign if name.startswith("decision") else result, name, old, getattr(row, name))
        for name, old in before.items()
    ]


def expect_external(campaign: Campaign, by: User) -> None:
    """Raises: MoveRefused."""
    if not campaign.external or not campaign.coordinated_by(by):
        raise MoveRefused(_("This step is not yours to take."))


@transaction.atomic
def publish_external(*, campaign: Campaign, by: User, warnings_acknowledged: bool = False) -> Publication:
    """Close the campaign as published by the parent: finish the sheet, close, publish under the decision.

    Raises: MoveRefused while rows are undecided, causes or the decision are missing, or warnings not confirmed.
    """
    campaign = lock(campaign)
    expect_external(campaign, by)
    number, on = campaign.decision_number, campaign.decision_on
    if not number or on is None:
        raise MoveRefused(_("Record the number and the date of the parent's decision first."))
    for sheet in campaign.sheets.exclude(status__in=(SheetStatus.APPRAISED, SheetStatus.PUBLISHED)):
        if why := every_row_decided(sheet):
            raise MoveRefused(why)
        move_sheet(sheet=sheet, name="finish", by=by)
    if campaign.status == CampaignStatus.OPEN:
        campaign = close_campaign(campaign=campaign, by=by)
    return publish_campaign(
        campaign=campaign, by=by, decision=(number, on), warnings_acknowledged=warnings_acknowledged
    )
