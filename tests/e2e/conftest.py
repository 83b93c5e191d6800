from collections.abc import Callable, Generator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from tests.conftest import CHROMIUM
from tests.world import PASSWORD, World, make_world


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    quiet = ["background-networking", "component-update", "sync"]
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            *(f"--disable-{name}" for name in quiet),
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    # An English browser: the portal speaks Vietnamese all the same.
    return {**browser_context_args, "viewport": {"width": 1366, "height": 768}, "locale": "en-US"}


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


@pytest.fixture
def complaints(context: BrowserContext) -> Generator[list[str], None, None]:
    """What the browser complained about on any page; empty at the end of the test."""
    found: list[str] = []
    context.on("weberror", lambda error: found.append(str(error.error)))
    # A refused save is an answer of the portal (422); the browser calls it an error.
    expected = "status of 422"
    context.on(
        "console",
        lambda message: (
            found.append(message.text) if message.type == "error" and expected not in message.text else None
        ),
    )
    yield found
    assert found == []


@pytest.fixture
def as_person(page: Page, live_server: LiveServer, complaints: list[str]) -> Callable[[str], Page]:
    """Log out, and in again as somebody else, through the login page."""

    def log_in(username: str) -> Page:
        page.context.clear_cookies()
        page.goto(f"{live_server.url}/accounts/login/")
        page.locator("input[name=login]").fill(username)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(f"{live_server.url}/")
        return page

    return log_in
