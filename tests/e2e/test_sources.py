"""What a unit has reported goes into its score sheet at the press of a button; a correction is offered again."""

from collections.abc import Callable

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from scoring.models import Score
from tests.indicators.reporting import put
from tests.scoring.reported import report_tasks
from tests.world import World

ROW = "[data-row]:has(.row-code:text-is('2.1'))"


def test_reported_figures_are_taken_over_and_offered_anew(
    world: World, as_person: Callable[[str], Page], live_server: LiveServer
) -> None:
    reported = report_tasks(world)
    page = as_person("officer_a")
    page.goto(f"{live_server.url}/sheets/{world.sheet(world.commune_a).pk}/")
    row = page.locator(ROW)
    take = row.locator("[data-take]")
    take.focus()
    page.keyboard.press("Enter")
    expect(row.locator(".row-points strong")).to_have_text("1,80")
    expect(take).to_have_count(0)
    score = Score.objects.get(sheet__unit=world.commune_a, criterion__code="2.1")
    assert score.answers == {"numerator": 27, "denominator": 30}

    put(reported, "1.2", 24)
    page.reload()
    expect(row.locator(".badge-waiting")).to_be_visible()
    expect(row.locator("[name$='-answer-numerator']")).to_have_value("27")
    take.focus()
    page.keyboard.press("Enter")
    expect(row.locator("[name$='-answer-numerator']")).to_have_value("24")
    expect(row.locator(".badge-waiting")).to_have_count(0)
    score.refresh_from_db()
    assert score.answers["numerator"] == 24
    assert score.reported.get(input="numerator").value == "24"
