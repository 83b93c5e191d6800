"""Training rounds over the sample criteria set: one of 2024 in every state, one of 2026 in two tiers."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from parportal.demo.accounts import NEW_UNITS, OLD_UNITS, holder, unit
from parportal.demo.answers import plausible
from scoring.actions.appraisals import AppraisalEntry, accept_rest, save_appraisal, save_loss
from scoring.actions.campaigns import open_campaign
from scoring.actions.explanations import save_explanation
from scoring.actions.scores import RowEntry, write_score
from scoring.actions.sheets import move_sheet
from scoring.leaves import leaves_of
from scoring.models import (
    Assignment,
    Campaign,
    CampaignStatus,
    CriteriaSet,
    Evidence,
    GradeScale,
    Score,
    ScoreSheet,
    UnitResult,
)
from scoring.rules import LeafState
from scoring.settling import settle_sheet
from scoring.sources import facts_of
from scoring.tree import Tree
from units.access import Role
from units.audit import Action, record
from units.models import Party, Unit, User

SCALE = "thang-90-80-65-50"
COMMUNES_2024 = ("23497", "23482", "23485", "23488", "23491", "23494", "23479")
COMMUNES_2026 = ("23497", "23485", "23479", "23455", "23473", "23476", "23500", "23293")


@dataclass(frozen=True, slots=True)
class Training:
    """One training campaign: who scores whom, by which set."""

    code: str
    title: str
    year: int
    owner: str
    since: date
    communes: tuple[str, ...]


TRAININGS = (
    Training(
        "mau-xa-2024", "Chấm điểm CCHC các xã, thị trấn năm 2024 (tập huấn)", 2024, "614", OLD_UNITS, COMMUNES_2024
    ),
    Training(
        "mau-xa-2026", "Chấm điểm CCHC các xã, phường năm 2026 (tập huấn)", 2026, "51", NEW_UNITS, COMMUNES_2026
    ),
)


def load_trainings(today: date) -> None:
    for training in TRAININGS:
        campaign = Campaign.objects.filter(code=training.code).first()
        if campaign is None:
            campaign = open_training(training, today)
            (fill_2024 if training.year == 2024 else fill_2026)(campaign)
        elif campaign.status == CampaignStatus.OPEN:
            move_deadlines(campaign, today)


def five_pm(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(17)))


# Days from today, in the order of the round.
DEADLINES = {
    "self_score_due_at": 14,
    "appraisal_due_at": 28,
    "explanation_due_at": 35,
    "second_appraisal_due_at": 42,
}


def deadlines(today: date) -> dict[str, datetime]:
    return {name: five_pm(today + timedelta(days=days)) for name, days in DEADLINES.items()}


def move_deadlines(campaign: Campaign, today: date) -> None:
    """Deadlines that have passed move on, so that the demonstration can always be used."""
    if campaign.self_score_due_at and campaign.self_score_due_at < timezone.now():
        for name, due_at in deadlines(today).items():
            setattr(campaign, name, due_at)
        campaign.save(update_fields=list(DEADLINES))
        passed = campaign.sheets.filter(due_at__lt=timezone.now())
        passed.update(due_at=campaign.self_score_due_at)


def open_training(training: Training, today: date) -> Campaign:
    owner = unit(training.owner, training.since)
    campaign = Campaign.objects.create(
        code=training.code,
        title=training.title,
        owner=owner,
        criteria_set=CriteriaSet.objects.get(code=training.code, version=1),
        year=training.year,
        window_from=date(training.year - 1, 12, 15),
        window_to=date(training.year, 12, 14),
        grade_scale=GradeScale.objects.get(code=SCALE),
        training=True,
        **deadlines(today),
    )
    UnitResult.objects.bulk_create(
        UnitResult(campaign=campaign, unit=unit(code, training.since)) for code in training.communes
    )
    assign_by_function(campaign)
    return open_campaign(campaign=campaign, by=holder(Role.COORDINATOR, owner))


def assign_by_function(campaign: Campaign) -> None:
    """Each branch goes to the agency of the function that its criteria propose."""
    agencies = {each.function: each for each in Unit.objects.filter(parent=campaign.owner, type="agency")}
    rows = []
    for node in Tree.of(campaign.criteria_set).nodes:
        above = node.parent.function if node.parent else ""
        if node.criterion.function != above and node.criterion.function in agencies:
            rows.append(
                Assignment(campaign=campaign, criterion=node.criterion, agency=agencies[node.criterion.function])
            )
    Assignment.objects.bulk_create(rows)


def fill_2024(campaign: Campaign) -> None:
    """Seven sheets, one in each state that an open campaign knows."""
    sheets = {sheet.unit.code: sheet for sheet in campaign.sheets.select_related("unit", "campaign__criteria_set")}
    coordinator = holder(Role.COORDINATOR, campaign.owner)
    fill(sheets["23497"], share=60)
    for code in COMMUNES_2024[1:]:
        fill(sheets[code], share=100)
        propose(sheets[code])
    for code in set(COMMUNES_2024[1:]) - {"23485"}:
        submit(sheets[code])
    appraise(sheets["23491"], coordinator, share=40)
    for code in ("23494", "23482", "23479"):
        appraise(sheets[code], coordinator, share=100)
    move_sheet(sheet=sheets["23494"], name="finish", by=coordinator)
    for code in ("23482", "23479"):
        explain(sheets[code], coordinator)
    move_sheet(sheet=sheets["23479"], name="send_explanation", by=holder(Role.LEADER, sheets["23479"].unit))


def explain(sheet: ScoreSheet, coordinator: User) -> None:
    """Open the round of explanation; the unit answers to the first reduced row."""
    move_sheet(sheet=sheet, name="open_explanation", by=coordinator)
    reduced = sheet.scores.filter(points__lt=F("self_points")).order_by("criterion__position")
    save_explanation(
        score=Score.objects.for_saving().get(pk=reduced[0].pk),
        text="Đơn vị đã bổ sung biên bản kiểm tra vào tài liệu kiểm chứng, đề nghị xem xét lại.",
        version=0,
        by=holder(Role.OFFICER, sheet.unit),
    )


def fill_2026(campaign: Campaign) -> None:
    """One sheet begun, one returned to its unit."""
    sheets = campaign.sheets.select_related("unit", "campaign__criteria_set")
    fill(sheets.get(unit__code="23497"), share=30)
    returned = sheets.get(unit__code="23479")
    fill(returned, share=100)
    propose(returned)
    submit(returned)
    move_sheet(
        sheet=returned,
        name="return",
        by=holder(Role.COORDINATOR, campaign.owner),
        reason="Mục 1.1.3: số liệu chưa khớp với báo cáo CCHC năm, đề nghị rà soát và gửi lại.",
        due_at=campaign.self_score_due_at,
    )


def fill(sheet: ScoreSheet, *, share: int) -> None:
    """Answer the first `share` percent of a sheet's rows, with one paper of evidence a field."""
    officer = holder(Role.OFFICER, sheet.unit)
    leaves = leaves_of(sheet.campaign.criteria_set).by_pk
    facts = facts_of(sheet, leaves.values())
    rows = list(sheet.scores.select_related("criterion").order_by("criterion__position"))
    rows = rows[: len(rows) * share // 100]
    changes = []
    with transaction.atomic():
        for place, score in enumerate(Score.objects.for_saving().filter(pk__in=[row.pk for row in rows])):
            method = leaves[score.criterion_id].method
            if method.by_unit:
                answers = plausible(method, seed_of(sheet) + place * 5, counts_as=score.criterion.counts_as)
                reported = facts.get(score.criterion_id, {})
                answers = {**answers, **{each.input: each.value for each in reported.values()}}
                entry = RowEntry(LeafState.ANSWERED, answers)
                changes += write_score(score=score, entry=entry, version=score.version, by=officer)
        record(Action.SCORE_SAVED, sheet, by=officer, changes=changes)
        settle_sheet(sheet)
    add_evidence(sheet, rows, officer)


def seed_of(sheet: ScoreSheet) -> int:
    return int(sheet.unit.code) % 97


def add_evidence(sheet: ScoreSheet, rows: list[Score], officer: User) -> None:
    fields: dict[int, list[Score]] = {}
    for row in rows:
        fields.setdefault(row.criterion.section_id or row.criterion_id, []).append(row)
    for number, members in enumerate(fields.values(), 1):
        evidence = Evidence.objects.create(
            sheet=sheet,
            number=f"{100 + number}/BC-UBND",
            issued_on=date(sheet.campaign.year, 12, 10),
            issuer=f"UBND {sheet.unit.name[0].lower()}{sheet.unit.name[1:]}",
            title=f"Báo cáo kết quả cải cách hành chính năm {sheet.campaign.year}, phần {number}",
            added_by=officer,
        )
        evidence.scores.set(row for row in members if row.criterion.evidence_required)


def propose(sheet: ScoreSheet) -> None:
    move_sheet(sheet=sheet, name="propose", by=holder(Role.OFFICER, sheet.unit))


def submit(sheet: ScoreSheet) -> None:
    move_sheet(sheet=sheet, name="submit", by=holder(Role.LEADER, sheet.unit))


def appraise(sheet: ScoreSheet, coordinator: User, *, share: int) -> None:
    """Reduce a few rows with a reason, accept others; when all are decided, say why points were lost."""
    rows = list(sheet.scores.filter(self_points__gt=0).order_by("criterion__position"))
    for row in rows[:: max(1, len(rows) // 5)][:4]:
        score = Score.objects.for_saving().get(pk=row.pk)
        step = sheet.campaign.criteria_set.point_step
        lower = (score.self_points or Decimal(0)) / 2 // step * step
        entry = AppraisalEntry(points=lower, reason="Tài liệu kiểm chứng chưa đầy đủ.")
        save_appraisal(score=score, entry=entry, version=0, by=coordinator)
    if share == 100:
        accept_rest(sheet=sheet, by=coordinator)
        explain_losses(sheet, coordinator)


def explain_losses(sheet: ScoreSheet, coordinator: User) -> None:
    party = Party.objects.get(owner=sheet.campaign.owner, unit=sheet.unit)
    for score in Score.objects.lossy().filter(sheet=sheet).select_related("sheet__campaign"):
        save_loss(
            score=score,
            cause="Chưa đạt mức tối đa theo hướng dẫn chấm điểm.",
            responsible=[(party, "responsible")],
            version=0,
            by=coordinator,
        )
