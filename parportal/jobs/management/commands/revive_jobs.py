from typing import Any

from parportal.commands import PortalCommand
from parportal.jobs.actions import revive_dead


class Command(PortalCommand):
    help = "Queue again the background jobs whose worker died; print how many. A timer may run it."
    epilog = "Example:\n  manage.py revive_jobs"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(str(revive_dead()))
