"""The life of a campaign: opened, closed, proposed, published, amended."""

from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from scoring.applicability import apply_exclusions, stray_exclusions
from scoring.assignments import agencies_by_leaf, assigned, uncovered
from scoring.lint import errors_in_words
from scoring.models import (
    DECIDED,
    Campaign,
    CampaignStatus,
    FieldResult,
    Publication,
    Score,
    ScoreSheet,
    SetStatus,
    SheetStatus,
)
from scoring.peers import settle_peers
from scoring.publishing import freeze, readiness
from scoring.rules import LeafState
from scoring.settling import self_outcome, settle_campaign
from scoring.standings import settle_standings
from scoring.tree import Tree
from scoring.workflow import MoveRefused
from units.access import Role
from units.audit import Action, Change, record
from units.models import Notice, User
from units.notices import notify


def lock(campaign: Campaign) -> Campaign:
    locked = Campaign.objects.select_for_update(of=("self",))
    return locked.select_related("criteria_set", "grade_scale", "owner").get(pk=campaign.pk)


def lock_sheets(campaign: Campaign) -> None:
    """Wait for saves under way, and let none begin before the transaction ends.

    Whoever writes rows or results of several sheets locks the campaign, then its sheets, in this order: a save
    holds its sheet while it writes rows and results.
    """
    list(campaign.sheets.select_for_update().order_by("pk").values_list("pk", flat=True))


def expect(campaign: Campaign, *statuses: CampaignStatus) -> None:
    """Raises: MoveRefused when the campaign is in another state."""
    if campaign.status not in statuses:
        raise MoveRefused(
            _("The campaign is now in the state “%(state)s”.") % {"state": campaign.get_status_display()}
        )


def set_status(campaign: Campaign, status: CampaignStatus, action: Action, *, by: User, reason: str = "") -> None:
    before = campaign.get_status_display()
    campaign.status = status
    campaign.version += 1
    campaign.save()
    change = Change(campaign, "status", before, campaign.get_status_display())
    record(action, campaign, by=by, reason=reason, changes=[change])


def opening_problems(campaign: Campaign) -> list[str]:
    """Why a draft cannot be opened, in words; empty when it can."""
    problems = []
    if campaign.criteria_set.status != SetStatus.PUBLISHED:
        problems.append(_("The criteria set is not published."))
    problems += errors_in_words(campaign.criteria_set)
    if not campaign.results.exists():
        problems.append(_("No unit has been chosen."))
    if campaign.grade_scale is None:
        problems.append(_("No grade scale has been chosen."))
    if codes := stray_exclusions(campaign):
        problems.append(
            _("Exclusions name criteria of another set, remove them: %(codes)s.") % {"codes": ", ".join(codes)}
        )
    if not campaign.external:
        if campaign.self_score_due_at is None:
            problems.append(_("The deadline of the self-score is missing."))
        elif campaign.self_score_due_at <= campaign.now():
            problems.append(_("The deadline of the self-score lies in the past."))
        problems += uncovered(campaign)
    return problems


@transaction.atomic
def open_campaign(*, campaign: Campaign, by: User) -> Campaign:
    """Freeze the units and give each its sheet, with one row for every leaf.

    Raises: MoveRefused with everything that is missing.
    """
    campaign = lock(campaign)
    expect(campaign, CampaignStatus.DRAFT)
    if problems := opening_problems(campaign):
        raise MoveRefused(" ".join(problems))
    make_sheets(campaign)
    apply_exclusions(campaign)
    set_status(campaign, CampaignStatus.OPEN, Action.CAMPAIGN_OPENED, by=by)
    units = [sheet.unit_id for sheet in campaign.sheets.all()]
    told = User.objects.holding(Role.OFFICER, Role.LEADER, units=units)
    notify(told, kind=Notice.Kind.OPENED, subject=campaign.title, url=reverse("sheets"))
    return campaign


def make_sheets(campaign: Campaign) -> None:
    """Sheets, rows and field results of every unit, in as many inserts as their number asks for."""
    tree = Tree.of(campaign.criteria_set)
    results = list(campaign.results.all())
    sheets = ScoreSheet.objects.bulk_create(
        ScoreSheet(campaign=campaign, unit_id=result.unit_id) for result in results
    )
    blank = blank_rows(campaign, tree)
    for start in range(0, len(sheets), 100):
        some = sheets[start : start + 100]
        Score.objects.bulk_create((Score(sheet=sheet, **row) for sheet in some for row in blank), batch_size=500)
    FieldResult.objects.bulk_create(
        (FieldResult(result=result, criterion=root.criterion) for result in results for root in tree.roots),
        batch_size=500,
    )
    settle_campaign(campaign)


def blank_rows(campaign: Campaign, tree: Tree) -> list[dict[str, Any]]:
    """The columns of each leaf's row before anybody has said anything."""
    agencies = agencies_by_leaf(assigned(campaign), tree)
    rows = []
    for leaf in (node.criterion for node in tree.leaves):
        outcome = self_outcome(leaf.scoring_method(campaign.criteria_set), LeafState.NOT_ANSWERED, {})
        settled = {"points": outcome.points, "counted_max_points": outcome.counted_max_points}
        rows.append({"criterion": leaf, "agency_id": agencies[leaf.pk], **settled})
    return rows


def conclude(campaign: Campaign) -> None:
    """Everything that follows once the rows are decided: units compared with each other, sums, grades, ranks."""
    settle_peers(campaign, is_over=True)
    settle_campaign(campaign)
    settle_standings(campaign)


@transaction.atomic
def close_campaign(*, campaign: Campaign, by: User) -> Campaign:
    """End scoring and appraisal, and rank the units.

    Raises: MoveRefused while a submitted sheet is not appraised.
    """
    campaign = lock(campaign)
    expect(campaign, CampaignStatus.OPEN)
    open_sheets = campaign.sheets.awaiting_appraisal().count()
    if open_sheets:
        raise MoveRefused(_("The appraisal of %(count)s sheets is not finished.") % {"count": open_sheets})
    lock_sheets(campaign)
    conclude(campaign)
    set_status(campaign, CampaignStatus.CLOSED, Action.CAMPAIGN_CLOSED, by=by)
    return campaign


@transaction.atomic
def reopen_campaign(*, campaign: Campaign, by: User, reason: str) -> Campaign:
    """Take a closed, not yet published campaign back to work.

    Raises: MoveRefused.
    """
    campaign = lock(campaign)
    expect(campaign, CampaignStatus.CLOSED)
    if not reason.strip():
        raise MoveRefused(_("Give the reason."))
    campaign.proposed_at = campaign.proposed_by = None
    lock_sheets(campaign)
    campaign.results.update(rank=None, grade_steps=[])
    settle_peers(campaign, is_over=False)
    settle_campaign(campaign)
    set_status(campaign, CampaignStatus.OPEN, Action.CAMPAIGN_REOPENED, by=by, reason=reason.strip())
    return campaign


def expect_ready(campaign: Campaign, *, warnings_acknowledged: bool) -> None:
    """Raises: MoveRefused with what must be mended, or for warnings that nobody acknowledged."""
    found = readiness(campaign)
    if found.blockers:
        lines = "; ".join(f"{each.unit}: {each.text}" for each in found.blockers)
        raise MoveRefused(_("Not ready for publication: %(lines)s") % {"lines": lines})
    if found.warnings and not warnings_acknowledged:
        raise MoveRefused(_("Read the warnings and confirm that you have taken note of them."))


@transaction.atomic
def propose_publication(*, campaign: Campaign, by: User, warnings_acknowledged: bool = False) -> Campaign:
    """The coordinator puts closed results before the leader.

    Raises: MoveRefused.
    """
    campaign = lock(campaign)
    expect(campaign, CampaignStatus.CLOSED)
    lock_sheets(campaign)
    conclude(campaign)
    expect_ready(campaign, warnings_acknowledged=warnings_acknowledged)
    campaign.proposed_at, campaign.proposed_by = timezone.now(), by
    campaign.version += 1
    campaign.save()
    record(Action.PUBLICATION_PROPOSED, campaign, by=by)
    leaders = User.objects.holding(Role.LEADER, units=[campaign.office_id])
    url = reverse("campaign", args=[campaign.code])
    notify(leaders, kind=Notice.Kind.PUBLICATION_PROPOSED, subject=campaign.title, url=url)
    return campaign


@transaction.atomic
def withdraw_proposal(*, campaign: Campaign, by: User, reason: str) -> Campaign:
    """The leader declines, or the coordinator takes the proposal back; the results stay closed.

    Raises: MoveRefused.
    """
    campaign = lock(campaign)
    expect(campaign, CampaignStatus.CLOSED)
    if not campaign.is_proposed or not reason.strip():
        raise MoveRefused(_("Give the reason.") if campaign.is_proposed else _("Nothing has been proposed."))
    campaign.proposed_at = campaign.proposed_by = None
    campaign.version += 1
    campaign.save()
    record(Action.PUBLICATION_WITHDRAWN, campaign, by=by, reason=reason.strip())
    return campaign


@transaction.atomic
def publish_campaign(
    *,
    campaign: Campaign,
    by: User,
    warnings_acknowledged: bool = False,
    decision: tuple[str, date] | None = None,
) -> Publication:
    """Publish: the leader approves what was proposed, or the coordinator records the signed decision.

    Freezes the first snapshot and tells every unit.

    Raises: MoveRefused.
    """
    campaign = lock(campaign)
    expect(campaign, CampaignStatus.CLOSED)
    if decision is None and not (campaign.is_proposed and campaign.led_by(by)):
        raise MoveRefused(_("The leader approves a proposal, or the signed decision is recorded."))
    lock_sheets(campaign)
    conclude(campaign)
    expect_ready(campaign, warnings_acknowledged=warnings_acknowledged)
    if decision is not None:
        campaign.decision_number, campaign.decision_on = decision
    campaign.published_at = timezone.now()
    campaign.sheets.filter(status__in=DECIDED).update(status=SheetStatus.PUBLISHED)
    set_status(campaign, CampaignStatus.PUBLISHED, Action.CAMPAIGN_PUBLISHED, by=by)
    publication = freeze(
        campaign, by=by, decision_number=campaign.decision_number, decision_on=campaign.decision_on
    )
    tell_units(campaign, Notice.Kind.PUBLISHED)
    return publication


def tell_units(campaign: Campaign, kind: Notice.Kind) -> None:
    units = [*campaign.results.values_list("unit", flat=True), campaign.office_id]
    told = User.objects.holding(Role.OFFICER, Role.LEADER, Role.COORDINATOR, units=units)
    url = reverse("results_campaign", args=[campaign.code])
    notify(told, kind=kind, subject=campaign.title, url=url)


def amend(campaign: Campaign, *, by: User | None, reason: str) -> Publication:
    """Renew the ranks of a published campaign and freeze the amended state (inside a transaction)."""
    conclude(campaign)
    return publish_amended(campaign, by=by, reason=reason)


def publish_amended(campaign: Campaign, *, by: User | None, reason: str) -> Publication:
    """Freeze the amended and settled state of a published campaign, and tell the units."""
    campaign.status = CampaignStatus.AMENDED
    campaign.version += 1
    campaign.save()
    record(Action.RESULTS_AMENDED, campaign, by=by, reason=reason.strip())
    publication = freeze(campaign, by=by, reason=reason.strip())
    tell_units(campaign, Notice.Kind.AMENDED)
    return publication
