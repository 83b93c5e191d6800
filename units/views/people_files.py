"""Accounts in and out as XLSX: template, preview with row errors, import by confirmation, export."""

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import openpyxl
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from parportal.entry.problems import ImportProblem, ImportProblems
from parportal.entry.uploads import CONTENT_TYPES
from parportal.entry.workbooks import safe_text
from units.access import Role, person, require
from units.importing import people as importing
from units.models import Membership, Unit, User
from units.resources import COLUMNS, PeopleResource
from units.views.people import PASSWORDS_SALT, coordinator, managed_units, show_passwords

PASSWORDS_SECONDS = 60 * 60
WIDTHS = (20, 28, 28, 16, 16, 14, 14, 14)
DAY_COLUMNS = (COLUMNS.index("from") + 1, COLUMNS.index("to") + 1)
DAY_FORMAT = "DD/MM/YYYY"


@never_cache
@require_http_methods(["GET", "POST"])
def people_import(request: HttpRequest) -> HttpResponse:
    """First POST: a workbook, answered by its preview. Second POST: the preview, confirmed and stored."""
    user = coordinator(request)
    if request.method == "GET":
        return render(request, "units/people_import.html", {"columns": COLUMNS})
    try:
        if "rows" in request.POST:
            return store(request, user)
        return preview(request, user)
    except ImportProblems as refused:
        return show_problems(request, refused.problems)


def preview(request: HttpRequest, user: User) -> HttpResponse:
    """Raises: ImportProblems."""
    file = request.FILES.get("file")
    if file is None:
        raise ImportProblems((ImportProblem("", "", "", _("Choose a file.")),))
    rows = importing.read_people(file, by=user)
    shown = importing.try_out(rows, by=user)
    outcomes = [row.outcome for row in shown]
    context = {
        "columns": COLUMNS,
        "preview": shown,
        "file_name": file.name,
        "rows": importing.sealed(rows, by=user),
        "new_accounts": outcomes.count("new_account"),
        "new_roles": outcomes.count("new_role"),
        "changed": outcomes.count("changed"),
        "unchanged": outcomes.count("unchanged"),
    }
    return render(request, "units/people_import.html", context)


def store(request: HttpRequest, user: User) -> HttpResponse:
    """Raises: ImportProblems."""
    count, issued = importing.store(importing.unsealed(request.POST["rows"], by=user), by=user)
    response = show_passwords(request, issued) if issued else None
    return response or render(request, "units/people_import.html", {"columns": COLUMNS, "stored": count})


def show_problems(request: HttpRequest, problems: Sequence[ImportProblem]) -> HttpResponse:
    context = {"columns": COLUMNS, "problems": problems}
    return render(request, "units/people_import.html", context, status=422)


@require_GET
def people_export(request: HttpRequest) -> HttpResponse:
    """Every role, past and present, in the units managed: the same columns as the import, and the state."""
    user = coordinator(request)
    memberships = Membership.objects.filter(unit__in=managed_units(user).values("pk"))
    # The administrator's role is not the coordinator's to write: the file can be imported again as it is.
    memberships = memberships.exclude(role=Role.ADMINISTRATOR)
    memberships = memberships.select_related("user", "unit").order_by("unit__code", "user__username", "valid_from")
    dataset = PeopleResource(user).export(memberships)
    return as_workbook(people_book(dataset.headers, dataset, managed_units(user)), "people.xlsx")


@never_cache
@require_POST
def people_passwords(request: HttpRequest) -> HttpResponse:
    """The table of one-time passwords that this person was just shown, as a workbook."""
    user = person(request)
    require(
        user.has_role(Role.COORDINATOR) or user.has_role(Role.ADMINISTRATOR),
        _("Accounts are managed by the coordinator of the unit."),
    )
    try:
        shown = signing.loads(request.POST.get("sealed", ""), salt=PASSWORDS_SALT, max_age=PASSWORDS_SECONDS)
    except signing.BadSignature:
        shown = {}
    require(shown.get("by") == user.pk, _("The table of passwords is too old. Issue new one-time passwords."))
    book = openpyxl.Workbook()
    headers = (_("Full name"), _("User name"), _("One-time password"))
    fill(book.active, _("One-time passwords")[:31], headers, shown["rows"])
    return as_workbook(book, "passwords.xlsx")


@require_GET
def people_template(request: HttpRequest) -> HttpResponse:
    user = coordinator(request)
    return as_workbook(people_book(COLUMNS, [], managed_units(user)), "people-template.xlsx")


def people_book(
    headers: Sequence[str], rows: Iterable[Sequence[object]], units: QuerySet[Unit]
) -> openpyxl.Workbook:
    """A workbook with the sheet `people`, and the codes of units and roles that may stand in it."""
    book = openpyxl.Workbook()
    fill(book.active, importing.SHEET, headers, rows)
    listed = [(unit.code, unit.name, unit.valid_from, unit.valid_to) for unit in units]
    fill(book.create_sheet(), "units", ("unit", "name", "from", "to"), listed)
    roles = [(role.value, str(role.label)) for role in Role if role != Role.ADMINISTRATOR]
    fill(book.create_sheet(), "roles", ("role", "name"), roles)
    offer(book, "D", f"units!$A$2:$A${len(listed) + 1}")
    offer(book, "E", f"roles!$A$2:$A${len(roles) + 1}")
    return book


def fill(
    sheet: Any,
    title: str,
    headers: Sequence[str],
    rows: Iterable[Sequence[object]],
) -> None:
    sheet.title = title
    sheet.append(list(headers))
    for values in rows:
        sheet.append([safe_text(value) if isinstance(value, str) else value for value in values])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for number, width in enumerate(WIDTHS, start=1):
        column = sheet.column_dimensions[get_column_letter(number)]
        column.width = width
        # Also of cells that are still empty: a code typed there must stay text.
        column.number_format = DAY_FORMAT if title == importing.SHEET and number in DAY_COLUMNS else "@"
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.number_format = DAY_FORMAT if isinstance(cell.value, date) else "@"


def offer(book: openpyxl.Workbook, column: str, source: str) -> None:
    """A list to choose from in a column; other values are still refused by the import, in words."""
    choice = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=False)
    choice.add(f"{column}2:{column}{importing.MAX_ROWS + 1}")
    book[importing.SHEET].add_data_validation(choice)


def as_workbook(book: openpyxl.Workbook, name: str) -> HttpResponse:
    content = io.BytesIO()
    book.save(content)
    response = HttpResponse(content.getvalue(), content_type=CONTENT_TYPES["xlsx"])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
