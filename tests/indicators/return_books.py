"""The workbook of a return in the hands of a unit: downloaded, filled in, uploaded, accepted."""

import io
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from indicators.models import Return

FIGURES = "Số liệu"
HEADER, FIRST = 8, 9


class Book:
    """A downloaded workbook, to be filled in."""

    def __init__(self, content: bytes) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(content))
        self.figures = self.book[FIGURES]

    def place(self, sheet: Any, name: str) -> str:
        """The letter of a column by its hidden name, or by its title."""
        for row in (HEADER, HEADER - 1):
            for cell in sheet[row]:
                if str(cell.value or "").startswith(name):
                    return str(cell.column_letter)
        raise KeyError(name)

    def at(self, code: str, name: str = "value") -> str:
        """The address of a cell of a figure."""
        line = next(n for n in range(FIRST, self.figures.max_row + 1) if self.figures[f"A{n}"].value == code)
        return f"{self.place(self.figures, name)}{line}"

    def put(self, code: str, value: Any, name: str = "value") -> "Book":
        self.figures[self.at(code, name)].value = value
        return self

    def get(self, code: str, name: str = "value") -> Any:
        return self.figures[self.at(code, name)].value

    def table(self, code: str) -> Any:
        return self.book[f"Biểu {code}"]

    def put_line(self, code: str, number: int, **values: Any) -> "Book":
        """Cells of the line of a table, counted from 1. Shapes: `values` by the title of the column or a name."""
        sheet = self.table(code)
        for name, value in values.items():
            sheet[f"{self.place(sheet, name.replace('_', ' '))}{FIRST + number - 1}"].value = value
        return self

    @property
    def content(self) -> bytes:
        file = io.BytesIO()
        self.book.save(file)
        return file.getvalue()


def download(client: Client, found: Return) -> Book:
    answer = client.get(reverse("return_workbook", args=[found.pk]))
    assert answer.status_code == 200
    return Book(answer.content)


def upload(client: Client, found: Return, content: bytes | Book, name: str = "so-lieu.xlsx") -> Any:
    data = content.content if isinstance(content, Book) else content
    return client.post(reverse("return_import", args=[found.pk]), {"file": SimpleUploadedFile(name, data)})


def changes(preview: Any) -> dict[str, Any]:
    """The rows that would change: figures by code, lines by the code of their table and their own name."""
    assert preview.status_code == 200, [str(each) for each in preview.context.get("problems", ())]
    found = {}
    for each in preview.context["plan"].changes:
        _table, colon, line = each.title.partition(": ")
        found[f"{each.code}: {line}" if colon else each.code] = each
    return found


def refusals(preview: Any) -> list[tuple[str, str, str]]:
    """Where single rows are refused, and why."""
    assert preview.status_code == 200, [str(each) for each in preview.context.get("problems", ())]
    return [(each.sheet, each.cell, each.reason) for each in preview.context["plan"].refused]


def accept(client: Client, found: Return, preview: Any, *names: str, follow: bool = True) -> Any:
    """Accept rows by their keys in `changes`; those that the page proposes when none is named."""
    rows = changes(preview)
    data = {
        each.name: "file" if (key in names if names else not each.is_conflict) else ""
        for key, each in rows.items()
    }
    url = reverse("return_import", args=[found.pk])
    return client.post(url, {"sealed": preview.context["sealed"], **data}, follow=follow)


def problems(answer: Any) -> list[str]:
    assert answer.status_code == 422
    return [str(each) for each in answer.context["problems"]]
