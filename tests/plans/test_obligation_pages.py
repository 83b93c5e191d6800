"""The pages of the calendar: who sees what, how an obligation is entered, and how what was sent is recorded."""

import html
import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from plans.actions.obligation_tasks import add_year
from plans.actions.obligations import DaySaid
from plans.models import Obligation, Progress, Task
from plans.paper_words import number_and_date
from tests.plans.calendars import QUARTER, YEAR, make_obligation, send, tasks_of
from tests.plans.registering import register
from tests.world import World

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
LIST, NEW = "/obligations/", "/obligations/new/"
HEAD = {"kind": "report", "title": "Báo cáo CCHC", "recipient": "Sở Nội vụ", "first_year": str(YEAR)}


@pytest.fixture(autouse=True)
def _clock_and_language(client: Client) -> Any:
    client.cookies["django_language"] = "en"
    with time_machine.travel("2026-06-01T03:00:00+00:00", tick=False):
        yield


def shown(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def words(answer: Any) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", shown(answer)).split())


def typed(world: World, *rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The form as a browser sends it."""
    found: dict[str, Any] = {**HEAD, "owner": world.district.pk, "days": len(rows), **more}
    for number, row in enumerate(rows, 1):
        found |= {f"day-{number}-year_offset": "0", **{f"day-{number}-{name}": row[name] for name in row}}
    return found


def year(world: World, obligation: Obligation) -> list[Task]:
    add_year(owner=world.district, year=YEAR, by=world.coordinator)
    return tasks_of(obligation)


def test_an_obligation_is_entered_with_its_days_and_a_code_of_its_title(world: World, login: Login) -> None:
    client = login("coordinator")
    rows = ({"label": "quý I", "day": "15", "month": "3", "is_before": "on"}, {"label": ""})
    answer = client.post(NEW, typed(world, *rows), follow=True)
    made = Obligation.objects.get()
    assert (made.code, made.owner) == ("bao_cao_cchc", world.district)
    assert [(day.label, day.day, day.is_before) for day in made.days.all()] == [("quý I", 15, True)]
    assert "quý I: before 15/03" in words(answer)
    assert "from 2025 on" in words(answer)
    client.post(NEW, typed(world, *rows))
    assert set(Obligation.objects.values_list("code", flat=True)) == {"bao_cao_cchc", "bao_cao_cchc_2"}


@pytest.mark.parametrize(
    ("rows", "more", "said"),
    [
        ([], {}, "Give at least one day."),
        ([{"label": "năm", "day": "32", "month": "1"}], {}, "less than or equal to 31"),
        ([{"label": "năm", "day": "1"}], {}, "required"),
        ([{"label": "năm", "day": "1", "month": "2"}] * 2, {}, "Two days have the same name"),
        ([{"label": "năm", "day": "1", "month": "2", "pk": "99"}], {}, "changed meanwhile"),
        ([{"label": "năm", "day": "1", "month": "2"}], {"last_year": "2020"}, "before the first one"),
        ([{"label": "năm", "day": "1", "month": "2"}], {"for_each": "on"}, "Choose the group"),
        ([{"label": "năm", "day": "1", "month": "2"}], {"code": "Báo-cáo"}, "Small letters"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_stays_typed(
    world: World, login: Login, rows: list[dict[str, str]], more: dict[str, str], said: str
) -> None:
    answer = login("coordinator").post(NEW, typed(world, *rows, **more))
    assert answer.status_code == 422
    assert said in shown(answer)
    assert 'value="Báo cáo CCHC"' in shown(answer)
    assert not Obligation.objects.exists()


@pytest.mark.parametrize(
    ("preset", "rows"), [("yearly", 1), ("half_yearly", 2), ("quarterly", 4), ("monthly", 12)]
)
def test_presets_fill_the_days_in_without_saving(world: World, login: Login, preset: str, rows: int) -> None:
    client = login("coordinator")
    sent = typed(world, {"label": "cũ", "day": "1", "month": "1"}, preset=preset, preset_day="10", fill="1")
    answer = client.post(NEW, sent)
    assert answer.status_code == 200
    found = [form.initial for form in answer.context["days"] if form.initial]
    assert [row["day"] for row in found] == [10] * rows
    assert 'value="Báo cáo CCHC"' in shown(answer)
    assert not Obligation.objects.exists()
    back = [{name: str(value) for name, value in row.items()} for row in found]
    client.post(NEW, typed(world, *back))
    assert Obligation.objects.get().days.count() == rows


def test_more_rows_keep_what_is_typed(world: World, login: Login) -> None:
    sent = typed(world, {"label": "năm", "day": "x", "month": ""}, more="1", for_each="on")
    answer = login("coordinator").post(NEW, sent)
    assert [form.initial.get("label") for form in answer.context["days"]] == ["năm", None, None, None, None]
    assert 'name="for_each" id="id_for_each" aria-describedby' not in shown(answer)
    assert answer.context["form"]["for_each"].value()


def test_an_edit_moves_a_day_and_a_stale_one_is_refused(world: World, login: Login) -> None:
    obligation = make_obligation(world, QUARTER)
    url, pk = reverse("obligation_edit", args=[obligation.pk]), obligation.days.get().pk
    client = login("coordinator")
    assert 'value="quý I"' in shown(client.get(url))
    row = {"pk": str(pk), "label": "quý I", "day": "20", "month": "3"}
    sent = typed(world, row, version="1", code="bao_cao")
    assert client.post(url, sent).status_code == 302
    assert obligation.days.get().day == 20
    assert client.post(url, sent | {"title": "Khác"}).status_code == 409
    obligation.refresh_from_db()
    assert obligation.title == "Báo cáo CCHC"
    gone = typed(world, row | {"remove": "on"}, {"label": "năm", "day": "1", "month": "12"}, version="2")
    client.post(url, gone)
    assert [day.label for day in obligation.days.all()] == ["năm"]


def test_what_was_sent_is_recorded_with_its_paper_and_taken_back_with_a_reason(world: World, login: Login) -> None:
    obligation = make_obligation(world, QUARTER)
    task = year(world, obligation)[0]
    document = register(world.district, world.coordinator, number="7/BC", issued_on=date(YEAR, 3, 10))
    url, client = reverse("obligation_sent", args=[task.pk]), login("coordinator")
    assert "7/BC" in shown(client.get(url))
    answer = client.post(url, {"version": task.version, "document": document.pk, "on": "17/03/2025"})
    assert answer.status_code == 302
    entry = Progress.objects.get()
    with override("vi"):
        paper = number_and_date("7/BC", date(YEAR, 3, 10))
    assert (entry.on, entry.paper, entry.document) == (date(YEAR, 3, 17), paper, document)
    listed = words(client.get(LIST, {"year": YEAR}))
    assert f"sent late 17/03/2025 · 2 days late {paper}" in listed
    again = client.post(url, {"version": task.version, "on": "17/03/2025"})
    assert again.status_code == 409
    assert "Someone else has changed this" in shown(again)
    task.refresh_from_db()
    assert client.post(url, {"version": task.version, "reason": " "}).status_code == 422
    client.post(url, {"version": task.version, "reason": "Nhầm kỳ"})
    assert "not sent, overdue 443 days overdue" in words(client.get(LIST, {"year": YEAR}))


def test_the_day_it_was_sent_is_that_of_the_paper_unless_it_is_given(world: World, login: Login) -> None:
    task = year(world, make_obligation(world, QUARTER))[0]
    url, client = reverse("obligation_sent", args=[task.pk]), login("coordinator")
    for sent, said in (
        ({}, "Give the day on which it was sent."),
        ({"on": "01/01/2030"}, "lies in the future"),
        ({"on": "01/03/2025", "issued_on": "02/03/2025"}, "before the date of the paper"),
    ):
        answer = client.post(url, {"version": task.version, **sent})
        assert answer.status_code == 422
        assert said in shown(answer)
    client.post(url, {"version": task.version, "number": "5/BC", "issued_on": "02/03/2025"})
    task.refresh_from_db()
    assert task.done_on == date(YEAR, 3, 2)


def test_a_commune_sees_and_records_its_own_part_of_what_each_sends(world: World, login: Login) -> None:
    obligation = make_obligation(world, QUARTER, lead="G_XA", for_each=True)
    mine, other = year(world, obligation)
    if world.commune_a not in [lead.unit for lead in mine.leads.all()]:
        mine, other = other, mine
    client = login("officer_a")
    page = shown(client.get(LIST, {"year": YEAR}))
    assert reverse("obligation_sent", args=[mine.pk]) in page
    assert reverse("obligation_sent", args=[other.pk]) not in page
    assert client.get(reverse("obligation", args=[obligation.pk])).status_code == 404
    assert client.get(reverse("obligation_sent", args=[other.pk])).status_code == 404
    assert (
        client.post(reverse("obligation_sent", args=[mine.pk]), {"version": 1, "on": "10/03/2025"}).status_code
        == 302
    )
    office = login("coordinator")
    assert "sent on time 1 · sent late 0 · not sent, overdue 1" in words(office.get(LIST, {"year": YEAR}))
    one = words(office.get(reverse("obligation", args=[obligation.pk])))
    assert "2026 2 0 0 2 0" in one
    assert "2025 2 1 0 1 0" in one


def test_the_parent_office_sees_a_calendar_below_it_and_does_not_keep_it(world: World, login: Login) -> None:
    own = make_obligation(world, QUARTER, owner=world.commune_a)
    client = login("coordinator")
    assert own.title not in shown(client.get(LIST, {"year": 2026}))
    listed = client.get(LIST, {"year": "2026", "unit": str(world.commune_a.pk)})
    assert own.title in shown(listed)
    assert reverse("obligation_sent", args=[tasks_of(own, 2026)[0].pk]) not in shown(listed)
    assert own.title in shown(client.get(LIST, {"year": "2026", "unit": "all"}))
    assert own.title not in shown(login("officer_b").get(LIST, {"year": "2026", "unit": "all"}))
    assert "Edit" not in words(login("district_leader").get(reverse("obligation", args=[own.pk])))


def test_the_calendar_is_narrowed_by_lead_and_state_and_its_counts_stay(world: World, login: Login) -> None:
    late = make_obligation(world, QUARTER, lead=world.justice, title="Báo cáo tư pháp")
    make_obligation(world, QUARTER, code="b", lead=world.home_affairs, title="Báo cáo nội vụ")
    send(world, year(world, late)[0], date(YEAR, 3, 20))
    client = login("coordinator")
    page = client.get(LIST, {"year": str(YEAR), "show": "late"})
    assert "Báo cáo tư pháp" in shown(page)
    assert "Báo cáo nội vụ" not in shown(page)
    assert "to be sent 2 sent on time 0 sent late 1 not sent, overdue 1" in words(page)
    led = client.get(LIST, {"year": str(YEAR), "lead": f"u{world.home_affairs.pk}"})
    assert "Báo cáo nội vụ" in shown(led)
    assert "Báo cáo tư pháp" not in shown(led)
    assert client.get(LIST, {"year": "x", "unit": "y", "lead": "z", "show": "q"}).status_code == 200


def test_days_without_tasks_are_told_and_added_at_once(world: World, login: Login) -> None:
    obligation = make_obligation(world, QUARTER)
    client = login("coordinator")
    assert "not in the calendar yet" in words(client.get(LIST, {"year": YEAR}))
    answer = client.post("/obligations/year/", {"year": YEAR}, follow=True)
    assert "1 task was added." in words(answer)
    assert "not in the calendar yet" not in words(answer)
    assert len(tasks_of(obligation)) == 1
    assert "already" in words(client.post("/obligations/year/", {"year": YEAR}, follow=True))
    assert "Choose a year." in words(client.post("/obligations/year/", {"year": "99999"}, follow=True))


def test_the_page_of_a_removal_says_what_goes_and_what_keeps_it(world: World, login: Login) -> None:
    obligation = make_obligation(world, QUARTER)
    url, client = reverse("obligation_remove", args=[obligation.pk]), login("coordinator")
    assert "Its 1 task in the calendar" in words(client.get(url))
    assert client.post(url, {"version": "7"}).status_code == 409
    send(world, year(world, obligation)[0], date(YEAR, 3, 1))
    assert "Give it a last year" in words(client.get(url))
    assert client.post(url, {"version": "1"}).status_code == 409
    other = make_obligation(world, QUARTER, code="b")
    assert client.post(reverse("obligation_remove", args=[other.pk]), {"version": "1"}).status_code == 302
    assert list(Obligation.objects.all()) == [obligation]


def test_the_workbook_has_a_line_for_each_who_sends(world: World, login: Login) -> None:
    obligation = make_obligation(world, QUARTER, lead="G_XA", for_each=True, title="=1+1")
    send(world, year(world, obligation)[0], date(YEAR, 3, 20))
    answer = login("coordinator").get(reverse("obligations_workbook"), {"year": YEAR})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    assert [(row[0], row[3], row[5], row[7], row[9], row[10]) for row in rows] == [
        ("=1+1", "quý I", "15/03/2025", "sent late", "20/03/2025", "5"),
        ("=1+1", "quý I", "15/03/2025", "not sent, overdue", None, None),
    ]
    assert {cell.data_type for row in sheet.iter_rows(min_row=5) for cell in row} <= {"s", "n"}


def test_no_page_grows_with_its_rows(world: World, login: Login) -> None:
    client = login("coordinator")

    def queries(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    first = make_obligation(world, QUARTER, lead=world.justice)
    make_obligation(world, QUARTER, code="moi", lead="G_XA", for_each=True)
    send(world, year(world, first)[0], date(YEAR, 3, 1))
    urls = [f"{LIST}?year={YEAR}", f"{LIST}calendar.xlsx?year={YEAR}", reverse("obligation", args=[first.pk])]
    before = [queries(url) for url in urls]
    for number in range(4):
        more = make_obligation(world, code=f"b{number}", lead=world.justice)
        make_obligation(world, code=f"c{number}", lead="G_XA", for_each=True)
        send(world, year(world, more)[0], date(YEAR, 3, 1))
    assert [queries(url) for url in urls] == before
    assert max(before) <= 24


def test_a_year_at_the_end_of_all_calendars_shows_the_running_one(world: World, login: Login) -> None:
    make_obligation(world, DaySaid(None, "năm", 15, 1, 1))
    for address in (LIST, reverse("obligations_workbook")):
        assert login("coordinator").get(address, {"year": "9999"}).status_code == 200


def test_a_tick_that_was_taken_away_stays_away_when_more_rows_are_asked_for(world: World, login: Login) -> None:
    made = make_obligation(world, QUARTER, lead="G_XA", for_each=True)
    sent = typed(world, {"label": "quý I", "day": "15", "month": "3"}, more="1", version=1)
    form = login("coordinator").post(reverse("obligation_edit", args=[made.pk]), sent).context["form"]
    assert not form["for_each"].value()


def test_only_who_keeps_a_calendar_is_offered_to_add_the_tasks_that_it_lacks(world: World, login: Login) -> None:
    make_obligation(world, QUARTER, owner=world.commune_a)
    offer = reverse("obligations_year")
    below = {"year": YEAR, "unit": world.commune_a.pk}
    assert offer not in shown(login("coordinator").get(LIST, below))
    assert offer in shown(login("officer_a").get(LIST, {"year": YEAR}))


def test_two_days_of_a_group_that_fall_together_stand_below_a_head_each(world: World, login: Login) -> None:
    days = (DaySaid(None, "quý IV", 15, 12), DaySaid(None, "năm", 15, 12))
    made = make_obligation(world, *days, lead="G_XA", for_each=True)
    year(world, made)
    page = shown(login("coordinator").get(reverse("obligation", args=[made.pk]), {"year": YEAR}))
    assert page.count('<tr class="table-section">') == 2


def test_the_code_of_all_obligations_together_is_nobodys(world: World, login: Login) -> None:
    day = {"label": "năm", "day": "15", "month": "12"}
    assert login("coordinator").post(NEW, typed(world, day, code="all")).status_code == 422
    login("coordinator").post(NEW, typed(world, day, title="All"))
    assert Obligation.objects.get().code == "all_2"
