"""Exclusions: criteria that do not apply to a unit or a group, by a decision that somebody approved."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from scoring.actions.campaigns import lock, lock_sheets
from scoring.applicability import apply_exclusions, parties_of
from scoring.models import Campaign, CampaignStatus, Criterion, Exclusion, Score, SheetStatus
from scoring.workflow import MOVES, MoveRefused
from units.audit import Action, Change, record
from units.models import Party, User


@transaction.atomic
def add_exclusion(
    *, campaign: Campaign, criterion: Criterion, party: Party, reason: str, approved_by: str, by: User
) -> Exclusion:
    """Take a criterion, with all below it, out of the sums of a unit or a group of units.

    Of a draft it is kept, and applied when the campaign opens; of an open campaign it counts at once. Answers and
    appraisals stay stored behind it.

    Raises: MoveRefused.
    """
    campaign = lock(campaign)
    expect_changeable(campaign)
    if not reason.strip() or not approved_by.strip():
        raise MoveRefused(_("Give the reason and who approved it."))
    if criterion.criteria_set_id != campaign.criteria_set_id:
        raise MoveRefused(_("This criterion does not belong to the set of the campaign."))
    if not parties_of(campaign).filter(pk=party.pk).exists():
        raise MoveRefused(_("This unit or group has no unit in the campaign."))
    if campaign.exclusions.filter(criterion=criterion, party=party).exists():
        raise MoveRefused(
            _("%(code)s is already excluded for %(party)s.") % {"code": criterion.code, "party": party.name}
        )
    exclusion = Exclusion.objects.create(
        campaign=campaign,
        criterion=criterion,
        party=party,
        reason=reason.strip(),
        approved_by=approved_by.strip(),
        by=by,
    )
    rows = apply_now(campaign)
    named = f"{party.name} ({exclusion.approved_by})"
    changes = [Change(each, "exclusion", "", named) for each in (criterion, *rows)]
    record(Action.EXCLUSION_ADDED, campaign, by=by, reason=exclusion.reason, changes=changes)
    return exclusion


@transaction.atomic
def remove_exclusion(*, exclusion: Exclusion, by: User) -> int:
    """Lift an exclusion: what was answered and decided before counts again; how many sheets must be looked at.

    A sheet whose appraisal was finished goes back under appraisal when rows of it are to be decided now.

    Raises: MoveRefused.
    """
    campaign = lock(exclusion.campaign)
    expect_changeable(campaign)
    rows = apply_now(campaign, without=exclusion)
    named = f"{exclusion.party.name} ({exclusion.approved_by})"
    changes = [Change(each, "exclusion", named, "") for each in (exclusion.criterion, *rows)]
    record(Action.EXCLUSION_REMOVED, campaign, by=by, reason=exclusion.reason, changes=changes)
    exclusion.delete()
    return resume_appraisals(campaign, by=by, reason=_("an exclusion was lifted"))


def apply_now(campaign: Campaign, *, without: Exclusion | None = None) -> list[Score]:
    """The rows for which that changed what applies; none of a draft."""
    if campaign.status == CampaignStatus.DRAFT:
        return []
    lock_sheets(campaign)
    return apply_exclusions(campaign, without=without)


def resume_appraisals(campaign: Campaign, *, by: User, reason: str) -> int:
    """Finished sheets with rows to decide go back under appraisal; how many."""
    rows = Score.objects.filter(sheet__campaign=campaign)
    undecided = rows.for_people().filter(appraisals=None).values("sheet")
    again = rows.under_review().values("sheet")
    finished = campaign.sheets.filter(status=SheetStatus.APPRAISED)
    sheets = list(finished.filter(Q(pk__in=undecided) | Q(pk__in=again)))
    for sheet in sheets:
        before = sheet.get_status_display()
        sheet.status = MOVES["resume"].target_of(sheet)
        sheet.version += 1
        sheet.save(update_fields=["status", "version"])
        changes = [Change(sheet, "status", before, sheet.get_status_display())]
        record(Action.APPRAISAL_STARTED, sheet, by=by, reason=reason, changes=changes)
    return len(sheets)


def expect_changeable(campaign: Campaign) -> None:
    """Raises: MoveRefused once the campaign is closed, with the way that is left."""
    if campaign.is_public:
        raise MoveRefused(_("The results are published. A row is corrected by an amendment with its reason."))
    if campaign.status not in (CampaignStatus.DRAFT, CampaignStatus.OPEN):
        raise MoveRefused(_("The campaign is closed. Open it again to change what applies."))
