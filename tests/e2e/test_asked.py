"""An input that is asked for only beside another answer comes and goes in a real browser."""

from collections.abc import Callable

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from scoring.models import Score
from tests.e2e.test_round import row
from tests.world import World


def test_last_years_value_is_asked_for_only_where_there_is_one(
    world: World, as_person: Callable[[str], Page], live_server: LiveServer
) -> None:
    params = {"label": "Số sáng kiến", "kind": "integer", "unchanged": "1"}
    world.criteria_set.criteria.filter(code="3").update(method="change", params=params)
    page = as_person("officer_a")
    page.goto(f"{live_server.url}/sheets/{world.sheet(world.commune_a).pk}/")
    previous = page.locator(f"{row(page, '3')} [name$='-answer-previous']:not([type=hidden])")
    expect(previous).to_be_hidden()
    page.locator(f"{row(page, '3')} [name$='-answer-current']").fill("9")
    page.locator(f"{row(page, '3')} [name$='-answer-has_base']:not([type=hidden])").select_option("yes")
    expect(previous).to_be_visible()
    previous.fill("10")
    previous.press("Tab")
    expect(page.locator(row(page, "3"))).to_contain_text("9 < 10 → 0,00")
    page.locator(f"{row(page, '3')} [name$='-answer-has_base']:not([type=hidden])").select_option("no")
    expect(previous).to_be_hidden()
    expect(page.locator(row(page, "3"))).to_contain_text("không tính")
    score = Score.objects.get(sheet__unit=world.commune_a, criterion__code="3")
    assert score.answers == {"current": 9, "has_base": "no"}
