from __future__ import annotations

import fcntl
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from indicators.actions import reminding as returns
from parportal.commands import PortalCommand
from plans.actions import task_reminders
from plans.actions.obligation_tasks import add_by_day
from scoring.actions.digests import Mailed, send_digests
from scoring.actions.remediation_reminders import remind_of_filings
from scoring.actions.reminders import Outcome, remind_by_timer

logger = logging.getLogger(__name__)

EPILOG = """
Run it by timer once a day, in the morning. Running it again the same day sends nothing twice; a run that was
killed is taken up where it stopped. Deadlines are judged by the clock of each campaign. No score sheet changes.

example:
  manage.py send_reminders
  manage.py send_reminders --no-mail
"""


class Command(PortalCommand):
    help = "Remind people of deadlines: notices in the portal, and one e-mail a person and day."
    epilog = EPILOG

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-mail", action="store_true", help="notices in the portal only")

    def handle(self, *args: Any, **options: Any) -> None:
        with alone():
            reminded = remind_by_timer()
            keep_calendar(reminded)
            remind_of("tasks", lambda: task_reminders.remind_by_day(timezone.localdate()), reminded)
            remind_of("returns", lambda: returns.remind_by_day(timezone.now()), reminded)
            remind_of("remediation", lambda: remind_of_filings(timezone.localdate()), reminded)
            line = f"{reminded.reminded} reminders, {reminded.told} notices"
            failed = reminded.failed
            if settings.SENDS_MAIL and not options["no_mail"]:
                mailed = mail_the_day()
                line += f", {mailed.sent} mails"
                failed += mailed.failed
        self.stdout.write(line)
        if failed:
            raise CommandError(f"{failed} of them failed; the log says why, the next run tries again")


def keep_calendar(outcome: Outcome) -> None:
    """The tasks of recurring obligations, before people are reminded of them. What fails stops nothing else."""
    try:
        add_by_day(timezone.localdate())
    except Exception:
        logger.exception("the tasks of the calendar were not added")
        outcome.failed += 1


def remind_of(what: str, remind: Callable[[], int], outcome: Outcome) -> None:
    """What is near its last day or past it; `remind` returns how many lines it left.

    What fails is logged and stops nothing else.
    """
    try:
        outcome.told += remind()
    except Exception:
        logger.exception("the reminders of %s failed", what)
        outcome.failed += 1


def mail_the_day() -> Mailed:
    """Raises: CommandError without a mail server."""
    try:
        return send_digests()
    except OSError as error:
        raise CommandError(f"the mail server cannot be reached: {error}") from None


@contextmanager
def alone() -> Iterator[None]:
    """Two runs at once would mail the same people. Raises: CommandError when another run is at work."""
    path = settings.DATA_DIR / "send_reminders.lock"
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CommandError("another run is at work") from None
        yield
