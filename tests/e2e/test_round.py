"""The portal's whole job in a real browser: five people, one round, one paper."""

import io
from collections.abc import Callable

import pdfplumber
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from scoring.models import CampaignStatus, ScoreSheet, SheetStatus, UnitResult
from tests.world import World
from units.models import Unit


def row(page: Page, code: str) -> str:
    """The row of a criterion, by its code."""
    return f"[data-row]:has(.row-code:text-is('{code}'))"


def fill(page: Page, code: str, **answers: str) -> None:
    """Type the facts of one row as an officer does, and wait until the server has said that it is saved."""
    form = page.locator(row(page, code))
    for name, value in answers.items():
        field = form.locator(f"[name$='-answer-{name}']")
        with page.expect_response(lambda response: "/rows/" in response.url):
            if field.evaluate("element => element.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
                field.blur()


def go(page: Page, control: Locator) -> None:
    """Click what leads to another page, and be there."""
    with page.expect_navigation():
        control.click()


def move(page: Page, name: str) -> None:
    go(page, page.locator(f"a[href*='move={name}']").first)
    go(page, page.locator("main form[action$='/move/'] button.button-primary"))


def open_sheet(page: Page, live_server: LiveServer, unit: Unit) -> ScoreSheet:
    sheet = ScoreSheet.objects.get(unit=unit)
    page.goto(f"{live_server.url}/sheets/{sheet.pk}/")
    return sheet


def test_from_the_first_answer_to_the_signed_paper(
    world: World, as_person: Callable[[str], Page], live_server: LiveServer
) -> None:
    officer_scores(as_person("officer_a"), live_server, world)
    page = as_person("leader_a")
    sheet = open_sheet(page, live_server, world.commune_a)
    move(page, "submit")
    sheet.refresh_from_db()
    assert sheet.status == SheetStatus.SUBMITTED

    agency_appraises(as_person("justice_officer"), live_server, sheet)
    coordinator_finishes(as_person("coordinator"), live_server, sheet, world)
    leader_publishes(as_person("district_leader"), live_server, world)

    text = paper(as_person("leader_a"), live_server, world)
    result = UnitResult.objects.get(unit=world.commune_a)
    assert (str(result.earned_points), str(result.index)) == ("8.57", "71.4200")
    for figure in ("8,57/12", "71,42", "1,91/3", "0,33/2", "Thiếu minh chứng hai văn bản"):
        assert figure in text, figure


def officer_scores(page: Page, live_server: LiveServer, world: World) -> None:
    open_sheet(page, live_server, world.commune_a)
    fill(page, "1.1", option="on_time")
    fill(page, "1.2.1", on_time="13", late="11", undone="5")
    expect(page.locator(row(page, "1.2.1"))).to_contain_text("(13 × 1 + 11 × 0,5) / 29 × 3 = 1,91")
    fill(page, "1.2.2", count="3")
    fill(page, "2.1", numerator="5", denominator="6")
    fill(page, "2.2", percent="100")
    fill(page, "3", points="1,83")
    expect(page.locator("#panel")).to_contain_text("9,91")
    # The set asks for evidence of this row; without any, the unit says why.
    why = page.locator(f"{row(page, '1.1')} [name$='-why_no_evidence']")
    with page.expect_response(lambda response: "/rows/" in response.url):
        why.fill("Văn bản lưu ở huyện")
        why.blur()
    move(page, "propose")


def agency_appraises(page: Page, live_server: LiveServer, sheet: ScoreSheet) -> None:
    """Justice sees its own field only, and reduces one row with a reason."""
    page.goto(f"{live_server.url}/sheets/{sheet.pk}/appraisal/")
    codes = page.locator("main .row-code, main .ap-code").all_inner_texts()
    assert {"2.1", "2.2"} <= {code.strip() for code in codes}
    assert "1.1" not in {code.strip() for code in codes}
    form = page.locator("[data-appraisal]", has_text="2.1").first
    reason = form.locator("[name=reason]")
    with page.expect_response(lambda response: "/appraisal/" in response.url):
        form.locator("[name=points]").fill("0,33")
        form.locator("[name=points]").blur()
    with page.expect_response(lambda response: "/appraisal/" in response.url):
        reason.fill("Thiếu minh chứng hai văn bản")
        reason.blur()
    expect(page.locator("main")).to_contain_text("−1,34")


def coordinator_finishes(page: Page, live_server: LiveServer, sheet: ScoreSheet, world: World) -> None:
    page.goto(f"{live_server.url}/sheets/{sheet.pk}/appraisal/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#finish summary").click()
    go(page, page.locator("form[action$='/appraisal/accept/'] button"))
    go(page, page.locator("form[action$='/appraisal/causes/'] button"))
    explain(page, {"1.2.1": "Nhiệm vụ quá hạn", "1.2.2": "Thiếu hình thức thi", "3": "Đi làm muộn"})
    page.goto(f"{live_server.url}/sheets/{sheet.pk}/move/?move=finish")
    go(page, page.locator("main form[action$='/move/'] button.button-primary"))
    sheet.refresh_from_db()
    assert sheet.status == SheetStatus.APPRAISED
    board = f"{live_server.url}/campaigns/{world.campaign.code}/"
    page.goto(board)
    go(page, page.locator("form[action$='/close/'] button"))
    page.goto(f"{board}publication/")
    confirm_warnings(page, "propose")


def explain(page: Page, causes: dict[str, str]) -> None:
    """Type the cause of lost points where nothing proposes one; the responsible party is proposed."""
    for code, cause in causes.items():
        form = page.locator(f"article:has(.row-code:text-is('{code}')) form[data-loss]")
        with page.expect_response(lambda response: "/loss/" in response.url):
            form.locator("[name=cause]").fill(cause)
            form.locator("[name=cause]").blur()


def confirm_warnings(page: Page, step: str) -> None:
    form = page.locator(f"form[action$='/{step}/']").first
    for box in form.locator("input[type=checkbox]").all():
        box.check()
    go(page, form.locator("button").last)


def leader_publishes(page: Page, live_server: LiveServer, world: World) -> None:
    page.goto(f"{live_server.url}/campaigns/{world.campaign.code}/publication/")
    confirm_warnings(page, "publish")
    world.campaign.refresh_from_db()
    assert world.campaign.status == CampaignStatus.PUBLISHED


def paper(page: Page, live_server: LiveServer, world: World) -> str:
    """The responsibility analysis as the leader downloads it: its text."""
    about = f"campaign={world.campaign.code}&unit={world.commune_a.code}"
    page.goto(f"{live_server.url}/reports/new/responsibility-analysis/?{about}")
    page.locator("main form[method=post] .button-primary").click()
    page.locator("button[name=format][value=pdf]").click()
    link = page.locator("a[href*='/reports/files/']").first
    with page.expect_download() as download:
        link.click()
    with pdfplumber.open(io.BytesIO(download.value.path().read_bytes())) as pdf:
        return " ".join(" ".join(sheet.extract_text() for sheet in pdf.pages).split())
