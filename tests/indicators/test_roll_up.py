"""The roll-up of a period: computed in the database, equal to what plain Python makes of the same figures."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.models import (
    Entry,
    Indicator,
    IndicatorSet,
    Period,
    Return,
    ReturnStatus,
    RollUp,
    SetStatus,
    Value,
    ValueType,
)
from indicators.rolling import Rolled, roll_up
from tests.indicators.reporting import fill, make_period, make_set, put, put_line, return_of
from tests.world import World
from units.models import Unit, UnitType

ALL = (ReturnStatus.DRAFT, ReturnStatus.SUBMITTED, ReturnStatus.ACCEPTED)


@pytest.fixture
def period(world: World) -> Period:
    """Commune A reports, commune B twice as much; both are accepted."""
    made = make_period(world, make_set())
    for times, unit in enumerate((world.commune_a, world.commune_b), 1):
        fill(return_of(made, unit), times)
    made.returns.update(status=ReturnStatus.ACCEPTED)
    return made


def number(rolled: Rolled, code: str) -> Decimal | None:
    return rolled.of(code).number


def test_each_kind_of_roll_up(period: Period) -> None:
    rolled = roll_up(period)
    assert number(rolled, "1.1") == 30
    assert number(rolled, "1.2") == 24
    assert number(rolled, "1.3") == 80
    assert number(rolled, "1.4") == 6
    assert number(rolled, "2.1") == Decimal("37.5")
    assert number(rolled, "2.3") is None
    assert rolled.of("2.3").units == 2
    assert number(rolled, "2.4") == 95
    chosen = {each.text: each.units for each in rolled.of("2.2").choices}
    assert chosen == {"Trực tuyến": ("Xã Đắk Ruồng",), "Phát phiếu": (), "Kết hợp": ("Xã Tân Lập",)}


def test_tables_are_summed_by_line_and_by_column(period: Period) -> None:
    rolled = roll_up(period)
    column = rolled.form.by_code["3.a"].pk
    assert rolled.cells[column, "xa"].number == 60
    assert rolled.cells[column, "huyen"].number == 0
    assert number(rolled, "3.a") == 60
    assert rolled.of("3").units == 2
    assert number(rolled, "4.tiep") == 300


def test_free_lines_are_summed_by_their_name(period: Period, world: World) -> None:
    put_line(return_of(period, world.commune_b), "4", "2", {"4.ten": "Đất đai", "4.tiep": 7})
    put_line(return_of(period, world.commune_b), "4", "3", {"4.ten": "HỘ  TỊCH", "4.tiep": 3})
    put_line(return_of(period, world.commune_b), "4", "4", {"4.tiep": 1})
    rolled = roll_up(period)
    received = rolled.form.by_code["4.tiep"].pk
    lines = [(each.name.casefold(), each.sums[received]) for each in rolled.named[rolled.form.by_code["4"].pk]]
    assert sorted(total for _name, total in lines) == [1, 7, 303]
    assert lines[0][0] == ""
    assert number(rolled, "4.tiep") == 311


def test_only_accepted_returns_count_unless_asked_otherwise(period: Period, world: World) -> None:
    period.returns.filter(unit=world.commune_b).update(status=ReturnStatus.SUBMITTED)
    rolled = roll_up(period)
    assert number(rolled, "1.1") == 10
    assert [each.unit for each in rolled.left_out] == [world.commune_b]
    assert number(roll_up(period, (ReturnStatus.SUBMITTED, ReturnStatus.ACCEPTED)), "1.1") == 30


def test_missing_is_not_zero(period: Period, world: World) -> None:
    other = return_of(period, world.commune_b)
    Entry.objects.filter(return_of=other, indicator__code__in=["2.4", "1.1", "2.1"]).delete()
    put(return_of(period, world.commune_a), "2.1", 0)
    rolled = roll_up(period)
    assert number(rolled, "2.4") == 90
    assert number(rolled, "2.1") == 0
    assert rolled.of("2.1").units == 1
    Entry.objects.filter(indicator__code="2.1").delete()
    assert number(roll_up(period), "2.1") is None


def test_a_ratio_takes_only_units_that_reported_both_parts(period: Period, world: World) -> None:
    Entry.objects.filter(return_of__unit=world.commune_b, indicator__code="1.1").delete()
    Entry.objects.filter(return_of__unit=world.commune_a, indicator__code="1.2").update(note="")
    rolled = roll_up(period)
    assert number(rolled, "1.3") == 80
    assert rolled.of("1.3").units == 1
    # What follows from sums of different units says so.
    assert rolled.of("1.4").is_uneven


def test_a_ratio_over_nothing_is_not_reported(period: Period) -> None:
    Value.objects.filter(indicator__code="1.1").update(number=Decimal(0))
    assert number(roll_up(period), "1.3") is None


def test_the_latest_figure_counts_and_names_its_unit(period: Period, world: World) -> None:
    put(return_of(period, world.commune_a), "2.5", 3)
    put(return_of(period, world.commune_b), "2.5", 7)
    late = Entry.objects.filter(return_of__unit=world.commune_b, indicator__code="2.5")
    late.update(as_of_on=period.starts_on)
    found = roll_up(period).of("2.5")
    assert found.number == 3
    assert (found.source, found.units) == (world.commune_a.name, 2)


def test_who_is_asked_follows_from_the_levels(period: Period, world: World) -> None:
    Return.objects.create(period=period, unit=world.district)
    rolled = roll_up(period)
    codes = rolled.form.by_code
    assert rolled.asked[codes["1.1"].pk] == 3
    assert rolled.asked[codes["2.6"].pk] == 1


FIGURES = st.one_of(st.none(), st.integers(0, 10**9), st.decimals(-(10**6), 10**6, places=4))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(figures=st.lists(st.tuples(FIGURES, FIGURES), min_size=2, max_size=2))
def test_the_database_computes_what_python_computes(
    world: World, figures: list[tuple[Decimal | None, Decimal | None]]
) -> None:
    Return.objects.all().delete()
    Period.objects.all().delete()
    IndicatorSet.objects.all().delete()
    period = make_period(world, make_set())
    period.returns.update(status=ReturnStatus.ACCEPTED)
    for unit, (assigned, done) in zip((world.commune_a, world.commune_b), figures, strict=True):
        own = return_of(period, unit)
        for code, figure in (("1.1", assigned), ("1.2", done), ("2.4", done)):
            if figure is not None:
                put(own, code, figure)
        if assigned is not None:
            put_line(own, "4", "1", {"4.tiep": assigned})
            put_line(own, "4", "2", {"4.tiep": 1})
    rolled = roll_up(period)

    def plain(values: list[Decimal | None], how: Callable[[list[Decimal]], Decimal]) -> Decimal | None:
        said = [Decimal(each) for each in values if each is not None]
        return how(said) if said else None

    assigned_all, done_all = [each[0] for each in figures], [each[1] for each in figures]
    total = plain(assigned_all, lambda said: sum(said, Decimal()))
    assert number(rolled, "1.1") == total
    assert number(rolled, "1.2") == plain(done_all, lambda said: sum(said, Decimal()))
    assert number(rolled, "2.4") == plain(done_all, lambda said: sum(said, Decimal()) / len(said))
    lines = sum(each is not None for each in assigned_all)
    assert number(rolled, "4.tiep") == (None if total is None else total + lines)
    both = [(Decimal(a), Decimal(b)) for a, b in figures if a is not None and b is not None]
    above, below = sum((b for _a, b in both), Decimal()), sum((a for a, _b in both), Decimal())
    assert number(rolled, "1.3") == (above / below * 100 if below else None)


def many(world: World, units: int, indicators: int) -> Period:
    """A period of as many communes, each with a figure for each indicator."""
    made = IndicatorSet.objects.create(code="lon", title="Biểu lớn", status=SetStatus.DRAFT)
    kinds = (RollUp.SUM, RollUp.MEAN, RollUp.LATEST)
    asked = Indicator.objects.bulk_create(
        Indicator(
            set=made,
            code=f"1.{place}",
            position=place,
            title=f"Chỉ tiêu {place}",
            value_type=ValueType.INTEGER,
            roll_up=kinds[place % 3],
        )
        for place in range(1, indicators + 1)
    )
    IndicatorSet.objects.update(status=SetStatus.PUBLISHED)
    period = make_period(world, IndicatorSet.objects.get(pk=made.pk))
    period.returns.all().delete()
    communes = Unit.objects.bulk_create(
        Unit(
            code=f"x{place}",
            name=f"Xã {place}",
            type=UnitType.COMMUNE,
            parent=world.district,
            valid_from=world.district.valid_from,
        )
        for place in range(units)
    )
    returns = Return.objects.bulk_create(
        Return(period=period, unit=unit, status=ReturnStatus.ACCEPTED) for unit in communes
    )
    entries = Entry.objects.bulk_create(
        Entry(return_of=each, indicator=indicator) for each in returns for indicator in asked
    )
    Value.objects.bulk_create(
        Value(entry=entry, indicator=entry.indicator, number=Decimal(2)) for entry in entries
    )
    return period


def test_a_hundred_communes_and_a_hundred_and_thirty_indicators(world: World) -> None:
    period = many(world, 100, 130)
    roll_up(period)  # the form is read once in the life of a process
    with CaptureQueriesContext(
        connection,
    ) as queries:
        rolled = roll_up(period)
    assert len(queries) <= 4
    assert number(rolled, "1.3") == 200
    assert number(rolled, "1.1") == 2
    assert rolled.of("1.130").units == 100
