"""One round by keyboard alone: officer, leader, appraiser; from the sign-in page to the end of the appraisal."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pytest_django.plugin import DjangoDbBlocker

from scoring.models import Evidence
from tests.e2e.keys import expect_focus, follow, press, reach, write
from tests.e2e.portal import Ground, Portal, expect_saved, put_away
from tests.world import PASSWORD, make_world


@pytest.fixture(scope="module")
def desk(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Ground:
    """The small world alone; one document is there already, named by its number."""
    with django_db_blocker.unblock():
        world = make_world()
        paper = Evidence.objects.create(sheet=world.sheet(world.commune_a), number="123/BC-UBND")
        paper.scores.add(world.score(world.commune_a, "1.2.1"))
        return put_away(Path(tmp_path_factory.mktemp("keys")) / "ground.sqlite3", world, world.campaign)


@pytest.fixture
def page(context: BrowserContext, running_portal: Portal, desk: Ground, transactional_db: None) -> Page:
    running_portal.stand_on(desk)
    return context.new_page()


def sign_in(page: Page, portal: Portal, name: str) -> None:
    if "/accounts/" not in page.url:
        page.goto(f"{portal.url}/accounts/login/")
    reach(page, page.locator("input[name=login]"))
    write(page, name)
    reach(page, page.locator("input[name=password]"))
    write(page, PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".menu-name")).to_have_text(f"Cán bộ {name}")


def sign_out(page: Page) -> None:
    press(page, page.locator("summary:has(.menu-name)"))
    follow(page, page.locator(".menu-panel [data-sign-out] button"))


def row(page: Page, code: str) -> Locator:
    return page.locator(f"[data-row]:has(.row-code:text-is('{code}'))")


def answer(page: Page, code: str, name: str) -> Locator:
    return row(page, code).locator(f"[name$='-answer-{name}']")


def scores_own_sheet(page: Page, unit: str) -> None:
    follow(page, page.locator(".tasks a").first)
    expect(page.locator("h1")).to_have_text(unit)
    # The first row still open, from the list of what is missing.
    press(page, page.locator("[data-next-open]"))
    expect_focus(page, answer(page, "1.1", "option"))
    page.keyboard.press("ArrowDown")
    expect(answer(page, "1.1", "option")).to_have_value("on_time")
    expect_saved(page)
    reach(page, row(page, "1.1").locator("[name$='-why_no_evidence']"))
    write(page, "Văn bản lưu ở huyện")
    page.keyboard.press("Control+ArrowDown")
    expect_focus(page, answer(page, "1.2.1", "on_time"))
    for name, value in (("on_time", "13"), ("late", "11"), ("undone", "5")):
        expect_focus(page, answer(page, "1.2.1", name))
        write(page, value)
        page.keyboard.press("Enter")
    expect(row(page, "1.2.1")).to_contain_text("= 1,91")
    expect_focus(page, answer(page, "1.2.2", "count"))
    write(page, "3")
    page.keyboard.press("Control+ArrowDown")
    write(page, "5")
    page.keyboard.press("Enter")
    # More than there was to do: said at the input, kept, and corrected.
    write(page, "4")
    page.keyboard.press("Enter")
    numerator = answer(page, "2.1", "numerator")
    expect(numerator).to_have_attribute("aria-invalid", "true")
    expect(numerator).to_have_value("5")
    reach(page, numerator, back=True)
    write(page, "4")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(row(page, "2.1")).to_contain_text("4 / 4")
    expect_focus(page, answer(page, "2.2", "percent"))
    write(page, "100")
    page.keyboard.press("Control+ArrowDown")
    expect_focus(page, answer(page, "3", "points"))
    write(page, "1,83")
    page.keyboard.press("Enter")
    expect_saved(page)


def proposes(page: Page) -> None:
    follow(page, page.locator(".actions-end a[href*='move=propose']"))
    follow(page, page.locator("main form[action$='/move/'] .button-primary"))


def desk_row(page: Page, code: str) -> Locator:
    return page.locator(f"[data-desk-row]:has(.row-code:text-is('{code}'))")


def points(page: Page, code: str) -> Locator:
    return desk_row(page, code).locator("[data-points]")


def looks(page: Page) -> None:
    """From row to row by keys; the evidence beside the row."""
    press(page, page.locator("[data-go=open]").last)
    expect_focus(page, points(page, "1.1"))
    page.keyboard.press("=")
    expect_focus(page, points(page, "1.2.1"))
    expect(desk_row(page, "1.1").locator(".ap-state .mark-done")).to_be_visible()
    page.keyboard.press("m")
    expect_focus(page, points(page, "1.1"))
    page.keyboard.press("Control+ArrowDown")
    expect_focus(page, points(page, "1.2.1"))
    panel = page.locator("#evidence-panel")
    page.keyboard.press("e")
    expect(panel).to_be_focused()
    expect(panel).to_contain_text("123/BC-UBND")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect_focus(page, points(page, "1.2.1"))


def reduces(page: Page) -> None:
    """Fewer points, with a reason that becomes a phrase."""
    write(page, "1,5")
    page.keyboard.press("Enter")
    expect_focus(page, points(page, "1.2.2"))
    expect(desk_row(page, "1.2.1").locator(".row-message")).not_to_be_empty()
    expect(points(page, "1.2.1")).to_have_value("1,5")
    reason = desk_row(page, "1.2.1").locator("[name=reason]")
    expect(reason).to_have_attribute("aria-invalid", "true")
    reach(page, reason, back=True)
    # What are keys elsewhere are letters here.
    page.keyboard.type("n=mple")
    expect(reason).to_have_value("n=mple")
    write(page, "Báo cáo gửi trễ")
    page.keyboard.press("Escape")
    expect_focus(page, desk_row(page, "1.2.1"))
    expect(desk_row(page, "1.2.1").locator(".diff-down")).to_have_text("−0,41")
    expect(reason).not_to_have_attribute("aria-invalid", "true")

    page.keyboard.press("p")
    menu = page.locator("[data-phrase-menu]")
    keep = menu.locator("button[hx-post]")
    expect(menu.locator("button").first).to_be_focused()
    reach(page, keep)
    page.keyboard.press("Enter")
    expect(menu.locator("[role=status]")).not_to_be_empty()
    expect_focus(page, keep)
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect_focus(page, reason)


def accepts_the_rest(page: Page) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("Control+ArrowDown")
    for code in ("1.2.2", "2.1", "2.2", "3"):
        expect_focus(page, points(page, code))
        page.keyboard.press("=")
        expect(desk_row(page, code).locator(".ap-state .mark-done")).to_be_visible()
    expect(page.locator("[data-told]")).not_to_be_empty()
    expect_focus(page, points(page, "3"))
    page.keyboard.press("n")
    expect_focus(page, points(page, "1.2.1"))


def explains_the_losses(page: Page) -> None:
    # The reason of the reduction is proposed as the cause: one button takes it, and leaves the focus to the row.
    first = desk_row(page, "1.2.1")
    press(page, first.locator(".ap-loss-outcome button").first)
    expect(first.locator(".ap-recorded")).to_be_visible()
    expect_focus(page, first)
    for code, cause in (("1.2.2", "Thiếu hình thức thi"), ("3", "Đi làm muộn")):
        page.keyboard.press("l")
        expect_focus(page, desk_row(page, code).locator("[name=cause]"))
        write(page, cause)
        page.keyboard.press("Escape")
        expect_focus(page, desk_row(page, code))
        expect(desk_row(page, code).locator(".ap-recorded")).to_be_visible()
    page.keyboard.press("l")
    expect(page.locator("[data-told]")).not_to_be_empty()
    expect_focus(page, desk_row(page, "3"))


def test_a_round_by_keyboard_alone(page: Page, running_portal: Portal) -> None:
    sign_in(page, running_portal, "officer_a")
    scores_own_sheet(page, "Xã Tân Lập")
    proposes(page)
    sign_out(page)

    sign_in(page, running_portal, "leader_a")
    follow(page, page.locator(".tasks a").first)
    follow(page, page.locator("a[href*='move=submit']").first)
    follow(page, page.locator("main form[action$='/move/'] .button-primary"))
    sign_out(page)

    sign_in(page, running_portal, "coordinator")
    follow(page, page.locator(".tasks a[href*='/appraisal/']"))
    looks(page)
    reduces(page)
    accepts_the_rest(page)
    explains_the_losses(page)
    follow(page, page.locator("#finish a.button-primary"))
    follow(page, page.locator("main form[action$='/move/'] .button-primary"))

    states = running_portal.query("SELECT status FROM scoring_scoresheet ORDER BY status")
    assert states == [("appraised",), ("draft",)]
    given = running_portal.query(
        "SELECT c.code, a.points FROM scoring_appraisal a JOIN scoring_score s ON s.id = a.score_id"
        " JOIN scoring_criterion c ON c.id = s.criterion_id ORDER BY c.position"
    )
    # In hundredths, as points are stored.
    assert given == [("1.1", 200), ("1.2.1", 150), ("1.2.2", 150), ("2.1", 200), ("2.2", 100), ("3", 183)]
    assert running_portal.query("SELECT count(*) FROM scoring_loss") == [(3,)]
