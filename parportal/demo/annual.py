"""What annual reports are made of: returns, plans, papers, texts of a district of 2021 and a commune of 2026."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from indicators.actions.entries import Filling, RowSaid, filling_of, write_entry
from indicators.actions.moves import lock_return, move_return
from indicators.actions.periods import DAYS_TO_REPORT, close_period, create_period, open_period
from indicators.figures import Place
from indicators.models import IndicatorSet, Period, PeriodKind, Return, SetStatus, cut_off
from parportal.demo.accounts import holder, unit
from parportal.demo.figures import GIVEN, NAME, by_column, with_totals
from parportal.demo.kon_ray import read
from parportal.demo.plans import report, target_of
from parportal.demo.statistics import DAYS_LEFT, date_back
from parportal.demo.tasks import parties_of
from parportal.demo.tasks import report as report_task
from parportal.demo.training import five_pm
from plans.actions.documents import create_document
from plans.actions.targets import create_plan, create_target
from plans.models import DeadlineKind, Document, Origin, Plan, PlanKind, Task
from reports.actions.drafts import start_report
from reports.basis import Basis
from reports.models import Report, ReportKind, ReportPart
from reports.periods import Period as ReportPeriod
from units.access import Role
from units.audit import Action, record
from units.models import Unit, UnitType, User

Facts = Mapping[str, Any]


def load_annual(today: date) -> None:
    """Each of them once: what a user changed afterwards stays."""
    facts = read("demo/annual.yaml")
    for asked in facts["periods"]:
        load_period(asked, today)
    for said in facts["plans"]:
        load_plan(said)
    for said in facts["assigned"]:
        load_assigned(said)
    for said in facts["documents"]:
        load_papers(said)
    for said in facts["reports"]:
        load_texts(said, today)


def keeper(of: Unit) -> User:
    return holder(Role.OFFICER if of.type == UnitType.COMMUNE else Role.COORDINATOR, of)


# Returns --------------------------------------------------------------------------------------------------


def load_period(asked: Facts, today: date) -> None:
    owner, form = unit(*asked["owner"]), asked["form"]
    head = {"owner": owner, "kind": PeriodKind.YEAR, "year": asked["year"]}
    if Period.objects.filter(indicator_set__code=form, **head).exists():
        return
    starts_on, ends_on = cut_off(PeriodKind.YEAR, asked["year"])
    period = Period(
        indicator_set=IndicatorSet.objects.get(code=form, status=SetStatus.PUBLISHED),
        starts_on=starts_on,
        ends_on=ends_on,
        due_at=five_pm(max(today + timedelta(DAYS_LEFT), ends_on + timedelta(DAYS_TO_REPORT))),
        **head,
    )
    # Nobody of the old province has an account: its period is kept by the district that answers to it.
    by = coordinator_of(owner, asked)
    units = {unit(*said["unit"]).pk: said for said in asked["returns"]}
    period = open_period(period=create_period(period=period, units=list(units), by=by), by=by)
    for found in period.returns.select_related("unit"):
        fill(found, units[found.unit_id], by)
    if asked.get("closed"):
        close_period(period=period, by=by)
        date_back(period)


def coordinator_of(owner: Unit, asked: Facts) -> User:
    found = User.objects.holding(Role.COORDINATOR, units=[owner]).first()
    return found or holder(Role.COORDINATOR, unit(*asked["returns"][0]["unit"]))


def fill(found: Return, said: Facts, coordinator: User) -> None:
    """Type what the unit reports, as one event, and move the return on."""
    filling = filling_of(lock_return(found.pk))
    by = holder(Role.LEADER, found.unit)
    changes = []
    for place, row in rows_of(filling, said).items():
        changes += write_entry(filling=filling, place=place, said=row, version=0, by=by)
    if changes:
        record(Action.RETURN_SAVED, filling.return_of, by=by, changes=changes)
    for name in said["states"]:
        move_return(found=found, name=name, by=by if name == "submit" else coordinator)


def rows_of(filling: Filling, said: Facts) -> dict[Place, RowSaid]:
    rows: dict[Place, RowSaid] = {}
    numbers, choices = said.get("figures", {}), said.get("choices", {})
    for item in filling.items.values():
        code = item.indicator.code
        if code in numbers or code in choices:
            cell = choices[code] if code in choices else Decimal(str(numbers[code]))
            rows[item.pk, ""] = RowSaid(
                {item.pk: cell},
                note=said.get("notes", {}).get(code, ""),
                is_estimate=code in said.get("estimates", ()),
            )
        for line, values in said.get("tables", {}).get(code, {}).items():
            named = {column.code: value for column, value in zip(item.columns, values, strict=False)}
            rows[item.pk, line] = RowSaid(by_column(item, named))
        if item.is_table and "dossiers" in said:
            for number, (name, given) in enumerate(said["dossiers"].items(), 1):
                cells = with_totals({column: Decimal(value) for column, value in zip(GIVEN, given, strict=True)})
                rows[item.pk, str(number)] = RowSaid(by_column(item, {NAME: name} | cells))
    return rows


# Plans and tasks ------------------------------------------------------------------------------------------


def load_plan(said: Facts) -> None:
    owner, kind = unit(*said["owner"]), said.get("kind", PlanKind.OWN)
    if Plan.objects.filter(owner=owner, year=said["year"], kind=kind).exists():
        return
    by, parties = keeper(owner), parties_of(owner)
    head = {name: said[name] for name in ("year", "title", "issuer", "number", "issued_on") if name in said}
    plan = create_plan(plan=Plan(owner=owner, kind=kind, **head), by=by)
    for field in said["fields"]:
        for row in field["targets"]:
            leads = [parties[field["lead"]]] if "lead" in field else []
            report(create_target(target=target_of(plan, field, row), leads=leads, by=by), row, by)
    for position, row in enumerate(said.get("tasks", ()), 1):
        give(Task(owner=owner, year=plan.year, origin=Origin.PLAN, plan=plan, position=position), row, by)


def load_assigned(said: Facts) -> None:
    owner = unit(*said["owner"])
    if Task.objects.filter(owner=owner, year=said["year"], origin=Origin.ASSIGNED).exists():
        return
    for position, row in enumerate(said["tasks"], 1):
        task = Task(owner=owner, year=said["year"], origin=Origin.ASSIGNED, basis=said["basis"], position=position)
        give(task, row, keeper(owner))


def give(task: Task, row: Facts, by: User) -> None:
    """Without notices: nobody is told of what lies years back."""
    task.title, task.done_on = row["title"], row.get("done")
    if "before" in row:
        task.deadline_kind, task.deadline_on = DeadlineKind.BY, row["before"]
    task.save()
    if "lead" in row:
        task.leads.set([parties_of(task.owner)[row["lead"]]])
    report_task(task, by)


# Papers and texts -----------------------------------------------------------------------------------------


def load_papers(said: Facts) -> None:
    """Only papers of years that the register has nothing of."""
    owner = unit(*said["owner"])
    by, known = keeper(owner), Document.objects.filter(owner=owner)
    years = set(known.values_list("issued_on__year", flat=True))
    for document in papers_of(said, owner):
        if document.issued_on.year not in years:
            create_document(document=document, file=None, by=by)


def papers_of(said: Facts, owner: Unit) -> Iterator[Document]:
    for group in ("papers", "normative", "lapsed"):
        for number, issued_on, kind, subject, field, *until in said.get(group, ()):
            yield Document(
                owner=owner,
                number=number,
                issued_on=issued_on,
                issuer=said["issuer"],
                subject=subject,
                kind=kind,
                field=field,
                is_normative=group != "papers",
                expires_on=until[0] if until else None,
            )


def load_texts(said: Facts, today: date) -> None:
    """A draft of the report of the year with the texts of those parts that no figure tells."""
    of, year = unit(*said["unit"]), said["year"]
    kind, period = ReportKind.ANNUAL_REPORT, ReportPeriod.YEAR
    if Report.objects.filter(kind=kind, unit=of, year=year, period=period).exists():
        return
    by = keeper(of)
    begun, _is_new = start_report(kind=kind, basis=Basis(unit=of, year=year, on=today, period=period), by=by)
    ReportPart.objects.bulk_create(
        ReportPart(report=begun, key=key, text=text, updated_by=by) for key, text in said["texts"].items()
    )
