"""What the worker makes of a document: its scan, with a quarantine, and the pictures of its pages."""

import io
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from parportal.entry.kept_files import Scan
from parportal.jobs.models import Job, JobState
from scoring.evidence_files import drop
from scoring.models import Evidence, EvidencePage, Score
from tests.entry.drawn import locked_pdf, pdf, picture
from tests.world import World, submit
from units.audit import Action
from units.models import AuditEvent, Notice

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
# The harmless string that every scanner takes for a virus, in two pieces, so that this file is not one.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD" + b"-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def scanner(settings: Any, tmp_path: Path) -> Path:
    """A scanner as the portal knows it, that finds the EICAR string."""
    script = tmp_path / "scanner"
    script.write_text(
        '#!/bin/sh\n[ "$1" = --no-summary ] || exit 2\ngrep -q EICAR-STANDARD "$2" && exit 1\nexit 0\n'
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    settings.CLAMAV_COMMAND = f"{script} --no-summary"
    return script


@pytest.fixture
def row(world: World) -> Score:
    return world.score(world.commune_a, "2.1")


@pytest.fixture
def add(login: Login, row: Score, django_capture_on_commit_callbacks: Any) -> Callable[..., Evidence]:
    """Add a file as officer A; the worker does its work at once."""

    def added(content: bytes, name: str = "a.pdf") -> Evidence:
        url = reverse("sheet_evidence_add", args=[row.sheet_id, row.criterion_id])
        with django_capture_on_commit_callbacks(execute=True):
            answer = login("officer_a").post(url, {"number": "1/BC", "file": SimpleUploadedFile(name, content)})
        assert answer.status_code == 302
        return Evidence.objects.latest("pk")

    return added


def preview(client: Client, evidence: Evidence, **query: str) -> str:
    return client.get(reverse("evidence_preview", args=[evidence.pk]), query).content.decode()


def picture_of(client: Client, evidence: Evidence, number: int = 1, **headers: str) -> Any:
    return client.get(reverse("evidence_page", args=[evidence.pk, number]), headers=headers)


def test_pages_are_drawn_after_the_upload_and_shown_to_who_sees_the_row(
    world: World, login: Login, add: Callable[..., Evidence], media: Path
) -> None:
    evidence = add(pdf(2))
    assert evidence.page_count == 2
    assert {path.parent.name for path in media.rglob("*.webp")} == {"previews"}
    shown = preview(login("officer_a"), evidence)
    assert shown.count("<figure") == 2
    assert shown.count('loading="lazy"') == 1
    assert 'alt="trang 2/2 của 1/BC"' in shown or 'alt="page 2 of 2 of 1/BC"' in shown
    assert "<html" not in preview(login("officer_a"), evidence, part="1")
    submit(world, world.commune_a)
    for who, status in (("justice_officer", 200), ("coordinator", 200), ("officer_b", 404), ("outsider", 404)):
        answer = picture_of(login(who), evidence)
        assert answer.status_code == status
        if status == 200:
            assert b"".join(answer.streaming_content)[8:12] == b"WEBP"
            assert answer.headers["Content-Type"] == "image/webp"
            assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert picture_of(login("coordinator"), evidence, 3).status_code == 404


def test_a_picture_that_the_browser_has_is_not_sent_again_but_asked_for(
    login: Login, add: Callable[..., Evidence]
) -> None:
    evidence = add(picture("PNG"), "a.png")
    client = login("officer_a")
    first = picture_of(client, evidence)
    assert b"".join(first.streaming_content)
    assert "no-cache" in first.headers["Cache-Control"]
    assert picture_of(client, evidence, **{"If-None-Match": first.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (locked_pdf(), "a.pdf", "mật khẩu"),
        (pdf()[:150], "a.pdf", "hỏng"),
    ],
)
def test_why_there_is_no_preview_is_told(
    login: Login, add: Callable[..., Evidence], content: bytes, name: str, words: str
) -> None:
    evidence = add(content, name)
    assert evidence.page_count == 0
    assert Job.objects.get().state == JobState.FAILED
    shown = preview(login("officer_a"), evidence)
    assert Job.objects.get().error in shown
    assert reverse("evidence_download", args=[evidence.pk]) in shown


def test_other_kinds_and_bare_references_have_no_preview(
    world: World, login: Login, add: Callable[..., Evidence], row: Score
) -> None:
    from tests.entry.test_uploads import DOCX

    evidence = add(DOCX, "a.docx")
    assert not Job.objects.exists()
    assert reverse("evidence_download", args=[evidence.pk]) in preview(login("officer_a"), evidence)
    bare = Evidence.objects.create(sheet=row.sheet, number="2/BC")
    bare.scores.add(row)
    assert "<figure" not in preview(login("officer_a"), bare)


def test_a_preview_under_way_says_so_and_asks_again(
    login: Login, row: Score, django_capture_on_commit_callbacks: Any
) -> None:
    url = reverse("sheet_evidence_add", args=[row.sheet_id, row.criterion_id])
    login("officer_a").post(url, {"number": "1/BC", "file": SimpleUploadedFile("a.pdf", pdf(1))})
    evidence = Evidence.objects.get()
    shown = preview(login("officer_a"), evidence, part="1")
    assert 'hx-trigger="every 2s"' in shown
    assert "<progress" in shown
    assert "<figure" not in shown


def test_pictures_of_an_older_document_are_made_when_asked_for(
    world: World, login: Login, row: Score, django_capture_on_commit_callbacks: Any
) -> None:
    evidence = Evidence.objects.create(
        sheet=row.sheet,
        number="1/BC",
        file=SimpleUploadedFile("a.pdf", pdf(1)),
        extension="pdf",
        original_name="a",
        sha256="0" * 64,
    )
    evidence.scores.add(row)
    submit(world, world.commune_a)
    client = login("justice_officer")
    assert "<form" in preview(client, evidence, part="1")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("evidence_preview", args=[evidence.pk]))
    assert "<figure" in preview(client, evidence)


def test_a_document_goes_with_its_pictures(
    add: Callable[..., Evidence], media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    evidence = add(pdf(2))
    with django_capture_on_commit_callbacks(execute=True):
        drop(evidence)
    assert not EvidencePage.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]


# Quarantine ----------------------------------------------------------------------------------------------
def test_a_clean_document_leaves_quarantine_and_is_drawn(scanner: Path, add: Callable[..., Evidence]) -> None:
    evidence = add(pdf(1))
    assert (evidence.scan, evidence.page_count) == (Scan.CLEAN, 1)


def test_until_it_is_scanned_nobody_gets_a_document(scanner: Path, world: World, login: Login, row: Score) -> None:
    url = reverse("sheet_evidence_add", args=[row.sheet_id, row.criterion_id])
    client = login("officer_a")
    client.post(url, {"number": "1/BC", "file": SimpleUploadedFile("a.pdf", pdf(1))})
    evidence = Evidence.objects.get()
    assert evidence.scan == Scan.WAITING
    assert client.get(reverse("evidence_download", args=[evidence.pk])).status_code == 403
    assert picture_of(client, evidence).status_code == 403
    sheet = client.get(reverse("sheet", args=[row.sheet_id])).content.decode()
    assert f'href="{reverse("evidence_download", args=[evidence.pk])}"' not in sheet
    assert client.post(reverse("evidence_preview", args=[evidence.pk])).status_code == 302
    assert not Job.objects.filter(key__startswith="evidence-preview").exists()


def test_an_infected_document_stays_and_is_handed_to_nobody(
    scanner: Path, world: World, login: Login, add: Callable[..., Evidence]
) -> None:
    evidence = add(pdf(1) + EICAR)
    assert (evidence.scan, evidence.page_count) == (Scan.INFECTED, 0)
    told = Notice.objects.filter(kind=Notice.Kind.INFECTED).values_list("user__username", flat=True)
    assert set(told) == {"officer_a", "leader_a"}
    assert AuditEvent.objects.filter(action=Action.EVIDENCE_INFECTED).count() == 1
    for who in ("officer_a", "coordinator"):
        client = login(who)
        assert client.get(reverse("evidence_download", args=[evidence.pk])).status_code == 403
        assert "<figure" not in preview(client, evidence)
    assert evidence.file.storage.exists(str(evidence.file.name))


@pytest.mark.parametrize("command", ["/nowhere/clamdscan", "/bin/sh -c 'exit 2'"])
def test_a_scanner_that_does_not_answer_leaves_it_in_quarantine_to_be_tried_again(
    scanner: Path,
    settings: Any,
    add: Callable[..., Evidence],
    command: str,
    django_capture_on_commit_callbacks: Any,
) -> None:
    works, settings.CLAMAV_COMMAND = settings.CLAMAV_COMMAND, command
    evidence = add(pdf(1))
    assert evidence.scan == Scan.WAITING
    assert Job.objects.get().state == JobState.FAILED
    with pytest.raises(CommandError):
        call_command("scan_evidence")
    settings.CLAMAV_COMMAND = works
    told = io.StringIO()
    with django_capture_on_commit_callbacks(execute=True):
        call_command("scan_evidence", stdout=told)
    assert told.getvalue() == "1 clean, 0 infected\n"
    evidence.refresh_from_db()
    assert (evidence.scan, evidence.page_count) == (Scan.CLEAN, 1)


def test_documents_from_before_there_was_a_scanner_are_scanned_when_asked_for(
    scanner: Path, settings: Any, add: Callable[..., Evidence]
) -> None:
    works, settings.CLAMAV_COMMAND = settings.CLAMAV_COMMAND, ""
    evidence = add(pdf(1) + EICAR)
    with pytest.raises(CommandError):
        call_command("scan_evidence", "--all")
    settings.CLAMAV_COMMAND = works
    told = io.StringIO()
    call_command("scan_evidence", stdout=told)
    call_command("scan_evidence", "--all", stdout=told)
    assert told.getvalue() == "0 clean, 0 infected\n0 clean, 1 infected\n"
    evidence.refresh_from_db()
    assert evidence.scan == Scan.INFECTED
