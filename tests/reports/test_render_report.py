"""The command `render_report`: files for operators, one line on stderr when it cannot."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from docx import Document
from openpyxl import load_workbook

from reports.kinds import KINDS
from reports.management.commands.render_report import EPILOG
from reports.models import Report, ReportKind
from scoring.models import Campaign, CampaignStatus
from tests.plans.planning import make_plan
from tests.reports.conftest import page_texts
from tests.reports.kon_ray import KonRay
from tests.reports.proposed import proposed_analysis
from tests.reports.report_forms import small
from tests.scoring.explaining import REASON, explained
from tests.world import World, publish

pytestmark = pytest.mark.any_database


def render(to: Path, **changed: str) -> None:
    options = {
        "campaign": "kon-ray-2021-district",
        "unit": "614",
        "format": "pdf",
        "output": str(to),
        **changed,
    }
    arguments = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    call_command("render_report", "responsibility-analysis", *arguments)


def test_it_writes_a_pdf(kon_ray: KonRay, tmp_path: Path) -> None:
    small(kon_ray)
    output = tmp_path / "analysis.pdf"
    render(output)
    assert "81,45/95 điểm" in " ".join(page_texts(output.read_bytes()))


def test_it_writes_html_that_needs_no_other_file(kon_ray: KonRay, tmp_path: Path) -> None:
    output = tmp_path / "analysis.html"
    render(output, format="html")
    page = output.read_text(encoding="utf-8")
    assert "81,45/95 điểm" in page
    assert "<link" not in page
    assert 'src="' not in page


def test_it_prints_what_was_edited_on_the_page(kon_ray: KonRay, tmp_path: Path) -> None:
    report = proposed_analysis(kon_ray.result, kon_ray.children)
    report.version, report.number = 1, "8"
    report.save()
    output = tmp_path / "analysis.html"
    render(output, format="html")
    assert "Số: 08/BC-UBND" in output.read_text(encoding="utf-8")


def test_it_stores_nothing(kon_ray: KonRay, tmp_path: Path) -> None:
    render(tmp_path / "analysis.html", format="html")
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"campaign": "nowhere"}, "nowhere"),
        ({"unit": "999"}, "999"),
        ({"campaign": "kon-ray-2021-commune", "unit": "23494"}, "23494"),
        ({"children_campaign": "nowhere"}, "nowhere"),
        ({"output": "/nonexistent/folder/file.pdf"}, "/nonexistent/folder/file.pdf"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    kon_ray: KonRay, tmp_path: Path, changed: dict[str, str], named: str
) -> None:
    with pytest.raises(CommandError) as caught:
        render(tmp_path / "analysis.html", **{"format": "html", **changed})
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.returncode == 1


def test_an_unpublished_campaign_is_refused(kon_ray: KonRay, tmp_path: Path) -> None:
    Campaign.objects.filter(pk=kon_ray.own.pk).update(status=CampaignStatus.CLOSED)
    with pytest.raises(CommandError):
        render(tmp_path / "analysis.pdf")


def test_several_campaigns_of_communes_are_listed_and_the_option_decides(kon_ray: KonRay, tmp_path: Path) -> None:
    again = Campaign.objects.get(pk=kon_ray.children.pk)
    again.pk, again.code = None, "kon-ray-2021-again"
    again.save()
    output = tmp_path / "analysis.html"
    with pytest.raises(CommandError) as caught:
        render(output, format="html")
    assert "kon-ray-2021-again, kon-ray-2021-commune" in str(caught.value)
    assert "--children-campaign" in str(caught.value)
    render(output, format="html", children_campaign="kon-ray-2021-commune")
    assert "79,3/97" in output.read_text(encoding="utf-8")


def test_the_help_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        call_command("render_report", "--help", stdout=StringIO())
    assert caught.value.code == 0
    assert "manage.py render_report responsibility-analysis --campaign" in capsys.readouterr().out


def call(kind: str, to: Path, **options: object) -> Path:
    """A paper as HTML, unless another format is asked for."""
    call_command("render_report", kind, **{"format": "html", "output": to, **options}, stdout=StringIO())
    return to


def test_a_workbook_holds_the_tables(kon_ray: KonRay, tmp_path: Path) -> None:
    made = call("league-table", tmp_path / "x.xlsx", campaign=kon_ray.children.code, format="xlsx")
    book = load_workbook(made)
    values = {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {"UBND xã Tân Lập", 78.77, 83.8} <= values


def test_word_opens_what_it_writes(kon_ray: KonRay, tmp_path: Path) -> None:
    made = call("league-table", tmp_path / "x.docx", campaign=kon_ray.children.code, format="docx")
    heads = {cell.text for table in Document(str(made)).tables for cell in table.rows[0].cells}
    assert "Xếp hạng" in heads


def test_a_paper_about_a_unit_needs_one_of_the_campaign(kon_ray: KonRay, tmp_path: Path) -> None:
    options = {"campaign": kon_ray.children.code}
    for kind in ("score-sheet", "self-scoring-report"):
        with pytest.raises(CommandError, match="--unit"):
            call(kind, tmp_path / "x.html", **options)
        with pytest.raises(CommandError, match="99999"):
            call(kind, tmp_path / "x.html", unit="99999", **options)


def test_papers_of_a_year_are_found_by_unit_year_and_number(world: World, tmp_path: Path) -> None:
    plan = make_plan(world)
    output, options = tmp_path / "x.html", {"unit": plan.owner.code}
    assert "KẾ HOẠCH" in call("plan", output, year=plan.year, **options).read_text(encoding="utf-8")
    with pytest.raises(CommandError, match="--year"):
        call("plan", output, **options)
    with pytest.raises(CommandError, match="2"):
        call("plan", output, year=plan.year, number=2, **options)
    with pytest.raises(CommandError, match="1999"):
        call("plan", output, year=1999, **options)
    with pytest.raises(CommandError, match="--campaign"):
        call("league-table", output, **options)


def test_papers_that_are_not_there_are_said(world: World, tmp_path: Path) -> None:
    output = tmp_path / "x.html"
    for kind in ("inspection-conclusion", "conclusion-notice"):
        with pytest.raises(CommandError, match="2024"):
            call(kind, output, unit=world.district.code, year=2024)
    with pytest.raises(CommandError, match=world.campaign.code):
        call("publishing-decision", output, campaign=world.campaign.code)
    publish(world)
    for kind in ("remediation-plan", "reminder-letter"):
        with pytest.raises(CommandError, match=world.campaign.code):
            call(kind, output, campaign=world.campaign.code)


def test_a_unit_learns_nothing_of_its_appraisal_before_the_publication(world: World, tmp_path: Path) -> None:
    explained(world)
    options = {"campaign": world.campaign.code, "unit": world.commune_a.code}
    assert REASON not in call("score-sheet", tmp_path / "x.html", **options).read_text(encoding="utf-8")


def test_a_period_of_the_annual_report_is_chosen(world: World, tmp_path: Path) -> None:
    options = {"unit": world.commune_a.code, "year": 2024, "period": "half"}
    assert "6 tháng đầu năm 2024" in call("annual-report", tmp_path / "x.html", **options).read_text(
        encoding="utf-8"
    )


def test_every_kind_can_be_made() -> None:
    assert set(KINDS) == set(ReportKind.values)
    assert all(kind in EPILOG for kind in KINDS)
