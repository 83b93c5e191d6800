"""What the figures of a period come to, and what they are made of."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from indicators.importing.roll_up_workbook import roll_up_book
from indicators.models import HANDED_IN, Period
from indicators.roll_up_page import SumRow, blocks, shown, sum_rows
from indicators.roll_up_parts import made_of, unit_parts
from indicators.rolling import ACCEPTED, NOTHING, Rolled
from indicators.rolling import roll_up as rolled_up
from indicators.views.periods import governed, head
from units.access import person

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# In the address: submitted returns count as well as accepted ones.
SUBMITTED = "submitted"


def chosen(request: HttpRequest, pk: int) -> tuple[Rolled, dict[str, Any]]:
    """The roll-up that the address names, and what every page about it shows."""
    found = governed(person(request), pk)
    with_submitted = request.GET.get("with") == SUBMITTED
    rolled = rolled_up(found, HANDED_IN if with_submitted else ACCEPTED)
    kept = f"?with={SUBMITTED}" if with_submitted else ""
    context = {**head(found), "rolled": rolled, "with_submitted": with_submitted, "kept": kept}
    return rolled, context


@require_safe
def roll_up(request: HttpRequest, pk: int) -> HttpResponse:
    rolled, context = chosen(request, pk)
    return render(request, "indicators/roll_up.html", {**context, "blocks": blocks(sum_rows(rolled))})


@require_safe
def roll_up_parts(request: HttpRequest, pk: int, indicator: int) -> HttpResponse:
    """What each unit reported of one indicator, or of one table."""
    rolled, context = chosen(request, pk)
    row = row_of(rolled, indicator)
    parts = unit_parts(rolled, row.item)
    columns = made_of(rolled.form, row.indicator)
    context |= {
        "row": row,
        "parts": parts,
        "columns": columns,
        "totals": [shown(each, rolled.figures.get(each.pk, NOTHING).number) for each in row.item.columns],
        "width": len(row.item.columns) + (not row.item.has_free_lines),
        "shows_typed": any(each.typed for each in parts),
        "anchor": f"{reverse('roll_up', args=[rolled.period.pk])}{context['kept']}#sum-{row.item.pk}",
    }
    return render(request, "indicators/roll_up_parts.html", context)


def row_of(rolled: Rolled, indicator: int) -> SumRow:
    """Raises: Http404 for what is no figure or table of the period."""
    for row in sum_rows(rolled):
        if row.item.pk == indicator and row.item.is_row:
            return row
    raise Http404


@require_safe
def roll_up_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The roll-up with the figures of each unit beside it."""
    rolled, _context = chosen(request, pk)
    response = HttpResponse(roll_up_book(rolled), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{file_name(rolled.period)}"'
    return response


def file_name(period: Period) -> str:
    return f"{period.indicator_set.code}-{period.year}-{period.kind}-{period.number}-sums.xlsx"
