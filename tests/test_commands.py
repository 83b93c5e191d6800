"""Management commands as operators and their scripts meet them: --help, exit codes, one line an error, exports."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command, get_commands

from manage import main

pytestmark = pytest.mark.any_database

ROOT = Path(__file__).resolve().parent.parent
OURS = sorted(
    name
    for name, app in get_commands().items()
    if isinstance(app, str)
    and app in {each.name for each in apps.get_app_configs()}
    and (ROOT / app.replace(".", "/")).is_dir()
)
OF_THE_ISSUE = {
    "create_administrator",
    "export_criteria",
    "export_results",
    "import_criteria",
    "import_results",
    "import_units",
    "load_demo",
    "render_report",
}
STATES = ["not_answered", "zero", "not_applicable", "no_case"]
KEYS = ["unit_code", "unit_name", "earned_points", "applicable_max_points", "index", "grade", "rank", "fields"]
FIELD_KEYS = ["code", "earned_points", "max_points"]
DECIMAL = re.compile(r"[0-9]+(\.[0-9]+)?")
COMMUNE, DISTRICT, TRAINING = "kon-ray-2021-commune", "kon-ray-2021-district", "mau-xa-2024"


def manage(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """manage.py in a process of its own, without anything of this one's environment."""
    clean = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "SECRET_KEY": "x" * 50, **environment}
    command = [sys.executable, str(ROOT / "manage.py"), *words]
    return subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True, timeout=60, check=False)


def export(campaign: str, format_: str, path: Path) -> bytes:
    call_command("export_results", campaign, format=format_, output=path)
    return path.read_bytes()


# --help and wrong calls ---------------------------------------------------------------------------------------
def test_every_command_of_the_issue_exists() -> None:
    assert set(OURS) >= OF_THE_ISSUE


@pytest.mark.parametrize("name", OURS)
def test_help_ends_well_and_shows_a_call_of_the_command(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        call_command(name, "--help")
    told = capsys.readouterr()
    assert done.value.code == 0
    assert told.err == ""
    _head, heading, example = re.split(r"(?mi)^(examples?:)$", told.out, maxsplit=1)
    assert heading
    assert f"manage.py {name}" in example


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["export_results"], "CAMPAIGN"),
        (["export_results", "x", "--format", "pdf"], "json"),
        (["import_criteria", "khong-co.xlsx"], "khong-co.xlsx"),
    ],
)
def test_a_wrong_call_exits_with_1_and_one_line_of_error(
    words: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["manage.py", *words])
    with pytest.raises(SystemExit) as done:
        main()
    told, end = capsys.readouterr(), done.value.code
    words_of_end = isinstance(end, str)  # Python prints them and ends with 1
    assert (told.out, words_of_end or end) == ("", 1)
    (line,) = (str(end) if words_of_end else told.err).splitlines()
    assert said in line


def test_demonstration_data_is_refused_where_it_was_not_asked_for(tmp_path: Path) -> None:
    done = manage("load_demo", DATA_DIR=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert "DEMO" in line


def test_a_good_call_exits_with_0_and_says_nothing_on_stderr(tmp_path: Path) -> None:
    done = manage("export_results", "--help", DATA_DIR=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "words",
    [
        ["export_results", "khong-co"],
        ["export_results", "dot-thu", "--output", "{folder}/khong-co/x.json"],
        ["export_results", "dot-thu", "--output", "{folder}"],
        ["export_criteria", "khong-co", "--output", "{folder}/x.xlsx"],
        ["export_criteria", "bo-thu", "--output", "{folder}"],
        ["import_criteria", "{folder}/khong-co.xlsx"],
        ["import_criteria", "{folder}"],
        ["import_criteria", "{junk}"],
        ["import_indicators", "{folder}/khong-co.yaml"],
        ["import_indicators", "{folder}"],
        ["import_indicators", "{junk}"],
        ["import_indicators", "{yaml}"],
        ["import_results", "{folder}/khong-co.yaml"],
        ["import_results", "{folder}"],
        ["import_results", "{junk}"],
        ["import_results", "{yaml}", "--campaign", "dot-thu", "--set", "bo-thu"],
        ["import_results", "{yaml}", "--template", "{folder}/khong-co/x.xlsx"],
        ["import_units", "--province", "Không Có", "--era", "2025"],
        ["import_units", "--province", "Kon Tum", "--era", "2025", "--district", "Kon Rẫy"],
        ["render_report", "responsibility-analysis", "--campaign", "x", "--unit", "y", "--output", "{folder}/x"],
        ["render_report", "responsibility-analysis", "--campaign", "dot-thu", "--unit", "y", "--output", "{junk}"],
        ["create_administrator", "quan-tri", "--full-name", "Quản trị", "--unit", "99999"],
        ["create_administrator", "officer_a", "--full-name", "Quản trị", "--unit", "614"],
        ["create_administrator", "Có Dấu Cách", "--full-name", "Quản trị", "--unit", "614"],
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("world")
def test_what_cannot_be_done_is_said_in_lines_and_never_by_a_traceback(words: list[str], tmp_path: Path) -> None:
    junk, yaml = tmp_path / "a.xlsx", ROOT / "fixtures/kon-ray-2021.yaml"
    junk.write_bytes(b"not a workbook")
    places = {"folder": tmp_path, "junk": junk, "yaml": yaml}
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError) as refused:
        call_command(*[word.format(**places) for word in words], stdout=out, stderr=err)
    lines = str(refused.value).splitlines()
    assert lines
    assert all(line.strip() for line in lines)
    assert junk.read_bytes() == b"not a workbook"


# export_results -----------------------------------------------------------------------------------------------
def exported(campaign: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    call_command("export_results", campaign, format="json", stdout=out)
    rows: list[dict[str, Any]] = json.loads(out.getvalue())
    return rows


@pytest.mark.parametrize(("campaign", "units"), [(COMMUNE, 7), (DISTRICT, 1), (TRAINING, 7)])
def test_json_has_the_agreed_keys_and_decimals_as_text_with_a_point(demo: None, campaign: str, units: int) -> None:
    rows = exported(campaign)
    assert len(rows) == units
    for row in rows:
        assert list(row)[: len(KEYS) + 2] == [*KEYS, "published", "grade_steps"]
        assert set(row) - {*KEYS, "published", "grade_steps", "bonus_points", "penalty_points"} == set(STATES)
        assert (type(row["unit_code"]), type(row["unit_name"])) == (str, str)
        for name in ("earned_points", "applicable_max_points", "index"):
            assert DECIMAL.fullmatch(row[name]), (name, row[name])
        assert row["grade"] is None or type(row["grade"]) is str
        assert row["rank"] is None or type(row["rank"]) is int
        assert len(row["fields"]) == 8
        for field in row["fields"]:
            assert list(field) == FIELD_KEYS
            assert all(type(value) is str for value in field.values())
            assert DECIMAL.fullmatch(field["earned_points"])
            assert DECIMAL.fullmatch(field["max_points"])
        assert row["published"] is None or set(row["published"]) <= set(KEYS) - {"unit_code", "unit_name"}


def test_the_figures_of_kon_ray_are_exported_beside_the_published_ones(demo: None) -> None:
    rows = {row["unit_code"]: row for row in exported(COMMUNE)}
    differing = rows.pop("23488")
    assert all(row["published"] is None for row in rows.values())
    assert {name: differing[name] for name in KEYS[2:7]} == {
        "earned_points": "76.65",
        "applicable_max_points": "95",
        "index": "80.68",
        "grade": "Tốt",
        "rank": 6,
    }
    assert differing["published"] == {"earned_points": "78.15", "index": "82.26", "rank": 3}
    (district,) = exported(DISTRICT)
    assert [district[name] for name in KEYS[2:6]] == ["81.45", "95", "85.74", "Tốt"]
    assert district["rank"] is None


@pytest.mark.parametrize("campaign", [COMMUNE, DISTRICT, TRAINING])
def test_csv_and_workbook_hold_the_same_figures_one_row_a_unit(demo: None, campaign: str, tmp_path: Path) -> None:
    rows = exported(campaign)
    text = export(campaign, "csv", tmp_path / "a.csv").decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    sheet = openpyxl.load_workbook(io.BytesIO(export(campaign, "xlsx", tmp_path / "a.xlsx"))).worksheets[0]
    titles, *lines = [list(line) for line in sheet.iter_rows(values_only=True)]
    columns = [
        *KEYS[:7],
        *(f"field_{field['code']}_{part}" for field in rows[0]["fields"] for part in ("earned", "max")),
    ]
    assert list(table[0])[: len(columns)] == columns == titles[: len(columns)]
    assert len(rows) == len(table) == len(lines)
    for row, cells, line in zip(rows, table, lines, strict=True):
        flat = [row[name] for name in KEYS[:7]]
        flat += [field[part] for field in row["fields"] for part in ("earned_points", "max_points")]
        assert [cells[name] for name in columns] == ["" if value is None else str(value) for value in flat]
        named = dict(zip(titles, line, strict=True))
        assert type(named["unit_code"]) is str
        for name, value in zip(columns[2:], flat[2:], strict=True):
            expected = float(value) if name not in ("grade",) and value is not None else value
            assert named[name] == expected, name


def test_standard_output_holds_the_file_and_nothing_else(demo: None, tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("export_results", COMMUNE, format="csv", stdout=out)
    assert out.getvalue() == export(COMMUNE, "csv", tmp_path / "a.csv").decode("utf-8-sig")
