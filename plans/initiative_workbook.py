"""The register of initiatives as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from parportal.display import day
from parportal.entry.writing import Looks, put, written
from plans.models import Initiative

WIDTHS = (8, 26, 60, 24, 30, 22, 14, 26)


def initiatives_book(initiatives: Sequence[Initiative]) -> bytes:
    """Shapes: `initiatives` come with their unit and the unit of their register."""

    def write(book: Any) -> None:
        looks, sheet = Looks(book), book.add_worksheet(_("Initiatives"))
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for column, (title, width) in enumerate(zip(titles(), WIDTHS, strict=True)):
            put(sheet, 0, column, capfirst(title), looks.head)
            sheet.set_column(column, column, width)
        for number, row in enumerate(initiatives, 1):
            for column, text in enumerate(texts(row)):
                put(sheet, number, column, text, looks.fixed)

    return written(_("Initiatives"), write)


def titles() -> tuple[str, ...]:
    return (
        _("Year"),
        _("Unit"),
        _("Initiative"),
        _("Field"),
        _("Recognised by"),
        _("Number of the decision"),
        _("Date of the decision"),
        _("Register of"),
    )


def texts(row: Initiative) -> tuple[str, ...]:
    return (
        str(row.year),
        row.unit.name,
        row.title,
        row.field,
        row.recognised_by,
        row.number,
        day(row.issued_on),
        row.owner.name,
    )
