"""Statistics in a real browser: a commune fills in and submits its figures, the district accepts them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pytest_django.plugin import DjangoDbBlocker

from indicators.models import Indicator
from tests.e2e.portal import Ground, Portal, expect_saved, put_away
from tests.indicators.reporting import make_period, make_set, put_line, return_of
from tests.scoring.reported import SOURCES, name_sources
from tests.world import make_world

D = Decimal
# Pastes a text into the element, as Ctrl+V does.
PASTE = """(element, text) => {
    element.focus();
    const data = new DataTransfer();
    data.setData("text/plain", text);
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
VALUES = """
    SELECT column.code, entry.line, value.number, value.text FROM indicators_value AS value
    JOIN indicators_entry AS entry ON entry.id = value.entry_id
    JOIN indicators_indicator AS column ON column.id = value.indicator_id WHERE entry.return_of_id = ?
"""


@dataclass
class Form:
    """The period of a small form, open: its return of commune A, and its indicators by code."""

    period: int
    found: int
    pks: dict[str, int]

    def input(self, code: str, line: str) -> str:
        """How the page names the input of a figure, or that of a column in a line of its table."""
        if not line:
            return f"r{self.pks[code]}-value"
        return f"r{self.pks[code.partition('.')[0]]}-l{line}-c{self.pks[code]}"


@dataclass
class Statistics:
    """The form at a portal of its own, for people who are signed in there."""

    portal: Portal
    form: Form
    context: BrowserContext
    page: Page

    def become(self, name: str) -> None:
        self.context.clear_cookies()
        self.portal.sign_in(self.context, name)

    def go(self, path: str) -> None:
        self.page.goto(f"{self.portal.url}/statistics/{path}")

    def open(self) -> None:
        self.go(f"returns/{self.form.found}/")

    def input(self, code: str, line: str = "") -> Locator:
        return self.page.locator(f"[name='{self.form.input(code, line)}']")

    def row(self, code: str) -> Locator:
        return self.page.locator(f"[data-row='{self.form.pks[code]}']")

    def type(self, code: str, text: str, line: str = "") -> None:
        self.input(code, line).fill(text)
        self.input(code, line).blur()

    def paste(self, code: str, text: str, line: str = "") -> None:
        self.input(code, line).evaluate(PASTE, text)

    def move(self, name: str) -> None:
        self.open()
        for control in (f"a[href*='move={name}']", "main form[action$='/move/'] button.button-primary"):
            with self.page.expect_navigation():
                self.page.locator(control).first.click()

    def saved(self, line: str = "") -> dict[str, Decimal | str]:
        """What the return says in its figures, or in a line of its tables, by code."""
        expect_saved(self.page)
        found = self.portal.query(VALUES, self.form.found)
        return {
            str(code): str(text) if number is None else D(str(number)) / 10_000
            for code, at, number, text in found
            if at == line
        }


@pytest.fixture(scope="module")
def laid(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Ground, Form]:
    with django_db_blocker.unblock():
        world = make_world()
        name_sources(world, SOURCES)
        period = make_period(world, make_set(), year=world.campaign.year)
        found = return_of(period, world.commune_a)
        put_line(found, "4", "1", {"4.ten": "Hộ tịch", "4.tiep": 10, "4.xong": 9, "4.con": 1})
        pks = dict(Indicator.objects.filter(set=period.indicator_set).values_list("code", "pk"))
        form = Form(period.pk, found.pk, pks)
        return put_away(tmp_path_factory.mktemp("figures") / "ground.sqlite3", world, world.campaign), form


@pytest.fixture
def statistics(
    transactional_db: None,
    context: BrowserContext,
    complaints: list[str],
    running_portal: Portal,
    laid: tuple[Ground, Form],
) -> Statistics:
    """The return of commune A, opened by its officer."""
    ground, form = laid
    running_portal.stand_on(ground)
    made = Statistics(running_portal, form, context, context.new_page())
    made.become("officer_a")
    made.open()
    return made


def test_a_commune_reports_the_district_accepts_and_sum_and_score_follow(statistics: Statistics) -> None:
    row = open_score(statistics)
    expect(row.locator("[data-take]")).to_have_count(0)
    statistics.open()
    officer_reports(statistics)
    statistics.become("leader_a")
    statistics.move("submit")
    statistics.become("coordinator")
    sums, main = f"{statistics.form.period}/sums/", statistics.page.locator("main")
    statistics.go(sums)
    # Only what was accepted counts.
    expect(main).not_to_contain_text("95,5")
    statistics.move("accept")
    statistics.go(sums)
    expect(statistics.page.locator("tr", has_text="Số nhiệm vụ được giao").first).to_contain_text("12")
    expect(main).to_contain_text("95,5")
    expect(main).to_contain_text(statistics.portal.ground.world.commune_b.name)
    statistics.become("officer_a")
    row = open_score(statistics)
    row.locator("[data-take]").click()
    expect_saved(statistics.page)
    expect(row.locator("[name$='-answer-numerator']")).to_have_value("9")
    expect(row.locator("[name$='-answer-denominator']")).to_have_value("12")
    expect(row.locator(".row-points")).to_contain_text("1,50")


def open_score(statistics: Statistics) -> Locator:
    """The row of the score sheet whose numbers are reported."""
    statistics.page.goto(statistics.portal.sheet_url())
    return statistics.page.locator("[data-row]:has(.row-code:text-is('2.1'))")


def officer_reports(statistics: Statistics) -> None:
    """A percentage of 130 is refused at its input; figures that contradict each other are told at their rows."""
    contradiction = "Hoàn thành không nhiều hơn được giao"
    for code, typed in (("1.1", "12"), ("1.2", "19"), ("2.4", "130"), ("2.5", "6")):
        statistics.type(code, typed)
    statistics.input("2.2").select_option("2")
    expect(statistics.row("2.4")).to_contain_text("100")
    statistics.type("2.4", "95,5")
    expect_saved(statistics.page)
    expect(statistics.row("1.2")).to_contain_text(contradiction)
    statistics.type("1.2", "9")
    expect_saved(statistics.page)
    expect(statistics.row("1.2")).not_to_contain_text(contradiction)
    assert statistics.saved() == {"1.1": 12, "1.2": 9, "2.2": "2", "2.4": D("95.5"), "2.5": 6}


def test_lines_of_a_table_are_added_and_a_block_is_pasted_and_taken_back(statistics: Statistics) -> None:
    page, pks = statistics.page, statistics.form.pks
    with page.expect_navigation():
        page.locator(f"button[formaction$='/lines/{pks['4']}/'][value='1']").click()
    statistics.type("4.ten", "Đất đai", "2")
    statistics.type("4.tiep", "7", "2")
    assert statistics.saved("2") == {"4.ten": "Đất đai", "4.tiep": 7}
    expect(page.locator(f"#t{pks['4']}-c{pks['4.tiep']}")).to_have_text("17")

    # Four and four cells go in; one is beyond the last column, two are below the last line.
    statistics.paste("4.tiep", "1.250\t4\t1200\t50\r\n8\t\t5\t2\t0\t99\r\n1\t2\r\n", "1")
    expect(page.locator("[data-paste-said]")).to_contain_text("8")
    expect(page.locator("[data-paste-said]")).to_contain_text("3 (99 · 1 · 2)")
    assert statistics.saved("1") == {"4.ten": "Hộ tịch", "4.tiep": 1250, "4.cu": 4, "4.xong": 1200, "4.con": 50}
    assert statistics.saved("2") == {"4.ten": "Đất đai", "4.tiep": 8, "4.xong": 5, "4.con": 2, "4.rut": 0}

    page.keyboard.press("Control+z")
    expect(statistics.input("4.tiep", "1")).to_have_value("10")
    expect(page.locator("[data-paste-undo]")).to_be_hidden()
    assert statistics.saved("1") == {"4.ten": "Hộ tịch", "4.tiep": 10, "4.xong": 9, "4.con": 1}
    assert statistics.saved("2") == {"4.ten": "Đất đai", "4.tiep": 7}


def test_a_pasted_column_fills_the_figures_below(statistics: Statistics) -> None:
    note = statistics.page.locator("[data-paste-note]")
    # One value, and a text of several lines, are pasted as always.
    statistics.paste("2.3", "Tổ công nghệ\nsố cộng đồng")
    statistics.paste("1.1", "40\n")
    expect(note).to_be_hidden()
    # A figure that follows from others has no input: the column goes on below it. Words of a list are known.
    statistics.paste("1.1", "40\n36\n90 %\n12,5\nphát phiếu\n")
    assert statistics.saved() == {"1.1": 40, "1.2": 36, "1.3": 90, "2.1": D("12.5"), "2.2": "1"}
    note.locator("button").click()
    expect(statistics.input("2.2")).to_have_value("")
    assert statistics.saved() == {}
    statistics.type("1.1", "41")
    expect(note).to_be_hidden()
