from collections.abc import Callable, Generator
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandlerMixin
from django.http import HttpRequest
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from tests.conftest import CHROMIUM, WINDOWED
from tests.e2e.portal import Ground, Portal, lay_ground
from tests.world import PASSWORD, World, make_world


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], pytestconfig: pytest.Config
) -> dict[str, Any]:
    quiet = ["background-networking", "component-update", "sync"]
    return {
        **browser_type_launch_args,
        "executable_path": WINDOWED if pytestconfig.getoption("headed") else CHROMIUM,
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
    # An English browser: the portal speaks Vietnamese all the same. A service worker asks for pages by itself,
    # which disturbs pytest's live server (one connection to the database for all threads).
    return {
        **browser_context_args,
        "viewport": {"width": 1366, "height": 768},
        "locale": "en-US",
        "service_workers": "block",
    }


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_kept() -> Generator[None, None, None]:
    """The live server has no words on keeping them: a browser would ask for each file again on each page."""
    serve = StaticFilesHandlerMixin.serve

    def kept(self: StaticFilesHandlerMixin, request: HttpRequest) -> Any:
        response = serve(self, request)
        response["Cache-Control"] = "max-age=3600"
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandlerMixin, "serve", kept)
        yield


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


@pytest.fixture(scope="session")
def ground(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Ground:
    with django_db_blocker.unblock():
        return lay_ground(tmp_path_factory.mktemp("ground"))


@pytest.fixture(scope="session")
def running_portal(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Generator[Portal, None, None]:
    portal = Portal(ground, tmp_path_factory.mktemp("portal"))
    yield portal
    portal.kill()


@pytest.fixture
def portal(transactional_db: None, running_portal: Portal, ground: Ground) -> Portal:
    """A process of its own with a database of its own, fresh for each test."""
    running_portal.stand_on(ground)
    return running_portal


@pytest.fixture
def officer(context: BrowserContext, portal: Portal) -> Generator[Page, None, None]:
    """The officer of commune A, signed in at the portal; no script may fail meanwhile."""
    found: list[str] = []
    context.on("weberror", lambda error: found.append(str(error.error)))
    portal.sign_in(context, "officer_a")
    yield context.new_page()
    assert found == []
