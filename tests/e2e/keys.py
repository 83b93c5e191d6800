"""Hands on a keyboard, never a click: Tab leads the focus to a control, and it is seen wherever it stops."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, TimeoutError, expect

FAR = 150

# What is wrong with the place of the focus, in words; empty when a person sees where it is.
UNSEEN = """() => {
    const element = document.activeElement;
    if (!element || element === document.body) {
        return "";
    }
    const name = `${element.tagName} ${element.id || element.className || element.textContent.trim()}`;
    const boxes = [...element.getClientRects()].filter((box) => box.width > 0 && box.height > 0);
    if (!boxes.length) {
        return `${name}: not shown`;
    }
    const points = boxes.map((box) => [
        (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2,
        (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2,
    ]);
    const isSeen = points.some(([x, y]) => {
        const top = document.elementFromPoint(x, y);
        return top && (element.contains(top) || top.contains(element));
    });
    if (!isSeen) {
        return `${name}: out of sight`;
    }
    const style = getComputedStyle(element);
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return outlined || element.id === "content" ? "" : `${name}: no mark of the focus`;
}"""

ARRIVED = f"control => [control === document.activeElement, ({UNSEEN})()]"


def assert_seen(page: Page) -> None:
    """The element with the focus is in sight, uncovered, and marked."""
    wrong = page.evaluate(UNSEEN)
    if wrong:
        try:
            # The page may be scrolling.
            page.wait_for_function(f"() => !({UNSEEN})()", timeout=2000)
        except TimeoutError:
            raise AssertionError(wrong) from None


def reach(page: Page, control: Locator, *, back: bool = False, most: int = FAR) -> None:
    """Press Tab until the control has the focus; every stop on the way is seen."""
    expect(control).to_be_visible()
    for _ in range(most):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        has_arrived, wrong = control.evaluate(ARRIVED)
        if wrong:
            assert_seen(page)
        if has_arrived:
            return
    raise AssertionError(f"{most} times Tab do not lead to {control}")


def press(page: Page, control: Locator, *, back: bool = False, key: str = "Enter") -> None:
    """Go to a control and use it."""
    reach(page, control, back=back)
    page.keyboard.press(key)


def follow(page: Page, control: Locator, *, back: bool = False) -> None:
    """Use what leads to another page, and be there."""
    reach(page, control, back=back)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, text: str) -> None:
    """Replace what stands in the input with the focus."""
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def expect_focus(page: Page, control: Locator) -> None:
    expect(control).to_be_focused()
    assert_seen(page)
