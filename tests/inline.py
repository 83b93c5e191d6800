"""Inline code that the Content-Security-Policy forbids: looked for in every page that a test opens."""

from html.parser import HTMLParser
from typing import Any


class Inline(HTMLParser):
    """Whatever a Content-Security-Policy without 'unsafe-inline' would refuse to run or to apply."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags += 1
        named = dict(attrs)
        kind = (named.get("type") or "").lower()
        if tag == "style":
            self.found.append("<style>")
        if tag == "script" and not named.get("src") and kind != "application/json":
            self.found.append("<script> without src")
        for name, value in attrs:
            address = (value or "").strip().lower()
            if name == "style" or name.startswith(("on", "hx-on")) or address.startswith("javascript:"):
                self.found.append(f"<{tag} {name}={value!r}>")
            elif tag in ("script", "link", "img", "iframe") and name in ("src", "href") and "//" in address:
                self.found.append(f"<{tag} {name}={value!r}> from elsewhere")


def faults(response: Any) -> list[str]:
    page = Inline()
    page.feed(response.content.decode())
    assert page.tags
    policy = dict(
        part.strip().split(" ", 1)
        for part in response.headers["Content-Security-Policy"].split(";")
        if part.strip()
    )
    allowed = " ".join(policy.values())
    found = list(page.found)
    if "unsafe" in allowed or "*" in allowed or "http" in allowed or policy["default-src"] != "'self'":
        found.append(response.headers["Content-Security-Policy"])
    return found


def is_page(response: Any) -> bool:
    html = response.headers.get("Content-Type", "").startswith("text/html")
    return bool(html and not response.streaming and response.content)
