"""The calendar of reports by keyboard alone: a report with two days, its year, what was sent late."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.keys import expect_focus, follow, press, reach, write
from tests.e2e.portal import Portal
from units.models.units import today

TITLE = "Báo cáo theo dõi thi hành pháp luật"


@pytest.fixture
def page(context: BrowserContext, portal: Portal, complaints: list[str]) -> Page:
    """My work of the coordinator, who is signed in."""
    portal.sign_in(context, "coordinator")
    page = context.new_page()
    page.goto(portal.url)
    return page


def fill(page: Page, name: str, text: str) -> None:
    reach(page, page.locator(f"[name='{name}']"))
    write(page, text)


def save(page: Page) -> None:
    follow(page, page.locator("main form .button-primary"))


def row(page: Page, label: str) -> Locator:
    return page.locator("main tbody tr", has=page.locator(f"th:text-is('{label}')"))


def figure(page: Page, words: str) -> Locator:
    return page.locator(".figures > div", has=page.locator(f"dt:text-is('{words}')")).locator("dd")


def enters_obligation(page: Page, first_year: int) -> None:
    """Refused once, for a month that does not exist: what was typed stays, and the focus is where it is wrong."""
    follow(page, page.locator(".frame-nav a[href='/plans/']"))
    follow(page, page.locator(".tabs a[href='/obligations/']"))
    follow(page, page.locator("a[href='/obligations/new/']"))
    fill(page, "title", TITLE)
    fill(page, "recipient", "Sở Tư pháp")
    fill(page, "first_year", str(first_year))
    days = (("quý I", "15", "13"), ("cả năm", "15", "12"))
    for number, day in enumerate(days, 1):
        for name, text in zip(("label", "day", "month"), day, strict=True):
            fill(page, f"day-{number}-{name}", text)
    save(page)
    expect(page.locator("main .errorlist")).to_have_text("Nhập số không lớn hơn 12.")
    expect_focus(page, page.locator("[name='day-1-month']"))
    expect(page.locator("[name=title]")).to_have_value(TITLE)
    expect(page.locator("[name='day-2-label']")).to_have_value("cả năm")
    write(page, "3")
    save(page)
    expect(page.locator("h1")).to_have_text(TITLE)


def adds_year(page: Page, year: int) -> None:
    """The tasks of a year that has gone by: nothing was sent, and it says so."""
    follow(page, page.locator(".crumbs a").first)
    reach(page, page.locator("select[name=year]"))
    page.keyboard.type(str(year))
    follow(page, page.locator(".filters button"))
    follow(page, page.locator("form[action='/obligations/year/'] button"))
    expect(page.locator("form[action='/obligations/year/']")).to_have_count(0)
    for label in ("Quý I", "Cả năm"):
        expect(row(page, label)).to_contain_text("chưa gửi (quá hạn)")
    expect(figure(page, "chưa gửi (quá hạn)")).to_have_text("2")


def expect_kept_without_network(page: Page) -> None:
    """Nothing is sent, the page with what was typed stays, and it says so until the network is back."""
    page.context.set_offline(True)
    press(page, page.locator("main form .button-primary"))
    expect(page.locator("[data-unsent]")).to_be_visible()
    expect(page.locator("[name=number]")).to_have_value("12/BC-UBND")
    page.context.set_offline(False)
    expect(page.locator("[data-unsent]")).to_be_hidden()


def test_what_was_sent_late_is_recorded_and_counted_by_keyboard_alone(page: Page) -> None:
    year = today().year - 1
    enters_obligation(page, year)
    adds_year(page, year)

    follow(page, row(page, "Quý I").locator("a", has_text="Ghi nhận việc gửi"))
    save(page)
    expect_focus(page, page.locator("[name=on]"))
    fill(page, "number", "12/BC-UBND")
    fill(page, "issued_on", f"{date(year, 3, 18):%d/%m/%Y}")
    fill(page, "on", f"{date(year, 3, 20):%d/%m/%Y}")
    expect_kept_without_network(page)
    save(page)

    late = row(page, "Quý I")
    expect(late).to_contain_text("gửi trễ hạn")
    expect(late).to_contain_text("trễ 5 ngày")
    expect(late).to_contain_text(f"12/BC-UBND ngày 18/03/{year}")
    for words, count in (("phải gửi", 2), ("gửi đúng hạn", 0), ("gửi trễ hạn", 1), ("chưa gửi (quá hạn)", 1)):
        expect(figure(page, words)).to_have_text(str(count))
