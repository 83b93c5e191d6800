"""Two people at once, on real connections: the second one comes while the transaction of the first is open."""

import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from django.db import connection, transaction

A_WHILE = 15.0


class Second(Thread):
    """A second person's action on a connection of its own."""

    def __init__(self, action: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.action = action
        self.connected = Event()
        self.backend = 0
        self.result: Any = None
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"SET lock_timeout = '{int(A_WHILE)}s'")
                cursor.execute("SELECT pg_backend_pid()")
                self.backend = cursor.fetchone()[0]
            self.connected.set()
            self.result = self.action()
        except Exception as error:  # noqa: BLE001 (handed over to the test)
            self.error = error
        finally:
            self.connected.set()
            connection.close()

    def is_waiting(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid = %s", [self.backend])
            return bool(cursor.fetchone()[0])

    def until_waiting_or_done(self) -> None:
        self.connected.wait(A_WHILE)
        end = time.monotonic() + A_WHILE
        while self.is_alive() and not self.is_waiting():
            assert time.monotonic() < end, "the second writer neither waits nor ends"
            time.sleep(0.01)

    def finished(self) -> "Second":
        self.join(A_WHILE)
        assert not self.is_alive(), "the second writer never ended"
        return self


def meanwhile(first: Callable[[], Any], second: Callable[[], Any]) -> Second:
    """Run `first` in a transaction, let `second` come while it is open, commit; what became of `second`."""
    other = Second(second)
    with transaction.atomic():
        first()
        other.start()
        other.until_waiting_or_done()
    return other.finished()
