"""The report on administrative reform goes to the unit above, and what that unit has received."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from parportal.entry.versions import StaleVersion
from plans.actions.tasks import TaskRefused
from plans.obligation_days import year_of
from plans.task_words import deadline_in_full
from reports.actions.sending import send_report
from reports.models import Report, ReportKind
from reports.periods import Period, span_of
from reports.received import received_by
from reports.sending import Chosen, answered_by, best_match, receiving_units, sending_refusal
from reports.views.finding import report_written
from reports.workflow import MoveRefused
from units.access import person, require
from units.models import Unit, User
from units.models.units import today

YEARS = 6


@require_http_methods(["GET", "HEAD", "POST"])
def report_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, with the task of the calendar that it answers, then send."""
    user = person(request)
    found = report_written(user, pk)
    refusal = sending_refusal(found)
    refused, status = refusal, 200
    tasks = [] if refusal else answered_by(found, user)
    chosen = request.POST.get("task", "") if request.method == "POST" else key(best_match(found, tasks))
    if request.method == "POST":
        task = next((each for each in tasks if key(each) == chosen), None)
        try:
            if chosen and task is None and not refusal:
                raise TaskRefused(_("This task is not open any more. Choose again."))
            send_report(report=found, task=task, version=request.POST.get("version"), by=user)
        except (MoveRefused, StaleVersion, TaskRefused) as why:
            refused, status = str(why), 409
        else:
            messages.success(request, _("The report was sent to %(unit)s.") % {"unit": above(found)})
            return redirect("report", pk)
    context = {
        "report": found,
        "above": above(found),
        "refused": refused,
        "tasks": [(key(each), each, deadline_in_full(each)) for each in tasks],
        "chosen": chosen,
        "due": span_of(found.period, found.year).due if found.kind == ReportKind.ANNUAL_REPORT else None,
        "can_be_sent": not refusal,
    }
    return render(request, "reports/report_send.html", context, status=status)


def key(task: object) -> str:
    return str(getattr(task, "pk", ""))


def above(report: Report) -> str:
    return report.unit.parent.name if report.unit.parent else ""


@require_safe
def reports_received(request: HttpRequest) -> HttpResponse:
    """What the units below one of the person's have sent for a period."""
    user, on = person(request), today()
    units = receiving_units(user)
    require(bool(units), _("Reports are received by the officers, leaders and coordinators of the unit above."))
    unit, chosen = wanted_unit(request, units), wanted_period(request)
    context = {
        "units": units,
        "unit": unit,
        "chosen": chosen,
        "span": span_of(chosen.period, chosen.year),
        "received": received_by(unit, chosen, on),
        "years": sorted({chosen.year, *range(on.year - YEARS, on.year + 2)}, reverse=True),
        "periods": Period.choices,
    }
    return render(request, "reports/reports_received.html", context)


def wanted_unit(request: HttpRequest, units: list[Unit]) -> Unit:
    asked = request.GET.get("unit", "")
    return next((each for each in units if str(each.pk) == asked), units[0])


def wanted_period(request: HttpRequest) -> Chosen:
    """What the address names, else the period that falls due nearest to today."""
    nearest = Chosen.nearest(today())
    year, period = year_of(request.GET.get("year", "")), request.GET.get("period", "")
    return Chosen(year or nearest.year, Period(period) if period in Period.values else nearest.period)


def receives(user: User) -> bool:
    """Whether the person's pages lead to what was received."""
    return bool(receiving_units(user))
