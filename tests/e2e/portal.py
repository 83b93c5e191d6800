"""A portal of its own for tests that need more than pytest's live server.

A process to kill, and a database that several requests write at once. Its sheets have forty rows.
"""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from scoring.actions.campaigns import open_campaign
from scoring.models import Assignment, Campaign, CriteriaSet, Criterion, GradeScale, UnitResult
from tests.world import World, make_world
from units.models import UnitType

ROOT = Path(__file__).resolve().parents[2]
LEAVES = 40
SIGNED_IN = ("officer_a", "leader_a", "officer_b", "coordinator", "justice_officer")


def make_long_campaign(world: World) -> Campaign:
    """A campaign whose sheets have forty rows of the simplest kind: a number of forms, 0.1 points each."""
    criteria_set = CriteriaSet.objects.create(
        code="bo-dai",
        title="Bộ tiêu chí dài",
        issuer=world.district,
        unit_type=UnitType.COMMUNE,
        total_points=Decimal(LEAVES),
        level_names=["Lĩnh vực", "Tiêu chí"],
        status="published",
    )
    columns = {"criteria_set": criteria_set, "method": ""}
    root = Criterion.objects.create(code="1", title="Lĩnh vực", max_points=LEAVES, position=1, **columns)
    for number in range(1, LEAVES + 1):
        Criterion.objects.create(
            criteria_set=criteria_set,
            code=f"1.{number}",
            title=f"Hình thức {number}",
            parent=root,
            section=root,
            position=number + 1,
            max_points=Decimal(1),
            method="count",
            params={"label": "Số hình thức", "base": "0", "step_points": "0.1", "floor": "0"},
        )
    campaign = Campaign.objects.create(
        code="dot-dai",
        title="Đợt chấm điểm dài",
        owner=world.district,
        criteria_set=criteria_set,
        year=2025,
        grade_scale=GradeScale.objects.get(),
        self_score_due_at=timezone.now() + timedelta(days=10),
    )
    for unit in (world.commune_a, world.commune_b):
        UnitResult.objects.create(campaign=campaign, unit=unit)
    Assignment.objects.create(campaign=campaign, criterion=root, agency=world.home_affairs)
    return open_campaign(campaign=campaign, by=world.coordinator)


@dataclass
class Ground:
    """What every test begins with. Shapes: `sheets` by unit code, `sessions` (cookie values) by person."""

    file: Path
    world: World
    sheets: dict[str, int] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)


def lay_ground(folder: Path) -> Ground:
    """The world with its long campaign in a file."""
    world = make_world()
    return put_away(folder / "ground.sqlite3", world, make_long_campaign(world))


def put_away(file: Path, world: World, campaign: Campaign) -> Ground:
    """Everything in the database as a file to begin with, everybody signed in; pytest's own is left empty."""
    ground = Ground(file, world)
    ground.sheets = {sheet.unit.code: sheet.pk for sheet in campaign.sheets.select_related("unit")}
    for name in SIGNED_IN:
        client = Client()
        client.force_login(
            ground.world.people[name], backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        ground.sessions[name] = client.cookies["sessionid"].value
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(ground.file)])
    call_command("flush", interactive=False, verbosity=0)
    return ground


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Portal:
    """gunicorn with one worker on a database file."""

    def __init__(self, ground: Ground, folder: Path) -> None:
        self.ground = ground
        self.folder = folder
        self.database = folder / "portal.sqlite3"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[str] | None = None
        self.lay()

    def lay(self) -> None:
        """Begin anew from the ground, under the running process."""
        with closing(sqlite3.connect(self.ground.file)) as source, closing(sqlite3.connect(self.database)) as own:
            source.backup(own)

    def stand_on(self, ground: Ground) -> None:
        """Begin anew from this ground, as a running process: one that remembers no keys of another ground."""
        if self.ground is not ground:
            self.kill()
            self.ground = ground
        self.lay()
        if self.process is None:
            self.start()

    def start(self) -> None:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": f"sqlite:///{self.database}",
            "DATA_DIR": str(self.folder),
        }
        command = [sys.executable, "-m", "gunicorn", "parportal.wsgi", "--bind", f"127.0.0.1:{self.port}"]
        command += ["--threads", "4", "--preload", "--no-control-socket", "--log-level", "info"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        assert self.process.stderr is not None
        said = []
        for line in self.process.stderr:
            said.append(line)
            if "Listening at" in line:
                return
        raise AssertionError("".join(said))

    def kill(self) -> None:
        """As when the power fails: nobody is asked."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.communicate()
            self.process = None

    def query(self, sql: str, *parameters: object) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.database)) as own, own:
            return own.execute(sql, parameters).fetchall()

    def sheet_url(self, unit: str = "commune_a") -> str:
        return f"{self.url}{self.sheet_path(unit)}"

    def sheet_path(self, unit: str = "commune_a") -> str:
        return f"/sheets/{self.ground.sheets[getattr(self.ground.world, unit).code]}/"

    def sign_in(self, context: BrowserContext, name: str) -> None:
        context.add_cookies([{"name": "sessionid", "value": self.ground.sessions[name], "url": self.url}])

    def counts(self, unit: str = "commune_a") -> dict[str, int]:
        """What the answered rows of the long sheet say, by code."""
        sheet = self.ground.sheets[getattr(self.ground.world, unit).code]
        rows = self.query(
            "SELECT c.code, s.answers FROM scoring_score s JOIN scoring_criterion c ON c.id = s.criterion_id"
            " WHERE s.sheet_id = ? AND s.state = 'answered'",
            sheet,
        )
        return {str(code): json.loads(str(answers))["count"] for code, answers in rows}

    def criterion(self, code: str) -> int:
        found = self.query(
            "SELECT c.id FROM scoring_criterion c JOIN scoring_criteriaset s ON s.id = c.criteria_set_id"
            " WHERE s.code = 'bo-dai' AND c.code = ?",
            code,
        )
        return int(str(found[0][0]))

    def saves(self) -> tuple[int, int, int]:
        """How often rows were saved by their versions, by receipts, and by the history: three times the same."""
        blank = "SELECT sum(version) FROM scoring_score"
        with closing(sqlite3.connect(self.ground.file)) as ground:
            before = int(ground.execute(blank).fetchone()[0])
        versions = int(str(self.query(blank)[0][0])) - before
        receipts = int(str(self.query("SELECT count(*) FROM entry_receipt WHERE status = 200")[0][0]))
        events = int(str(self.query("SELECT count(*) FROM units_auditevent WHERE action = 'score.saved'")[0][0]))
        return versions, receipts, events


def open_sheet(page: Page, portal: Portal) -> None:
    page.goto(portal.sheet_url())
    expect(page.locator("[data-row]")).to_have_count(LEAVES)


def count_of(code: str) -> str:
    """The selector of the only number of a row."""
    return f"[data-row]:has(.row-code:text-is('{code}')) [name$='-answer-count']"


def type_all(page: Page, value: int, *, rows: int = LEAVES) -> None:
    """The same number into every row from the first one on, as fast as a keyboard goes."""
    page.locator("[name$='-answer-count']").first.focus()
    page.locator("[name$='-answer-count']").first.select_text()
    for _ in range(rows):
        page.keyboard.insert_text(str(value))
        page.keyboard.press("Enter")


def expect_saved(page: Page) -> None:
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "saved", timeout=30_000)


def assert_applied_once(portal: Portal, typed: dict[str, int]) -> None:
    """The database equals what was typed, and no change was applied twice."""
    assert portal.counts() == typed
    versions, receipts, events = portal.saves()
    assert versions == receipts == events
    assert versions >= len(typed)
