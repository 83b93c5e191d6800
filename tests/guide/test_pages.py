"""The pages of the guide, the way to them from every other page, and the printed chapter."""

import subprocess
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from guide.chapters import SLUGS, chapter, chapters_of
from guide.printing import as_html, forget, kept_name
from parportal.jobs.models import Job, JobState
from reports.output.pdf import ENDING
from tests.world import World
from units.access import Role
from units.models import Membership

pytestmark = pytest.mark.any_database
Login = Callable[[str], Client]


@pytest.fixture
def own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize(
    ("name", "slugs"),
    [
        ("officer_a", ["can-bo-xa"]),
        ("leader_a", ["lanh-dao-xa"]),
        ("justice_officer", ["co-quan-tham-dinh"]),
        ("coordinator", ["dieu-phoi"]),
        ("district_leader", ["lanh-dao-cap-tren", "lanh-dao-xa"]),
        ("administrator", ["quan-tri"]),
    ],
)
def test_each_role_has_its_chapter(world: World, name: str, slugs: list[str]) -> None:
    assert [each.slug for each in chapters_of(world.fresh(name))] == slugs


def test_the_readers_own_chapters_stand_first(world: World, login: Login) -> None:
    page = login("justice_officer").get(reverse("guide"))
    mine, others = page.context["mine"], page.context["others"]
    assert [each.slug for each in mine] == ["co-quan-tham-dinh"]
    assert {each.slug for each in (*mine, *others)} == set(SLUGS)


def test_a_person_without_a_role_chooses_a_chapter(world: World, login: Login) -> None:
    Membership.objects.filter(user=world.officer_a).delete()
    client = login("officer_a")
    assert client.get(reverse("guide"), {"page": "sheet"}).status_code == 200
    assert not client.get(reverse("guide")).context["mine"]


def test_a_page_leads_to_its_place(world: World, login: Login) -> None:
    Membership.objects.create(
        user=world.officer_a, unit=world.district, role=Role.COORDINATOR, valid_from="2020-01-01"
    )
    client = login("officer_a")
    page = client.get(reverse("sheet_shares", args=[world.sheet(world.commune_a).pk]))
    way = f"{reverse('guide')}?page=sheet_shares"
    assert f'href="{way}"' in page.text
    assert client.get(way)["Location"] == "/guide/can-bo-xa/#phan-cong-cham"
    assert client.get(reverse("guide"), {"page": "criteria_sets"})["Location"] == "/guide/dieu-phoi/#bo-tieu-chi"
    assert client.get(reverse("guide"), {"page": "//evil"})["Location"] == "/guide/can-bo-xa/"


def test_a_chapter_shows_its_text_and_pictures(world: World, login: Login) -> None:
    page = login("officer_a").get(reverse("guide_chapter", args=["can-bo-xa"])).text
    for section in chapter("can-bo-xa").sections:
        assert f'id="{section.anchor}"' in page
    for picture in chapter("can-bo-xa").named_pictures():
        assert f'src="/static/img/guide/{picture.file}" alt="{picture.alt}" width="1024"' in page
    assert "<strong>Trình lãnh đạo</strong>" in page
    assert login("officer_a").get(reverse("guide_chapter", args=["no-such"])).status_code == 404


def test_an_english_reader_is_told_that_the_text_is_vietnamese(world: World, login: Login) -> None:
    client = login("officer_a")
    client.cookies["django_language"] = "en"
    page = client.get(reverse("guide_chapter", args=["can-bo-xa"])).text
    assert "The guide is written in Vietnamese" in page
    assert '<div class="guide" lang="vi">' in page


def test_a_chapter_is_printed_once_and_kept(
    world: World, login: Login, own_media: None, django_capture_on_commit_callbacks: Any, tmp_path: Path
) -> None:
    client, address = login("administrator"), reverse("guide_pdf", args=["quan-tri"])
    assert client.get(address).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        started = client.post(address)
    job = Job.objects.get()
    assert started["Location"] == reverse("job", args=[job.pk])
    assert (job.state, job.result["url"]) == (JobState.DONE, address)
    assert client.post(address)["Location"] == address
    paper = tmp_path / "quan-tri.pdf"
    paper.write_bytes(b"".join(client.get(address)))
    said = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, text=True, check=True).stdout
    flat = " ".join(said.split())
    assert all(section.title in flat for section in chapter("quan-tri").sections)
    assert chapter("quan-tri").title in flat
    assert Job.objects.count() == 1


def test_the_printed_chapter_is_another_one_when_its_text_changes(own_media: None) -> None:
    found = chapter("quan-tri")
    name = kept_name(found)
    assert name == kept_name(found) != kept_name(chapter("dieu-phoi"))
    default_storage.save(name, StringIO("old"))
    forget("can-bo-xa")
    assert default_storage.exists(name)
    forget("quan-tri")
    assert not default_storage.exists(name)


def test_a_printed_chapter_loads_nothing_from_elsewhere() -> None:
    page = as_html(chapter("can-bo-xa"))
    assert "http" not in page
    assert 'src="portal-picture:phieu-cham.png"' in page


def test_a_printed_block_ends_without_white_space() -> None:
    """WeasyPrint breaks a line that is exactly full behind its first word otherwise."""
    assert (
        ENDING.sub("", "<p>One <b>two</b>\n</p>\n<ul><li>a\n  </li></ul>")
        == "<p>One <b>two</b></p>\n<ul><li>a</li></ul>"
    )


def test_the_command_says_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("render_guide", "quan-tri", output=tmp_path / "none" / "file.pdf")
