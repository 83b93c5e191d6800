"""A round by a set with all that counts beyond single rows, for the tests of sums: knock-out, groups with caps,
penalties, a survey, a comparison of units."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from scoring.actions.appraisals import AppraisalEntry, save_appraisal
from scoring.actions.campaigns import open_campaign
from scoring.actions.criteria import import_criteria_set
from scoring.actions.scores import RowEntry, save_score
from scoring.actions.sheets import move_sheet
from scoring.content import CriterionContent, SetContent
from scoring.models import Assignment, Campaign, GradeScale, Score, ScoreSheet, UnitResult
from scoring.rules import LeafState
from tests.world import World
from units.models import Unit

D = Decimal
PEER = {"of": "value", "label": "Số hồ sơ trực tuyến", "kind": "integer", "better": "higher", "by": "best"}
SURVEY = {"by": "points", "minimum_sample": "1"}


def node(code: str, maximum: str, method: str = "", **columns: Any) -> CriterionContent:
    """A criterion below the one that its code says."""
    return CriterionContent(
        code=code,
        parent=code.rpartition(".")[0],
        title=f"Tiêu chí {code}",
        max_points=D(maximum),
        method=method,
        function="home_affairs" if "." not in code else "",
        **columns,
    )


CRITERIA = (
    node("1", "6"),
    node("1.1", "4", knock_out=True),
    node("1.1.1", "2", "points"),
    node("1.1.2", "2", "points", no_case_policy="zero"),
    node("1.2", "2", "points"),
    node("2", "8"),
    node("2.1", "4", "points"),
    node("2.2", "4", "peer", params=PEER),
    node("3", "6", "survey", params=SURVEY),
    node("8", "3", counts_as="bonus"),
    node("8.1", "2", "points", counts_as="bonus"),
    node("8.2", "2", "points", counts_as="bonus"),
    node("9", "5", counts_as="penalty"),
    node("9.1", "3", "points", counts_as="penalty"),
    node("9.2", "3", "points", counts_as="penalty"),
)


def counted_set(
    world: World, criteria: tuple[CriterionContent, ...] = CRITERIA, *, version: int = 1, **columns: Any
) -> SetContent:
    fields = [each.max_points for each in criteria if not each.parent and each.counts_as == "base"]
    return SetContent(
        code="bo-tinh-diem",
        version=version,
        title="Bộ tiêu chí tính điểm",
        issuer=world.district.code,
        unit_type="commune",
        total_points=sum(fields, D(0)),
        level_names=("Lĩnh vực", "Tiêu chí", "Tiêu chí thành phần"),
        criteria=criteria,
        **columns,
    )


def counted_round(world: World, criteria: tuple[CriterionContent, ...] = CRITERIA, **columns: Any) -> Campaign:
    """An open campaign of both communes, appraised by Home Affairs, in the place of the world's own."""
    criteria_set = import_criteria_set(content=counted_set(world, criteria, **columns), by=None)
    criteria_set.status = "published"
    criteria_set.save()
    campaign = Campaign.objects.create(
        code="dot-tinh-diem",
        title="Đợt tính điểm",
        owner=world.district,
        criteria_set=criteria_set,
        year=2025,
        grade_scale=GradeScale.objects.get(),
        self_score_due_at=timezone.now() + timedelta(days=10),
    )
    for unit in (world.commune_a, world.commune_b):
        UnitResult.objects.create(campaign=campaign, unit=unit)
    for root in criteria_set.criteria.filter(parent=None):
        Assignment.objects.create(campaign=campaign, criterion=root, agency=world.home_affairs)
    world.campaign = open_campaign(campaign=campaign, by=world.coordinator)
    world.criteria_set = criteria_set
    return world.campaign


def say(
    world: World, code: str, points: str | None, *, unit: Unit | None = None, facts: int | None = None
) -> Score:
    """What the unit says of a row: points, a fact of the compared row, or nothing (no answer)."""
    unit = unit or world.commune_a
    score = world.score(unit, code)
    answers: dict[str, Any] = {"points": D(points)} if points is not None else {}
    answers = {"value": facts} if facts is not None else answers
    entry = RowEntry(LeafState.ANSWERED if answers else LeafState.NOT_ANSWERED, answers)
    save_score(score=score, entry=entry, version=score.version, by=officer(world, unit))
    return world.score(unit, code)


def officer(world: World, unit: Unit) -> Any:
    return world.people["officer_a" if unit == world.commune_a else "officer_b"]


def hand_in(world: World, unit: Unit | None = None) -> ScoreSheet:
    unit = unit or world.commune_a
    move_sheet(sheet=world.sheet(unit), name="propose", by=officer(world, unit))
    leader = world.people["leader_a" if unit == world.commune_a else "leader_b"]
    return move_sheet(sheet=world.sheet(unit), name="submit", by=leader)


def decide(world: World, code: str, points: str, *, unit: Unit | None = None, reason: str = "") -> Score:
    """The coordinator gives bare points."""
    score = world.score(unit or world.commune_a, code)
    given = score.appraisals.filter(round="first").first()
    entry = AppraisalEntry(points=D(points), reason=reason)
    save_appraisal(score=score, entry=entry, version=given.version if given else 0, by=world.coordinator)
    return world.score(unit or world.commune_a, code)


def result(world: World, unit: Unit | None = None) -> UnitResult:
    return UnitResult.objects.get(campaign=world.campaign, unit=unit or world.commune_a)


def counts(world: World, *codes: str, unit: Unit | None = None) -> list[Decimal | None]:
    return [world.score(unit or world.commune_a, code).points for code in codes]
