"""The pages of a replacement: preview, record, and what unit and appraiser see on their rows afterwards."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from scoring.actions.appraisals import accept_rest
from scoring.actions.scores import RowEntry, save_score
from scoring.models import Campaign, Criterion, Score, SetReplacement
from scoring.rules import LeafState
from tests.scoring.appraising import FACTS, at_most, submitted
from tests.scoring.replacing import add, change, later_version, remove, replaced
from tests.world import World
from units.models import Unit

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
LOWER = {"label": "Số hình thức", "base": "0", "step_points": "0.25", "floor": "0"}


@pytest.fixture
def person(login: Login) -> Login:
    """Pages in English, whatever the translations say."""

    def as_person(name: str) -> Client:
        client = login(name)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    return as_person


def answered(world: World, *codes: str) -> None:
    for code in codes:
        entry = RowEntry(LeafState.ANSWERED, FACTS[code], note="Ghi chú riêng")
        save_score(score=world.score(world.commune_a, code), entry=entry, version=1, by=world.officer_a)


def row_url(name: str, world: World, unit: Unit, code: str) -> str:
    score = world.score(unit, code)
    return reverse(name, args=[score.sheet_id, score.criterion_id])


# Preview ------------------------------------------------------------------------------------------------------
def test_without_another_version_the_page_says_what_to_do(world: World, person: Login) -> None:
    page = person("coordinator").get(reverse("campaign_replace_set", args=["dot-thu"])).content.decode()
    assert reverse("criteria_set", args=["bo-thu", 1]) in page


def test_the_preview_tells_what_becomes_of_every_criterion_and_writes_nothing(world: World, person: Login) -> None:
    answered(world, "1.1", "1.2.2", "2.1")
    later_version(world, remove("1.1"), change("1.2.2", params=LOWER), add("2.3", "2"))
    response = person("coordinator").get(reverse("campaign_replace_set", args=["dot-thu"]), {"to": "2"})
    parts = {part.kind: part.lines for part in response.context["parts"]}
    assert {kind: [line.leaf.code for line in lines] for kind, lines in parts.items()} == {
        "removed": ["1.1"],
        "changed": ["1.2.2"],
        "added": ["2.3"],
        "unchanged": ["1.2.1", "2.1", "2.2", "3"],
    }
    assert (parts["removed"][0].holds.answered, parts["removed"][0].holds.noted) == (1, 1)
    assert (parts["changed"][0].holds.answered, parts["changed"][0].holds.appraised) == (1, 0)
    assert Campaign.objects.get().criteria_set == world.criteria_set
    assert not SetReplacement.objects.exists()


def test_a_new_field_asks_who_appraises_it_and_keeps_what_was_chosen(world: World, person: Login) -> None:
    later_version(world, add("4", "", title="Chuyển đổi số", function="justice"))
    client, url = person("coordinator"), reverse("campaign_replace_set", args=["dot-thu"])
    name = f"agency-{Criterion.objects.get(code='4').pk}"
    page = client.get(url, {"to": "2"})
    assert page.context["form"][name].initial == str(world.justice.pk)
    data = {"to": "2", "version": str(world.campaign.version), "reason": ""}
    refused = client.post(url, {**data, name: str(world.home_affairs.pk)})
    assert refused.status_code == 422
    assert refused.context["form"][name].value() == str(world.home_affairs.pk)
    done = client.post(url, {**data, name: str(world.home_affairs.pk), "reason": "Bổ sung lĩnh vực"})
    made = SetReplacement.objects.get()
    assert done.headers["Location"] == reverse("campaign_replacement", args=["dot-thu", made.pk])
    assert world.score(world.commune_a, "4").agency == world.home_affairs


def test_an_old_preview_is_refused_in_words_and_keeps_the_reason(world: World, person: Login) -> None:
    later_version(world, change("1.2.2", params=LOWER))
    url = reverse("campaign_replace_set", args=["dot-thu"])
    data = {"to": "2", "version": "1", "reason": "Sửa đổi"}
    response = person("coordinator").post(url, {**data, "version": str(world.campaign.version + 7)})
    assert response.status_code == 409
    assert "Sửa đổi" in response.content.decode()
    assert not SetReplacement.objects.exists()


# The record ---------------------------------------------------------------------------------------------------
def test_the_record_shows_each_reader_the_rows_that_are_his(world: World, person: Login) -> None:
    sheet = submitted(world)
    accept_rest(sheet=sheet, by=world.coordinator)
    made = replaced(world, remove("1.1", "2.1"))
    url = reverse("campaign_replacement", args=["dot-thu", made.pk])
    seen = {
        name: person(name).get(url).content.decode()
        for name in ("coordinator", "officer_a", "officer_b", "justice_officer")
    }
    assert all("Quyết định sửa đổi" in page for page in seen.values())
    assert {name: ("Ban hành đúng hạn" in page, "Đã xử lý: 24" in page) for name, page in seen.items()} == {
        "coordinator": (True, True),
        "officer_a": (True, True),
        "officer_b": (False, False),
        "justice_officer": (False, True),
    }
    assert "Cán bộ coordinator ·" in seen["coordinator"]
    assert "Cán bộ coordinator ·" not in seen["officer_a"]
    assert url in person("officer_a").get(reverse("campaign", args=["dot-thu"])).content.decode()


# The rows afterwards ------------------------------------------------------------------------------------------
def test_the_sheet_marks_the_row_with_what_changed_and_counts_it_as_open(world: World, person: Login) -> None:
    answered(world, "1.1", "1.2.2")
    replaced(world, change("1.2.2", params=LOWER))
    sheet = world.sheet(world.commune_a)
    response = person("officer_a").get(reverse("sheet", args=[sheet.pk]))
    panel = response.context["page"].panel
    assert [each.code for each in panel.under_review] == ["1.2.2"]
    assert (panel.answered, panel.total) == (1, 6)
    page = response.content.decode()
    assert "is-review" in page
    assert "Số hình thức: 4" in page
    assert f"#{panel.under_review[0].anchor}" in page


def test_confirming_the_row_clears_the_mark(world: World, person: Login) -> None:
    answered(world, "1.2.2")
    replaced(world, change("1.2.2", params=LOWER))
    score = world.score(world.commune_a, "1.2.2")
    data = {"answer-count": "4", "note": score.note, "version": str(score.version)}
    url = row_url("sheet_row", world, world.commune_a, "1.2.2")
    response = person("officer_a").post(url, data)
    assert response.status_code == 200
    assert response.json()["html"][f"r{score.criterion_id}-review"] == ""
    assert world.score(world.commune_a, "1.2.2").review == ""


def test_what_was_answered_before_stays_in_sight_until_the_row_is_answered_again(
    world: World, person: Login
) -> None:
    answered(world, "2.1")
    replaced(world, change("2.1", method="points", params={}))
    client, url = person("officer_a"), row_url("sheet_row", world, world.commune_a, "2.1")
    page = client.get(reverse("sheet", args=[world.sheet(world.commune_a).pk])).content.decode()
    assert "Đã xử lý: 24" in page
    assert "row-confirm" not in page
    note = {"note": "Đang kiểm tra", "version": str(world.score(world.commune_a, "2.1").version)}
    review = f"r{world.score(world.commune_a, '2.1').criterion_id}-review"
    assert "Đã xử lý: 24" in client.post(url, note).json()["html"][review]
    points = {"answer-points": "1", "version": str(world.score(world.commune_a, "2.1").version)}
    assert client.post(url, points).json()["html"][review] == ""


def test_the_appraiser_sees_what_changed_and_decides_as_it_stands(world: World, person: Login) -> None:
    sheet = submitted(world)
    accept_rest(sheet=sheet, by=world.coordinator)
    replaced(world, change("1.2.2", params=LOWER))
    client = person("coordinator")
    response = client.get(reverse("appraisal", args=[sheet.pk]), {"show": "review"})
    assert response.context["progress"].under_review == 1
    assert response.context["progress"].left == 2  # and the claim of 3
    page = response.content.decode()
    assert "row-review" in page
    assert "1.2.2" in page
    url = row_url("appraisal_row", world, world.commune_a, "1.2.2")
    data = {"how": "points", "points": "1", "reason": "", "version": "2"}
    assert client.post(url, data, headers={"HX-Request": "true"}).status_code == 200
    assert world.score(world.commune_a, "1.2.2").review == ""


def test_a_page_opened_before_the_replacement_saves_into_the_row_of_the_new_version(
    world: World, person: Login
) -> None:
    old = row_url("sheet_row", world, world.commune_a, "3")
    pk = world.score(world.commune_a, "3").criterion_id
    replaced(world, change("1.1", title="Kế hoạch cải cách hành chính"))
    client = person("officer_a")
    with at_most(25):
        response = client.post(old, {"answer-points": "1,5", "version": "1"})
    assert response.status_code == 200
    assert f"r{pk}-points" in response.json()["html"]
    assert world.score(world.commune_a, "3").self_points == Decimal("1.5")


def test_a_page_opened_before_does_not_write_past_changed_rules(world: World, person: Login) -> None:
    answered(world, "1.2.2")
    old = row_url("sheet_row", world, world.commune_a, "1.2.2")
    replaced(world, change("1.2.2", params=LOWER))
    response = person("officer_a").post(old, {"answer-count": "3", "version": "2"})
    assert response.status_code == 409
    assert response.json()["theirs"]["values"]["answer-count"] == "4"
    assert world.score(world.commune_a, "1.2.2").answers == {"count": 4}


def test_a_row_that_is_no_more_does_not_exist(world: World, person: Login) -> None:
    old = row_url("sheet_row", world, world.commune_a, "1.1")
    replaced(world, remove("1.1"))
    assert person("officer_a").post(old, {"answer-option": "late", "version": "1"}).status_code == 404
    assert not Score.objects.filter(criterion__code="1.1").exists()
