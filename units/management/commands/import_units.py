import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from parportal.commands import PortalCommand
from units.importing.register import Era, Link, NotInRegister, Register, RegisterUnit
from units.importing.store import Stored, import_units
from units.models import UnitType

EPILOG = """Examples:
  manage.py import_units --province "Kon Tum" --district "Kon Rẫy" --era legacy
  manage.py import_units --province "Quảng Ngãi" --era 2025 --dry-run

Names are understood without diacritics and without "Tỉnh" or "Huyện"; codes are understood too. Running the
command again changes nothing. Units of the list of before July 2025 are valid from 2004-07-08 (the decision that
introduced the codes, for want of better dates) to 2025-06-30, those of the present list from 2025-07-01. Where
units of both lists are in the database, what became of what is recorded as their lineage."""

Row = dict[str, Any]


class Command(PortalCommand):
    help = "Load official codes and names of units from the national register (package vietnamadminunits)."
    epilog = EPILOG

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--province", required=True, metavar="NAME", help="name or code of a province")
        parser.add_argument(
            "--district",
            default="",
            metavar="NAME",
            help="name or code of a district: only the province, this district and its communes",
        )
        parser.add_argument(
            "--era",
            required=True,
            choices=[era.value for era in Era],
            help="legacy: before 1 July 2025, with districts; 2025: since then",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be done and do nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        register, era = read_register(), Era(options["era"])
        try:
            chosen = register.choose(era, options["province"], options["district"])
        except NotInRegister as problem:
            raise CommandError(str(problem)) from problem
        stored = import_units(register, era, chosen, by=None, dry_run=options["dry_run"])
        self.report(chosen[0], stored, dry_run=options["dry_run"])

    def report(self, top: RegisterUnit, stored: Stored, *, dry_run: bool) -> None:
        for unit in (*stored.new, *stored.changed):
            self.stdout.write(f"{unit.code}\t{unit.name}")
        line = _(
            "%(unit)s: %(new)d units new, %(changed)d changed, %(same)d unchanged; lineage rows new: %(linked)d."
        )
        values = {
            "unit": top,
            "new": len(stored.new),
            "changed": len(stored.changed),
            "same": stored.unchanged,
            "linked": stored.linked,
        }
        self.stdout.write(line % values)
        if dry_run:
            self.stdout.write(_("This was a dry run: nothing was written."))


def read_register() -> Register:
    """Both lists of the package. It is heavy (0.4 s, 70 MB): nothing but this command loads it.

    Source: vietnamadminunits 1.0.4, tables admin_units_legacy and admin_units, converter_2025.json.
    """
    import vietnamadminunits
    from vietnamadminunits.database import get_data

    old: list[Row] = get_data(table="admin_units_legacy")
    new: list[Row] = get_data(table="admin_units")
    path = Path(vietnamadminunits.__file__).parent / "data" / "converter_2025.json"
    converter: Row = json.loads(path.read_text(encoding="utf-8"))
    return Register(
        units={Era.LEGACY: legacy_units(old), Era.FROM_2025: units_of_2025(new)},
        links=[*province_links(old, new, converter), *commune_links(old, new, converter)],
    )


def legacy_units(rows: list[Row]) -> list[RegisterUnit]:
    provinces, districts, communes = {}, {}, {}
    for row in rows:
        province, district, ward = row["provinceCode"], row["districtCode"], row["wardCode"]
        provinces[province] = RegisterUnit(province, row["province"], UnitType.PROVINCE)
        districts[district] = RegisterUnit(district, row["district"], UnitType.DISTRICT, province)
        # Five island districts had no commune.
        if ward:
            communes[ward] = RegisterUnit(ward, row["ward"], UnitType.COMMUNE, district)
    return [*provinces.values(), *districts.values(), *communes.values()]


def units_of_2025(rows: list[Row]) -> list[RegisterUnit]:
    provinces, communes = {}, []
    for row in rows:
        province = row["provinceCode"]
        provinces[province] = RegisterUnit(province, row["province"], UnitType.PROVINCE)
        communes.append(RegisterUnit(row["wardCode"], row["ward"], UnitType.COMMUNE, province))
    return [*provinces.values(), *communes]


def province_links(old: list[Row], new: list[Row], converter: Row) -> list[Link]:
    old_codes = {row["provinceKey"]: row["provinceCode"] for row in old}
    new_codes = {row["provinceKey"]: row["provinceCode"] for row in new}
    return [
        Link(old_codes[key], new_codes[successor], whole=True)
        for successor, keys in converter["DICT_PROVINCE"].items()
        for key in keys
    ]


def commune_links(old: list[Row], new: list[Row], converter: Row) -> list[Link]:
    """What became of every commune, and of the island districts, which are special zones now."""
    old_codes = {
        f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey'] or ''}": row["wardCode"] or row["districtCode"]
        for row in old
    }
    new_codes = {(row["provinceKey"], row["wardKey"]): row["wardCode"] for row in new}
    whole = [
        Link(old_codes[key], new_codes[province, ward], whole=True)
        for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items()
        for ward, keys in wards.items()
        for key in keys
    ]
    parts = [
        Link(old_codes[key], new_codes[province, part["newWardKey"]], whole=False)
        for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items()
        for key, successors in divided.items()
        for part in successors
    ]
    return whole + parts
