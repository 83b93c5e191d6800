"""A round with everything that counts beyond single rows: pages, files, papers, snapshots and simulation agree."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from parportal.display import points
from reports.papers.analysis import as_counted
from reports.papers.data import read_analysis
from scoring.actions.amendments import CausesMissing, amend_score
from scoring.actions.appraisals import AppraisalEntry, LossEntry, accept_rest, save_appraisal, save_loss
from scoring.actions.campaigns import close_campaign, publish_campaign
from scoring.actions.exclusions import add_exclusion
from scoring.actions.sheets import move_sheet
from scoring.actions.survey import store_survey
from scoring.computing import compute_campaign
from scoring.exporting import export_results
from scoring.importing.survey import SurveyLine, SurveyPlan
from scoring.models import FieldResult, FollowUp, Score, UnitResult
from scoring.rules import Value
from scoring.self_scores import self_points
from scoring.sheet_lines import lines_of
from scoring.sheet_panel import panel_of
from scoring.simulation import Changes, PointsChange, present, simulate
from scoring.workflow import MoveRefused
from tests.scoring.counted import counted_round, counts, hand_in, result, say
from tests.world import World
from units.models import Party, Unit

D = Decimal
Login = Callable[[str], Client]
# What commune A says; B says the maximum of everything, and no penalty. 2.2 is compared: 50 beside 100.
OF_A = {"1.1.1": "0", "1.1.2": "2", "1.2": "1", "8.1": "2", "8.2": "2", "9.1": "3", "9.2": "3"}
OF_B = {"1.1.1": "2", "1.1.2": "2", "1.2": "2", "2.1": "4", "8.1": "2", "8.2": "2", "9.1": "0", "9.2": "0"}


def bring_to_closing(world: World, *, of_2_1: str) -> None:
    """1.1.1 knocks 1.1.2 out, 1.2 is excluded for A, only A has a survey (4.5 of 6); 8 is capped at 3, 9 at 5."""
    said = ((world.commune_a, {**OF_A, "2.1": of_2_1}, 50), (world.commune_b, OF_B, 100))
    for unit, facts, compared in said:
        for code, given in facts.items():
            say(world, code, given, unit=unit)
        say(world, "2.2", None, facts=compared, unit=unit)
    add_exclusion(
        campaign=world.campaign,
        criterion=world.criteria_set.criteria.get(code="1.2"),
        party=Party.objects.get(owner=world.district, unit=world.commune_a),
        reason="Không được giao",
        approved_by="UBND huyện",
        by=world.coordinator,
    )
    survey = world.criteria_set.criteria.get(code="3")
    answers: dict[str, Value] = {"points": D("4.5"), "sample": 100}
    outcome = survey.scoring_method(world.criteria_set).score(answers)
    line = SurveyLine(world.commune_a, survey, answers, outcome, "D2")
    store_survey(plan=SurveyPlan(world.campaign, (line,), 2, ()), file_name="ks.xlsx", by=world.coordinator)
    for unit in (world.commune_a, world.commune_b):
        finish(world, unit)
    world.campaign = close_campaign(campaign=world.campaign, by=world.coordinator)


def finish(world: World, unit: Unit) -> None:
    hand_in(world, unit)
    accept_rest(sheet=world.sheet(unit), by=world.coordinator)
    move_sheet(sheet=world.sheet(unit), name="finish", by=world.coordinator)


def publish(world: World) -> None:
    party = Party.objects.get(owner=world.district, code="G_XA")
    for score in (
        Score.objects.lossy()
        .filter(sheet__campaign=world.campaign, sheet__status="appraised")
        .select_related("sheet__campaign")
    ):
        responsible = [(party, "lead")]
        save_loss(score=score, cause="Chậm", responsible=responsible, version=0, by=world.coordinator)
    decision = ("12/QĐ-UBND", date(2026, 3, 2))
    publish_campaign(campaign=world.campaign, by=world.coordinator, decision=decision, warnings_acknowledged=True)
    world.campaign.refresh_from_db()


def figures(each: UnitResult) -> list[Decimal | None]:
    names = ("earned_points", "applicable_max_points", "bonus_points", "penalty_points", "index")
    return [getattr(each, name) for name in names]


# Where points are rounded, where bonus and penalty enter, what A has in 2.1; then its points in field 2 and as a
# whole, and the indexes of A and B.
AT_ONCE = [
    ("leaf", "after", "2.5", ("4.5", "9", "40", "115")),
    ("leaf", "before", "2.5", ("4.5", "9", "38.89", "121.43")),
    ("field", "after", "2.63", ("4.75", "9.25", "41.39", "115")),
    ("total", "before", "2.63", ("4.63", "9.25", "40.28", "121.43")),
]


@pytest.mark.parametrize(("round_at", "extra", "of_2_1", "expected"), AT_ONCE)
def test_all_that_counts_at_once(
    world: World, login: Login, round_at: str, extra: str, of_2_1: str, expected: tuple[str, ...]
) -> None:
    field_2, earned, *indexes = expected
    counted_round(world, round_at=round_at, extra_points=extra, point_step=D("0.25"))
    bring_to_closing(world, of_2_1=of_2_1)
    assert counts(world, "1.1.1", "1.1.2", "1.2", "2.2", "3") == [0, 0, 0, 2, D("4.5")]
    assert figures(result(world)) == [D(earned), D(18), D(3), D(5), D(indexes[0])]
    assert figures(result(world, world.commune_b)) == [D(14), D(14), D(3), D(0), D(indexes[1])]
    assert [result(world, unit).rank for unit in (world.commune_b, world.commune_a)] == [1, 2]
    field = FieldResult.objects.get(result=result(world), criterion__code="2")
    assert [field.earned_points, field.applicable_max_points] == [D(field_2), D(8)]
    fresh = compute_campaign(world.campaign)
    assert {unit: sums.index for unit, sums in fresh.items()} == {
        each.unit_id: each.index for each in world.campaign.results.all()
    }
    everywhere_the_same(world, login)


def everywhere_the_same(world: World, login: Login) -> None:
    for row in simulate(world.campaign, present(world.campaign), Changes()):
        assert not row.has_moved
        assert (row.now.index, row.now.rank) == (row.result.index, row.result.rank)
    publish(world)
    exported = {each["unit_code"]: each for each in json.loads(export_results(world.campaign, "json"))}
    frozen = {each["code"]: each for each in world.campaign.publications.get().data["units"]}
    page = login("coordinator").get(reverse("results_campaign", args=[world.campaign.code])).content.decode()
    for each in world.campaign.results.select_related("unit", "campaign__criteria_set"):
        code = each.unit.code
        for data in (exported[code], frozen[code]):
            named = ("earned_points", "applicable_max_points", "bonus_points", "penalty_points", "index")
            assert [D(data[name]) for name in named] == figures(each)
        assert points(each.earned_points) in page
        sheet = world.sheet(each.unit)
        assert panel_of(lines_of(sheet), sheet).earned == points(self_points(world.campaign)[each.unit_id])
        scores = Score.objects.filter(sheet__campaign=world.campaign, sheet__unit=each.unit)
        own = read_analysis(result=each, scores=scores, children=None, follow_ups=FollowUp.objects.none()).own
        assert [own.earned, own.maximum, own.bonus, own.penalty, own.index] == figures(each)


def test_the_paper_says_why_a_field_lost_less_than_its_penalties(world: World) -> None:
    counted_round(world)
    bring_to_closing(world, of_2_1="2.5")
    publish(world)
    scores = Score.objects.filter(sheet__campaign=world.campaign, sheet__unit=world.commune_a)
    data = read_analysis(result=result(world), scores=scores, children=None, follow_ups=FollowUp.objects.none())
    printed = {field.code: as_counted(field, data.losses_of(field.code)) for field in data.own.fields}
    assert [code for code, words in printed.items() if words] == ["9"]
    assert "cộng từng tiêu chí là 6 điểm; tính 5 điểm theo mức trừ tối đa" in printed["9"]


def test_an_amendment_lifts_a_knock_out_compares_anew_and_leaves_the_first_snapshot(world: World) -> None:
    counted_round(world)
    bring_to_closing(world, of_2_1="2.5")
    publish(world)
    amend_score(
        score=world.score(world.commune_a, "1.1.1"),
        entry=AppraisalEntry(points=D(1)),
        version=0,
        by=world.coordinator,
        reason="có tài liệu",
    )
    assert counts(world, "1.1.1", "1.1.2", "2.2") == [1, 2, 2]
    assert result(world).earned_points == 12
    entry = AppraisalEntry(answers={"value": 200})
    score = world.score(world.commune_a, "2.2")
    with pytest.raises(CausesMissing, match=r"Xã Đắk Ruồng 2\.2"), transaction.atomic():
        amend_score(score=score, entry=entry, version=0, by=world.coordinator, reason="đếm lại")
    row = world.score(world.commune_b, "2.2")
    party = Party.objects.get(owner=world.district, unit=world.commune_b)
    causes = {row.pk: LossEntry("Kém đơn vị cao nhất", [(party, "responsible")])}
    score = world.score(world.commune_a, "2.2")
    amend_score(score=score, entry=entry, version=0, by=world.coordinator, reason="đếm lại", causes=causes)
    assert [counts(world, "2.2", unit=unit) for unit in (world.commune_a, world.commune_b)] == [[4], [2]]
    frozen = [each.data["units"] for each in world.campaign.publications.order_by("number")]
    earned = [[unit["earned_points"] for unit in units] for units in frozen]
    assert [[D(each) for each in units] for units in earned] == [[14, 9], [14, 12], [12, 14]]


def test_the_page_of_an_amendment_asks_for_the_causes_of_other_rows(world: World, client: Client) -> None:
    counted_round(world)
    bring_to_closing(world, of_2_1="2.5")
    publish(world)
    client.force_login(world.coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
    score, other = world.score(world.commune_a, "2.2"), world.score(world.commune_b, "2.2")
    url = reverse("score_amend", args=[score.sheet_id, score.criterion_id])
    typed = {"how": "facts", "answer-value": "200", "reason": "đếm lại", "version": "0", "loss_version": "1"}
    (asked,) = client.post(url, typed).context["others"]
    assert (asked.pk, asked.code, asked.unit, asked.part.cause) == (other.pk, "2.2", "Xã Đắk Ruồng", "đếm lại")
    empty = {f"cause-{other.pk}": "", f"party-{other.pk}": "Xã Đắk Ruồng", f"role-{other.pk}": "lead"}
    refused = client.post(url, {**typed, **empty, "confirmed": "1"})
    assert refused.status_code == 409
    assert refused.context["others"][0].part.lines[0].party == "Xã Đắk Ruồng"
    assert world.campaign.publications.count() == 1
    given = {**empty, f"cause-{other.pk}": "Kém đơn vị cao nhất"}
    assert client.post(url, {**typed, **given, "confirmed": "1"}).status_code == 302
    frozen = world.campaign.publications.order_by("-number")[0].data["units"]
    rows = [row for unit in frozen if unit["code"] == world.commune_b.code for row in unit["rows"]]
    row = next(row for row in rows if row["code"] == "2.2")
    assert (row["cause"], row["responsible"][0]["role"]) == ("Kém đơn vị cao nhất", "lead")


def test_what_was_never_appraised_is_not_amended(world: World) -> None:
    counted_round(world)
    finish(world, world.commune_a)
    world.campaign = close_campaign(campaign=world.campaign, by=world.coordinator)
    publish(world)
    score, entry = world.score(world.commune_b, "2.1"), AppraisalEntry(points=D(4))
    with pytest.raises(MoveRefused, match="chưa được thẩm định"):
        amend_score(score=score, entry=entry, version=0, by=world.coordinator, reason="bổ sung")
    assert result(world, world.commune_b).rank is None


def test_a_simulation_knocks_out_and_gives_back(world: World) -> None:
    counted_round(world)
    bring_to_closing(world, of_2_1="2.5")

    def then(unit: Unit, code: str, given: str) -> Decimal | None:
        leaf = world.criteria_set.criteria.get(code=code)
        changes = Changes(points=PointsChange(unit.code, leaf, D(given)))
        rows = simulate(world.campaign, present(world.campaign), changes)
        return next(row.then.index for row in rows if row.result.unit == unit)

    # 1.1.1 gains 1 and gives the 2 of 1.1.2 back; the same 0 as now changes nothing.
    assert then(world.commune_a, "1.1.1", "1") == D("56.67")
    assert then(world.commune_a, "1.1.1", "0") == result(world).index
    assert then(world.commune_a, "1.1.2", "2") == result(world).index
    assert then(world.commune_a, "2.1", "2.5") == result(world).index
    assert then(world.commune_b, "1.1.2", "0") == D("86.43")


def test_a_returned_sheet_is_compared_by_its_last_facts(world: World) -> None:
    counted_round(world)
    for unit, compared in ((world.commune_a, 50), (world.commune_b, 100)):
        say(world, "2.2", None, facts=compared, unit=unit)
        hand_in(world, unit)
    save_appraisal(
        score=world.score(world.commune_b, "2.2"),
        entry=AppraisalEntry(answers={"value": 100}),
        version=0,
        by=world.coordinator,
    )
    move_sheet(sheet=world.sheet(world.commune_b), name="return", by=world.coordinator, reason="kiểm tra lại")
    say(world, "2.2", None, facts=25, unit=world.commune_b)
    assert not world.score(world.commune_b, "2.2").appraisals.exists()
    hand_in(world, world.commune_b)
    for unit in (world.commune_a, world.commune_b):
        accept_rest(sheet=world.sheet(unit), by=world.coordinator)
        move_sheet(sheet=world.sheet(unit), name="finish", by=world.coordinator)
    close_campaign(campaign=world.campaign, by=world.coordinator)
    assert [counts(world, "2.2", unit=unit) for unit in (world.commune_a, world.commune_b)] == [[4], [2]]
