"""Follow-up tasks proposed from who answers for the losses; people then edit them."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet

from reports.actions.follow_ups import TaskEntry, add_follow_up
from reports.models import Report
from scoring.models import Criterion, FollowUp, Responsibility, ResponsibilityRole, Score
from units.models import Function, Party, UnitType, User


@transaction.atomic
def propose_follow_ups(*, report: Report, scores: QuerySet[Score], by: User) -> int:
    """Add a task to each field that lost points, and the three of the organisation, where there is none
    yet.

    Returns how many were added. What people wrote is left as it is.
    """
    existing = FollowUp.objects.filter(campaign=report.campaign, unit=report.unit)
    covered = set(existing.values_list("criterion", flat=True))
    entries = [entry for entry in field_entries(report, scores) if entry.criterion.pk not in covered]  # type: ignore[union-attr]
    if None not in covered:
        entries += organisation_entries(report, scores)
    for entry in entries:
        add_follow_up(report=report, entry=entry, by=by)
    return len(entries)


def lost_rows(scores: QuerySet[Score]) -> QuerySet[Score]:
    return scores.lossy()  # type: ignore[attr-defined, no-any-return]


def field_entries(report: Report, scores: QuerySet[Score]) -> list[TaskEntry]:
    """One task for each field with losses: make good the leaves that lost; led by those who answer for
    them.
    """
    assert report.campaign is not None  # an analysis is always about one
    fields = report.campaign.criteria_set.criteria.filter(parent=None).order_by("position")
    sections = {node.pk: node for node in fields}
    codes: dict[int, list[str]] = {pk: [] for pk in sections}
    leads: dict[int, dict[int, Party]] = {pk: {} for pk in sections}
    rows = lost_rows(scores).select_related("criterion").order_by("criterion__position")
    for row in rows:
        codes[section_of(row.criterion)].append(row.criterion.code)
    for each in answering(scores):
        if each.role != ResponsibilityRole.MONITOR:
            leads[section_of(each.loss.score.criterion)][each.party_id] = each.party
    return [
        TaskEntry(
            criterion=sections[pk],
            title=f"Khắc phục các tiêu chí bị mất điểm: {', '.join(codes[pk])}",
            leads=list(leads[pk].values()),
        )
        for pk in sections
        if codes[pk]
    ]


def section_of(criterion: Criterion) -> int:
    return criterion.section_id or criterion.pk


def answering(scores: QuerySet[Score]) -> QuerySet[Responsibility]:
    return (
        Responsibility.objects.filter(loss__score__in=lost_rows(scores))
        .select_related("party__unit", "loss__score__criterion")
        .order_by("loss__score__criterion__position", "pk")
    )


def organisation_entries(report: Report, scores: QuerySet[Score]) -> list[TaskEntry]:
    """Remedy plans of the agencies, reports of the communes, the plan of the whole by Home Affairs; no
    dates yet.
    """
    parties = {each.party_id: each.party for each in answering(scores)}
    communes = [party for party in parties.values() if is_communal(party)]
    agencies = [party for party in parties.values() if not is_communal(party)]
    home_affairs = list(report.unit.parties.filter(unit__function=Function.HOME_AFFAIRS))
    via = home_affairs[0].name if home_affairs else ""
    whole = "UBND" if report.unit.type != UnitType.AGENCY else report.unit.name
    proposed: list[tuple[str, Collection[Party], str]] = [
        ("Xây dựng kế hoạch khắc phục các tiêu chí bị mất điểm thuộc trách nhiệm của cơ quan", agencies, via),
        ("Báo cáo kết quả khắc phục các tiêu chí bị mất điểm", communes, via),
        (f"Tham mưu kế hoạch khắc phục năm {report.year + 1}", home_affairs, ""),
    ]
    return [
        TaskEntry(criterion=None, title=title, leads=leads, recipient=whole, via=through)
        for title, leads, through in proposed
        if leads
    ]


def is_communal(party: Party) -> bool:
    """Whether a party is a commune or a group of communes."""
    if party.unit:
        return party.unit.type == UnitType.COMMUNE
    types = {unit.type for unit in party.members.all()}
    return types == {UnitType.COMMUNE}
