"""A criteria set from nothing to the first row scored by facts, in a real browser."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from scoring.models import Campaign, CampaignStatus, CriteriaSet, Criterion, Score, SetStatus
from tests.e2e.test_round import fill, go, row
from tests.world import World


def test_a_small_set_from_nothing_to_the_first_score(
    world: World, as_person: Callable[[str], Page], live_server: LiveServer
) -> None:
    page = as_person("coordinator")
    page.on("dialog", lambda dialog: dialog.accept())
    begin(page, live_server)
    build_tree(page)
    give_methods(page)
    publish(page, live_server)
    campaign = open_campaign(page, live_server, world)

    page = as_person("officer_a")
    sheet = campaign.sheets.get(unit=world.commune_a)
    page.goto(f"{live_server.url}/sheets/{sheet.pk}/")
    fill(page, "1.2", numerator="24", denominator="29")
    expect(page.locator(row(page, "1.2"))).to_contain_text("24 / 29 × 6 = 4,97")
    score = Score.objects.get(sheet=sheet, criterion__code="1.2")
    assert (str(score.self_points), score.answers) == ("4.97", {"numerator": 24, "denominator": 29})


def begin(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/criteria-sets/new/")
    page.locator("[name=title]").fill("Bộ tiêu chí nhỏ")
    page.locator("[name=code]").fill("bo-nho")
    page.locator("[name=total_points]").fill("10")
    go(page, page.locator("main form button.button-primary"))
    expect(page.locator("#lint")).to_contain_text("Bộ tiêu chí chưa có tiêu chí nào")


def build_tree(page: Page) -> None:
    """A field of 10 points with two criteria, added, named and given their maxima on the tree page."""
    page.locator("button[name=op][value='add ']").click()
    expect(title_of(page, "1")).to_be_focused()
    page.keyboard.type("Chỉ đạo")
    page.keyboard.press("Escape")
    expect(tree_row(page, "1")).to_be_focused()
    # Who drags the corner of an input gives it a style; a step brings the row anew and must not put that in.
    title_of(page, "1").evaluate("area => { area.style.height = '80px' }")
    page.keyboard.press("Insert")
    expect(title_of(page, "1.1")).to_be_focused()
    page.keyboard.type("Kế hoạch")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowUp")
    expect(tree_row(page, "1")).to_be_focused()
    page.keyboard.press("+")
    expect(title_of(page, "1.2")).to_be_focused()
    page.keyboard.type("Nhiệm vụ")
    for code, maximum in (("1", "10"), ("1.1", "4"), ("1.2", "5")):
        typed(page, tree_row(page, code).locator("input.num"), maximum)
    for code, title in (("1", "Chỉ đạo"), ("1.1", "Kế hoạch"), ("1.2", "Nhiệm vụ")):
        expect(title_of(page, code)).to_have_value(title)
    lint = page.locator("#lint")
    expect(lint).to_contain_text("9")
    expect(lint.locator(".lint-error")).to_have_count(3)
    typed(page, tree_row(page, "1.2").locator("input.num"), "6")
    expect(lint.locator(".lint-error")).to_have_count(2)


def tree_row(page: Page, code: str) -> Locator:
    return page.locator(f"tr[data-tree-row]:has(.tree-code a:text-is('{code}'))")


def title_of(page: Page, code: str) -> Locator:
    return tree_row(page, code).locator("textarea")


def typed(page: Page, field: Locator, value: str) -> None:
    with page.expect_response(lambda response: "/step/" in response.url):
        field.fill(value)
        field.blur()


def give_methods(page: Page) -> None:
    """One of several options, and a share; each tried out before it is left."""
    go(page, tree_row(page, "1.1").locator(".tree-code a"))
    choose_method(page, "choice")
    options = (("dung_han", "Đúng hạn", "max"), ("cham", "Chậm", "2"), ("khong", "Không ban hành", "0"))
    for number, option in enumerate(options):
        lines = page.locator(".setting-rows tbody tr")
        if lines.count() <= number:
            with page.expect_response(lambda response: "/edit/" in response.url):
                page.locator("button[name=do][value^=add]").click()
        expect(lines).not_to_have_count(number)
        for place, text in enumerate(option):
            saved(page, lines.nth(number).locator("input[type=text]").nth(place), text)
    go(page, page.locator("a[rel=next]"))
    choose_method(page, "ratio")
    with page.expect_response(lambda response: "/edit/" in response.url):
        page.locator("select[name='params.of']").select_option("ratio")
    saved(page, page.locator("[name='params.numerator']"), "Nhiệm vụ hoàn thành")
    saved(page, page.locator("[name='params.denominator']"), "Tổng số nhiệm vụ")
    page.locator("#try-inputs [name=answer-numerator]").fill("24")
    page.locator("#try-inputs [name=answer-denominator]").fill("29")
    expect(page.locator("#try-result")).to_contain_text("24 / 29 × 6 = 4,97")
    expect(page.locator("#lint .lint-error")).to_have_count(0)


def choose_method(page: Page, name: str) -> None:
    with page.expect_response(lambda response: "/edit/" in response.url):
        page.locator("#id_method").select_option(name)


def saved(page: Page, field: Locator, value: str) -> None:
    with page.expect_response(lambda response: "/edit/" in response.url and response.request.method == "POST"):
        field.fill(value)
        field.blur()


def publish(page: Page, live_server: LiveServer) -> None:
    """Warnings that are meant so are acknowledged with a reason; then the set is frozen."""
    page.goto(f"{live_server.url}/criteria-sets/bo-nho/1/")
    warnings = page.locator("#lint .lint-warning")
    while count := warnings.count():
        warnings.first.locator("input[name=reason]").fill("Đã thống nhất trong tổ soạn thảo")
        with page.expect_response(lambda response: "/acknowledge" in response.url):
            warnings.first.locator("button").first.click()
        expect(warnings).to_have_count(count - 1)
    go(page, page.locator("form[action$='/publish/'] button"))
    assert CriteriaSet.objects.get(code="bo-nho").status == SetStatus.PUBLISHED
    assert list(Criterion.objects.filter(criteria_set__code="bo-nho").values_list("code", flat=True)) == [
        "1",
        "1.1",
        "1.2",
    ]


def open_campaign(page: Page, live_server: LiveServer, world: World) -> Campaign:
    page.goto(f"{live_server.url}/campaigns/new/")
    page.locator("[name=title]").fill("Đợt đánh giá nhỏ")
    page.locator("[name=code]").fill("dot-nho")
    page.locator("[name=criteria_set]").select_option(str(CriteriaSet.objects.get(code="bo-nho").pk))
    page.locator("[name=year]").fill(str(world.campaign.year))
    page.locator("[name=self_score_due_at]").fill("31/12/2099 17:00")
    page.locator("[name=grade_scale]").select_option(index=1)
    go(page, page.locator("main form button.button-primary"))
    campaign = Campaign.objects.get(code="dot-nho")
    page.goto(f"{live_server.url}/campaigns/dot-nho/edit/")
    page.locator(f"[name=unit-{world.commune_a.pk}]").check()
    go(page, page.locator("main form button.button-primary").last)
    page.goto(f"{live_server.url}/campaigns/dot-nho/assign/")
    page.locator("main select").first.select_option(str(world.home_affairs.pk))
    go(page, page.locator("main form button.button-primary"))
    page.goto(f"{live_server.url}/campaigns/dot-nho/")
    go(page, page.locator("form[action$='/open/'] button"))
    campaign.refresh_from_db()
    assert campaign.status == CampaignStatus.OPEN
    return campaign
