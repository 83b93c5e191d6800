"""Two campaigns by the same set of a hundred leaves: one with a single sheet, one with three hundred."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from parportal.demo.answers import plausible
from parportal.demo.fixtures import load_fixtures
from scoring.actions.campaigns import open_campaign
from scoring.models import (
    Assignment,
    Campaign,
    CriteriaSet,
    Criterion,
    Evidence,
    Grade,
    GradeScale,
    Score,
    ScoreSheet,
    UnitResult,
)
from scoring.rules import LeafState, encode
from scoring.settling import self_outcome, settle_campaign
from units.access import Role
from units.models import Membership, Unit, UnitType, User

SET = "mau-xa-2024"
SIZES = {"bench-1": 1, "bench-300": 300}
SAVERS = 8
BARE_ROW = "bench-bare"
FROM = date(2020, 1, 1)


def load(sizes: Mapping[str, int] = SIZES) -> None:
    """Everything from the migrations to the rows, a campaign for each of `sizes`; the same for the same code."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    load_fixtures()
    province = Unit.objects.create(code="bench", name="Tỉnh đo", type=UnitType.PROVINCE, valid_from=FROM)
    agency = Unit.objects.create(
        code="bench-snv", name="Sở Nội vụ", type=UnitType.AGENCY, parent=province, valid_from=FROM
    )
    coordinator = account("bench-coordinator", Role.COORDINATOR, province)
    account("bench-appraiser", Role.APPRAISER, agency)
    scale = GradeScale.objects.order_by("pk")[0]
    Grade.objects.create(scale=scale, code=BARE_ROW, name="0", from_index="1.23")
    criteria_set = CriteriaSet.objects.get(code=SET)
    for code, size in sizes.items():
        campaign = make_campaign(code, province, criteria_set, scale)
        communes = Unit.objects.bulk_create(
            Unit(code=f"{code}-{number}", name=f"Xã {number}", type="commune", parent=province, valid_from=FROM)
            for number in range(size)
        )
        UnitResult.objects.bulk_create(UnitResult(campaign=campaign, unit=unit) for unit in communes)
        for field in Criterion.objects.filter(criteria_set=criteria_set, parent=None):
            Assignment.objects.create(campaign=campaign, criterion=field, agency=agency)
        open_campaign(campaign=campaign, by=coordinator)
        fill(campaign)
        for number, unit in enumerate(communes[:SAVERS]):
            account(f"{code}-officer-{number}", Role.OFFICER, unit)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def account(name: str, role: Role, unit: Unit) -> User:
    user = User.objects.create_user(name, None, full_name=name)
    Membership.objects.create(user=user, unit=unit, role=role, valid_from=FROM)
    return user


def make_campaign(code: str, owner: Unit, criteria_set: CriteriaSet, scale: GradeScale) -> Campaign:
    return Campaign.objects.create(
        code=code,
        title=f"Đợt đo {code}",
        owner=owner,
        criteria_set=criteria_set,
        year=2024,
        grade_scale=scale,
        self_score_due_at=timezone.now() + timedelta(days=30),
    )


def fill(campaign: Campaign) -> None:
    """Two rows of three are answered, with one document for each field."""
    methods = {
        each.pk: each.scoring_method(campaign.criteria_set)
        for each in campaign.criteria_set.criteria.exclude(method="")
    }
    rows = list(Score.objects.filter(sheet__campaign=campaign).select_related("criterion"))
    answered = [row for place, row in enumerate(rows) if place % 3 and methods[row.criterion_id].by_unit]
    for row in answered:
        method = methods[row.criterion_id]
        answers = plausible(method, row.pk, counts_as=row.criterion.counts_as)
        outcome = self_outcome(method, LeafState.ANSWERED, answers)
        row.state, row.answers = LeafState.ANSWERED.value, encode(answers)
        row.self_points = row.points = outcome.points
        row.counted_max_points, row.updated_at = outcome.counted_max_points, timezone.now()
    columns = ["state", "answers", "self_points", "points", "counted_max_points", "updated_at"]
    Score.objects.bulk_update(answered, columns, batch_size=500)
    for sheet in ScoreSheet.objects.filter(campaign=campaign):
        prove(sheet, [row for row in answered if row.sheet_id == sheet.pk])
    settle_campaign(campaign)


def prove(sheet: ScoreSheet, rows: list[Score]) -> None:
    for number, field in enumerate(sorted({row.criterion.section_id or row.criterion_id for row in rows}), 1):
        paper = Evidence.objects.create(sheet=sheet, number=f"{number}/BC-UBND", title="Báo cáo CCHC năm")
        members = [row for row in rows if (row.criterion.section_id or row.criterion_id) == field]
        paper.scores.set(row for row in members if row.criterion.evidence_required)
