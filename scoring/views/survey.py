"""Results of the survey, brought in by a coordinator: a file, its preview, then the import."""

from __future__ import annotations

import base64
import io
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from parportal.entry.problems import ImportProblem, ImportProblems
from parportal.entry.workbooks import open_workbook
from scoring.actions.survey import expect_importable, store_survey
from scoring.exporting import FORMATS
from scoring.forms.survey import SurveyFileForm
from scoring.importing.survey import SurveyPlan, read_survey
from scoring.importing.survey_template import survey_workbook
from scoring.models import Campaign
from scoring.survey import has_survey, survey_states, units_with_survey
from scoring.views.campaign_edit import coordinated
from scoring.views.campaigns import head
from scoring.views.exclusions import governed
from scoring.workflow import MoveRefused
from units.access import person, require
from units.models import User

SALT = "scoring.survey"
TEMPLATE = "scoring/campaigns/survey.html"
LINES_SHOWN = 300


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_survey(request: HttpRequest, code: str) -> HttpResponse:
    """First POST: a file, answered by its preview. Second POST: the preview, confirmed and stored."""
    user = person(request)
    found = governed(user, code)
    if request.method != "POST":
        return page(request, found, user, form=SurveyFileForm())
    require(found.coordinated_by(user), _("Only the coordinators bring the survey in."))
    try:
        expect_importable(found)
        if "sealed" in request.POST:
            return confirm(request, found, user)
        return upload(request, found, user)
    except MoveRefused as refusal:
        return page(request, found, user, form=SurveyFileForm(), refusal=str(refusal), status=409)
    except ImportProblems as refused:
        return page(request, found, user, form=SurveyFileForm(), problems=refused.problems, status=422)


def page(request: HttpRequest, found: Campaign, user: User, *, status: int = 200, **more: Any) -> HttpResponse:
    """The survey as it stands, with a form for a new file, or with the preview of one."""
    fixed = ""
    try:
        expect_importable(found)
    except MoveRefused as refusal:
        fixed = str(refusal)
    context = {
        **head(found),
        "has_survey": has_survey(found),
        "states": survey_states(found),
        "with_points": units_with_survey(found),
        "units": found.results.count(),
        "fixed": fixed,
        "coordinates": found.coordinated_by(user),
        **more,
    }
    return render(request, TEMPLATE, context, status=status)


def upload(request: HttpRequest, found: Campaign, user: User) -> HttpResponse:
    """Raises: ImportProblems."""
    form = SurveyFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, found, user, form=form, status=422)
    file = form.cleaned_data["file"]
    content = file.read()
    plan = checked(content, file.name, found)
    packed = [found.pk, file.name, base64.b64encode(content).decode()]
    sealed = signing.dumps(packed, salt=SALT + str(user.pk), compress=True)
    more = {"plan": plan, "lines": plan.lines[:LINES_SHOWN], "sealed": sealed, "file_name": file.name}
    return page(request, found, user, **more)


def checked(content: bytes, name: str, found: Campaign) -> SurveyPlan:
    """Raises: ImportProblems."""
    file = io.BytesIO(content)
    file.name = name
    return read_survey(open_workbook(file), found)


def confirm(request: HttpRequest, found: Campaign, user: User) -> HttpResponse:
    """Raises: ImportProblems, MoveRefused."""
    try:
        packed = signing.loads(request.POST["sealed"], salt=SALT + str(user.pk), max_age=24 * 60 * 60)
    except signing.BadSignature:
        packed = [None, "", ""]
    campaign, name, content = packed
    if campaign != found.pk:
        reason = _("The preview is too old. Choose the file again.")
        raise ImportProblems((ImportProblem("", "", "", reason),))
    plan = checked(base64.b64decode(content), name, found)
    renewal = store_survey(plan=plan, file_name=name, by=user)
    if not renewal.changed:
        messages.info(request, _("The file holds nothing new."))
    else:
        text = ngettext(
            "The survey was imported: %(count)s row is new.",
            "The survey was imported: %(count)s rows are new.",
            renewal.changed,
        )
        messages.success(request, text % {"count": renewal.changed})
    return redirect("campaign_survey", found.code)


@require_safe
def campaign_survey_template(request: HttpRequest, code: str) -> HttpResponse:
    """A workbook with a line for each unit and criterion, filled with what was imported before."""
    found = coordinated(person(request), code)
    response = HttpResponse(survey_workbook(found), content_type=FORMATS["xlsx"])
    response["Content-Disposition"] = f'attachment; filename="{found.code}-survey.xlsx"'
    return response
