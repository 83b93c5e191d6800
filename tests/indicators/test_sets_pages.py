"""The pages of indicator sets: who sees what, import with a preview, and the steps of a set's life."""

import html
import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.actions.sets import import_set, publish_set
from indicators.content import SetContent
from indicators.importing.set_reading import read_set
from indicators.importing.set_workbook import set_workbook
from indicators.importing.yaml_set import read_yaml_set
from indicators.models import IndicatorSet, SetStatus
from tests.indicators.reporting import make_set
from tests.indicators.test_sets_lint import SOUND
from tests.indicators.test_sets_workbook import FIXTURES
from tests.world import World

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
LIST, IMPORT = "/statistics/sets/", "/statistics/sets/import/"
MOST_QUERIES = 12


@pytest.fixture(autouse=True)
def _english(client: Client) -> None:
    client.cookies["django_language"] = "en"


@pytest.fixture
def draft(world: World) -> IndicatorSet:
    return import_set(content=SOUND, office=world.district, by=world.coordinator)


@pytest.fixture
def published(world: World, draft: IndicatorSet) -> IndicatorSet:
    return publish_set(indicator_set=draft, by=world.coordinator)


def page(found: IndicatorSet, name: str = "indicator_set") -> str:
    return reverse(name, args=[found.code, found.version])


def text_of(response: Any) -> str:
    return html.unescape(response.content.decode())


def upload(client: Client, world: World, content: SetContent) -> Any:
    file = SimpleUploadedFile("bo-thu.xlsx", set_workbook(content))
    return client.post(IMPORT, {"file": file, "office": world.district.pk})


def sealed(text: str) -> dict[str, str]:
    found = re.search(r'name="content" value="([^"]+)"', text)
    assert found
    return {"content": found[1]}


def step(client: Client, found: IndicatorSet, name: str) -> Any:
    shown = re.search(r'name="seen" value="(\d+)"', text_of(client.get(page(found))))
    seen = shown[1] if shown else ""
    return client.post(page(found, "indicator_set_step"), {"step": name, "seen": seen}, follow=True)


@pytest.mark.parametrize("name", ["officer_a", "leader_b", "justice_officer", "administrator", "outsider"])
def test_everybody_reads_sets_in_use_and_nobody_else_s_drafts(
    login: Login, world: World, draft: IndicatorSet, name: str
) -> None:
    make_set()
    client = login(name)
    listed = text_of(client.get(LIST))
    assert "Biểu thống kê thử" in listed
    assert "Bộ thử" not in listed
    assert client.get(page(draft)).status_code == 404
    assert client.get(page(draft, "indicator_set_workbook")).status_code == 404


def test_the_page_tells_the_tree_and_the_checks_in_words(login: Login, world: World) -> None:
    text = text_of(login("officer_a").get(page(make_set())))
    assert "Số nhiệm vụ được giao" in text
    assert "ratio of sums: 1.2 / 1.1" in text
    assert "follows from: 1.1 − 1.2" in text
    assert "4.tiep = 4.xong + 4.con" in text
    assert "explained when the difference is exactly Rút hồ sơ (4.rut)" in text


def test_the_biggest_set_takes_few_queries(login: Login, world: World) -> None:
    content = read_yaml_set(FIXTURES / "thong-ke-cchc.yaml")
    found = publish_set(indicator_set=import_set(content=content, office=None, by=None), by=None)
    client = login("officer_a")
    with CaptureQueriesContext(connection) as queries:
        text = text_of(client.get(page(found)))
    assert len(queries) <= MOST_QUERIES
    assert text.count('<tr class="depth-') == 130
    with CaptureQueriesContext(connection) as queries:
        client.get(LIST)
    assert len(queries) <= MOST_QUERIES


def test_the_workbook_of_a_set_says_the_same(login: Login, world: World, published: IndicatorSet) -> None:
    response = login("officer_a").get(page(published, "indicator_set_workbook"))
    assert "bo-thu-v1.xlsx" in response["Content-Disposition"]
    assert read_set(io.BytesIO(response.content)).content == SOUND


def test_a_workbook_is_previewed_and_then_stored(login: Login, world: World) -> None:
    client = login("coordinator")
    text = text_of(upload(client, world, SOUND))
    assert "nothing is stored yet" in text
    assert not IndicatorSet.objects.exists()
    client.post(IMPORT, sealed(text))
    assert SetContent.of(IndicatorSet.objects.get()) == SOUND


def test_the_preview_tells_what_differs_and_makes_a_new_version(
    login: Login, world: World, published: IndicatorSet
) -> None:
    client = login("coordinator")
    text = text_of(
        upload(client, world, replace(SOUND, source="Quyết định mới", indicators=SOUND.indicators[:-1]))
    )
    assert "It becomes the draft of a new version." in text
    assert "bo-thu v2" in text
    assert "<del>Ghi tên</del>" in text
    assert "Quyết định mới" in text
    client.post(IMPORT, sealed(text))
    assert IndicatorSet.objects.filter(code="bo-thu", version=2, status=SetStatus.DRAFT).exists()


def test_nothing_is_offered_where_nothing_differs(login: Login, world: World, published: IndicatorSet) -> None:
    text = text_of(upload(login("coordinator"), world, SOUND))
    assert "there is nothing to store" in text
    assert 'name="content"' not in text


def test_a_faulty_workbook_is_refused_with_its_cells(login: Login, world: World) -> None:
    faulty = replace(SOUND, checks=(replace(SOUND.checks[0], rule="1.a <= 9.9"),))
    response = upload(login("coordinator"), world, faulty)
    assert response.status_code == 422
    assert "There is no indicator 9.9." in text_of(response)
    assert "<td>checks</td>" in text_of(response)


def test_a_shipped_set_needs_a_code_of_its_own(login: Login, world: World) -> None:
    shipped = make_set()
    client = login("coordinator")
    response = upload(client, world, SetContent.of(shipped))
    assert response.status_code == 422
    assert "belongs to a set of another office" in text_of(response)
    text = text_of(upload(client, world, replace(SetContent.of(shipped), code="bieu-huyen")))
    client.post(IMPORT, sealed(text))
    assert IndicatorSet.objects.get(code="bieu-huyen").office == world.district


def test_a_preview_is_good_only_for_who_saw_it_and_while_the_draft_is_the_same(login: Login, world: World) -> None:
    client = login("coordinator")
    shown = sealed(text_of(upload(client, world, SOUND)))
    assert login("outsider").post(IMPORT, shown).status_code == 422
    client = login("coordinator")
    assert client.post(IMPORT, shown).status_code == 302
    again = client.post(IMPORT, shown)
    assert again.status_code == 422
    assert "changed after this preview" in text_of(again)
    assert client.post(IMPORT, {"content": "x"}).status_code == 422


def test_a_workbook_for_an_office_of_others_is_refused(login: Login, world: World) -> None:
    assert upload(login("outsider"), world, SOUND).status_code == 422
    assert login("officer_a").get(IMPORT).status_code == 403


def test_a_draft_is_published_retired_and_then_offers_nothing(
    login: Login, world: World, draft: IndicatorSet
) -> None:
    client = login("coordinator")
    assert "It never changes any more" in text_of(step(client, draft, "publish"))
    assert "no new period can take it" in text_of(step(client, draft, "retire"))
    text = text_of(client.get(page(draft)))
    assert 'name="step"' not in text
    assert "Only a published set can be retired." in text_of(step(client, draft, "retire"))


def test_what_nobody_has_read_is_not_published(login: Login, world: World, draft: IndicatorSet) -> None:
    client = login("coordinator")
    response = client.post(page(draft, "indicator_set_step"), {"step": "publish", "seen": "1"}, follow=True)
    assert "changed after you read it" in text_of(response)
    assert IndicatorSet.objects.get(pk=draft.pk).status == SetStatus.DRAFT


def test_a_draft_is_deleted(login: Login, world: World, draft: IndicatorSet) -> None:
    assert "was deleted" in text_of(step(login("coordinator"), draft, "delete"))
    assert not IndicatorSet.objects.exists()


@pytest.mark.parametrize("name", ["publish", "retire", "delete"])
def test_a_shipped_set_is_changed_by_nobody_on_the_pages(login: Login, world: World, name: str) -> None:
    shipped = make_set()
    client = login("coordinator")
    assert 'name="step"' not in text_of(client.get(page(shipped)))
    assert client.post(page(shipped, "indicator_set_step"), {"step": name}).status_code == 403


def test_a_step_that_does_not_exist_is_refused(login: Login, world: World, draft: IndicatorSet) -> None:
    assert login("coordinator").post(page(draft, "indicator_set_step"), {"step": "burn"}).status_code == 400


def test_a_faulty_draft_says_so_and_offers_no_publication(login: Login, world: World, draft: IndicatorSet) -> None:
    draft.checks.update(rule="1.a <=")
    text = text_of(login("coordinator").get(page(draft)))
    assert "1 fault keeps this set from being published" in text
    assert 'value="publish"' not in text
    assert 'value="delete"' in text


# The administrator's tables -----------------------------------------------------------------------------------
def test_the_administrator_reads_sets_and_takes_the_list_of_indicators_away(login: Login, world: World) -> None:
    made = make_set()
    client = login("administrator")
    assert "Biểu thống kê thử" in text_of(client.get(reverse("admin:indicators_indicatorset_changelist")))
    assert client.get(reverse("admin:indicators_indicatorset_add")).status_code == 403
    changed = client.post(reverse("admin:indicators_indicatorset_change", args=[made.pk]), {"title": "x"})
    assert changed.status_code == 403
    with CaptureQueriesContext(connection) as queries:
        assert "Số nhiệm vụ được giao" in text_of(client.get(reverse("admin:indicators_indicator_changelist")))
    assert len(queries) <= MOST_QUERIES
    form = text_of(client.get(reverse("admin:indicators_indicator_export")))
    csv = re.search(r'value="([0-9]+)"[^>]*>csv', form)
    assert csv
    names = re.findall(r'name="([a-z]+resource_[a-z_]+)"', form)
    data = {"format": csv[1], "resource": "0", **dict.fromkeys(names, "on")}
    lines = client.post(reverse("admin:indicators_indicator_export"), data).content.decode().splitlines()
    assert lines[0].startswith("set,version,code,parent,title")
    assert any(line.startswith("bieu-thu,1,1.1,1,Số nhiệm vụ được giao") for line in lines)


def test_nobody_else_opens_them(login: Login, world: World) -> None:
    assert login("coordinator").get(reverse("admin:indicators_indicatorset_changelist")).status_code == 403
