"""The register of documents: who sees it, what is found in it, how a document is entered, changed and removed."""

import html
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from parportal.entry.kept_files import Scan
from parportal.entry.versions import StaleVersion
from plans.actions.documents import change_document, remove_document
from plans.models import Document
from plans.models.documents import numbered
from tests.plans.registering import PDF, WORDS, register, typed
from tests.world import World
from units.audit import Action
from units.models import AuditEvent, Notice

Login = Callable[[str], Client]
LIST, NEW = "/documents/", "/documents/new/"
MOST_QUERIES = 12


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture(autouse=True)
def _english(client: Client) -> None:
    client.cookies["django_language"] = "en"


def shown(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def files_in(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def test_own_people_and_the_parent_office_see_a_register_and_nobody_else(world: World) -> None:
    document = register(world.commune_a, world.officer_a)
    seen = {name: document in Document.objects.visible_to(user) for name, user in world.people.items()}
    assert {name for name, sees in seen.items() if sees} == {
        "officer_a",
        "leader_a",
        "coordinator",
        "district_leader",
    }


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("cải cách", True),
        ("cai cach", True),
        ("CAI CACH quy II", True),
        ("dieu hanh", True),
        ("123/bc", True),
        ("tan lap bao cao", True),
        ("nghị quyết", False),
        ("cải cách 456", False),
        ("%", False),
        ("", True),
    ],
)
def test_words_are_found_with_and_without_diacritics(world: World, text: str, is_found: bool) -> None:
    document = register(world.commune_a, world.officer_a)
    assert (document in Document.objects.containing(text)) is is_found


def test_d_with_a_stroke_is_found_as_d(world: World) -> None:
    document = register(world.commune_a, world.officer_a, subject="Quyết định phê duyệt Đề án")
    assert list(Document.objects.containing("quyet dinh de an")) == [document]
    assert list(Document.objects.containing("Đề án")) == [document]


def test_the_list_is_narrowed_by_year_type_normative_and_force(world: World, login: Login) -> None:
    with_end: dict[str, Any] = {
        "number": "9/NQ",
        "kind": "resolution",
        "is_normative": True,
        "expires_on": date(2024, 12, 31),
    }
    register(world.commune_a, world.officer_a)
    register(world.commune_a, world.officer_a, issued_on=date(2023, 1, 5), **with_end)
    client = login("officer_a")
    for query, found in (
        ("", {"123/BC-UBND", "9/NQ"}),
        ("?year=2023", {"9/NQ"}),
        ("?kind=report", {"123/BC-UBND"}),
        ("?normative=1", {"9/NQ"}),
        ("?show=expired", {"9/NQ"}),
        ("?show=in_force", {"123/BC-UBND"}),
        ("?q=123 bao cao", {"123/BC-UBND"}),
        ("?year=99999&kind=x&show=y&unit=a&page=z", {"123/BC-UBND", "9/NQ"}),
        ("?year=0000", {"123/BC-UBND", "9/NQ"}),
        (f"?unit={world.commune_b.pk}", set()),
    ):
        page = shown(client.get(f"{LIST}{query}"))
        assert {number for number in ("123/BC-UBND", "9/NQ") if f">{number}</a>" in page} == found, query


def test_the_list_needs_few_queries_whatever_its_length(world: World, login: Login) -> None:
    client = login("coordinator")
    counts = []
    for number in range(1, 31):
        register(world.commune_a, world.officer_a, number=f"{number}/BC")
        if number in (2, 30):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(LIST).status_code == 200
            counts.append(len(queries))
    assert counts[0] == counts[1] <= MOST_QUERIES


def test_a_document_is_entered_with_its_file_and_handed_out_as_a_download(world: World, login: Login) -> None:
    client = login("officer_a")
    data = typed(world.commune_a, file=SimpleUploadedFile("báo cáo.pdf", PDF))
    assert client.post(NEW, data).status_code == 302
    document = Document.objects.get()
    assert (document.created_by, document.issued_on, document.size) == (
        world.officer_a,
        date(2024, 6, 14),
        len(PDF),
    )
    assert "cáo" not in str(document.file.name)
    event = AuditEvent.objects.get(action=Action.DOCUMENT_SAVED)
    assert {change.attribute for change in event.changes.all()} >= {"number", "subject", "file"}
    answer = client.get(reverse("document_file", args=[document.pk]))
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "báo cáo.pdf" in shown(client.get(reverse("document", args=[document.pk])))


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": " "},
        {"issued_on": "31/2/2024"},
        {"issued_on": "1/1/1800"},
        {"expires_on": "1/1/2024"},
        {"kind": "x"},
        {"file": SimpleUploadedFile("a.pdf", b"MZ" + bytes(99))},
        {"file": SimpleUploadedFile("a.pdf", b"")},
    ],
)
def test_what_cannot_be_is_refused_in_words(world: World, login: Login, wrong: dict[str, Any]) -> None:
    answer = login("officer_a").post(NEW, typed(world.commune_a, **wrong))
    assert answer.status_code == 422
    assert 'class="errorlist"' in answer.content.decode()
    assert not Document.objects.exists()


def test_nobody_writes_into_the_register_of_another_unit(world: World, login: Login) -> None:
    assert login("officer_b").post(NEW, typed(world.commune_a)).status_code == 422
    assert not Document.objects.exists()


def test_a_number_used_twice_in_a_year_is_told_with_the_other_and_not_refused(world: World, login: Login) -> None:
    first = register(world.commune_a, world.officer_a)
    register(world.commune_b, world.officer_b)
    register(world.commune_a, world.officer_a, issued_on=date(2023, 6, 14))
    register(world.commune_a, world.officer_a, issuer="HĐND xã Tân Lập")
    client = login("officer_a")
    assert "more than once" not in shown(client.get(reverse("document", args=[first.pk])))
    assert "used twice" not in shown(client.get(LIST))
    other = typed(world.commune_a, number="123 / bc-ubnd", issuer="ubnd xã Tân Lập", issued_on="1/9/2024")
    page = shown(client.post(NEW, other, follow=True))
    assert "more than once" in page
    assert reverse("document", args=[first.pk]) in page
    assert Document.objects.count() == 5
    assert shown(client.get(LIST)).count("used twice") == 2


def test_numbers_are_compared_without_blanks_and_capitals() -> None:
    assert numbered("123/BC-UBND", "UBND xã") == numbered("123 / bc-ubnd", "ubnd  Xã")
    assert numbered("1", "23") != numbered("12", "3")


def test_a_change_keeps_the_file_and_finds_the_new_words(world: World, login: Login) -> None:
    document = register(world.commune_a, world.officer_a, content=PDF)
    url = reverse("document_edit", args=[document.pk])
    data = typed(world.commune_a, subject="Báo cáo đã sửa", version=1)
    assert login("officer_a").post(url, data).status_code == 302
    document.refresh_from_db()
    assert (document.version, document.size) == (2, len(PDF))
    assert list(Document.objects.containing("da sua")) == [document]
    assert 'value="14/06/2024"' in login("officer_a").get(url).content.decode()


def test_a_stale_change_is_refused_and_the_stale_version_is_kept(world: World, login: Login) -> None:
    document = register(world.commune_a, world.officer_a)
    change_document(document=document, file=None, version=1, by=world.officer_a)
    answer = login("officer_a").post(
        reverse("document_edit", args=[document.pk]), typed(world.commune_a, subject="Khác", version=1)
    )
    assert answer.status_code == 409
    assert 'name="version" value="1"' in answer.content.decode()
    document.refresh_from_db()
    assert document.subject == WORDS["subject"]


def test_another_file_takes_the_place_of_the_one_before(
    world: World, login: Login, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    document = register(world.commune_a, world.officer_a, content=PDF)
    file = SimpleUploadedFile("mới.pdf", PDF + b"\n")
    with django_capture_on_commit_callbacks(execute=True):
        url = reverse("document_edit", args=[document.pk])
        assert login("officer_a").post(url, typed(world.commune_a, version=1, file=file)).status_code == 302
    document.refresh_from_db()
    assert (document.original_name, document.size) == ("mới.pdf", len(PDF) + 1)
    assert files_in(media) == 1


def test_a_document_is_removed_with_its_file_once_confirmed(
    world: World, login: Login, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    document = register(world.commune_a, world.officer_a, content=PDF)
    client, url = login("officer_a"), reverse("document_remove", args=[document.pk])
    assert document.number in shown(client.get(url))
    assert client.post(url, {"version": 7}).status_code == 409
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url, {"version": 1}).status_code == 302
    assert not Document.objects.exists()
    assert files_in(media) == 0
    assert AuditEvent.objects.filter(action=Action.DOCUMENT_REMOVED).count() == 1
    with pytest.raises(StaleVersion):
        remove_document(document=register(world.commune_a, world.officer_a), version=None, by=world.officer_a)


@pytest.mark.parametrize(("content", "scan"), [(PDF, Scan.CLEAN), (PDF + b"VIRUS", Scan.INFECTED)])
def test_where_there_is_a_scanner_a_file_waits_for_it(
    world: World,
    settings: Any,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Any,
    content: bytes,
    scan: Scan,
) -> None:
    script = tmp_path / "scanner"
    script.write_text('#!/bin/sh\ngrep -q VIRUS "$1" && exit 1\nexit 0\n')
    script.chmod(0o700)
    settings.CLAMAV_COMMAND = str(script)
    with django_capture_on_commit_callbacks(execute=True):
        document = register(world.commune_a, world.officer_a, content=content)
        assert document.scan == Scan.WAITING
    document.refresh_from_db()
    assert document.scan == scan
    told = Notice.objects.filter(kind=Notice.Kind.INFECTED, url=reverse("document", args=[document.pk]))
    assert {each.user.username for each in told} == ({"officer_a", "leader_a"} if scan == Scan.INFECTED else set())


def test_the_command_scans_what_waits_in_the_register(world: World, settings: Any) -> None:
    document = register(world.commune_a, world.officer_a, content=PDF)
    settings.CLAMAV_COMMAND = "true"
    call_command("scan_evidence", "--all")
    document.refresh_from_db()
    assert document.scan == Scan.CLEAN


@pytest.mark.parametrize("scan", [Scan.WAITING, Scan.INFECTED])
def test_a_file_in_quarantine_is_handed_to_nobody(world: World, login: Login, scan: Scan) -> None:
    document = register(world.commune_a, world.officer_a, content=PDF)
    Document.objects.update(scan=scan)
    client, url = login("officer_a"), reverse("document_file", args=[document.pk])
    assert client.get(url).status_code == 403
    for page in (LIST, reverse("document", args=[document.pk])):
        assert f'href="{url}"' not in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("document_has_a_number", {"number": ""}),
        ("document_expires_after_it_was_issued", {"expires_on": date(2024, 6, 13)}),
        ("document_file_has_its_hash", {"file": "documents/a.pdf"}),
    ],
)
def test_the_database_holds_what_must_be_true(world: World, name: str, wrong: dict[str, Any]) -> None:
    document = register(world.commune_a, world.officer_a)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(**wrong)
