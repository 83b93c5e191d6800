"""One criterion of all units: facts in columns, what stands out, many accepted at once."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scoring.actions.appraisals import AppraisalEntry, save_appraisal
from scoring.models import Appraisal, Score, ScoreSheet, SheetStatus, UnitResult
from scoring.rules import encode
from scoring.settling import self_outcome, settle_row
from tests.scoring.appraising import at_most, submitted
from tests.world import World, unit
from units.audit import Action
from units.models import AuditEvent, UnitType

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]


def url(name: str = "appraisal_by_criterion", code: str = "2.1") -> str:
    return reverse(name, args=["dot-thu", code])


def several(world: World, values: list[int], code: str = "2.1") -> list[Score]:
    """Submitted sheets of as many communes, which handled so many of 29 documents."""
    found = []
    criterion = world.criteria_set.criteria.get(code=code)
    for number, value in enumerate(values):
        commune = unit(f"x{number:03}", f"Xã {number:03}", UnitType.COMMUNE, world.district)
        UnitResult.objects.create(campaign=world.campaign, unit=commune)
        sheet = ScoreSheet.objects.create(
            campaign=world.campaign, unit=commune, status=SheetStatus.UNDER_APPRAISAL
        )
        answers = {"numerator": value, "denominator": 29}
        method = criterion.scoring_method(world.criteria_set)
        outcome = self_outcome(method, "answered", answers)  # type: ignore[arg-type]
        score = Score(sheet=sheet, criterion=criterion, agency=world.justice, state="answered")
        score.answers, score.self_points = encode(answers), outcome.points
        settle_row(score, outcome)
        score.save()
        found.append(score)
    return found


def tokens(client: Client, code: str = "2.1") -> dict[int, str]:
    response = client.get(url(code=code))
    return {each.row.pk: each.token for each in response.context["rows"]}


def send(client: Client, **data: Any) -> Any:
    return client.post(url("appraisal_accept_selected"), data, follow=True)


def test_each_fact_has_its_column_and_what_stands_out_is_marked_in_words(world: World, login: Login) -> None:
    several(world, [20, 21, 22, 23, 24, 2])
    response = login("justice_officer").get(url())
    table = response.context["table"]
    assert table.labels == ("Đã xử lý", "Phải xử lý")
    marked = {each.row.unit: [cell.side for cell in (*each.facts, each.own)] for each in table.rows}
    assert marked["Xã 005"] == [-1, 0, -1]
    assert marked["Xã 000"] == [0, 0, 0]
    html = response.content.decode()
    assert "▼" in html
    assert [each.row.unit for each in login("justice_officer").get(url() + "?show=outliers").context["rows"]] == [
        "Xã 005"
    ]


def test_it_is_sorted_by_unit_self_score_or_deviation(world: World, login: Login) -> None:
    several(world, [20, 25, 22, 23, 2, 24])
    client = login("justice_officer")

    def first(sort: str) -> list[str]:
        return [each.row.unit for each in client.get(f"{url()}?sort={sort}").context["rows"]][:2]

    assert first("unit") == ["Xã 000", "Xã 001"]
    assert first("self") == ["Xã 004", "Xã 000"]
    assert first("deviation")[0] == "Xã 004"
    assert first("anything") == ["Xã 000", "Xã 001"]


def test_a_hundred_rows_cost_as_many_queries_as_one(world: World, login: Login) -> None:
    several(world, list(range(1, 29)) * 3)
    client = login("justice_officer")
    client.get(url())
    with at_most(12):
        response = client.get(url())
    assert len(response.context["rows"]) == 84


def test_the_chosen_are_accepted_only_after_a_look_at_what_that_gives(world: World, login: Login) -> None:
    rows = several(world, [29, 29, 0])
    client = login("justice_officer")
    found = tokens(client)
    chosen = [found[row.pk] for row in rows[:2]]
    response = send(client, row=chosen)
    assert response.status_code == 200
    assert response.context["sum"] == "4,00"
    assert not Appraisal.objects.exists()
    send(client, row=chosen, confirmed="1")
    assert {each.score_id: each.points for each in Appraisal.objects.all()} == {
        row.pk: Decimal(2) for row in rows[:2]
    }
    events = AuditEvent.objects.filter(action=Action.APPRAISAL_SAVED)
    assert {event.scope_id for event in events} == {row.sheet_id for row in rows[:2]}
    for row in rows[:2]:
        assert UnitResult.objects.get(unit=row.sheet.unit_id).earned_points == Decimal(2)


def test_what_changed_meanwhile_is_left_and_named(world: World, login: Login) -> None:
    rows = several(world, [29, 29, 0])
    client = login("justice_officer")
    found = tokens(client)
    entry = AppraisalEntry(points=Decimal(1), reason="Thiếu")
    score = Score.objects.select_related("sheet__campaign__criteria_set", "criterion").get(pk=rows[0].pk)
    save_appraisal(score=score, entry=entry, version=0, by=world.coordinator)
    response = send(client, row=list(found.values()), confirmed="1")
    html = response.content.decode()
    assert "Xã 000" in html
    assert Appraisal.objects.get(score=rows[0]).points == Decimal(1)
    assert Appraisal.objects.get(score=rows[2]).points == Decimal(0)
    # Chosen as it stands now, it is given the self-score after all.
    send(client, row=[tokens(client)[rows[0].pk]], confirmed="1")
    again = Appraisal.objects.get(score=rows[0])
    assert (again.points, again.version, again.by) == (Decimal(2), 2, world.justice_officer)


def test_a_claim_is_not_accepted_with_the_others(world: World, login: Login) -> None:
    submitted(world)
    client = login("coordinator")
    pk = world.score(world.commune_a, "3").pk
    response = client.post(url("appraisal_accept_selected", "3"), {"row": [f"{pk}-2-0"], "confirmed": "1"})
    assert response.status_code == 302
    assert not Appraisal.objects.exists()


@pytest.mark.parametrize("row", [[], ["x"], ["999999-1-0"], ["--"], ["٣-1-1"]])
def test_rows_that_are_none_are_asked_for_again(world: World, login: Login, row: list[str]) -> None:
    several(world, [29])
    response = send(login("justice_officer"), row=row, confirmed="1")
    assert response.status_code == 200
    assert not Appraisal.objects.exists()


def test_rows_of_another_criterion_or_agency_are_not_reached(world: World, login: Login) -> None:
    submitted(world)
    other = world.score(world.commune_a, "1.1")
    send(login("justice_officer"), row=[f"{other.pk}-{other.version}-0"], confirmed="1")
    assert not Appraisal.objects.exists()
    assert login("district_leader").post(url("appraisal_accept_selected")).status_code == 403
