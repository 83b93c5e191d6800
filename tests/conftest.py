import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from copy import deepcopy
from io import StringIO
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, SimpleTestCase
from pytest_django.plugin import DjangoDbBlocker

from indicators.form import forget_forms
from scoring.leaves import frozen_set, leaves_of_frozen
from scoring.models.criteria import uncommon_of_frozen
from scoring.row_parts import parts_of_frozen
from scoring.row_said import kept_parts
from tests.world import World, make_world

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's event loop stays alive in the session
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WINDOWED = next(filter(None, map(shutil.which, BROWSERS)), None)
CHROMIUM = shutil.which("chromium-headless-shell") or WINDOWED  # the light build has no window
E2E = Path(__file__).parent / "e2e"
SHARES_WORLD = pytest.StashKey[set[Path]]()
TEMPLATE = "test_portal_template"  # PostgreSQL: migrated once, copied by every worker
# The longest come first: a worker left alone with one at the end would have nobody to help it.
LONGEST = ("test_accessibility.py", "test_access.py", "test_demo.py", "test_settings.py", "test_query_budgets.py")
DATABASE_FIXTURES = frozenset({"db", "transactional_db", "django_db_setup"})

hypothesis.settings.register_profile("portal", deadline=None, max_examples=20)
hypothesis.settings.load_profile("portal")


def needs_database(item: pytest.Item) -> bool:
    fixtures = getattr(item, "fixturenames", ())
    is_case = isinstance(getattr(item, "cls", None), type) and issubclass(item.cls, SimpleTestCase)  # type: ignore[attr-defined]
    return (
        is_case or item.get_closest_marker("django_db") is not None or not DATABASE_FIXTURES.isdisjoint(fixtures)
    )


def sharing_a_world(items: list[pytest.Item]) -> set[Path]:
    """The modules in which every test that needs the database begins with the small district."""
    begins: dict[Path, bool] = {}
    for item in filter(needs_database, items):
        fixtures = set(getattr(item, "fixturenames", ()))
        begins[item.path] = begins.get(item.path, True) and {"world", "transactional_db"} & fixtures == {"world"}
    return {path for path, every in begins.items() if every}


def place(item: pytest.Item) -> int:
    return LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=place)
    config.stash[SHARES_WORLD] = sharing_a_world(items)
    for item in items:
        if needs_database(item):
            item.add_marker("database")
        if E2E in item.path.parents:
            item.add_marker("e2e")
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, Any, Any]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("PARPORTAL_FORBID_SKIPS"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which is forbidden here: {report.longrepr[2]}"
    return report


@pytest.fixture(scope="session")
def folder_of_run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run of pytest alone, the same for all its workers."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if hasattr(request.config, "workerinput") else own


@contextmanager
def alone(file: Path) -> Generator[None, None, None]:
    """One worker after the other."""
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    django_db_modify_db_settings: None,
    django_db_use_migrations: bool,
    django_db_blocker: DjangoDbBlocker,
    folder_of_run: Path,
) -> None:
    """PostgreSQL runs the migrations once a run; each worker gets a copy of what they made."""
    several = hasattr(request.config, "workerinput")
    if connection.vendor != "postgresql" or not django_db_use_migrations or not several:
        return
    made = folder_of_run / "template"
    with django_db_blocker.unblock(), alone(made):
        if not made.exists():
            migrate_template()
            made.touch()
    # What is there already is neither migrated nor made again.
    connection.settings_dict["TEST"].update(TEMPLATE=TEMPLATE, MIGRATE=False)


def migrate_template() -> None:
    test, name = connection.settings_dict["TEST"], connection.settings_dict["NAME"]
    own, test["NAME"] = test["NAME"], TEMPLATE
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()  # a database that somebody is connected to cannot be copied
    test["NAME"] = own
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


@pytest.fixture(autouse=True)
def _no_set_of_another_test() -> None:
    """Published sets are remembered by primary key, which the next test uses again."""
    forget_sets()


def forget_sets() -> None:
    forget_forms()
    uncommon_of_frozen.cache_clear()
    for kept in (frozen_set, leaves_of_frozen, parts_of_frozen, kept_parts):
        kept.cache_clear()


@pytest.fixture(scope="module")
def world_of_module(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Generator[World | None, None, None]:
    """The small district, made once for a module in which every test begins with it; None for other modules."""
    if request.path not in request.config.stash[SHARES_WORLD]:
        yield None
        return
    forget_sets()
    with django_db_blocker.unblock(), transaction.atomic():
        made = make_world()
        connection.check_constraints()
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def world(world_of_module: World | None, db: None) -> World:
    """The small district of `tests.world`; each test undoes its own changes."""
    return make_world() if world_of_module is None else deepcopy(world_of_module)


@pytest.fixture
def login(client: Client, world: World) -> Callable[[str], Client]:
    """The test client logged in as one of the people of `tests.world`."""

    def as_person(name: str) -> Client:
        client.force_login(world.people[name], backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return as_person


def load_demo() -> None:
    forget_sets()
    call_command("load_demo", verbosity=0, stdout=StringIO())


def copy_of(database: Any) -> sqlite3.Connection:
    """What a database of SQLite holds at this moment, in memory."""
    copy = sqlite3.connect(":memory:")
    database.backup(copy)
    return copy


@pytest.fixture(scope="session")
def demo_copy(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, folder_of_run: Path
) -> Generator[sqlite3.Connection | None, None, None]:
    """The demonstration data, loaded once a run; None where the database cannot be copied so."""
    if connection.vendor != "sqlite":
        yield None
        return
    file = folder_of_run / "demo.sqlite3"
    with django_db_blocker.unblock(), alone(file):
        if not file.exists():
            put_demo_into(file)
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as copy:
        yield copy


def put_demo_into(file: Path) -> None:
    """Committed meanwhile, because what is being written cannot be copied."""
    connection.ensure_connection()
    whole = file.with_suffix(".part")
    with closing(copy_of(connection.connection)) as before:
        load_demo()
        with closing(sqlite3.connect(whole)) as copy:
            connection.connection.backup(copy)
        before.backup(connection.connection)
    whole.rename(file)


@pytest.fixture(scope="module")
def demo_data(
    demo_copy: sqlite3.Connection | None, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Generator[None, None, None]:
    """The demonstration data for a module; each test undoes its own changes."""
    with django_db_blocker.unblock():
        if demo_copy is None:
            with transaction.atomic():
                load_demo()
                connection.check_constraints()  # here once, lest the end of each test does it
                yield
                transaction.set_rollback(True)
            return
        forget_sets()
        connection.ensure_connection()
        with closing(copy_of(connection.connection)) as before:
            demo_copy.backup(connection.connection)
            ContentType.objects.clear_cache()
            yield
            before.backup(connection.connection)
            ContentType.objects.clear_cache()


@pytest.fixture
def demo(demo_data: None, db: None) -> None:
    """The demonstration data."""
