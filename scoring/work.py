"""What a person has to do, by role: the page "My work"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parportal.display import day
from scoring.deadlines import Deadline
from scoring.models import Campaign, CampaignStatus, Score, ScoreSheet, SheetStatus
from scoring.sheet_list import SheetLine, sheet_lines
from units.access import Role
from units.models import User


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do. `badge` is draft, waiting, done, overdue or info."""

    url: str
    title: str
    text: str
    badge: str
    badge_text: str
    answered: int = 0
    total: int = 0
    deadline: Deadline | None = None


@dataclass(frozen=True, slots=True)
class TaskList:
    title: str
    tasks: tuple[Task, ...]


def work_of(user: User) -> list[TaskList]:
    """Lists that are not empty, the most urgent kind first."""
    lists = [
        TaskList(_("Sheets to approve and submit"), tuple(to_approve(user))),
        TaskList(_("Sheets to fill in"), tuple(to_fill(user))),
        TaskList(_("Publications to approve"), tuple(to_publish(user))),
        TaskList(_("Sheets to appraise"), tuple(to_appraise(user))),
        TaskList(_("Campaigns to run"), tuple(to_run(user))),
    ]
    return [each for each in lists if each.tasks]


def own_open_sheets(user: User, *statuses: SheetStatus, roles: tuple[Role, ...]) -> list[ScoreSheet]:
    sheets = ScoreSheet.objects.visible_to(user).filter(
        unit__in=user.units_as(*roles),
        status__in=statuses,
        campaign__status=CampaignStatus.OPEN,
        campaign__external=False,
    )
    return list(sheets.select_related("campaign", "unit").order_by("campaign__self_score_due_at", "pk"))


def to_fill(user: User) -> Iterable[Task]:
    """Drafts of the own unit; those that lie with the leader are shown to the officer as waiting."""
    roles = (Role.OFFICER, Role.LEADER)
    statuses = [SheetStatus.DRAFT]
    if not user.has_role(Role.LEADER):
        statuses.append(SheetStatus.AWAITING_LEADER)
    sheets = own_open_sheets(user, *statuses, roles=roles)
    for sheet, line in zip(sheets, sheet_lines(sheets, user), strict=True):
        text = _("Returned: %(reason)s") % {"reason": sheet.return_reason} if sheet.return_reason else line.unit
        yield sheet_task(line, text)


def to_approve(user: User) -> Iterable[Task]:
    if not user.has_role(Role.LEADER):
        return
    sheets = own_open_sheets(user, SheetStatus.AWAITING_LEADER, roles=(Role.LEADER,))
    for line in sheet_lines(sheets, user):
        yield sheet_task(line, line.unit)


def sheet_task(line: SheetLine, text: str) -> Task:
    overdue = line.deadline is not None and line.deadline.is_past
    return Task(
        url=line.url,
        title=line.campaign,
        text=text,
        badge="overdue" if overdue else line.badge,
        badge_text=line.status,
        answered=line.answered,
        total=line.total,
        deadline=line.deadline,
    )


def to_appraise(user: User) -> Iterable[Task]:
    """Submitted sheets with rows that the person's agency (or the coordinator) has not decided yet."""
    if not user.units_as(Role.APPRAISER, Role.COORDINATOR):
        return
    undecided = (
        Score.objects.appraisable_by(user)
        .for_people()
        .filter(
            sheet__status__in=(SheetStatus.SUBMITTED, SheetStatus.UNDER_APPRAISAL),
            sheet__campaign__status=CampaignStatus.OPEN,
            sheet__campaign__external=False,
        )
        .order_by()
        .values("sheet")
        .annotate(
            total=Count("pk", distinct=True),
            left=Count("pk", filter=Q(appraisals=None) | ~Q(review=""), distinct=True),
        )
    )
    counts = {row["sheet"]: (row["total"], row["left"]) for row in undecided if row["left"]}
    sheets = ScoreSheet.objects.filter(pk__in=counts).select_related("campaign", "unit")
    for sheet in sheets.order_by("campaign__appraisal_due_at", "campaign", "unit__code"):
        total, left = counts[sheet.pk]
        rows = ngettext("%(count)s row to decide", "%(count)s rows to decide", left) % {"count": left}
        deadline = Deadline.of(sheet.campaign.appraisal_due_at)
        yield Task(
            url=reverse("appraisal", args=[sheet.pk]),
            title=sheet.unit.name,
            text=f"{sheet.campaign.title} · {rows}",
            badge="overdue" if deadline and deadline.is_past else "waiting",
            badge_text=sheet.get_status_display(),
            answered=total - left,
            total=total,
            deadline=deadline,
        )


def to_publish(user: User) -> Iterable[Task]:
    proposed = Campaign.objects.led_by(user).filter(status=CampaignStatus.CLOSED, proposed_at__isnull=False)
    for campaign in proposed.select_related("proposed_by"):
        who = {"who": campaign.proposed_by, "day": day(campaign.proposed_at)}
        yield Task(
            url=reverse("campaign", args=[campaign.code]),
            title=campaign.title,
            text=_("Proposed by %(who)s on %(day)s") % who,
            badge="waiting",
            badge_text=_("awaiting your approval"),
        )


def to_run(user: User) -> Iterable[Task]:
    """Campaigns of the coordinator that are not published yet."""
    unfinished = (CampaignStatus.DRAFT, CampaignStatus.OPEN, CampaignStatus.CLOSED)
    campaigns = Campaign.objects.coordinated_by(user).filter(status__in=unfinished)
    waiting = (SheetStatus.DRAFT, SheetStatus.AWAITING_LEADER)
    counted = (
        ScoreSheet.objects.filter(campaign__in=campaigns)
        .order_by()
        .values("campaign")
        .annotate(
            units=Count("pk"),
            handed_in=Count("pk", filter=~Q(status__in=waiting)),
            done=Count("pk", filter=Q(status=SheetStatus.APPRAISED)),
        )
    )
    counts: dict[int, dict[str, int]] = {
        row["campaign"]: {name: row[name] for name in ("units", "handed_in", "done")} for row in counted
    }
    for campaign in campaigns:
        is_open = campaign.status == CampaignStatus.OPEN
        yield Task(
            url=reverse("campaign", args=[campaign.code]),
            title=campaign.title,
            text=next_step(campaign, counts.get(campaign.pk, {})),
            badge="waiting" if campaign.is_proposed or is_open else "draft",
            badge_text=campaign.get_status_display(),
            deadline=Deadline.of(campaign.self_score_due_at) if is_open and not campaign.external else None,
        )


def next_step(campaign: Campaign, counts: Mapping[str, int]) -> str:
    """Shapes: `counts` holds units, handed_in and done (sheets of the campaign), or nothing."""
    if campaign.status == CampaignStatus.DRAFT:
        return _("Complete and open the campaign.")
    if campaign.is_proposed:
        return _("The publication awaits the leader's approval.")
    if campaign.status == CampaignStatus.CLOSED:
        return _("Propose the publication of the results.")
    if campaign.external:
        return _("Record what the parent published.")
    if counts and counts["done"] == counts["units"]:
        return _("Every sheet is appraised: close the campaign.")
    shown = {
        "units": counts.get("units", 0),
        "handed_in": counts.get("handed_in", 0),
        "done": counts.get("done", 0),
    }
    return _("%(handed_in)s of %(units)s sheets submitted, %(done)s appraised.") % shown
