"""How long the score sheet takes on the web, beside two bare views in the same workers on the same database.

gunicorn with as many workers as the portal runs with, PostgreSQL; the requests are made in turn, so that what
slows the machine slows all of them. Medians.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from scoring.models import Score
from script.benchmarks.bare import READ, WRITE
from script.benchmarks.figures import Figure
from script.benchmarks.web_data import SAVERS
from units.models import User

WORKERS = 3
WARM_UP, ROUNDS = 15, 120
LOAD_SECONDS = 6.0
GZIP = {"Accept-Encoding": "gzip"}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@dataclass
class Browser:
    """One person at the portal: cookies of a session, and requests as the page's script makes them."""

    port: int
    username: str
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        user = User.objects.get(username=self.username)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = BACKEND
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        self.cookies["sessionid"] = str(session.session_key)
        self.ask("GET", WRITE)

    def ask(
        self,
        method: str,
        url: str,
        data: dict[str, str] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, bytes]:
        """One request on a connection of its own, as sync workers serve it."""
        link = HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **(headers or {})}
        if data is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            sent["X-CSRFToken"] = self.cookies["csrftoken"]
        link.request(method, url, urlencode(data) if data is not None else None, sent)
        answer = link.getresponse()
        body = answer.read()
        self.keep_cookies(answer)
        link.close()
        return answer.status, body

    def keep_cookies(self, answer: HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value


def json_headers() -> dict[str, str]:
    """What the page's script sends with each new change."""
    return {"Accept": "application/json", "Idempotency-Key": str(uuid.uuid4())}


@dataclass
class Saver:
    """Saves one row again and again, each time another value, as the page's script does."""

    browser: Browser
    score: Score
    numbers: Iterator[int] = field(default_factory=count)

    @classmethod
    def of(cls, port: int, campaign: str, number: int = 0) -> Saver:
        browser = Browser(port, f"{campaign}-officer-{number}")
        rows = Score.objects.filter(sheet__campaign__code=campaign, sheet__unit__code=f"{campaign}-{number}")
        plain = rows.filter(criterion__method="ratio", criterion__knock_out_branch=None)
        return cls(browser, plain.select_related("criterion", "sheet").order_by("criterion__position")[0])

    @property
    def url(self) -> str:
        return reverse("sheet_row", args=[self.score.sheet_id, self.score.criterion_id])

    def data(self) -> dict[str, str]:
        done = next(self.numbers) % 90
        return {
            "version": str(self.score.version),
            "state": "answered",
            "answer-numerator": str(done),
            "answer-denominator": "97",
            "note": "",
        }

    def save(self) -> None:
        status, body = self.browser.ask("POST", self.url, self.data(), headers=json_headers())
        if status != 200:
            raise RuntimeError(f"{self.url} answered {status}: {body[:500]!r}")
        self.score.version = json.loads(body)["version"]


def requests(one: Saver, many: Saver, sheet: str, panel: str) -> dict[str, Callable[[], object]]:
    """What is measured in turn: the yardsticks, a save in either campaign, the sheet, and the panel beside it."""
    reader, numbers = many.browser, count()
    return {
        "read": lambda: expect(reader.ask("GET", READ)),
        "write": lambda: expect(reader.ask("POST", WRITE, {"name": str(next(numbers))})),
        "save": one.save,
        "save_300": many.save,
        "sheet": lambda: expect(reader.ask("GET", sheet, headers=GZIP)),
        "panel": lambda: expect(reader.ask("GET", panel, headers=GZIP)),
    }


def measure() -> list[Figure]:
    with server() as (port, master):
        one, many = Saver.of(port, "bench-1"), Saver.of(port, "bench-300")
        reader = many.browser
        sheet = reverse("sheet", args=[many.score.sheet_id])
        panel = reverse("sheet_panel", args=[many.score.sheet_id])
        times = in_turn(requests(one, many, sheet, panel))
        kilobytes = len(expect(reader.ask("GET", sheet, headers=GZIP))) / 1024
        writes = rate([bare_writer(port, number) for number in range(SAVERS)])
        saves = rate([Saver.of(port, "bench-300", number).save for number in range(SAVERS)])
        memory = max(map(resident_mb, children(master)))
    saving, showing = queries(many, sheet)
    read = times["read"]
    return [
        Figure("web.bare_read_ms", ms(read), "ms", "bare read: no middleware, one SELECT"),
        Figure("web.bare_write_ms", ms(times["write"]), "ms", "bare write: session, CSRF, one UPDATE"),
        Figure("web.save_ms", ms(times["save"]), "ms", "save one row"),
        Figure("web.panel_ms", ms(times["panel"]), "ms", "sums and lists, asked for once after a burst of saves"),
        Figure("web.sheet_ms", ms(times["sheet"]), "ms", "sheet of 106 leaves"),
        Figure("web.save_ratio", ratio(times["save"], read), "", "save one row to bare read", at_most=12),
        Figure("web.save_to_bare_write", ratio(times["save"], times["write"]), "", "… to bare write", at_most=4),
        Figure("web.save_queries", saving, "", "SQL statements of a save", at_most=12),
        Figure("web.sheet_ratio", ratio(times["sheet"], read), "", "sheet to bare read", at_most=25),
        Figure("web.sheet_queries", showing, "", "SQL statements of the sheet", at_most=12),
        Figure("web.sheet_kb", round(kilobytes, 1), "kB", "sheet as sent, compressed", at_most=60),
        Figure(
            "web.save_growth_300",
            ratio(times["save_300"], times["save"]),
            "",
            "save in a campaign of 300 sheets to save in one of 1",
            at_most=1.2,
        ),
        Figure("web.bare_writes_per_second", round(writes), "/s", f"{SAVERS} clients at the bare write"),
        Figure("web.saves_per_second", round(saves), "/s", f"{SAVERS} clients saving"),
        Figure("web.save_throughput_ratio", round(saves / writes, 3), "", "one to the other", at_least=0.25),
        Figure("web.worker_mb", round(memory, 1), "MB", "the largest web worker afterwards", at_most=200),
    ]


def ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


def ratio(seconds: float, bare: float) -> float:
    return round(seconds / bare, 2)


def expect(answer: tuple[int, bytes]) -> bytes:
    status, body = answer
    if status != 200:
        raise RuntimeError(f"answered {status}: {body[:500]!r}")
    return body


def in_turn(
    work: dict[str, Callable[[], object]],
    *,
    rounds: int = ROUNDS,
    warm_up: int = WARM_UP,
    between: Callable[[], object] = lambda: None,
) -> dict[str, float]:
    """The median of each, in seconds; what is done `between` two turns does not count."""
    times: dict[str, list[float]] = {name: [] for name in work}
    for turn in range(warm_up + rounds):
        for name, once in work.items():
            start = perf_counter()
            once()
            if turn >= warm_up:
                times[name].append(perf_counter() - start)
        between()
    return {name: median(found) for name, found in times.items()}


def bare_writer(port: int, number: int) -> Callable[[], object]:
    browser = Browser(port, f"bench-300-officer-{number}")
    numbers = count(number, SAVERS)
    return lambda: expect(browser.ask("POST", WRITE, {"name": str(next(numbers))}))


def rate(clients: list[Callable[[], object]]) -> float:
    """Requests a second of all clients together."""
    end = perf_counter() + LOAD_SECONDS

    def client(once: Callable[[], object]) -> int:
        done = 0
        while perf_counter() < end:
            once()
            done += 1
        return done

    with ThreadPoolExecutor(len(clients)) as pool:
        return sum(pool.map(client, clients)) / LOAD_SECONDS


def queries(saver: Saver, sheet: str) -> tuple[int, int]:
    """SQL statements of a save and of the sheet, counted in this process; those that begin or end work are not."""
    client = Client()
    client.force_login(User.objects.get(username=saver.browser.username), backend=BACKEND)
    found = []
    saver.score.refresh_from_db()
    client.get(sheet, headers={"host": "localhost"})  # what a process remembers of a published set is there now
    work: tuple[Callable[[], Any], ...] = (
        lambda: client.post(saver.url, saver.data(), headers={**json_headers(), "host": "localhost"}),
        lambda: client.get(sheet, headers={"host": "localhost"}),
    )
    work[0]()  # content types are remembered by a process, too
    saver.score.refresh_from_db()
    for once in work:
        with CaptureQueriesContext(connection) as caught:
            answer = once()
        if answer.status_code != 200:
            raise RuntimeError(f"answered {answer.status_code}: {answer.content[:500]!r}")
        found.append(sum(not query["sql"].startswith(CONTROL) for query in caught))
    return found[0], found[1]


@contextmanager
def server() -> Iterator[tuple[int, int]]:
    """gunicorn on a free port; gives the port and the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "script.benchmarks.web_server",
        "--preload",
        "--no-control-socket",
    ]
    command += ["--workers", str(WORKERS)]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([*command, "--bind", f"127.0.0.1:{port}"], stdout=log, stderr=log)
        try:
            wait_for(port, process)
            yield port, process.pid
        except BaseException:
            log.seek(0)
            sys.stderr.write(log.read().decode()[-4000:])
            raise
        finally:
            process.terminate()
            process.wait()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = perf_counter() + 60
    while perf_counter() < deadline and process.poll() is None:
        try:
            link = HTTPConnection("127.0.0.1", port, timeout=5)
            link.request("GET", "/health")
            if link.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


def children(master: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()]


def resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
