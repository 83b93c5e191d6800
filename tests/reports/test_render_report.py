"""The command `render_report`: files for operators, one line on stderr when it cannot."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from reports.models import Report
from reports.prefill import new_report
from scoring.models import Campaign, CampaignStatus
from tests.reports.conftest import page_texts
from tests.reports.kon_ray import KonRay

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
    report = new_report(kon_ray.result, kon_ray.children)
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
        render(tmp_path / "analysis.pdf", **changed)
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
