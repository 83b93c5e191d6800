"""Published results without sheets, brought in by a coordinator: a file, its preview, then the import."""

from __future__ import annotations

import base64
from typing import Any

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parportal.entry.problems import ImportProblem, ImportProblems
from scoring.actions.results import Stored, store_results
from scoring.forms.campaigns import ResultsFileForm
from scoring.importing.results import ResultsPlan, check_results, with_options
from scoring.importing.results_files import read_content
from scoring.league import League, league
from scoring.models import ScoreSheet
from scoring.workflow import MoveRefused
from units.access import Role, person, require
from units.models import User

SALT = "scoring.results_import"
TEMPLATE = "scoring/results/import.html"


@require_http_methods(["GET", "POST"])
def results_import(request: HttpRequest) -> HttpResponse:
    """First POST: a file, answered by its preview. Second POST: the preview, confirmed and stored."""
    user = person(request)
    require(user.has_role(Role.COORDINATOR), _("Results are imported by coordinators."))
    if request.method == "GET":
        return render(request, TEMPLATE, {"form": ResultsFileForm()})
    try:
        if "sealed" in request.POST:
            return confirm(request, user)
        return upload(request, user)
    except ImportProblems as refused:
        context = {"form": ResultsFileForm(), "problems": refused.problems}
        return render(request, TEMPLATE, context, status=422)


def upload(request: HttpRequest, user: User) -> HttpResponse:
    """Raises: ImportProblems."""
    form = ResultsFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, TEMPLATE, {"form": form}, status=422)
    file = form.cleaned_data["file"]
    content = file.read()
    sealed = signing.dumps(
        [file.name, base64.b64encode(content).decode()], salt=SALT + str(user.pk), compress=True
    )
    return preview(request, checked(content, file.name, user), sealed, user)


def checked(content: bytes, name: str, user: User) -> ResultsPlan:
    """The plan of a file whose owner the person coordinates.

    Raises: ImportProblems.
    """
    plan = check_results(with_options(read_content(content, name)))
    if plan.owner.pk not in user.units_as(Role.COORDINATOR):
        reason = _("You do not coordinate the unit that scored here.")
        raise ImportProblems((ImportProblem("", "owner", plan.owner.code, reason),))
    return plan


def preview(
    request: HttpRequest, plan: ResultsPlan, sealed: str, user: User, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    stored, table = tried(plan, user)
    context: dict[str, Any] = {
        "plan": plan,
        "stored": stored,
        "league": table,
        "sealed": sealed,
        "refusal": refusal,
        "needs_reason": stored.campaign.is_public and not stored.is_unchanged,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, TEMPLATE, context, status=status)


def tried(plan: ResultsPlan, user: User) -> tuple[Stored, League]:
    """What the import would do, and the table it would give; nothing is kept."""
    with transaction.atomic():
        stored = store_results(plan=plan, by=user, reason="-", closed=True)
        results = stored.campaign.results.all()
        table = league(stored.campaign, results, sheets=ScoreSheet.objects.none())
        transaction.set_rollback(True)
    return stored, table


def confirm(request: HttpRequest, user: User) -> HttpResponse:
    """A new campaign stays closed: whoever publishes it acknowledges the differences.

    Raises: ImportProblems.
    """
    sealed = request.POST["sealed"]
    try:
        name, content = signing.loads(sealed, salt=SALT + str(user.pk), max_age=24 * 60 * 60)
    except signing.BadSignature:
        reason = _("The preview is too old. Choose the file again.")
        raise ImportProblems((ImportProblem("", "", "", reason),)) from None
    plan = checked(base64.b64decode(content), name, user)
    try:
        stored = store_results(plan=plan, by=user, reason=request.POST.get("reason", ""), closed=True)
    except MoveRefused as refusal:
        return preview(request, plan, sealed, user, refusal=str(refusal), status=422)
    if stored.is_unchanged:
        messages.info(request, _("The file holds nothing new."))
    else:
        messages.success(request, _("The results were imported."))
    return redirect("results_campaign" if stored.campaign.is_public else "campaign", stored.campaign.code)
