"""Reminding units of figures that are due: by hand from the board of a period, and each day."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from indicators.actions.periods import expect, lock, titled
from indicators.models import FILLED_IN, Period, PeriodStatus, Return
from parportal.deadlines import stage_began
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
        subject = due_words(found) + (f" · {note.strip()}" if note.strip() else "")
        notify_anew(people, kind=Notice.Kind.REMINDED, subject=subject, url=url_of(found))
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
    return with_people(found)


def with_people(found: Sequence[Return]) -> list[tuple[Return, list[User]]]:
    """Each return with the officers of its unit, or, where there is none, with its leaders: two queries."""
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


def due_words(found: Return) -> str:
    words = _("Figures are due: %(what)s") % {"what": titled(found.period)}
    return f"{words} · {moment(found.deadline_at)}"


def url_of(found: Return) -> str:
    return reverse("return", args=[found.pk])


def remind_by_day(now: datetime) -> int:
    """Remind of every return that its unit has in hand, once in each stage of its deadline. Returns how many lines
    were left.

    A day that was missed is made up for; a second run of a day finds nothing to do.
    """
    in_hand = Return.objects.filter(period__status=PeriodStatus.OPEN, status__in=FILLED_IN)
    found = in_hand.select_related("unit", "period__indicator_set", "period__owner").order_by("pk")
    began = {each: since for each in found if (since := stage(each, now))}
    last, told = last_told([url_of(each) for each in began]), 0
    for each, people in with_people(list(began)):
        new = [user for user in people if last.get((user.pk, url_of(each)), date.min) < began[each]]
        if new:
            remind_anew(each, new, is_past=now > each.deadline_at)
        told += len(new)
    return told


def stage(found: Return, now: datetime) -> date | None:
    """The first day of the stage in which its deadline is."""
    last_day = timezone.localdate(found.deadline_at)
    return stage_began(last_day, timezone.localdate(now), is_past=now > found.deadline_at)


def last_told(urls: Collection[str]) -> Mapping[tuple[int, str], date]:
    """The day on which each person was last told so of each return: one query."""
    kinds = (Notice.Kind.DUE_SOON, Notice.Kind.OVERDUE)
    rows = Notice.objects.filter(kind__in=kinds, url__in=urls).order_by().values("user", "url")
    told = rows.annotate(last=Max("at")).values_list("user", "url", "last")
    return {(user, url): timezone.localdate(at) for user, url, at in told}


@transaction.atomic
def remind_anew(found: Return, people: Sequence[User], *, is_past: bool) -> None:
    kind = Notice.Kind.OVERDUE if is_past else Notice.Kind.DUE_SOON
    with override(settings.LANGUAGE_CODE):
        subject = due_words(found)
    notify_anew(people, kind=kind, subject=subject, url=url_of(found))
