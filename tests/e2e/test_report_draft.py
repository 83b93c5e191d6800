"""A paper from its first word to its PDF: the officer writes, the line breaks, the leader approves."""

from __future__ import annotations

import io
import re

import pdfplumber
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.plugin import DjangoDbBlocker

from tests.e2e.portal import Ground, Portal, put_away
from tests.world import make_world, publish

START = "/reports/new/responsibility-analysis/?campaign=dot-thu&unit=23497"


@pytest.fixture(scope="module")
def published(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Ground:
    """The world with its published campaign in a file."""
    with django_db_blocker.unblock():
        world = make_world()
        publish(world)
        return put_away(tmp_path_factory.mktemp("published") / "ground.sqlite3", world, world.campaign)


def sign_in(context: BrowserContext, portal: Portal, name: str) -> None:
    context.clear_cookies()
    portal.sign_in(context, name)


def expect_saved(page: Page) -> None:
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", re.compile("saved|stored"))


def writes_two_figures(page: Page) -> None:
    """Chosen from the list, they stand in the text where the cursor is, with their values beside it."""
    text = page.locator("[data-part-text]").first
    text.fill("Kết quả đạt ")
    page.locator("details[data-figures] > summary").click()
    page.locator("[data-figures-search]").fill("score.points")
    page.locator("[data-figure='score.points'] button").click()
    text.press_sequentially("/")
    page.locator("[data-figures-search]").fill("score.maximum")
    page.locator("[data-figure='score.maximum'] button").click()
    text.press_sequentially(" điểm.")
    expect(text).to_have_value("Kết quả đạt {score.points}/{score.maximum} điểm.")
    expect(page.locator("[data-used]").first.locator("strong")).to_have_count(2)
    expect_saved(page)


def writes_on_without_a_line(page: Page) -> None:
    """What is typed while the line is cut, and the page then left, is there again and saved."""
    text = page.locator("[data-part-text]").first
    page.context.set_offline(True)
    text.press_sequentially(" Viết khi mất mạng.")
    text.blur()
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "waiting")
    page.context.set_offline(False)
    page.reload()
    expect(text).to_have_value(re.compile("Viết khi mất mạng"))
    expect_saved(page)


def test_an_officer_writes_a_leader_approves_and_the_pdf_says_what_the_page_says(
    context: BrowserContext, running_portal: Portal, published: Ground, transactional_db: None
) -> None:
    running_portal.stand_on(published)
    portal, found = running_portal, []
    context.on("weberror", lambda error: found.append(str(error.error)))
    sign_in(context, portal, "officer_a")
    page = context.new_page()
    page.goto(f"{portal.url}{START}")
    page.locator("main form[method=post] .button-primary").click()
    expect(page).to_have_url(re.compile(r"/reports/\d+/$"))
    draft = page.url
    writes_two_figures(page)
    writes_on_without_a_line(page)
    page.locator("a[href*='move=propose']").click()
    page.locator("main .button-primary").click()
    sign_in(context, portal, "leader_a")
    page.goto(f"{draft}move/?move=approve")
    page.locator("main .button-primary").click()
    said = page.locator(".paper", has_text="Viết khi mất mạng.").inner_text()
    figures = re.search(r"Kết quả đạt ([\d,]+/[\d,]+) điểm\.", said)
    assert figures is not None
    page.locator("button[name=format][value=pdf]").click()
    with page.expect_download() as download:
        page.locator("main a.button-primary").click()
    with pdfplumber.open(io.BytesIO(download.value.path().read_bytes())) as pdf:
        text = " ".join(" ".join(each.extract_text().split()) for each in pdf.pages)
    assert f"Kết quả đạt {figures[1]} điểm. Viết khi mất mạng." in text
    assert found == []
