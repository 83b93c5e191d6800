"""Warnings acknowledged on any page that shows the lint panel, and sets begun in a parent's frame."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from scoring.actions.acknowledging import acknowledge, withdraw_acknowledgement
from scoring.actions.framing import offices_below, take_frame
from scoring.content import SetContent
from scoring.forms.frames import TakeFrameForm
from scoring.lint_panel import lint_panel
from scoring.models import SetStatus
from scoring.tree import Tree
from scoring.views.criteria import own_set, show_set, visible_set
from scoring.workflow import MoveRefused
from units.access import person, require


@require_POST
def criteria_set_acknowledge(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """A warning accepted with a reason, or opened again; answered by the panel, or by the page it stands on."""
    user = person(request)
    found = own_set(user, code, version)
    finding, refusal = request.POST.get("finding", ""), ""
    try:
        if "withdraw" in request.POST:
            withdraw_acknowledgement(criteria_set=found, finding=finding, by=user)
            done = _("The warning is open again.")
        else:
            acknowledge(criteria_set=found, finding=finding, reason=request.POST.get("reason", ""), by=user)
            done = _("The warning is acknowledged.")
    except MoveRefused as refused:
        refusal = str(refused)
    content = SetContent.of(Tree.of(found))
    lint = lint_panel(found, content, refused={finding: refusal})
    notice = "" if lint.shows_refusal() else refusal
    if request.htmx:  # type: ignore[attr-defined]
        context = {"lint": lint, "set": found, "coordinates": True, "notice": notice}
        status = 422 if refusal else 200
        return render(request, "scoring/criteria/acknowledged.html", context, status=status)
    if refusal and not notice:
        return show_set(request, found, content, {"lint": lint}, status=422)
    if refusal:
        messages.error(request, refusal)
    else:
        messages.success(request, done)
    return HttpResponseRedirect(f"{_way_back(request, code, version)}#lint")


def _way_back(request: HttpRequest, code: str, version: int) -> str:
    sent = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(sent, {request.get_host()}, require_https=request.is_secure()):
        return sent
    return reverse("criteria_set", args=[code, version])


@require_http_methods(["GET", "HEAD", "POST"])
def criteria_set_take_frame(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """A set of the parent, or of a unit above it, as the frame of a draft."""
    user = person(request)
    frame = visible_set(user, code, version)
    offices = offices_below(frame.issuer, user) if frame.status == SetStatus.PUBLISHED else []
    require(bool(offices), _("A set is taken as a frame by the offices below the unit that issued it."))
    form = TakeFrameForm(request.POST or None, frame=frame, offices=offices)
    if request.method == "POST" and form.is_valid():
        try:
            draft = take_frame(frame=frame, **form.cleaned_data, by=user)
        except MoveRefused as refused:
            form.add_error(None, str(refused))
        else:
            line = _("The draft %(set)s was begun in the frame of %(frame)s. Divide its criteria into components.")
            messages.success(request, line % {"set": draft, "frame": frame})
            return redirect("criteria_set", draft.code, draft.version)
    context = {"set": frame, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "scoring/criteria/take_frame.html", context, status=status)
