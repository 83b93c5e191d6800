"""How a campaign is graded: its rules, and what people decide for single units."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from parportal.display import points_short
from parportal.entry.versions import check_version
from scoring.actions.campaigns import amend, expect, lock
from scoring.models import (
    BlockRule,
    Campaign,
    CampaignStatus,
    Criterion,
    Grade,
    GradeDecision,
    GradeDecisionKind,
    GradeRule,
    GradeScale,
    UnitResult,
)
from scoring.standings import blocks_of, settle_band_grades, settle_standings
from scoring.workflow import MoveRefused
from units.audit import Action, Change, record
from units.models import User

BEFORE_PUBLICATION = (CampaignStatus.DRAFT, CampaignStatus.OPEN, CampaignStatus.CLOSED)


@dataclass(frozen=True, slots=True)
class BlockEntry:
    """What a block does otherwise than its campaign; None follows the campaign. Units: percent."""

    grade_scale: GradeScale | None = None
    top_quota_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class GradingEntry:
    """The settings of grading and ranking. Shapes: `blocks` by name."""

    grade_scale: GradeScale | None
    rank_rule: str
    top_quota_percent: Decimal | None = None
    ranks_by_keys: bool = False
    tie_breaks: tuple[str, ...] = ()
    blocks: Mapping[str, BlockEntry] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A grade made to depend on one criterion; see `GradeRule`. Units: percent of its applicable maximum."""

    kind: str
    grade: Grade
    criterion: Criterion
    below_percent: Decimal
    title: str
    legal_basis: str


@dataclass(frozen=True, slots=True)
class DecisionEntry:
    """What people decided on the grade of one unit; see `GradeDecision`."""

    kind: str
    grade: Grade
    reason: str
    legal_basis: str
    decided_on: date


@transaction.atomic
def change_grading(*, campaign: Campaign, entry: GradingEntry, version: int | str | None, by: User) -> Campaign:
    """Save scales, quotas and tie-break keys of a campaign that is not published.

    Raises: MoveRefused, StaleVersion.
    """
    campaign = open_rules(campaign, version)
    changes = list(store(campaign, entry))
    refuse_strays(campaign)
    return finish(campaign, changes, by=by)


@transaction.atomic
def add_rule(*, campaign: Campaign, entry: RuleEntry, version: int | str | None, by: User) -> Campaign:
    """Make a grade depend on a criterion.

    Raises: MoveRefused, StaleVersion.
    """
    campaign = open_rules(campaign, version)
    rule = GradeRule.objects.create(
        campaign=campaign,
        kind=entry.kind,
        grade=entry.grade,
        criterion=entry.criterion,
        below_percent=entry.below_percent,
        title=entry.title,
        legal_basis=entry.legal_basis,
        by=by,
    )
    refuse_strays(campaign)
    return finish(campaign, [Change(campaign, "grade_rule", "", rule_text(rule))], by=by)


@transaction.atomic
def remove_rule(*, rule: GradeRule, version: int | str | None, by: User) -> Campaign:
    """Raises: MoveRefused, StaleVersion."""
    campaign = open_rules(rule.campaign, version)
    text = rule_text(rule)
    rule.delete()
    return finish(campaign, [Change(campaign, "grade_rule", text, "")], by=by)


def rule_text(rule: GradeRule) -> str:
    return (
        f"{rule.get_kind_display()} {rule.grade} · {rule.criterion.code} < "
        f"{points_short(rule.below_percent)} % · {rule.title} · {rule.legal_basis}"
    )


def open_rules(campaign: Campaign, version: int | str | None) -> Campaign:
    """The campaign, locked, when its rules may change.

    Raises: MoveRefused after publication, StaleVersion.
    """
    campaign = lock(campaign)
    refuse_external(campaign)
    expect(campaign, *BEFORE_PUBLICATION)
    check_version(campaign.version, version)
    return campaign


def refuse_external(campaign: Campaign) -> None:
    """Raises: MoveRefused."""
    if campaign.external:
        raise MoveRefused(_("In this campaign the parent grades: record what it published."))


def store(campaign: Campaign, entry: GradingEntry) -> Iterator[Change]:
    """Write the settings that differ."""
    columns = {
        "grade_scale": entry.grade_scale,
        "rank_rule": entry.rank_rule,
        "top_quota_percent": entry.top_quota_percent,
        "ranks_by_keys": entry.ranks_by_keys,
        "tie_breaks": list(entry.tie_breaks),
    }
    for name, value in columns.items():
        yield Change(campaign, name, shown(getattr(campaign, name)), shown(value))
        setattr(campaign, name, value)
    before = {each.block: each for each in campaign.block_rules.select_related("grade_scale")}
    campaign.block_rules.all().delete()
    wanted = {name: each for name, each in entry.blocks.items() if each != BlockEntry()}
    BlockRule.objects.bulk_create(
        BlockRule(
            campaign=campaign,
            block=name,
            grade_scale=each.grade_scale,
            top_quota_percent=each.top_quota_percent,
        )
        for name, each in wanted.items()
    )
    for name in sorted(before.keys() | wanted.keys()):
        yield Change(campaign, name, block_text(before.get(name)), block_text(wanted.get(name)))


def block_text(rule: BlockRule | BlockEntry | None) -> str:
    if rule is None:
        return ""
    return " · ".join(filter(None, [shown(rule.grade_scale), shown(rule.top_quota_percent)]))


def shown(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{points_short(value)} %"
    if isinstance(value, list):
        return ", ".join(value)
    return "" if value is None or value is False else _("yes") if value is True else str(value)


def refuse_strays(campaign: Campaign) -> None:
    """Raises: MoveRefused when a rule or decision names a grade that its units cannot get."""
    names = set(campaign.results.values_list("block", flat=True))
    blocks = {name: each.scale for name, each in blocks_of(campaign, names).items()}
    rules = campaign.grade_rules.exclude(grade__scale__in=filter(None, {*blocks.values()}))
    lost = [str(each) for each in rules]
    decisions = GradeDecision.objects.filter(result__campaign=campaign)
    lost += [
        f"{each.result.unit.name}: {each}"
        for each in decisions.select_related("result__unit", "grade")
        if each.grade.scale_id != blocks[each.result.block]
    ]
    if lost:
        raise MoveRefused(
            _("These name grades of a scale that no longer applies; remove them first: %(lost)s")
            % {"lost": "; ".join(lost)}
        )


def finish(campaign: Campaign, changes: list[Change], *, by: User) -> Campaign:
    """One event, then grades and ranks as they now are."""
    record(Action.GRADE_RULES_CHANGED, campaign, by=by, changes=changes)
    renew(campaign)
    return campaign


def renew(campaign: Campaign) -> None:
    """Save a campaign before publication and renew its grades. What was proposed to the leader has changed."""
    campaign.proposed_at = campaign.proposed_by = None
    campaign.version += 1
    campaign.save()
    if campaign.status == CampaignStatus.CLOSED:
        settle_standings(campaign)
    elif campaign.status == CampaignStatus.OPEN:
        settle_band_grades(campaign)


@transaction.atomic
def decide_grade(
    *, result: UnitResult, entry: DecisionEntry, by: User, amendment_reason: str = ""
) -> GradeDecision:
    """Record a decision on the grade of one unit; after publication it is an amendment.

    Raises: MoveRefused.
    """
    campaign = lock(result.campaign)
    refuse_external(campaign)
    same = GradeDecision.objects.filter(result=result, kind=GradeDecisionKind.COUNCIL)
    if entry.kind == GradeDecisionKind.COUNCIL and same.exists():
        raise MoveRefused(_("The council has decided on this unit already. Remove that decision first."))
    decision = GradeDecision.objects.create(
        result=result,
        kind=entry.kind,
        grade=entry.grade,
        reason=entry.reason,
        legal_basis=entry.legal_basis,
        decided_on=entry.decided_on,
        by=by,
    )
    refuse_strays(campaign)
    change = Change(result, "grade_decision", "", f"{decision} ({decision.legal_basis})")
    record(Action.GRADE_DECIDED, campaign, by=by, reason=entry.reason, changes=[change])
    take_effect(campaign, by=by, reason=amendment_reason)
    return decision


@transaction.atomic
def remove_decision(*, decision: GradeDecision, reason: str, by: User) -> None:
    """Take a decision on a grade back; after publication that is an amendment.

    Raises: MoveRefused.
    """
    campaign = lock(decision.result.campaign)
    if not reason.strip():
        raise MoveRefused(_("Give the reason."))
    change = Change(decision.result, "grade_decision", f"{decision} ({decision.legal_basis})", "")
    decision.delete()
    record(Action.GRADE_DECISION_REMOVED, campaign, by=by, reason=reason.strip(), changes=[change])
    take_effect(campaign, by=by, reason=reason)


def take_effect(campaign: Campaign, *, by: User, reason: str) -> None:
    """Raises: MoveRefused when published results would change without a reason."""
    if not campaign.is_public:
        renew(campaign)
    elif reason.strip():
        amend(campaign, by=by, reason=reason)
    else:
        raise MoveRefused(_("Give the reason of the amendment."))
