"""What a unit says about the points it answers for: its measures and results, and the papers that it sends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from parportal.display import day
from parportal.entry.versions import StaleVersion, check_version
from scoring.actions.remediation import (
    Paper,
    RemediationRefused,
    paper_of,
    put_paper,
    shown_paper,
    tell_units,
)
from scoring.models import Filing, FilingKind, Measure, RemediationRound, Score
from scoring.remediation_round import CHUNK
from units.access import Role
from units.audit import Action, Change, record
from units.models import Notice, Unit, User
from units.models.units import today
from units.notices import notify

# Which columns of a measure belong to which paper: the words, the day.
COLUMNS = {FilingKind.PLAN: ("text", "by_on"), FilingKind.REPORT: ("result", "done_on")}


class StaleMeasures(Exception):
    """Measures that somebody else has saved in the meantime; nothing was saved. Shapes: `rows` by primary key."""

    def __init__(self, rows: Mapping[int, Measure]) -> None:
        super().__init__(list(rows))
        self.rows = rows

    def __str__(self) -> str:
        return _("Someone else has changed this in the meantime. Look at what is there now, then save again.")


@dataclass(frozen=True, slots=True)
class Said:
    """What was typed of one measure, for the plan or for the report; `version` is the one that the form showed."""

    words: str
    on: date | None
    version: int | str | None


@transaction.atomic
def save_measures(
    *, round_: RemediationRound, unit: Unit, kind: FilingKind, said: Mapping[int, Said], by: User
) -> int:
    """Keep measures (for the plan) or results (for the report) of a unit; how many rows changed.

    Shapes: `said` holds the rows that were changed, by primary key of the measure.

    Raises: RemediationRefused when this part is closed, StaleMeasures.
    """
    expect_open(locked_filings(round_, unit), kind)
    found = Measure.objects.filter(remediation__round=round_, unit=unit, pk__in=said)
    related = found.select_related("remediation__task", "unit", "updated_by")
    rows = list(related.select_for_update(of=("self",)).order_by("pk"))
    if stale := {row.pk: row for row in rows if is_stale(row, said[row.pk])}:
        raise StaleMeasures(stale)
    changes = [each for row in rows for each in put_words(row, kind, said[row.pk]) if each.is_real]
    changed = {change.row.pk for change in changes}
    made = [row for row in rows if row.pk in changed]
    for row in made:
        row.version += 1
        row.updated_by, row.updated_at = by, timezone.now()
    if made:
        Measure.objects.bulk_update(made, [*COLUMNS[kind], "version", "updated_by", "updated_at"], CHUNK)
        record(Action.MEASURE_SAVED, round_, by=by, changes=changes)
    return len(made)


def is_stale(row: Measure, said: Said) -> bool:
    try:
        check_version(row.version, said.version)
    except StaleVersion:
        return True
    return False


def put_words(row: Measure, kind: FilingKind, said: Said) -> Iterator[Change]:
    words, on = COLUMNS[kind]
    yield Change(row, words, getattr(row, words), said.words.strip())
    yield Change(row, on, day(getattr(row, on)), day(said.on))
    setattr(row, words, said.words.strip())
    setattr(row, on, said.on)


def locked_filings(round_: RemediationRound, unit: Unit) -> dict[str, Filing]:
    rows = Filing.objects.select_for_update(of=("self",)).filter(round=round_, unit=unit).select_related("round")
    return {row.kind: row for row in rows.order_by("pk")}


def expect_open(filings: Mapping[str, Filing], kind: FilingKind) -> None:
    """Raises: RemediationRefused when this part was sent, or is not open yet."""
    plan, report = filings[FilingKind.PLAN], filings[FilingKind.REPORT]
    if kind is FilingKind.REPORT and plan.sent_on is None:
        raise RemediationRefused(_("The report is open once the plan has been sent."))
    sent = plan if kind is FilingKind.PLAN else report
    if sent.sent_on is not None:
        words = (
            _("The plan was sent on %(day)s. The office can give it back.")
            if kind is FilingKind.PLAN
            else _("The report was sent on %(day)s. The office can give it back.")
        )
        raise RemediationRefused(words % {"day": day(sent.sent_on)})


@transaction.atomic
def send_filing(
    *, filing: Filing, paper: Paper, version: int | str | None, by: User, received_on: date | None = None
) -> Filing:
    """Send a plan or a report. `received_on`: the office enters a paper that came to it otherwise.

    Raises: StaleVersion; RemediationRefused when it was sent, when a row of the unit's own says nothing yet, or
    for a day in the future.
    """
    filings = locked_filings(filing.round, filing.unit)
    found, kind = filings[filing.kind], FilingKind(filing.kind)
    expect_open(filings, kind)
    check_version(found.version, version)
    if received_on is not None and received_on > today():
        raise RemediationRefused(_("This day lies in the future."))
    if received_on is None and (empty := unsaid(found)):
        words = ngettext(
            "%(count)s lost criterion has nothing written yet: complete it and save, then send.",
            "%(count)s lost criteria have nothing written yet: complete them and save, then send.",
            empty,
        )
        raise RemediationRefused(words % {"count": empty})
    before = shown_paper(paper_of(found))
    found.sent_on, found.sent_by = received_on or today(), by
    found.first_sent_on = found.first_sent_on or found.sent_on
    put_paper(found, paper)
    found.version += 1
    found.save()
    after = shown_paper(paper)
    changes = [
        Change(found, "sent_on", "", day(found.sent_on)),
        *(Change(found, name, before[name], after[name]) for name in after),
    ]
    record(Action.FILING_SENT, found.round, by=by, changes=changes)
    tell_office(found, by)
    return found


def unsaid(filing: Filing) -> int:
    """The unit's rows without words for this paper; those whose points were given back need none."""
    words, _on = COLUMNS[FilingKind(filing.kind)]
    lost = Score.objects.lossy().values("pk")
    rows = Measure.objects.filter(remediation__round=filing.round, remediation__loss__score__in=lost)
    return rows.filter(unit=filing.unit, **{words: ""}).count()


@transaction.atomic
def give_back(*, filing: Filing, reason: str, version: int | str | None, by: User) -> Filing:
    """Open a plan or a report again; its unit is told why. What was written stays.

    Raises: StaleVersion; RemediationRefused without a reason, when nothing was sent, or for a plan whose report
    was sent.
    """
    filings = locked_filings(filing.round, filing.unit)
    found = filings[filing.kind]
    check_version(found.version, version)
    if found.sent_on is None:
        raise RemediationRefused(_("It has not been sent: there is nothing to give back."))
    if found.kind == FilingKind.PLAN and filings[FilingKind.REPORT].sent_on is not None:
        raise RemediationRefused(_("The report on this plan was sent: give the report back first."))
    if not reason.strip():
        raise RemediationRefused(_("Give the reason."))
    change = Change(found, "sent_on", day(found.sent_on), "")
    found.sent_on = found.sent_by = None
    found.note = reason.strip()
    found.version += 1
    found.save()
    record(Action.FILING_REOPENED, found.round, by=by, reason=found.note, changes=[change])
    with override(settings.LANGUAGE_CODE):
        subject = _("%(what)s given back: %(reason)s") % {
            "what": capfirst(found.get_kind_display()),
            "reason": found.note,
        }
    tell_units(found.round, [found.unit_id], {Notice.Kind.REMEDIATION_ASKED: subject})
    return found


def tell_office(filing: Filing, by: User) -> None:
    """Tell the coordinators of the office that runs the round."""
    campaign = filing.round.campaign
    told = User.objects.holding(Role.COORDINATOR, units=[campaign.office_id]).exclude(pk=by.pk)
    with override(settings.LANGUAGE_CODE):
        subject = f"{filing.unit.name}: {filing.get_kind_display()} · {campaign.title}"
    url = reverse("remediation", args=[filing.round_id])
    notify(told, kind=Notice.Kind.REMEDIATION_SENT, subject=subject, url=url)
