"""Tasks that a unit keeps itself, tasks that arose elsewhere, and plans that a lead agency looks at."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from plans.models import DeadlineKind, Origin, Plan, Task
from plans.own_parties import party_of_itself
from plans.task_list import Wanted
from plans.work import tasks_work
from tests.plans.planning import make_plan, make_target
from tests.plans.tasks_world import before, finding, in_days, make_task, party, recurring
from tests.world import World
from units.models import Party
from units.models.units import today

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]


def sent(world: World, **columns: Any) -> dict[str, Any]:
    """What the form of a new task of commune A sends."""
    usual = {"owner": world.commune_a.pk, "year": "2026", "title": "Rà soát", "deadline_kind": "none"}
    return usual | columns


def test_an_officer_enters_changes_and_removes_tasks_of_his_unit(world: World, login: Login) -> None:
    client = login("officer_a")
    due = {"deadline_kind": "by", "deadline_on": "10/3/2026"}
    assert client.post(reverse("task_new"), sent(world, deadline_kind="by")).status_code == 422
    assert client.post(reverse("task_new"), sent(world, **due)).status_code == 302
    task = Task.objects.get()
    assert (task.owner, task.last_day) == (world.commune_a, date(2026, 3, 10))
    assert (
        client.post(reverse("task_edit", args=[task.pk]), sent(world, title="Mới", version=1)).status_code == 302
    )
    assert client.post(reverse("task_remove", args=[task.pk]), {"version": 2}).status_code == 302
    assert not Task.objects.exists()


def test_a_unit_that_names_nobody_leads_its_tasks_itself(world: World, login: Login) -> None:
    client, own = login("officer_a"), party(world, world.commune_a)
    assert list(client.get(reverse("task_new")).context["form"].fields["leads"].queryset) == [own]
    client.post(reverse("task_new"), sent(world))
    assert list(Task.objects.get().leads.all()) == [own]


def test_what_other_offices_call_a_unit_is_not_offered_beside_its_own_name(world: World, login: Login) -> None:
    Party.objects.create(owner=world.commune_b, code="X", name="Xã bạn", unit=world.commune_a)
    form = login("officer_a").get(reverse("task_new")).context["form"]
    assert list(form.fields["leads"].queryset) == [party(world, world.commune_a)]


def test_the_party_of_a_unit_is_made_once_where_none_stands_for_it(world: World, login: Login) -> None:
    Party.objects.filter(unit=world.commune_a).delete()
    client = login("officer_a")
    assert not client.get(reverse("task_new")).context["form"].fields["leads"].queryset.exists()
    for _ in range(2):
        assert client.post(reverse("task_new"), sent(world)).status_code == 302
    made = Party.objects.get(unit=world.commune_a)
    assert (made.owner, made.name) == (world.commune_a, world.commune_a.name)
    assert party_of_itself(world.commune_a) == made
    assert all(list(task.leads.all()) == [made] for task in Task.objects.all())


def test_a_task_of_an_office_may_have_no_lead(world: World, login: Login) -> None:
    login("coordinator").post(reverse("task_new"), sent(world, owner=world.district.pk))
    assert list(Task.objects.get().leads.all()) == []


@pytest.mark.parametrize(
    ("name", "sees", "keeps"),
    [
        ("officer_a", True, True),
        ("leader_a", True, False),
        ("officer_b", False, False),
        ("coordinator", False, False),
    ],
)
def test_who_sees_and_keeps_a_task_of_a_commune(world: World, name: str, sees: bool, keeps: bool) -> None:
    task = make_task(world, owner=world.commune_a)
    user = world.people[name]
    assert (task in Task.objects.visible_to(user), task in Task.objects.kept_by(user)) == (sees, keeps)


def test_an_officer_gives_no_task_of_another_unit(world: World, login: Login) -> None:
    client, plan = login("officer_a"), make_plan(world)
    assert client.post(reverse("task_new"), sent(world, owner=world.commune_b.pk)).status_code == 422
    make_target(plan, world.coordinator, leads=(party(world, world.commune_a),))
    assert client.get(reverse("task_new"), {"plan": plan.pk}).status_code == 403
    assert client.get(reverse("task_new"), {"plan": make_plan(world, owner=world.commune_b).pk}).status_code == 404


def test_what_is_overdue_of_an_own_task_is_told_once(world: World) -> None:
    make_task(world, world.commune_a, owner=world.commune_a, year=today().year, **before(in_days(-2)))
    todo, office = tasks_work(world.officer_a)
    assert (len(todo.tasks), office.tasks) == (1, ())


@pytest.mark.parametrize(
    ("make", "address"), [(recurring, "obligation"), (finding, "inspection")], ids=["calendar", "inspection"]
)
def test_what_arose_elsewhere_leads_there_and_is_not_edited_here(
    world: World, login: Login, make: Callable[[World], Task], address: str
) -> None:
    task, client = make(world), login("coordinator")
    page = client.get(reverse("task", args=[task.pk]))
    above = page.context["above"][address]
    assert reverse(address, args=[above.pk]) in page.content.decode()
    assert not page.context["may_change"]
    assert client.get(reverse("task_edit", args=[task.pk])).status_code == 403
    client.post(reverse("task_remove", args=[task.pk]), {"version": 1})
    assert Task.objects.filter(pk=task.pk).exists()
    assert list(Wanted(origin=task.origin).tasks(world.coordinator)) == [task]


def test_who_only_works_on_a_task_of_a_calendar_is_not_led_to_it(world: World, login: Login) -> None:
    task = recurring(world)
    page = login("officer_a").get(reverse("task", args=[task.pk]))
    assert page.status_code == 200
    assert page.context["above"]["obligation"] is None


def test_the_form_offers_every_kind_of_deadline(world: World, login: Login) -> None:
    form = login("officer_a").get(reverse("task_new")).context["form"]
    assert {value for value, _words in form.fields["deadline_kind"].choices} >= set(DeadlineKind.values)


def test_a_lead_agency_sees_the_plan_and_changes_nothing(world: World, login: Login) -> None:
    plan = make_plan(world)
    other = make_plan(world, kind="superior")
    target = make_target(plan, world.coordinator, leads=(party(world, world.justice),))
    user, client = world.justice_officer, login("justice_officer")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert list(Plan.objects.visible_to(user)) == [plan]
    assert not Plan.objects.editable_by(user).exists()
    page = client.get(reverse("plan", args=[plan.pk]))
    text = page.content.decode()
    assert target.title in text
    for name, pk in (("plan_edit", plan.pk), ("target_new", plan.pk), ("target_edit", target.pk)):
        url = reverse(name, args=[pk])
        assert url not in text
        assert client.get(url).status_code == 403
    assert not page.context["may_give_tasks"]
    assert client.get(reverse("plan", args=[other.pk])).status_code == 404
    assert [each for each, *_rest in client.get(reverse("plans")).context["rows"]] == [plan]


def test_a_member_of_a_leading_group_sees_the_plan_once(world: World) -> None:
    plan = make_plan(world)
    for title in ("Một", "Hai"):
        make_target(plan, world.coordinator, title=title, leads=(party(world, "G_XA"),))
    assert list(Plan.objects.visible_to(world.officer_b)) == [plan]


def test_origins_are_words_in_the_list(world: World, login: Login) -> None:
    recurring(world)
    finding(world)
    client = login("officer_a")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    text = client.get(reverse("tasks")).content.decode()
    with override("en"):
        assert all(f"· {origin.label}" in text for origin in (Origin.OBLIGATION, Origin.FINDING))
    assert "by 15/03/2025" in text
