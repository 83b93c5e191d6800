"""Figures that are counted from rows of plans, under the names that scores use (plans/figures.py)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from django.db.models import Count
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from plans.figures import ALL, FOUND, INSPECTED, NAMES, REGISTERS, STANDINGS, TARGETS, Asked
from plans.figures import figures_of as counted_of
from plans.models import Document, DocumentKind, InspectionKind, Obligation, Origin, PlanKind
from reports.basis import Basis
from reports.papers.wording import share
from reports.text.figure import Figure, Source

Numbers = Mapping[str, Decimal]


def numbers_of(form: str, basis: Basis) -> Numbers:
    names = NAMES.get(form, frozenset())
    return counted_of(form, Asked(basis.unit, basis.year, basis.on, names))


def standings() -> dict[str, str]:
    return {
        "assigned": pgettext("tasks", "Assigned"),
        "done": pgettext("tasks", "Done in all"),
        "on_time": pgettext("tasks", "Done on time"),
        "late": pgettext("tasks", "Done late"),
        "undone": pgettext("tasks", "Overdue"),
        "open": pgettext("tasks", "Under way"),
    }


def task_figures(basis: Basis) -> Iterator[Figure]:
    """A query for each origin."""
    found, words = numbers_of("tasks", basis), standings()
    for origin in Origin:
        url = f"{reverse('tasks')}?year={basis.year}&origin={origin.value}"
        source = Source(_("Tasks"), url)
        head = capfirst(str(origin.label))
        for name in STANDINGS:
            number = found.get(f"{origin.value}.{name}")
            yield source.count(f"tasks.{origin.value}.{name}", of(head, words[name]), number, "nhiệm vụ")
        yield from percents(source, f"tasks.{origin.value}", head, found, origin.value)


def of(head: str, what: str) -> str:
    return f"{head}: {what}"


def percents(source: Source, key: str, head: str, found: Numbers, group: str) -> Iterator[Figure]:
    done, on_time, assigned = (found.get(f"{group}.{name}") for name in ("done", "on_time", "assigned"))
    yield source.percent(f"{key}.percent", of(head, _("Percent done")), share(done, assigned))
    label = of(head, _("Percent done on time"))
    yield source.percent(f"{key}.on_time_percent", label, share(on_time, assigned))


def target_figures(basis: Basis) -> Iterator[Figure]:
    found = numbers_of("targets", basis)
    words = {
        "total": _("Targets"),
        "reached": _("Met and exceeded"),
        "met": pgettext("targets", "Met"),
        "exceeded": pgettext("targets", "Exceeded"),
        "partial": _("Partly met"),
        "unmet": pgettext("targets", "Not met"),
    }
    source = Source(_("Targets"), f"{reverse('plans')}?year={basis.year}")
    for kind in PlanKind:
        head = capfirst(str(kind.label))
        for name in TARGETS:
            number = found.get(f"{kind.value}.{name}")
            yield source.count(f"targets.{kind.value}.{name}", of(head, words[name]), number, "chỉ tiêu")
        reached = share(found.get(f"{kind.value}.reached"), found.get(f"{kind.value}.total"))
        yield source.percent(f"targets.{kind.value}.percent", of(head, _("Percent met")), reached)


def obligation_figures(basis: Basis) -> Iterator[Figure]:
    """Two queries. The obligations that the unit has in the year, and all of them together."""
    found = numbers_of("obligations", basis)
    words = {
        "assigned": pgettext("obligations", "Fall due"),
        "done": pgettext("obligations", "Sent"),
        "on_time": pgettext("obligations", "Sent on time"),
        "late": pgettext("obligations", "Sent late"),
        "undone": pgettext("obligations", "Missing"),
        "open": pgettext("obligations", "Still to come"),
    }
    codes = {name.partition(".")[0] for name in found} - {ALL}
    listed = Obligation.objects.filter(code__in=codes).order_by("-owner", "pk") if codes else ()
    titles = {each.code: each.title for each in listed}
    source = Source(_("Calendar of reports"), f"{reverse('obligations')}?year={basis.year}")
    for code in (ALL, *sorted(codes)):
        head = titles.get(code, _("Reports, plans and lists"))
        for name in STANDINGS:
            number = found.get(f"{code}.{name}")
            yield source.count(f"obligations.{code}.{name}", of(head, words[name]), number, "báo cáo")
        yield from percents(source, f"obligations.{code}", head, found, code)


def inspection_figures(basis: Basis) -> Iterator[Figure]:
    """Three queries."""
    found = numbers_of("inspections", basis)
    words = {
        "planned": pgettext("inspections", "Planned"),
        "planned_done": pgettext("inspections", "Planned and carried out"),
        "done": pgettext("inspections", "Carried out"),
        "units_planned": pgettext("inspections", "Units planned"),
        "units_inspected": pgettext("inspections", "Units inspected"),
    } | found_words()
    measures = dict.fromkeys(("planned", "planned_done", "done"), "cuộc")
    measures |= dict.fromkeys(("units_planned", "units_inspected"), "đơn vị") | dict.fromkeys(FOUND, "vấn đề")
    url = f"{reverse('inspections')}?year={basis.year}&unit={basis.unit.pk}"
    for kind in (ALL, *InspectionKind.values):
        head = _("All inspections") if kind == ALL else capfirst(str(InspectionKind(kind).label))
        source = Source(_("Inspections"), url if kind == ALL else f"{url}&kind={kind}")
        for name in INSPECTED:
            label = of(head, words[name])
            yield source.count(f"inspections.{kind}.{name}", label, found.get(f"{kind}.{name}"), measures[name])
        done = share(found.get(f"{kind}.planned_done"), found.get(f"{kind}.planned"))
        yield source.percent(f"inspections.{kind}.percent", of(head, _("Percent of the plan carried out")), done)


def found_words() -> dict[str, str]:
    return {
        "found": pgettext("inspections", "Findings"),
        "fixed": pgettext("findings", "Fixed"),
        "partly": pgettext("findings", "Partly fixed"),
        "open": pgettext("findings", "Open"),
    }


def finding_figures(basis: Basis) -> Iterator[Figure]:
    """What others found at the unit: two queries at most."""
    found, words, head = numbers_of("findings", basis), found_words(), _("Found by others")
    url = f"{reverse('inspections')}?year={basis.year}&at={basis.unit.pk}"
    source = Source(_("Findings of inspections at the unit"), url)
    for name in FOUND:
        yield source.count(f"findings.{name}", of(head, words[name]), found.get(name), "vấn đề")
    yield source.percent(
        "findings.percent", of(head, _("Percent fixed")), share(found.get("fixed"), found.get("found"))
    )


def register_figures(basis: Basis) -> Iterator[Figure]:
    """Three queries."""
    found = numbers_of("registers", basis)
    year = f"?year={basis.year}"
    words = {
        "initiatives": (_("Initiatives"), f"{reverse('initiatives')}{year}", "sáng kiến"),
        "recognised_initiatives": (
            _("Initiatives that were recognised"),
            f"{reverse('initiatives')}{year}",
            "sáng kiến",
        ),
        "meetings": (_("Steering meetings"), f"{reverse('meetings')}{year}&unit={basis.unit.pk}", "cuộc họp"),
    }
    for name in REGISTERS:
        label, url, measure = words[name]
        yield Source(_("Registers"), url).count(f"registers.{name}", label, found.get(name), measure)


def document_figures(basis: Basis) -> Iterator[Figure]:
    """One query. Where the register holds nothing of these days, no number is known."""
    issued = Document.objects.filter(owner=basis.unit, issued_on__range=basis.days).order_by()
    found: Mapping[str, int] = dict(issued.values_list("kind").annotate(papers=Count("pk")))
    url = f"{reverse('documents')}?year={basis.year}&unit={basis.unit.pk}"
    source = Source(_("Registers"), url)
    every = sum(found.values()) if found else None
    yield source.count("documents.all", _("Papers issued"), every, "văn bản")
    for kind in DocumentKind:
        label = _("Papers issued: %(kind)s") % {"kind": kind.label}
        one = Source(_("Registers"), f"{url}&kind={kind.value}")
        number = found.get(kind, 0) if found else None
        yield one.count(f"documents.{kind.value}", label, number, "văn bản")
