"""What somebody tries who wants to break the figures, and what two people do at once."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from indicators.actions.moves import move_return
from indicators.figures import blocking
from indicators.models import (
    Check,
    Entry,
    Indicator,
    Period,
    PeriodKind,
    ReturnStatus,
    RollUp,
    Severity,
    Value,
)
from indicators.reading import judged
from indicators.roll_up_parts import unit_parts
from indicators.rolling import roll_up
from tests.indicators.entry_rows import Login, Rows
from tests.indicators.reporting import fill, indicator, make_period, make_set, put, put_line, return_of
from tests.indicators.return_books import accept, download, upload
from tests.world import World
from units.models import Unit

pytestmark = pytest.mark.any_database
D = Decimal


@pytest.fixture
def period(world: World) -> Period:
    return make_period(world, make_set())


@pytest.fixture
def rows(world: World, period: Period, login: Login) -> Rows:
    return Rows(world, period, login("officer_a"))


def accepted(period: Period) -> Period:
    period.returns.update(status=ReturnStatus.ACCEPTED)
    return period


# Written twice -------------------------------------------------------------------------------------------------
def test_a_preview_that_is_accepted_twice_adds_no_line_twice(rows: Rows) -> None:
    book = download(rows.client, rows.reported)
    book.put_line("4", 1, **{"Lĩnh vực": "Hộ tịch", "Tiếp nhận": "7"})
    preview = upload(rows.client, rows.reported, book)
    accept(rows.client, rows.reported, preview)
    accept(rows.client, rows.reported, preview)
    assert Entry.objects.filter(return_of=rows.reported).count() == 1


def add_line(rows: Rows) -> str:
    rows.client.post(reverse("return_line", args=[rows.reported.pk, rows.pk("4")]))
    return Entry.objects.filter(return_of=rows.reported).latest("pk").line


def test_a_line_that_was_removed_does_not_come_back_as_another_one(rows: Rows) -> None:
    old = add_line(rows)
    rows.client.post(reverse("return_line", args=[rows.reported.pk, rows.pk("4"), old]))
    new = add_line(rows)
    assert rows.post("4", old, version=1, **{"4_tiep": "5"}).status_code == 409
    assert rows.cells("4", new) == {}


def test_a_line_with_the_largest_number_leaves_room_for_others(rows: Rows) -> None:
    rows.post("4", "999999", version=0, **{"4_tiep": "5"})
    line = add_line(rows)
    assert rows.post("4", line, version=1, **{"4_tiep": "6"}).status_code == 200


# Wrong figures -------------------------------------------------------------------------------------------------
def test_sums_larger_than_a_column_of_the_database(period: Period, world: World) -> None:
    found = return_of(period, world.commune_a)
    for line in range(1, 21):
        put_line(found, "4", str(line), {"4.ten": "Hộ tịch", "4.tiep": "99999999999999"})
    assert roll_up(accepted(period)).of("4.tiep").number == 20 * D("99999999999999")


def test_parts_of_different_units_do_not_make_an_even_figure(period: Period, world: World) -> None:
    put(return_of(period, world.commune_a), "1.1", 10)
    put(return_of(period, world.commune_b), "1.2", 3)
    figure = roll_up(accepted(period)).of("1.4")
    assert figure.is_uneven
    assert figure.units == 0


def test_a_part_is_rounded_as_its_total_is(period: Period, world: World) -> None:
    put(return_of(period, world.commune_a), "1.1", 800)
    put(return_of(period, world.commune_a), "1.2", 1)
    rolled = roll_up(accepted(period))
    parts = unit_parts(rolled, rolled.form.items[indicator(period, "1.3").pk])
    assert [each.text for each in parts if each.text] == ["0,13"]


# Hostile input ---------------------------------------------------------------------------------------------------
HUGE = "9" * 30


@pytest.mark.parametrize(
    "path",
    [
        "/statistics/returns/{pk}/history/?row=" + "9" * 5000,
        "/statistics/returns/{pk}/history/?row={row}&line=%00",
        f"/statistics/returns/{HUGE}/",
        "/statistics/returns/{pk}/move/?move=%00",
        f"/statistics/{HUGE}/",
        f"/statistics/{HUGE}/sums/",
        "/statistics/{period}/sums/" + HUGE + "/",
        f"/statistics/sets/bieu-thu/{HUGE}/",
        "/statistics/new/?year=" + "9" * 5000,
        f"/sheets/{HUGE}/",
        f"/sheets/{HUGE}/panel/",
    ],
)
@pytest.mark.parametrize("who", ["officer_a", "coordinator"])
def test_no_address_breaks_a_page(rows: Rows, login: Login, who: str, path: str) -> None:
    put(rows.reported, "1.1", 1)
    url = path.format(pk=rows.reported.pk, row=rows.pk("1.1"), period=rows.period.pk)
    assert login(who).get(url).status_code < 500


@pytest.mark.parametrize(
    "path",
    [
        "/sheets/{huge}/rows/1/",
        "/sheets/{sheet}/rows/{huge}/",
        "/statistics/returns/{huge}/rows/1/",
        "/statistics/returns/{pk}/rows/{huge}/",
    ],
)
def test_no_address_breaks_a_save(rows: Rows, path: str) -> None:
    sheet = rows.world.sheet(rows.world.commune_a)
    url = path.format(pk=rows.reported.pk, sheet=sheet.pk, huge=HUGE)
    assert rows.client.post(url, {"version": "0"}).status_code < 500


TYPED = ("NaN", "Infinity", "1e5", "1" * 5000, "0" * 39, "-0", "٣", "1\x00", "0,00001", "99999999999999,9999")


@pytest.mark.parametrize("code", ["1.1", "1.3", "2.1", "2.2", "2.5"])
def test_no_text_breaks_a_row(rows: Rows, code: str) -> None:
    for typed in TYPED:
        assert rows.post(code, value=typed, as_of_on=typed, version=typed).status_code in (400, 409, 422)
        assert rows.post(code, value=typed).status_code in (200, 400, 409, 422)


def test_a_long_table_is_saved_without_a_script(rows: Rows) -> None:
    """Every input of sixty lines with their texts."""
    typed = {f"r{rows.pk('4')}-l{line}-c{rows.pk('4.tiep')}": "5" for line in range(1, 4)}
    typed |= {f"r{rows.pk('4')}-l{line}-version": "0" for line in range(1, 4)}
    typed |= {f"r{rows.pk('4')}-l{line}-note{number}": "" for line in range(60) for number in range(20)}
    url = reverse("return_rows", args=[rows.reported.pk, rows.pk("4")])
    assert rows.client.post(url, typed).status_code == 302
    assert Value.objects.filter(entry__return_of=rows.reported).count() == 3


def test_lines_beyond_those_of_any_table_are_refused_whole(rows: Rows) -> None:
    book = download(rows.client, rows.reported)
    column = book.place(book.table("4"), "Tiếp nhận")
    for number in range(9, 1_100):
        book.table("4")[f"{column}{number}"].value = "1"
    assert upload(rows.client, rows.reported, book).status_code == 422


def test_of_two_returns_before_one_counts_whole(rows: Rows) -> None:
    """Two quarters with days of their own that end on the same one."""
    for number, code in ((3, "1.1"), (2, "1.2")):
        quarter = make_period(rows.world, rows.period.indicator_set, kind=PeriodKind.QUARTER, number=number)
        Period.objects.filter(pk=quarter.pk).update(ends_on=date(2025, 9, 14))
        put(return_of(quarter, rows.world.commune_a), code, 5)
    found = return_of(
        make_period(rows.world, rows.period.indicator_set, kind=PeriodKind.QUARTER, number=4), rows.world.commune_a
    )
    assert len(judged(found).before.whole) == 1


def test_a_warning_about_a_computed_figure_is_explained_where_it_comes_from(world: World) -> None:
    made = make_set()
    Check.objects.create(set=made, code="K6", position=9, rule="1.4 <= 5", severity=Severity.WARNING)
    period = make_period(world, made)
    found = return_of(period, world.commune_a)
    put(found, "1.1", 10)
    put(found, "1.2", 1)
    (finding,) = judged(found).findings
    assert [pk for pk, _line in finding.places] == [indicator(period, code).pk for code in ("1.4", "1.1", "1.2")]
    put(found, "1.2", 1, reason="Mới giao")
    assert blocking([finding], judged(found).rows) == []


def test_two_units_of_one_name_are_two(period: Period, world: World) -> None:
    Unit.objects.filter(pk=world.commune_b.pk).update(name=world.commune_a.name)
    for unit in (world.commune_a, world.commune_b):
        put(return_of(period, unit), "2.2", "1")
    figure = roll_up(accepted(period)).of("2.2")
    assert figure.units == 2
    assert [len(each.units) for each in figure.choices] == [0, 2, 0]


def test_the_latest_figure_of_a_table_counts_units_not_lines(world: World) -> None:
    made = make_set()
    Indicator.objects.filter(set=made, code="4.tiep").update(roll_up=RollUp.LATEST)
    period = make_period(world, made)
    for line in ("1", "2"):
        put_line(return_of(period, world.commune_a), "4", line, {"4.tiep": 5})
    figure = roll_up(accepted(period)).of("4.tiep")
    assert (figure.units, figure.number) == (1, D(5))


def test_a_ratio_of_columns_takes_only_lines_with_both(world: World) -> None:
    made = make_set()
    columns = {each.code: each for each in Indicator.objects.filter(set=made)}
    ratio, above, below = columns["4.rut"], columns["4.xong"], columns["4.tiep"]
    ratio.value_type, ratio.roll_up, ratio.numerator, ratio.denominator = "percent", "ratio", above, below
    ratio.save()
    period = make_period(world, made)
    put_line(return_of(period, world.commune_a), "4", "1", {"4.tiep": 10, "4.xong": 5})
    put_line(return_of(period, world.commune_a), "4", "2", {"4.xong": 3})
    assert roll_up(accepted(period)).of("4.rut").number == 50


def test_figures_that_came_back_meanwhile_are_not_accepted_unread(rows: Rows, login: Login) -> None:
    fill(rows.reported)
    move_return(found=rows.reported, name="submit", by=rows.world.officer_a)
    url = reverse("return_move", args=[rows.reported.pk])
    office = login("coordinator")
    seen = re.findall(r'name="seen" value="([0-9]+)"', office.get(url, {"move": "accept"}).content.decode())
    move_return(found=rows.reported, name="send_back", by=rows.world.coordinator, reason="Xem lại")
    put(rows.reported, "1.1", 999)
    move_return(found=rows.reported, name="submit", by=rows.world.officer_a)
    assert office.post(url, {"move": "accept", "seen": seen[0]}).status_code == 409
    assert rows.reported.status == ReturnStatus.SUBMITTED
