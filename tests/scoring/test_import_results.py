import io
import json
from collections.abc import Generator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from scoring.importing.results_files import read_results
from scoring.models import Campaign, Publication, UnitResult
from scoring.publishing import readiness
from scoring.rules import RankRule, rank
from tests.scoring.results_world import FACTS, FIXTURES, KON_RAY, load_kon_ray_units
from units.audit import Action
from units.models import AuditEvent, Notice

CODE = "kon-ray-2021-commune"
COMMUNES = {each["code"]: each for each in FACTS["communes"]}
DAK_RUONG = "23488"


@pytest.fixture(scope="module")
def units_of_module(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Generator[None, None, None]:
    """Loaded once: no test here changes them, and each undoes what it makes."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_kon_ray_units()
        connection.check_constraints()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def units(units_of_module: None, db: None) -> None:
    """Kon Rẫy with its communes, agencies and criteria sets."""


def load(file: Path = KON_RAY, **options: Any) -> str:
    out = io.StringIO()
    call_command("import_results", file, stdout=out, **options)
    return out.getvalue()


def exported() -> dict[str, dict[str, Any]]:
    out = io.StringIO()
    call_command("export_results", CODE, format="json", stdout=out)
    return {each["unit_code"]: each for each in json.loads(out.getvalue())}


def changed_file(tmp_path: Path, change: Any) -> Path:
    facts = yaml.load(KON_RAY.read_bytes(), Loader=yaml.BaseLoader)
    change(facts)
    path = tmp_path / "results.yaml"
    path.write_text(yaml.safe_dump(facts, allow_unicode=True))
    return path


@pytest.mark.parametrize("code", [code for code in COMMUNES if code != DAK_RUONG])
def test_six_communes_are_computed_as_they_were_published(units: None, code: str) -> None:
    load()
    fact, result = COMMUNES[code], UnitResult.objects.select_related("grade").get(unit__code=code)
    assert result.earned_points == Decimal(str(fact["total"]))
    assert result.applicable_max_points == Decimal(str(fact["max"]))
    assert result.index == Decimal(str(fact["index"]))
    assert result.grade is not None
    assert result.grade.name == fact["classification"]
    assert exported()[code]["published"] is None


def test_the_seventh_stands_beside_what_was_published(units: None) -> None:
    shown = load()
    row = exported()[DAK_RUONG]
    assert (row["earned_points"], row["applicable_max_points"]) == ("76.65", "95")
    assert (row["index"], row["grade"], row["rank"]) == ("80.68", "Tốt", 6)
    assert row["published"] == {"earned_points": "78.15", "index": "82.26", "rank": 3}
    lines = [line for line in shown.splitlines() if DAK_RUONG in line]
    assert ["78,15" in lines[0], "82,26" in lines[1], len(lines)] == [True, True, 3]


def test_ranks_follow_from_the_field_sums(units: None) -> None:
    load()
    keys = {each["key"]: each["code"] for each in FACTS["communes"]}
    order = [keys[key] for key in FACTS["derived"]["commune_rank_by_field_sum"]]
    found = exported()
    assert [found[code]["rank"] for code in order] == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("rule", "places"), [(RankRule.COMPETITION, [1, 2, 2, 4]), (RankRule.DENSE, [1, 2, 2, 3])]
)
def test_equal_indexes_share_a_place_by_either_rule(rule: RankRule, places: list[int]) -> None:
    indexes: dict[str, Decimal | None] = {
        "a": Decimal("85.24"),
        "b": Decimal("80.73"),
        "c": Decimal("80.73"),
        "d": Decimal("66.09"),
    }
    assert list(rank(indexes, rule).values()) == places


def test_the_file_may_choose_the_dense_rule(units: None, tmp_path: Path) -> None:
    def tie(facts: dict[str, Any]) -> None:
        facts["campaign"]["rank_rule"] = "dense"
        first, second = facts["communes"][0], facts["communes"][1]
        second["fields"], second["total"] = first["fields"], first["total"]

    load(changed_file(tmp_path, tie))
    ranks = sorted(each["rank"] for each in exported().values())
    assert ranks == [1, 2, 2, 3, 4, 5, 6]


def test_the_same_file_again_changes_nothing(units: None) -> None:
    load()
    before = (Publication.objects.get().sha256, AuditEvent.objects.count(), Campaign.objects.get().version)
    assert "nothing new" in load()
    assert "nothing new" in load(FIXTURES / "kon-ray-2021-commune.xlsx")
    after = (Publication.objects.get().sha256, AuditEvent.objects.count(), Campaign.objects.get().version)
    assert after == before


def test_the_campaign_is_published_by_the_system_with_a_snapshot(units: None) -> None:
    load()
    campaign = Campaign.objects.get(code=CODE)
    assert (campaign.status, campaign.owner.code, campaign.year) == ("published", "614", 2021)
    assert not campaign.sheets.exists()
    publication = campaign.publications.get()
    assert publication.by is None
    assert len(publication.data["units"]) == 7
    assert AuditEvent.objects.get(action=Action.RESULTS_IMPORTED).by is None


def test_the_workbook_is_the_twin_of_the_file() -> None:
    yaml_file, book = read_results(KON_RAY), read_results(FIXTURES / "kon-ray-2021-commune.xlsx")
    for name in ("code", "title", "owner", "year", "set", "set_version", "scale", "rank_rule"):
        assert getattr(book, name) == getattr(yaml_file, name), name
    for ours, theirs in zip(yaml_file.units, book.units, strict=True):
        assert (ours.code, dict(ours.fields)) == (theirs.code, dict(theirs.fields))
        assert (ours.earned_points, ours.index, ours.grade) == (theirs.earned_points, theirs.index, theirs.grade)


def test_a_workbook_alone_gives_the_same_results(units: None) -> None:
    load(FIXTURES / "kon-ray-2021-commune.xlsx")
    assert exported()[DAK_RUONG]["index"] == "80.68"


def test_a_dry_run_shows_and_keeps_nothing(units: None) -> None:
    assert "82,26" in load(dry_run=True)
    assert not Campaign.objects.exists()


def test_changed_figures_of_published_results_need_a_reason(units: None, tmp_path: Path) -> None:
    def correct(facts: dict[str, Any]) -> None:
        facts["communes"][4]["total"], facts["communes"][4]["index"] = "76,65", "80,68"

    load()
    file = changed_file(tmp_path, correct)
    with pytest.raises(CommandError):
        load(file)
    assert exported()[DAK_RUONG]["published"] is not None
    shown = load(file, reason="Quyết định đính chính")
    assert "78,15 → 76,65" in shown
    assert exported()[DAK_RUONG]["published"] is None
    campaign = Campaign.objects.get()
    assert campaign.status == "amended"
    assert [each.reason for each in campaign.publications.order_by("number")] == ["", "Quyết định đính chính"]


def test_an_import_tells_nobody_but_an_amendment_does(units: None) -> None:
    load()
    assert not Notice.objects.exists()


def test_left_closed_the_difference_is_a_warning_before_publication(units: None) -> None:
    load(closed=True)
    campaign = Campaign.objects.get()
    assert campaign.status == "closed"
    found = readiness(campaign)
    assert not found.blockers
    assert [each.unit for each in found.warnings] == ["Xã Đăk Ruồng"] * 3


def test_both_decimal_marks_and_leading_zeros_are_read(units: None, tmp_path: Path) -> None:
    def respell(facts: dict[str, Any]) -> None:
        facts["communes"][0]["fields"][7] = ["07", "7,0"]
        facts["communes"][0]["total"] = "79,3"

    load(changed_file(tmp_path, respell))
    assert exported()["23494"]["published"] is None


def test_all_problems_are_told_at_once_and_nothing_is_kept(units: None, tmp_path: Path) -> None:
    def spoil(facts: dict[str, Any]) -> None:
        first, second, third, fourth, *_rest = facts["communes"]
        first["code"] = "99999"
        second["fields"][0] = ["40", "33.5"]
        third["fields"][1] = ["6.93", "90"]
        fourth["fields"][2] = ["x", "18.5"]

    file = changed_file(tmp_path, spoil)
    with pytest.raises(CommandError) as refused:
        load(file)
    assert "communes/23482/fields/3" in str(refused.value)

    def spoil_less(facts: dict[str, Any]) -> None:
        spoil(facts)
        facts["communes"][3]["fields"][2] = ["17.5", "18.5"]

    with pytest.raises(CommandError) as refused:
        load(changed_file(tmp_path, spoil_less))
    lines = str(refused.value).splitlines()
    assert len(lines) == 3
    assert [any(word in line for line in lines) for word in ("99999", "23485", "23497")] == [True] * 3
    assert not Campaign.objects.exists()


def test_a_number_that_fits_two_readings_is_asked_about(units: None, tmp_path: Path) -> None:
    file = changed_file(tmp_path, lambda facts: facts["communes"][0].update(index="1.353"))
    with pytest.raises(CommandError, match=r"communes/23494/index"):
        load(file)


def test_a_unit_that_stands_twice_or_is_missing_later_is_refused(units: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        load(changed_file(tmp_path, lambda facts: facts["communes"].append(facts["communes"][0])))
    load()
    with pytest.raises(CommandError, match="23491"):
        load(changed_file(tmp_path, lambda facts: facts["communes"].pop()))


def test_a_campaign_scored_on_the_portal_is_not_overwritten(units: None, world: Any) -> None:
    with pytest.raises(CommandError, match="dot-thu"):
        load(campaign="dot-thu", set=CODE)


def test_broken_files_are_refused_in_words(units: None, tmp_path: Path) -> None:
    for name, content in (
        ("a.yaml", b"fields: [1, 2"),
        ("b.yaml", b"\xff\xfe\x00"),
        ("c.xlsx", b""),
        ("d.yaml", b"- 1"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(CommandError):
            load(tmp_path / name)
    with pytest.raises(CommandError):
        load(tmp_path / "missing.yaml")


def test_a_workbook_without_a_column_is_refused(units: None, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(FIXTURES / "kon-ray-2021-commune.xlsx")
    book["results"].delete_cols(8)
    book.save(tmp_path / "short.xlsx")
    with pytest.raises(CommandError, match="field_1_earned"):
        load(tmp_path / "short.xlsx")


def test_the_template_is_read_back(units: None, tmp_path: Path) -> None:
    load(template=tmp_path / "twin.xlsx")
    assert (tmp_path / "twin.xlsx").read_bytes() == (FIXTURES / "kon-ray-2021-commune.xlsx").read_bytes()


def test_the_file_as_it_was_published_needs_no_campaign_part(units: None, tmp_path: Path) -> None:
    file = changed_file(tmp_path, lambda facts: facts.pop("campaign"))
    named = file.rename(tmp_path / "kon-ray-2021.yaml")
    load(named)
    assert exported()[DAK_RUONG]["rank"] == 6
