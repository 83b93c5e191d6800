"""The workbench of an appraiser: conflicts, evidence beside the row, what is missing, what was lost last time."""

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from scoring.actions.appraisals import AppraisalEntry, accept_rest, save_appraisal, save_loss
from scoring.last_losses import last_losses
from scoring.models import Appraisal, Evidence, Loss, Score
from tests.scoring.appraising import published, submitted
from tests.world import World
from units.models import Lineage, Party

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
HTMX = {"HTTP_HX_REQUEST": "true"}


def save(
    client: Client, score: Score, name: str = "appraisal_row", *, htmx: bool = True, **data: Any
) -> HttpResponse:
    url = reverse(name, args=[score.sheet_id, score.criterion_id])
    return client.post(url, {"version": "0", **data}, **(HTMX if htmx else {}))  # type: ignore[arg-type,return-value]


def page(client: Client, sheet_pk: int, query: str = "") -> str:
    response = client.get(reverse("appraisal", args=[sheet_pk]) + query)
    assert response.status_code == 200
    return response.content.decode()


def decided_by_the_other(world: World) -> Score:
    """Row 2.1 as the coordinator decided it while Justice had the page open."""
    submitted(world)
    score = world.score(world.commune_a, "2.1")
    entry = AppraisalEntry(points=Decimal(1), reason="Thiếu hồ sơ")
    save_appraisal(score=score, entry=entry, version=0, by=world.coordinator)
    return score


# Two people at one row ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("htmx", [True, False])
def test_whoever_comes_second_sees_both_and_nothing_is_overwritten(world: World, login: Login, htmx: bool) -> None:
    score = decided_by_the_other(world)
    response = save(login("justice_officer"), score, htmx=htmx, points="1,5", reason="Đủ một nửa")
    assert response.status_code == 409
    html = response.content.decode()
    assert "1,5 · Đủ một nửa" in html
    assert "1,00 · Thiếu hồ sơ" in html
    assert "(Cán bộ coordinator, " in html
    assert Appraisal.objects.get().points == Decimal(1)


def test_a_save_sent_before_the_choice_is_refused_again(world: World, login: Login) -> None:
    score = decided_by_the_other(world)
    client = login("justice_officer")
    for _time in range(2):
        assert save(client, score, points="1,5", reason="Đủ một nửa").status_code == 409
    assert Appraisal.objects.get().points == Decimal(1)


def test_mine_is_kept_over_what_was_shown_and_not_over_a_third_one(world: World, login: Login) -> None:
    score = decided_by_the_other(world)
    client = login("justice_officer")
    kept = save(client, score, points="1,5", reason="Đủ một nửa", keep="1", again="")
    assert kept.status_code == 200
    assert (Appraisal.objects.get().points, Appraisal.objects.get().version) == (Decimal("1.5"), 2)
    assert save(client, score, points="0,5", reason="x", keep="1", again="").status_code == 409


def test_what_a_button_sent_is_sent_again_by_it(world: World, login: Login) -> None:
    score = decided_by_the_other(world)
    client = login("justice_officer")
    html = save(client, score, how="accept", points="1,66").content.decode()
    assert 'name="again" value="accept"' in html
    assert save(client, score, points="", keep="1", again="accept").status_code == 200
    assert Appraisal.objects.get().points == Decimal("1.66")


def test_theirs_is_taken_into_the_inputs_and_nothing_is_written(world: World, login: Login) -> None:
    score = decided_by_the_other(world)
    client = login("justice_officer")
    response = save(client, score, points="1,5", reason="Đủ một nửa", how="theirs")
    assert response.status_code == 200
    html = response.content.decode()
    assert f'id="points-input-{score.pk}" value="1,00"' in html
    assert "Thiếu hồ sơ</textarea>" in html
    assert 'name="version" value="1"' in html
    assert Appraisal.objects.get().version == 1
    assert save(client, score, htmx=False, how="theirs").status_code == 302


def test_of_two_at_one_cause_the_second_chooses(world: World, login: Login) -> None:
    score = decided_by_the_other(world)
    party = Party.objects.get(owner=world.district, unit=world.home_affairs)
    loss = {"score": score, "cause": "Một", "responsible": [(party, "lead")], "version": 0}
    save_loss(**loss, by=world.coordinator)  # type: ignore[arg-type]
    client = login("justice_officer")
    stale = save(client, score, "appraisal_loss", cause="Hai", party="Phòng Tư pháp", role="responsible")
    assert stale.status_code == 409
    html = stale.content.decode()
    assert "Hai; Phòng Tư pháp" in html
    assert "Một; Phòng Nội vụ" in html
    assert "(Cán bộ coordinator, " in html
    taken = save(client, score, "appraisal_loss", cause="Hai", theirs="1")
    assert taken.headers["HX-Retarget"] == f"#loss-{score.pk}"
    assert ">Một</textarea>" in taken.content.decode()
    assert Loss.objects.get().cause == "Một"
    kept = save(client, score, "appraisal_loss", cause="Hai", party="Phòng Tư pháp", role="lead", keep="1")
    assert kept.status_code == 200
    assert (Loss.objects.get().cause, Loss.objects.get().version) == ("Hai", 2)


def test_the_page_says_who_else_has_just_saved_rows(world: World, login: Login) -> None:
    score = decided_by_the_other(world)
    response = login("justice_officer").get(reverse("appraisal", args=[score.sheet_id]))
    assert [each.name for each in response.context["others"]] == ["Cán bộ coordinator"]
    response = login("coordinator").get(reverse("appraisal", args=[score.sheet_id]))
    assert response.context["others"] == []


# Evidence beside the row --------------------------------------------------------------------------------------
@pytest.fixture
def proven(world: World) -> Score:
    submitted(world)
    score = world.score(world.commune_a, "1.1")
    paper = Evidence.objects.create(
        sheet=score.sheet,
        number="12/BC-UBND",
        title="Báo cáo năm",
        original_name="a.pdf",
        extension="pdf",
        sha256="0" * 64,
        is_late=True,
    )
    paper.file.save("a.pdf", ContentFile(b"%PDF-1.4"))
    paper.scores.add(score)
    return score


@pytest.mark.parametrize("htmx", [True, False])
def test_the_evidence_of_a_row_is_a_part_or_a_page(world: World, login: Login, proven: Score, htmx: bool) -> None:
    url = reverse("appraisal_evidence", args=[proven.sheet_id, proven.criterion_id])
    html = login("coordinator").get(url, headers={"HX-Request": "true"} if htmx else {}).content.decode()
    assert ("<html" in html) is not htmx
    assert "12/BC-UBND" in html
    assert "Báo cáo năm" in html
    paper = proven.evidence.get()
    assert reverse("evidence_download", args=[paper.pk]) in html
    assert reverse("evidence_preview", args=[paper.pk]) in html


@pytest.mark.parametrize(("who", "status"), [("justice_officer", 404), ("officer_a", 403), ("officer_b", 404)])
def test_evidence_of_rows_of_others_does_not_exist(
    world: World, login: Login, proven: Score, who: str, status: int
) -> None:
    url = reverse("appraisal_evidence", args=[proven.sheet_id, proven.criterion_id])
    assert login(who).get(url).status_code == status


# What is missing ----------------------------------------------------------------------------------------------
def test_finishing_lists_the_rows_without_a_cause_with_links(world: World, login: Login) -> None:
    sheet = submitted(world)
    grant = AppraisalEntry(points=Decimal(0), reason="Có trụ sở")
    save_appraisal(score=world.score(world.commune_a, "3"), entry=grant, version=0, by=world.coordinator)
    accept_rest(sheet=sheet, by=world.coordinator)
    html = login("coordinator").get(reverse("sheet_move", args=[sheet.pk]) + "?move=finish").content.decode()
    for code in ("1.2.1", "2.1", "3"):
        pk = world.score(world.commune_a, code).pk
        assert f'{reverse("appraisal", args=[sheet.pk])}?show=causes#row-{pk}"' in html
    assert f'#row-{world.score(world.commune_a, "1.1").pk}"' not in html


def test_headings_of_rows_follow_the_heading_above_them(world: World, login: Login) -> None:
    html = page(login("coordinator"), submitted(world).pk)
    levels = [int(part[0]) for part in html.split("<h")[1:] if part[0].isdigit()]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert levels.count(1) == 1


def test_every_key_has_its_button_and_is_explained(world: World, login: Login) -> None:
    html = page(login("coordinator"), submitted(world).pk)
    for what in ("differs", "evidence", "unexplained", "open"):
        assert f'data-go="{what}"' in html
    for key in "=nmlep":
        assert f"<kbd>{key}</kbd>" in html


# Last time ----------------------------------------------------------------------------------------------------
def next_year(world: World) -> list[Score]:
    """Rows 2.1 and 1.1 of both communes in a campaign of the year after the published one (not stored sheets)."""
    published(world)
    campaign = world.campaign
    campaign.pk, campaign.year, campaign.code = None, 2025, "dot-sau"
    rows = Score.objects.filter(criterion__code__in=("2.1", "1.1"))
    return list(rows.select_related("criterion", "sheet__unit"))


def test_what_a_row_lost_last_time_is_found_with_its_cause(world: World) -> None:
    rows = next_year(world)
    found = last_losses(world.campaign, rows)
    texts = {(row.criterion.code, row.sheet.unit_id): found[row.pk] for row in rows}
    (lost,) = texts["2.1", world.commune_a.pk]
    assert (lost.year, lost.unit, lost.lost, lost.cause) == (2024, "", Decimal("0.34"), "Chậm tiến độ")
    assert texts["1.1", world.commune_a.pk] == ()


def test_what_the_predecessors_lost_is_named_by_them(world: World, django_assert_num_queries: Any) -> None:
    rows = [row for row in next_year(world) if row.sheet.unit_id == world.commune_a.pk]
    Lineage.objects.create(predecessor=world.commune_b, successor=world.commune_a, kind="merged")
    with django_assert_num_queries(2):  # what was lost; what units have sent about it since
        found = last_losses(world.campaign, rows)
    row = next(each for each in rows if each.criterion.code == "2.1")
    assert [each.unit for each in found[row.pk]] == ["", "Xã Đắk Ruồng"]


def test_the_year_of_the_campaign_itself_is_not_last_time(world: World) -> None:
    published(world)
    rows = list(Score.objects.filter(criterion__code="2.1").select_related("criterion", "sheet__unit"))
    assert all(found == () for found in last_losses(world.campaign, rows).values())
