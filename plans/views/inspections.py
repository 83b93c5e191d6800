"""Inspections: the list of a year with its numbers, one of them unit by unit, the workbook."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from parportal.entry.uploads import CONTENT_TYPES
from plans.counting_inspections import figures_of
from plans.inspection_list import INSPECTION_BADGES, Wanted, inspection_words, listed, unit_choices
from plans.inspection_page import unit_lines
from plans.inspection_workbook import inspections_book
from plans.models import Document, InspectedUnit, Inspection, InspectionKind, Task
from plans.task_history import history_lines
from units.access import Role, find, person, require
from units.models import User
from units.models.units import today

PAGE_ROWS = 50


def inspection_of(user: User, pk: int) -> Inspection:
    """Raises: Http404 for an inspection that does not concern the person."""
    return find(Inspection.objects.visible_to(user).select_related("owner", "document"), pk=pk)


def kept_inspection(user: User, pk: int) -> Inspection:
    """Raises: Http404, PermissionDenied."""
    found = inspection_of(user, pk)
    require(keeps(user, found), _("Only the unit that inspects keeps its inspections."))
    return found


def keeps(user: User, found: Inspection) -> bool:
    """As `Inspection.objects.editable_by`, without a query."""
    return found.owner_id in user.units_as(Role.OFFICER, Role.COORDINATOR)


def years_of(user: User) -> list[int]:
    """The years with inspections that the person sees, the latest first."""
    years = Inspection.objects.visible_to(user).order_by("-year").values_list("year", flat=True)
    return list(years.distinct())


@require_safe
def inspections(request: HttpRequest) -> HttpResponse:
    """The inspections of a year, as the address narrows them, with the numbers that follow from their rows."""
    user, years = person(request), years_of(person(request))
    wanted = Wanted.of(request.GET, years)
    found = listed(user, wanted, today())
    query = request.GET.copy()
    query.pop("page", None)
    owners, at = unit_choices(user)
    page = Paginator(found.lines, PAGE_ROWS).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "page": page,
        "lines": page.object_list,
        "listed": found,
        "wanted": wanted,
        "query": query.urlencode(),
        "years": years,
        "kinds": InspectionKind.choices,
        "owners": owners,
        "at": at,
        "may_keep": user.has_role(Role.OFFICER) or user.has_role(Role.COORDINATOR),
    }
    return render(request, "plans/inspections.html", context)


@require_safe
def inspection(request: HttpRequest, pk: int) -> HttpResponse:
    """Unit by unit, as far as the person sees them: when it was inspected, what was found, what became of it."""
    user, on = person(request), today()
    found = inspection_of(user, pk)
    units = InspectedUnit.objects.visible_to(user).filter(inspection=found)
    lines = unit_lines(units, on)
    figures = figures_of(Inspection.objects.filter(pk=found.pk), units, on)
    keeper = keeps(user, found)
    state = figures.rows[found.pk].state
    context: dict[str, Any] = {
        "inspection": found,
        "lines": lines,
        "counts": figures.total,
        "units": len(lines),
        "badge": INSPECTION_BADGES[state],
        "words": inspection_words(state),
        "open_tasks": open_tasks(user, units),
        "open_documents": open_documents(user, [found, *(line.unit for line in lines)]),
        "edits": keeper,
        "history": history_lines(found) if keeper else [],
    }
    return render(request, "plans/inspection.html", context)


def open_tasks(user: User, units: Any) -> set[int]:
    """The findings whose page the person may open."""
    tasks = Task.objects.visible_to(user).filter(inspected__in=units.order_by().values("pk"))
    return set(tasks.order_by().values_list("pk", flat=True))


def open_documents(user: User, rows: list[Any]) -> set[int]:
    """The documents of the register beside the papers that the person may open."""
    pks = {row.document_id for row in rows if row.document_id}
    if not pks:
        return set()
    return set(Document.objects.visible_to(user).filter(pk__in=pks).values_list("pk", flat=True))


@require_safe
def inspections_workbook(request: HttpRequest) -> HttpResponse:
    """What the list shows, of all its pages: inspections, units and findings, each on a sheet of its own."""
    user, on = person(request), today()
    wanted = Wanted.of(request.GET, years_of(user))
    content = inspections_book(user, wanted, on)
    name = f"kiem-tra-{wanted.year or 'trong'}-{on:%Y%m%d}.xlsx"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=CONTENT_TYPES["xlsx"], headers=disposition)
