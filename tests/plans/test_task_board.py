"""The board by lead unit, its drill down, its workbook, and the pages of tasks."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from plans.counting_tasks import TaskCounts
from plans.models import DeadlineKind, Origin, Plan, Progress, Standing, Task
from plans.task_board import board_of
from plans.task_list import Wanted, plan_tasks
from plans.work import tasks_work
from tests.plans.tasks_world import YEAR, before, in_days, make_task, party
from tests.world import World
from units.models import Notice
from units.models.units import today

pytestmark = pytest.mark.any_database

LATE: dict[str, Any] = {**before(in_days(-9)), "done_on": in_days(-2)}


def rows(world: World) -> dict[str, TaskCounts]:
    with override("en"):
        board = board_of(Task.objects.filter(owner=world.district), today())
    return {row.lead.name: row.counts for row in board.rows}


def test_a_group_counts_for_each_member_and_a_task_once_in_the_total(world: World) -> None:
    make_task(world, "G_XA", world.commune_a, **before(in_days(-1)))
    make_task(world, world.justice, **LATE)
    make_task(world)
    assert rows(world) == {
        "Phòng Tư pháp": TaskCounts(late=1),
        "Xã Đắk Ruồng": TaskCounts(undone=1),
        "Xã Tân Lập": TaskCounts(undone=1),
        "no lead named": TaskCounts(open=1),
    }
    assert list(rows(world))[-1] == "no lead named"
    total = board_of(Task.objects.filter(owner=world.district), today()).total
    assert total == TaskCounts(late=1, undone=1, open=1)


def test_each_figure_leads_to_its_tasks(world: World, login: Callable[[str], Client]) -> None:
    make_task(world, "G_XA", **before(in_days(-1)), title="Việc chung")
    make_task(world, world.commune_a, title="Việc riêng")
    page = login("coordinator").get(reverse("task_board"), {"year": str(YEAR), "origin": Origin.ASSIGNED.value})
    cells = {row["name"]: row["cells"] for row in page.context["rows"]}
    number, url, is_alarm, _head = cells["Xã Tân Lập"][3]
    assert (number, is_alarm) == (1, True)
    listed = login("coordinator").get(url)
    assert [line.task.title for line in listed.context["lines"]] == ["Việc chung"]
    assert cells["Xã Tân Lập"][0][0] == len(login("coordinator").get(cells["Xã Tân Lập"][0][1]).context["lines"])


@pytest.mark.parametrize("lead", ["none", "p", "uX", "u999999", "u12345678901234567890"])
def test_a_lead_of_the_address_that_is_nobody_harms_nothing(
    world: World, login: Callable[[str], Client], lead: str
) -> None:
    make_task(world, world.commune_a)
    asked = {"lead": lead, "year": "20x5", "origin": "?", "show": "?", "page": "x"}
    assert login("coordinator").get(reverse("tasks"), asked).status_code == 200


def test_the_workbook_holds_the_counts_and_the_tasks(world: World, login: Callable[[str], Client]) -> None:
    make_task(world, world.justice, **LATE, title="=1+1")
    answer = login("district_leader").get(reverse("task_workbook"), {"year": YEAR})
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    counted, listed = book.worksheets
    assert [cell.value for cell in counted[5]] == ["Phòng Tư pháp", 1, 0, 1, 0, 0, 100]
    assert [cell.value for cell in listed[5]][1] == "=1+1"
    assert listed["B5"].data_type == "s"


def test_no_page_grows_with_its_rows(world: World, login: Callable[[str], Client]) -> None:
    pages = (reverse("tasks"), reverse("task_board"), reverse("home"), reverse("conclusions"))
    client = login("coordinator")

    def cost() -> list[int]:
        found = []
        for url in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            found.append(len(queries))
        return found

    year = today().year
    make_task(world, world.home_affairs, "G_XA", **before(in_days(-1)), year=year)
    first = cost()
    for _ in range(12):
        make_task(world, world.justice, "G_XA", **before(in_days(-1)), year=year)
    assert cost() == first


def test_a_plan_shows_its_tasks(world: World, django_assert_max_num_queries: Any) -> None:
    plan = Plan.objects.create(owner=world.district, year=YEAR, title="Kế hoạch CCHC")
    for _ in range(3):
        make_task(world, world.justice, plan=plan, origin=Origin.PLAN)
    with django_assert_max_num_queries(6):
        found = plan_tasks(plan, world.fresh("coordinator"))
    assert (len(found["task_lines"]), found["task_counts"].open, found["may_give_tasks"]) == (3, 3, True)
    assert plan_tasks(plan, world.officer_a)["task_lines"] == []


def test_my_work_shows_the_most_urgent_first_and_nothing_that_is_done(world: World) -> None:
    year = today().year
    make_task(world, world.commune_a, year=year, title="Không hạn")
    make_task(world, world.commune_a, year=year, title="Sắp tới", **before(in_days(4)))
    make_task(world, world.commune_a, year=year, title="Quá hạn", **before(in_days(-4)))
    make_task(world, world.commune_a, year=year, title="Xong", **LATE)
    make_task(world, world.commune_a, year=year - 2, title="Đã lâu")
    todo, office = tasks_work(world.officer_a)
    assert [task.title for task in todo.tasks] == ["Quá hạn", "Sắp tới", "Không hạn"]
    assert [task.badge for task in todo.tasks] == ["overdue", "waiting", "waiting"]
    assert office.tasks == ()
    _todo, office = tasks_work(world.coordinator)
    assert [task.badge for task in office.tasks] == ["overdue"]


def test_progress_is_reported_and_taken_back_on_the_page(world: World, login: Callable[[str], Client]) -> None:
    task = make_task(world, world.commune_a, **before(in_days(3)))
    client, page = login("officer_a"), reverse("task", args=[task.pk])
    url = reverse("task_progress", args=[task.pk])
    day = f"{today():%d/%m/%Y}"
    for wrong in (
        {"on": ""},
        {"on": day},
        {"on": f"{in_days(1):%d/%m/%Y}", "text": "x"},
        {"on": day, "percent": "100"},
    ):
        assert client.post(url, wrong | {"version": "1"}).status_code == 422
    assert client.post(url, {"on": day, "percent": "40", "version": "3"}).status_code == 409
    assert client.post(url, {"on": day, "percent": "40", "version": "1"}).status_code == 302
    assert "40 %" in client.get(page).content.decode()
    assert client.post(url, {"on": day, "is_done": "on", "version": "2"}).status_code == 302
    assert client.get(page).context["line"].standing == Standing.ON_TIME
    again = reverse("task_reopen", args=[task.pk])
    assert client.post(again, {"reason": "", "version": "3"}).status_code == 422
    assert client.post(again, {"reason": "Nhầm", "version": "3"}).status_code == 302
    assert Task.objects.get().done_on is None
    assert list(Progress.objects.values_list("is_done", flat=True)) == [False, False]


def test_a_task_of_the_superior_is_given_and_changed(world: World, login: Callable[[str], Client]) -> None:
    client = login("coordinator")
    lead = party(world, world.justice).pk
    sent = {
        "owner": world.district.pk,
        "year": "2025",
        "title": "Rà soát",
        "deadline_kind": "within_month",
        "deadline_on": "05/02/2025",
        "leads": [lead],
        "cooperating": [],
    }
    for wrong in (
        {"deadline_on": ""},
        {"deadline_kind": "none"},
        {"deadline_kind": "season"},
        {"cooperating": [lead]},
    ):
        assert client.post(reverse("task_new"), sent | wrong).status_code == 422
    assert client.post(reverse("task_new"), sent).status_code == 302
    task = Task.objects.get()
    assert (task.deadline_kind, f"{task.deadline_on}") == (DeadlineKind.WITHIN_MONTH, "2025-02-28")
    edit = reverse("task_edit", args=[task.pk])
    assert client.get(edit).context["form"].initial["leads"] == [party(world, world.justice)]
    changed = sent | {"deadline_kind": "season", "season": "Tết", "deadline_on": ""}
    assert client.post(edit, changed | {"version": "7"}).status_code == 409
    assert client.post(edit, changed | {"version": "1"}).status_code == 302
    task.refresh_from_db()
    assert (task.season, task.deadline_on, task.version) == ("Tết", None, 2)
    removed = client.post(reverse("task_remove", args=[task.pk]), {"version": "2"})
    assert removed.url == reverse("tasks")  # type: ignore[attr-defined]


def test_people_are_reminded_once_it_is_confirmed(world: World, login: Callable[[str], Client]) -> None:
    mine = make_task(world, world.commune_a, **before(in_days(-1)))
    done = make_task(world, world.justice, **LATE)
    client, url = login("coordinator"), reverse("tasks_remind")
    sent = {"tasks": [mine.pk, done.pk, "x"], "back": "/tasks/?year=2025"}
    page = client.post(url, sent)
    assert [people for _line, people in page.context["lines"]] == [[world.leader_a, world.officer_a]]
    assert not Notice.objects.filter(kind=Notice.Kind.REMINDED).exists()
    answer = client.post(url, sent | {"confirmed": "yes", "note": "Gấp"})
    assert answer.url == "/tasks/?year=2025"  # type: ignore[attr-defined]
    told = Notice.objects.filter(kind=Notice.Kind.REMINDED)
    assert {each.user.username for each in told} == {"officer_a", "leader_a"}
    assert "Gấp" in told[0].subject
    nothing = client.post(url, {"back": "https://example.org/tasks/"})
    assert nothing.url == reverse("tasks")  # type: ignore[attr-defined]


def test_what_the_address_narrows_to_is_seen_by_those_it_concerns_only(world: World) -> None:
    make_task(world, world.commune_a)
    make_task(world, world.commune_b)
    assert Wanted(mine=True).tasks(world.officer_a).count() == 1
    assert Wanted(mine=True).tasks(world.coordinator).count() == 0
    assert Wanted().tasks(world.outsider).count() == 0
