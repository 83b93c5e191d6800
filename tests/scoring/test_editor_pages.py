"""The editor of a draft: tree page, steps with and without htmx, typed text kept, undo, head, a set begun."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from scoring.actions.criteria import import_criteria_set, publish_set
from scoring.importing.criteria_example import EXAMPLE
from scoring.models import CriteriaSet, Criterion
from tests.scoring.test_editing_actions import campaign_of, content_of
from tests.scoring.test_edits import outline
from tests.world import World

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
HTMX = {"HX-Request": "true"}
PARTS = ("edit", "head")
POSTS = ("step", "undo", "head")


@pytest.fixture(autouse=True)
def _english(client: Client) -> None:
    client.cookies["django_language"] = "en"


@pytest.fixture
def draft(world: World) -> CriteriaSet:
    return import_criteria_set(content=EXAMPLE, by=world.coordinator)


def page(criteria_set: CriteriaSet, part: str = "edit") -> str:
    return reverse(f"criteria_set_{part}", args=[criteria_set.code, criteria_set.version])


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def send(
    client: Client, draft: CriteriaSet, op: str = "save", *, htmx: bool = True, data: dict[str, str] | None = None
) -> Any:
    draft.refresh_from_db()
    sent = {"op": op, "revision": draft.revision, **(data or {})}
    return client.post(page(draft, "step"), sent, headers=HTMX if htmx else {}, follow=not htmx)


def pk(draft: CriteriaSet, code: str) -> int:
    return draft.criteria.get(code=code).pk


@pytest.mark.parametrize("name", ["officer_a", "district_leader", "administrator", "outsider"])
def test_a_draft_is_edited_only_by_its_coordinators(login: Login, draft: CriteriaSet, name: str) -> None:
    client = login(name)
    assert [client.get(page(draft, part)).status_code for part in PARTS] == [404, 404]
    assert [client.post(page(draft, part)).status_code for part in POSTS] == [404, 404, 404]
    draft.refresh_from_db()
    assert draft.revision == 1


def test_a_published_set_leads_back_to_its_page(login: Login, world: World) -> None:
    client = login("coordinator")
    for part in PARTS:
        answer = client.get(page(world.criteria_set, part), follow=True)
        assert answer.redirect_chain == [("/criteria-sets/bo-thu/1/", 302)]
        assert "never change" in text_of(answer)
    htmx = client.post(page(world.criteria_set, "step"), {"op": "add ", "revision": 1}, headers=HTMX)
    assert htmx.headers["HX-Redirect"] == "/criteria-sets/bo-thu/1/"


def test_the_tree_shows_what_is_there_and_what_is_missing(login: Login, draft: CriteriaSet) -> None:
    Criterion.objects.filter(criteria_set=draft, code="1.3").update(max_points=Decimal(3), method="", params={})
    text = text_of(login("coordinator").get(page(draft)))
    assert "below it: 7.00" in text
    assert "not the maximum" in text
    assert "no method yet" in text
    assert "1 without a method" in text
    assert "The maxima below 1 add up to 7, not to 6." in text
    assert "Undo:" not in text
    assert f'href="{page(draft)}{pk(draft, "1.3")}/"' in text


def test_the_page_of_a_draft_leads_to_the_editor(login: Login, draft: CriteriaSet, world: World) -> None:
    client = login("coordinator")
    assert page(draft) in text_of(client.get(page(draft)[: -len("edit/")]))
    assert page(world.criteria_set) not in text_of(client.get("/criteria-sets/bo-thu/1/"))


def test_buttons_take_steps_without_a_script(login: Login, draft: CriteriaSet) -> None:
    client = login("coordinator")
    done = send(client, draft, "up 2", htmx=False)
    assert done.redirect_chain == [(f"{page(draft)}#row-{pk(draft, '2')}", 302)]
    assert "Done: moved 2 up." in text_of(done)
    assert "Undo: moved 2 up" in text_of(done)
    assert outline(content_of(draft)) == "2(2.1 2.2 2.10) 1(1.1 1.2 1.3)"
    draft.refresh_from_db()
    undone = client.post(page(draft, "undo"), {"revision": draft.revision}, follow=True)
    assert "Undone: moved 2 up." in text_of(undone)
    assert content_of(draft) == EXAMPLE


@pytest.mark.parametrize(
    ("op", "data", "after"),
    [
        ("add 1", {}, "1(1.1 1.2 1.3 1.4) 2(2.1 2.2 2.10)"),
        ("add ", {}, "1(1.1 1.2 1.3) 2(2.1 2.2 2.10) 3"),
        ("after 1.1", {}, "1(1.1 1.4 1.2 1.3) 2(2.1 2.2 2.10)"),
        ("down 1", {}, "2(2.1 2.2 2.10) 1(1.1 1.2 1.3)"),
        ("in 1.2", {}, "1(1.1(1.2) 1.3) 2(2.1 2.2 2.10)"),
        ("out 1.3", {}, "1(1.1 1.2) 1.3 2(2.1 2.2 2.10)"),
        ("copy 1.2", {}, "1(1.1 1.2 1.4 1.3) 2(2.1 2.2 2.10)"),
        ("remove 1", {}, "2(2.1 2.2 2.10)"),
        ("renumber ", {}, "1(1.1 1.2 1.3) 2(2.1 2.2 2.3)"),
        ("renumber 2", {}, "1(1.1 1.2 1.3) 2(2.1 2.2 2.3)"),
        ("move_to", {"branch": "1.3", "below": "2", "place": "1"}, "1(1.1 1.2) 2(1.3 2.1 2.2 2.10)"),
        ("copy_to", {"branch": "1.3", "below": "2"}, "1(1.1 1.2 1.3) 2(2.1 2.2 2.10 2.11)"),
    ],
)
def test_every_step_of_the_page(
    login: Login, draft: CriteriaSet, op: str, data: dict[str, str], after: str
) -> None:
    answer = send(login("coordinator"), draft, op, data=data)
    text = text_of(answer)
    assert answer.status_code == 200
    assert outline(content_of(draft)) == after
    assert text.strip().startswith('<div id="editor"')
    assert "<!doctype" not in text
    for part in ('id="revision" value="2" hx-swap-oob', 'id="lint"', 'id="undo"', 'id="said"'):
        assert part in text


def test_a_new_row_gets_the_focus_a_moved_one_keeps_it(login: Login, draft: CriteriaSet) -> None:
    client = login("coordinator")
    added = text_of(send(client, draft, "add 1"))
    assert f'data-focus="title-{pk(draft, "1.4")}"' in added
    assert f'data-focus="row-{pk(draft, "2")}"' in text_of(send(client, draft, "up 2"))


def test_a_parent_that_loses_its_method_is_told(login: Login, draft: CriteriaSet) -> None:
    text = text_of(send(login("coordinator"), draft, "add 1.1"))
    assert "1.1 now stands above other criteria: its method was removed. Undo brings it back." in text


def test_what_is_typed_is_saved_and_only_the_figures_come_back(login: Login, draft: CriteriaSet) -> None:
    row, other = pk(draft, "1.3"), pk(draft, "1.1")
    answer = send(login("coordinator"), draft, data={f"title-{row}": "Tên  mới\n", f"max-{row}": "3,5"})
    text = text_of(answer)
    assert answer.headers["HX-Reswap"] == "none"
    assert content_of(draft).criteria[3].title == "Tên mới"
    assert content_of(draft).criteria[3].max_points == Decimal("3.5")
    assert "<textarea" not in text
    assert f'id="sum-{pk(draft, "1")}" hx-swap-oob="true">below it: 7.50' in text
    assert f'id="note-{row}"' in text
    assert f'id="note-{other}"' not in text
    assert "The maxima below 1 add up to 7.5, not to 6." in text
    assert "Undo: changed 1.3" in text
    assert 'id="revision" value="2"' in text


def test_the_same_again_is_no_step(login: Login, draft: CriteriaSet) -> None:
    row = draft.criteria.get(code="1.3")
    send(login("coordinator"), draft, data={f"title-{row.pk}": row.title, f"max-{row.pk}": "2,00"})
    draft.refresh_from_db()
    assert (draft.revision, draft.steps.count()) == (1, 0)


@pytest.mark.parametrize(
    ("attribute", "typed", "why"),
    [
        ("max", "nhiều", "This is not a number."),
        ("max", "-1", "Points cannot be negative."),
        ("max", "1.353", "This can be read as"),
        ("title", " ", "Give the criterion a title."),
    ],
)
def test_what_cannot_be_read_is_told_at_its_row_and_the_rest_is_saved(
    login: Login, draft: CriteriaSet, attribute: str, typed: str, why: str
) -> None:
    row, other = pk(draft, "1.3"), pk(draft, "1.1")
    data = {f"{attribute}-{row}": typed, f"title-{other}": "Tên mới"}
    answer = send(login("coordinator"), draft, data=data)
    assert answer.status_code == 422
    assert f'data-problem-of="{attribute}-{row}">{why}' in text_of(answer)
    assert content_of(draft) == replace(
        EXAMPLE,
        criteria=tuple(
            replace(each, title="Tên mới") if each.code == "1.1" else each for each in EXAMPLE.criteria
        ),
    )


def test_without_a_script_what_is_typed_is_saved_with_the_step(login: Login, draft: CriteriaSet) -> None:
    client = login("coordinator")
    row = pk(draft, "1.3")
    done = send(client, draft, "up 2", htmx=False, data={f"title-{row}": "Tên mới"})
    assert "Tên mới" in text_of(done)
    assert [each.title for each in draft.steps.all()] == ["changed the title of 1.3", "moved 2 up"]
    refused = send(client, draft, "up 1", htmx=False, data={f"max-{row}": "x"})
    assert refused.status_code == 409
    assert "Correct first what is marked in the tree." in text_of(refused)
    assert f'name="max-{row}" value="x"' in text_of(refused)
    assert draft.steps.count() == 2


@pytest.mark.parametrize("htmx", [True, False])
def test_a_stale_edit_shows_what_is_there_now_and_keeps_what_was_typed(
    login: Login, draft: CriteriaSet, htmx: bool
) -> None:
    client = login("coordinator")
    row = pk(draft, "1.3")
    send(client, draft, data={f"title-{row}": "Tên của người khác"})
    answer = client.post(
        page(draft, "step"),
        {"op": "save", "revision": 1, f"title-{row}": "Tên của tôi"},
        headers=HTMX if htmx else {},
    )
    text = text_of(answer)
    assert answer.status_code == 409
    assert "Someone else has changed this in the meantime" in text
    assert 'data-stored="Tên của người khác"' in text
    assert ">Tên của tôi</textarea>" in text
    assert "The draft now says: Tên của người khác" in text
    assert 'id="revision" value="2"' in text
    assert content_of(draft).criteria[3].title == "Tên của người khác"


@pytest.mark.parametrize("op", ["up 1", "remove 9.9", "fly 1", "move_to", "copy_to"])
def test_an_impossible_step_is_refused_in_words(login: Login, draft: CriteriaSet, op: str) -> None:
    answer = send(login("coordinator"), draft, op)
    assert (answer.status_code, 'role="alert"' in text_of(answer)) == (409, True)
    assert content_of(draft) == EXAMPLE


def test_a_place_that_is_no_number_is_refused(login: Login, draft: CriteriaSet) -> None:
    answer = send(login("coordinator"), draft, "move_to", data={"branch": "1.3", "below": "2", "place": "đầu"})
    assert "The place is a whole number" in text_of(answer)


@pytest.mark.parametrize("number", ["9" * 5000, "x", "٣", "-1"])
def test_numbers_that_are_none_are_no_error_of_the_server(login: Login, draft: CriteriaSet, number: str) -> None:
    client = login("coordinator")
    typed = {f"title-{number[:99]}": "x", f"max-{number[:99]}": number}
    assert send(client, draft, data=typed).status_code == 200
    assert send(client, draft, "fill", data={"source": f"{draft.code}/{number}"}).status_code == 404
    assert content_of(draft) == EXAMPLE


def test_a_criterion_in_use_is_not_removed(login: Login, draft: CriteriaSet) -> None:
    campaign_of(draft, "2.10")
    answer = send(login("coordinator"), draft, "remove 2")
    assert (answer.status_code, "A campaign uses criteria" in text_of(answer)) == (409, True)
    assert content_of(draft) == EXAMPLE


def test_undo_by_htmx_names_the_step_before(login: Login, draft: CriteriaSet) -> None:
    client = login("coordinator")
    send(client, draft, "up 2")
    send(client, draft, "add ")
    draft.refresh_from_db()
    text = text_of(client.post(page(draft, "undo"), {"revision": draft.revision}, headers=HTMX))
    assert "Undone: added 3." in text
    assert "Undo: moved 2 up" in text
    stale = client.post(page(draft, "undo"), {"revision": 1}, headers=HTMX)
    assert stale.status_code == 409


def test_an_empty_set_says_what_to_do_and_takes_the_criteria_of_another(
    login: Login, world: World, draft: CriteriaSet
) -> None:
    client = login("coordinator")
    publish_set(criteria_set=draft, by=world.coordinator, reason="theo quyết định")
    empty = CriteriaSet.objects.create(
        code="trong", title="Trống", issuer=world.district, unit_type="commune", total_points=0
    )
    text = text_of(client.get(page(empty)))
    assert "Add the first field" in text
    assert "Import a workbook" in text
    assert '<option value="vi-du/1">' in text
    send(client, empty, "fill", data={"source": "vi-du/1"})
    assert content_of(empty).criteria == EXAMPLE.criteria
    assert send(client, empty, "fill", data={"source": "vi-du/1"}).status_code == 409
    assert send(client, empty, "fill", data={"source": "khong-co"}).status_code == 404


HEAD = {
    "title": "Bộ tiêu chí mới",
    "decision_number": "12/QĐ-UBND",
    "decision_on": "31/12/2025",
    "unit_type": "commune",
    "total_points": "100",
    "point_step": "0,25",
    "rounding": "half_up",
    "round_at": "leaf",
    "extra_points": "after",
    "index_decimals": "2",
    "level_names": "Lĩnh vực\nTiêu chí\n",
}


def test_the_head_is_saved_under_its_revision(login: Login, draft: CriteriaSet) -> None:
    client = login("coordinator")
    assert 'id="id_total_points"' in text_of(client.get(page(draft, "head")))
    saved = client.post(page(draft, "head"), {**HEAD, "revision": 1}, follow=True)
    assert saved.redirect_chain == [(page(draft), 302)]
    content = content_of(draft)
    assert (content.title, content.point_step, content.level_names) == (
        "Bộ tiêu chí mới",
        Decimal("0.25"),
        ("Lĩnh vực", "Tiêu chí"),
    )
    assert "Undo: changed the head of the set" in text_of(saved)
    stale = client.post(page(draft, "head"), {**HEAD, "title": "Tên khác", "revision": 1})
    text = text_of(stale)
    assert (stale.status_code, "Someone else has changed this" in text, "Tên khác" in text) == (409, True, True)
    assert 'name="revision" value="2"' in text


def test_a_head_that_cannot_be_kept_is_refused_at_its_fields(login: Login, draft: CriteriaSet) -> None:
    wrong = {**HEAD, "total_points": "-5", "point_step": "0", "title": " ", "index_decimals": "9", "revision": 1}
    answer = login("coordinator").post(page(draft, "head"), wrong)
    text = text_of(answer)
    assert answer.status_code == 422
    assert "This cannot be negative." in text
    assert "The step of points must be above 0." in text
    assert content_of(draft) == EXAMPLE


def test_a_set_is_begun_from_nothing(login: Login, world: World) -> None:
    client = login("coordinator")
    assert reverse("criteria_set_new") in text_of(client.get("/criteria-sets/"))
    url, data = reverse("criteria_set_new"), {**HEAD, "code": "bo-moi", "issuer": world.district.pk}
    begun = client.post(url, data, follow=True)
    created = CriteriaSet.objects.get(code="bo-moi")
    assert begun.redirect_chain == [(page(created), 302)]
    assert "Add the first field" in text_of(begun)
    assert (created.version, created.issuer, created.decision_number) == (1, world.district, "12/QĐ-UBND")
    for wrong in ({"code": "bo-moi"}, {"code": "Bộ mới"}, {"issuer": world.commune_a.pk}, {"total_points": ""}):
        answer = client.post(url, {**data, "code": "bo-khac", **wrong})
        assert (answer.status_code, "errorlist" in text_of(answer)) == (422, True)
    assert login("officer_a").get(url).status_code == 403


@pytest.mark.parametrize("op", ["save", "add 11", "remove 1", "renumber ", "up 2"])
def test_a_step_in_a_large_set_needs_few_queries(login: Login, world: World, op: str) -> None:
    fields = tuple(
        replace(each, code=f"{n}{each.code}", parent=each.parent and f"{n}{each.parent}")
        for n in ("", *range(1, 15))
        for each in EXAMPLE.criteria
    )
    large = import_criteria_set(content=replace(EXAMPLE, criteria=fields), by=world.coordinator)
    client = login("coordinator")
    row = pk(large, "1.3")
    data = {f"max-{row}": "3"} if op == "save" else {}
    assert large.criteria.count() >= 100
    with CaptureQueriesContext(connection) as queries:
        answer = send(client, large, op, data=data)
    work = [each["sql"] for each in queries if not each["sql"].startswith(("BEGIN", "SAVEPOINT", "RELEASE"))]
    assert answer.status_code == 200
    assert len(work) - 1 <= 20, "\n".join(work)  # one is the test's own, for the revision
