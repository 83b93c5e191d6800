"""What a button of a draft has done, or why it could not, told above the page that comes next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpRequest

from parportal.entry.problems import EntryProblem
from parportal.entry.versions import StaleVersion
from reports.basis import NoPaper
from reports.papers.data import ChildrenUnclear
from reports.workflow import MoveRefused

REFUSALS = (StaleVersion, MoveRefused, EntryProblem)
STUCK = (NoPaper, ChildrenUnclear)


@contextmanager
def telling(request: HttpRequest, done: str = "") -> Iterator[None]:
    """Run an action; an expected refusal becomes a message, as does success where there are words for it."""
    try:
        yield
    except (*REFUSALS, *STUCK) as why:
        messages.error(request, str(why))
    else:
        if done:
            messages.success(request, done)
