from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from scoring.actions.sheets import move_sheet
from scoring.models import Evidence, Score
from tests.world import World

Login = Callable[[str], Client]
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def row_url(score: Score, name: str = "sheet_evidence_add", *more: int) -> str:
    return reverse(name, args=[score.sheet_id, score.criterion_id, *more])


def add(
    client: Client, score: Score, *, content: bytes | None = PDF, name: str = "báo cáo.pdf", **data: str
) -> Any:
    file = {"file": SimpleUploadedFile(name, content)} if content is not None else {}
    return client.post(row_url(score), {**data, **file})


def download(client: Client, evidence: Evidence) -> bytes:
    answer = client.get(reverse("evidence_download", args=[evidence.pk]))
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def submit(world: World) -> None:
    for name, who in (("propose", world.officer_a), ("submit", world.leader_a)):
        move_sheet(sheet=world.sheet(world.commune_a), name=name, by=who)


def test_a_reference_and_a_file_are_kept_and_handed_out_as_a_download(world: World, login: Login) -> None:
    client = login("officer_a")
    added = add(client, world.score(world.commune_a, "1.1"), number="123/BC-UBND", issued_on="12/8/2024")
    assert added.status_code == 302
    evidence = Evidence.objects.get()
    assert (evidence.number, str(evidence.issued_on)) == ("123/BC-UBND", "2024-08-12")
    assert "cáo" not in str(evidence.file.name)
    page = client.get(reverse("sheet", args=[evidence.sheet_id])).content.decode()
    assert "123/BC-UBND" in page
    answer = client.get(reverse("evidence_download", args=[evidence.pk]))
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Type"] == "application/pdf"


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "trống.pdf"), (b"MZ\x90\x00" + b"\0" * 200, "virus.pdf"), (PDF, "báo cáo.docx"), (b"<html>", "a.html")],
)
def test_a_file_that_is_empty_or_not_what_its_name_says_is_refused_in_words(
    world: World, login: Login, content: bytes, name: str
) -> None:
    refused = add(
        login("officer_a"), world.score(world.commune_a, "1.1"), content=content, name=name, number="1/BC"
    )
    assert refused.status_code == 422
    assert 'class="errorlist"' in refused.content.decode()
    assert 'value="1/BC"' in refused.content.decode()
    assert not Evidence.objects.exists()


def test_an_oversized_file_is_refused_and_nothing_stays_on_disk(
    world: World, login: Login, settings: Any, media: Path
) -> None:
    settings.MAX_UPLOAD_BYTES = 1000
    refused = add(login("officer_a"), world.score(world.commune_a, "1.1"), content=PDF + b"x" * 1000)
    assert refused.status_code == 422
    assert not Evidence.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_an_empty_form_and_an_impossible_date_are_refused(world: World, login: Login) -> None:
    client = login("officer_a")
    score = world.score(world.commune_a, "1.1")
    assert add(client, score, content=None).status_code == 422
    assert add(client, score, content=None, number="1/BC", issued_on="31/2/2024").status_code == 422
    assert not Evidence.objects.exists()


def test_one_document_proves_several_rows_and_goes_with_the_last(
    world: World, login: Login, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    client = login("officer_a")
    first, second = (world.score(world.commune_a, code) for code in ("1.1", "2.1"))
    add(client, first, number="123/BC-UBND")
    evidence = Evidence.objects.get()
    assert "123/BC-UBND" in client.get(row_url(second)).content.decode()
    client.post(row_url(second, "sheet_evidence_link", evidence.pk))
    assert evidence.scores.count() == 2
    client.post(row_url(first, "evidence_remove", evidence.pk))
    assert list(evidence.scores.all()) == [second]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(row_url(second, "evidence_remove", evidence.pk))
    assert not Evidence.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]
    assert "123/BC-UBND" in client.get(reverse("sheet_history", args=[first.sheet_id])).content.decode()


def test_after_submission_nothing_changes_and_what_is_added_is_marked_as_late(world: World, login: Login) -> None:
    client = login("officer_a")
    score = world.score(world.commune_a, "1.1")
    add(client, score, content=None, number="123/BC-UBND")
    submit(world)
    evidence = Evidence.objects.get()
    client.post(row_url(score, "evidence_remove", evidence.pk))
    client.post(row_url(world.score(world.commune_a, "2.1"), "sheet_evidence_link", evidence.pk))
    assert [each.pk for each in evidence.scores.all()] == [score.pk]
    assert add(client, score, content=None, number="124/BC-UBND").status_code == 302
    late = Evidence.objects.get(number="124/BC-UBND")
    assert (evidence.is_late, late.is_late) == (False, True)


@pytest.mark.parametrize("who", ["officer_b", "leader_b", "outsider", "administrator", "justice_officer"])
def test_evidence_of_another_unit_does_not_exist(world: World, login: Login, who: str) -> None:
    score = world.score(world.commune_a, "1.1")
    add(login("officer_a"), score)
    submit(world)
    evidence = Evidence.objects.get()
    client = login(who)
    assert client.get(reverse("evidence_download", args=[evidence.pk])).status_code == 404
    for name in ("sheet_evidence_link", "evidence_remove"):
        assert client.post(row_url(score, name, evidence.pk)).status_code == 404
    assert Evidence.objects.exists()


def test_evidence_of_another_unit_cannot_be_linked_to_an_own_row(world: World, login: Login) -> None:
    add(login("officer_a"), world.score(world.commune_a, "1.1"), content=None, number="1/BC")
    own = world.score(world.commune_b, "1.1")
    answer = login("officer_b").post(row_url(own, "sheet_evidence_link", Evidence.objects.get().pk))
    assert answer.status_code == 404


def test_who_reads_a_sheet_may_download_but_not_touch_its_evidence(world: World, login: Login) -> None:
    score = world.score(world.commune_a, "2.1")
    add(login("officer_a"), score)
    submit(world)
    evidence = Evidence.objects.get()
    for who in ("coordinator", "justice_officer", "district_leader"):
        client = login(who)
        assert download(client, evidence) == PDF
        assert client.post(row_url(score, "evidence_remove", evidence.pk)).status_code == 403
        assert client.get(row_url(score)).status_code == 403


def test_a_reference_without_a_file_has_no_download(world: World, login: Login) -> None:
    client = login("officer_a")
    add(client, world.score(world.commune_a, "1.1"), content=None, number="1/BC")
    assert client.get(reverse("evidence_download", args=[Evidence.objects.get().pk])).status_code == 404
