"""import_criteria and export_criteria, as an operator runs them."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from scoring.importing.criteria import read_criteria_set
from scoring.importing.criteria_example import EXAMPLE
from scoring.models import CriteriaSet
from tests.scoring.criteria_books import book_file, write
from units.audit import Action
from units.models import AuditEvent

pytestmark = pytest.mark.usefixtures("world")
# The example skips a code, on purpose.
REASON = ("--reason", "Đánh số theo quyết định")


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "set.xlsx"
    path.write_bytes(book_file().getvalue())
    return path


def run(*words: object) -> str:
    out = io.StringIO()
    call_command(*map(str, words), stdout=out)
    return out.getvalue()


def test_import_makes_a_draft(workbook: Path) -> None:
    assert run("import_criteria", workbook) == "vi-du v1: 8 criteria, 6 scored, 10 points, draft\n"
    assert CriteriaSet.objects.get(code="vi-du").criteria.count() == 8


def test_import_and_publish_at_once(workbook: Path) -> None:
    assert "published" in run("import_criteria", workbook, "--publish", *REASON)
    assert CriteriaSet.objects.get(code="vi-du").is_frozen


def test_a_set_with_warnings_is_published_only_with_a_reason(workbook: Path) -> None:
    with translation.override("en"), pytest.raises(CommandError, match=r"2\.10 After 2\.2 comes 2\.10") as refused:
        run("import_criteria", workbook, "--publish")
    assert "1 warning has not been acknowledged yet." in str(refused.value)
    assert not CriteriaSet.objects.filter(code="vi-du").exists()
    run("import_criteria", workbook, "--publish", *REASON)
    event = AuditEvent.objects.get(action=Action.WARNING_ACKNOWLEDGED)
    assert (event.reason, event.by) == (REASON[1], None)


def test_a_dry_run_keeps_nothing(workbook: Path) -> None:
    assert "nothing kept" in run("import_criteria", workbook, "--dry-run", "--publish", *REASON)
    assert not CriteriaSet.objects.filter(code="vi-du").exists()


def test_problems_come_one_a_line_and_nothing_is_stored(workbook: Path) -> None:
    workbook.write_bytes(book_file(EXAMPLE, write("set", "B9", 11), write("criteria", "D3", "x\ny")).getvalue())
    with translation.override("en"), pytest.raises(CommandError) as refused:
        run("import_criteria", workbook)
    lines = str(refused.value).splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["set!B9", "criteria!D3"]
    assert not CriteriaSet.objects.filter(code="vi-du").exists()


def test_a_published_set_is_not_imported_again(workbook: Path) -> None:
    run("import_criteria", workbook, "--publish", *REASON)
    with pytest.raises(CommandError, match="set!B3"):
        run("import_criteria", workbook)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none\.xlsx"):
        run("import_criteria", tmp_path / "none.xlsx")


def test_export_writes_the_latest_version_or_the_one_asked_for(workbook: Path, tmp_path: Path) -> None:
    run("import_criteria", workbook, "--publish", *REASON)
    workbook.write_bytes(book_file(EXAMPLE, write("set", "B3", 2), write("set", "B4", "Bản hai")).getvalue())
    run("import_criteria", workbook)
    latest, first = tmp_path / "latest.xlsx", tmp_path / "first.xlsx"
    assert "vi-du v2, 8 criteria" in run("export_criteria", "vi-du", "--output", latest)
    run("export_criteria", "vi-du", "--version", 1, "--output", first)
    assert read_criteria_set(latest, by=None).title == "Bản hai"
    CriteriaSet.objects.all().filter(code="vi-du").delete()
    assert read_criteria_set(first, by=None) == EXAMPLE


@pytest.mark.parametrize("words", [("khong-co",), ("bo-thu", "--version", "7")])
def test_a_set_that_is_not_there_is_told(tmp_path: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match=words[0]):
        run("export_criteria", *words, "--output", tmp_path / "x.xlsx")


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="missing"):
        run("export_criteria", "bo-thu", "--output", tmp_path / "missing" / "x.xlsx")


@pytest.mark.parametrize("command", ["import_criteria", "export_criteria"])
def test_help_shows_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        call_command(command, "--help")
    assert done.value.code == 0
    assert "example:" in capsys.readouterr().out
