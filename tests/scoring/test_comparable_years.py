"""Last year's value of a row that scores a change: found, merged, proposed, and shown to who appraises."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from scoring.actions.scores import RowEntry, save_score
from scoring.comparable import Base, bases_of
from scoring.models import Appraisal, Campaign, Score, ScoreSheet
from scoring.rules import LeafState, Value
from tests.conftest import forget_sets
from tests.world import World, submit, unit
from units.models import Lineage, Unit, UnitType

PARAMS: dict[str, Any] = {
    "label": "Số sáng kiến được công nhận",
    "kind": "integer",
    "unchanged": "1",
    "merged": "sum",
}


@pytest.fixture
def world(world: World) -> World:
    """Criterion 3 compares with last year."""
    world.criteria_set.criteria.filter(code="3").update(method="change", params=PARAMS)
    return world


def merges_by(world: World, rule: str) -> None:
    world.criteria_set.criteria.filter(code="3").update(params={**PARAMS, "merged": rule})


def earlier(world: World, year: int, values: Mapping[Unit, int | None], **columns: Any) -> Campaign:
    """A published campaign of an earlier year with these values at criterion 3; None was not answered."""
    fields: dict[str, Any] = {"status": "published", "published_at": timezone.now(), "owner": world.district}
    campaign = Campaign.objects.create(
        code=f"dot-{year}-{Campaign.objects.count()}",
        title=f"Đợt {year}",
        criteria_set=world.criteria_set,
        year=year,
        **fields | columns,
    )
    leaf = world.criteria_set.criteria.get(code="3")
    for where, value in values.items():
        sheet = ScoreSheet.objects.create(campaign=campaign, unit=where, status="published")
        answers = {} if value is None else {"current": value, "has_base": "no"}
        state = LeafState.NOT_ANSWERED if value is None else LeafState.ANSWERED
        Score.objects.create(
            sheet=sheet, criterion=leaf, state=state.value, answers=answers, counted_max_points=leaf.max_points
        )
    return campaign


def went_into(world: World, successor: Unit, *names: str, kind: str = "merged") -> list[Unit]:
    """Communes of before that went into one of today."""
    old = []
    for number, name in enumerate(names):
        before = unit(f"234{number:02}", name, UnitType.COMMUNE, world.district)
        before.valid_to = date(2024, 6, 30)
        before.save()
        Lineage.objects.create(predecessor=before, successor=successor, kind=kind)
        old.append(before)
    return old


def base(world: World) -> Base:
    score = world.score(world.commune_a, "3")
    method = score.criterion.scoring_method(score.sheet.campaign.criteria_set)
    return bases_of(score.sheet.campaign, [(world.commune_a.pk, score, method)])[score.pk]


def test_the_last_published_year_in_which_the_unit_has_a_value_is_the_base(world: World) -> None:
    earlier(world, 2021, {world.commune_a: 5})
    earlier(world, 2022, {world.commune_a: 7, world.commune_b: 9})
    earlier(world, 2023, {world.commune_a: None, world.commune_b: 9})
    assert base(world) == Base(Decimal(7), 2022, "Đợt 2022")


@pytest.mark.parametrize("columns", [{"status": "closed", "published_at": None}, {"training": True}])
def test_what_is_not_published_or_only_training_is_no_base(world: World, columns: dict[str, Any]) -> None:
    earlier(world, 2023, {world.commune_a: 5}, **columns)
    assert base(world).value is None


def test_neither_a_later_year_nor_another_owner_is_a_base(world: World) -> None:
    earlier(world, 2025, {world.commune_a: 5})
    earlier(world, 2023, {world.commune_a: 6}, owner=world.province)
    assert base(world).value is None


def test_the_predecessor_of_the_owner_counts_as_the_owner(world: World) -> None:
    earlier(world, 2023, {world.commune_a: 6}, owner=world.province)
    Lineage.objects.create(predecessor=world.province, successor=world.district, kind="renamed")
    assert base(world).value == 6


def test_what_the_appraisal_found_is_the_value_and_bare_points_leave_it(world: World) -> None:
    campaign = earlier(world, 2023, {world.commune_a: 6})
    score = campaign.sheets.get().scores.get()
    columns: dict[str, Any] = {"score": score, "by": world.coordinator, "points": Decimal(1)}
    Appraisal.objects.create(**columns, round="first", answers={"current": 4, "has_base": "no"})
    assert base(world).value == 4
    Appraisal.objects.create(**columns, round="council", answers={})
    assert base(world).value == 6
    Appraisal.objects.filter(round="council").update(state="not_applicable")
    assert base(world).value is None


@pytest.mark.parametrize(
    ("rule", "values", "expected"),
    [
        ("sum", (4, 7), Decimal(11)),
        ("mean", (4, 7), Decimal(6)),  # 5.5, to the whole number that the input takes
        ("none", (4, 7), None),
        ("sum", (4, None), None),
    ],
)
def test_units_that_merged_follow_the_rule_of_the_criterion(
    world: World, rule: str, values: tuple[int, int | None], expected: Decimal | None
) -> None:
    merges_by(world, rule)
    old = went_into(world, world.commune_a, "Xã Một", "Xã Hai")
    earlier(world, 2023, dict(zip(old, values, strict=True)))
    assert base(world).value == expected


def test_one_predecessor_alone_needs_no_rule_unless_it_was_only_a_part(world: World) -> None:
    merges_by(world, "none")
    (old,) = went_into(world, world.commune_a, "Xã Một", kind="renamed")
    earlier(world, 2023, {old: 8})
    assert base(world).value == 8
    Lineage.objects.update(kind="partial")
    assert base(world).value is None


def test_the_own_value_of_a_later_year_goes_before_those_of_predecessors(world: World) -> None:
    old = went_into(world, world.commune_a, "Xã Một", "Xã Hai")
    earlier(world, 2022, dict.fromkeys(old, 3))
    earlier(world, 2023, {world.commune_a: 10})
    assert base(world) == Base(Decimal(10), 2023, "Đợt 2023")


# On the pages -------------------------------------------------------------------------------------------------
Login = Callable[[str], Client]


def row_of(client: Client, world: World) -> str:
    """Row 3 of commune A's sheet, as HTML."""
    page = client.get(reverse("sheet", args=[world.sheet(world.commune_a).pk])).content.decode()
    criterion = world.score(world.commune_a, "3").criterion_id
    return page.split(f'id="row-{criterion}"')[1].split("</form>")[0]


def value_of(row: str, name: str) -> str:
    """What stands in an input of the row, or is chosen there."""
    if found := re.search(rf'<input[^>]*name="r\d+-answer-{name}"[^>]*value="([^"]*)"', row):
        return found[1]
    (options,) = re.findall(rf'<select name="r\d+-answer-{name}".*?</select>', row, re.DOTALL)
    chosen = re.search(r'<option value="([^"]*)" selected', options)
    return chosen[1] if chosen else ""


def test_the_sheet_proposes_the_recorded_value_and_the_row_stays_open(world: World, login: Login) -> None:
    earlier(world, 2023, {world.commune_a: 12})
    client = login("officer_a")
    row = row_of(client, world)
    assert [value_of(row, name) for name in ("current", "has_base", "previous")] == ["", "yes", "12"]
    assert "data-open" in row.split(">")[0]
    assert "2023" in row
    score = world.score(world.commune_a, "3")
    url = reverse("sheet_row", args=[score.sheet_id, score.criterion_id])
    proposals = {"answer-has_base": "yes", "answer-previous": "12"}
    sent = {**proposals, **{f"proposed-{name}": value for name, value in proposals.items()}, "note": "Sẽ bổ sung"}
    assert client.post(url, {**sent, "version": "1"}).status_code == 200
    score = world.score(world.commune_a, "3")
    assert (score.state, score.note) == ("not_answered", "Sẽ bổ sung")
    assert client.post(url, {**sent, "version": "2", "answer-current": "15"}).status_code == 200
    score = world.score(world.commune_a, "3")
    assert score.answers == {"current": 15, "has_base": "yes", "previous": 12}
    assert score.self_points == Decimal(2)


def test_without_a_base_the_sheet_proposes_to_say_so(world: World, login: Login) -> None:
    row = row_of(login("officer_a"), world)
    assert [value_of(row, name) for name in ("has_base", "previous")] == ["no", ""]
    assert "row-base" in row


def test_another_base_than_the_recorded_one_is_marked_for_the_appraiser(world: World, login: Login) -> None:
    earlier(world, 2023, {world.commune_a: 12, world.commune_b: 3})
    facts: dict[str, Value] = {"current": 15, "has_base": "yes", "previous": 10}
    entry = RowEntry(LeafState.ANSWERED, facts)
    save_score(score=world.score(world.commune_a, "3"), entry=entry, version=1, by=world.officer_a)
    sheet = submit(world, world.commune_a)
    client = login("coordinator")
    sections = client.get(reverse("appraisal", args=[sheet.pk])).context["sections"]
    (row,) = (row for section in sections for group in section.groups for row in group.rows if row.code == "3")
    assert row.differs_from_base
    by_criterion = client.get(reverse("appraisal_by_criterion", args=["dot-thu", "3"])).content.decode()
    assert row.base in by_criterion


def test_a_base_costs_two_queries_and_a_sheet_without_such_a_row_none(world: World, login: Login) -> None:
    earlier(world, 2023, {world.commune_a: 12})
    client, url = login("officer_a"), reverse("sheet", args=[world.sheet(world.commune_a).pk])

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    queries()  # sessions and content types
    with_base = queries()
    world.criteria_set.criteria.filter(code="3").update(method="points", params={})
    forget_sets()
    queries()
    assert with_base - queries() == 2
