"""Facts of rows that the unit has reported already: shown, taken over, differed from with a reason, kept."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from indicators import reported as reported_figures
from indicators.models import PeriodKind, Return
from plans.models import Task
from scoring.actions.sheets import move_sheet
from scoring.lint import lint_stored
from scoring.models import Criterion, ReportedFact, Score
from scoring.rules import RuleErrors, Source, sources_of
from scoring.rules.methods import sources
from tests.indicators.reporting import make_set, put
from tests.scoring.reported import SOURCES, name_sources, report_tasks
from tests.world import World

Login = Callable[[str], Client]
JSON = {"Accept": "application/json"}


@pytest.fixture
def reported(world: World) -> Return:
    return report_tasks(world)


def row(world: World) -> Score:
    return world.score(world.commune_a, "2.1")


def shown(client: Client, world: World) -> str:
    """What the sheet says of the sources of the row."""
    page = client.get(reverse("sheet", args=[world.sheet(world.commune_a).pk])).content.decode()
    return page.split(f'id="r{row(world).criterion_id}-source">')[1].split("</div>")[0]


def save(client: Client, world: World, done: str, all_: str, **texts: str) -> Any:
    score = row(world)
    typed = {"answer-numerator": done, "answer-denominator": all_, "version": score.version, **texts}
    return client.post(reverse("sheet_row", args=[score.sheet_id, score.criterion_id]), typed, headers=JSON)


def test_a_source_is_a_set_a_period_and_a_sum() -> None:
    named = {"sources": [{"input": "count", "figure": "thong-ke/quarter: 1.3.1 - 1.3.2"}]}
    assert sources_of(named) == (Source("count", "thong-ke", "1.3.1 - 1.3.2", "quarter"),)
    assert sources_of({"sources": [{"input": "count", "figure": "1.3.1"}]}) == ()
    for unread in (
        "x",
        {"input": "count"},
        {"input": 1, "figure": "thong-ke: 1.3"},
        {"input": "x", "figure": None},
    ):
        assert sources_of({"sources": [unread]}) == ()


def test_rules_and_plans_read_the_same_references() -> None:
    # The rules of scoring import no app: the pattern stands twice.
    assert sources.REFERENCE.pattern == reported_figures.REFERENCE.pattern.replace(
        "|".join(PeriodKind.values), "|".join(sources.PERIODS)
    )
    assert set(sources.PERIODS) == set(PeriodKind.values)


@pytest.mark.usefixtures("reported")
def test_the_sheet_shows_what_was_reported_and_offers_to_take_it(world: World, login: Login) -> None:
    source = shown(login("officer_a"), world)
    assert " 27, " in source
    assert "Biểu thống kê thử" in source
    assert "data-take=" in source
    assert row(world).state == "not_answered"  # shown is not answered


@pytest.mark.usefixtures("reported")
def test_taken_over_it_is_kept_with_the_row(world: World, login: Login) -> None:
    saved = save(login("officer_a"), world, "27", "30")
    assert saved.status_code == 200
    assert "data-take" not in saved.json()["html"][f"r{row(world).criterion_id}-source"]
    assert dict(row(world).reported.values_list("input", "value")) == {"numerator": "27", "denominator": "30"}


@pytest.mark.usefixtures("reported")
def test_to_answer_otherwise_needs_a_note(world: World, login: Login) -> None:
    client = login("officer_a")
    refused = save(client, world, "28", "30")
    assert refused.status_code == 422
    assert [each["at"] for each in refused.json()["messages"]] == ["answer-numerator"]
    assert "27" in refused.json()["messages"][0]["text"]
    assert row(world).state == "not_answered"
    assert save(client, world, "28", "30", note="Một nhiệm vụ được bổ sung sau").status_code == 200
    assert row(world).reported.count() == 2


def test_without_a_script_the_button_takes_it_over(world: World, login: Login, reported: Return) -> None:
    client, score = login("officer_a"), row(world)
    name = f"r{score.criterion_id}"
    url = reverse("sheet_field", args=[score.sheet_id, score.criterion.section_id])
    typed = {f"{name}-version": f"{score.version}-x", f"{name}-state": "answered", f"{name}-pull": "1"}
    client.post(url, {**typed, f"{name}-answer-numerator": "", f"{name}-answer-denominator": ""})
    assert row(world).answers == {"numerator": 27, "denominator": 30}


def test_what_is_reported_later_is_offered_in_a_draft_and_changes_no_submitted_sheet(
    world: World, login: Login, reported: Return
) -> None:
    client = login("officer_a")
    save(client, world, "27", "30")
    put(reported, "1.2", 29)
    source = shown(client, world)
    assert " 29, " in source
    assert "badge-waiting" in source
    assert row(world).answers["numerator"] == 27
    sheet = world.sheet(world.commune_a)
    move_sheet(sheet=sheet, name="propose", by=world.officer_a)
    move_sheet(sheet=world.sheet(world.commune_a), name="submit", by=world.leader_a)
    source = shown(client, world)
    assert " 27, " in source
    assert " 29, " not in source
    assert "badge" not in source
    assert ReportedFact.objects.get(input="numerator").value == "27"


def test_an_appraiser_sees_both(world: World, login: Login, reported: Return) -> None:
    save(login("officer_a"), world, "28", "30", note="Bổ sung")
    move_sheet(sheet=world.sheet(world.commune_a), name="propose", by=world.officer_a)
    move_sheet(sheet=world.sheet(world.commune_a), name="submit", by=world.leader_a)
    desk = login("coordinator").get(reverse("appraisal", args=[world.sheet(world.commune_a).pk])).content.decode()
    said = desk.split("Biểu thống kê thử")[0][-200:]
    assert " 27, " in said
    assert row(world).answers["numerator"] == 28


def test_what_is_not_handed_in_is_no_source(world: World, login: Login, reported: Return) -> None:
    Return.objects.filter(pk=reported.pk).update(status="draft")
    assert shown(login("officer_a"), world) == ""
    assert save(login("officer_a"), world, "5", "30").status_code == 200


def test_a_figure_that_the_input_does_not_take_is_none(world: World, login: Login, reported: Return) -> None:
    put(reported, "1.1", Decimal("30.5"))
    source = shown(login("officer_a"), world)
    assert "30,5" not in source
    assert " 27 " in source


def test_a_source_that_nobody_reports_is_warned_about(world: World) -> None:
    name_sources(world, [*SOURCES[:1], {"input": "denominator", "figure": "bieu-thu: 9.9"}])
    kinds = [(each.at, each.kind) for each in lint_stored(world.criteria_set) if each.kind == "unknown_source"]
    assert kinds == [("params.sources.0.figure", "unknown_source"), ("params.sources.1.figure", "unknown_source")]
    make_set()
    kinds = [(each.at, each.kind) for each in lint_stored(world.criteria_set) if each.kind == "unknown_source"]
    assert kinds == [("params.sources.1.figure", "unknown_source")]


def test_what_the_portal_counts_has_no_quarters(world: World) -> None:
    name_sources(world, [{"input": "numerator", "figure": "tasks/quarter: assigned.on_time"}])
    assert [each.kind for each in lint_stored(world.criteria_set) if each.kind == "unknown_source"]


@pytest.mark.parametrize(
    "named",
    [{"input": "nothing", "figure": "bieu-thu: 1.1"}, {"input": "numerator", "figure": "1.1"}],
)
def test_a_source_without_an_input_or_a_set_is_refused(world: World, named: dict[str, str]) -> None:
    leaf = Criterion.objects.get(criteria_set=world.criteria_set, code="2.1")
    leaf.params = {**leaf.params, "sources": [named]}
    with pytest.raises(RuleErrors) as refused:
        leaf.scoring_method(world.criteria_set)
    assert [each.at.rpartition(".")[0] for each in refused.value.errors] == ["sources.0"]


def test_tasks_are_counted_from_their_rows(world: World, login: Login) -> None:
    parts = ({"input": "numerator", "figure": "tasks: assigned.on_time"},)
    name_sources(world, [*parts, {"input": "denominator", "figure": "tasks: assigned.assigned"}])
    due = date(world.campaign.year, 6, 30)
    for done in (due, due + timedelta(days=1), None):
        Task.objects.create(
            owner=world.commune_a,
            year=world.campaign.year,
            origin="assigned",
            title="Nhiệm vụ được giao",
            deadline_kind="within_month",
            deadline_on=due,
            done_on=done,
        )
    source = shown(login("officer_a"), world)
    assert " 1, " in source
    assert " 3 " in source
    assert save(login("officer_a"), world, "1", "3").status_code == 200
    assert dict(row(world).reported.values_list("input", "value")) == {"numerator": "1", "denominator": "3"}
    assert not [each for each in lint_stored(world.criteria_set) if each.kind == "unknown_source"]
