"""Files in parts in a real browser: the line fails, the page is closed, still each file arrives once and whole."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Dialog, FilePayload, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from parportal.entry.models import Upload
from scoring.models import Evidence
from tests.e2e.portal import Portal, assert_applied_once, count_of
from tests.entry.drawn import pdf
from tests.world import World

FILE = "input[type=file]"
LARGE = pdf(1) + b"\n% " + b"x" * 900_000


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def payload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def open_page(page: Page, live_server: LiveServer, world: World, code: str = "1.1") -> str:
    score = world.score(world.commune_a, code)
    page.goto(f"{live_server.url}/sheets/{score.sheet_id}/rows/{score.criterion_id}/evidence/")
    return f"**/sheets/{score.sheet_id}/#row-{score.criterion_id}"


def test_several_files_arrive_over_a_line_that_fails_and_a_bad_one_is_told(
    as_person: Callable[[str], Page], live_server: LiveServer, world: World, complaints: list[str]
) -> None:
    page = as_person("officer_a")
    back = open_page(page, live_server, world)
    sent = 0

    def fail_often(route: Route) -> None:
        nonlocal sent
        sent += 1
        if sent % 3 == 2:
            route.abort()
        else:
            route.continue_()

    page.route("**/uploads/**", fail_often)
    files = [payload("lớn.pdf", LARGE), payload("nhỏ.pdf", pdf(2)), payload("xấu.pdf", b"<html>" * 50)]
    page.set_input_files(FILE, files)
    page.locator("input[name=number]").fill("15/BC-UBND")
    expect(page.locator("input[name=upload]")).to_have_count(2, timeout=60_000)
    expect(page.locator("[data-state=refused] .upload-state")).not_to_be_empty(timeout=20_000)
    page.locator("main form .button-primary").click()
    page.wait_for_url(back)
    found = dict(Evidence.objects.filter(number="15/BC-UBND").values_list("original_name", "sha256"))
    assert found == {
        "lớn.pdf": hashlib.sha256(LARGE).hexdigest(),
        "nhỏ.pdf": hashlib.sha256(pdf(2)).hexdigest(),
    }
    complaints[:] = [line for line in complaints if "ERR_FAILED" not in line]


def test_after_the_page_was_closed_the_same_file_goes_on_where_it_stopped(
    as_person: Callable[[str], Page], live_server: LiveServer, world: World
) -> None:
    page = as_person("officer_a")
    back = open_page(page, live_server, world)
    offsets: list[str] = []

    def note(route: Route) -> None:
        offsets.append(route.request.url.partition("offset=")[2])
        if offsets == ["0", "262144", "524288"]:
            return  # never answered: the page is left in the middle of a part
        route.continue_()

    page.route("**/uploads/*/?offset=*", note)
    page.on("dialog", lambda dialog: dialog.accept())
    page.set_input_files(FILE, [payload("lớn.pdf", LARGE)])
    expect(page.locator("progress")).to_have_attribute("value", str(524288 / len(LARGE)), timeout=20_000)
    open_page(page, live_server, world)
    assert not Evidence.objects.exists()
    page.set_input_files(FILE, [payload("lớn.pdf", LARGE)])
    # The form waits for the file that is still on its way, then sends itself.
    page.locator("main form .button-primary").click()
    page.wait_for_url(back)
    assert offsets == ["0", "262144", "524288", "524288", "786432"]
    assert Evidence.objects.get().sha256 == hashlib.sha256(LARGE).hexdigest()
    assert Upload.objects.count() == 1


def test_signing_out_says_how_many_files_are_not_on_the_server(
    as_person: Callable[[str], Page], live_server: LiveServer, world: World
) -> None:
    page = as_person("officer_a")
    open_page(page, live_server, world)
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    page.route("**/uploads/*/?offset=*", lambda route: None)  # never answered: the line has stalled
    page.set_input_files(FILE, [payload("lớn.pdf", LARGE), payload("sau.pdf", pdf(2))])
    expect(page.locator("[data-state=sending]")).to_have_count(1, timeout=20_000)

    def sign_out() -> None:
        page.locator(".frame-tools .menu > summary").click()
        page.locator("form[data-sign-out] button").click()

    sign_out()
    told = page.locator("dialog [data-step=files]")
    expect(told.locator("[data-file-count]")).to_have_text("2")
    expect(told).to_contain_text("lớn.pdf, sau.pdf")
    told.locator("button[value=stay]").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("[data-state=sending]")).to_have_count(1)
    page.keyboard.press("Escape")
    sign_out()
    told.locator("button[value=leave]").click()
    page.wait_for_url(f"{live_server.url}/accounts/login/**")
    assert not asked, "the browser asked once more"
    assert Upload.objects.filter(state="receiving").count() == 1
    assert not Evidence.objects.exists()


def test_a_document_goes_and_what_was_typed_just_before_is_sent_by_the_queue_alone(
    officer: Page, portal: Portal
) -> None:
    row = portal.criterion("1.1")
    officer.goto(f"{portal.sheet_url()}rows/{row}/evidence/")
    officer.locator("input[name=number]").fill("12/KH-UBND")
    officer.locator("main form .button-primary").click()
    officer.wait_for_url(f"**/#row-{row}")
    officer.on("dialog", lambda dialog: dialog.accept())
    sent: list[str] = []
    officer.on("request", lambda each: sent.append(each.post_data or "") if "/remove/" in each.url else None)
    officer.locator(count_of("1.2")).fill("3")
    officer.locator(f"#row-{row} .chip-remove").click()
    expect(officer.locator(".chip-remove")).to_have_count(0)
    # Saved before the page came anew, or after it.
    expect(officer.locator("[data-row]:has(.row-code:text-is('1.2')) .row-state")).to_contain_text("đã lưu")
    assert_applied_once(portal, {"1.2": 3})
    assert len(sent) == 1
    assert "csrfmiddlewaretoken" in sent[0]
    assert "-answer-" not in sent[0]
