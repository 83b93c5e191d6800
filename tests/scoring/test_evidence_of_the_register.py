"""A document of the register is chosen as evidence: its words and its file are taken over and stay."""

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from parportal.entry.kept_files import Scan
from parportal.entry.problems import EntryProblem
from plans.actions.documents import DocumentRefused, change_document, remove_document
from plans.models import Document
from scoring.actions.evidence_register import add_from_register
from scoring.models import Evidence, Score
from tests.plans.registering import PDF, WORDS, register
from tests.world import World, submit
from units.audit import Action
from units.models import AuditEvent

Login = Callable[[str], Client]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture(autouse=True)
def _english(client: Client) -> None:
    client.cookies["django_language"] = "en"


@pytest.fixture
def row(world: World) -> Score:
    return world.score(world.commune_a, "2.1")


@pytest.fixture
def document(world: World) -> Document:
    return register(world.commune_a, world.officer_a, content=PDF)


def address(row: Score, name: str = "sheet_evidence_document") -> str:
    return reverse(name, args=[row.sheet_id, row.criterion_id])


def choose(client: Client, row: Score, document: Document, page: str = "") -> Any:
    return client.post(address(row), {"document": document.pk, "page": page})


def offered(client: Client, row: Score, text: str = "") -> str:
    answer = client.get(address(row, "sheet_evidence_add"), {"q": text} if text else {})
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_words_and_file_are_taken_over(login: Login, row: Score, document: Document, media: Path) -> None:
    client = login("officer_a")
    assert choose(client, row, document, "tr. 3").url.endswith(f"#row-{row.criterion_id}")
    evidence = Evidence.objects.get()
    assert list(evidence.scores.all()) == [row]
    assert evidence.document == document
    assert (evidence.number, evidence.issued_on, evidence.issuer, evidence.title, evidence.page) == (
        WORDS["number"],
        WORDS["issued_on"],
        WORDS["issuer"],
        WORDS["subject"],
        "tr. 3",
    )
    assert (evidence.sha256, evidence.size, evidence.original_name) == (document.sha256, len(PDF), "báo cáo.pdf")
    assert evidence.file.name != document.file.name
    answer = client.get(reverse("evidence_download", args=[evidence.pk]))
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert AuditEvent.objects.filter(action=Action.EVIDENCE_ADDED).count() == 1


def test_a_later_change_of_the_register_changes_no_sheet(
    world: World, login: Login, row: Score, document: Document, django_capture_on_commit_callbacks: Any
) -> None:
    choose(login("officer_a"), row, document)
    submit(world, world.commune_a)
    document.subject, document.number = "Khác", "9/KH"
    file = SimpleUploadedFile("b.pdf", PDF + b"\n")
    with django_capture_on_commit_callbacks(execute=True):
        change_document(document=document, file=file, version=1, by=world.officer_a)
    evidence = Evidence.objects.get()
    assert (evidence.title, evidence.number) == (WORDS["subject"], WORDS["number"])
    answer = login("justice_officer").get(reverse("evidence_download", args=[evidence.pk]))
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]


def test_a_document_that_is_evidence_stays_in_the_register(
    world: World, login: Login, row: Score, document: Document
) -> None:
    choose(login("officer_a"), row, document)
    with pytest.raises(DocumentRefused):
        remove_document(document=document, version=1, by=world.officer_a)
    answer = login("officer_a").post(reverse("document_remove", args=[document.pk]), {"version": 1})
    assert answer.status_code == 409
    assert "stays in the register" in answer.content.decode()
    assert Document.objects.filter(pk=document.pk).exists()


def test_the_page_offers_what_fits_and_is_not_there_yet(
    world: World, login: Login, row: Score, document: Document
) -> None:
    register(world.commune_a, world.officer_a, number="8/KH", subject="Kế hoạch đào tạo")
    register(world.commune_b, world.officer_b, number="99/XB")
    client = login("officer_a")
    page = offered(client, row)
    assert "123/BC-UBND" in page
    assert "8/KH" in page
    assert "99/XB" not in page
    searched = offered(client, row, "dao tao")
    assert "8/KH" in searched
    assert f'value="{document.pk}"' not in searched
    assert "No document of the register has these words" in offered(client, row, "không có")
    choose(client, row, document)
    assert f'value="{document.pk}" required' not in offered(client, row)


def test_nothing_is_offered_where_there_is_no_register(login: Login, row: Score) -> None:
    assert 'id="register"' not in offered(login("officer_a"), row)


def test_a_document_proves_a_row_once(login: Login, row: Score, document: Document) -> None:
    client = login("officer_a")
    choose(client, row, document)
    choose(client, row, document)
    assert Evidence.objects.count() == 1


def test_the_register_of_another_unit_does_not_exist(world: World, login: Login, row: Score) -> None:
    foreign = register(world.commune_b, world.officer_b)
    client = login("officer_a")
    assert choose(client, row, foreign).url == address(row, "sheet_evidence_add")
    assert client.post(address(row), {"document": "x"}).status_code == 302
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("scan", [Scan.WAITING, Scan.INFECTED])
def test_a_file_does_not_leave_its_quarantine(
    login: Login, row: Score, document: Document, media: Path, scan: Scan
) -> None:
    Document.objects.update(scan=scan)
    client = login("officer_a")
    assert "disabled" in offered(client, row)
    choose(client, row, document)
    assert not Evidence.objects.exists()
    assert sum(path.is_file() for path in media.rglob("*")) == 1


def test_a_file_that_is_gone_is_told(login: Login, row: Score, document: Document) -> None:
    document.file.storage.delete(str(document.file.name))
    client = login("officer_a")
    page = client.post(address(row), {"document": document.pk}, follow=True).content.decode()
    assert "cannot be read" in page
    assert not Evidence.objects.exists()


def test_after_submission_it_is_marked_as_late(world: World, login: Login, row: Score, document: Document) -> None:
    submit(world, world.commune_a)
    choose(login("officer_a"), row, document)
    assert Evidence.objects.get().is_late
    assert AuditEvent.objects.filter(action=Action.EVIDENCE_ADDED_LATE).count() == 1


def test_a_document_that_was_removed_meanwhile_is_not_taken(world: World, row: Score, document: Document) -> None:
    remove_document(document=document, version=1, by=world.officer_a)
    with pytest.raises(EntryProblem, match=r"not in the register|không còn trong sổ"):
        add_from_register(score=row, document=document, page="", by=world.officer_a)
    assert not Evidence.objects.exists()
