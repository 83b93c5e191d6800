"""A draft as a whole: begun, its head saved, outline and texts of an earlier report taken over, deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from parportal.entry.versions import check_version
from reports.basis import Basis
from reports.drafts import new_report
from reports.kinds import KINDS, stored
from reports.models import Report, ReportPart, ReportStatus
from reports.page_files import stored_names
from reports.workflow import MoveRefused, changed_since, must_be_open
from units.audit import Action, Change, differences, record
from units.models import User

# What is still filled in when the text stands: by the clerk who registers the paper, and by the signer.
LATE_FIELDS = ("number", "issued_on", "authority", "deputy_for", "signer_title", "signer_name")


def lock_report(report: Report) -> Report:
    """The report as it is stored, locked until the transaction ends.

    Raises: MoveRefused when it was deleted meanwhile.
    """
    locked = Report.objects.select_for_update().filter(pk=report.pk).first()
    if locked is None:
        raise MoveRefused(_("The draft was deleted meanwhile."))
    return locked


def lock_open(report: Report) -> Report:
    """Raises: MoveRefused when its text is locked."""
    locked = lock_report(report)
    must_be_open(locked)
    return locked


def touch(report: Report, by: User) -> None:
    """Note that the paper is another one now: what was made of it before is older."""
    Report.objects.filter(pk=report.pk).update(updated_at=timezone.now(), updated_by=by)


@transaction.atomic
def start_report(*, kind: str, basis: Basis, by: User) -> tuple[Report, bool]:
    """Begin a draft with the outline of the unit's last report of this kind; or the one that was begun already.

    Shapes: the report, and whether it is new. Raises: NoPaper, ChildrenUnclear.
    """
    begun = stored(kind, basis)
    if begun is not None:
        return begun, False
    report = new_report(kind, basis, KINDS[kind].build(basis))
    report.version = 1
    report.updated_by = by
    try:
        with transaction.atomic():
            report.save()
    except IntegrityError:
        begun = stored(kind, basis)
        if begun is None:
            raise
        return begun, False
    outline = take_outline(report, by)
    record(Action.REPORT_STARTED, report, by=by, changes=[Change(report, "outline", "", outline or "")])
    return report, True


def earlier_of(report: Report, user: User) -> Report | None:
    """The unit's last report of this kind before this one, if the person may write it: an office that analyses a
    unit does not read what the unit wrote for another one.
    """
    same = Report.objects.editable_by(user).filter(kind=report.kind, unit=report.unit)
    return same.filter(year__lte=report.year, pk__lt=report.pk).order_by("-year", "-pk").first()


def take_outline(report: Report, by: User) -> Report | None:
    """Headings, order, sections of their own without a text, and what is switched off, of the last report."""
    earlier = earlier_of(report, by)
    if earlier is None:
        return None
    ReportPart.objects.bulk_create(
        ReportPart(
            report=report,
            key=part.key,
            above=part.above,
            position=part.position,
            title=part.title,
            is_shown=part.is_shown,
            hidden=part.hidden,
            version=0,
            updated_by=by,
        )
        for part in earlier.parts.all()
        if in_outline(part)
    )
    return earlier


def in_outline(part: ReportPart) -> bool:
    """Whether it says more than a text."""
    return bool(part.title or part.hidden) or part.position is not None or not part.is_shown or part.is_own


@transaction.atomic
def reset_outline(*, report: Report, by: User) -> None:
    """Headings, order and what is printed as the portal proposes it; texts stay.

    Raises: MoveRefused.
    """
    lock_open(report)
    every = {part.key: part for part in report.parts.select_for_update()}
    parts, kept = [part for part in every.values() if in_outline(part)], own_with_text(every)
    changes = [Change(part, "outline", part.title or part.key, "") for part in parts]
    record(Action.REPORT_PART_MOVED, report, by=by, changes=changes)
    for part in parts:
        if part.is_own and part.key not in kept:
            part.delete()
        else:
            part.position, part.is_shown, part.hidden = None, True, []
            part.title = part.title if part.is_own else ""
            part.save()
    touch(report, by)


def own_with_text(parts: Mapping[str, ReportPart]) -> set[str]:
    """Keys of the sections of people's own that say something, and of those that hold them."""
    found = {part.key for part in parts.values() if part.is_own and part.text}
    for key in list(found):
        above = parts[key].above
        while above in parts and above not in found:
            found.add(above)
            above = parts[above].above
    return found


@transaction.atomic
def carry_texts(*, report: Report, by: User) -> int:
    """Take over the texts of the unit's last report of this kind where nothing was written yet; how many.

    Each is marked until a person has looked at it. Raises: MoveRefused.
    """
    locked = lock_open(report)
    earlier = earlier_of(locked, by)
    parts = {part.key: part for part in locked.parts.select_for_update()}
    changes = []
    for text in written_parts(earlier):
        part = parts.get(text.key) or ReportPart(report=locked, key=text.key, above=text.above, version=0)
        if part.text:
            continue
        if part.is_own and not part.title:
            part.title = text.title
        changes.append(Change(part, "text", part.text, text.text))
        part.text, part.is_carried, part.updated_by = text.text, True, by
        part.version += 1
        part.save()
    # A row has its key in the history once it is stored.
    record(Action.REPORT_CARRIED, locked, by=by, changes=changes)
    touch(locked, by)
    return len(changes)


def written_parts(report: Report | None) -> Iterable[ReportPart]:
    return report.parts.exclude(text=None).exclude(text="") if report else ()


@transaction.atomic
def save_head(*, report: Report, before: Mapping[str, object], version: int | str | None, by: User) -> None:
    """Save the head of a report whose attributes were changed from `before`; when its text stands, only what is
    filled in then.

    Raises: StaleVersion, MoveRefused.
    """
    stored_now = lock_report(report)
    check_version(stored_now.version, version)
    names = [name for name in before if stored_now.is_open or name in LATE_FIELDS]
    if stored_now.status == ReportStatus.ARCHIVED:
        must_be_open(stored_now)
    report.version = stored_now.version + 1
    report.updated_by = by
    report.save(update_fields=[*names, "version", "updated_by", "updated_at"])
    record(Action.REPORT_SAVED, report, by=by, changes=differences(report, {name: before[name] for name in names}))


@transaction.atomic
def delete_draft(*, report: Report, by: User, seen: str = "") -> None:
    """Delete a draft that was never archived, with the files that were made of it.

    Shapes: `seen` as for `changed_since`. Raises: MoveRefused.
    """
    locked = lock_open(report)
    if changed := changed_since(locked, seen, by):
        raise MoveRefused(changed)
    if locked.files.filter(is_final=True).exists():
        raise MoveRefused(_("The report has archived editions: it is kept."))
    files = list(locked.files.all())
    names = [name for each in files for name in stored_names(each)]
    record(Action.REPORT_DELETED, locked.unit, by=by, changes=[Change(locked, "report", str(locked), "")])
    for each in files:
        each.delete()
    locked.delete()
    transaction.on_commit(lambda: remove_files(names))


def remove_files(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)
