"""The life of a period: prepared, opened, closed, reopened."""

from collections.abc import Collection, Iterator
from datetime import datetime, time, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.form import form_of
from indicators.models import Period, PeriodStatus, Return, SetStatus
from indicators.workflow import MoveRefused
from parportal.display import day, moment
from parportal.entry.versions import check_version
from units.access import Role
from units.audit import Action, Change, record
from units.models import Notice, Unit, User
from units.notices import notify

HEAD = ("owner", "indicator_set", "kind", "year", "number", "starts_on", "ends_on", "due_at")
# Between the last day of a period and its deadline, as a rule.
DAYS_TO_REPORT = 5
OFFICE_CLOSES = time(17)


def usual_deadline(period: Period) -> datetime:
    return timezone.make_aware(datetime.combine(period.ends_on + timedelta(DAYS_TO_REPORT), OFFICE_CLOSES))


def askable_units(period: Period) -> list[Unit]:
    """Who may be asked: the children of the office in that year and the office itself, if the set asks them."""
    form = form_of(period.indicator_set)
    children = list(Unit.objects.of_year(period.year).filter(parent=period.owner_id).order_by("type", "code"))
    types = {each.type for each in (*children, period.owner)}
    asked = {type_ for type_ in types if form.roots_for(type_, period.year)}
    return [each for each in (*children, period.owner) if each.type in asked]


@transaction.atomic
def create_period(*, period: Period, by: User, units: Collection[int] | None = None) -> Period:
    """Keep a new period in preparation, with a return for each chosen unit; None: for all that may be asked."""
    period.status = PeriodStatus.DRAFT
    period.save()
    changes = list(choose_units(period, units, remove=True))
    record(Action.PERIOD_CREATED, period, by=by, changes=changes)
    return period


@transaction.atomic
def change_period(*, period: Period, units: Collection[int] | None, version: int | str | None, by: User) -> Period:
    """Save what was changed: everything while in preparation; once open, the deadline and further units.

    Raises: MoveRefused, StaleVersion.
    """
    stored = lock(period)
    expect(stored, PeriodStatus.DRAFT, PeriodStatus.OPEN)
    check_version(stored.version, version)
    is_draft = stored.status == PeriodStatus.DRAFT
    if not is_draft and period.due_at != stored.due_at and period.due_at <= timezone.now():
        raise MoveRefused(_("The new deadline must lie in the future."))
    names = HEAD if is_draft else ("due_at",)
    changes = [Change(stored, name, shown(stored, name), shown(period, name)) for name in names]
    for name in names:
        setattr(stored, name, getattr(period, name))
    stored.version += 1
    stored.save()
    added = list(choose_units(stored, units, remove=is_draft))
    record(Action.PERIOD_CHANGED, stored, by=by, changes=[*changes, *added])
    if not is_draft:
        tell_asked(stored, [change.row.pk for change in added])
    return stored


def shown(period: Period, name: str) -> object:
    if name in ("starts_on", "ends_on"):
        return day(getattr(period, name))
    if name == "due_at":
        return moment(period.due_at)
    return period.get_kind_display() if name == "kind" else getattr(period, name)


def choose_units(period: Period, units: Collection[int] | None, *, remove: bool) -> Iterator[Change]:
    """Make the returns of units that are asked, and remove those of units that are not any more.

    None keeps the units that may still be asked, or takes all of them.
    """
    allowed = {unit.pk: unit for unit in askable_units(period)}
    stored = {each.unit_id: each for each in period.returns.select_related("unit")}
    if units is None:
        units = stored.keys() & allowed.keys() or allowed.keys()
    wanted = [pk for pk in allowed if pk in units]
    if remove:
        for pk in sorted(stored.keys() - set(wanted)):
            yield Change(stored[pk].unit, "asked", _("yes"), "")
            stored[pk].delete()
    new = [pk for pk in wanted if pk not in stored]
    Return.objects.bulk_create(Return(period=period, unit=allowed[pk]) for pk in new)
    yield from (Change(allowed[pk], "asked", "", _("yes")) for pk in new)


def lock(period: Period) -> Period:
    locked = Period.objects.select_for_update(of=("self",))
    return locked.select_related("owner", "indicator_set").get(pk=period.pk)


def lock_returns(period: Period) -> None:
    """Wait for saves under way: a save holds its return."""
    list(period.returns.select_for_update().order_by("pk").values_list("pk", flat=True))


def expect(period: Period, *statuses: PeriodStatus) -> None:
    """Raises: MoveRefused when the period is in another state."""
    if period.status not in statuses:
        raise MoveRefused(
            _("The reporting period is now in the state “%(state)s”.") % {"state": period.get_status_display()}
        )


def set_status(period: Period, status: PeriodStatus, action: Action, *, by: User, reason: str = "") -> None:
    before = period.get_status_display()
    period.status = status
    period.version += 1
    period.save()
    change = Change(period, "status", before, period.get_status_display())
    record(action, period, by=by, reason=reason, changes=[change])


def opening_problems(period: Period) -> list[str]:
    """Why a period cannot be opened, in words; empty when it can."""
    problems = []
    if period.indicator_set.status != SetStatus.PUBLISHED:
        problems.append(_("The indicator set is not published."))
    if not period.returns.exists():
        problems.append(_("No unit has been chosen."))
    if period.due_at <= timezone.now():
        problems.append(_("The deadline lies in the past."))
    return problems


@transaction.atomic
def open_period(*, period: Period, by: User) -> Period:
    """Ask the units: from now on they fill in their returns.

    Raises: MoveRefused with everything that is missing.
    """
    period = lock(period)
    expect(period, PeriodStatus.DRAFT)
    if problems := opening_problems(period):
        raise MoveRefused(" ".join(problems))
    set_status(period, PeriodStatus.OPEN, Action.PERIOD_OPENED, by=by)
    tell_asked(period, list(period.returns.values_list("unit", flat=True)))
    return period


@transaction.atomic
def close_period(*, period: Period, by: User) -> Period:
    """Nothing changes any more; returns stay as they are, those that were not submitted as well.

    Raises: MoveRefused.
    """
    period = lock(period)
    expect(period, PeriodStatus.OPEN)
    lock_returns(period)
    set_status(period, PeriodStatus.CLOSED, Action.PERIOD_CLOSED, by=by)
    return period


@transaction.atomic
def reopen_period(*, period: Period, by: User, reason: str) -> Period:
    """Raises: MoveRefused."""
    period = lock(period)
    expect(period, PeriodStatus.CLOSED)
    if not reason.strip():
        raise MoveRefused(_("Give the reason."))
    set_status(period, PeriodStatus.OPEN, Action.PERIOD_REOPENED, by=by, reason=reason.strip())
    return period


def tell_asked(period: Period, units: Collection[int]) -> None:
    """Tell officers and leaders of the units that figures are asked of them; each page is the unit's own."""
    if not units:
        return
    told = User.objects.holding(Role.OFFICER, Role.LEADER, units=units)
    url = reverse("period", args=[period.pk])
    notify(told, kind=Notice.Kind.FIGURES_ASKED, subject=titled(period), url=url)


def titled(period: Period) -> str:
    return f"{period.indicator_set.title} · {period}"
