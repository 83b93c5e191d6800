from collections.abc import Callable
from decimal import Decimal

from django.test import Client
from django.urls import reverse

from scoring.actions.appraisals import AppraisalEntry, save_appraisal
from scoring.actions.scores import RowEntry, save_score
from scoring.actions.sheets import move_sheet
from scoring.rules import LeafState
from tests.world import World

Login = Callable[[str], Client]


def work(world: World) -> None:
    """Commune A answers a row of each agency and submits; the coordinator reduces one."""
    for code, answers in (("3", {"points": Decimal("1.25")}), ("2.1", {"numerator": 24, "denominator": 29})):
        entry = RowEntry(LeafState.ANSWERED, answers, note=f"Ghi chú mục {code}")
        save_score(score=world.score(world.commune_a, code), entry=entry, version=1, by=world.officer_a)
    for name, who in (("propose", world.officer_a), ("submit", world.leader_a)):
        move_sheet(sheet=world.sheet(world.commune_a), name=name, by=who)
    low = AppraisalEntry(points=Decimal("0.5"), reason="Thiếu minh chứng")
    save_appraisal(score=world.score(world.commune_a, "3"), entry=low, version=0, by=world.coordinator)


def history(world: World, client: Client) -> str:
    response = client.get(reverse("sheet_history", args=[world.sheet(world.commune_a).pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_the_unit_reads_its_own_doing_with_labels_and_decimal_comma(world: World, login: Login) -> None:
    work(world)
    page = history(world, login("officer_a"))
    assert "Đã xử lý: 24 · Phải xử lý: 29" in page
    assert "1,25" in page
    assert "Cán bộ leader_a" in page
    assert "Thiếu minh chứng" not in page
    assert "Cán bộ coordinator" not in page


def test_the_coordinator_reads_everything(world: World, login: Login) -> None:
    work(world)
    page = history(world, login("coordinator"))
    assert "Thiếu minh chứng" in page
    assert "1,25 → 0,50" in page


def test_an_agency_reads_of_its_own_rows_only(world: World, login: Login) -> None:
    work(world)
    page = history(world, login("justice_officer"))
    assert "Ghi chú mục 2.1" in page
    assert "Ghi chú mục 3" not in page
    assert "Thiếu minh chứng" not in page
    assert "1,25" not in page


def test_after_publication_the_unit_reads_the_appraisal_too(world: World, login: Login) -> None:
    work(world)
    world.campaign.status, world.campaign.published_at = "published", "2025-01-01T00:00:00Z"
    world.campaign.save()
    assert "Thiếu minh chứng" in history(world, login("officer_a"))
