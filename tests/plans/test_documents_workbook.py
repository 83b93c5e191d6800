"""The register as a workbook: out without formulas, and in again after a preview."""

import html
import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from plans.actions.documents import change_document
from plans.models import Document
from tests.plans.registering import WORDS, register
from tests.world import World
from units.audit import Action
from units.models import AuditEvent

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
BOOK, IMPORT = "/documents/register.xlsx", "/documents/import/"
TITLES = ("Number", "Date", "Issuer", "Subject", "Type of paper", "Field", "Legal-normative", "In force until")
ROW = ("7/KH-UBND", date(2024, 2, 1), "UBND xã Tân Lập", "Kế hoạch tuyên truyền", "plan", "", "x", "31/12/2024")


@pytest.fixture(autouse=True)
def _english(client: Client) -> None:
    client.cookies["django_language"] = "en"


def book_of(*rows: tuple[object, ...], titles: tuple[str, ...] = TITLES) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "documents"
    for row in (titles, *rows):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def send(client: Client, world: World, content: bytes) -> Any:
    data = {"owner": world.commune_a.pk, "file": SimpleUploadedFile("so.xlsx", content)}
    return client.post(IMPORT, data)


def sealed(page: str) -> str:
    found = re.search(r'name="sealed" value="([^"]+)"', page)
    return html.unescape(found[1]) if found else ""


def exported(client: Client, query: str = "") -> list[tuple[object, ...]]:
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"{BOOK}{query}").content)).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


def test_the_list_goes_out_as_it_is_narrowed_and_no_text_is_a_formula(world: World, login: Login) -> None:
    register(world.commune_a, world.officer_a, subject="=1+1", number="@SUM(1)", is_normative=True)
    register(world.commune_a, world.officer_a, issued_on=date(2023, 1, 1))
    register(world.commune_b, world.officer_b)
    client = login("officer_a")
    titles, row = exported(client, "?year=2024")
    assert titles == (*TITLES, "Unit")
    assert row[:4] == ("@SUM(1)", row[1], WORDS["issuer"], "=1+1")
    assert str(row[1]).startswith("2024-06-14")
    content = client.get(f"{BOOK}?year=2024").content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "d", "n"}
    assert len(exported(client)) == 3


def test_the_workbook_is_one_query_more_whatever_its_length(world: World, login: Login) -> None:
    client = login("coordinator")
    counts = []
    for number in range(1, 13):
        register(world.commune_a, world.officer_a, number=f"{number}/BC")
        if number in (1, 12):
            with CaptureQueriesContext(connection) as queries:
                client.get(BOOK)
            counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_went_out_comes_in_again_without_a_difference(world: World, login: Login, language: str) -> None:
    register(world.commune_a, world.officer_a, expires_on=date(2024, 12, 31), is_normative=True)
    client = login("officer_a")
    client.cookies["django_language"] = language
    content = client.get(BOOK).content
    client.cookies["django_language"] = "en"
    page = send(client, world, content).content.decode()
    assert "No difference" in page
    assert not sealed(page)


def test_nothing_is_stored_before_the_preview_is_accepted(world: World, login: Login) -> None:
    register(world.commune_a, world.officer_a)
    client = login("officer_a")
    known = (WORDS["number"], "14/6/2024", WORDS["issuer"], "Tên mới", "report", WORDS["field"], "", "")
    page = html.unescape(send(client, world, book_of(ROW, known)).content.decode())
    assert "Kế hoạch tuyên truyền" in page
    assert "→ Tên mới" in page
    assert Document.objects.count() == 1
    assert client.post(IMPORT, {"sealed": sealed(page)}).status_code == 302
    new = Document.objects.get(number="7/KH-UBND")
    assert (new.kind, new.is_normative, new.expires_on, new.owner) == (
        "plan",
        True,
        date(2024, 12, 31),
        world.commune_a,
    )
    assert list(Document.objects.containing("ten moi").values_list("version", flat=True)) == [2]
    assert AuditEvent.objects.filter(action=Action.DOCUMENTS_IMPORTED).count() == 1


def test_a_number_used_twice_is_told_in_the_preview(world: World, login: Login) -> None:
    register(world.commune_a, world.officer_a, number="7/KH-UBND")
    page = html.unescape(send(login("officer_a"), world, book_of(ROW)).content.decode())
    assert "more than once by one issuer" in page
    assert sealed(page)


@pytest.mark.parametrize(
    "row",
    [
        ("", *ROW[1:]),
        (ROW[0], "31/2/2024", *ROW[2:]),
        (*ROW[:4], "tờ trình lạ", *ROW[5:]),
        (*ROW[:7], "1/1/2024"),
        ("x" * 61, *ROW[1:]),
        (*ROW[:3], "=1+1", *ROW[4:]),
    ],
)
def test_what_cannot_be_is_refused_at_its_cell(world: World, login: Login, row: tuple[object, ...]) -> None:
    answer = send(login("officer_a"), world, book_of(ROW, row))
    assert answer.status_code == 422
    assert re.search(r"<td>[A-H]3</td>", answer.content.decode())
    assert not Document.objects.exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", book_of(), book_of(titles=TITLES[1:])])
def test_a_file_that_is_no_such_workbook_is_refused(world: World, login: Login, content: bytes) -> None:
    assert send(login("officer_a"), world, content).status_code == 422


def test_rows_of_another_register_are_refused(world: World, login: Login) -> None:
    content = book_of((*ROW, world.commune_b.name), titles=(*TITLES, "Unit"))
    assert send(login("officer_a"), world, content).status_code == 422


def test_a_preview_is_good_for_who_saw_it_and_for_what_was_there(world: World, login: Login) -> None:
    document = register(world.commune_a, world.officer_a)
    known = (WORDS["number"], "14/6/2024", WORDS["issuer"], "Tên mới", "report", "", "", "")
    kept = sealed(send(login("officer_a"), world, book_of(known)).content.decode())
    assert login("officer_b").post(IMPORT, {"sealed": kept}).status_code == 422
    assert login("officer_a").post(IMPORT, {"sealed": "x"}).status_code == 422
    change_document(document=document, file=None, version=1, by=world.officer_a)
    assert login("officer_a").post(IMPORT, {"sealed": kept}).status_code == 422
    assert not Document.objects.filter(subject="Tên mới").exists()
