"""A round of remediation: opened from a published result, its days changed, consolidated, its tasks ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from parportal.display import day
from parportal.entry.versions import check_version
from plans.actions.tasks import report_progress
from plans.models import Document, Progress
from scoring.actions.campaigns import lock
from scoring.models import Campaign, Filing, FilingKind, Measure, Remediation, RemediationRound
from scoring.remediation_round import Added, add_missing, move_deadlines, names_of, people_of
from units.audit import Action, Change, record
from units.models import Notice, User
from units.models.units import today
from units.notices import notify

PAPER = ("number", "issued_on", "document")


class RemediationRefused(Exception):
    """Something that cannot be done with a round of remediation now, and why; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Days:
    """By when what is asked for: before each day, the day itself is too late."""

    plan: date
    report: date
    consolidation: date | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """Number and date of a paper, and the document of the register where there is one."""

    number: str = ""
    issued_on: date | None = None
    document: Document | None = None


@transaction.atomic
def open_round(*, campaign: Campaign, days: Days, by: User) -> RemediationRound:
    """Ask those who answer for lost points for plans and reports, and tell them.

    Raises: RemediationRefused for a campaign that is not published, is a training, lost nothing, or has a round.
    """
    opened, added = begin_round(campaign=campaign, days=days, by=by, on=today())
    tell_asked(opened, added.asked)
    return opened


def begin_round(*, campaign: Campaign, days: Days, by: User, on: date) -> tuple[RemediationRound, Added]:
    """The same without notices; `on` gives the year in which its tasks are counted.

    Raises: RemediationRefused.
    """
    locked = lock(campaign)
    if not locked.is_public:
        raise RemediationRefused(_("Lost points are made good once the results are published."))
    if locked.training:
        raise RemediationRefused(_("Nothing is to be made good of a training."))
    if RemediationRound.objects.filter(campaign=locked).exists():
        raise RemediationRefused(_("The remediation of this campaign has been opened already."))
    made = RemediationRound.objects.create(
        campaign=locked,
        plan_before=days.plan,
        report_before=days.report,
        consolidate_before=days.consolidation,
        opened_by=by,
    )
    added = add_missing(made, on)
    if not added.tasks:
        raise RemediationRefused(_("No leaf of the published sheets has lost points."))
    changes = [
        *(Change(made, name, "", value) for name, value in shown_days(made).items()),
        *added_changes(made, added),
    ]
    record(Action.REMEDIATION_OPENED, made, by=by, changes=changes)
    return made, added


@transaction.atomic
def add_to_round(*, round_: RemediationRound, by: User) -> Added:
    """Add what an amendment has lost since, and who answers for it now; what people wrote stays."""
    lock(round_.campaign)
    found = locked_round(round_)
    added = add_missing(found, today())
    if added.asked:
        record(Action.REMEDIATION_CHANGED, found, by=by, changes=added_changes(found, added))
        tell_asked(found, added.asked)
    return added


@transaction.atomic
def change_days(*, round_: RemediationRound, days: Days, version: int | str | None, by: User) -> RemediationRound:
    """Other days: the deadlines of its tasks move with that of the reports. Everybody who is asked is told.

    Raises: StaleVersion.
    """
    found = locked_round(round_)
    check_version(found.version, version)
    before = shown_days(found)
    moved = found.report_before != days.report
    found.plan_before, found.report_before = days.plan, days.report
    found.consolidate_before = days.consolidation
    after = shown_days(found)
    if before == after:
        return found
    found.version += 1
    found.save()
    if moved:
        move_deadlines(found)
    changes = [Change(found, name, before[name], after[name]) for name in after]
    record(Action.REMEDIATION_CHANGED, found, by=by, changes=changes)
    waiting = found.filings.filter(sent_on=None).values_list("unit", flat=True)
    tell_asked(found, set(waiting))
    return found


@transaction.atomic
def consolidate(
    *, round_: RemediationRound, on: date | None, paper: Paper, version: int | str | None, by: User
) -> RemediationRound:
    """Record that the plans were put together, by which paper; without a day it is taken back.

    Raises: StaleVersion, RemediationRefused for a day in the future.
    """
    found = locked_round(round_)
    check_version(found.version, version)
    if on is not None and on > today():
        raise RemediationRefused(_("This day lies in the future."))
    before = {"consolidated_on": day(found.consolidated_on), **shown_paper(paper_of(found))}
    found.consolidated_on = on
    put_paper(found, paper)
    found.version += 1
    found.save()
    after = {"consolidated_on": day(found.consolidated_on), **shown_paper(paper)}
    changes = [Change(found, name, before[name], after[name]) for name in after]
    record(Action.REMEDIATION_CONSOLIDATED, found, by=by, changes=changes)
    return found


@transaction.atomic
def finish_remediation(*, remediation: Remediation, version: int | str | None, by: User) -> None:
    """Report the task of a lost leaf as done, on the day on which the last unit was.

    Raises: RemediationRefused while a unit has not sent on which day it was done; StaleVersion, TaskRefused.
    """
    sent = Filing.objects.filter(
        round=OuterRef("remediation__round"),
        unit=OuterRef("unit"),
        kind=FilingKind.REPORT,
        sent_on__isnull=False,
    )
    asked = Measure.objects.filter(remediation=remediation)
    measures = list(asked.filter(Exists(sent)).select_related("unit").order_by("unit__code"))
    done = [each.done_on for each in measures if each.done_on is not None]
    if not done or len(done) < asked.count():
        raise RemediationRefused(_("Not every unit has reported its result with the day on which it was done."))
    said = "\n".join(f"{each.unit.name}: {each.result}" for each in measures)
    entry = Progress(on=max(done), text=said, is_done=True)
    report_progress(task=remediation.task, progress=entry, version=version, by=by)


def locked_round(round_: RemediationRound) -> RemediationRound:
    found = RemediationRound.objects.select_for_update(of=("self",))
    return found.select_related("campaign", "document").get(pk=round_.pk)


def paper_of(row: object) -> Paper:
    return Paper(**{name: getattr(row, name) for name in PAPER})


def put_paper(row: object, paper: Paper) -> None:
    for name in PAPER:
        setattr(row, name, getattr(paper, name))


def shown_paper(paper: Paper) -> dict[str, str]:
    return {"number": paper.number, "issued_on": day(paper.issued_on), "document": str(paper.document or "")}


def shown_days(round_: RemediationRound) -> dict[str, str]:
    names = ("plan_before", "report_before", "consolidate_before")
    return {name: day(getattr(round_, name)) for name in names}


def added_changes(round_: RemediationRound, added: Added) -> Iterator[Change]:
    yield Change(round_, "added_tasks", "", added.tasks or "")
    yield Change(round_, "added_units", "", "; ".join(names_of(added.units).values()))


def tell_asked(round_: RemediationRound, units: Iterable[int]) -> None:
    """Tell the people of each unit what is asked of it, and by when."""
    with override(settings.LANGUAGE_CODE):
        shown = {
            "campaign": round_.campaign.title,
            "plan": day(round_.plan_before),
            "report": day(round_.report_before),
        }
        subject = _("%(campaign)s: plan before %(plan)s, report before %(report)s") % shown
    tell_units(round_, units, {Notice.Kind.REMEDIATION_ASKED: subject})


def tell_units(round_: RemediationRound, units: Iterable[int], lines: Mapping[Notice.Kind, str]) -> None:
    for unit, people in people_of(units).items():
        url = reverse("remediation_own", args=[round_.pk, unit])
        for kind, subject in lines.items():
            notify(people, kind=kind, subject=subject, url=url)
