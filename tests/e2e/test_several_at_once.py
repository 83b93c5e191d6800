"""Several people, tabs and sessions at the same rows: the second is told, nobody sends what is another's."""

import re
from collections.abc import Generator

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect

from tests.e2e.portal import Portal, assert_applied_once, count_of, expect_saved, open_sheet
from tests.world import PASSWORD


@pytest.fixture
def leader(browser: Browser, portal: Portal) -> Generator[Page, None, None]:
    """The leader of the same commune, at another computer."""
    context = browser.new_context(service_workers="block")
    portal.sign_in(context, "leader_a")
    yield context.new_page()
    context.close()


def type_into(page: Page, code: str, value: str) -> None:
    page.locator(count_of(code)).fill(value)
    page.locator(count_of(code)).blur()


def test_the_second_at_a_row_is_told_and_chooses(officer: Page, leader: Page, portal: Portal) -> None:
    open_sheet(officer, portal)
    open_sheet(leader, portal)
    type_into(officer, "1.1", "3")
    expect_saved(officer)
    type_into(leader, "1.1", "5")
    told = leader.locator("[data-row]:has(.row-code:text-is('1.1')) .row-message")
    expect(told).to_contain_text("Cán bộ officer_a")
    expect(told).to_contain_text("3")
    expect(told).to_contain_text("5")
    leader.reload()
    expect(leader.locator(count_of("1.1"))).to_have_value("5")
    told.get_by_role("button").first.click()
    expect_saved(leader)
    expect(told).to_be_empty()
    assert portal.counts() == {"1.1": 5}

    type_into(officer, "1.1", "4")
    told = officer.locator("[data-row]:has(.row-code:text-is('1.1')) .row-message")
    expect(told).to_contain_text("Cán bộ leader_a")
    told.get_by_role("button").last.click()
    expect(officer.locator(count_of("1.1"))).to_have_value("5")
    expect(told).to_be_empty()
    type_into(officer, "1.1", "6")
    expect_saved(officer)
    assert_applied_once(portal, {"1.1": 6})


def test_two_tabs_of_one_person_are_one(officer: Page, context: BrowserContext, portal: Portal) -> None:
    other = context.new_page()
    open_sheet(officer, portal)
    open_sheet(other, portal)
    type_into(officer, "1.1", "3")
    expect(other.locator(count_of("1.1"))).to_have_value("3")
    expect_saved(other)
    type_into(other, "1.1", "4")
    expect(officer.locator(count_of("1.1"))).to_have_value("4")
    officer.close()
    type_into(other, "1.2", "5")
    expect_saved(other)
    assert_applied_once(portal, {"1.1": 4, "1.2": 5})


def test_two_tabs_without_locks_of_the_browser_share_the_work(
    officer: Page, context: BrowserContext, portal: Portal
) -> None:
    """A portal at http: has no locks, no random UUIDs and no service worker."""
    context.add_init_script("delete Navigator.prototype.locks; delete Crypto.prototype.randomUUID")
    other = context.new_page()
    open_sheet(officer, portal)
    open_sheet(other, portal)
    type_into(other, "1.1", "3")
    type_into(officer, "1.2", "4")
    expect_saved(other)
    expect_saved(officer)
    assert_applied_once(portal, {"1.1": 3, "1.2": 4})


def test_what_is_wrong_is_told_kept_and_replaced(officer: Page, portal: Portal) -> None:
    open_sheet(officer, portal)
    type_into(officer, "1.1", "many")
    row = officer.locator("[data-row]:has(.row-code:text-is('1.1'))")
    field = officer.locator(count_of("1.1"))
    told = row.locator("[id$='-answer-count-msg']")
    expect(told).not_to_be_empty()
    expect(field).to_have_attribute("aria-invalid", "true")
    officer.reload()
    expect(field).to_have_value("many")
    expect(told).not_to_be_empty()
    expect(officer.locator("[data-save-state]")).to_have_attribute("data-state", "failed")
    type_into(officer, "1.1", "2")
    expect_saved(officer)
    expect(told).to_be_empty()
    assert_applied_once(portal, {"1.1": 2})


def test_nothing_is_called_saved_before_the_computer_was_asked_for_what_it_keeps(
    officer: Page, context: BrowserContext, portal: Portal
) -> None:
    open_sheet(officer, portal)
    type_into(officer, "1.1", "3")
    expect_saved(officer)
    context.route("**/js/queue*.js", lambda route: route.abort())
    open_sheet(officer, portal)
    state = officer.locator("[data-save-state]")
    expect(state).to_contain_text(re.compile(r"\d\d:\d\d"))
    expect(state).to_have_attribute("data-state", "stored")
    context.unroute("**/js/queue*.js")
    open_sheet(officer, portal)
    expect_saved(officer)


def test_a_sheet_locked_meanwhile_keeps_what_was_typed(officer: Page, portal: Portal) -> None:
    open_sheet(officer, portal)
    portal.query("UPDATE scoring_scoresheet SET status = 'awaiting_leader'")
    type_into(officer, "1.1", "9")
    row = officer.locator("[data-row]:has(.row-code:text-is('1.1'))")
    expect(row.locator(".row-message")).not_to_be_empty()
    officer.reload()
    expect(officer.locator("[data-kept-apart]")).to_contain_text("1.1")
    expect(officer.locator("[data-kept-apart]")).to_contain_text("9")
    portal.query("UPDATE scoring_scoresheet SET status = 'draft'")
    officer.reload()
    row.locator(".row-message").get_by_role("button").click()
    expect_saved(officer)
    assert_applied_once(portal, {"1.1": 9})


def test_somebody_else_signs_in_in_another_tab(officer: Page, context: BrowserContext, portal: Portal) -> None:
    open_sheet(officer, portal)
    portal.sign_in(context, "officer_b")
    type_into(officer, "1.1", "3")
    dialog = officer.get_by_role("dialog")
    expect(dialog).to_contain_text("Cán bộ officer_b")
    assert portal.counts("commune_a") == portal.counts("commune_b") == {}
    dialog.locator("[name=login]").fill("leader_a")
    dialog.locator("[name=password]").fill(PASSWORD)
    dialog.locator("[name=password]").press("Enter")
    expect(dialog.locator("[data-complaint]")).to_contain_text("Cán bộ leader_a")
    assert portal.counts() == {}
    dialog.locator("[name=login]").fill("officer_a")
    dialog.locator("[name=password]").fill(PASSWORD)
    dialog.locator("[name=password]").press("Enter")
    expect(dialog).to_be_hidden()
    expect_saved(officer)
    assert_applied_once(portal, {"1.1": 3})


def test_a_computer_that_keeps_nothing_says_so_and_sends_at_once(
    officer: Page, context: BrowserContext, portal: Portal
) -> None:
    context.add_init_script("IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError') }")
    open_sheet(officer, portal)
    type_into(officer, "1.1", "3")
    expect_saved(officer)
    context.set_offline(True)
    type_into(officer, "1.2", "4")
    state = officer.locator("[data-save-state]")
    expect(state).to_have_attribute("data-state", "failed")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    officer.on("dialog", stay)
    officer.close(run_before_unload=True)
    expect(state).to_have_attribute("data-state", "failed")
    assert asked == ["beforeunload"]
    context.set_offline(False)
    expect_saved(officer)
    assert_applied_once(portal, {"1.1": 3, "1.2": 4})
