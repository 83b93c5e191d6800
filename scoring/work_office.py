"""What appraisers and coordinators have to do; see `scoring.work`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parportal.deadlines import Deadline
from scoring.claims import open_claims_of
from scoring.models import (
    NOT_SUBMITTED,
    UNFINISHED,
    WITH_APPRAISERS,
    Campaign,
    CampaignStatus,
    Question,
    Score,
    ScoreSheet,
    SheetStatus,
)
from scoring.models.sheets import ScoreQuerySet
from units.access import Role
from units.models import User
from units.work_list import Task, TaskList

# More than these stand on the page of all sheets.
SHEETS_SHOWN = 12
CRITERIA_SHOWN = 5


def office_work(user: User) -> list[TaskList]:
    if not user.units_as(Role.APPRAISER, Role.COORDINATOR):
        return []
    by_sheet = list(to_appraise(user))
    more = max(0, len(by_sheet) - SHEETS_SHOWN)
    return [
        TaskList(_("Campaigns to run"), tuple(to_run(user))),
        TaskList(_("Questions to answer"), tuple(to_answer(user))),
        TaskList(_("Sheets to appraise"), tuple(by_sheet[:SHEETS_SHOWN]), more, reverse("sheets")),
        TaskList(_("To appraise by criterion, all units at once"), tuple(by_criterion(user))),
    ]


def appraisable(user: User) -> ScoreQuerySet:
    rows = Score.objects.appraisable_by(user).for_people()
    return rows.filter(
        sheet__status__in=WITH_APPRAISERS,
        sheet__campaign__status=CampaignStatus.OPEN,
        sheet__campaign__external=False,
    ).order_by()


# A row of the first round that nobody decided yet, or that is to be decided again by other rules.
UNDECIDED = (Q(appraisals=None) | ~Q(review="")) & ~Q(sheet__status=SheetStatus.SECOND_APPRAISAL)


def to_appraise(user: User) -> Iterable[Task]:
    """Sheets with rows to decide, or with explanations to answer in their second appraisal."""
    rows = appraisable(user).values("sheet")
    first = rows.annotate(total=Count("pk", distinct=True), left=Count("pk", filter=UNDECIDED, distinct=True))
    second = dict(
        appraisable(user)
        .unanswered_explanations()
        .filter(sheet__status=SheetStatus.SECOND_APPRAISAL)
        .values("sheet")
        .annotate(left=Count("pk", distinct=True))
        .values_list("sheet", "left")
    )
    counts = {row["sheet"]: (row["total"], row["left"]) for row in first if row["left"]}
    sheets = ScoreSheet.objects.filter(pk__in=[*counts, *second]).select_related("campaign", "unit")
    for sheet in sorted(sheets, key=order):
        if sheet.status == SheetStatus.SECOND_APPRAISAL:
            left = second.get(sheet.pk, 0)
            words = ngettext("%(count)s explanation to answer", "%(count)s explanations to answer", left)
            yield appraisal_task(sheet, words % {"count": left})
        else:
            total, left = counts[sheet.pk]
            words = ngettext("%(count)s row to decide", "%(count)s rows to decide", left)
            yield appraisal_task(sheet, words % {"count": left}, answered=total - left, total=total)


def due_at(sheet: ScoreSheet) -> datetime | None:
    second = sheet.status == SheetStatus.SECOND_APPRAISAL
    return sheet.campaign.second_appraisal_due_at if second else sheet.campaign.appraisal_due_at


def order(sheet: ScoreSheet) -> tuple[object, ...]:
    """The nearest deadline first, sheets without one last."""
    deadline = due_at(sheet)
    return deadline is None, deadline.timestamp() if deadline else 0, sheet.campaign.code, sheet.unit.code


def appraisal_task(sheet: ScoreSheet, words: str, *, answered: int = 0, total: int = 0) -> Task:
    deadline = Deadline.of(due_at(sheet), sheet.campaign.now())
    return Task(
        url=reverse("appraisal", args=[sheet.pk]),
        title=sheet.unit.name,
        text=f"{sheet.campaign.title} · {words}",
        badge="overdue" if deadline and deadline.is_past else "waiting",
        badge_text=sheet.get_status_display(),
        answered=answered,
        total=total,
        deadline=deadline,
        training=sheet.campaign.training,
    )


def by_criterion(user: User) -> Iterable[Task]:
    """The criteria with the most rows to decide in more than one unit: done in one go (one query)."""
    names = (
        "criterion__code",
        "criterion__title",
        "sheet__campaign__code",
        "sheet__campaign__title",
        "sheet__campaign__training",
    )
    rows = appraisable(user).exclude(sheet__status=SheetStatus.SECOND_APPRAISAL).values(*names)
    counted = rows.annotate(
        total=Count("pk", distinct=True), left=Count("pk", filter=UNDECIDED, distinct=True)
    ).filter(left__gt=1)
    for row in counted.order_by("-left", "sheet__campaign__code", "criterion__position")[:CRITERIA_SHOWN]:
        words = ngettext("%(count)s unit to decide", "%(count)s units to decide", row["left"])
        yield Task(
            url=reverse("appraisal_by_criterion", args=[row["sheet__campaign__code"], row["criterion__code"]]),
            title=f"{row['criterion__code']}. {row['criterion__title']}",
            text=f"{row['sheet__campaign__title']} · {words % {'count': row['left']}}",
            badge="waiting",
            badge_text=_("by criterion"),
            answered=row["total"] - row["left"],
            total=row["total"],
            training=row["sheet__campaign__training"],
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """A campaign in numbers. Units: sheets; `claims` rows."""

    units: int = 0
    handed_in: int = 0
    done: int = 0
    waiting: int = 0
    overdue: int = 0
    claims: int = 0


def to_run(user: User) -> Iterable[Task]:
    """Campaigns of the coordinator that are not published yet, with what they wait for."""
    if not user.has_role(Role.COORDINATOR):
        return
    unfinished = (CampaignStatus.DRAFT, CampaignStatus.OPEN, CampaignStatus.CLOSED)
    campaigns = list(Campaign.objects.coordinated_by(user).filter(status__in=unfinished))
    standings = standings_of(campaigns)
    for campaign in campaigns:
        is_open = campaign.status == CampaignStatus.OPEN
        standing = standings.get(campaign.pk, Standing())
        late = is_open and not campaign.external and standing.overdue
        yield Task(
            url=f"{reverse('campaign', args=[campaign.code])}{'?show=late' if late else ''}",
            title=campaign.title,
            text=" ".join((next_step(campaign, standing), *attention(campaign, standing))),
            badge="overdue" if late else "waiting" if campaign.is_proposed or is_open else "draft",
            badge_text=campaign.get_status_display(),
            answered=standing.done if is_open else 0,
            total=standing.units if is_open else 0,
            deadline=next_deadline(campaign) if is_open and not campaign.external else None,
            training=campaign.training,
        )


def standings_of(campaigns: Iterable[Campaign]) -> dict[int, Standing]:
    """Two queries for all campaigns."""
    by_pk = {campaign.pk: campaign for campaign in campaigns}
    if not by_pk:
        return {}
    found: dict[int, list[tuple[str, datetime | None]]] = {pk: [] for pk in by_pk}
    sheets = ScoreSheet.objects.filter(campaign__in=by_pk).order_by()
    for pk, status, due in sheets.values_list("campaign", "status", "due_at"):
        found[pk].append((status, due))
    claims = open_claims_of(by_pk)
    return {pk: standing(by_pk[pk], rows, claims.get(pk, 0)) for pk, rows in found.items()}


def standing(campaign: Campaign, sheets: Iterable[tuple[str, datetime | None]], claims: int) -> Standing:
    """Shapes: `sheets` pair the state of a sheet with its own deadline."""
    rows, now = list(sheets), campaign.now()
    missing = [due or campaign.self_score_due_at for status, due in rows if status in NOT_SUBMITTED]
    return Standing(
        units=len(rows),
        handed_in=len(rows) - len(missing),
        done=sum(status == SheetStatus.APPRAISED for status, _due in rows),
        waiting=sum(status in UNFINISHED for status, _due in rows),
        overdue=sum(due is not None and now > due for due in missing),
        claims=claims,
    )


def next_deadline(campaign: Campaign) -> Deadline | None:
    """The first deadline that has not passed, else the last one that has."""
    dates = (
        campaign.self_score_due_at,
        campaign.appraisal_due_at,
        campaign.explanation_due_at,
        campaign.second_appraisal_due_at,
    )
    known = sorted(each for each in dates if each)
    now = campaign.now()
    coming = next((each for each in known if each >= now), known[-1] if known else None)
    return Deadline.of(coming, now)


def next_step(campaign: Campaign, standing: Standing) -> str:
    if campaign.status == CampaignStatus.DRAFT:
        return _("Complete and open the campaign.")
    if campaign.is_proposed:
        return _("The publication awaits the leader's approval.")
    if campaign.status == CampaignStatus.CLOSED:
        return _("Propose the publication of the results.")
    if campaign.external:
        return _("Record what the parent published.")
    if standing.units and standing.done == standing.units:
        return _("Every sheet is appraised: close the campaign.")
    shown: Mapping[str, int] = {
        "units": standing.units,
        "handed_in": standing.handed_in,
        "done": standing.done,
    }
    return _("%(handed_in)s of %(units)s sheets submitted, %(done)s appraised.") % shown


def attention(campaign: Campaign, standing: Standing) -> Iterable[str]:
    """What of an open campaign does not go by itself."""
    if campaign.status != CampaignStatus.OPEN or campaign.external:
        return
    if late := standing.overdue:
        words = ngettext("%(count)s unit is overdue.", "%(count)s units are overdue.", late)
        yield words % {"count": late}
    if claims := standing.claims:
        words = ngettext(
            "%(count)s claim “not applicable” awaits a decision.",
            "%(count)s claims “not applicable” await a decision.",
            claims,
        )
        yield words % {"count": claims}


def to_answer(user: User) -> Iterable[Task]:
    """Questions of units that nobody has answered, the oldest first."""
    if not user.has_role(Role.COORDINATOR):
        return
    mine = Campaign.objects.coordinated_by(user).filter(status=CampaignStatus.OPEN)
    open_questions = Question.objects.visible_to(user).filter(answer="", campaign__in=mine)
    for question in open_questions.select_related("campaign", "criterion", "unit").order_by("at", "pk"):
        yield Task(
            url=f"{reverse('campaign_questions', args=[question.campaign.code])}#question-{question.pk}",
            title=f"{question.criterion.code}. {question.criterion.title}",
            text=f"{question.unit.name}: {question.text}",
            badge="waiting",
            badge_text=_("not answered yet"),
            training=question.campaign.training,
        )
