"""The board of a period, the list of periods, "My work", and the pages of the roll-up."""

import io
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from indicators.actions.moves import move_return
from indicators.models import Period, PeriodStatus, Return, ReturnStatus
from indicators.period_board import FILTERS, SORTS, BoardRow, board_rows, timeliness
from indicators.roll_up_parts import unit_parts
from indicators.rolling import roll_up
from indicators.work import figures_work
from tests.indicators.reporting import fill, indicator, make_period, make_set, put, return_of
from tests.world import World

pytestmark = pytest.mark.any_database


@pytest.fixture(autouse=True)
def _english(client: Client) -> Iterator[None]:
    client.cookies["django_language"] = "en"
    with override("en"):
        yield


@pytest.fixture
def period(world: World) -> Period:
    """Commune A has reported everything and submitted it; commune B has begun."""
    made = make_period(world, make_set())
    own = return_of(made, world.commune_a)
    fill(own)
    move_return(found=own, name="submit", by=world.officer_a)
    put(return_of(made, world.commune_b), "1.1", 0)
    return made


def row(period: Period, name: str) -> BoardRow:
    rows = {each.found.unit.name: each for each in board_rows(period.returns.all())}
    return rows[name]


def test_how_much_is_reported(period: Period) -> None:
    complete, begun = row(period, "Xã Tân Lập"), row(period, "Xã Đắk Ruồng")
    # Eight figures that are typed, and two tables; what follows from others is not asked for.
    assert (complete.reported, complete.asked) == (10, 10)
    assert (begun.reported, begun.asked) == (1, 10)


def test_how_the_deadline_was_kept(period: Period, world: World) -> None:
    assert timeliness(board_rows(period.returns.all())).in_time == 1
    Period.objects.update(due_at=timezone.now() - timedelta(days=2))
    rows = board_rows(period.returns.all())
    found = timeliness(rows)
    assert (found.in_time, found.late, found.waiting, found.overdue, found.not_begun) == (0, 1, 0, 1, 0)
    late = row(period, "Xã Đắk Ruồng")
    assert (late.badge, late.days_late) == ("overdue", 3)
    return_to_unit = timezone.now() + timedelta(days=1)
    Return.objects.filter(unit=world.commune_b).update(due_at=return_to_unit)
    assert row(period, "Xã Đắk Ruồng").days_late == 0


def test_filters_and_orders_of_the_board(period: Period) -> None:
    rows = board_rows(period.returns.all())
    counts = {name: sum(map(test, rows)) for name, test in FILTERS.items()}
    assert counts == {"": 2, "not-submitted": 1, "late": 0, "submitted": 1, "accepted": 0, "returned": 0}
    names = {name: [each.found.unit.name for each in sorted(rows, key=order)] for name, order in SORTS.items()}
    assert names["reported"] == ["Xã Đắk Ruồng", "Xã Tân Lập"]
    assert names[""] == ["Xã Đắk Ruồng", "Xã Tân Lập"]


def test_the_board_asks_no_query_for_each_unit(client: Client, period: Period, world: World) -> None:
    client.force_login(world.coordinator)
    url = reverse("period", args=[period.pk])
    client.get(url)
    with CaptureQueriesContext(connection) as two:
        client.get(url)
    Return.objects.create(period=period, unit=world.district)
    Return.objects.create(period=period, unit=world.justice)
    with CaptureQueriesContext(connection) as four:
        client.get(url)
    assert len(four) == len(two) <= 16


@pytest.mark.parametrize(
    ("who", "words", "absent"),
    [
        ("coordinator", "Remind the ticked units", "Figures of your unit"),
        ("district_leader", "Units of the period", "Remind the ticked units"),
        ("officer_b", "Figures of your unit", "Xã Tân Lập"),
    ],
)
def test_who_sees_what_of_a_period(
    client: Client, period: Period, world: World, who: str, words: str, absent: str
) -> None:
    client.force_login(world.people[who])
    page = client.get(reverse("period", args=[period.pk])).content.decode()
    assert words in page
    assert absent not in page


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("coordinator", "What your office asks"),
        ("officer_a", "Figures of your unit"),
        ("justice_officer", "No figures are asked for yet"),
    ],
)
def test_the_list_of_periods(client: Client, period: Period, world: World, who: str, words: str) -> None:
    client.force_login(world.people[who])
    assert words in client.get(reverse("periods")).content.decode()


def test_a_period_in_preparation_is_the_offices_alone(client: Client, period: Period, world: World) -> None:
    Period.objects.update(status=PeriodStatus.DRAFT)
    client.force_login(world.officer_a)
    assert "Figures of your unit" not in client.get(reverse("periods")).content.decode()
    assert client.get(reverse("period", args=[period.pk])).status_code == 404


def tasks(world: World, who: str) -> list[tuple[str, int, int]]:
    lists = figures_work(world.fresh(who))
    return [(each.title, task.answered, task.total) for each in lists for task in each.tasks]


def test_my_work(period: Period, world: World) -> None:
    assert tasks(world, "officer_a") == []
    assert tasks(world, "officer_b") == [("Figures to report", 1, 10)]
    assert tasks(world, "coordinator") == [("Figures to accept", 0, 2)]
    own = return_of(period, world.commune_a)
    move_return(found=own, name="send_back", by=world.coordinator, reason="Sai số")
    assert tasks(world, "leader_a") == [("Figures to be corrected", 10, 10)]
    assert tasks(world, "coordinator") == []
    Period.objects.update(status=PeriodStatus.CLOSED)
    assert tasks(world, "leader_a") == []


def test_my_work_shows_figures(client: Client, period: Period, world: World) -> None:
    client.force_login(world.officer_b)
    assert "Figures to report" in client.get(reverse("home")).content.decode()


# Roll-up ------------------------------------------------------------------------------------------------------


def test_the_page_of_the_roll_up(client: Client, period: Period, world: World) -> None:
    client.force_login(world.district_leader)
    url = reverse("roll_up", args=[period.pk])
    page = client.get(url).content.decode()
    assert "2 units are missing" in page
    assert "not reported" in page
    page = client.get(url, {"with": "submitted"}).content.decode()
    assert "1 unit is missing" in page
    assert "Kết hợp: <strong>1</strong> (Xã Tân Lập)" in page
    # Accepted, it counts without further ado.
    move_return(found=return_of(period, world.commune_a), name="accept", by=world.coordinator)
    assert "1 unit is missing" in client.get(url).content.decode()


@pytest.mark.parametrize("name", ["roll_up", "roll_up_parts", "roll_up_workbook"])
def test_the_roll_up_asks_no_query_for_each_unit(client: Client, period: Period, world: World, name: str) -> None:
    client.force_login(world.coordinator)
    parts = [indicator(period, "3").pk] if name == "roll_up_parts" else []
    url = reverse(name, args=[period.pk, *parts])
    period.returns.update(status=ReturnStatus.ACCEPTED)
    client.get(url)
    with CaptureQueriesContext(connection) as two:
        client.get(url)
    for unit in (world.district, world.justice):
        Return.objects.create(period=period, unit=unit, status=ReturnStatus.ACCEPTED)
    with CaptureQueriesContext(connection) as four:
        client.get(url)
    assert len(four) == len(two) <= 19


@pytest.mark.parametrize("code", ["1.1", "1.3", "1.4", "2.2", "2.3", "2.5", "3", "4"])
def test_from_a_sum_to_its_parts(client: Client, period: Period, world: World, code: str) -> None:
    client.force_login(world.coordinator)
    url = reverse("roll_up_parts", args=[period.pk, indicator(period, code).pk])
    page = client.get(url, {"with": "submitted"}).content.decode()
    assert "Xã Tân Lập" in page
    assert "not counted: being filled in" in page


def test_parts_of_what_is_computed(period: Period, world: World) -> None:
    fill(return_of(period, world.commune_b), 2)
    period.returns.update(status=ReturnStatus.ACCEPTED)
    rolled = roll_up(period)
    form = rolled.form
    ratio = unit_parts(rolled, form.items[form.by_code["1.3"].pk])
    assert [(each.text, each.typed, [text for text, _title in each.parts]) for each in ratio] == [
        ("80", "80", ["16", "20"]),
        ("80", "80", ["8", "10"]),
    ]
    derived = unit_parts(rolled, form.items[form.by_code["1.4"].pk])
    assert [each.text for each in derived] == ["4", "2"]
    table = unit_parts(rolled, form.items[form.by_code["3"].pk])
    assert [[line.title for line in each.lines] for each in table] == [["Cấp huyện", "Cấp xã"]] * 2


def test_a_heading_has_no_parts(client: Client, period: Period, world: World) -> None:
    client.force_login(world.coordinator)
    url = reverse("roll_up_parts", args=[period.pk, indicator(period, "1").pk])
    assert client.get(url).status_code == 404
    assert client.get(reverse("roll_up_parts", args=[period.pk, 10**9])).status_code == 404


def test_the_roll_up_as_a_workbook(client: Client, period: Period, world: World) -> None:
    fill(return_of(period, world.commune_b), 2)
    period.returns.update(status=ReturnStatus.ACCEPTED)
    client.force_login(world.coordinator)
    answer = client.get(reverse("roll_up_workbook", args=[period.pk]))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    lines = {cells[0]: cells for cells in book.worksheets[0].iter_rows(min_row=6, values_only=True)}
    assert [str(each) for each in lines["1.1"][4:9]] == ["30", "2", "2", "20", "10"]
    assert Decimal(str(lines["2.1"][4])) == Decimal("37.5")
    assert lines["1.4"][4] == 6
    assert lines["2.3"][7] == "Tổ công nghệ số cộng đồng"
    table = list(book.worksheets[1].iter_rows(min_row=4, values_only=True))
    assert table[-1][2:] == (60, 45)
    assert len(table) == 5
    assert book.worksheets[2].title.startswith("4 ")
    names = [cells[:2] for cells in book.worksheets[2].iter_rows(min_row=4, values_only=True)]
    assert ("All units", "Hộ tịch") in names


def test_only_the_office_sees_sums(client: Client, period: Period, world: World) -> None:
    client.force_login(world.officer_a)
    for name in ("roll_up", "roll_up_workbook"):
        assert client.get(reverse(name, args=[period.pk])).status_code == 403
