"""A return as a workbook, and back: a file, its preview, then the rows that were accepted."""

from __future__ import annotations

import io
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from indicators.actions.files import Acceptance, AcceptedRow, accept_rows
from indicators.forms.files import ReturnFileForm
from indicators.importing.return_file import ReturnFile
from indicators.importing.return_plan import ReturnPlan, plan_of
from indicators.importing.return_reading import read_workbook, refused
from indicators.importing.return_unsent import read_unsent
from indicators.importing.return_workbook import return_workbook as workbook_of
from indicators.models import Return
from indicators.workflow import MoveRefused, why_return_is_locked
from parportal.entry.problems import ImportProblems
from parportal.entry.receipts import user_key
from parportal.entry.unsent import is_unsent_file
from parportal.entry.workbooks import open_workbook
from units.access import Role, find, person, require
from units.models import User

SALT = "indicators.return_import"
IMPORT = "indicators/import.html"
KEPT_SECONDS = 24 * 60 * 60
ROWS_TOLD = 12
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def return_of(user: User, pk: int) -> Return:
    """Raises: Http404."""
    rows = Return.objects.visible_to(user).select_related("unit", "period__indicator_set", "period__owner")
    return find(rows, pk=pk)


@require_safe
def return_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The figures as a workbook; for their unit one to be filled in without a network."""
    user = person(request)
    found = return_of(user, pk)
    response = HttpResponse(workbook_of(found, user), content_type=XLSX)
    name = f"so-lieu-{found.unit.code}-{found.period.indicator_set.code}-{found.period.year}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def return_import(request: HttpRequest, pk: int) -> HttpResponse:
    """First POST: a file, answered by its preview. Second POST: the rows accepted of it."""
    user = person(request)
    found = return_of(user, pk)
    require(found.is_owned_by(user), _("Only the unit itself fills in its figures."))
    locked = why_return_is_locked(found)
    if request.method != "POST":
        return page(request, found, locked=locked)
    try:
        if locked:
            raise MoveRefused(locked)
        return accept(request, found, user) if "sealed" in request.POST else preview(request, found, user)
    except MoveRefused as refusal:
        return page(request, found, locked=str(refusal), status=409)
    except ImportProblems as problems:
        return page(request, found, problems=problems.problems, status=422)


def page(request: HttpRequest, found: Return, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"return": found, "period": found.period, "form": ReturnFileForm(), **more}
    return render(request, IMPORT, context, status=status)


def preview(request: HttpRequest, found: Return, user: User) -> HttpResponse:
    """Raises: ImportProblems."""
    form = ReturnFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, found, form=form, status=422)
    file = form.cleaned_data["file"]
    read = read_file(file.read(), file.name, found)
    plan = plan_of(read, found, user)
    more = {
        "plan": plan,
        "file_name": file.name,
        "sealed": sealed(plan, found, file.name, user),
        "typed_by": typed_by(read, found, user),
        "others": others_of(read, user),
    }
    return page(request, found, **more)


def read_file(content: bytes, name: str, found: Return) -> ReturnFile:
    """The rows of a file, by what its content says it is.

    Raises: ImportProblems.
    """
    if is_unsent_file(content):
        return read_unsent(content, found)
    file = io.BytesIO(content)
    file.name = name
    return read_workbook(open_workbook(file), found)


def typed_by(read: ReturnFile, found: Return, user: User) -> str:
    """Whose unsent rows these are, if they are another person's; empty for one's own, and for a workbook."""
    if not read.user or read.user == user_key(user):
        return ""
    colleagues = User.objects.filter(memberships__unit=found.unit_id).distinct()
    return next((str(each) for each in colleagues if user_key(each) == read.user), _("somebody else"))


def others_of(read: ReturnFile, user: User) -> list[tuple[Return, int]]:
    """The other returns of a file of unsent rows that the person fills in, with the number of their rows."""
    counts = {each.pk: each.count for each in read.others}
    own = user.units_as(Role.OFFICER, Role.LEADER)
    returns = Return.objects.visible_to(user).filter(pk__in=counts, unit__in=own)
    return [(each, counts[each.pk]) for each in returns.select_related("unit", "period__indicator_set")]


def sealed(plan: ReturnPlan, found: Return, file_name: str, user: User) -> str:
    """The rows that can be accepted, as they were shown: what is accepted later is exactly this."""
    rows = [
        (each.name, *each.place, each.title, each.seen, dict(each.fields), each.is_new, each.is_removed)
        for each in plan.changes
    ]
    return signing.dumps([found.pk, file_name[:200], rows], salt=SALT + str(user.pk), compress=True)


def accept(request: HttpRequest, found: Return, user: User) -> HttpResponse:
    """Raises: ImportProblems, MoveRefused."""
    try:
        packed = signing.loads(request.POST["sealed"], salt=SALT + str(user.pk), max_age=KEPT_SECONDS)
    except signing.BadSignature:
        packed = [None, "", []]
    of, file_name, rows = packed
    if of != found.pk:
        raise refused(_("The preview is too old. Choose the file again."))
    chosen = [AcceptedRow(*each) for each in rows if request.POST.get(each[0]) == "file"]
    if chosen:
        name = sha256(request.POST["sealed"].encode()).hexdigest()[:36]
        tell(request, accept_rows(reported=found, rows=chosen, file_name=file_name, by=user, preview=name))
    else:
        messages.info(request, _("No row was accepted: everything stays as it is on the portal."))
    return redirect("return", found.pk)


def tell(request: HttpRequest, done: Acceptance) -> None:
    if done.saved:
        text = ngettext("%(count)s row was saved.", "%(count)s rows were saved.", done.saved)
        messages.success(request, text % {"count": done.saved})
    if done.left_out:
        told = [f"{name}: {why}" for name, why in done.left_out[:ROWS_TOLD]]
        more = [_("and others")] if len(done.left_out) > ROWS_TOLD else []
        messages.warning(request, _("Not saved: %(rows)s") % {"rows": " ".join([*told, *more])})
