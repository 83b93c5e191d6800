"""Sections of a draft: their text and heading, their place, what is printed, sections of people's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from parportal.entry.problems import EntryProblem
from parportal.entry.versions import check_version
from reports.actions.drafts import lock_open, touch
from reports.models import Report, ReportPart
from units.audit import Action, Change, record
from units.models import AuditChange, AuditEvent, User

KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
TEXT_LENGTH = 200_000
TITLE_LENGTH = 500
MOST_PARTS = 1000
# What one person writes into one section within ten minutes of the first save is one event of the history.
SITTING = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class PartSaid:
    """What a person writes of a section; None leaves the proposed text, an empty title the proposed heading."""

    text: str | None
    title: str = ""

    @classmethod
    def of(cls, part: ReportPart | None) -> PartSaid:
        return cls(part.text, part.title) if part else cls(None)


def checked_key(key: str) -> str:
    """Raises: EntryProblem."""
    if not KEY.fullmatch(key):
        raise EntryProblem(_("This section does not belong to the report."))
    return key


def lock_part(report: Report, key: str) -> ReportPart:
    """The row of a section, locked, or a new one (version 0).

    Raises: EntryProblem.
    """
    found = report.parts.select_for_update().filter(key=checked_key(key)).first()
    if found is None:
        if key.startswith("own-") or report.parts.count() >= MOST_PARTS:
            raise EntryProblem(_("This section was removed."))
        found = ReportPart(report=report, key=key, version=0)
    return found


@transaction.atomic(savepoint=False)
def save_part(
    *, report: Report, key: str, said: PartSaid, version: int | str | None, by: User, goes_on: bool = True
) -> ReportPart:
    """Save text and heading of a section; what is saved a person has looked at.

    `goes_on`: the history holds what one person writes in a sitting once; an older text that is put back never
    takes the place there of what stood before.

    Raises: StaleVersion, MoveRefused, EntryProblem.
    """
    lock_open(report)
    part = lock_part(report, key)
    check_version(part.version, version)
    if len(said.text or "") > TEXT_LENGTH or len(said.title) > TITLE_LENGTH:
        raise EntryProblem(_("This text is too long for one section."))
    before = PartSaid.of(part)
    part.text, part.title, part.is_carried = said.text, said.title, False
    part.version += 1
    part.updated_by = by
    part.save()
    touch(report, by)
    remember(report, part, before, by, goes_on=goes_on)
    return part


def remember(report: Report, part: ReportPart, before: PartSaid, by: User, *, goes_on: bool) -> None:
    """One event for a sitting: what the person wrote first to what stands now."""
    if goes_on and before.text is not None and before.title == part.title:
        going_on = last_change(report, part, by)
        if going_on is not None:
            going_on.new = part.text or ""
            going_on.save(update_fields=["new"])
            return
    changes = [Change(part, "text", before.text, part.text), Change(part, "title", before.title, part.title)]
    record(Action.REPORT_PART_SAVED, report, by=by, changes=changes)


def last_change(report: Report, part: ReportPart, by: User) -> AuditChange | None:
    """The change of this text that the person made just now, if nothing has happened to the report since."""
    scope = ContentType.objects.get_for_model(Report)
    event = AuditEvent.objects.filter(scope_type=scope, scope_id=report.pk).order_by("-pk").first()
    if event is None or event.action != Action.REPORT_PART_SAVED or event.by_id != by.pk:
        return None
    if event.at < timezone.now() - SITTING:
        return None
    return event.changes.filter(
        row_type=ContentType.objects.get_for_model(ReportPart), row_id=part.pk, attribute="text"
    ).first()


@transaction.atomic
def reset_part(*, report: Report, key: str, version: int | str | None, by: User) -> None:
    """Give a section its proposed text again; the history keeps what was written.

    Raises: StaleVersion, MoveRefused, EntryProblem.
    """
    lock_open(report)
    part = lock_part(report, key)
    check_version(part.version, version)
    change = Change(part, "text", part.text, "")
    part.text, part.is_carried = None, False
    part.version += 1
    part.updated_by = by
    part.save()
    touch(report, by)
    record(Action.REPORT_PART_SAVED, report, by=by, changes=[change])


@transaction.atomic
def show_part(*, report: Report, key: str, shown: bool, block: str = "", by: User) -> None:
    """Print a section, or one table or chart of it by its name, or leave it out.

    Raises: MoveRefused, EntryProblem.
    """
    lock_open(report)
    part = lock_part(report, key)
    before: tuple[bool, list[str]] = (part.is_shown, list(part.hidden))
    if block:
        part.hidden = sorted({*part.hidden, block[:80]} if not shown else {*part.hidden} - {block})
    else:
        part.is_shown = shown
    part.save()
    touch(report, by)
    changes = [
        Change(part, "is_shown", before[0], part.is_shown),
        Change(part, "hidden", ", ".join(before[1]), ", ".join(part.hidden)),
    ]
    record(Action.REPORT_PART_SAVED, report, by=by, changes=changes)


@transaction.atomic
def order_parts(*, report: Report, keys: list[str], moved: str, by: User) -> None:
    """Put the sections below one heading into an order.

    Shapes: `keys` are all of them, in their new order; `moved` is the one that the person moved.

    Raises: MoveRefused, EntryProblem.
    """
    lock_open(report)
    stored = {part.key: part for part in report.parts.select_for_update().filter(key__in=keys)}
    for place, key in enumerate(keys):
        part = stored.get(key) or lock_part(report, key)
        if part.position != place:
            part.position = place
            part.save()
        if key == moved:
            record(Action.REPORT_PART_MOVED, report, by=by, changes=[Change(part, "position", "", place + 1)])
    touch(report, by)


@transaction.atomic
def add_part(*, report: Report, above: str, keys: list[str], after: str, title: str, by: User) -> ReportPart:
    """A section of people's own below the heading `above` (empty: a part), behind the section `after`.

    Shapes: `keys` are the sections below that heading now, in their order.

    Raises: MoveRefused, EntryProblem.
    """
    lock_open(report)
    if report.parts.count() >= MOST_PARTS:
        raise EntryProblem(_("The report has too many sections of its own."))
    title = " ".join(title.split())[:TITLE_LENGTH]
    if not title:
        raise EntryProblem(_("Give the new section a heading."))
    part = ReportPart.objects.create(
        report=report, key=f"own-{uuid4().hex[:12]}", above=above, title=title, text="", updated_by=by
    )
    place = keys.index(after) + 1 if after in keys else len(keys)
    order_parts(report=report, keys=[*keys[:place], part.key, *keys[place:]], moved=part.key, by=by)
    record(Action.REPORT_PART_SAVED, report, by=by, changes=[Change(part, "title", "", title)])
    return part


@transaction.atomic
def remove_part(*, report: Report, key: str, by: User) -> None:
    """Remove a section of people's own with those below it; the history keeps their texts.

    Raises: MoveRefused, EntryProblem.
    """
    lock_open(report)
    part = lock_part(report, key)
    if not part.is_own:
        raise EntryProblem(_("Only sections of your own are removed; others are left out of the paper."))
    every = list(report.parts.select_for_update().filter(key__startswith="own-"))
    gone = [part]
    for each in gone:
        gone += [below for below in every if below.above == each.key]
    changes = [Change(each, "text", f"{each.title}\n{each.text or ''}", "") for each in gone]
    record(Action.REPORT_PART_REMOVED, report, by=by, changes=changes)
    for each in gone:
        each.delete()
    touch(report, by)
