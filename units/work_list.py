"""What the list of a person's work consists of: each app adds its own, see `scoring.work`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parportal.deadlines import Deadline

if TYPE_CHECKING:
    from units.models import User


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do. `badge` is draft, waiting, done, overdue or info; `training`: nothing that counts."""

    url: str
    title: str
    text: str
    badge: str
    badge_text: str
    answered: int = 0
    total: int = 0
    deadline: Deadline | None = None
    training: bool = False


@dataclass(frozen=True, slots=True)
class TaskList:
    """Tasks of one kind; `more` of them are on the page `more_url`."""

    title: str
    tasks: tuple[Task, ...]
    more: int = 0
    more_url: str = ""


# Lists of apps that stand above `scoring`: each is put here when its app is ready.
FROM_ABOVE: list[Callable[[User], list[TaskList]]] = []
