"""Moves of a report from state to state, and remarks on it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from parportal.entry.problems import EntryProblem
from parportal.entry.versions import StaleVersion
from reports.actions.comments import add_comment, settle_comment
from reports.actions.states import move_report
from reports.archiving import keeps_from_archive, start_archive
from reports.basis import NoPaper
from reports.checking import Problem, looked_over
from reports.models import OF_PAPER, ReportComment
from reports.papers.data import ChildrenUnclear
from reports.views.finding import report_written
from reports.workflow import MOVES, MoveRefused, changed_since
from units.access import find, person, require


@require_http_methods(["GET", "HEAD", "POST"])
def report_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, with what stands against it, then make the move."""
    user = person(request)
    found = report_written(user, pk, OF_PAPER)
    data = request.POST if request.method == "POST" else request.GET
    move = MOVES.get(data.get("move", ""))
    require(move is not None and move.is_for(user, found), _("This step is not yours to take."))
    assert move is not None
    reason, refused, seen = data.get("reason", "")[:1000], "", data.get("seen", "")
    if request.method == "POST":
        try:
            version = request.POST.get("version")
            move_report(report=found, name=move.name, version=version, by=user, reason=reason, seen=seen)
        except (MoveRefused, StaleVersion, NoPaper, ChildrenUnclear) as why:
            refused = str(why)
        else:
            messages.success(request, _("Done: %(move)s.") % {"move": move.title})
            return redirect("report", pk)
    against = move.refusal(found)
    hints: list[Problem] = []
    if move.is_checked:
        refused = refused or changed_since(found, seen, user)
        if not against:
            against, hints = looked_over(found)
    context = {
        "report": found,
        "move": move,
        "reason": reason,
        "refused": refused or against,
        "hints": hints,
    }
    return render(request, "reports/report_move.html", context, status=409 if refused else 200)


@require_POST
def report_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a worker make the files of the edition; the report is archived when all of them are kept."""
    user = person(request)
    found = report_written(user, pk)
    if problem := keeps_from_archive(found):
        messages.error(request, problem)
        return redirect("report", pk)
    return redirect("job", start_archive(found, user).pk)


@require_POST
def report_comment(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    found = report_written(user, pk)
    key = request.POST.get("key", "")
    try:
        made = add_comment(report=found, key=key, text=request.POST.get("text", ""), by=user)
    except EntryProblem as problem:
        messages.error(request, str(problem))
        return redirect(f"{reverse('report', args=[pk])}#comments")
    messages.success(request, _("The comment was added."))
    return redirect(f"{reverse('report', args=[pk])}#comment-{made.pk}")


@require_POST
def report_comment_settle(request: HttpRequest, pk: int, comment: int) -> HttpResponse:
    user = person(request)
    found = report_written(user, pk)
    remark = find(ReportComment.objects.filter(report=found).select_related("report"), pk=comment)
    settle_comment(comment=remark, by=user)
    return redirect(f"{reverse('report', args=[pk])}#comment-{remark.pk}")
