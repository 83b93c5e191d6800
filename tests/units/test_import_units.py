"""The command `import_units` on the real national register."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from units.audit import Action
from units.importing.register import Era, Register
from units.management.commands import import_units
from units.models import AuditEvent, Lineage, LineageKind, Unit, UnitType

KON_RAY = {
    "23479": "Thị trấn Đăk Rve",
    "23482": "Xã Đăk Kôi",
    "23485": "Xã Đăk Tơ Lung",
    "23488": "Xã Đăk Ruồng",
    "23491": "Xã Đăk Pne",
    "23494": "Xã Đăk Tờ Re",
    "23497": "Xã Tân Lập",
}
Run = Callable[..., str]


@pytest.fixture(scope="module")
def register() -> Register:
    return import_units.read_register()


@pytest.fixture
def run(db: None, register: Register, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command with the register read once for all tests; returns what it prints."""
    monkeypatch.setattr(import_units, "read_register", lambda: register)

    def command(era: str, province: str, district: str = "", **options: object) -> str:
        out = StringIO()
        call_command("import_units", era=era, province=province, district=district, stdout=out, **options)
        return out.getvalue()

    return command


def counted() -> tuple[int, int, int]:
    return Unit.objects.count(), Lineage.objects.count(), AuditEvent.objects.count()


def lineage() -> set[tuple[str, str, str]]:
    rows = Lineage.objects.filter(predecessor__type=UnitType.COMMUNE)
    return set(rows.values_list("predecessor__code", "successor__code", "kind"))


@pytest.mark.parametrize("province", ["Kon Tum", "Tỉnh Kon Tum", "kon tum", "tinh  KON TUM", "62"])
@pytest.mark.parametrize("district", ["Kon Rẫy", "Huyện Kon Rẫy", "kon ray", "614"])
def test_a_district_comes_with_its_province_and_its_communes(run: Run, province: str, district: str) -> None:
    run("legacy", province, district)
    kon_ray = Unit.objects.get(code="614")
    assert kon_ray.name == "Huyện Kon Rẫy"
    assert kon_ray.type == UnitType.DISTRICT
    assert kon_ray.parent == Unit.objects.get(code="62", name="Tỉnh Kon Tum", type=UnitType.PROVINCE)
    assert dict(kon_ray.children.values_list("code", "name")) == KON_RAY
    assert Unit.objects.count() == 9


def test_legacy_units_end_with_june_2025(run: Run) -> None:
    run("legacy", "Kon Tum", "Kon Rẫy")
    dates = set(Unit.objects.values_list("valid_from", "valid_to"))
    assert dates == {(date(2004, 7, 8), date(2025, 6, 30))}


def test_a_whole_province_of_before_has_districts_and_communes(run: Run) -> None:
    run("legacy", "Kon Tum")
    assert Unit.objects.filter(type=UnitType.DISTRICT, parent__code="62").count() == 10
    assert Unit.objects.filter(type=UnitType.COMMUNE, parent__type=UnitType.DISTRICT).count() == 102


def test_a_province_of_today_scores_its_communes_without_districts(run: Run) -> None:
    run("2025", "quang ngai")
    province = Unit.objects.get(type=UnitType.PROVINCE)
    assert (province.code, province.name) == ("51", "Tỉnh Quảng Ngãi")
    assert (province.valid_from, province.valid_to) == (date(2025, 7, 1), None)
    communes = dict(province.children.filter(type=UnitType.COMMUNE).values_list("code", "name"))
    assert len(communes) == 96
    assert communes["23497"] == "Xã Kon Braih"
    assert communes["23485"] == "Xã Đăk Kôi"
    assert communes["23479"] == "Xã Đăk Rve"
    assert communes["21548"] == "Đặc khu Lý Sơn"


@pytest.mark.parametrize("eras", [("legacy", "2025"), ("2025", "legacy")])
def test_either_order_links_the_seven_old_communes_to_their_successors(run: Run, eras: tuple[str, str]) -> None:
    for era in eras:
        run(era, *(("Kon Tum", "Kon Rẫy") if era == "legacy" else ("Quảng Ngãi",)))
    assert lineage() == {
        ("23479", "23479", "merged"),
        ("23491", "23479", "merged"),
        ("23482", "23485", "merged"),
        ("23485", "23485", "merged"),
        ("23488", "23497", "merged"),
        ("23494", "23497", "merged"),
        ("23497", "23497", "merged"),
    }
    (province,) = Lineage.objects.filter(predecessor__type=UnitType.PROVINCE)
    assert (province.predecessor.code, province.successor.code) == ("62", "51")
    assert all(row.share == 1 for row in Lineage.objects.all())
    assert not Lineage.objects.filter(predecessor__code="614").exists()


def test_a_reused_code_is_two_units(run: Run) -> None:
    run("legacy", "Kon Tum", "Kon Rẫy")
    run("2025", "Quảng Ngãi")
    names = Unit.objects.filter(code="23497").order_by("valid_from").values_list("name", flat=True)
    assert list(names) == ["Xã Tân Lập", "Xã Kon Braih"]


def test_a_divided_commune_is_linked_in_parts_of_unknown_share(run: Run) -> None:
    run("legacy", "Quảng Ngãi")
    run("2025", "Quảng Ngãi")
    parts = Lineage.objects.filter(predecessor__code="21142")
    assert {(row.successor.code, row.kind, row.share) for row in parts} == {
        ("21136", LineageKind.PARTIAL, None),
        ("21157", LineageKind.PARTIAL, None),
    }


def test_an_island_district_is_linked_to_its_special_zone(run: Run) -> None:
    run("legacy", "Quảng Ngãi", "Lý Sơn")
    run("2025", "Quảng Ngãi")
    row = Lineage.objects.get(predecessor__type=UnitType.DISTRICT)
    assert (row.predecessor.code, row.successor.name) == ("536", "Đặc khu Lý Sơn")
    assert row.kind == LineageKind.RENAMED


def test_a_unit_that_nothing_happened_to_is_linked_as_unchanged(register: Register) -> None:
    kinds = {register.kind(link) for link in register.links if link.whole and link.old == link.new == "01"}
    assert kinds == {LineageKind.UNCHANGED}


def test_the_register_is_whole(register: Register) -> None:
    """A new release of the package that lost something must not pass unnoticed."""
    for era, provinces, communes in ((Era.LEGACY, 63, 10_035), (Era.FROM_2025, 34, 3_321)):
        types = [unit.type for unit in register.units[era]]
        assert types.count(UnitType.PROVINCE) == provinces
        assert types.count(UnitType.COMMUNE) == communes
        codes = {unit.code for unit in register.units[era]}
        assert len(codes) == len(types)
        assert {unit.parent for unit in register.units[era] if unit.parent} <= codes
    successors = {link.new for link in register.links}
    assert successors == {unit.code for unit in register.units[Era.FROM_2025]}


def test_importing_again_changes_nothing(run: Run) -> None:
    def everything() -> tuple[int, int, int]:
        run("legacy", "Kon Tum", "Kon Rẫy")
        run("2025", "Quảng Ngãi")
        return counted()

    first = everything()
    assert everything() == first
    assert first == (9 + 97, 8, 2)


def test_a_name_changed_by_hand_follows_the_register_again_and_the_history_says_so(run: Run) -> None:
    run("legacy", "Kon Tum", "Kon Rẫy")
    Unit.objects.filter(code="23497").update(name="Xã Tân Lạp")
    printed = run("legacy", "Kon Tum", "Kon Rẫy")
    assert "Xã Tân Lập" in printed
    assert Unit.objects.get(code="23497").name == "Xã Tân Lập"
    event = AuditEvent.objects.filter(action=Action.UNITS_IMPORTED).first()
    assert event is not None
    assert event.by is None
    assert [(change.old, change.new) for change in event.changes.all()] == [("Xã Tân Lạp", "Xã Tân Lập")]


def test_units_of_other_dates_are_left_alone(run: Run) -> None:
    other = Unit.objects.create(code="614", name="Huyện khác", type="district", valid_from=date(1999, 1, 1))
    run("legacy", "Kon Tum", "Kon Rẫy")
    other.refresh_from_db()
    assert other.name == "Huyện khác"
    assert Unit.objects.filter(code="614").count() == 2


def test_a_dry_run_says_the_same_and_writes_nothing(run: Run) -> None:
    tried = run("legacy", "Kon Tum", "Kon Rẫy", dry_run=True)
    assert counted() == (0, 0, 0)
    done = run("legacy", "Kon Tum", "Kon Rẫy")
    assert tried.startswith(done)


@pytest.mark.parametrize(
    ("era", "province", "district", "named"),
    [
        ("legacy", "Kon Tun", "", ["Tỉnh Kon Tum (62)"]),
        ("legacy", "Atlantis", "", ["Thành phố Hà Nội (01)", "Tỉnh Cà Mau (96)"]),
        ("legacy", "Kon Tum", "Kon Ray Ray", ["Huyện Kon Rẫy (614)"]),
        ("legacy", "Đồng Tháp", "Cao Lãnh", ["Thành phố Cao Lãnh (866)", "Huyện Cao Lãnh (873)"]),
        ("2025", "Kon Tum", "", ["Tỉnh Kon Tum (62)", "Tỉnh Quảng Ngãi (51)"]),
        ("2025", "Quảng Ngãi", "Kon Rẫy", ["--district"]),
    ],
)
def test_an_unknown_or_ambiguous_name_is_answered_by_candidates_in_one_line(
    run: Run, era: str, province: str, district: str, named: list[str]
) -> None:
    with pytest.raises(CommandError) as refused:
        run(era, province, district)
    assert "\n" not in str(refused.value)
    assert all(name in str(refused.value) for name in named)
    assert not Unit.objects.exists()


def test_the_full_name_tells_two_districts_apart(run: Run) -> None:
    run("legacy", "Đồng Tháp", "Huyện Cao Lãnh")
    assert Unit.objects.get(type=UnitType.DISTRICT).code == "873"


def test_a_name_may_begin_with_a_word_for_a_kind_of_unit(run: Run) -> None:
    run("legacy", "Thanh Hóa", "Quan Hóa")
    assert Unit.objects.get(type=UnitType.DISTRICT).name == "Huyện Quan Hóa"


def manage(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": "/usr/bin:/bin"},
    )


def test_help_shows_an_example() -> None:
    shown = manage("import_units", "--help")
    assert shown.returncode == 0
    assert 'manage.py import_units --province "Kon Tum" --district "Kon Rẫy" --era legacy' in shown.stdout


def test_the_portal_does_not_load_the_package() -> None:
    script = "import sys; import units.importing.store; print('vietnamadminunits' in sys.modules)"
    shown = manage("shell", "--no-imports", "-v0", "-c", script)
    assert shown.stdout.strip() == "False"
