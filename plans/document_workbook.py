"""The register of documents as a workbook, in the columns that its import reads. No text in it is a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from parportal.entry.workbooks import safe_text
from plans.importing.documents_reading import MAX_ROWS, SHEET, TITLES
from plans.models import DocumentKind
from plans.models.documents import DocumentQuerySet
from plans.resources import DocumentResource

WIDTHS = {"subject": 60, "issuer": 30, "field": 28, "unit": 24, "number": 20}
DAYS = ("issued_on", "expires_on")
DAY_FORMAT = "DD/MM/YYYY"


def documents_book(documents: DocumentQuerySet) -> bytes:
    """One query, whatever the number of documents."""
    listed = DocumentResource().export(documents.select_related("owner"))
    book = openpyxl.Workbook()
    fill(book.active, listed.headers, listed)
    offer_kinds(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def fill(sheet: Any, titles: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    sheet.title = SHEET
    sheet.append([safe_text(title) for title in titles])
    for values in rows:
        sheet.append([safe_text(value) if isinstance(value, str) else value for value in values])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for number, name in enumerate(TITLES, start=1):
        column = sheet.column_dimensions[get_column_letter(number)]
        column.width = WIDTHS.get(name, 16)
        # Also of cells that are still empty: a number such as 05/2024 that is typed there must stay text.
        column.number_format = DAY_FORMAT if name in DAYS else "@"
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.number_format = DAY_FORMAT if isinstance(cell.value, date) else "@"
            cell.alignment = Alignment(vertical="top", wrap_text=True)


def offer_kinds(book: Any) -> None:
    """A list to choose a type of paper from; other words are still refused by the import, in words."""
    words = ",".join(str(kind.label) for kind in DocumentKind)
    choice = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True, showErrorMessage=False)
    letter = get_column_letter(list(TITLES).index("kind") + 1)
    choice.add(f"{letter}2:{letter}{MAX_ROWS + 1}")
    book.active.add_data_validation(choice)
