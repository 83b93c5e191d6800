"""The report on administrative reform goes to the unit above: what it answers, and what was received when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from parportal.entry.versions import StaleVersion
from plans.actions.obligation_tasks import add_year
from plans.actions.obligations import DaySaid
from plans.actions.tasks import TaskRefused
from plans.models import Obligation, Standing, Task
from reports.actions.files import keep_file
from reports.actions.sending import send_report
from reports.models import Report, ReportFile, ReportKind, ReportStatus
from reports.periods import Period
from reports.received import received_by
from reports.sending import Chosen, answered_by, best_match, period_of
from reports.workflow import MoveRefused
from tests.plans.calendars import make_obligation, send
from tests.world import World
from units.audit import Action
from units.models import AuditEvent, Notice, Unit

pytestmark = pytest.mark.any_database

IN_TIME, TOO_LATE = datetime(2025, 12, 14, 3, tzinfo=UTC), datetime(2025, 12, 22, 3, tzinfo=UTC)
FIRST, YEAR = DaySaid(None, "Quý I", 20, 3), DaySaid(None, "Năm", 18, 12)


@dataclass(frozen=True)
class Calendar:
    obligation: Obligation
    first: Task
    year: Task


@pytest.fixture
def calendar(world: World) -> Calendar:
    """What the district asks of each commune: the first quarter, and the year by 18/12."""
    made = make_obligation(world, FIRST, YEAR, lead="G_XA", for_each=True, title="Báo cáo công tác CCHC")
    add_year(owner=world.district, year=2025, by=world.coordinator)
    asked = Task.objects.led_by_unit(world.commune_a).filter(due_day__obligation=made, year=2025)
    first, year = asked.order_by("deadline_on")
    return Calendar(made, first, year)


def report_of(unit: Unit, period: str = Period.YEAR, **columns: object) -> Report:
    usual = {"kind": ReportKind.ANNUAL_REPORT, "year": 2025, "issuer": "UBND", "symbol": "BC-UBND", "place": "Xã"}
    usual |= {"abstract": "Kết quả", "signer_title": "CHỦ TỊCH", "recipients": "Lưu: VT", "number": "7"}
    usual |= {"status": ReportStatus.ARCHIVED, "issued_on": date(2025, 12, 12)}
    return Report.objects.create(**usual | {"unit": unit, "period": period} | columns)


def test_what_is_sent_in_time_ends_the_task_of_the_calendar(world: World, calendar: Calendar) -> None:
    found = report_of(world.commune_a)
    tasks = answered_by(found, world.officer_a)
    assert tasks == [calendar.year, calendar.first]
    assert best_match(found, tasks) == calendar.year
    with time_machine.travel(IN_TIME, tick=False):
        send_report(report=found, task=tasks[0], version=found.version, by=world.officer_a)
    found.refresh_from_db()
    calendar.year.refresh_from_db()

    assert (found.sent_to, found.sent_at, found.task) == (world.district, IN_TIME, calendar.year)
    assert calendar.year.done_on == date(2025, 12, 14)
    assert calendar.year.standing(date(2026, 1, 1)) == Standing.ON_TIME
    assert calendar.year.progress.get().paper == "7/BC-UBND ngày 12/12/2025"
    assert AuditEvent.objects.about(found).get().action == Action.REPORT_SENT
    told = Notice.objects.filter(kind=Notice.Kind.REPORT_SENT).values_list("user__username", flat=True)
    assert sorted(told) == ["coordinator", "district_leader"]
    assert Report.objects.visible_to(world.coordinator).filter(pk=found.pk).exists()
    assert not Report.objects.visible_to(world.officer_b).filter(pk=found.pk).exists()


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"status": ReportStatus.APPROVED}, "lưu trữ"),
        ({"number": ""}, "số"),
        ({"kind": ReportKind.PLAN}, "báo cáo"),
    ],
)
def test_only_an_archived_paper_with_its_number_is_sent(world: World, columns: dict[str, str], words: str) -> None:
    found = report_of(world.commune_a, **columns)
    with pytest.raises(MoveRefused):
        send_report(report=found, task=None, version=found.version, by=world.officer_a)
    assert not Report.objects.exclude(sent_at=None).exists()


def test_an_edition_is_sent_once_and_the_first_time_counts(world: World) -> None:
    found = report_of(world.commune_a)
    with time_machine.travel(IN_TIME, tick=False):
        found = send_report(report=found, task=None, version=found.version, by=world.officer_a)
    with pytest.raises(MoveRefused):
        send_report(report=found, task=None, version=found.version, by=world.officer_a)
    Report.objects.update(edition=2)
    with time_machine.travel(TOO_LATE, tick=False):
        found = send_report(report=found, task=None, version=found.version, by=world.officer_a)
    assert found.sent_at == IN_TIME
    with pytest.raises(StaleVersion):
        send_report(report=found, task=None, version=1, by=world.officer_a)


def test_who_received_a_report_sees_nothing_of_a_next_edition_before_it_is_sent(
    world: World, login: Callable[[str], Client]
) -> None:
    found, client = report_of(world.commune_a), login("coordinator")
    first = keep_file(report=found, content=b"%PDF 1", made_as="pdf", by=world.officer_a)
    found = send_report(report=found, task=None, version=found.version, by=world.officer_a)
    Report.objects.update(edition=2, abstract="Số liệu chưa gửi")
    found.refresh_from_db()
    second = keep_file(report=found, content=b"%PDF 2", made_as="pdf", by=world.officer_a)
    ReportFile.objects.update(is_final=True)
    visible = ReportFile.objects.visible_to(world.coordinator)
    assert set(visible) == {first}
    for page in ("/reports/", f"/reports/{found.pk}/"):
        assert "Số liệu chưa gửi" not in client.get(page).content.decode()
    send_report(report=found, task=None, version=found.version, by=world.officer_a)
    assert set(visible.all()) == {first, second}


def test_the_unit_above_reads_the_number_that_was_sent_to_it(world: World, login: Callable[[str], Client]) -> None:
    found, client = report_of(world.commune_a), login("coordinator")
    found = send_report(report=found, task=None, version=found.version, by=world.officer_a)
    Report.objects.update(edition=2, number="88", issued_on=date(2026, 1, 30))
    url = "/reports/received/?year=2025&period=year"
    page = client.get(url).content.decode()
    assert "7/BC-UBND ngày 12/12/2025" in page
    assert "88/BC-UBND" not in page
    assert "30/01/2026" not in page
    send_report(report=found, task=None, version=found.version, by=world.officer_a)
    assert "88/BC-UBND ngày 30/01/2026" in client.get(url).content.decode()


def test_a_task_that_was_recorded_meanwhile_sends_nothing(world: World, calendar: Calendar) -> None:
    found = report_of(world.commune_a)
    (task, _first) = answered_by(found, world.officer_a)
    send(world, calendar.year, date(2025, 12, 1))
    task.refresh_from_db()
    with pytest.raises(TaskRefused):
        send_report(report=found, task=task, version=found.version, by=world.officer_a)
    found.refresh_from_db()
    assert found.sent_at is None


def test_what_a_unit_has_received_by_a_day(world: World, calendar: Calendar) -> None:
    found = report_of(world.commune_a)
    with time_machine.travel(datetime(2025, 12, 19, 3, tzinfo=UTC), tick=False):
        send_report(report=found, task=None, version=found.version, by=world.officer_a)
    chosen = Chosen(2025, Period.YEAR)
    received = received_by(world.district, chosen, date(2025, 12, 19))
    lines = {line.unit: line for line in received.lines}

    assert set(lines) == {world.commune_a, world.commune_b}
    assert lines[world.commune_a].standing == Standing.LATE  # the calendar says 18/12
    assert lines[world.commune_a].days_late == 1
    assert lines[world.commune_a].report == found
    assert lines[world.commune_b].standing == Standing.OVERDUE
    assert (received.counts.late, received.counts.undone) == (1, 1)
    early = received_by(world.district, Chosen(2025, Period.HALF_YEAR), date(2025, 6, 20))
    assert [(line.due, line.standing) for line in early.lines] == [(date(2025, 6, 20), Standing.OPEN)] * 2


def test_what_came_on_paper_is_read_from_the_calendar(world: World, calendar: Calendar) -> None:
    send(world, calendar.first, date(2025, 3, 19))
    received = received_by(world.district, Chosen(2025, Period.FIRST_QUARTER), date(2025, 4, 1))

    assert [line.standing for line in received.lines] == [Standing.OVERDUE, Standing.ON_TIME]
    assert received.lines[1].received == date(2025, 3, 19)


def test_the_number_of_queries_does_not_grow_with_units(world: World, calendar: Calendar) -> None:
    chosen, on = Chosen(2025, Period.YEAR), date(2025, 12, 1)
    with CaptureQueriesContext(connection) as few:
        received_by(world.district, chosen, on)
    for number in range(5):
        unit = Unit.objects.create(
            code=f"9{number}",
            name=f"Xã {number}",
            type="commune",
            parent=world.district,
            valid_from=date(2020, 1, 1),
        )
        report_of(unit, sent_to=world.district, sent_at=IN_TIME)
    with CaptureQueriesContext(connection) as many:
        assert len(received_by(world.district, chosen, on).lines) == 7
    assert len(few) == len(many) <= 6


@pytest.mark.parametrize(
    ("label", "day", "period"),
    [
        ("Quý I", (20, 3), Period.FIRST_QUARTER),
        ("quý II và 6 tháng", (20, 6), Period.HALF_YEAR),
        ("6 tháng đầu năm", (20, 6), Period.HALF_YEAR),
        ("Quý III, 9 tháng", (20, 9), Period.NINE_MONTHS),
        ("Quý III", (20, 9), Period.THIRD_QUARTER),
        ("Năm", (10, 12), Period.YEAR),
        ("Kỳ 1", (15, 3), Period.FIRST_QUARTER),
        ("Kỳ 3", (15, 9), Period.THIRD_QUARTER),
        ("Tháng 1", (20, 1), None),
    ],
)
def test_the_period_that_a_day_of_a_calendar_stands_for(
    world: World, label: str, day: tuple[int, int], period: Period | None
) -> None:
    made = make_obligation(world, DaySaid(None, label, *day), title="Báo cáo cải cách hành chính")
    add_year(owner=world.district, year=2025, by=world.coordinator)
    assert period_of(Task.objects.get(due_day__obligation=made, year=2025)) == period


@pytest.mark.parametrize(
    ("on", "chosen"),
    [
        (date(2025, 12, 20), Chosen(2025, Period.YEAR)),
        (date(2026, 1, 10), Chosen(2025, Period.YEAR)),
        (date(2025, 6, 1), Chosen(2025, Period.HALF_YEAR)),
    ],
)
def test_the_page_begins_with_the_nearest_period(on: date, chosen: Chosen) -> None:
    assert Chosen.nearest(on) == chosen


def test_the_page_of_sending(world: World, calendar: Calendar, login: Callable[[str], Client]) -> None:
    found = report_of(world.commune_a)
    client = login("officer_a")
    url = f"/reports/{found.pk}/send/"
    page = client.get(url).content.decode()
    assert f'<option value="{calendar.year.pk}" selected>' in page

    refused = client.post(url, {"version": found.version, "task": "999999"})
    assert refused.status_code == 409
    assert client.post(url, {"version": found.version, "task": calendar.year.pk}).status_code == 302
    found.refresh_from_db()
    assert found.task == calendar.year
    assert client.post(url, {"version": found.version}).status_code == 409
    assert "data-send" not in client.get(url).content.decode()


def test_the_page_of_what_was_received(world: World, calendar: Calendar, login: Callable[[str], Client]) -> None:
    found = report_of(world.commune_a)
    send_report(report=found, task=None, version=found.version, by=world.officer_a)
    client = login("coordinator")
    page = client.get("/reports/received/?year=2025&period=year").content.decode()

    assert f'href="/reports/{found.pk}/"' in page
    assert client.get("/reports/received/?year=x&period=y&unit=z").status_code == 200
    assert login("officer_a").get("/reports/received/").status_code == 403
