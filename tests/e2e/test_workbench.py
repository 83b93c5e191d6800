"""The appraisal workbench: two people at one row, refused values, lines that fail, and where the keys lead."""

import re
from collections.abc import Generator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect
from pytest_django.plugin import DjangoDbBlocker

from scoring.models import Evidence
from tests.e2e.keys import expect_focus, reach, write
from tests.e2e.portal import Ground, Portal, expect_saved, put_away
from tests.scoring.appraising import submitted
from tests.world import make_world


@pytest.fixture(scope="module")
def desk(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Ground:
    """Commune A has submitted: 2 + 1.91 + 2 + 1.66 + 1, and a claim. 1.1 and 2.1 have evidence, 2.2 lacks it."""
    with django_db_blocker.unblock():
        world = make_world()
        submitted(world)
        world.criteria_set.criteria.filter(code="2.2").update(evidence_required=True)
        paper = Evidence.objects.create(sheet=world.sheet(world.commune_a), number="123/BC-UBND")
        paper.scores.add(world.score(world.commune_a, "1.1"), world.score(world.commune_a, "2.1"))
        return put_away(tmp_path_factory.mktemp("desk") / "ground.sqlite3", world, world.campaign)


@pytest.fixture
def portal(transactional_db: None, running_portal: Portal, desk: Ground) -> Portal:
    running_portal.stand_on(desk)
    return running_portal


@pytest.fixture
def page(context: BrowserContext, portal: Portal) -> Page:
    """The coordinator at the workbench."""
    return at_desk(context, portal, "coordinator")


@pytest.fixture
def other(browser: Browser, portal: Portal) -> Generator[Page, None, None]:
    """The officer of the agency at the same sheet, at another computer."""
    context = browser.new_context(service_workers="block")
    yield at_desk(context, portal, "justice_officer")
    context.close()


def at_desk(context: BrowserContext, portal: Portal, name: str) -> Page:
    portal.sign_in(context, name)
    page = context.new_page()
    page.goto(f"{portal.sheet_url()}appraisal/")
    return page


def row(page: Page, code: str) -> Locator:
    return page.locator(f"[data-desk-row]:has(.row-code:text-is('{code}'))")


def points(page: Page, code: str) -> Locator:
    return row(page, code).locator("[data-points]")


def reason(page: Page, code: str) -> Locator:
    return row(page, code).locator("[name=reason]")


def given(page: Page, code: str, value: str, why: str = "") -> None:
    """Points and reason of a row, as fast as they are typed."""
    if why:
        reason(page, code).fill(why)
    points(page, code).fill(value)
    points(page, code).blur()


def stored(portal: Portal) -> dict[str, tuple[object, object]]:
    """Points (in hundredths) and reason of the appraised rows, by code."""
    rows = portal.query(
        "SELECT c.code, a.points, a.reason FROM scoring_appraisal a JOIN scoring_score s ON s.id = a.score_id"
        " JOIN scoring_criterion c ON c.id = s.criterion_id"
    )
    return {str(code): (value, why) for code, value, why in rows}


def with_facts(portal: Portal) -> set[tuple[object, object]]:
    """Codes of the appraised rows, and whether facts are behind their points."""
    rows = portal.query(
        "SELECT c.code, a.answers FROM scoring_appraisal a JOIN scoring_score s ON s.id = a.score_id"
        " JOIN scoring_criterion c ON c.id = s.criterion_id"
    )
    return {(code, answers != "{}") for code, answers in rows}


def test_the_second_at_a_row_is_told_both_values_and_keeps_his_own(
    page: Page, other: Page, portal: Portal
) -> None:
    given(page, "2.2", "0,5", "Chưa công khai đủ")
    expect_saved(page)
    given(page, "2.1", "1,5", "Thiếu một văn bản")
    expect_saved(page)
    given(other, "2.1", "0,33", "Thiếu hai văn bản")
    told = row(other, "2.1").locator(".ap-conflict")
    expect(told).to_contain_text("0,33 · Thiếu hai văn bản")
    expect(told).to_contain_text("1,50 · Thiếu một văn bản")
    expect(told).to_contain_text(re.compile(r"Cán bộ coordinator, \d\d:\d\d"))
    expect(points(other, "2.1")).to_have_value("0,33")
    assert stored(portal)["2.1"] == (150, "Thiếu một văn bản")

    told.locator("[name=keep]").focus()
    other.keyboard.press("Enter")
    expect(told).to_have_count(0)
    expect_focus(other, row(other, "2.1"))
    expect_saved(other)
    assert stored(portal) == {"2.1": (33, "Thiếu hai văn bản"), "2.2": (50, "Chưa công khai đủ")}
    # It is now the first one's turn to be told.
    given(page, "2.1", "1", "")
    expect(row(page, "2.1").locator(".ap-conflict")).to_contain_text("0,33 · Thiếu hai văn bản")


def test_the_second_at_a_row_takes_what_is_there(page: Page, other: Page, portal: Portal) -> None:
    given(page, "2.1", "1,5", "Thiếu một văn bản")
    expect_saved(page)
    given(other, "2.2", "0,5", "Chưa công khai đủ")
    expect_saved(other)
    given(other, "2.1", "0,33", "Thiếu hai văn bản")
    told = row(other, "2.1").locator(".ap-conflict")
    told.locator("[value=theirs]").focus()
    other.keyboard.press("Enter")
    expect(told).to_have_count(0)
    expect_focus(other, row(other, "2.1"))
    expect(points(other, "2.1")).to_have_value("1,50")
    expect(reason(other, "2.1")).to_have_value("Thiếu một văn bản")
    expect(row(other, "2.1").locator(".diff-down")).to_have_text("−0,16")
    assert stored(portal) == {"2.1": (150, "Thiếu một văn bản"), "2.2": (50, "Chưa công khai đủ")}
    # What is given next goes over it without another question.
    given(other, "2.1", "1,2")
    expect(row(other, "2.1").locator(".diff-down")).to_have_text("−0,46")
    assert stored(portal)["2.1"] == (120, "Thiếu một văn bản")


def test_the_second_who_accepts_is_told_and_accepts(page: Page, other: Page, portal: Portal) -> None:
    given(page, "2.1", "1,5", "Thiếu một văn bản")
    expect_saved(page)
    points(other, "2.1").focus()
    other.keyboard.press("=")
    told = row(other, "2.1").locator(".ap-conflict")
    expect(told).to_contain_text("1,50 · Thiếu một văn bản")
    expect(points(other, "2.2")).to_be_focused()
    told.locator("[name=keep]").press("Enter")
    expect(told).to_have_count(0)
    expect(points(other, "2.1")).to_have_value("1,66")
    expect(reason(other, "2.1")).to_have_value("")
    assert stored(portal) == {"2.1": (166, "")}
    assert with_facts(portal) == {("2.1", True)}


def test_two_at_the_cause_of_one_loss(page: Page, other: Page, portal: Portal) -> None:
    given(page, "2.1", "1,5", "Thiếu một văn bản")
    expect_saved(page)
    other.reload()
    for each, cause in ((page, "Gửi trễ"), (other, "Mất văn bản")):
        row(each, "2.1").locator("[name=cause]").fill(cause)
        row(each, "2.1").locator("[name=cause]").blur()
        expect(row(each, "2.1").locator(".ap-recorded, .ap-conflict")).to_be_visible()
    told = row(other, "2.1").locator(".ap-conflict")
    expect(told).to_contain_text("Gửi trễ")
    expect(told).to_contain_text("Mất văn bản")
    told.locator("[name=keep]").press("Enter")
    expect(row(other, "2.1").locator(".ap-recorded")).to_be_visible()
    expect_focus(other, row(other, "2.1"))
    assert portal.query("SELECT cause FROM scoring_loss") == [("Mất văn bản",)]


def test_a_refused_value_stays_with_its_message(page: Page, portal: Portal) -> None:
    given(page, "2.1", "2,5")
    said = row(page, "2.1").locator(".row-message")
    expect(said).to_contain_text("2")
    expect(points(page, "2.1")).to_have_value("2,5")
    expect(points(page, "2.1")).to_have_attribute("aria-invalid", "true")
    expect(reason(page, "2.1")).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "failed")
    given(page, "2.1", "1,5")
    expect(reason(page, "2.1")).to_have_attribute("aria-invalid", "true")
    expect(points(page, "2.1")).not_to_have_attribute("aria-invalid", "true")
    expect(points(page, "2.1")).to_have_value("1,5")
    assert stored(portal) == {}
    reason(page, "2.1").fill("Thiếu một văn bản")
    reason(page, "2.1").blur()
    expect(said).to_be_empty()
    expect_saved(page)
    expect(page.locator("[data-desk-row] [aria-invalid]")).to_have_count(0)
    assert stored(portal) == {"2.1": (150, "Thiếu một văn bản")}


def test_where_the_keys_lead(page: Page) -> None:
    points(page, "2.2").focus()
    page.keyboard.press("=")
    # The claim is decided, not accepted; then it begins anew.
    expect_focus(page, points(page, "3"))
    expect(row(page, "2.2").locator(".ap-state .mark-done")).to_be_visible()
    page.keyboard.press("=")
    expect_focus(page, points(page, "3"))
    page.keyboard.press("Control+ArrowDown")
    expect_focus(page, points(page, "1.1"))
    page.keyboard.press("Control+ArrowDown")
    write(page, "1")
    reach(page, reason(page, "1.2.1"))
    page.keyboard.type("= nmlep")
    page.keyboard.press("Escape")
    expect_focus(page, row(page, "1.2.1"))
    expect(row(page, "1.2.1").locator(".diff-down")).to_be_visible()
    expect(reason(page, "1.2.1")).to_have_value("= nmlep")

    # Next without evidence, also with the capitals on; next difference, and from there on the only one itself.
    page.keyboard.press("M")
    expect_focus(page, points(page, "2.2"))
    page.keyboard.press("n")
    expect_focus(page, points(page, "1.2.1"))
    page.keyboard.press("n")
    expect_focus(page, points(page, "1.2.1"))
    page.keyboard.press("l")
    expect_focus(page, row(page, "1.2.1").locator("[name=cause]"))
    # The buttons do the same from the row where one was.
    page.locator("[data-go=evidence]").press("Enter")
    expect_focus(page, points(page, "2.2"))
    page.locator("[data-go=unexplained]").press("Enter")
    expect_focus(page, row(page, "1.2.1").locator("[name=cause]"))


def test_evidence_and_phrases_by_key(page: Page) -> None:
    panel = page.locator("#evidence-panel")
    points(page, "2.1").focus()
    page.keyboard.press("e")
    expect(panel).to_be_focused()
    expect(panel).to_contain_text("123/BC-UBND")
    page.keyboard.press("e")
    expect(panel).to_be_hidden()
    expect_focus(page, points(page, "2.1"))
    given(page, "2.1", "1,5", "Thiếu một văn bản")
    expect_saved(page)
    points(page, "2.2").focus()
    page.keyboard.press("Shift+Tab")
    points(page, "2.1").focus()
    page.keyboard.press("p")
    menu = row(page, "2.1").locator("[data-phrase-menu]")
    first = menu.locator("button").first
    expect(first).to_have_text("Thiếu một văn bản")
    expect_focus(page, first)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    expect_focus(page, first)
    page.keyboard.press("Enter")
    expect(menu).to_have_count(0)
    expect_focus(page, reason(page, "2.1"))
    expect(reason(page, "2.1")).to_have_value("Thiếu một văn bản; Thiếu một văn bản")


def test_what_is_typed_while_an_answer_is_under_way_stays(page: Page, portal: Portal) -> None:
    held: list[Route] = []
    page.route("**/appraisal/*/", lambda route: route.continue_() if held else held.append(route))
    points(page, "2.1").focus()
    with page.expect_request("**/appraisal/*/"):
        page.keyboard.press("=")
    given(page, "2.1", "1,5", "Thiếu một văn bản")
    held[0].continue_()
    expect(row(page, "2.1").locator(".diff-down")).to_have_text("−0,16")
    expect(points(page, "2.1")).to_have_value("1,5")
    expect(reason(page, "2.1")).to_have_value("Thiếu một văn bản")
    assert stored(portal) == {"2.1": (150, "Thiếu một văn bản")}


def test_what_a_button_sent_over_a_line_that_fails_is_sent_again(
    page: Page, context: BrowserContext, portal: Portal
) -> None:
    context.set_offline(True)
    points(page, "2.1").focus()
    page.keyboard.press("=")
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "waiting")
    row(page, "3").locator("[value=refuse]").focus()
    reason(page, "3").fill("Có trụ sở riêng")
    row(page, "3").locator("[value=refuse]").press("Enter")
    expect(page.locator("[data-save-state]")).to_contain_text("2")
    context.set_offline(False)
    expect_saved(page)
    assert stored(portal) == {"2.1": (166, ""), "3": (0, "Có trụ sở riêng")}
    # What is accepted is the unit's word with its facts, not points as somebody typed them.
    assert ("2.1", True) in with_facts(portal)
