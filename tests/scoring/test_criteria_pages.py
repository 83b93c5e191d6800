"""The pages of criteria sets: who sees what, import with preview, and the steps of a set's life."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from scoring.actions.criteria import import_criteria_set
from scoring.importing.criteria import read_criteria_set
from scoring.importing.criteria_example import EXAMPLE
from scoring.models import Assignment, Campaign, CriteriaSet, Criterion, SetStatus
from tests.scoring.acknowledging import acknowledge_all, publish_with_warnings
from tests.scoring.criteria_books import Edit, book_file, write
from tests.world import World
from units.models import User

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
LIST = "/criteria-sets/"
IMPORT = "/criteria-sets/import/"


@pytest.fixture(autouse=True)
def _english(client: Client) -> None:
    client.cookies["django_language"] = "en"


@pytest.fixture
def draft(world: World) -> CriteriaSet:
    return import_criteria_set(content=EXAMPLE, by=world.coordinator)


def page(criteria_set: CriteriaSet, name: str = "criteria_set") -> str:
    return reverse(name, args=[criteria_set.code, criteria_set.version])


def upload(*edits: Edit) -> dict[str, object]:
    return {"file": SimpleUploadedFile("set.xlsx", book_file(EXAMPLE, *edits).getvalue())}


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def hidden_content(text: str) -> str:
    found = re.search(r'name="content" value="([^"]+)"', text)
    assert found
    return found[1]


@pytest.mark.parametrize("name", ["officer_a", "leader_b", "justice_officer", "district_leader", "administrator"])
@pytest.mark.usefixtures("draft")
def test_everybody_sees_published_sets_and_no_drafts(login: Login, world: World, name: str) -> None:
    client = login(name)
    listed = text_of(client.get(LIST))
    assert "Bộ tiêu chí thử" in listed
    assert "Bộ tiêu chí ví dụ" not in listed
    assert "Import a workbook" not in listed
    assert client.get(page(world.criteria_set)).status_code == 200
    assert client.get(page(world.criteria_set, "criteria_set_export")).status_code == 200


@pytest.mark.parametrize("name", ["officer_a", "outsider", "administrator"])
@pytest.mark.parametrize("part", ["criteria_set", "criteria_set_export"])
def test_a_draft_does_not_exist_for_others(login: Login, draft: CriteriaSet, name: str, part: str) -> None:
    assert login(name).get(page(draft, part)).status_code == 404


@pytest.mark.parametrize("part", ["publish", "retire", "new_version", "delete"])
def test_steps_belong_to_coordinators_of_the_issuer(
    login: Login, world: World, draft: CriteriaSet, part: str
) -> None:
    client = login("outsider")
    assert client.post(page(draft, f"criteria_set_{part}")).status_code == 404
    assert client.post(page(world.criteria_set, f"criteria_set_{part}")).status_code == 403
    assert login("coordinator").get(page(draft, f"criteria_set_{part}")).status_code == 405
    assert CriteriaSet.objects.filter(code="vi-du", status=SetStatus.DRAFT).count() == 1


@pytest.mark.parametrize("url", [IMPORT, "/criteria-sets/template/"])
def test_only_coordinators_import(login: Login, url: str) -> None:
    assert login("officer_a").get(url).status_code == 403
    assert login("coordinator").get(url).status_code == 200


def test_the_coordinator_finds_the_draft_in_the_list(login: Login, draft: CriteriaSet) -> None:
    listed = text_of(login("coordinator").get(LIST))
    assert page(draft) in listed
    assert "Import a workbook" in listed


def test_an_empty_list_says_what_to_do_next(login: Login, world: World) -> None:
    world.campaign.sheets.all().delete()
    CriteriaSet.objects.filter(pk=world.criteria_set.pk).update(status="draft")
    assert "No criteria set yet" in text_of(login("officer_a").get(LIST))
    assert "take the workbook of another office" in text_of(login("outsider").get(LIST))


def test_the_page_of_a_set_shows_tree_methods_and_guidance(login: Login, world: World) -> None:
    Criterion.objects.filter(criteria_set=world.criteria_set, code="2.1").update(guidance="Theo báo cáo năm.")
    text = text_of(login("officer_a").get(page(world.criteria_set)))
    assert "Tiến độ thực hiện" in text
    assert "(Đúng hạn × 1 + Quá hạn × 0.5) / (Đúng hạn + Quá hạn + Chưa hoàn thành) × 3" in text
    assert "Theo báo cáo năm." in text
    assert "12.00" in text
    assert "evidence required" in text
    assert "New version" not in text


def test_numbers_are_vietnamese_for_vietnamese(login: Login, world: World, client: Client) -> None:
    client.cookies["django_language"] = "vi"
    assert "12,00" in text_of(login("officer_a").get(page(world.criteria_set)))


def test_a_faulty_draft_lists_its_findings_and_cannot_be_published(login: Login, draft: CriteriaSet) -> None:
    Criterion.objects.filter(criteria_set=draft, code="1.3").update(max_points=Decimal(3))
    client = login("coordinator")
    text = text_of(client.get(page(draft)))
    assert "The maxima below 1 add up to 7, not to 6." in text
    assert "Correct this maximum or one of those below." in text
    assert page(draft, "criteria_set_publish") not in text
    answer = client.post(page(draft, "criteria_set_publish"), {"revision": draft.revision}, follow=True)
    assert "1 error keeps this set" in text_of(answer)
    draft.refresh_from_db()
    assert draft.status == SetStatus.DRAFT


def test_a_set_without_criteria_has_a_page(login: Login, world: World) -> None:
    empty = CriteriaSet.objects.create(
        code="trong", title="Trống", issuer=world.district, unit_type="commune", total_points=0
    )
    assert "The set has no criteria." in text_of(login("coordinator").get(page(empty)))


def test_the_export_can_be_imported_again(login: Login, draft: CriteriaSet) -> None:
    answer = login("coordinator").get(page(draft, "criteria_set_export"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="vi-du-v1.xlsx"'
    assert read_criteria_set(io.BytesIO(answer.content), by=None) == EXAMPLE


def test_the_template_is_a_workbook(login: Login, world: World) -> None:
    answer = login("coordinator").get("/criteria-sets/template/")
    assert answer.content.startswith(b"PK")


def test_an_upload_is_shown_first_and_stored_when_confirmed(login: Login, world: World) -> None:
    client = login("coordinator")
    shown = client.post(IMPORT, upload())
    text = text_of(shown)
    assert "nothing is stored yet" in text
    assert "Ban hành kế hoạch cải cách hành chính" in text
    assert not CriteriaSet.objects.filter(code="vi-du").exists()
    stored = client.post(IMPORT, {"content": hidden_content(text)}, follow=True)
    assert stored.redirect_chain == [("/criteria-sets/vi-du/1/", 302)]
    assert "was stored" in text_of(stored)
    assert CriteriaSet.objects.get(code="vi-du").criteria.count() == 8


def test_the_preview_says_that_a_draft_is_replaced(login: Login, draft: CriteriaSet) -> None:
    assert "The stored draft vi-du v1 takes this content" in text_of(login("coordinator").post(IMPORT, upload()))


def test_problems_are_listed_with_their_cells_and_nothing_is_stored(login: Login, world: World) -> None:
    edits = [write("criteria", "D5", 2.5), write("rules", "I3", 3), write("set", "B7", "999")]
    answer = login("coordinator").post(IMPORT, upload(*edits))
    text = text_of(answer)
    assert answer.status_code == 422
    assert "Nothing was imported: 3 problems" in text
    for cell in ("<td>B7</td>", "<td>D2</td>", "<td>I3</td>"):
        assert cell in text
    assert "There is no unit of this code." in text
    assert not CriteriaSet.objects.filter(code="vi-du").exists()


@pytest.mark.parametrize("content", [b"", b"not a workbook"], ids=["empty", "text"])
def test_another_file_is_refused_in_words(login: Login, world: World, content: bytes) -> None:
    answer = login("coordinator").post(IMPORT, {"file": SimpleUploadedFile("set.xlsx", content)})
    assert answer.status_code == 422
    assert "Nothing was imported: 1 problem<" in text_of(answer)


def test_a_form_without_a_file_is_refused_at_the_field(login: Login, world: World) -> None:
    answer = login("coordinator").post(IMPORT, {})
    assert (answer.status_code, "This field is required." in text_of(answer)) == (422, True)


def test_a_preview_of_someone_else_or_altered_is_not_stored(login: Login, world: World) -> None:
    content = hidden_content(text_of(login("coordinator").post(IMPORT, upload())))
    for name, sent in (("outsider", content), ("coordinator", content[:-3] + "xyz")):
        answer = login(name).post(IMPORT, {"content": sent})
        assert (answer.status_code, "no longer valid" in text_of(answer)) == (422, True)
    assert not CriteriaSet.objects.filter(code="vi-du").exists()


def test_what_was_published_after_the_preview_is_not_overwritten(login: Login, world: World) -> None:
    client = login("coordinator")
    content = hidden_content(text_of(client.post(IMPORT, upload())))
    draft = import_criteria_set(content=EXAMPLE, by=world.coordinator)
    publish_with_warnings(draft, by=world.coordinator)
    answer = client.post(IMPORT, {"content": content})
    assert (answer.status_code, "never changes" in text_of(answer)) == (422, True)


@pytest.mark.parametrize("existed", [True, False])
def test_what_changed_after_the_preview_is_not_overwritten(login: Login, world: World, existed: bool) -> None:
    if existed:
        import_criteria_set(content=EXAMPLE, by=world.coordinator)
    client = login("coordinator")
    content = hidden_content(text_of(client.post(IMPORT, upload())))
    other = replace(EXAMPLE, title="Tên do người khác sửa")
    draft = import_criteria_set(content=other, by=world.coordinator)
    answer = client.post(IMPORT, {"content": content})
    assert (answer.status_code, "changed after this preview" in text_of(answer)) == (422, True)
    draft.refresh_from_db()
    assert draft.title == other.title


def test_a_draft_that_changed_after_it_was_read_is_not_published(login: Login, draft: CriteriaSet) -> None:
    acknowledge_all(draft, by=User.objects.get(username="coordinator"))
    client = login("coordinator")
    assert f'name="revision" value="{draft.revision}"' in text_of(client.get(page(draft)))
    for stale in ({"revision": draft.revision - 1}, {"revision": "x"}, {}):
        answer = client.post(page(draft, "criteria_set_publish"), stale, follow=True)
        assert "was changed after you read it" in text_of(answer)
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_publish_new_version_retire_and_delete(login: Login, world: World, draft: CriteriaSet) -> None:
    acknowledge_all(draft, by=world.coordinator)
    client = login("coordinator")
    publish, read = page(draft, "criteria_set_publish"), {"revision": draft.revision}
    assert "never changes any more" in text_of(client.post(publish, read, follow=True))
    made = client.post(page(draft, "criteria_set_new_version"), follow=True)
    assert made.redirect_chain == [("/criteria-sets/vi-du/2/", 302)]
    assert "is retired" in text_of(client.post(page(draft, "criteria_set_retire"), follow=True))
    second = CriteriaSet.objects.get(code="vi-du", version=2)
    assert "was deleted" in text_of(client.post(page(second, "criteria_set_delete"), follow=True))
    assert list(CriteriaSet.objects.filter(code="vi-du").values_list("version", "status")) == [(1, "retired")]


def test_a_published_set_is_not_deleted(login: Login, world: World) -> None:
    answer = login("coordinator").post(page(world.criteria_set, "criteria_set_delete"), follow=True)
    assert "Published sets never change." in text_of(answer)
    assert CriteriaSet.objects.filter(pk=world.criteria_set.pk).exists()


@pytest.mark.parametrize("copies", [1, 6])
def test_queries_do_not_grow_with_the_set(login: Login, world: World, copies: int) -> None:
    fields = tuple(
        replace(each, code=f"{n}{each.code}", parent=each.parent and f"{n}{each.parent}")
        for n in range(1, copies + 1)
        for each in EXAMPLE.criteria
    )
    content = replace(EXAMPLE, total_points=Decimal(10 * copies), criteria=fields)
    large = import_criteria_set(content=content, by=world.coordinator)
    client = login("coordinator")
    for url, budget in ((page(large), 10), (LIST, 9)):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        assert len(queries) <= budget, [query["sql"] for query in queries]


def test_rules_that_cannot_be_explained_do_not_break_the_page(login: Login, draft: CriteriaSet) -> None:
    criteria = Criterion.objects.filter(criteria_set=draft)
    criteria.filter(code="1.3").update(params={"options": "nonsense"}, counts_as="bonus", knock_out=True)
    text = text_of(login("coordinator").get(page(draft)))
    assert "Points for each item" in text
    assert "bonus · knock-out · evidence required" in text
    assert "“options”: the method has no such setting." in text


def test_content_that_drops_a_criterion_in_use_is_refused_in_words(login: Login, draft: CriteriaSet) -> None:
    campaign = Campaign.objects.create(
        code="dot-moi", title="Đợt mới", owner=draft.issuer, criteria_set=draft, year=2026
    )
    Assignment.objects.create(campaign=campaign, criterion=draft.criteria.get(code="2.10"), agency=draft.issuer)
    client = login("coordinator")
    content = hidden_content(text_of(client.post(IMPORT, upload(write("criteria", "A9", "2.3")))))
    answer = client.post(IMPORT, {"content": content})
    assert (answer.status_code, "A campaign uses criteria" in text_of(answer)) == (422, True)
    assert draft.criteria.filter(code="2.10").exists()
