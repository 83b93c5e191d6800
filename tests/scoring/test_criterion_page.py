"""The page of one criterion of a draft: typed as an officer types, saved as it goes, errors at their inputs."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scoring.actions.criteria import new_version
from scoring.models import CriteriaSet, Criterion
from scoring.rules import METHODS
from tests.scoring.page_forms import PageForm
from tests.scoring.typed_methods import TYPED
from tests.world import World

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _english(client: Client) -> None:
    client.cookies["django_language"] = "en"


@pytest.fixture
def draft(world: World) -> CriteriaSet:
    """Version 2 of the set of the world, as its coordinator began it."""
    return new_version(criteria_set=world.criteria_set, by=world.coordinator)


@pytest.fixture
def coordinator(login: Login, draft: CriteriaSet) -> Client:
    return login("coordinator")


def criterion(draft: CriteriaSet, code: str) -> Criterion:
    return draft.criteria.get(code=code)


def url(draft: CriteriaSet, code: str, name: str = "criterion_edit") -> str:
    return reverse(name, args=[draft.code, draft.version, criterion(draft, code).pk])


def text_of(response: Any) -> str:
    return str(response.content.decode())


def form_of(client: Client, draft: CriteriaSet, code: str) -> PageForm:
    response = client.get(url(draft, code))
    assert response.status_code == 200
    return PageForm(text_of(response), "criterion-form")


def chosen(client: Client, draft: CriteriaSet, code: str, method: str) -> PageForm:
    """The form after another method was chosen in it, without JavaScript."""
    form = form_of(client, draft, code).fill({"method": method})
    response = client.post(url(draft, code), form.data("method"))
    assert response.status_code == 200
    return PageForm(text_of(response), "criterion-form")


def with_rows(client: Client, draft: CriteriaSet, code: str, form: PageForm, name: str, count: int) -> PageForm:
    """The form with so many rows in a list."""
    while f"params.{name}.{count - 1}" not in {key.rpartition(".")[0] for key, _value in form.sent}:
        response = client.post(url(draft, code), form.data(f"add {name}"))
        assert response.status_code == 200
        form = PageForm(text_of(response), "criterion-form")
    return form


@pytest.mark.parametrize("method", METHODS)
def test_a_method_is_set_by_typing(client: Client, coordinator: Client, draft: CriteriaSet, method: str) -> None:
    client.cookies["django_language"] = "vi"
    typed, params = TYPED[method]
    form = chosen(coordinator, draft, "3", method)
    for name in {key.split(".")[1] for key in typed if key.count(".") == 3}:
        form = with_rows(coordinator, draft, "3", form, name, 2)
    response = coordinator.post(url(draft, "3"), form.fill(typed).data())
    assert response.status_code == 302
    stored = criterion(draft, "3")
    assert (stored.method, stored.params) == (method, params)
    # What is stored comes back as it was typed, and sent again changes nothing.
    draft.refresh_from_db()
    again = form_of(coordinator, draft, "3")
    assert coordinator.post(url(draft, "3"), again.data()).status_code == 302
    assert criterion(draft, "3").params == params
    assert CriteriaSet.objects.get(pk=draft.pk).revision == draft.revision


def test_attributes_are_saved(coordinator: Client, draft: CriteriaSet) -> None:
    form = form_of(coordinator, draft, "2.1")
    form.type(title="Văn bản sau kiểm tra", max_points="2.5", function="justice", zero_denominator_policy="full")
    form.tick("evidence_required")
    response = coordinator.post(url(draft, "2.1"), form.data(), follow=True)
    assert "2.1 was saved." in text_of(response)
    stored = criterion(draft, "2.1")
    assert (stored.title, stored.max_points) == ("Văn bản sau kiểm tra", Decimal("2.5"))
    assert (stored.function, stored.zero_denominator_policy) == ("justice", "full")
    assert stored.evidence_required
    assert stored.method == "ratio"


def test_only_a_criterion_with_others_below_is_a_knock_out(coordinator: Client, draft: CriteriaSet) -> None:
    parent, leaf = (text_of(coordinator.get(url(draft, code))) for code in ("1.2", "1.1"))
    assert 'name="knock_out"' in parent
    assert 'name="method"' not in parent
    assert 'name="evidence_required"' not in parent
    assert 'name="knock_out"' not in leaf
    form = form_of(coordinator, draft, "1.2").tick("knock_out")
    coordinator.post(url(draft, "1.2"), form.data())
    assert criterion(draft, "1.2").knock_out
    assert criterion(draft, "1.2.1").knock_out_branch == criterion(draft, "1.2")


def test_a_new_code_takes_along_what_is_below(coordinator: Client, draft: CriteriaSet) -> None:
    form = form_of(coordinator, draft, "1.2").type(code="1.9")
    pk = criterion(draft, "1.2").pk
    coordinator.post(url(draft, "1.2"), form.data())
    assert criterion(draft, "1.9").pk == pk
    assert criterion(draft, "1.2.1").parent_id == pk


@pytest.mark.parametrize(
    ("typed", "place", "told"),
    [
        ({"max_points": "hai"}, "id_max_points-errors", "This is not a number."),
        ({"max_points": "-1"}, "id_max_points-errors", "This cannot be negative."),
        ({"title": " "}, "id_title-errors", "This field is required."),
        ({"code": "1.2"}, "id_code-errors", "The code 1.2 is taken."),
        ({"params.options.1.points": "nửa"}, "id_params.options.1.points-errors", "This is not a number."),
    ],
)
def test_what_cannot_be_kept_is_told_at_its_input(
    coordinator: Client, draft: CriteriaSet, typed: dict[str, str], place: str, told: str
) -> None:
    form = form_of(coordinator, draft, "1.1").fill(typed)
    for headers in ({}, HTMX):
        response = coordinator.post(url(draft, "1.1"), form.data(), headers=headers)
        assert response.status_code == 422
        assert told in part(text_of(response), place)
    for name, value in typed.items():
        assert PageForm(text_of(coordinator.post(url(draft, "1.1"), form.data())), "criterion-form")[name] == value
    assert CriteriaSet.objects.get(pk=draft.pk).revision == draft.revision


def part(html: str, element: str) -> str:
    """What stands in an element without elements of its own kind in it."""
    _before, mark, rest = html.partition(f'id="{element}"')
    assert mark, f"no element {element}"
    return rest.partition("</div>")[0]


def test_an_incomplete_method_is_kept_and_told(coordinator: Client, draft: CriteriaSet) -> None:
    form = form_of(coordinator, draft, "1.1").fill({"params.options.2.points": "5"})
    response = coordinator.post(url(draft, "1.1"), form.data(), headers=HTMX)
    html = text_of(response)
    assert response.status_code == 200
    assert "The method is not complete: 1 setting to mend." in part(html, "criterion-notice")
    assert "2" in part(html, "id_params.options.2.points-errors")
    assert criterion(draft, "1.1").params["options"][2]["points"] == "5"
    shown = text_of(coordinator.get(url(draft, "1.1")))
    assert "Complete the settings to try the method." in shown
    assert "errorlist" in part(shown, "id_params.options.2.points-errors")


def test_a_maximum_off_the_step_is_told_at_the_maximum(coordinator: Client, draft: CriteriaSet) -> None:
    CriteriaSet.objects.filter(pk=draft.pk).update(point_step=Decimal("0.25"))
    form = form_of(coordinator, draft, "2.1").type(max_points="2.1")
    html = text_of(coordinator.post(url(draft, "2.1"), form.data(), headers=HTMX))
    assert "errorlist" in part(html, "id_max_points-errors")
    assert criterion(draft, "2.1").max_points == Decimal("2.1")


def test_another_method_keeps_what_it_shares(coordinator: Client, draft: CriteriaSet) -> None:
    """From a share to bands of a share: what is measured stays."""
    form = chosen(coordinator, draft, "2.1", "bands")
    assert form["params.of"] == "ratio"
    assert form["params.numerator"] == "Đã xử lý"
    assert criterion(draft, "2.1").params == {"of": "ratio", "numerator": "Đã xử lý", "denominator": "Phải xử lý"}


def test_rows_come_and_go_without_javascript(coordinator: Client, draft: CriteriaSet) -> None:
    form = form_of(coordinator, draft, "1.1")
    response = coordinator.post(url(draft, "1.1"), form.data("add options"))
    assert response.status_code == 200
    form = PageForm(text_of(response), "criterion-form")
    assert form["params.options.3.label"] == ""
    form.fill({"params.options.3.label": "Chưa đến hạn", "params.options.3.points": "2"})
    response = coordinator.post(url(draft, "1.1"), form.data("remove options 0"))
    form = PageForm(text_of(response), "criterion-form")
    assert [form[f"params.options.{key}.label"] for key in range(3)] == [
        "Ban hành trễ hạn",
        "Không ban hành",
        "Chưa đến hạn",
    ]
    # A row that was added or removed is saved like everything else.
    assert [each["code"] for each in criterion(draft, "1.1").params["options"]] == ["late", "none", "chua_den_han"]


def test_htmx_gets_new_rows_and_the_new_revision(coordinator: Client, draft: CriteriaSet) -> None:
    form = form_of(coordinator, draft, "1.1")
    html = text_of(coordinator.post(url(draft, "1.1"), form.data("remove options 2"), headers=HTMX))
    assert "<!doctype" not in html
    assert 'id="criterion-settings" hx-swap-oob="true"' in html
    assert f'name="revision" value="{draft.revision + 1}" hx-swap-oob="true"' in html
    assert 'id="lint"' in html
    # Typing alone does not replace the inputs.
    form = form_of(coordinator, draft, "1.1").type(title="Kế hoạch")
    html = text_of(coordinator.post(url(draft, "1.1"), form.data(), headers=HTMX))
    assert 'id="criterion-settings"' not in html
    assert 'id="id_params.options.0.points-errors"' in html
    assert "1.1 Kế hoạch" in html


def test_a_stale_form_says_so_and_keeps_what_was_typed(coordinator: Client, draft: CriteriaSet) -> None:
    form = form_of(coordinator, draft, "1.1").type(title="Của tôi")
    other = form_of(coordinator, draft, "2.1").type(title="Của người khác")
    coordinator.post(url(draft, "2.1"), other.data())
    response = coordinator.post(url(draft, "1.1"), form.data())
    assert response.status_code == 409
    html = text_of(response)
    assert "Someone else has changed this in the meantime." in html
    again = PageForm(html, "criterion-form")
    assert again["title"] == "Của tôi"
    assert criterion(draft, "1.1").title == "Kế hoạch CCHC"
    # Who has read the words may save on top.
    assert coordinator.post(url(draft, "1.1"), again.data()).status_code == 302
    assert criterion(draft, "1.1").title == "Của tôi"
    assert criterion(draft, "2.1").title == "Của người khác"


def test_saving_is_a_step_that_can_be_undone(coordinator: Client, draft: CriteriaSet) -> None:
    form = form_of(coordinator, draft, "1.1").type(title="Đổi tên")
    coordinator.post(url(draft, "1.1"), form.data())
    undo = PageForm(text_of(coordinator.get(url(draft, "1.1"))), "criterion-undo")
    coordinator.post(reverse("criteria_set_undo", args=[draft.code, draft.version]), undo.data())
    assert criterion(draft, "1.1").title == "Kế hoạch CCHC"


def test_the_page_leads_to_its_neighbours_and_the_tree(coordinator: Client, draft: CriteriaSet) -> None:
    html = text_of(coordinator.get(url(draft, "1.2")))
    for code in ("1.1", "1.2.1"):
        assert f'href="{url(draft, code)}"' in html
    assert reverse("criteria_set_edit", args=[draft.code, draft.version]) in html
    assert 'rel="prev"' not in text_of(coordinator.get(url(draft, "1")))
    assert 'rel="next"' not in text_of(coordinator.get(url(draft, "3")))


def test_a_published_set_has_no_such_page(coordinator: Client, world: World) -> None:
    for name in ("criterion_edit", "criterion_try"):
        response = coordinator.post(url(world.criteria_set, "1.1", name), {"title": "Khác"})
        assert response.status_code == 302
    assert criterion(world.criteria_set, "1.1").title == "Kế hoạch CCHC"


def test_a_criterion_of_another_set_is_not_found(coordinator: Client, draft: CriteriaSet, world: World) -> None:
    elsewhere = criterion(world.criteria_set, "1.1").pk
    assert (
        coordinator.get(reverse("criterion_edit", args=[draft.code, draft.version, elsewhere])).status_code == 404
    )


@pytest.mark.parametrize("name", ["criterion_edit", "criterion_try"])
def test_only_the_coordinators_of_the_issuer_edit(
    login: Login, draft: CriteriaSet, world: World, name: str
) -> None:
    for who in ("outsider", "officer_a"):
        assert login(who).post(url(draft, "1.1", name)).status_code == 404
    assert login("officer_a").post(url(world.criteria_set, "1.1", name)).status_code == 403
