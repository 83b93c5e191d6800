"""Many rows of a sheet at once: those accepted from a file, and what is copied from last year."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.core.files.storage import Storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from parportal.entry.versions import StaleVersion
from scoring.actions.scores import row_entry, write_score
from scoring.evidence_files import arrived, drop
from scoring.filling import filling_of
from scoring.last_year import LastYear, last_year, may_be_copied, unchecked_documents, unchecked_notes
from scoring.leaves import leaves_of
from scoring.models import Evidence, Score, ScoreSheet
from scoring.models.evidence import stored_path
from scoring.rows import AnswersRefused, rule_problems
from scoring.rules import RuleErrors
from scoring.settling import settle_sheet
from scoring.workflow import MoveRefused
from units.audit import Action, Change, record
from units.models import User


@dataclass(frozen=True, slots=True)
class AcceptedRow:
    """A row of a file that a person accepted.

    `version` is that of the row when its preview was shown. Shapes: `fields` as in the form of a row.
    """

    criterion: int
    code: str
    version: int
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What was saved and what was not. Units: `saved` counts rows. Shapes: `left_out` pairs a code with why."""

    saved: int
    left_out: tuple[tuple[str, str], ...]


@transaction.atomic
def accept_rows(*, sheet: ScoreSheet, rows: Collection[AcceptedRow], file_name: str, by: User) -> Acceptance:
    """Save accepted rows of a file, by the same rules as rows that are typed.

    A row that changed after its preview, or cannot be saved any more, is left out; the others are saved together.

    Raises: MoveRefused when the sheet was locked meanwhile.
    """
    locked = locked_rows(sheet, by)
    expect_open(sheet, by)
    leaves = leaves_of(sheet.campaign.criteria_set).by_pk
    changes: list[Change] = []
    left_out: list[tuple[str, str]] = []
    saved = 0
    for row in sorted(rows, key=lambda each: each.criterion):
        score = locked.get(row.criterion)
        if score is None:
            left_out.append((row.code, _("The row is no more, or is not yours to fill in.")))
            continue
        method = leaves[row.criterion].method
        try:
            changes += write_score(score=score, entry=row_entry(method, row.fields), version=row.version, by=by)
            saved += 1
        except StaleVersion:
            left_out.append((row.code, _("It was changed on the portal after the preview.")))
        except RuleErrors as refusal:
            left_out.append((row.code, " ".join(each.text for each in rule_problems(refusal).values())))
        except AnswersRefused:
            left_out.append((row.code, _("It cannot be saved any more as the file says it.")))
        except MoveRefused as refusal:
            left_out.append((row.code, str(refusal)))
    if saved:
        record(Action.SHEET_IMPORTED, sheet, by=by, reason=file_name, changes=changes)
        settle_sheet(sheet)
    return Acceptance(saved, tuple(left_out))


def locked_rows(sheet: ScoreSheet, by: User) -> dict[int, Score]:
    """The person's rows of a sheet by criterion, locked with the sheet.

    All know its parts as they are under the lock: one query for them.
    """
    rows = Score.objects.fillable_by(by).for_saving().filter(sheet=sheet.pk)
    found = {score.criterion_id: score for score in rows.order_by("criterion__position")}
    sheet.__dict__.pop("parts", None)
    for score in found.values():
        score.sheet.parts = sheet.parts
    return found


def expect_open(sheet: ScoreSheet, by: User) -> None:
    """The sheet is read again, under its lock.

    Raises: MoveRefused when the person can fill in nothing of it now.
    """
    sheet.refresh_from_db(fields=["status", "due_at", "submitted_at"])
    filling = filling_of(sheet, leaves_of(sheet.campaign.criteria_set).tree, by)
    if filling.locked:
        raise MoveRefused(filling.locked)


# From last year -----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied. Units: notes, documents, and those of them that came without their file."""

    notes: int
    documents: int
    without_file: int


def copy_last_year(*, sheet: ScoreSheet, source: ScoreSheet, by: User) -> Copied:
    """Copy notes and evidence of an earlier sheet into rows that hold neither; all is marked "to be checked".

    Files are copied before the rows are locked, under names of their own: large ones take their time.

    Raises: MoveRefused when the sheet is locked.
    """
    expect_open(sheet, by)
    files = copied_files(last_year(sheet, source, by).documents.values())
    storage = Evidence._meta.get_field("file").storage
    used: set[str] = set()
    try:
        with transaction.atomic():
            rows = locked_rows(sheet, by)
            expect_open(sheet, by)
            found = last_year(sheet, source, by)
            notes = copy_notes(found, rows, by)
            copies = copy_documents(found, files, sheet, by)
            record_copies(found, rows, copies, by)
            for each in copies.values():
                if each.file:
                    arrived(each, by=by)
        used = {str(each.file.name) for each in copies.values() if each.file}
    finally:
        discard(storage, set(files.values()) - used)
    return Copied(notes, len(copies), sum(not each.file for each in copies.values() if each.original_name))


def copied_files(documents: Iterable[Evidence]) -> dict[int, str]:
    """Stored names of fresh copies by document; a file that is missing on the disk has none."""
    copies = {}
    for each in documents:
        if not may_be_copied(each):
            continue
        try:
            with each.file.open("rb") as content:
                copies[each.pk] = each.file.storage.save(stored_path(each, ""), content)
        except OSError:
            continue
    return copies


def discard(storage: Storage, names: Iterable[str]) -> None:
    for name in names:
        storage.delete(name)


def copy_notes(found: LastYear, rows: Mapping[int, Score], by: User) -> int:
    """Write the notes into the locked rows; a page that was opened before must not write over them."""
    changed = []
    for copy in found.rows:
        score = rows[copy.score.criterion_id]
        if copy.note:
            score.note, score.to_check = copy.note, True
            score.version += 1
            score.updated_at, score.updated_by = timezone.now(), by
            changed.append(score)
    Score.objects.bulk_update(changed, ["note", "to_check", "version", "updated_at", "updated_by"])
    return len(changed)


def copy_documents(found: LastYear, files: Mapping[int, str], sheet: ScoreSheet, by: User) -> dict[int, Evidence]:
    """New documents by the primary key of last year's, linked to the rows that they prove."""
    copies = {pk: copy_of(each, files.get(pk, ""), sheet, by) for pk, each in found.documents.items()}
    Evidence.objects.bulk_create(copies.values())
    through = Evidence.scores.through
    through.objects.bulk_create(
        through(evidence_id=copies[each.pk].pk, score_id=copy.score.pk)
        for copy in found.rows
        for each in copy.evidence
    )
    return copies


def copy_of(old: Evidence, file: str, sheet: ScoreSheet, by: User) -> Evidence:
    """A document of its own; without its file the reference alone, which names at least the file."""
    copy = Evidence(sheet=sheet, added_by=by, to_check=True)
    for name in ("number", "issued_on", "issuer", "title", "page", "original_name"):
        setattr(copy, name, getattr(old, name))
    if file:
        copy.file = file
        for name in ("content_type", "extension", "size", "sha256", "scan"):
            setattr(copy, name, getattr(old, name))
    elif not (copy.number or copy.title):
        copy.title = copy.original_name
    return copy


def record_copies(found: LastYear, rows: Mapping[int, Score], copies: Mapping[int, Evidence], by: User) -> None:
    changes = []
    for copy in found.rows:
        score = rows[copy.score.criterion_id]
        if copy.note:
            changes.append(Change(score, "note", "", copy.note))
        changes += [Change(score, "evidence", "", copies[each.pk]) for each in copy.evidence]
    if changes:
        sheet = rows[found.rows[0].score.criterion_id].sheet
        record(Action.COPIED_FROM_LAST_YEAR, sheet, by=by, reason=str(found.source), changes=changes)


@transaction.atomic
def remove_copies(*, sheet: ScoreSheet, by: User) -> Copied:
    """Take away what was copied from last year and nobody has checked yet.

    Raises: MoveRefused when the sheet is locked.
    """
    rows = locked_rows(sheet, by)
    expect_open(sheet, by)
    notes = unchecked_notes(rows.values())
    documents = unchecked_documents(sheet, rows.values())
    changes = [Change(score, "note", score.note, "") for score in notes]
    changes += [Change(score, "evidence", each, "") for each in documents for score in each.scores.all()]
    for score in notes:
        score.note, score.to_check = "", False
        score.version += 1
    Score.objects.bulk_update(notes, ["note", "to_check", "version"])
    for each in documents:
        drop(each)
    if changes:
        record(Action.COPIES_REMOVED, sheet, by=by, changes=changes)
    return Copied(len(notes), len(documents), 0)
