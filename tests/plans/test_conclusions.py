"""Conclusion notices: one numbered item may hold several tasks, orders and requests are told apart."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from parportal.entry.versions import StaleVersion
from plans.actions.conclusions import ConclusionRefused, change_conclusion, code_key, delete_conclusion
from plans.actions.tasks import Item, Parties, change_task, remove_task
from plans.models import Conclusion, Task
from tests.plans.tasks_world import given, make_conclusion, party
from tests.world import World
from units.audit import Action
from units.models import AuditEvent

pytestmark = pytest.mark.any_database


def codes(conclusion: Conclusion) -> list[str]:
    return list(conclusion.directives.values_list("code", flat=True))


def test_items_stand_in_the_order_of_their_numbers() -> None:
    assert sorted(["2.10", "2.5a", "10", "2.4b", "2.4", "1.9"], key=code_key) == [
        "1.9",
        "2.4",
        "2.4b",
        "2.5a",
        "2.10",
        "10",
    ]


def test_an_item_holds_several_tasks_and_goes_with_its_last_one(world: World) -> None:
    notice = make_conclusion(world)
    late, first = (given(world, world.justice, item=Item(notice, code)) for code in ("2.10", "2.4"))
    second = given(world, world.commune_a, item=Item(notice, "2.4"))
    assert codes(notice) == ["2.4", "2.10"]
    assert first.directive == second.directive
    parties = Parties([party(world, world.commune_a)])
    change_task(task=second, parties=parties, item=Item(notice, "3"), version=1, by=world.coordinator)
    remove_task(task=late, version=1, by=world.coordinator)
    assert codes(notice) == ["2.4", "3"]
    assert AuditEvent.objects.about(notice).get().action == Action.TASK_REMOVED


def test_a_unit_sees_a_notice_that_gives_it_a_task_and_of_it_its_own_tasks(
    world: World, login: Callable[[str], Client]
) -> None:
    notice = make_conclusion(world)
    given(world, world.commune_a, item=Item(notice, "1"), title="Việc của A")
    given(world, world.commune_b, item=Item(notice, "2"), title="Việc của B", is_request=True)
    page = login("officer_a").get(reverse("conclusion", args=[notice.pk])).content.decode()
    assert "Việc của A" in page
    assert "Việc của B" not in page
    ((_year, (listed,)),) = login("officer_a").get(reverse("conclusions")).context["years"]
    assert (listed.items, listed.tasks) == (1, 1)
    assert login("justice_officer").get(reverse("conclusion", args=[notice.pk])).status_code == 404
    office = login("coordinator").get(reverse("conclusion", args=[notice.pk])).context
    assert (office["requests"], office["counts"].assigned) == (1, 2)


def test_a_notice_is_entered_with_its_items(world: World, login: Callable[[str], Client]) -> None:
    client = login("coordinator")
    sent = {"owner": world.district.pk, "year": "2025", "session": "Phiên họp", "session_on": "30/01/2025"}
    client.post(reverse("conclusion_new"), sent)
    notice = Conclusion.objects.get()
    url = f"{reverse('task_new')}?conclusion={notice.pk}"
    task = {
        "code": "2.5",
        "title": "Hai kế hoạch",
        "leads": [party(world, world.justice).pk],
        "deadline_kind": "before",
        "deadline_on": "07/02/2025",
        "field_words": "chính quyền số, thủ tục hành chính",
    }
    assert client.post(url, task | {"another": "yes"}).url == url  # type: ignore[attr-defined]
    made = Task.objects.get(directive__code="2.5")
    assert (made.year, made.fields) == (2025, ["chính quyền số", "thủ tục hành chính"])
    assert "06/02/2025" in client.get(reverse("conclusion", args=[notice.pk])).content.decode()
    assert client.post(url, task | {"code": ""}).status_code == 422


def test_a_notice_with_tasks_is_not_deleted_and_its_tasks_follow_its_year(world: World) -> None:
    notice = make_conclusion(world)
    task = given(world, world.justice, item=Item(notice, "1"))
    with pytest.raises(ConclusionRefused):
        delete_conclusion(conclusion=notice, version=1, by=world.coordinator)
    notice.year = 2024
    with pytest.raises(StaleVersion):
        change_conclusion(conclusion=notice, version=7, by=world.coordinator)
    change_conclusion(conclusion=notice, version=1, by=world.coordinator)
    task.refresh_from_db()
    assert task.year == 2024
    remove_task(task=task, version=1, by=world.coordinator)
    delete_conclusion(conclusion=notice, version=2, by=world.coordinator)
    assert not Conclusion.objects.exists()


def test_a_stale_head_is_shown_again(world: World, login: Callable[[str], Client]) -> None:
    notice = make_conclusion(world)
    sent = {"year": "2025", "session": "Phiên họp khác", "version": "9"}
    answer = login("coordinator").post(reverse("conclusion_edit", args=[notice.pk]), sent)
    assert answer.status_code == 409
    assert "Phiên họp khác" in answer.content.decode()
    answer = login("coordinator").post(reverse("conclusion_edit", args=[notice.pk]), sent | {"version": "1"})
    assert answer.status_code == 302
