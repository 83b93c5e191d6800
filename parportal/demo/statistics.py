"""Statistics of Kon Rẫy district: periods of three forms, with returns in every state. Made up, but consistent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from indicators.actions.entries import Filling, RowSaid, filling_of, write_entry
from indicators.actions.moves import lock_return, move_return
from indicators.actions.periods import close_period, create_period, open_period
from indicators.figures import Place
from indicators.models import IndicatorSet, Period, PeriodKind, PeriodStatus, Return, SetStatus, cut_off
from parportal.demo.accounts import OLD_UNITS, holder, unit
from parportal.demo.figures import dossier_rows, own_rows, tree_rows
from parportal.demo.kon_ray import read
from parportal.demo.training import five_pm
from units.access import Role
from units.audit import Action, record
from units.models import Unit, User

TREE, DOSSIERS, OWN = "thong-ke-cchc", "mau-06a", "so-lieu-huyen"
FORMS = (TREE, DOSSIERS, OWN, "so-lieu-xa")
COMMUNES = ("23497", "23482", "23485", "23488", "23491", "23494", "23479")
DAYS_LEFT = 14
# Percent of the rows that are filled in, and the moves made, of each commune in the open periods.
STATES: Mapping[str, tuple[int, tuple[str, ...]]] = {
    "23497": (60, ()),
    "23482": (0, ()),
    "23485": (100, ("submit",)),
    "23488": (100, ("submit", "accept")),
    "23491": (100, ("submit", "send_back")),
    "23494": (100, ("submit", "accept")),
    "23479": (100, ("submit",)),
}
DONE = (100, ("submit", "accept"))
WHY_BACK = "Số nhiệm vụ hoàn thành chưa khớp với báo cáo tháng 11, đề nghị rà soát và gửi lại."


@dataclass(frozen=True, slots=True)
class Asked:
    """One period of the demonstration. `is_past`: accepted as a whole and closed."""

    form: str
    kind: PeriodKind
    year: int
    number: int = 1
    is_past: bool = False


PERIODS = (
    Asked(TREE, PeriodKind.YEAR, 2020, is_past=True),
    Asked(TREE, PeriodKind.YEAR, 2021),
    Asked(TREE, PeriodKind.YEAR, 2024, is_past=True),
    Asked(DOSSIERS, PeriodKind.QUARTER, 2021, 3, is_past=True),
    Asked(DOSSIERS, PeriodKind.QUARTER, 2021, 4),
    Asked(OWN, PeriodKind.YEAR, 2021, is_past=True),
)


def load_statistics(today: date) -> None:
    """The shipped forms, and the periods of the district; a deadline that has passed moves on."""
    for code in FORMS:
        if not IndicatorSet.objects.filter(code=code).exists():
            file = settings.BASE_DIR / "fixtures" / "indicators" / f"{code}.yaml"
            call_command("import_indicators", file, publish=True, verbosity=0)
    district = unit("614", OLD_UNITS)
    facts = read("demo/statistics.yaml")
    for asked in PERIODS:
        found = Period.objects.filter(
            owner=district,
            indicator_set__code=asked.form,
            kind=asked.kind,
            year=asked.year,
            number=asked.number,
        )
        if not found.exists():
            ask(asked, district, facts, today)
    passed = Period.objects.filter(owner=district, status=PeriodStatus.OPEN, due_at__lt=timezone.now())
    passed.update(due_at=five_pm(today + timedelta(days=DAYS_LEFT)))


def ask(asked: Asked, district: Unit, facts: Mapping[str, Any], today: date) -> None:
    """A period with its returns as far as they are."""
    coordinator = holder(Role.COORDINATOR, district)
    starts_on, ends_on = cut_off(asked.kind, asked.year, asked.number)
    period = Period(
        owner=district,
        indicator_set=IndicatorSet.objects.get(code=asked.form, status=SetStatus.PUBLISHED),
        kind=asked.kind,
        year=asked.year,
        number=asked.number,
        starts_on=starts_on,
        ends_on=ends_on,
        due_at=five_pm(today + timedelta(days=DAYS_LEFT)),
    )
    chosen = [district] if asked.form == OWN else [unit(code, OLD_UNITS) for code in COMMUNES]
    period = create_period(period=period, units=[each.pk for each in chosen], by=coordinator)
    period = open_period(period=period, by=coordinator)
    for found in period.returns.select_related("unit"):
        report(found, asked, facts, coordinator)
    if asked.is_past:
        close_period(period=period, by=coordinator)
        date_back(period)


def report(found: Return, asked: Asked, facts: Mapping[str, Any], coordinator: User) -> None:
    """Fill in a return and move it on."""
    share, moves = DONE if asked.is_past else STATES[found.unit.code]
    fill(found, asked, facts, share)
    for name in moves:
        by = holder(Role.LEADER, found.unit) if name == "submit" else coordinator
        move_return(found=found, name=name, by=by, reason=WHY_BACK if name == "send_back" else "")


def fill(found: Return, asked: Asked, facts: Mapping[str, Any], share: int) -> None:
    """Type the first `share` percent of the rows, as one event."""
    filling = filling_of(lock_return(found.pk))
    by = holder(Role.LEADER if asked.form == OWN else Role.OFFICER, found.unit)
    rows = list(rows_of(filling, asked.form, facts).items())
    changes = []
    for place, said in rows[: len(rows) * share // 100]:
        changes += write_entry(filling=filling, place=place, said=said, version=0, by=by)
    if changes:
        record(Action.RETURN_SAVED, filling.return_of, by=by, changes=changes)


def rows_of(filling: Filling, form: str, facts: Mapping[str, Any]) -> dict[Place, RowSaid]:
    match form:
        case "mau-06a":
            return dossier_rows(filling, facts)
        case "so-lieu-huyen":
            return own_rows(filling, facts["district"])
    return tree_rows(filling, facts)


def date_back(period: Period) -> None:
    """Days of a past period as they would have been."""
    due_at = five_pm(period.ends_on + timedelta(days=5))
    Period.objects.filter(pk=period.pk).update(due_at=due_at)
    period.returns.update(submitted_at=due_at - timedelta(days=2), accepted_at=due_at - timedelta(days=1))
