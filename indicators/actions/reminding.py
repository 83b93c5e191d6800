"""Reminding units of figures that are due, by hand from the board of a period."""

from collections.abc import Collection

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from indicators.actions.periods import expect, lock, titled
from indicators.models import FILLED_IN, Period, PeriodStatus, Return
from parportal.display import moment
from units.access import Role
from units.audit import Action, Change, record
from units.models import Membership, Notice, User
from units.models.units import today
from units.notices import notify_anew


@transaction.atomic
def remind_units(*, period: Period, returns: Collection[int], by: User, note: str = "") -> int:
    """Remind the officers (or, where there is none, the leaders) of chosen units that have not submitted.

    Returns how many people were told. Shapes: `returns` are primary keys.

    Raises: MoveRefused when the period is not open.
    """
    period = lock(period)
    expect(period, PeriodStatus.OPEN)
    changes, told = [], 0
    for found, people in to_remind(period, returns):
        if not people:
            continue
        words = _("Figures are due: %(what)s") % {"what": titled(period)}
        subject = f"{words} · {moment(found.deadline_at)}" + (f" · {note.strip()}" if note.strip() else "")
        url = reverse("return", args=[found.pk])
        notify_anew(people, kind=Notice.Kind.REMINDED, subject=subject, url=url)
        changes.append(Change(found, "reminded", "", ", ".join(map(str, people))))
        told += len(people)
    if changes:
        record(Action.RETURN_REMINDED, period, by=by, reason=note.strip(), changes=changes)
    return told


def to_remind(period: Period, returns: Collection[int]) -> list[tuple[Return, list[User]]]:
    """Those of the returns that their units have in hand, each with the people to remind."""
    in_hand = period.returns.filter(pk__in=returns, status__in=FILLED_IN)
    found = list(in_hand.select_related("unit").order_by("unit__code"))
    for each in found:
        each.period = period
    officers, leaders = (people_by_unit(found, role) for role in (Role.OFFICER, Role.LEADER))
    return [(each, officers.get(each.unit_id) or leaders.get(each.unit_id, [])) for each in found]


def people_by_unit(returns: Collection[Return], role: Role) -> dict[int, list[User]]:
    """Who holds a role in each unit today, by its primary key: one query."""
    held = Membership.objects.on(today()).filter(
        unit__in=[each.unit_id for each in returns], role=role, user__is_active=True
    )
    people: dict[int, list[User]] = {}
    for membership in held.select_related("user").order_by("user__full_name", "pk"):
        people.setdefault(membership.unit_id, []).append(membership.user)
    return people
