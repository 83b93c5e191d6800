"""No page of a library speaks English to a Vietnamese reader.

While the pages are rendered, every text that anything asks gettext for is compared with the Vietnamese catalogue:
what is not in it would come out in English. Words that never went through gettext are looked for in the pages.
"""

import io
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import openpyxl
import pytest
from allauth.account.adapter import get_adapter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import trans_real

from tests.world import PASSWORD, World
from units.models import Party, Unit, User

pytestmark = pytest.mark.any_database

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The same in both languages.
NO_LANGUAGE = {"PAR Portal", "English"}
# The alt text of a picture, fixed in Django's template; the button beside it says the same in Vietnamese.
FIXED = {"Search"}
# Frequent in English, no words of Vietnamese.
ENGLISH = re.compile(
    r"\b(the|and|please|your|are|is|not|with|for|from|this|that|will|been|have|field|file|select|import|export|"
    r"delete|change|add|save|search|confirm|errors?|history|submit|password|username|user|login|home|view)\b",
    re.IGNORECASE,
)
# Translated already and asked for again, as Django does with the names of languages.
VIETNAMESE = re.compile(r"[À-ÿĂăĐđĨĩŨũƠơƯưẠ-ỹ]")
# What these accounts send mails and messages for: the portal has neither.
NOT_IN_USE = re.compile(r"email|phone|code|reset|invalid_or_expired|select_only_one|same_as_current")


class Asked:
    """The texts asked of gettext, and those that Vietnamese lacks."""

    def __init__(self) -> None:
        self.texts: set[str] = set()
        self.missing: set[str] = set()

    def note(self, text: str, key: object) -> None:
        plain = str(text).replace("\r\n", "\n").replace("\r", "\n")
        if plain in NO_LANGUAGE or not re.search(r"[A-Za-z]{2}", plain) or VIETNAMESE.search(plain):
            return
        self.texts.add(plain)
        if translation.get_language() == "vi" and not self.known(key):
            self.missing.add(plain)

    @staticmethod
    def known(key: object) -> bool:
        return key in trans_real.catalog()._catalog  # type: ignore[attr-defined]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    found = Asked()
    real = {name: getattr(trans_real, name) for name in ("gettext", "pgettext", "ngettext", "npgettext")}
    catalogue = translation._trans  # type: ignore[attr-defined]

    def watch(name: str, note: Callable[..., None]) -> None:
        def watched(*args: Any) -> Any:
            note(*args)
            return real[name](*args)

        monkeypatch.setattr(catalogue, name, watched, raising=False)

    def plural(key: str) -> object:
        return key, 0  # Vietnamese has one form for all numbers

    separator = trans_real.CONTEXT_SEPARATOR
    watch("gettext", lambda text: found.note(text, text))
    watch("pgettext", lambda context, text: found.note(text, f"{context}{separator}{text}"))
    watch("ngettext", lambda one, many, number: found.note(one, plural(one)))
    watch("npgettext", lambda context, one, many, n: found.note(one, plural(f"{context}{separator}{one}")))
    return found


class Words(HTMLParser):
    """What a page shows: text, and the attributes that are read out or shown."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("script", "style", "code")
        spoken = ("placeholder", "title", "alt", "aria-label")
        self.shown += [value for name, value in attrs if value and name in spoken]
        values = dict(attrs)
        if tag == "input" and values.get("type") in ("submit", "button"):
            self.shown.append(values.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style", "code")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.shown.append(data)


def english_in(response: Any) -> list[str]:
    words = Words()
    words.feed(response.content.decode())
    shown = (" ".join(text.split()) for text in words.shown)
    return [text for text in shown if ENGLISH.search(text) and text not in NO_LANGUAGE | FIXED]


def expect_vietnamese(asked: Asked, *responses: Any) -> None:
    shown: set[str] = set()
    for response in responses:
        assert response.headers["Content-Type"].startswith("text/html")
        shown |= set(english_in(response))
    assert len(asked.texts) > 3, "the pages asked for no texts: this test watches nothing"
    assert {"without translation": sorted(asked.missing), "English": sorted(shown)} == {
        "without translation": [],
        "English": [],
    }


def book(*lines: tuple[object, ...]) -> SimpleUploadedFile:
    workbook = openpyxl.Workbook()
    for line in lines:
        workbook.active.append(line)
    file = io.BytesIO()
    workbook.save(file)
    return SimpleUploadedFile("a.xlsx", file.getvalue(), content_type=XLSX)


def titles(client: Client, model: str) -> list[object]:
    """The head of the library's own export: what its import reads."""
    data: dict[str, Any] = {"format": "0", "resource": "0"}
    page = client.get(reverse(f"admin:{model}_export"))
    data["format"] = re.findall(r'value="([0-9]+)"[^>]*>xlsx', page.content.decode())[:1] or "0"
    names = re.findall(r'name="([a-z]+resource_[a-z_]+)"', page.content.decode(), re.IGNORECASE)
    exported = client.post(reverse(f"admin:{model}_export"), data | dict.fromkeys(names, "on"))
    sheet = openpyxl.load_workbook(io.BytesIO(exported.content)).worksheets[0]
    return [cell.value for cell in sheet[1]]


# Accounts -----------------------------------------------------------------------------------------------------
def test_the_watch_notices_a_text_without_translation(asked: Asked) -> None:
    with translation.override("vi"):
        translation.gettext("Password")
        assert asked.missing == set()
        translation.gettext("A sentence that nobody has translated")
        translation.ngettext("%(count)s unheard item", "%(count)s unheard items", 2)
        translation.pgettext("nowhere", "Password")
    assert asked.missing == {"A sentence that nobody has translated", "%(count)s unheard item", "Password"}


def test_login_in_every_way_it_can_go_wrong(world: World, client: Client, asked: Asked) -> None:
    url = reverse("account_login")
    User.objects.filter(username="leader_b").update(is_active=False)
    pages = [
        client.get(url),
        client.post(url, {}),
        client.post(url, {"login": "x" * 200, "password": ""}),
        client.post(url, {"login": "officer_a", "password": "wrong"}),
        client.post(url, {"login": "leader_b", "password": PASSWORD}, follow=True),
        client.get(reverse("account_inactive")),
        client.get(reverse("account_signup")),
        client.get(reverse("account_logout"), follow=True),
    ]
    expect_vietnamese(asked, *pages)


def test_the_lock(world: World, client: Client, asked: Asked) -> None:
    url = reverse("account_login")
    for _time in range(5):
        answer = client.post(url, {"login": "officer_a", "password": "wrong"})
    assert answer.status_code == 429
    expect_vietnamese(asked, answer)


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("", "", ""),
        ("wrong", "ngua sat pin dung 9", "ngua sat pin dung 9"),
        (PASSWORD, "short", "short"),
        (PASSWORD, "1234567890123", "1234567890123"),
        (PASSWORD, "password123", "password123"),
        (PASSWORD, "officer_a", "officer_a"),
        (PASSWORD, "ngua sat pin dung 9", "another"),
        (PASSWORD, PASSWORD, PASSWORD),
    ],
)
def test_the_change_of_a_password(world: World, login: Any, asked: Asked, old: str, new: str, again: str) -> None:
    client, url = login("officer_a"), reverse("account_change_password")
    data = {"oldpassword": old, "password1": new, "password2": again}
    refused = client.post(url, data)
    assert refused.status_code == 200
    expect_vietnamese(asked, client.get(url), refused)


def test_messages_of_login_and_logout(world: World, client: Client, asked: Asked) -> None:
    inside = client.post(reverse("account_login"), {"login": "officer_a", "password": PASSWORD}, follow=True)
    logout = client.get(reverse("account_logout"))
    outside = client.post(reverse("account_logout"), follow=True)
    assert inside.redirect_chain
    assert outside.redirect_chain
    expect_vietnamese(asked, inside, logout, outside)


def test_every_refusal_that_allauth_knows_here_is_translated(asked: Asked) -> None:
    messages = get_adapter().error_messages
    with translation.override("vi"):
        texts = {str(text) for name, text in messages.items() if not NOT_IN_USE.search(name)}
    assert len(texts) >= 6
    assert {text for text in texts if ENGLISH.search(text)} == set()
    assert not asked.missing & {str(text) for name, text in messages.items() if not NOT_IN_USE.search(name)}


# The administrator's tables, import and export ----------------------------------------------------------------
@pytest.mark.parametrize("model", ["units_unit", "scoring_grade"])
def test_import_and_export_of_lists(world: World, login: Any, asked: Asked, model: str) -> None:
    client = login("administrator")
    url = reverse(f"admin:{model}_import")
    head = titles(client, model)
    assert head
    pages = [
        client.get(url),
        client.get(reverse(f"admin:{model}_export")),
        client.post(reverse(f"admin:{model}_export"), {}),
        client.post(url, {}),
        client.post(url, {"format": "0", "resource": "0", "import_file": book(("a", "b"), ("1", "2"))}),
        client.post(url, {"format": "0", "resource": "0", "import_file": book(tuple(head))}),
        client.post(url, {"format": "0", "resource": "0", "import_file": book(tuple(head), ("x",) * len(head))}),
        client.post(url, {"format": "0", "resource": "0", "import_file": SimpleUploadedFile("a.xlsx", b"junk")}),
    ]
    expect_vietnamese(asked, *pages)


def test_a_whole_import_of_units_with_its_preview_and_its_message(world: World, login: Any, asked: Asked) -> None:
    client = login("administrator")
    exported = client.post(
        reverse("admin:units_unit_export"),
        {"format": "0", "resource": "0"}
        | dict.fromkeys(
            re.findall(
                r'name="([a-z]+resource_[a-z_]+)"',
                client.get(reverse("admin:units_unit_export")).content.decode(),
                re.IGNORECASE,
            ),
            "on",
        ),
    )
    table = openpyxl.load_workbook(io.BytesIO(exported.content))
    sheet = table.worksheets[0]
    names = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, names["code"]).value == "23497":
            sheet.cell(row, names["name"]).value = "Xã Tân Lập mới"
    file = io.BytesIO()
    table.save(file)
    upload = SimpleUploadedFile("a.xlsx", file.getvalue(), content_type=XLSX)
    preview = client.post(
        reverse("admin:units_unit_import"), {"format": "0", "resource": "0", "import_file": upload}
    )
    hidden = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', preview.content.decode()))
    assert "Xã Tân Lập mới" in " ".join(re.sub(r"<[^>]+>", "", preview.content.decode()).split())
    done = client.post(reverse("admin:units_unit_process_import"), hidden, follow=True)
    assert Unit.objects.get(code="23497").name == "Xã Tân Lập mới"
    expect_vietnamese(asked, preview, done)


@pytest.mark.parametrize(
    "model", ["units_unit", "units_lineage", "units_party", "units_user", "scoring_gradescale"]
)
def test_the_administrators_tables(world: World, login: Any, asked: Asked, model: str) -> None:
    client = login("administrator")
    pages = [client.get(reverse("admin:index")), client.get(reverse(f"admin:{model}_changelist"))]
    found = {"units_unit": Unit, "units_party": Party, "units_user": User}.get(model)
    if found:
        key = found._default_manager.order_by("pk")[0].pk
        pages += [client.get(reverse(f"admin:{model}_{name}", args=[key])) for name in ("change", "history")]
    add = client.get(reverse(f"admin:{model}_add"))
    if add.status_code == 200:
        counts = re.findall(r'name="([a-z_]+-(?:TOTAL|INITIAL)_FORMS)"', add.content.decode())
        pages += [add, client.post(reverse(f"admin:{model}_add"), dict.fromkeys(counts, "0"))]
    expect_vietnamese(asked, *pages)
