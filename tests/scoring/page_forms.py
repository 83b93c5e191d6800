"""The forms of a page as a browser without JavaScript would send them."""

from html.parser import HTMLParser


class _Controls(HTMLParser):
    """Collects what a form sends, in the order of the page; buttons are left to whoever presses them."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self.buttons: list[tuple[str, str]] = []
        self._form = form
        self._is_inside = False
        self._select: str | None = None
        self._choices: list[tuple[str, bool]] = []
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._is_inside = found.get("id") == self._form
        if tag == "option" and self._select is not None:
            self._choices.append((found.get("value", ""), "selected" in found))
        owner = found.get("form", self._form if self._is_inside else "")
        if owner == self._form and found.get("name"):
            self._control(tag, found)

    def _control(self, tag: str, found: dict[str, str]) -> None:
        name = found["name"]
        if tag == "button":
            self.buttons.append((name, found.get("value", "")))
        elif tag == "select":
            self._select, self._choices = name, []
        elif tag == "textarea":
            self._area = name
            self.sent.append((name, ""))
        elif tag == "input" and found.get("type") == "checkbox":
            if "checked" in found:
                self.sent.append((name, found.get("value", "on")))
        elif tag == "input":
            self.sent.append((name, found.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            name, text = self.sent.pop()
            self.sent.append((name, text + data))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
        elif tag == "textarea" and self._area is not None:
            name, text = self.sent.pop()
            self.sent.append((name, text.removeprefix("\n")))
            self._area = None
        elif tag == "select" and self._select is not None:
            chosen = [value for value, is_chosen in self._choices if is_chosen] or [self._choices[0][0]]
            self.sent.append((self._select, chosen[0]))
            self._select = None


class PageForm:
    """A form of a page: type into it, tick, press, and send it."""

    def __init__(self, html: str, form: str) -> None:
        reader = _Controls(form)
        reader.feed(html)
        assert reader.sent, f"no form {form}"
        self.sent = reader.sent
        self.buttons = reader.buttons

    def __getitem__(self, name: str) -> str:
        return dict(self.sent)[name]

    def __contains__(self, name: str) -> bool:
        return any(name == each for each, _value in self.sent)

    def type(self, **typed: str) -> "PageForm":
        """Fill in inputs that the page has; `__` in a name stands for a point of it."""
        return self.fill({name.replace("__", "."): value for name, value in typed.items()})

    def fill(self, typed: dict[str, str]) -> "PageForm":
        for name, value in typed.items():
            assert name in self, f"no input {name}"
            self.sent = [(each, value if each == name else old) for each, old in self.sent]
        return self

    def tick(self, name: str, *, ticked: bool = True) -> "PageForm":
        self.sent = [(each, value) for each, value in self.sent if each != name]
        if ticked:
            self.sent.append((name, "on"))
        return self

    def data(self, press: str = "") -> dict[str, list[str]]:
        """What is sent; `press` is the value of the button `do` that is pressed."""
        if press:
            assert ("do", press) in self.buttons, f"no button {press}"
        posted: dict[str, list[str]] = {}
        for name, value in [*self.sent, *([("do", press)] if press else [])]:
            posted.setdefault(name, []).append(value)
        return posted
