"""A campaign moves to another version of its set: criterion by criterion, and nothing is dropped silently."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from parportal.entry.versions import check_version
from scoring.actions.assignments import renew_agencies
from scoring.actions.campaigns import expect, lock, lock_sheets
from scoring.actions.exclusions import resume_appraisals
from scoring.applicability import apply_exclusions
from scoring.models import (
    Appraisal,
    Assignment,
    Campaign,
    CampaignStatus,
    CriteriaSet,
    Criterion,
    FieldResult,
    FollowUp,
    Score,
    SetReplacement,
    Share,
)
from scoring.replaced_rows import carry_over, holds_something, whole_rows, written_down
from scoring.replacing import LeafKind, LeafMove, Plan, agencies_after, replacement_problems
from scoring.settling import settle_campaign, settle_rows
from scoring.tree import Node
from scoring.workflow import MoveRefused
from units.access import Role
from units.audit import Action, Change, record
from units.models import Notice, Unit, User
from units.notices import notify

BATCH = 500
# Columns of a row and of an appraisal that new rules may change.
CARRIED = ["criterion", "state", "answers", "self_points", "review", "version"]
JUDGED = ["answers", "points", "pending", "version"]


@dataclass
class Record:
    """What a replacement did, as it is kept (`SetReplacement.data`).

    Shapes: `rows` holds the rows of criteria that are no more and of those whose rules changed, as they stood;
    `dropped` what hung on criteria that are no more, in words, by its kind; `criteria` the codes by what became of
    them; `moved` maps old criteria ("c" and the primary key) to the primary keys of the new ones.
    """

    criteria: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {"removed": [], "changed": []})
    dropped: dict[str, list[str]] = field(default_factory=dict)
    moved: dict[str, int] = field(default_factory=dict)

    def drop(self, kind: str, text: str) -> None:
        self.dropped.setdefault(kind, []).append(text)

    def to_json(self) -> dict[str, Any]:
        return {"criteria": self.criteria, "rows": self.rows, "dropped": self.dropped, "moved": self.moved}


@transaction.atomic
def replace_set(
    *,
    campaign: Campaign,
    to_set: CriteriaSet,
    reason: str,
    version: int | str | None,
    by: User,
    agencies: Mapping[int, Unit] | None = None,
) -> SetReplacement:
    """Move a campaign to another version of its set, before it is closed.

    Shapes: `agencies` says who appraises criteria of the new version (by primary key) that nobody would.

    Raises: MoveRefused with everything that stands in the way, StaleVersion.
    """
    campaign = lock(campaign)
    expect(campaign, CampaignStatus.DRAFT, CampaignStatus.OPEN)
    check_version(campaign.version, version)
    old_set = campaign.criteria_set
    if (to_set.code, to_set.pk != old_set.pk) != (old_set.code, True):
        raise MoveRefused(_("A campaign moves to another version of its own set."))
    if not reason.strip():
        raise MoveRefused(_("Give the reason."))
    lock_sheets(campaign)
    # What is stored is for everybody, in the language of the office.
    with translation.override(settings.LANGUAGE_CODE):
        plan = Plan.of(old_set, to_set)
    wanted = agencies_after(campaign, plan, agencies or {})
    if problems := replacement_problems(campaign, plan, wanted):
        raise MoveRefused(" ".join(problems))
    with translation.override(settings.LANGUAGE_CODE):
        kept = move(campaign, plan, wanted, by=by)
    replacement = SetReplacement.objects.create(
        campaign=campaign, from_set=old_set, to_set=to_set, reason=reason.strip(), data=kept.to_json(), by=by
    )
    change = Change(campaign, "criteria_set", old_set, to_set)
    record(Action.SET_REPLACED, campaign, by=by, reason=reason.strip(), changes=[change])
    tell(campaign)
    return replacement


def move(campaign: Campaign, plan: Plan, agencies: Mapping[int, Unit], *, by: User) -> Record:
    """Everything that hangs on a criterion goes with it, or into the record (inside a transaction)."""
    kept = Record(
        criteria={kind.value: [leaf_line(each) for each in plan.of_kind(kind)] for kind in LeafKind},
        moved={f"c{pk}": criterion.pk for pk, criterion in plan.criteria.items()},
    )
    changes = carry_changed(campaign, plan, kept)
    point_to_new(campaign, plan)
    changes += remove_rows(campaign, plan, kept)
    move_decisions(campaign, plan, agencies, kept)
    move_results(campaign, plan, kept)
    campaign.criteria_set = plan.after.criteria_set
    campaign.version += 1
    campaign.save(update_fields=["criteria_set", "tie_breaks", "version"])
    add_rows(campaign, plan)
    renew_agencies(campaign)
    apply_exclusions(campaign)
    settle_moved(campaign, plan)
    record_by_sheet(changes, by=by)
    if campaign.status == CampaignStatus.OPEN:
        resume_appraisals(campaign, by=by, reason=_("the criteria set was replaced"))
    return kept


def leaf_line(leaf: LeafMove) -> dict[str, Any]:
    return {"code": leaf.code, "was": leaf.old_code, "title": leaf.title, "words": list(leaf.words)}


# Rows ---------------------------------------------------------------------------------------------------------
def carry_changed(campaign: Campaign, plan: Plan, kept: Record) -> list[tuple[Score, Change]]:
    """Rows of changed leaves, under their new rules and marked for review; they are recorded as they stood."""
    changes: list[tuple[Score, Change]] = []
    for leaf in plan.of_kind(LeafKind.CHANGED):
        assert leaf.old is not None
        assert leaf.new is not None
        old = leaf.old.scoring_method(plan.before.criteria_set)
        new = leaf.new.scoring_method(plan.after.criteria_set)
        scores = list(whole_rows(campaign, leaf.old))
        appraisals: list[Appraisal] = []
        for score in scores:
            if holds_something(score):
                kept.rows["changed"].append(written_down(score, leaf.old, old))
            before = {name: getattr(score, name) for name in ("state", "answers", "self_points")}
            score.criterion = leaf.new
            appraisals += carry_over(score, old, new, leaf.words)
            changes += [(score, Change(score, name, was, getattr(score, name))) for name, was in before.items()]
        Score.objects.bulk_update(scores, CARRIED, batch_size=BATCH)
        Appraisal.objects.bulk_update(appraisals, JUDGED, batch_size=BATCH)
    return changes


def point_to_new(campaign: Campaign, plan: Plan) -> None:
    """Rows of unchanged leaves keep everything; only their criterion is that of the new version."""
    pairs = [(leaf.old, leaf.new) for leaf in plan.of_kind(LeafKind.UNCHANGED)]
    for start in range(0, len(pairs), BATCH):
        part = {old.pk: new.pk for old, new in pairs[start : start + BATCH] if old and new}
        chosen = Case(*(When(criterion=old, then=Value(new)) for old, new in part.items()))
        Score.objects.filter(sheet__campaign=campaign, criterion__in=part).update(criterion=chosen)


def remove_rows(campaign: Campaign, plan: Plan, kept: Record) -> list[tuple[Score, Change]]:
    """Rows of leaves that are no more: written down whole, then deleted. Their evidence stays with the sheet."""
    changes: list[tuple[Score, Change]] = []
    for leaf in plan.of_kind(LeafKind.REMOVED):
        assert leaf.old is not None
        method = leaf.old.scoring_method(plan.before.criteria_set)
        for score in filter(holds_something, whole_rows(campaign, leaf.old)):
            score.criterion = leaf.old
            kept.rows["removed"].append(written_down(score, leaf.old, method))
            changes.append((score, Change(score, "answers", kept.rows["removed"][-1]["answered"], "")))
            changes.append((score, Change(score, "self_points", score.self_points, "")))
    removed = [leaf.old for leaf in plan.of_kind(LeafKind.REMOVED)]
    Score.objects.filter(sheet__campaign=campaign, criterion__in=removed).delete()
    return changes


def add_rows(campaign: Campaign, plan: Plan) -> None:
    """A row of every sheet for each new leaf; who appraises it follows."""
    sheets = list(campaign.sheets.values_list("pk", flat=True))
    Score.objects.bulk_create(
        (
            Score(sheet_id=sheet, criterion=leaf.new, counted_max_points=leaf.new.max_points)
            for leaf in plan.of_kind(LeafKind.ADDED)
            if leaf.new is not None
            for sheet in sheets
        ),
        batch_size=BATCH,
    )


def settle_moved(campaign: Campaign, plan: Plan) -> None:
    """What rows count by the new version: those of new and changed leaves, and all that knock each other out.

    A new row is worth what its method says of no answer: that of a survey is left out.
    """
    renewed = [leaf.new for kind in (LeafKind.ADDED, LeafKind.CHANGED) for leaf in plan.of_kind(kind)]
    together = Q(criterion__knock_out_branch__isnull=False) | Q(settled_line__isnull=False)
    rows = Score.objects.filter(sheet__campaign=campaign).filter(Q(criterion__in=renewed) | together)
    settle_rows(campaign, rows)
    settle_campaign(campaign)


# What hangs on criteria of any depth --------------------------------------------------------------------------
def move_decisions(campaign: Campaign, plan: Plan, agencies: Mapping[int, Unit], kept: Record) -> None:
    """Assignments, exclusions, rules of grading, tie-break keys, parts of sheets given away and questions.

    What hung on removed criteria is listed; a question about one stays with it.
    """
    for each in campaign.assignments.select_related("criterion", "agency"):
        if each.criterion_id not in plan.criteria:
            kept.drop("assignments", f"{each.criterion.code}: {each.agency.name}")
    campaign.assignments.all().delete()
    Assignment.objects.bulk_create(
        Assignment(campaign=campaign, criterion_id=pk, agency=agency) for pk, agency in agencies.items()
    )
    for exclusion in campaign.exclusions.select_related("criterion", "party"):
        if exclusion.criterion_id not in plan.criteria:
            line = f"{exclusion.criterion.code}, {exclusion.party.name}: {exclusion.reason}"
            kept.drop("exclusions", f"{line} ({exclusion.approved_by})")
            exclusion.scores.update(exclusion=None)
            exclusion.delete()
    follow(campaign.exclusions.all(), plan)
    for rule in campaign.grade_rules.select_related("criterion", "grade"):
        if rule.criterion_id not in plan.criteria:
            kept.drop("grade_rules", f"{rule.criterion.code}: {rule.title} ({rule.legal_basis})")
            rule.delete()
    follow(campaign.grade_rules.all(), plan)
    shares = Share.objects.filter(sheet__campaign=campaign)
    for share in shares.select_related("criterion", "user", "unit", "sheet__unit"):
        if share.criterion_id not in plan.criteria:
            kept.drop("shares", f"{share.sheet.unit.name}, {share}")
            share.delete()
    follow(shares, plan)
    follow(campaign.questions.all(), plan)
    campaign.tie_breaks = list(keys_after(campaign.tie_breaks, plan, kept))


def keys_after(keys: Iterable[str], plan: Plan, kept: Record) -> Iterable[str]:
    """Tie-break keys by the codes of the new version: codes of fields, and words such as "penalty"."""
    fields = {root.criterion.code for root in plan.after.roots}
    known = {node.criterion.code for node in plan.before.nodes}
    for key in keys:
        code = plan.difference.pairs.get(key, "") if key in known else key
        if code in fields or key not in known:
            yield code
        else:
            kept.drop("tie_breaks", key)


def follow(rows: QuerySet[Any], plan: Plan) -> None:
    """Point rows that name a criterion to that of the new version."""
    for pk in set(rows.values_list("criterion", flat=True)) & plan.criteria.keys():
        rows.filter(criterion=pk).update(criterion=plan.criteria[pk])


def move_results(campaign: Campaign, plan: Plan, kept: Record) -> None:
    """Results of fields go with their field; a field that is no more or no field any more leaves its figures."""
    roots = {root.criterion.pk: root.criterion for root in plan.after.roots}
    results = FieldResult.objects.filter(result__campaign=campaign)
    gone = Q(criterion__in=[node.criterion.pk for node in plan.before.nodes if not stays_field(node, plan, roots)])
    for each in results.filter(gone).select_related("criterion", "result__unit"):
        if each.earned_points or each.published_points is not None:
            shown = each.earned_points if each.published_points is None else each.published_points
            kept.drop("fields", f"{each.criterion.code}, {each.result.unit.name}: {shown}")
    results.filter(gone).delete()
    follow(results, plan)
    if campaign.sheets.exists():
        add_fields(campaign, roots)
    tasks = FollowUp.objects.filter(campaign=campaign, criterion__isnull=False)
    for task in tasks.exclude(criterion__in=plan.criteria).select_related("criterion", "task"):
        kept.drop("follow_ups", f"{task.criterion}: {task.task}")
    tasks.exclude(criterion__in=plan.criteria).update(criterion=None)
    follow(tasks, plan)


def stays_field(node: Node, plan: Plan, roots: Mapping[int, Criterion]) -> bool:
    criterion = plan.criteria.get(node.criterion.pk)
    return criterion is not None and criterion.pk in roots


def add_fields(campaign: Campaign, roots: Mapping[int, Criterion]) -> None:
    """The result of each field for every unit, where it is missing."""
    stored = set(FieldResult.objects.filter(result__campaign=campaign).values_list("result", "criterion"))
    FieldResult.objects.bulk_create(
        (
            FieldResult(result_id=result, criterion=field_)
            for result in campaign.results.values_list("pk", flat=True)
            for pk, field_ in roots.items()
            if (result, pk) not in stored
        ),
        batch_size=BATCH,
    )


# Who is told --------------------------------------------------------------------------------------------------
def record_by_sheet(changes: Iterable[tuple[Score, Change]], *, by: User) -> None:
    """One event in the history of each sheet whose rows were changed."""
    by_sheet: dict[int, list[tuple[Score, Change]]] = {}
    for score, change in changes:
        if change.is_real:
            by_sheet.setdefault(score.sheet_id, []).append((score, change))
    for found in by_sheet.values():
        record(Action.SET_REPLACED, found[0][0].sheet, by=by, changes=[change for _score, change in found])


def tell(campaign: Campaign) -> None:
    """Tell the units, and the agencies that appraise, where to look."""
    if campaign.status != CampaignStatus.OPEN:
        return
    units = list(campaign.sheets.values_list("unit", flat=True))
    agencies = list(campaign.assignments.values_list("agency", flat=True))
    told = User.objects.holding(Role.OFFICER, Role.LEADER, units=units) | User.objects.holding(
        Role.APPRAISER, units=agencies
    )
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("%(campaign)s: the criteria set was replaced, look at the rows marked for review") % {
            "campaign": campaign.title
        }
    notify(
        told.distinct(),
        kind=Notice.Kind.SET_REPLACED,
        subject=subject,
        url=reverse("campaign", args=[campaign.code]),
    )
