"""The virus scanner, where the office has one: any command that is given a file and answers as ClamAV's do."""

from __future__ import annotations

import logging
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.utils.translation import gettext as _

from parportal.entry.problems import EntryProblem

logger = logging.getLogger(__name__)

CLEAN, INFECTED = 0, 1
SECONDS = 100


class ScannerSilent(EntryProblem):
    """No verdict: the scanner cannot be reached, or did not manage the file. It stays in quarantine."""


def is_on() -> bool:
    return bool(settings.CLAMAV_COMMAND)


def is_infected(file: File[Any]) -> bool:
    """What the scanner says of a file.

    The file is given to it as a copy under a random name, wherever it is stored.

    Raises: ScannerSilent.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "file"
        with copy.open("wb") as content:
            content.writelines(file.chunks())
        command = [*shlex.split(settings.CLAMAV_COMMAND), str(copy)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as problem:
            logger.warning("virus scanner: %s", problem)
            raise silent() from None
    if done.returncode not in (CLEAN, INFECTED):
        logger.warning("virus scanner ended with %s: %s", done.returncode, done.stderr[-500:])
        raise silent()
    return done.returncode == INFECTED


def silent() -> ScannerSilent:
    return ScannerSilent(_("The virus scanner does not answer. The file stays in quarantine and is tried again."))
