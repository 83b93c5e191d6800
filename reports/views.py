from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Field, Prefetch, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from parportal.entry.versions import StaleVersion
from parportal.jobs.actions import start
from parportal.jobs.models import Job
from plans.models import Task
from reports.actions import save_report, stored_report
from reports.data import ChildrenUnclear, children_campaign, children_campaigns
from reports.forms import ReportForm, TaskForm
from reports.models import Format, Report, ReportFile, near_to, reportable_by
from reports.rendering import document_of, make_file, report_of
from scoring.models import Campaign, FollowUp, UnitResult
from units.access import find, person, require
from units.models import AuditEvent, Party, User

CONTENT_TYPES: Mapping[str, str] = {
    Format.PDF: "application/pdf",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """The results a person may report on, the latest year first, with the last paper made of each."""
    user = person(request)
    results = reportable_by(user).select_related("campaign", "unit", "grade")
    latest: dict[tuple[int, int], ReportFile] = {}
    for made in ReportFile.objects.visible_to(user).select_related("report").order_by("at", "pk"):
        latest[made.report.campaign_id, made.report.unit_id] = made
    rows = [
        {"result": result, "file": latest.get((result.campaign_id, result.unit_id))}
        for result in results.order_by("-campaign__year", "campaign__code", "unit__code")
    ]
    return render(request, "reports/reports.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def report_edit(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """Head, signature and recipients of a report, and its follow-up tasks."""
    user = person(request)
    result, report = authorised(user, code, unit)
    if request.method == "GET":
        return edit_page(request, result, report)
    before = {name: getattr(report, name) for name in ReportForm.Meta.fields}
    form = report_form(user, report, request.POST)
    if not form.is_valid():
        return edit_page(request, result, report, form=form, status=422)
    try:
        save_report(report=form.instance, before=before, version=request.POST.get("version"), by=user)
    except StaleVersion as stale:
        form.add_error(None, str(stale))
        return edit_page(request, result, report, form=form, status=409)
    messages.success(request, _("The report was saved."))
    return after_saving(request, result, form.instance)


def after_saving(request: HttpRequest, result: UnitResult, report: Report) -> HttpResponse:
    """Where the pressed button leads: back to the page, to the paper on screen, or to its PDF."""
    if request.POST.get("then") == "view":
        return redirect("report_html", *address(result))
    if request.POST.get("then") in Format.values:
        return start_file(request, result, report, Format(request.POST["then"]))
    return redirect("report_edit", *address(result))


@require_GET
def report_html(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """The paper on screen: the same document as the PDF."""
    user = person(request)
    result, report = authorised(user, code, unit)
    context: dict[str, Any] = {"result": result, "report": report}
    try:
        context["document"] = document_of(result, report, Campaign.objects.visible_to(user))
    except ChildrenUnclear as problem:
        context["problem"] = str(problem)
    return render(request, "reports/report.html", context)


@require_POST
def report_make(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """Let a worker make the PDF, or the file for Word, and show how far it is."""
    user = person(request)
    result, report = authorised(user, code, unit)
    made_as = request.POST.get("format", Format.PDF)
    require(made_as in Format.values)
    return start_file(request, result, stored_report(report, by=user), Format(made_as))


@require_GET
def report_file(request: HttpRequest, pk: int) -> FileResponse:
    """A finished paper, byte for byte as it was archived."""
    visible = ReportFile.objects.visible_to(person(request)).select_related("report__campaign", "report__unit")
    made = find(visible, pk=pk)
    return FileResponse(
        made.file.open("rb"),
        as_attachment=True,
        filename=made.download_name,
        content_type=CONTENT_TYPES[made.format],
    )


def authorised(user: User, code: str, unit: str) -> tuple[UnitResult, Report]:
    """The result and its report, stored or proposed.

    Raises: Http404 to outsiders, PermissionDenied to the unit's own people who write no reports.
    """
    related = ("campaign__criteria_set__issuer", "campaign__owner", "unit__parent")
    near = near_to(user).select_related(*related)
    result = find(near, campaign__code=code, unit__code=unit)
    require(
        reportable_by(user).filter(pk=result.pk).exists(),
        _("Reports are written by the leaders and coordinators of the unit."),
    )
    return result, report_of(result, Campaign.objects.visible_to(user))


def address(result: UnitResult) -> tuple[str, str]:
    return result.campaign.code, result.unit.code


def start_file(request: HttpRequest, result: UnitResult, report: Report, made_as: Format) -> HttpResponse:
    """Queue the file; what would make it fail for sure is said at once."""
    user = person(request)
    if children_problem(user, result, report):
        return redirect("report_edit", *address(result))
    job: Job = start(
        key=f"report-{made_as}-{report.pk}",
        title=_("%(format)s: responsibility analysis, %(unit)s, %(year)s")
        % {"format": made_as.label, "unit": result.unit.name, "year": result.campaign.year},
        handler=make_file,
        arguments={"report_id": report.pk, "user_id": user.pk, "made_as": str(made_as)},
        page_url=reverse("report_edit", args=address(result)),
        by=user,
    )
    return redirect("job", job.pk)


def report_form(user: User, report: Report, posted: Any = None) -> ReportForm:
    children = children_campaigns(report.unit, Campaign.objects.visible_to(user))
    return ReportForm(posted, instance=report, children=children)


def edit_page(  # noqa: PLR0913  (the parts of one page)
    request: HttpRequest,
    result: UnitResult,
    report: Report,
    *,
    form: ReportForm | None = None,
    task_form: TaskForm | None = None,
    editing: FollowUp | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a report; one task at most stands open for editing (?task=7, ?task=new)."""
    user = person(request)
    follow_ups = list(tasks_of(result))
    if task_form is None:
        editing, task_form = opened_task(request, report, follow_ups)
    context = {
        "result": result,
        "report": report,
        "form": form or report_form(user, report),
        "version": request.POST.get("version", report.version) if form else report.version,
        "sections": grouped(report, follow_ups),
        "task_form": task_form,
        "editing": editing,
        "problem": children_problem(user, result, report),
        "files": ReportFile.objects.visible_to(user).filter(report=report.pk).select_related("by")
        if report.pk
        else [],
        "history": history(report),
    }
    return render(request, "reports/report_edit.html", context, status=status)


def tasks_of(result: UnitResult) -> QuerySet[FollowUp]:
    follow_ups = FollowUp.objects.filter(campaign=result.campaign, unit=result.unit)
    return (
        follow_ups.select_related("task", "criterion")
        .prefetch_related(Prefetch("task__leads", queryset=Party.objects.order_by("pk")))
        .order_by("task__position", "pk")
    )


def opened_task(
    request: HttpRequest, report: Report, follow_ups: list[FollowUp]
) -> tuple[FollowUp | None, TaskForm | None]:
    """The task that the address asks to open, and its form."""
    wanted = request.GET.get("task", "")
    if wanted == "new":
        return None, TaskForm(report=report, initial={"criterion": request.GET.get("section")})
    for each in follow_ups:
        if str(each.pk) == wanted:
            return each, TaskForm(report=report, initial=task_values(each))
    return None, None


def task_values(follow_up: FollowUp) -> dict[str, Any]:
    task = follow_up.task
    names = ("title", "product", "recipient", "via", "deadline_kind", "deadline_on")
    return {
        "criterion": follow_up.criterion_id,
        "leads": [party.pk for party in task.leads.all()],
        **{name: getattr(task, name) for name in names},
    }


def grouped(report: Report, follow_ups: list[FollowUp]) -> list[dict[str, Any]]:
    """The tasks under their fields, those of the organisation last."""
    sections = report.campaign.criteria_set.criteria.filter(parent=None).order_by("position")
    return [
        {
            "section": section,
            "tasks": [each for each in follow_ups if each.criterion_id == (section.pk if section else None)],
        }
        for section in [*sections, None]
    ]


def children_problem(user: User, result: UnitResult, report: Report) -> str:
    """Why the paper cannot be made yet, in words; empty when it can."""
    seen = Campaign.objects.visible_to(user)
    try:
        children_campaign(result.unit, year=result.campaign.year, chosen=report.children_campaign, campaigns=seen)
    except ChildrenUnclear as problem:
        return str(problem)
    return ""


def history(report: Report) -> list[dict[str, Any]]:
    """The last twenty events of a report, what changed named as on the page."""
    if not report.pk:
        return []
    labels = {
        field.name: capfirst(field.verbose_name)
        for model in (FollowUp, Task, Report)
        for field in model._meta.get_fields()
        if isinstance(field, Field)
    }
    return [
        {
            "event": event,
            "changes": [
                (labels.get(each.attribute, each.attribute), each.old, each.new) for each in event.changes.all()
            ],
        }
        for event in AuditEvent.objects.about(report)[:20]
    ]
