"""Nothing typed is lost, nothing is applied twice: whatever happens to the line, tab, server or session."""

from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.portal import (
    LEAVES,
    Portal,
    assert_applied_once,
    count_of,
    expect_saved,
    open_sheet,
    type_all,
)
from tests.world import PASSWORD


def all_rows(value: int, rows: int = LEAVES) -> dict[str, int]:
    return {f"1.{number}": value for number in range(1, rows + 1)}


def test_two_hundred_edits_over_a_line_that_fails_every_few_requests(officer: Page, portal: Portal) -> None:
    seen = {"before": 0, "after": 0, "all": 0}
    failures: dict[str, int] = {}

    def unreliable(route: Route) -> None:
        seen["all"] += 1
        turn, key = seen["all"] % 5, route.request.headers["idempotency-key"]
        # The pauses of a row grow with its failures: two are enough for a test.
        if turn not in (2, 4) or failures.get(key, 0) == 2:
            route.continue_()
            return
        failures[key] = failures.get(key, 0) + 1
        if turn == 2:
            seen["before"] += 1
        else:
            # The server gets it and answers; the answer does not arrive.
            seen["after"] += 1
            route.fetch()
        route.abort()

    officer.context.route("**/rows/*/", unreliable)
    open_sheet(officer, portal)
    for value in range(1, 6):
        type_all(officer, value)
    expect_saved(officer)
    assert min(seen["before"], seen["after"]) > 10
    assert_applied_once(portal, all_rows(5))


def test_a_tab_closed_with_ten_unsent_edits_and_opened_again(
    officer: Page, context: BrowserContext, portal: Portal
) -> None:
    open_sheet(officer, portal)
    context.set_offline(True)
    type_all(officer, 7, rows=10)
    expect(officer.locator("[data-save-state]")).to_contain_text("10")
    expect(officer.locator("[data-save-state]")).to_have_attribute("data-state", "waiting")
    officer.close()
    assert portal.counts() == {}
    context.set_offline(False)
    page = context.new_page()
    open_sheet(page, portal)
    expect(page.locator(count_of("1.10"))).to_have_value("7")
    expect_saved(page)
    assert_applied_once(portal, all_rows(7, 10))


def test_the_server_is_killed_in_the_middle_and_comes_back(officer: Page, portal: Portal) -> None:
    open_sheet(officer, portal)
    type_all(officer, 3, rows=20)
    portal.kill()
    type_all(officer, 4, rows=20)
    expect(officer.locator("[data-save-state]")).to_have_attribute("data-state", "waiting")
    portal.start()
    expect_saved(officer)
    assert_applied_once(portal, all_rows(4, 20))


def test_the_session_ends_in_the_middle(officer: Page, portal: Portal) -> None:
    open_sheet(officer, portal)
    type_all(officer, 1, rows=10)
    expect_saved(officer)
    portal.query("DELETE FROM django_session")
    type_all(officer, 2, rows=3)
    dialog = officer.get_by_role("dialog")
    password = dialog.locator("[name=password]")
    password.fill("wrong")
    password.press("Enter")
    expect(dialog.locator("[data-complaint]")).not_to_be_empty()
    password.fill(PASSWORD)
    password.press("Enter")
    expect(dialog).to_be_hidden()
    expect_saved(officer)
    # The page's own forms go on with the token of the new session.
    officer.locator(count_of("1.40")).fill("8")
    officer.locator(count_of("1.40")).blur()
    expect_saved(officer)
    assert_applied_once(portal, {**all_rows(1, 10), **all_rows(2, 3), "1.40": 8})


def test_an_old_token_is_renewed_without_a_word(officer: Page, context: BrowserContext, portal: Portal) -> None:
    open_sheet(officer, portal)
    context.clear_cookies(name="csrftoken")
    type_all(officer, 6, rows=3)
    expect_saved(officer)
    assert_applied_once(portal, all_rows(6, 3))
