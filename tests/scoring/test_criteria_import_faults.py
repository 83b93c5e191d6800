"""A workbook that contradicts itself: each fault at its cell; it may become a draft, but is never published so."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from parportal.entry.problems import ImportProblems
from scoring.actions.criteria import import_criteria_set
from scoring.content import CriterionContent, SetContent
from scoring.importing.criteria import check_workbook, read_criteria_set
from scoring.importing.criteria_example import EXAMPLE
from scoring.importing.criteria_workbook import criteria_template
from scoring.models import CriteriaSet
from tests.scoring.criteria_books import Edit, book_file, cells, write
from tests.scoring.test_criteria_pages import IMPORT, hidden_content, text_of, upload
from tests.world import World

Login = Callable[[str], Client]
pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.any_database]


@pytest.fixture(autouse=True)
def _english(client: Client) -> Iterator[None]:
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


def test_faults_are_told_with_the_set_and_refuse_a_strict_import() -> None:
    edits = [write("criteria", "D4", "3.25"), write("rules", "I2", 6)]
    checked = check_workbook(book_file(EXAMPLE, *edits), by=None)
    assert cells(list(checked.faults)) == ["criteria!D2", "rules!I2"]
    with pytest.raises(ImportProblems) as refused:
        read_criteria_set(book_file(EXAMPLE, *edits), by=None)
    assert refused.value.problems == checked.faults


def test_a_set_with_faults_is_stored_as_a_draft_to_be_mended(login: Login, world: World) -> None:
    client = login("coordinator")
    preview = client.post(IMPORT, upload(write("criteria", "D4", "3.25"), write("rules", "I2", 6)))
    text = text_of(preview)
    assert preview.status_code == 200
    assert "contradicts itself in 2 places" in text
    assert "criteria" in text
    assert not CriteriaSet.objects.filter(code=EXAMPLE.code).exists()
    stored = client.post(IMPORT, {"content": hidden_content(text)}, follow=True)
    assert stored.status_code == 200
    draft = CriteriaSet.objects.get(code=EXAMPLE.code)
    assert draft.criteria.get(code="1.2").max_points == Decimal("3.25")
    publish = reverse("criteria_set_publish", args=[draft.code, draft.version])
    client.post(publish, {"revision": draft.revision})
    draft.refresh_from_db()
    assert draft.status == "draft"


@pytest.mark.parametrize(
    "edit",
    [write("criteria", "A8", "2.1"), write("criteria", "B5", "9"), write("criteria", "D3", "abc")],
    ids=["one code twice", "no such parent", "unreadable maximum"],
)
def test_what_cannot_be_stored_is_refused_as_a_whole(edit: Edit) -> None:
    with pytest.raises(ImportProblems):
        check_workbook(book_file(EXAMPLE, edit), by=None)


def test_a_maximum_below_zero_is_refused() -> None:
    with pytest.raises(ImportProblems) as refused:
        check_workbook(book_file(EXAMPLE, write("criteria", "D5", -2)), by=None)
    assert "criteria!D5" in cells(list(refused.value.problems))


def test_the_preview_is_a_difference_from_what_is_stored(login: Login, world: World) -> None:
    import_criteria_set(content=EXAMPLE, by=world.coordinator)

    def edit(book: Any) -> None:
        book["criteria"]["C3"] = "Kế hoạch cải cách hành chính năm"
        book["criteria"].append(["T", None, "Điểm thưởng", 5, "points", "bonus"])

    text = text_of(login("coordinator").post(IMPORT, upload(edit)))
    assert "What differs from vi-du v1" in text
    assert "Kế hoạch cải cách hành chính năm" in text
    assert "Ban hành kế hoạch cải cách hành chính" in text
    assert CriteriaSet.objects.get(code=EXAMPLE.code).criteria.count() == len(EXAMPLE.criteria)


def test_hidden_rows_are_read_and_mentioned(login: Login, world: World) -> None:
    def hide(book: Any) -> None:
        book["criteria"].row_dimensions[3].hidden = True

    assert "This row is hidden" in text_of(login("coordinator").post(IMPORT, upload(hide)))


def test_every_column_of_the_template_explains_itself() -> None:
    book = openpyxl.load_workbook(io.BytesIO(criteria_template()))
    for name in ("criteria", "rules"):
        heads = [cell for cell in book[name][1] if cell.value]
        assert heads
        assert all(cell.comment and cell.comment.text for cell in heads)
    assert all(cell.comment and cell.comment.text for cell in book["set"]["A"][1:])
    assert book["criteria"].data_validations.dataValidation


def test_comments_do_not_disturb_the_way_back() -> None:
    bonus = CriterionContent("T", "", "Điểm thưởng", Decimal(2), "points", {}, counts_as="bonus")
    content: SetContent = replace(EXAMPLE, criteria=(*EXAMPLE.criteria, bonus))
    assert read_criteria_set(book_file(content), by=None) == content
