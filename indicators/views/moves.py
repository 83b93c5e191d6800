from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from indicators.actions.moves import move_return
from indicators.before_move import Readiness
from indicators.forms.moves import MoveForm
from indicators.models import Return
from indicators.workflow import MOVES, Move, MoveRefused
from parportal.deadlines import Deadline, days_late
from parportal.entry.versions import StaleVersion
from units.access import find, person, require
from units.models import User


def return_of(user: User, pk: int) -> Return:
    """Raises: Http404 for a return that does not concern the person."""
    visible = Return.objects.visible_to(user)
    return find(visible.select_related("unit", "period__owner", "period__indicator_set"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def return_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, with everything that is still open, then make the move."""
    user = person(request)
    found = return_of(user, pk)
    data = request.POST if request.method == "POST" else request.GET
    move = MOVES.get(data.get("move", ""))
    require(move is not None and move.who(user, found), _("This step is not yours to take."))
    assert move is not None
    is_sent = request.method == "POST"
    form = MoveForm(request.POST if is_sent else None, found=found, move=move)
    if not (is_sent and form.is_valid()):
        return ask(request, found, move, form)
    entered = form.cleaned_data
    try:
        move_return(
            found=found,
            name=move.name,
            by=user,
            reason=entered.get("reason", ""),
            due_at=entered.get("due_at"),
            seen=request.POST.get("seen"),
        )
    except (MoveRefused, StaleVersion) as refusal:
        return ask(request, return_of(user, pk), move, form, refused=str(refusal))
    messages.success(request, _("Done: %(move)s.") % {"move": move.title})
    return redirect(next_url(request, found))


def ask(request: HttpRequest, found: Return, move: Move, form: MoveForm, *, refused: str = "") -> HttpResponse:
    shown = move.name in ("submit", "accept")
    context = {
        "found": found,
        "period": found.period,
        "move": move,
        "form": form,
        "refused": refused or move.refusal(found),
        "next": request.POST.get("next", request.GET.get("next", "")),
        "deadline": Deadline.of(found.deadline_at),
        "readiness": Readiness.of(found) if shown else None,
        "days_late": days_late(found.deadline_at, timezone.now()) if move.name == "submit" else 0,
    }
    status = 409 if refused else 422 if request.method == "POST" else 200
    return render(request, "indicators/return_move.html", context, status=status)


def next_url(request: HttpRequest, found: Return) -> str:
    """Where the person came from, if that is a page of this portal; otherwise the return."""
    url = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if url and safe else reverse("return", args=[found.pk])
