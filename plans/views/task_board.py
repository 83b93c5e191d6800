"""The board of tasks by lead unit, on a page and as a workbook."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plans.models import KEEPERS, Origin, Standing, Task
from plans.task_board import BoardRow, board_of
from plans.task_list import Wanted, task_lines
from plans.task_workbook import count_heads, task_book
from units.access import Role, person, require
from units.models import User
from units.models.units import today

if TYPE_CHECKING:
    from plans.models.tasks import TaskQuerySet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = ("", Standing.ON_TIME, Standing.LATE, Standing.OVERDUE, Standing.OPEN)


def governed(user: User) -> TaskQuerySet:
    """The tasks that the person's units keep. Raises: PermissionDenied."""
    units = user.units_as(*KEEPERS, Role.LEADER)
    require(bool(units), _("The board is for those who keep the tasks of a unit, and for its leaders."))
    return Task.objects.visible_to(user).filter(owner__in=units)


def chosen(request: HttpRequest, tasks: TaskQuerySet) -> tuple[Wanted, list[int], TaskQuerySet]:
    """What the address narrows the board to (the latest year, if it names none), and the years with tasks."""
    wanted = Wanted.of(request.GET)
    years = list(tasks.order_by("-year").values_list("year", flat=True).distinct())
    if wanted.year is None and years:
        wanted = replace(wanted, year=years[0])
    found = tasks.filter(year=wanted.year) if wanted.year else tasks
    return wanted, years, found.filter(origin=wanted.origin) if wanted.origin else found


@require_safe
def task_board(request: HttpRequest) -> HttpResponse:
    user = person(request)
    wanted, years, found = chosen(request, governed(user))
    board = board_of(found, today())
    query = QueryDict(mutable=True)
    query["year"], query["origin"] = str(wanted.year or ""), wanted.origin
    context = {
        "board": board,
        "rows": [board_row(row, query) for row in board.rows],
        "heads": count_heads(),
        "wanted": wanted,
        "years": years,
        "origins": Origin.choices,
        "query": query.urlencode(),
        "today": today(),
    }
    return render(request, "plans/board.html", context)


def board_row(row: BoardRow, query: QueryDict) -> dict[str, Any]:
    """The cells of a row, each with the address of the tasks that it counts."""
    asked = query.copy()
    asked["lead"] = row.lead.key
    cells = []
    for standing, head in zip(COLUMNS, count_heads(), strict=True):
        asked["show"] = standing
        number = row.counts.of(Standing(standing)) if standing else row.counts.assigned
        url = f"{reverse('tasks')}?{asked.urlencode()}"
        cells.append((number, url, standing == Standing.OVERDUE, head))
    return {"name": row.lead.name, "cells": cells, "counts": row.counts}


@require_safe
def task_workbook(request: HttpRequest) -> HttpResponse:
    """The board, and the tasks that it counts."""
    user, on = person(request), today()
    wanted, _years, found = chosen(request, governed(user))
    in_order = found.order_by("year", "origin", "position", "pk")
    title = _("Tasks of %(year)s") % {"year": wanted.year or ""}
    if wanted.origin:
        title = f"{title} · {Origin(wanted.origin).label}"
    content = task_book(board_of(found, on), task_lines(in_order, on), title, on)
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="tasks-{wanted.year or "all"}.xlsx"'
    return response
