"""The pages of plans, and of their targets and results."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plans.models import Comparator, Plan, PlanKind, Target
from tests.plans.planning import YEAR, judged, make_plan, make_target, put_result, states
from tests.world import World
from units.models import Party

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]


def page(client: Client, name: str, *args: object, query: str = "") -> str:
    """The text of a page in English."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_page_of_a_plan_says_what_was_asked_and_what_came_of_it(world: World, login: Login) -> None:
    plan, by = make_plan(world), world.coordinator
    home = Party.objects.get(owner=world.district, code="614-PNV")
    target = make_target(plan, by, leads=(home,), levels=["department"], exceptions=["không có TTHC"])
    put_result(target, by, Decimal("35.5"), evidence="12/TB-UBND")
    make_target(plan, by, title="Tinh gọn đầu mối", number=None, is_striving=True, horizon=2026, base_year=2021)
    html = page(login("coordinator"), "plan", plan.pk)
    for text in ("≥ 30%", "35.5%", "exceeded", "12/TB-UBND", home.name, "except: không có TTHC"):
        assert text in html
    for text in ("without a number", "not known yet", "striven for", "compared with 2021", "by 2026"):
        assert text in html
    assert html.count("<h1") == 1


def test_the_list_counts_each_plan_apart_and_shows_one_year(world: World, login: Login) -> None:
    own, other = make_plan(world), make_plan(world, kind=PlanKind.SUPERIOR)
    old = make_plan(world, year=YEAR - 1)
    put_result(make_target(own, world.coordinator), world.coordinator, 30)
    make_target(other, world.coordinator)
    client = login("coordinator")
    response = client.get(reverse("plans"))
    found = {plan.pk: (counts.reached, counts.unknown) for plan, _paper, counts in response.context["rows"]}
    assert found == {own.pk: (1, 0), other.pk: (0, 1)}
    response = client.get(reverse("plans"), {"year": YEAR - 1})
    assert [plan for plan, *_rest in response.context["rows"]] == [old]
    assert client.get(reverse("plans"), {"year": "abcd"}).context["year"] == YEAR


def test_nobody_sees_a_plan_of_another_unit_in_the_list(world: World, login: Login) -> None:
    make_plan(world)
    make_plan(world, owner=world.commune_a)
    for name, count in (("officer_b", 0), ("officer_a", 1), ("coordinator", 2), ("outsider", 0)):
        assert len(login(name).get(reverse("plans")).context["rows"]) == count


def test_targets_are_filtered_by_what_came_of_them(world: World, login: Login) -> None:
    plan, by = make_plan(world), world.coordinator
    for title, actual in (("Đạt rồi", 30), ("Chưa đạt", 12), ("Chưa biết", None)):
        target = make_target(plan, by, title=title)
        if actual is not None:
            put_result(target, by, actual)
    client = login("coordinator")
    for show, title in (("reached", "Đạt rồi"), ("unmet", "Chưa đạt"), ("unknown", "Chưa biết")):
        groups = client.get(reverse("plan", args=[plan.pk]), {"show": show}).context["groups"]
        assert [row.judged.target.title for group in groups for row in group.rows] == [title]
    assert "No target fits" in page(client, "plan", plan.pk, query="?show=partial")
    groups = client.get(reverse("plan", args=[plan.pk]), {"show": "nonsense"}).context["groups"]
    assert len(groups[0].rows) == 3


def test_a_plan_is_made_changed_and_deleted(world: World, login: Login) -> None:
    client = login("officer_a")
    columns = {"owner": world.commune_a.pk, "year": YEAR, "kind": "own", "title": "Kế hoạch của xã"}
    response = client.post(reverse("plan_new"), {**columns, "issued_on": "31/12/2024", "number": "9/KH-UBND"})
    plan = Plan.objects.get()
    assert response.url == reverse("plan", args=[plan.pk])  # type: ignore[attr-defined]
    url = reverse("plan_edit", args=[plan.pk])
    change = {**columns, "title": "Kế hoạch CCHC của xã"}
    assert client.post(url, {**change, "version": 9}).status_code == 409
    assert client.post(url, {**change, "title": "", "version": 1}).status_code == 422
    assert client.post(url, {**change, "version": 1}).status_code == 302
    plan.refresh_from_db()
    assert (plan.title, plan.version) == ("Kế hoạch CCHC của xã", 2)
    make_target(plan, world.officer_a)
    assert "Its target goes with it" in page(client, "plan_delete", plan.pk)
    url = reverse("plan_delete", args=[plan.pk])
    assert client.post(url, {"version": 1}).status_code == 409
    assert client.post(url, {"version": 2}).status_code == 302
    assert not Plan.objects.exists()


def test_an_officer_makes_no_plan_of_another_unit(world: World, login: Login) -> None:
    columns = {"owner": world.commune_b.pk, "year": YEAR, "kind": "own", "title": "A"}
    assert login("officer_a").post(reverse("plan_new"), columns).status_code == 422
    assert not Plan.objects.exists()


def test_a_target_is_entered_and_changed(world: World, login: Login) -> None:
    plan = make_plan(world)
    home = Party.objects.get(owner=world.district, code="614-PNV")
    client = login("coordinator")
    columns = {
        "field_title": "Cải cách thể chế",
        "title": "Văn bản được rà soát",
        "comparator": "ge",
        "number": "98,5",
        "measure": "%",
        "levels": ["district", "commune"],
        "exceptions": "mật\r\nkhẩn; hỏa tốc",
        "leads": [home.pk],
    }
    url = reverse("target_new", args=[plan.pk])
    assert "[]" not in page(client, "target_new", plan.pk)
    assert client.post(url, {**columns, "another": "1"}).url == url  # type: ignore[attr-defined]
    target = Target.objects.get()
    assert (target.number, target.exceptions) == (Decimal("98.5"), ["mật", "khẩn", "hỏa tốc"])
    assert list(target.leads.all()) == [home]
    url = reverse("target_edit", args=[target.pk])
    assert "mật\nkhẩn" in client.get(url).content.decode()
    assert client.post(url, {**columns, "version": 3}).status_code == 409
    response = client.post(url, {**columns, "number": "99", "version": 1})
    assert response.url == f"{reverse('plan', args=[plan.pk])}#target-{target.pk}"  # type: ignore[attr-defined]
    url = reverse("target_remove", args=[target.pk])
    assert client.post(url, {"version": 1}).status_code == 409
    assert client.post(url, {"version": 2}).status_code == 302
    assert not Target.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": ""},
        {"number": "1.353"},
        {"number": "9999999999999"},
        {"comparator": "qualitative"},
        {"comparator": "qualitative", "number": "", "source": "bieu: 1.1"},
        {"source": "bieu: 1.1"},
        {"base_year": "21"},
        {"leads": ["999999"]},
        {"levels": ["xom"]},
    ],
)
def test_what_is_wrong_in_a_target_is_refused(world: World, login: Login, wrong: dict[str, str]) -> None:
    plan = make_plan(world)
    columns = {"field_title": "A", "title": "B", "comparator": "ge", "number": "30", "measure": "%"}
    response = login("coordinator").post(reverse("target_new", args=[plan.pk]), {**columns, **wrong})
    assert response.status_code == 422
    assert not Target.objects.exists()


def test_results_are_entered_one_target_after_the_other(world: World, login: Login) -> None:
    plan, by = make_plan(world), world.coordinator
    first, second = make_target(plan, by), make_target(plan, by, number=None, title="Tinh gọn")
    client = login("coordinator")
    url = reverse("target_result", args=[first.pk])
    sent = {"whole-version": 0, "whole-actual": "35,5", "whole-evidence": "12/TB-UBND"}
    news = {f"new-{number}-version": 0 for number in (1, 2, 3)}
    response = client.post(url, {**sent, **news, "next": "1"})
    assert response.url == reverse("target_result", args=[second.pk])  # type: ignore[attr-defined]
    assert "35.5%" in page(client, "target_result", first.pk)
    # The page that was read before the result knows nothing of it.
    response = client.post(url, {**sent, **news, "whole-actual": "20"})
    assert response.status_code == 409
    assert states(plan) == ["exceeded", None]
    url = reverse("target_result", args=[second.pk])
    assert client.post(url, {"whole-version": 0, "whole-said": "nonsense", **news}).status_code == 422
    client.post(url, {"whole-version": 0, "whole-said": "partial", **news})
    assert states(plan) == ["exceeded", "partial"]


def test_a_target_is_divided_into_parts(world: World, login: Login) -> None:
    plan, by = make_plan(world), world.coordinator
    target = make_target(plan, by, number=100, comparator=Comparator.EQUAL)
    client = login("coordinator")
    url = reverse("target_result", args=[target.pk])
    sent = {"whole-version": 0, "new-3-version": 0, "new-1-version": 0, "new-1-actual": "100", "new-2-version": 0}
    assert client.post(url, sent).status_code == 422, "a part has a name"
    sent |= {"new-1-part": "Cơ quan", "new-2-part": "UBND xã", "new-2-actual": "60"}
    assert client.post(url, sent).status_code == 302
    assert states(plan) == ["partial"]
    assert "UBND xã: 60%, not met" in page(client, "plan", plan.pk)
    part = target.results.get(part="UBND xã")
    first = target.results.get(part="Cơ quan")
    sent = {
        "whole-version": 0,
        f"part-{first.pk}-version": 1,
        f"part-{first.pk}-part": "Cơ quan",
        f"part-{first.pk}-actual": "100",
        f"part-{part.pk}-version": 1,
        f"part-{part.pk}-part": "UBND xã",
        f"part-{part.pk}-removed": "on",
        **{f"new-{number}-version": 0 for number in (1, 2, 3)},
    }
    assert client.post(url, sent).status_code == 302
    assert states(plan) == ["met"]


def test_nobody_types_a_value_that_is_reported(world: World, login: Login) -> None:
    plan = make_plan(world)
    target = make_target(plan, world.coordinator, source="bieu-thu: 1.2")
    client = login("coordinator")
    html = page(client, "target_result", target.pk)
    assert 'name="whole-actual"' not in html
    assert "Not reported yet: bieu-thu: 1.2" in html
    sent = {"whole-version": 0, "whole-actual": "99", "whole-note": "Chờ số liệu"}
    assert client.post(reverse("target_result", args=[target.pk]), sent).status_code == 302
    (only,) = judged(plan)
    assert (only.actual, only.state) == (None, None)
    assert only.whole is not None
    assert only.whole.note == "Chờ số liệu"


def test_the_page_of_a_plan_takes_as_many_queries_for_thirty_targets(world: World, login: Login) -> None:
    plan, by = make_plan(world), world.coordinator
    client = login("coordinator")

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            page(client, "plan", plan.pk)
        return len(found)

    put_result(make_target(plan, by), by, 30)
    few = queries()
    for number in range(30):
        target = make_target(plan, by, title=f"Chỉ tiêu {number}")
        put_result(target, by, number)
    assert queries() <= few
