"""What a person has to do, by role: the page "My work"."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.work import figures_work
from parportal.deadlines import Deadline
from parportal.display import day
from plans.work import tasks_work
from scoring.filling import shared_tasks
from scoring.models import Campaign, CampaignStatus, Explanation, Question, ScoreSheet, SheetStatus
from scoring.remediation_work import remediation_work
from scoring.sheet_list import SheetLine, sheet_lines
from scoring.work_office import office_work
from units.access import Role
from units.models import User
from units.work_list import FROM_ABOVE, Task, TaskList

UNIT_ROLES = (Role.OFFICER, Role.LEADER)
# Answers to the unit's questions are shown for a while.
ANSWERS_SHOWN = timedelta(days=7)


def work_of(user: User) -> list[TaskList]:
    """Lists that are not empty, the most urgent kind first."""
    lists = [
        TaskList(_("Sheets to approve and submit"), tuple(to_approve(user))),
        TaskList(_("Returned: to be mended"), tuple(to_fill(user, returned=True))),
        TaskList(_("Sheets to fill in"), tuple(to_fill(user, returned=False))),
        TaskList(_("Parts that were given to you"), tuple(to_fill_in_part(user))),
        TaskList(_("Appraised points to explain"), tuple(to_explain(user))),
        TaskList(_("Publications to approve"), tuple(to_publish(user))),
        *(each for lists_of in FROM_ABOVE for each in lists_of(user)),
        *figures_work(user),
        *remediation_work(user),
        *tasks_work(user),
        *office_work(user),
        TaskList(_("Answers to your unit's questions"), tuple(answered_questions(user))),
    ]
    return [each for each in lists if each.tasks]


def own_open_sheets(user: User, *statuses: SheetStatus, roles: tuple[Role, ...]) -> list[ScoreSheet]:
    units = user.units_as(*roles)
    if not units:
        return []
    sheets = ScoreSheet.objects.visible_to(user).filter(
        unit__in=units,
        status__in=statuses,
        campaign__status=CampaignStatus.OPEN,
        campaign__external=False,
    )
    return list(sheets.select_related("campaign", "unit").order_by("campaign__self_score_due_at", "pk"))


def to_fill(user: User, *, returned: bool) -> Iterable[Task]:
    """Drafts of the own unit; those that lie with the leader are shown to the officer as waiting."""
    statuses = [SheetStatus.DRAFT]
    if not returned and not user.has_role(Role.LEADER):
        statuses.append(SheetStatus.AWAITING_LEADER)
    sheets = [
        sheet
        for sheet in own_open_sheets(user, *statuses, roles=UNIT_ROLES)
        if returned == (sheet.status == SheetStatus.DRAFT and bool(sheet.return_reason))
    ]
    for sheet, line in zip(sheets, sheet_lines(sheets, user), strict=True):
        text = _("Returned: %(reason)s") % {"reason": sheet.return_reason} if returned else line.unit
        yield sheet_task(line, text)


def to_approve(user: User) -> Iterable[Task]:
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
        training=line.training,
    )


def to_fill_in_part(user: User) -> Iterable[Task]:
    for part in shared_tasks(user):
        campaign = part.sheet.campaign
        deadline = Deadline.of(part.due_at, campaign.now())
        criterion = part.share.criterion
        yield Task(
            url=reverse("sheet", args=[part.sheet.pk]),
            title=f"{criterion.code}. {criterion.title}",
            text=f"{part.sheet.unit.name} · {campaign.title}",
            badge="overdue" if deadline and deadline.is_past else "draft",
            badge_text=_("part of a sheet"),
            answered=part.answered,
            total=part.total,
            deadline=deadline,
            training=campaign.training,
        )


def to_explain(user: User) -> Iterable[Task]:
    """Sheets whose first appraisal is open for explanation: the officer writes, the leader sends."""
    sheets = own_open_sheets(user, SheetStatus.EXPLAINING, roles=UNIT_ROLES)
    written = Explanation.objects.filter(score__sheet__in=sheets).exclude(text="")
    explained = list(written.values_list("score__sheet", flat=True)) if sheets else []
    for sheet in sheets:
        deadline = Deadline.of(sheet.explanation_deadline_at, sheet.campaign.now())
        leads = sheet.unit_id in user.units_as(Role.LEADER)
        shown = {"count": explained.count(sheet.pk)}
        text = (
            _("%(count)s rows explained so far; you send the explanation.")
            if leads
            else _("%(count)s rows explained so far; the leader sends the explanation.")
        )
        yield Task(
            url=reverse("sheet_explanations", args=[sheet.pk]),
            title=sheet.campaign.title,
            text=f"{sheet.unit.name} · {text % shown}",
            badge="overdue" if deadline and deadline.is_past else "waiting",
            badge_text=sheet.get_status_display(),
            deadline=deadline,
            training=sheet.campaign.training,
        )


def to_publish(user: User) -> Iterable[Task]:
    if not user.has_role(Role.LEADER):
        return
    proposed = Campaign.objects.led_by(user).filter(status=CampaignStatus.CLOSED, proposed_at__isnull=False)
    for campaign in proposed.select_related("proposed_by"):
        who = {"who": campaign.proposed_by, "day": day(campaign.proposed_at)}
        yield Task(
            url=reverse("campaign_publication", args=[campaign.code]),
            title=campaign.title,
            text=_("Proposed by %(who)s on %(day)s") % who,
            badge="waiting",
            badge_text=_("awaiting your approval"),
            training=campaign.training,
        )


def answered_questions(user: User) -> Iterable[Task]:
    """What was answered lately to a question that the own unit asked."""
    units = user.units_as(*UNIT_ROLES)
    if not units:
        return
    recent = Q(answered_at__gte=timezone.now() - ANSWERS_SHOWN)
    asked = Question.objects.visible_to(user).filter(recent, unit__in=units, campaign__status=CampaignStatus.OPEN)
    for question in asked.select_related("campaign", "criterion").order_by("-answered_at"):
        yield Task(
            url=f"{reverse('campaign_questions', args=[question.campaign.code])}#question-{question.pk}",
            title=f"{question.criterion.code}. {question.criterion.title}",
            text=question.text,
            badge="done",
            badge_text=_("answered on %(day)s") % {"day": day(question.answered_at)},
            training=question.campaign.training,
        )
