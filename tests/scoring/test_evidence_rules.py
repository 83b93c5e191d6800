"""What may be done with evidence, and when: before submission, after it, and after a return."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from parportal.entry.models import Upload, UploadState
from scoring.actions.evidence import Reference, add_evidence, replace_evidence
from scoring.actions.sheets import move_sheet
from scoring.models import Campaign, CampaignStatus, Evidence, Score, ScoreSheet, SheetStatus
from scoring.workflow import MoveRefused
from tests.world import World, submit
from units.audit import Action
from units.models import AuditEvent

Login = Callable[[str], Client]
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def row(world: World) -> Score:
    return world.score(world.commune_a, "1.1")


def pdf(name: str = "a.pdf", more: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF + more)


def row_url(score: Score, name: str = "sheet_evidence_add", *more: int) -> str:
    return reverse(name, args=[score.sheet_id, score.criterion_id, *more])


def given(world: World, number: str = "1/BC", code: str = "1.1", **columns: Any) -> Evidence:
    score = world.score(world.commune_a, code)
    evidence = add_evidence(score=score, reference=Reference(number=number), file=None, by=world.officer_a)
    Evidence.objects.filter(pk=evidence.pk).update(**columns)
    evidence.refresh_from_db()
    return evidence


def complete_upload(world: World, content: bytes = PDF, who: str = "officer_a", key: str = "upload-1") -> Upload:
    return Upload.objects.create(
        user=world.people[who],
        key=key,
        name="tờ trình.pdf",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        received=len(content),
        state=UploadState.COMPLETE,
        completed_at=timezone.now(),
        file=SimpleUploadedFile("x", content),
    )


def hand_in_and_return(world: World) -> None:
    submit(world, world.commune_a)
    move_sheet(sheet=world.sheet(world.commune_a), name="return", by=world.coordinator, reason="Bổ sung tài liệu.")


# Adding --------------------------------------------------------------------------------------------------
def test_several_files_are_added_at_once_each_as_a_document_of_its_own(
    world: World, login: Login, row: Score
) -> None:
    answer = login("officer_a").post(row_url(row), {"number": "5/BC", "file": [pdf("a.pdf"), pdf("b.pdf", b"2")]})
    assert answer.status_code == 302
    names = Evidence.objects.filter(scores=row, number="5/BC").values_list("original_name", flat=True)
    assert set(names) == {"a.pdf", "b.pdf"}
    assert AuditEvent.objects.filter(action=Action.EVIDENCE_ADDED).count() == 1
    page = login("officer_a").get(reverse("sheet", args=[row.sheet_id])).content.decode()
    assert "5/BC (a.pdf)" in page
    assert "5/BC (b.pdf)" in page


def test_one_file_that_is_not_taken_keeps_all_out_and_is_named(
    world: World, login: Login, row: Score, media: Path
) -> None:
    bad = SimpleUploadedFile("trang.pdf", b"<html>")
    refused = login("officer_a").post(row_url(row), {"file": [pdf(), bad]})
    assert refused.status_code == 422
    assert "trang.pdf" in refused.content.decode()
    assert not Evidence.objects.exists()


def test_a_file_that_came_in_parts_becomes_evidence_once(world: World, login: Login, row: Score) -> None:
    upload = complete_upload(world)
    stored = upload.file.name
    for _time in range(2):
        answer = login("officer_a").post(row_url(row), {"title": "Tờ trình", "upload": upload.key})
        assert answer.status_code == 302
    evidence = Evidence.objects.get()
    assert (evidence.file.name, evidence.original_name) == (stored, "tờ trình.pdf")
    assert (evidence.content_type, evidence.sha256) == ("application/pdf", upload.sha256)
    upload.refresh_from_db()
    assert not upload.file


def test_what_has_not_arrived_or_is_another_persons_is_no_evidence(world: World, login: Login, row: Score) -> None:
    complete_upload(world, who="officer_b")
    client = login("officer_a")
    assert client.post(row_url(row), {"upload": "upload-1"}).status_code == 422
    half = complete_upload(world, key="upload-2")
    Upload.objects.filter(pk=half.pk).update(
        state=UploadState.RECEIVING, completed_at=None, received=half.size - 1, file=""
    )
    refused = client.post(row_url(row), {"upload": half.key, "number": "1/BC"})
    assert refused.status_code == 422
    assert "tờ trình.pdf" in refused.content.decode()
    assert not Evidence.objects.exists()


def test_a_form_that_is_refused_keeps_the_files_that_have_arrived(world: World, login: Login, row: Score) -> None:
    upload = complete_upload(world)
    refused = login("officer_a").post(row_url(row), {"upload": upload.key, "issued_on": "31/2/2024"})
    assert refused.status_code == 422
    assert f'name="upload" value="{upload.key}"' in refused.content.decode()


# Late ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("status", "is_open"),
    [
        (SheetStatus.AWAITING_LEADER, False),
        (SheetStatus.SUBMITTED, True),
        (SheetStatus.UNDER_APPRAISAL, True),
        (SheetStatus.EXPLAINING, True),
        (SheetStatus.SECOND_APPRAISAL, False),
        (SheetStatus.APPRAISED, False),
    ],
)
def test_late_documents_are_taken_until_the_sheet_is_decided(
    world: World, login: Login, row: Score, status: SheetStatus, is_open: bool
) -> None:
    submit(world, world.commune_a)
    ScoreSheet.objects.filter(pk=row.sheet_id).update(status=status)
    answer = login("officer_a").post(row_url(row), {"number": "9/BC"})
    assert answer.status_code == (302 if is_open else 422)
    assert [each.is_late for each in Evidence.objects.all()] == ([True] if is_open else [])
    assert AuditEvent.objects.filter(action=Action.EVIDENCE_ADDED_LATE).exists() == is_open


def test_no_late_document_once_the_campaign_is_closed(world: World, login: Login, row: Score) -> None:
    submit(world, world.commune_a)
    Campaign.objects.update(status=CampaignStatus.CLOSED)
    assert login("officer_a").post(row_url(row), {"number": "9/BC"}).status_code == 422


@pytest.mark.parametrize(("who", "status"), [("coordinator", 403), ("district_leader", 403), ("officer_b", 404)])
def test_only_the_unit_adds_late_documents(world: World, login: Login, row: Score, who: str, status: int) -> None:
    submit(world, world.commune_a)
    assert login(who).post(row_url(row), {"number": "9/BC"}).status_code == status


def test_a_late_document_proves_further_rows_but_what_was_handed_in_does_not(
    world: World, login: Login, row: Score
) -> None:
    before = given(world)
    submit(world, world.commune_a)
    client = login("officer_a")
    client.post(row_url(row), {"number": "late"})
    late = Evidence.objects.get(number="late")
    other = world.score(world.commune_a, "2.1")
    for evidence in (before, late):
        client.post(row_url(other, "sheet_evidence_link", evidence.pk))
    assert list(other.evidence.all()) == [late]
    client.post(row_url(other, "evidence_remove", late.pk))
    assert list(other.evidence.all()) == [late]


# After a return ------------------------------------------------------------------------------------------
def test_what_was_handed_in_stays_after_a_return(world: World, login: Login, row: Score) -> None:
    approved = given(world)
    hand_in_and_return(world)
    client = login("officer_a")
    client.post(row_url(row, "evidence_remove", approved.pk))
    assert list(row.evidence.all()) == [approved]
    refused = client.post(reverse("evidence_change", args=[approved.pk]), {"number": "2/BC"})
    assert refused.status_code == 422
    approved.refresh_from_db()
    assert approved.number == "1/BC"


def test_a_late_document_stays_after_a_return(world: World, login: Login, row: Score) -> None:
    late = given(world, is_late=True)
    client = login("officer_a")
    client.post(row_url(row, "evidence_remove", late.pk))
    assert list(row.evidence.all()) == [late]


def test_from_a_row_where_it_was_not_yet_a_document_may_go_again(world: World, login: Login, row: Score) -> None:
    approved = given(world)
    hand_in_and_return(world)
    other = world.score(world.commune_a, "2.1")
    client = login("officer_a")
    client.post(row_url(other, "sheet_evidence_link", approved.pk))
    assert list(other.evidence.all()) == [approved]
    client.post(row_url(other, "evidence_remove", approved.pk))
    assert not other.evidence.exists()
    assert list(row.evidence.all()) == [approved]


def test_what_was_added_after_the_return_may_go(world: World, login: Login, row: Score) -> None:
    hand_in_and_return(world)
    new = given(world, "7/BC")
    login("officer_a").post(row_url(row, "evidence_remove", new.pk))
    assert not Evidence.objects.exists()


# Versions ------------------------------------------------------------------------------------------------
def test_a_new_version_takes_over_the_rows_and_the_old_one_stays_to_be_had(
    world: World, login: Login, row: Score
) -> None:
    other = world.score(world.commune_a, "2.1")
    client = login("officer_a")
    client.post(row_url(row), {"number": "1/BC", "file": pdf()})
    first = Evidence.objects.get()
    client.post(row_url(other, "sheet_evidence_link", first.pk))
    hand_in_and_return(world)
    url = reverse("evidence_replace", args=[first.pk])
    assert "1/BC" in client.get(url).content.decode()
    assert client.post(url, {"number": "1a/BC", "file": pdf("b.pdf", b"new")}).status_code == 302
    second = Evidence.objects.get(replaces=first)
    assert {*second.scores.all()} == {row, other}
    assert not first.scores.exists()
    listed = client.get(reverse("sheet_evidence", args=[row.sheet_id])).content.decode()
    assert reverse("evidence_version", args=[second.pk, first.pk]) in listed
    submit(world, world.commune_a)
    for who in ("coordinator", "justice_officer"):
        old = login(who).get(reverse("evidence_version", args=[second.pk, first.pk]))
        assert b"".join(old.streaming_content) == PDF  # type: ignore[attr-defined]
    assert login("officer_b").get(reverse("evidence_version", args=[second.pk, first.pk])).status_code == 404
    assert login("coordinator").get(reverse("evidence_version", args=[second.pk, 10**9])).status_code == 404


def test_a_version_without_a_file_has_that_of_the_one_before_and_taking_it_back_keeps_it(
    world: World, login: Login, row: Score, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    client = login("officer_a")
    client.post(row_url(row), {"number": "1/BC", "file": pdf()})
    first = Evidence.objects.get()
    client.post(reverse("evidence_replace", args=[first.pk]), {"number": "1/BC", "page": "trang 5"})
    second = Evidence.objects.get(replaces=first)
    assert (second.file.name, second.sha256, second.page) == (first.file.name, first.sha256, "trang 5")
    with django_capture_on_commit_callbacks(execute=True):
        told = client.post(row_url(row, "evidence_remove", second.pk), {"back": "list"}, follow=True)
    assert "1/BC" in told.content.decode()
    assert list(Evidence.objects.all()) == [first] == list(row.evidence.all())
    assert first.file.storage.exists(str(first.file.name))


def test_only_the_last_version_is_replaced_or_used_for_more_rows(world: World, row: Score) -> None:
    first = given(world)
    second = replace_evidence(evidence=first, reference=Reference(number="2"), file=None, by=world.officer_a)
    with pytest.raises(MoveRefused):
        replace_evidence(evidence=first, reference=Reference(number="3"), file=None, by=world.officer_a)
    assert list(Evidence.objects.filter(replaced_by=None)) == [second]


def test_after_submission_there_is_no_new_version(world: World, login: Login) -> None:
    evidence = given(world)
    submit(world, world.commune_a)
    refused = login("officer_a").post(reverse("evidence_replace", args=[evidence.pk]), {"number": "2/BC"})
    assert refused.status_code == 422
    assert Evidence.objects.count() == 1


# Reference, check, list ------------------------------------------------------------------------------------
def test_a_reference_is_corrected_before_submission_with_a_trace(world: World, login: Login) -> None:
    evidence = given(world, to_check=True)
    client = login("officer_a")
    url = reverse("evidence_change", args=[evidence.pk])
    assert 'value="1/BC"' in client.get(url).content.decode()
    saved = client.post(url, {"number": "2/BC", "issued_on": "5/3/2024", "page": "trang 7"})
    assert saved.status_code == 302
    evidence.refresh_from_db()
    assert (evidence.number, evidence.page, evidence.to_check) == ("2/BC", "trang 7", False)
    changes = AuditEvent.objects.get(action=Action.EVIDENCE_CHANGED).changes
    assert changes.filter(attribute="number", old="1/BC", new="2/BC").exists()
    assert client.post(url, {"page": "trang 8"}).status_code == 422


def test_a_copied_document_is_checked_once(world: World, login: Login) -> None:
    evidence = given(world, to_check=True)
    client = login("officer_a")
    assert (
        reverse("evidence_checked", args=[evidence.pk])
        in client.get(reverse("sheet_evidence", args=[evidence.sheet_id])).content.decode()
    )
    for _time in range(2):
        client.post(reverse("evidence_checked", args=[evidence.pk]))
    evidence.refresh_from_db()
    assert not evidence.to_check
    assert AuditEvent.objects.filter(action=Action.EVIDENCE_CHECKED).count() == 1


def test_a_document_is_used_for_the_row_whose_code_is_typed(world: World, login: Login) -> None:
    evidence = given(world)
    client = login("officer_a")
    url = reverse("evidence_link", args=[evidence.pk])
    for code in ("2.1", "2.1", "9.9"):
        client.post(url, {"code": code})
    assert {row.criterion.code for row in evidence.scores.all()} == {"1.1", "2.1"}
    login("coordinator").post(url, {"code": "2.2"})
    assert evidence.scores.count() == 2


def test_the_list_shows_a_reader_only_documents_of_rows_he_sees(world: World, login: Login) -> None:
    given(world, "phần-một")
    given(world, "phần-hai", "2.1")
    submit(world, world.commune_a)
    url = reverse("sheet_evidence", args=[world.sheet(world.commune_a).pk])
    seen = login("justice_officer").get(url).content.decode()
    assert "phần-hai" in seen
    assert "phần-một" not in seen
    assert "1.1" not in seen
    assert "<form" not in seen.split("<main")[1].split("</main")[0]


def test_the_list_costs_the_same_however_many_documents(
    world: World, login: Login, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        given(world, f"{number}/BC", "1.1" if number % 2 else "2.1")
    client = login("officer_a")
    url = reverse("sheet_evidence", args=[world.sheet(world.commune_a).pk])
    client.get(url)
    with django_assert_max_num_queries(16):
        client.get(url)
