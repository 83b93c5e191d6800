"""How much of a return is reported: counted the same on the return, on the board, and in "My work"."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db.models import Count

from indicators.figures import Rows
from indicators.form import Form, Item
from indicators.models import Entry, Return


def asked_items(form: Form, type_: str, year: int) -> list[Item]:
    """What a unit of this type is asked for: figures that are typed, and tables, each counted once."""
    return [item for item in form.items_for(type_, year).values() if item.cells]


def reported_in(items: Iterable[Item], rows: Rows) -> int:
    """How many of the items have a value; of a table, in any of its lines."""
    reported = {pk for (pk, _line), row in rows.items() if row.cells}
    return sum(item.pk in reported for item in items)


def reported_by_return(returns: Collection[Return]) -> Mapping[int, int]:
    """The same for many returns, by primary key: one query."""
    if not returns:
        return {}
    spoken = Entry.objects.filter(return_of__in=[each.pk for each in returns], values__isnull=False)
    counted = spoken.order_by().values("return_of").annotate(reported=Count("indicator", distinct=True))
    return dict(counted.values_list("return_of", "reported"))
