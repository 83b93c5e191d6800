"""Score sheets that open without a network, and what is left on a computer after a person signs out."""

import json
import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.portal import Portal, assert_applied_once, count_of, expect_saved, open_sheet, type_all
from tests.world import PASSWORD

pytestmark = pytest.mark.browser_context_args(service_workers="allow")

KEPT = """async (path) => {
    const isKept = async (name) => name.startsWith("portal-sheets-") && (await caches.open(name)).match(path);
    while (!(await Promise.all((await caches.keys()).map(isKept))).some(Boolean)) {
        await new Promise(requestAnimationFrame);
    }
}"""
LEFT = """async () => [
    ...(await indexedDB.databases()).map((each) => each.name).filter((name) => /^portal-[0-9a-f]{16}$/.test(name)),
    ...(await caches.keys()).filter((name) => name.startsWith("portal-sheets-")),
]"""


def open_and_keep(page: Page, portal: Portal) -> None:
    """Visit the sheet and wait until the service worker has it."""
    open_sheet(page, portal)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    # Not wait_for_function, for which the promise of an answer is an answer.
    page.evaluate(KEPT, portal.sheet_path())


def test_a_sheet_visited_once_opens_without_a_network(
    officer: Page, context: BrowserContext, portal: Portal
) -> None:
    open_and_keep(officer, portal)
    officer.locator(count_of("1.1")).fill("2")
    officer.locator(count_of("1.1")).blur()
    expect_saved(officer)
    context.set_offline(True)
    officer.close()

    page = context.new_page()
    open_sheet(page, portal)
    expect(page.locator(".cached-note")).to_be_visible()
    # Saved after the page was kept: the page shows it all the same.
    expect(page.locator(count_of("1.1"))).to_have_value("2")
    assert page.evaluate("getComputedStyle(document.querySelector('.cached-note')).borderTopStyle") == "solid"
    type_all(page, 9, rows=5)
    expect(page.locator("[data-save-state]")).to_contain_text("5")
    page.goto(f"{portal.url}/sheets/", wait_until="commit")
    expect(page.locator("[data-offline]")).to_be_visible()
    context.set_offline(False)
    open_sheet(page, portal)
    expect(page.locator(".cached-note")).to_be_hidden()
    expect_saved(page)
    assert_applied_once(portal, {f"1.{number}": 9 for number in range(1, 6)})


def sign_out(page: Page) -> Locator:
    page.locator("header .menu summary").click()
    page.locator(".menu-panel form[data-sign-out] button").click()
    return page.get_by_role("dialog")


def type_unsent(page: Page, portal: Portal) -> None:
    """Two rows that the portal refuses to answer for."""
    page.context.route("**/rows/*/", lambda route: route.abort())
    type_all(page, 4, rows=2)
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "waiting")


def test_signing_out_sends_first(officer: Page, portal: Portal) -> None:
    open_and_keep(officer, portal)
    officer.locator(count_of("1.1")).focus()
    officer.keyboard.insert_text("3")
    sign_out(officer)
    officer.wait_for_url(f"{portal.url}/accounts/login/")
    assert_applied_once(portal, {"1.1": 3})
    assert officer.evaluate(LEFT) == []


def test_signing_out_with_unsent_rows_stays_or_discards(officer: Page, portal: Portal) -> None:
    open_and_keep(officer, portal)
    type_unsent(officer, portal)
    dialog = sign_out(officer)
    expect(dialog).to_contain_text("1.1, 1.2")
    dialog.locator("[data-step=left] button[value=stay]").click()
    expect(dialog).to_be_hidden()
    expect(officer.locator(count_of("1.2"))).to_have_value("4")

    sign_out(officer)
    dialog.locator("button[value=discard]").click()
    assert officer.evaluate(LEFT) != []
    dialog.locator("[data-step=discard] button[value=leave]").click()
    officer.wait_for_url(f"{portal.url}/accounts/login/")
    assert officer.evaluate(LEFT) == []
    assert portal.counts() == {}


def test_signing_out_with_unsent_rows_saves_them_to_a_file(officer: Page, portal: Portal) -> None:
    open_and_keep(officer, portal)
    type_unsent(officer, portal)
    dialog = sign_out(officer)
    with officer.expect_download() as found:
        dialog.locator("button[value=file]").click()
    content = json.loads(found.value.path().read_text())
    assert (content["format"], content["version"]) == ("par-portal-rows", 1)
    sheet = content["sheets"][0]
    assert (sheet["url"], sheet["title"]) == (portal.sheet_path(), "Xã Tân Lập")
    assert [row["code"] for row in sheet["rows"]] == ["1.1", "1.2"]
    row = sheet["rows"][0]
    assert row["fields"]["answer-count"] == "4"
    assert row["row"] == str(portal.criterion("1.1"))
    assert re.fullmatch(r"[0-9a-f-]{36}", row["key"])
    dialog.locator("[data-step=filed] button[value=leave]").click()
    officer.wait_for_url(f"{portal.url}/accounts/login/")
    assert officer.evaluate(LEFT) == []


def test_the_next_person_at_the_computer_sees_nothing_of_the_first(
    officer: Page, context: BrowserContext, portal: Portal
) -> None:
    open_and_keep(officer, portal)
    type_unsent(officer, portal)
    # The session ends, which deletes nothing; somebody else signs in.
    context.clear_cookies()
    officer.goto(f"{portal.url}/accounts/login/")
    officer.locator("input[name=login]").fill("officer_b")
    officer.locator("input[name=password]").fill(PASSWORD)
    officer.locator("input[name=password]").press("Enter")
    officer.wait_for_url(f"{portal.url}/")
    assert len(officer.evaluate(LEFT)) > 1
    # Without a network, the first one's sheet is not there for the second; with one, it does not exist.
    context.set_offline(True)
    officer.goto(portal.sheet_url(), wait_until="commit")
    expect(officer.locator("[data-offline]")).to_be_visible()
    context.set_offline(False)
    assert officer.goto(portal.sheet_url()).status == 404  # type: ignore[union-attr]
    context.unroute("**/rows/*/")
    officer.goto(portal.sheet_url("commune_b"))
    expect(officer.locator("[data-row]").first).to_be_visible()
    assert portal.counts("commune_a") == portal.counts("commune_b") == {}
    # The first comes back, and what was typed goes on.
    portal.sign_in(context, "officer_a")
    open_sheet(officer, portal)
    expect_saved(officer)
    assert_applied_once(portal, {"1.1": 4, "1.2": 4})
