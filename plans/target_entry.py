"""What a target can be: its numbers, its years, and who can lead; alike for a form and a workbook."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parportal.entry.numbers import MAX_DIGITS, parse_decimal
from parportal.entry.problems import EntryProblem
from plans.models import Comparator, Plan
from units.models import Party

FIRST_YEAR, LAST_YEAR = 2008, 2100
PLACES = 4
MOST = Decimal(10) ** 12
LINES_OF_EXCEPTIONS = 20


def read_quantity(text: str) -> Decimal:
    """Raises: EntryProblem."""
    return check_quantity(parse_decimal(text, places=PLACES))


def check_quantity(number: Decimal) -> Decimal:
    """Raises: EntryProblem for what the column does not hold."""
    if abs(number) >= MOST:
        raise EntryProblem(_("This number is too long: at most %(digits)s digits."), {"digits": MAX_DIGITS - 3})
    return number


def number_problem(comparator: str, number: Decimal | None, refused: Iterable[str] = ()) -> str:
    """What is wrong with a number beside how it is compared; empty when they go together."""
    if comparator == Comparator.QUALITATIVE:
        return gettext("A target without a number has none here.") if number is not None else ""
    return gettext("Enter a number.") if number is None and "number" not in refused else ""


def leads_of(plan: Plan) -> QuerySet[Party]:
    """Who can lead: the parties of the unit and of the office above it."""
    return Party.objects.filter(Q(owner=plan.owner_id) | Q(owner=plan.owner.parent_id)).order_by("name", "pk")


def leads_by_code(plan: Plan) -> dict[str, Party]:
    """The same by code; one that both have is the unit's own."""
    return {each.code: each for each in sorted(leads_of(plan), key=lambda one: one.owner_id == plan.owner_id)}
