"""Workbooks of people for the tests of the import."""

import io
from collections.abc import Sequence
from datetime import date

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

HEADERS = ("user_name", "full_name", "title", "unit", "role", "from", "to")
Line = Sequence[str | date | None]


def people_file(*lines: Line, headers: Sequence[str] = HEADERS, sheet: str = "people") -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    page.append(list(headers))
    for line in lines:
        page.append(list(line))
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile("people.xlsx", content.getvalue())
