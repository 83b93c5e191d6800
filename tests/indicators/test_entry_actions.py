"""What is written of a return, apart from the pages."""

from decimal import Decimal

import pytest

from indicators.actions.entries import (
    MOST_LINES,
    Filling,
    RowSaid,
    add_lines,
    filling_of,
    lock_for_saving,
    remove_line,
    save_entry,
    write_entry,
)
from indicators.models import Entry, Period, Return
from indicators.workflow import MoveRefused
from parportal.entry.problems import EntryProblem
from parportal.entry.versions import StaleVersion
from tests.indicators.reporting import indicator, make_period, make_set, return_of
from tests.world import World
from units.models import AuditEvent, User


@pytest.fixture
def period(world: World) -> Period:
    return make_period(world, make_set())


@pytest.fixture
def officer(world: World) -> User:
    return world.fresh("officer_a")


@pytest.fixture
def filling(world: World, period: Period, officer: User) -> Filling:
    return filling_of(lock_for_saving(officer, return_of(period, world.commune_a).pk))


def test_many_rows_can_be_written_with_one_event_of_the_caller(
    period: Period, filling: Filling, officer: User
) -> None:
    changes = []
    for code, value in (("1.1", 10), ("1.2", 8)):
        pk = indicator(period, code).pk
        said = RowSaid(cells={pk: Decimal(value)}, note=" a\r\nb ")
        changes += write_entry(filling=filling, place=(pk, ""), said=said, version=0, by=officer)
    assert {(each.attribute, each.new) for each in changes} == {
        ("value:1.1", "10"),
        ("value:1.2", "8"),
        ("note", "a\nb"),
    }
    assert not AuditEvent.objects.about(filling.return_of).exists()
    assert filling_of(filling.return_of).rows.keys() == filling.rows.keys()


def test_what_is_changed_is_told_from_what_was(period: Period, filling: Filling, officer: User) -> None:
    pk = indicator(period, "2.1").pk
    first = RowSaid({pk: Decimal("12.50")}, note="trước")
    save_entry(filling=filling, place=(pk, ""), said=first, version=0, by=officer)
    same = RowSaid({pk: Decimal("12.5")}, note="trước")
    assert write_entry(filling=filling, place=(pk, ""), said=same, version=1, by=officer) == []
    changes = write_entry(filling=filling, place=(pk, ""), said=RowSaid(note="sau"), version=1, by=officer)
    assert [(each.attribute, each.old, each.new) for each in changes] == [
        ("value:2.1", "12.5", ""),
        ("note", "trước", "sau"),
    ]
    assert filling.version((pk, "")) == 2
    with pytest.raises(StaleVersion):
        write_entry(filling=filling, place=(pk, ""), said=same, version=1, by=officer)


def test_values_stay_in_their_row(period: Period, filling: Filling, officer: User) -> None:
    figure, column = indicator(period, "1.1").pk, indicator(period, "3.a").pk
    table = indicator(period, "3").pk
    for place, cell in (((figure, ""), column), ((table, ""), column), ((table, "xa"), figure)):
        said = RowSaid(cells={cell: Decimal(1)})
        with pytest.raises(EntryProblem):
            write_entry(filling=filling, place=place, said=said, version=0, by=officer)
    assert not Entry.objects.exists()


def test_a_table_has_room_for_so_many_lines(period: Period, filling: Filling, officer: User) -> None:
    table = filling.items[indicator(period, "4").pk]
    added = add_lines(filling=filling, table=table, count=MOST_LINES, by=officer)
    assert added == [str(number) for number in range(1, MOST_LINES + 1)]
    with pytest.raises(EntryProblem):
        add_lines(filling=filling, table=table, count=1, by=officer)
    said = RowSaid(note="thêm")
    with pytest.raises(EntryProblem):
        write_entry(filling=filling, place=(table.pk, "501"), said=said, version=0, by=officer)
    remove_line(filling=filling, place=(table.pk, "7"), by=officer)
    write_entry(filling=filling, place=(table.pk, "501"), said=said, version=0, by=officer)


def test_only_free_lines_come_and_go(period: Period, filling: Filling, officer: User) -> None:
    given = filling.items[indicator(period, "3").pk]
    save_entry(filling=filling, place=(given.pk, "xa"), said=RowSaid(note="a"), version=0, by=officer)
    with pytest.raises(EntryProblem):
        add_lines(filling=filling, table=given, count=1, by=officer)
    for line in ("xa", "huyen", ""):
        with pytest.raises(EntryProblem):
            remove_line(filling=filling, place=(given.pk, line), by=officer)


@pytest.mark.parametrize("name", ["officer_b", "coordinator"])
def test_nobody_else_writes(world: World, period: Period, filling: Filling, name: str) -> None:
    other, pk = world.fresh(name), indicator(period, "1.1").pk
    table = filling.items[indicator(period, "4").pk]
    with pytest.raises(MoveRefused):
        write_entry(filling=filling, place=(pk, ""), said=RowSaid(note="a"), version=0, by=other)
    with pytest.raises(MoveRefused):
        add_lines(filling=filling, table=table, count=1, by=other)
    with pytest.raises(MoveRefused):
        remove_line(filling=filling, place=(table.pk, "1"), by=other)


def test_what_is_submitted_is_not_written(world: World, period: Period, officer: User) -> None:
    Return.objects.update(status="submitted")
    filling = filling_of(lock_for_saving(officer, return_of(period, world.commune_a).pk))
    pk = indicator(period, "1.1").pk
    with pytest.raises(MoveRefused):
        write_entry(filling=filling, place=(pk, ""), said=RowSaid(note="a"), version=0, by=officer)
