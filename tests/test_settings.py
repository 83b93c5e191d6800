"""Settings as they are deployed: production refuses to start half configured, and no page needs inline code."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import NoReverseMatch, resolve, reverse

from tests.inline import Inline, faults, is_page
from tests.world import World
from units.models import Party, Unit, User

pytestmark = pytest.mark.any_database

ROOT = Path(__file__).resolve().parent.parent
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
KEY = "a-long-key-of-this-test-0123456789-abcdefghijklmnopqrstuvwxyz"


# The environment ----------------------------------------------------------------------------------------------
def documented() -> dict[str, str]:
    """The lines of docs/production.env.example, with a key and without a PostgreSQL that is not there."""
    lines = (ROOT / "docs/production.env.example").read_text().splitlines()
    pairs = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return {**pairs, "SECRET_KEY": KEY}


def python(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Python with these variables and no others of this process."""
    clean = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "DJANGO_SETTINGS_MODULE": "parportal.settings"}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**clean, **environment, "DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def setting(name: str, folder: Path, **environment: str) -> str:
    code = f"from django.conf import settings; print(repr(settings.{name}))"
    done = python(code, folder, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("environment", [{}, {"SECRET_KEY": ""}, {"ALLOWED_HOSTS": "cchc.example.gov.vn"}])
@pytest.mark.parametrize("entrance", ["import parportal.wsgi", "import django; django.setup()"])
def test_production_without_a_secret_key_does_not_start(
    entrance: str, environment: dict[str, str], tmp_path: Path
) -> None:
    done = python(entrance, tmp_path, **environment)
    assert done.returncode != 0
    assert "SECRET_KEY is not set" in done.stderr.splitlines()[-1]
    assert list(tmp_path.iterdir()) == []


def test_with_its_key_production_starts(tmp_path: Path) -> None:
    assert python("import parportal.wsgi", tmp_path, **documented()).returncode == 0
    assert setting("SECRET_KEY", tmp_path, **documented()) == repr(KEY)


def test_a_demonstration_makes_its_key_once_and_keeps_it_from_others(tmp_path: Path) -> None:
    first, second = (setting("SECRET_KEY", tmp_path, DEMO="on") for _time in range(2))
    assert first == second
    assert len(first) > 50
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


DOCUMENTED = {
    "DEBUG": "False",
    "DEMO": "False",
    "SESSION_COOKIE_SECURE": "True",
    "SESSION_COOKIE_HTTPONLY": "True",
    "SESSION_COOKIE_SAMESITE": "'Lax'",
    "CSRF_COOKIE_SECURE": "True",
    "SECURE_SSL_REDIRECT": "True",
    "SECURE_HSTS_SECONDS": "31536000",
    "SECURE_CONTENT_TYPE_NOSNIFF": "True",
    "X_FRAME_OPTIONS": "'DENY'",
    "PASSWORD_HASHERS": "['django.contrib.auth.hashers.Argon2PasswordHasher']",
    "ALLOWED_HOSTS": "['cchc.example.gov.vn']",
    "LANGUAGE_CODE": "'vi'",
    "TIME_ZONE": "'Asia/Ho_Chi_Minh'",
}


def test_production_is_set_as_documented(tmp_path: Path) -> None:
    code = f"""
import json
from django.conf import settings
print(json.dumps({{name: repr(getattr(settings, name)) for name in {list(DOCUMENTED)}}}))
"""
    done = python(code, tmp_path, **documented())
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == DOCUMENTED


def test_without_hosts_production_answers_to_no_name(tmp_path: Path) -> None:
    assert setting("ALLOWED_HOSTS", tmp_path, SECRET_KEY=KEY) == "[]"


def test_the_deployment_check_finds_nothing(tmp_path: Path) -> None:
    words = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    code = f"import manage, sys; sys.argv = {words}; manage.main()"
    done = python(code, tmp_path, **documented())
    assert (done.returncode, done.stderr) == (0, "")
    unset = {**documented(), "SECURE_HSTS_SECONDS": "0"}
    assert python(code, tmp_path, **unset).returncode == 1


# Pages --------------------------------------------------------------------------------------------------------
def admin_pages() -> Iterator[str]:
    from django.contrib import admin

    yield reverse("admin:index")
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        for page in ("changelist", "add", "import", "export"):
            try:
                yield reverse(f"admin:{name}_{page}")
            except NoReverseMatch:
                continue
    for model in (Unit, Party, User):
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        key = model._default_manager.order_by("pk")[0].pk
        yield from (reverse(f"admin:{name}_{page}", args=[key]) for page in ("change", "history"))


def test_the_parser_finds_inline_code() -> None:
    page = Inline()
    page.feed(
        '<p style="color:red" onclick="x()">a</p><script>1</script><style></style><a href="javascript:1">b</a>'
        '<script type="application/json">{}</script><script src="/a.js"></script>'
        '<script src="//x.vn/a.js"></script>'
    )
    assert len(page.found) == 6


def test_pages_of_the_demonstration_hold_no_inline_code(demo: None) -> None:
    wrong: dict[str, Any] = {}
    followed: set[str] = set()
    looked_at: Counter[str] = Counter()
    for username in ("can-bo-xa", "lanh-dao-xa", "tu-phap", "noi-vu", "lanh-dao-huyen", "so-noi-vu"):
        client = Client()
        client.force_login(User.objects.get(username=username), backend=BACKEND)
        urls = [reverse(name) for name in ("home", "sheets", "campaigns", "results", "reports", "criteria_sets")]
        # What stands behind a link is looked at for the first person who gets there, twice for a kind of page.
        links = set(links_of(client, urls)) - followed
        followed |= links
        for url in dict.fromkeys([*urls, *sorted(links)]):
            kind = resolve(urlsplit(url).path).view_name
            looked_at[kind] += 1
            if looked_at[kind] > 2:
                continue
            response = client.get(url)
            if is_page(response) and (said := faults(response)):
                wrong[f"{username} {url}"] = said
    assert wrong == {}


def links_of(client: Client, urls: list[str]) -> list[str]:
    """The pages of the portal that these pages lead to."""

    class Links(HTMLParser):
        found: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            href = dict(attrs).get("href") or ""
            if tag == "a" and href.startswith("/") and not href.startswith("/admin"):
                self.found.append(href.partition("#")[0])

    for url in urls:
        Links().feed(client.get(url).content.decode())
    return Links.found


def test_the_administrators_tables_hold_no_inline_code(world: World, client: Client) -> None:
    client.force_login(world.administrator, backend=BACKEND)
    pages = list(admin_pages())
    assert len(pages) > 20
    wrong = {url: said for url in pages if is_page(response := client.get(url)) and (said := faults(response))}
    assert wrong == {}


def test_pages_without_an_account_and_error_pages_hold_no_inline_code(world: World, client: Client) -> None:
    login = reverse("account_login")
    pages: list[Any] = [client.get(reverse(f"account_{name}")) for name in ("login", "signup", "inactive")]
    pages.append(client.post(login, {"login": "officer_a", "password": "x"}))
    pages += [client.post(login, {"login": "officer_a", "password": "x"}) for _time in range(5)]
    assert pages[-1].status_code == 429
    strict = Client(enforce_csrf_checks=True)
    pages.append(strict.post(login, {}))
    assert pages[-1].status_code == 403
    client.force_login(world.officer_a, backend=BACKEND)
    pages += [
        client.get("/khong-co/"),
        client.get(reverse("people")),
        client.get("/", headers={"host": "evil.vn"}),
    ]
    assert [page.status_code for page in pages[-3:]] == [404, 403, 400]
    assert [said for page in pages if (said := faults(page))] == []


# Cookies, sign-up ---------------------------------------------------------------------------------------------
def test_the_session_is_closed_to_scripts_and_ends_with_the_working_day(world: World, client: Client) -> None:
    from tests.world import PASSWORD

    client.post(reverse("account_login"), {"login": "officer_a", "password": PASSWORD})
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert client.session.get_expiry_age() <= 12 * 60 * 60


def test_in_production_cookies_travel_by_https_alone(world: World, settings: Any) -> None:
    from tests.world import PASSWORD

    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client = Client()
    client.get(reverse("account_login"), secure=True)
    client.post(reverse("account_login"), {"login": "officer_a", "password": PASSWORD}, secure=True)
    assert {name: bool(cookie["secure"]) for name, cookie in client.cookies.items() if cookie.value} == {
        "csrftoken": True,
        "sessionid": True,
    }


@pytest.mark.parametrize("method", ["get", "post"])
def test_sign_up_is_closed(world: World, client: Client, method: str) -> None:
    people = User.objects.count()
    data = {"username": "khach", "password1": "ngua sat pin dung 9", "password2": "ngua sat pin dung 9"}
    page = getattr(client, method)(reverse("account_signup"), data)
    assert 'name="password1"' not in page.content.decode()
    assert User.objects.count() == people
