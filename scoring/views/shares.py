"""A sheet divided: the list of its parts for the owner, and the own part for who was given one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from scoring.actions.shares import RowsStillOpen, give_share, reopen_share, report_done, take_back_share
from scoring.forms.shares import ShareForm, initial_of
from scoring.leaves import leaves_of
from scoring.models import NOT_SUBMITTED, ScoreSheet, Share
from scoring.share_page import division_of
from scoring.tree import Tree
from scoring.views.sheets import sheet_of
from scoring.workflow import MoveRefused, why_sheet_is_locked
from units.access import find, person, require
from units.models import User


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_shares(request: HttpRequest, pk: int) -> HttpResponse:
    """The parts of a sheet; who fills in the whole gives parts away, and again to change hands or time."""
    user = person(request)
    sheet = divided_sheet(user, pk)
    if request.method != "POST":
        return show(request, sheet, user)
    require(sheet.is_filled_by(user), _("Only who fills in the whole sheet divides it."))
    form = form_of(request, sheet, user, leaves_of(sheet.campaign.criteria_set).tree)
    if not form.is_valid():
        return show(request, sheet, user, form=form, status=422)
    try:
        share = give_share(sheet=sheet, entry=form.entry(), by=user)
    except MoveRefused as refusal:
        form.add_error(None, str(refusal))
        return show(request, sheet, user, form=form, status=409)
    words = {"code": share.criterion.code, "who": share.filler}
    messages.success(request, _("%(code)s was given to %(who)s.") % words)
    return redirect("sheet_shares", pk)


def divided_sheet(user: User, pk: int) -> ScoreSheet:
    """A sheet whose division is the person's business: of the own unit, or a draft with a part given to him.

    With the submission a part ends for who does not stand for the unit, like the sight of its rows.

    Raises: Http404, PermissionDenied.
    """
    sheet = sheet_of(user, pk)
    has_part = sheet.status in NOT_SUBMITTED and any(part.is_given_to(user) for part in sheet.parts)
    require(sheet.is_owned_by(user) or has_part, _("Only the unit itself divides its sheet."))
    return sheet


def form_of(request: HttpRequest, sheet: ScoreSheet, user: User, tree: Tree) -> ShareForm:
    """The form as it was sent, or filled with the part that `?change=` names."""
    if request.method == "POST":
        return ShareForm(request.POST, sheet=sheet, tree=tree, user=user)
    wanted = request.GET.get("change", "")
    chosen = next((part for part in sheet.parts if str(part.pk) == wanted), None)
    return ShareForm(initial=initial_of(chosen) if chosen else {}, sheet=sheet, tree=tree, user=user)


def show(
    request: HttpRequest,
    sheet: ScoreSheet,
    user: User,
    *,
    form: ShareForm | None = None,
    asked: RowsStillOpen | None = None,
    status: int = 200,
) -> HttpResponse:
    tree = leaves_of(sheet.campaign.criteria_set).tree
    locked = why_sheet_is_locked(sheet)
    can_give = sheet.is_filled_by(user) and not locked
    context = {
        "sheet": sheet,
        "campaign": sheet.campaign,
        "division": division_of(sheet, tree, user),
        "owns": sheet.is_owned_by(user),
        "locked": locked,
        "can_give": can_give,
        "form": (form or form_of(request, sheet, user, tree)) if can_give else None,
        "asked": asked,
    }
    return render(request, "scoring/sheets/shares.html", context, status=status)


def share_of(user: User, pk: int, share_pk: int) -> Share:
    """A part of a sheet whose division is the person's business.

    Raises: Http404, PermissionDenied.
    """
    sheet = divided_sheet(user, pk)
    share = find(Share.objects.select_related("criterion", "user", "unit", "by"), sheet=sheet, pk=share_pk)
    share.sheet = sheet
    require(sheet.is_owned_by(user) or share.is_given_to(user), _("This part was given to somebody else."))
    return share


@require_POST
def share_take_back(request: HttpRequest, pk: int, share: int) -> HttpResponse:
    user = person(request)
    part = share_of(user, pk, share)
    require(part.sheet.is_filled_by(user), _("Only who fills in the whole sheet divides it."))
    words = {"code": part.criterion.code, "who": part.filler}
    try:
        take_back_share(share=part, by=user)
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(code)s was taken back from %(who)s.") % words)
    return redirect("sheet_shares", pk)


@require_POST
def share_done(request: HttpRequest, pk: int, share: int) -> HttpResponse:
    """Report a part as done; with rows still open the page asks once."""
    user = person(request)
    part = share_of(user, pk, share)
    require(part.is_given_to(user), _("This part was given to somebody else."))
    try:
        report_done(share=part, by=user, sure=request.POST.get("sure") == str(part.pk))
    except RowsStillOpen as asked:
        return show(request, part.sheet, user, asked=asked, status=409)
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(code)s was reported as done.") % {"code": part.criterion.code})
    return redirect("sheet_shares", pk)


@require_POST
def share_reopen(request: HttpRequest, pk: int, share: int) -> HttpResponse:
    user = person(request)
    part = share_of(user, pk, share)
    require(part.sheet.is_filled_by(user) or part.is_given_to(user), _("This part was given to somebody else."))
    try:
        reopen_share(share=part, by=user)
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(code)s can be filled in again.") % {"code": part.criterion.code})
    return redirect("sheet_shares", pk)
