"""Files in small parts: complete only when whole and verified, whatever the line does."""

import hashlib
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from parportal.entry import receiving
from parportal.entry.models import Receipt, Upload, UploadPart, UploadState
from tests.world import World

Login = Callable[[str], Client]
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n" + b"% tr\xc3\xaan \n" * 20 + b"trailer\n<<>>\n%%EOF\n"
KEY = "6f9619ff-8b86-d011-b42d-00cf4fc964ff"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def announce(client: Client, content: bytes = PDF, *, key: str = KEY, **changes: Any) -> Any:
    sent = {
        "key": key,
        "name": "báo cáo.pdf",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        **changes,
    }
    return client.post(reverse("uploads"), sent, content_type="application/json")


def send(client: Client, offset: int | str, content: bytes, *, key: str = KEY) -> Any:
    address = f"{reverse('upload', args=[key])}?offset={offset}"
    return client.put(address, content, content_type="application/octet-stream")


def files(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def test_a_file_arrives_in_parts_and_the_last_answer_is_the_receipt(
    world: World, login: Login, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    client = login("officer_a")
    opened = announce(client).json()
    assert (opened["state"], opened["received"]) == ("receiving", 0)
    for offset in range(0, len(PDF), 100):
        with django_capture_on_commit_callbacks(execute=True):
            answer = send(client, offset, PDF[offset : offset + 100])
        assert answer.status_code == 200
    receipt = answer.json()
    assert (receipt["state"], receipt["received"]) == ("complete", len(PDF))
    assert receipt["sha256"] == hashlib.sha256(PDF).hexdigest()
    upload = Upload.objects.get()
    with upload.file.open("rb") as whole:
        assert whole.read() == PDF
    assert not UploadPart.objects.exists()
    assert [path.name for path in files(media)] == [Path(str(upload.file.name)).name]
    assert "cáo" not in str(upload.file.name)


def test_a_part_sent_twice_is_kept_once_and_a_wrong_offset_is_told_the_true_one(
    world: World, login: Login
) -> None:
    client = login("officer_a")
    announce(client)
    send(client, 0, PDF[:100])
    again = send(client, 0, PDF[:100])
    assert (again.status_code, again.json()["received"]) == (200, 100)
    for wrong in (50, 200):
        refused = send(client, wrong, PDF[wrong : wrong + 100])
        assert (refused.status_code, refused.json()["received"]) == (409, 100)
    assert UploadPart.objects.count() == 1
    assert send(client, 100, PDF[100:]).json()["state"] == "complete"
    assert send(client, 100, PDF[100:]).json()["state"] == "complete"


def test_the_same_file_chosen_again_goes_on_where_it_stopped(world: World, login: Login) -> None:
    client = login("officer_a")
    announce(client)
    send(client, 0, PDF[:150])
    assert announce(client).json()["received"] == 150
    resumed = announce(client, key="another-key-after-a-reload").json()
    assert (resumed["key"], resumed["received"]) == (KEY, 150)
    assert announce(client, key="of-another-name", name="khác.pdf").json()["received"] == 0


def test_a_wrong_hash_is_refused_and_may_begin_again(world: World, login: Login, media: Path) -> None:
    client = login("officer_a")
    announce(client)
    spoilt = PDF.replace(b"tr", b"rt")
    refused = send(client, 0, spoilt)
    assert (refused.status_code, refused.json()["state"], refused.json()["received"]) == (422, "refused", 0)
    assert refused.json()["why"]
    again = announce(client).json()
    assert (again["state"], again["received"], again["why"]) == ("receiving", 0, "")
    assert send(client, 0, PDF).json()["state"] == "complete"


@pytest.mark.parametrize("content", [b"MZ\x90\x00" + bytes(300), b"<html>" * 40])
def test_content_that_is_not_what_the_name_says_is_refused_and_kept_nowhere(
    world: World, login: Login, media: Path, content: bytes, django_capture_on_commit_callbacks: Any
) -> None:
    client = login("officer_a")
    announce(client, content)
    with django_capture_on_commit_callbacks(execute=True):
        assert send(client, 0, content).json()["state"] == "refused"
    assert Upload.objects.get().state == UploadState.REFUSED
    assert not files(media)


@pytest.mark.parametrize(
    "changes",
    [
        {"size": 21 * 1024 * 1024},
        {"size": 0},
        {"size": -1},
        {"size": "12"},
        {"name": "a.exe"},
        {"name": 5},
        {"sha256": ""},
        {"sha256": "x" * 64},
        {"key": "../.."},
        {"key": ""},
    ],
)
def test_what_would_not_be_taken_is_refused_before_it_is_sent(
    world: World, login: Login, changes: dict[str, Any]
) -> None:
    key = changes.pop("key", KEY)
    refused = announce(login("officer_a"), key=key, **changes)
    assert (refused.status_code, refused.json()["state"]) == (422, "refused")
    assert refused.json()["why"]
    assert not Upload.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "{}", "null", "{", '{"key": 1}', "x" * 20_000])
def test_an_announcement_that_cannot_be_read_is_refused(world: World, login: Login, body: str) -> None:
    answer = login("officer_a").post(reverse("uploads"), body, content_type="application/json")
    assert answer.status_code == 422


def test_odd_names_are_made_harmless(world: World, login: Login) -> None:
    announce(login("officer_a"), name="..\\a/b\x00\ud800" + "x" * 300 + ".pdf")
    name = Upload.objects.get().name
    assert name.startswith("b?xxx")
    assert len(name) < 200
    assert name.endswith(".pdf")


def test_more_than_was_announced_is_refused(world: World, login: Login) -> None:
    client = login("officer_a")
    announce(client)
    assert send(client, 0, PDF + b"x").status_code == 422
    assert send(client, "minus", b"x").status_code == 400
    assert send(client, 0, bytes(receiving.MAX_PART_BYTES + 1)).status_code == 400
    assert Upload.objects.get().received == 0


def test_another_person_does_not_see_an_upload(world: World, login: Login) -> None:
    announce(login("officer_a"))
    other = login("leader_a")
    assert send(other, 0, PDF).status_code == 404
    assert other.get(reverse("upload", args=[KEY])).status_code == 404
    assert other.delete(reverse("upload", args=[KEY])).status_code == 404
    assert announce(other).json()["received"] == 0
    assert Upload.objects.count() == 2


def test_an_upload_is_called_off_with_its_parts(
    world: World, login: Login, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    client = login("officer_a")
    announce(client)
    send(client, 0, PDF[:100])
    assert files(media)
    assert client.get(reverse("upload", args=[KEY])).json()["received"] == 100
    with django_capture_on_commit_callbacks(execute=True):
        client.delete(reverse("upload", args=[KEY]))
    assert not Upload.objects.exists()
    assert not files(media)


def test_the_oldest_unfinished_upload_makes_room_but_never_a_complete_one(
    world: World, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "MAX_OPEN", 2)
    client = login("officer_a")
    keys = [f"upload-{number}" for number in range(4)]
    contents = [PDF + bytes([number]) for number in range(65, 69)]
    announce(client, contents[0], key=keys[0])
    send(client, 0, contents[0], key=keys[0])
    announce(client, contents[1], key=keys[1])
    announce(client, contents[2], key=keys[2])
    assert list(Upload.objects.values_list("key", flat=True)) == [keys[0], keys[2]]
    send(client, 0, contents[2], key=keys[2])
    assert announce(client, contents[3], key=keys[3]).status_code == 422


def test_a_join_that_was_cut_off_is_made_good_by_asking_again(
    world: World, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = login("officer_a")
    announce(client)
    with monkeypatch.context() as killed:
        killed.setattr(receiving, "finish", lambda upload: upload)
        assert send(client, 0, PDF).json()["state"] == "receiving"
    assert announce(client).json()["state"] == "complete"


def test_pruning_forgets_what_became_nothing(
    world: World, login: Login, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    client = login("officer_a")
    announce(client)
    send(client, 0, PDF[:100])
    announce(client, PDF + b"new", key="a-new-one")
    Receipt.objects.create(user=world.officer_a, key="old", status=200, answer={})
    Receipt.objects.create(user=world.officer_a, key="new", status=200, answer={})
    Upload.objects.filter(key=KEY).update(created_at=timezone.now() - timedelta(days=15))
    Receipt.objects.filter(key="old").update(at=timezone.now() - timedelta(days=181))
    told = io.StringIO()
    with django_capture_on_commit_callbacks(execute=True):
        call_command("prune_entry", stdout=told)
    assert told.getvalue() == "1 uploads, 1 receipts\n"
    assert [upload.key for upload in Upload.objects.all()] == ["a-new-one"]
    assert [receipt.key for receipt in Receipt.objects.all()] == ["new"]
    assert not files(media)


def test_a_file_that_became_evidence_meanwhile_is_not_deleted_with_its_upload(
    world: World, login: Login, django_capture_on_commit_callbacks: Any
) -> None:
    client = login("officer_a")
    announce(client)
    send(client, 0, PDF)
    seen = Upload.objects.get()
    with transaction.atomic():
        receiving.give_away(Upload.objects.select_for_update().get())
    with django_capture_on_commit_callbacks(execute=True):
        receiving.forget(seen)
    assert Path(seen.file.path).read_bytes() == PDF
