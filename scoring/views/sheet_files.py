"""A score sheet as a workbook and back, rows saved to a file, and last year's notes and evidence as a start."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from parportal.entry.problems import ImportProblems
from parportal.entry.receipts import user_key
from parportal.entry.unsent import is_unsent_file
from parportal.entry.workbooks import open_workbook
from scoring.actions.sheet_files import Acceptance, AcceptedRow, accept_rows, copy_last_year, remove_copies
from scoring.exporting import FORMATS
from scoring.filling import filling_of
from scoring.forms.sheet_files import SheetFileForm
from scoring.importing.sheet_file import SheetFile, refused
from scoring.importing.sheet_plan import SheetPlan, SheetRows, plan_of
from scoring.importing.sheet_reading import read_workbook
from scoring.importing.sheet_unsent import read_unsent
from scoring.importing.sheet_workbook import sheet_workbook as workbook_of
from scoring.last_year import earlier_sheets, last_year, unchecked_documents, unchecked_notes
from scoring.leaves import leaves_of
from scoring.models import Score, ScoreSheet
from scoring.views.sheets import sheet_of
from scoring.workflow import MoveRefused
from units.access import person, require
from units.models import User

SALT = "scoring.sheet_import"
IMPORT, LAST_YEAR = "scoring/sheets/import.html", "scoring/sheets/last_year.html"
KEPT_SECONDS = 24 * 60 * 60
CODES_TOLD = 12


@require_safe
def sheet_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows that the person sees, as a workbook to be filled in without a network."""
    user = person(request)
    sheet = sheet_of(user, pk)
    response = HttpResponse(workbook_of(sheet, user), content_type=FORMATS["xlsx"])
    name = f"phieu-cham-{sheet.unit.code}-{sheet.campaign.code}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def filled_by(user: User, pk: int) -> ScoreSheet:
    """A sheet of which the person fills in all rows or some.

    Raises: Http404, PermissionDenied.
    """
    sheet = sheet_of(user, pk)
    fills = Score.objects.fillable_by(user).filter(sheet=sheet).exists()
    require(fills, _("Only the unit itself fills in its sheet."))
    return sheet


def why_locked(sheet: ScoreSheet, user: User) -> str:
    return filling_of(sheet, leaves_of(sheet.campaign.criteria_set).tree, user).locked


# A file, its preview, then the rows that were accepted ----------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def sheet_import(request: HttpRequest, pk: int) -> HttpResponse:
    """First POST: a file, answered by its preview. Second POST: the rows accepted of it."""
    user = person(request)
    sheet = filled_by(user, pk)
    locked = why_locked(sheet, user)
    if request.method != "POST":
        return page(request, sheet, locked=locked)
    try:
        if locked:
            raise MoveRefused(locked)
        if "sealed" in request.POST:
            return accept(request, sheet, user)
        return preview(request, sheet, user)
    except MoveRefused as refusal:
        return page(request, sheet, locked=str(refusal), status=409)
    except ImportProblems as found:
        return page(request, sheet, problems=found.problems, status=422)


def page(request: HttpRequest, sheet: ScoreSheet, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"sheet": sheet, "campaign": sheet.campaign, "form": SheetFileForm(), **more}
    return render(request, IMPORT, context, status=status)


def preview(request: HttpRequest, sheet: ScoreSheet, user: User) -> HttpResponse:
    """Raises: ImportProblems."""
    form = SheetFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, sheet, form=form, status=422)
    file = form.cleaned_data["file"]
    rows = SheetRows.of(sheet, user)
    found = read(file.read(), file.name, rows)
    plan = plan_of(found, rows, user)
    more = {
        "plan": plan,
        "file_name": file.name,
        "sealed": sealed(plan, file.name, user),
        "typed_by": typed_by(found, sheet, user),
        "others": others_of(found, user),
    }
    return page(request, sheet, **more)


def read(content: bytes, name: str, rows: SheetRows) -> SheetFile:
    """The rows of a file, by what its content says it is.

    Raises: ImportProblems.
    """
    if is_unsent_file(content):
        return read_unsent(content, rows.sheet)
    file = io.BytesIO(content)
    file.name = name
    return read_workbook(open_workbook(file), rows.sheet, rows.methods())


def sealed(plan: SheetPlan, file_name: str, user: User) -> str:
    """The rows that can be accepted, as they were shown: what is accepted later is exactly this."""
    rows = [[each.criterion, each.code, each.seen, dict(each.fields)] for each in plan.changes]
    packed = [plan.sheet.pk, file_name[:200], rows]
    return signing.dumps(packed, salt=SALT + str(user.pk), compress=True)


def typed_by(found: SheetFile, sheet: ScoreSheet, user: User) -> str:
    """Whose unsent rows these are, if they are another person's; empty for one's own, and for a workbook."""
    if not found.user or found.user == user_key(user):
        return ""
    colleagues = User.objects.filter(memberships__unit=sheet.unit_id).distinct()
    return next((str(each) for each in colleagues if user_key(each) == found.user), _("somebody else"))


def others_of(found: SheetFile, user: User) -> list[tuple[ScoreSheet, int]]:
    """The other sheets of a file of unsent rows that the person fills in, with the number of their rows."""
    counts = {each.pk: each.count for each in found.others}
    fillable = Score.objects.fillable_by(user).filter(sheet__in=counts).order_by().values("sheet")
    sheets = ScoreSheet.objects.visible_to(user).filter(pk__in=fillable).select_related("unit", "campaign")
    return [(each, counts[each.pk]) for each in sheets]


def accept(request: HttpRequest, sheet: ScoreSheet, user: User) -> HttpResponse:
    """Raises: ImportProblems, MoveRefused."""
    try:
        packed = signing.loads(request.POST["sealed"], salt=SALT + str(user.pk), max_age=KEPT_SECONDS)
    except signing.BadSignature:
        packed = [None, "", []]
    of, name, found = packed
    if of != sheet.pk:
        raise refused(_("The preview is too old. Choose the file again."))
    rows = [AcceptedRow(*each) for each in found]
    chosen = [row for row in rows if request.POST.get(f"take-{row.criterion}") == "file"]
    if not chosen:
        messages.info(request, _("No row was accepted: everything stays as it is on the portal."))
        return redirect("sheet", sheet.pk)
    tell(request, accept_rows(sheet=sheet, rows=chosen, file_name=name, by=user))
    return redirect("sheet", sheet.pk)


def tell(request: HttpRequest, done: Acceptance) -> None:
    if done.saved:
        text = ngettext("%(count)s row was saved.", "%(count)s rows were saved.", done.saved)
        messages.success(request, text % {"count": done.saved})
    if done.left_out:
        told = [f"{code}: {why}" for code, why in done.left_out[:CODES_TOLD]]
        more = [_("and others")] if len(done.left_out) > CODES_TOLD else []
        messages.warning(request, _("Not saved: %(rows)s") % {"rows": " ".join([*told, *more])})


# Last year ------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def sheet_last_year(request: HttpRequest, pk: int) -> HttpResponse:
    """What would be copied from last year, then copied; copies that nobody has checked can be taken away again."""
    user = person(request)
    sheet = filled_by(user, pk)
    sources = earlier_sheets(sheet, user)
    data = request.POST if request.method == "POST" else request.GET
    source = next((each for each in sources if str(each.pk) == data.get("source")), None)
    if request.method == "POST":
        try:
            if "remove" in request.POST:
                tell_removed(request, sheet, user)
                return redirect(request.path)
            if source is not None:
                tell_copied(request, sheet, source, user)
                return redirect(request.path)
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(request.path)
    if source is None and len(sources) == 1:
        source = sources[0]
    locked = why_locked(sheet, user)
    rows = list(Score.objects.fillable_by(user).filter(sheet=sheet))
    context = {
        "sheet": sheet,
        "campaign": sheet.campaign,
        "sources": sources,
        "source": source,
        "found": last_year(sheet, source, user) if source and not locked else None,
        "locked": locked,
        "unchecked_notes": len(unchecked_notes(rows)),
        "unchecked_documents": len(unchecked_documents(sheet, rows)),
    }
    return render(request, LAST_YEAR, context)


def tell_copied(request: HttpRequest, sheet: ScoreSheet, source: ScoreSheet, user: User) -> None:
    """Raises: MoveRefused."""
    done = copy_last_year(sheet=sheet, source=source, by=user)
    if not (done.notes or done.documents):
        messages.info(request, _("Nothing was copied: the rows hold a note or evidence already."))
        return
    counts = {"notes": done.notes, "documents": done.documents}
    text = _("Copied from last year, to be checked: notes %(notes)s, documents %(documents)s.")
    messages.success(request, text % counts)
    if done.without_file:
        text = ngettext(
            "%(count)s document came without its file: attach it again.",
            "%(count)s documents came without their files: attach them again.",
            done.without_file,
        )
        messages.warning(request, text % {"count": done.without_file})


def tell_removed(request: HttpRequest, sheet: ScoreSheet, user: User) -> None:
    """Raises: MoveRefused."""
    done = remove_copies(sheet=sheet, by=user)
    counts = {"notes": done.notes, "documents": done.documents}
    messages.success(request, _("Removed: notes %(notes)s, documents %(documents)s.") % counts)
