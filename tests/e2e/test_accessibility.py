"""Every page of the portal in Chromium: axe (WCAG 2.2 A and AA) finds nothing, and no page scrolls sideways.

At 1366 px, at 683 px (the same screen at 200 %) and at 360 px; in both languages. What
axe finds does not depend on the words: it looks at the Vietnamese pages.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.access_rows import address, values
from tests.access_table import ACCESS, PERSONAS
from tests.inline import is_page
from tests.test_access import BACKEND
from tests.world import World, publish, submit
from units.middleware import OPEN_TO_ALL

RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
# Only what is wrong, as words: what passes takes a thousand times as long to describe and to carry over. Contrast,
# two thirds of the work, is measured once for the same letters on the same grounds.
VIOLATIONS = """rules => {
    const known = new Set();
    const says = element => element.checkVisibility({visibilityProperty: true})
        && (element.matches("input, select, textarea") || [...element.childNodes].some(({data}) => data?.trim()));
    const mark = (element, grounds) => {
        const style = getComputedStyle(element);
        const {backgroundColor, backgroundImage, opacity, position} = style;
        const ground = [grounds, backgroundColor, backgroundImage, opacity, position].join(" ");
        const look = [ground, style.color, style.fontSize, style.fontWeight, element.disabled].join(" ");
        element.toggleAttribute("data-first-of-its-look", says(element) && !known.has(look));
        says(element) && known.add(look);
        [...element.children].forEach(child => mark(child, ground));
    };
    mark(document.body, "");
    axe.configure({rules: [{id: "color-contrast", selector: "[data-first-of-its-look]"}]});
    return axe
        .run({runOnly: rules, resultTypes: ["violations"], selectors: false, preload: false})
        .then(({violations}) => violations.flatMap(({id, nodes}) =>
            nodes.map(({html}) => `${id}: ${html.slice(0, 200)}`)));
}"""
WIDE = 1366
NARROW = (683, 360)
HEIGHT = 768
# Which pages look otherwise in a state than while the unit has submitted.
OTHERWISE = {
    "draft": ("sheet", "evidence"),
    "published": (
        "sheet",
        "appraisal",
        "results",
        "reports",
        "score_amend",
        "campaign_publication",
        "remediation",
    ),
}
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def first_readers(world: World, state: str) -> Iterator[tuple[str, str, str]]:
    """Each page with the first person who opens it: name of the page, person, address."""
    found = values(world)
    clients = {persona: signed_in(world, persona) for persona in PERSONAS}
    for name, method, while_open, published in ACCESS:
        readers = published if state == "published" else while_open
        if method != "GET" or not name.startswith(OTHERWISE.get(state, "")):
            continue
        for persona, opens in zip(PERSONAS, readers, strict=True):
            if opens == "+" and is_shown(clients[persona], address(name, found)):
                yield name, persona, address(name, found)
                break


def signed_in(world: World, persona: str) -> Client:
    client = Client()
    client.force_login(world.fresh(persona), backend=BACKEND)
    return client


def is_shown(client: Client, url: str) -> bool:
    """Whether the address is a page (others are files) and the person may open it in this state."""
    response: Any = client.get(url)
    b"".join(response)  # a download closes its file when it has been read
    return response.status_code == 200 and is_page(response)


def faults(page: Page, url: str, *, language: str = "vi") -> list[str]:
    looks = language == "vi"
    page.set_viewport_size({"width": WIDE if looks else NARROW[0], "height": HEIGHT})
    page.goto(url)
    assert page.url == url
    assert page.locator("html").get_attribute("lang") == language
    found = violations(page) if looks else []
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        if (wider := page.evaluate(WIDER)) > 0:
            found.append(f"scrolls sideways by {wider} px at {width} px")
    return found


def violations(page: Page) -> list[str]:
    page.evaluate(f"{AXE_SCRIPT}; 0")
    found: list[str] = page.evaluate(VIOLATIONS, RULES)
    return found


def sign_in(page: Page, live_server: LiveServer, world: World, persona: str, language: str) -> None:
    session = signed_in(world, persona).cookies["sessionid"].value
    cookies = {"sessionid": session, "django_language": language}
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()]
    )


@pytest.mark.parametrize("state", ["open", "draft", "published"])
def test_every_page_can_be_used_by_everybody(
    world: World, page: Page, live_server: LiveServer, state: str
) -> None:
    if state == "published":
        publish(world)
    elif state == "open":
        submit(world, world.commune_a)
    readers = sorted(first_readers(world, state), key=lambda each: each[1])
    assert readers
    visits = [("vi", *each) for each in readers]
    if state == "open":
        # The words differ, not the parts: lists and forms that stand for themselves show every part.
        visits += [("en", *each) for each in readers if not re.search(r"/\d+/", each[2])]
        assert visits[-1][0] == "en"
    wrong, present = {}, ("", "")
    for language, name, persona, url in visits:
        if (language, persona) != present:
            sign_in(page, live_server, world, persona, language)
            present = language, persona
        if found := faults(page, live_server.url + url, language=language):
            wrong[f"{name} ({persona}, {language}) {url}"] = found
    assert wrong == {}


def test_the_pages_for_everybody_can_be_used_by_everybody(page: Page, live_server: LiveServer) -> None:
    pages = {f"{live_server.url}/accounts/{name}/" for name in ("login", "signup", "inactive")}
    assert OPEN_TO_ALL
    wrong = {url: found for url in sorted(pages) if (found := faults(page, url))}
    assert wrong == {}
