"""Evidence of the unit's rows: added, used for further rows, corrected, replaced, taken away.

What was handed in never changes and never goes; `scoring.evidence_rules` says what may still be done.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from parportal.entry.kept_files import Source, attach
from parportal.entry.models import Upload, UploadState
from parportal.entry.problems import EntryProblem
from scoring.evidence_files import arrived, drop, take_file_of
from scoring.evidence_rules import is_late_now, why_item_is_kept, why_none_on_row
from scoring.filling import why_row_is_locked
from scoring.models import Evidence, Score
from scoring.workflow import MoveRefused, why_row_is_closed
from units.audit import Action, Change, differences, record
from units.models import User


@dataclass(frozen=True, slots=True)
class Reference:
    """The citation of a document: number, date, issuer, title, and the page or section that proves the score."""

    number: str = ""
    issued_on: date | None = None
    issuer: str = ""
    title: str = ""
    page: str = ""

    @property
    def names_something(self) -> bool:
        return bool(self.number or self.title)


CITED = ("number", "issued_on", "issuer", "title", "page")


@transaction.atomic
def add_evidence(*, score: Score, reference: Reference, file: Source | None, by: User) -> Evidence:
    """Add one document to a row: a reference, a file, or both. See `add_documents`."""
    return add_documents(score=score, reference=reference, files=[file] if file else [], by=by)[0]


@transaction.atomic
def add_documents(*, score: Score, reference: Reference, files: Sequence[Source], by: User) -> list[Evidence]:
    """Add files to a row, each as a document of its own under the same reference; or the reference alone.

    After submission they are marked as late. An upload that was added before is left out: the browser may not
    have heard the first answer. `score` comes from `Score.objects.visible_to(by).for_saving()`: row and sheet are
    locked.

    Raises: MoveRefused when nothing can be added now; EntryProblem for a file that is not taken (then none is),
    and when nothing is named.
    """
    if why := why_none_on_row(score, by):
        raise MoveRefused(_("%(why)s Its evidence can no longer be changed.") % {"why": why})
    if not (reference.names_something or files):
        raise EntryProblem(_("Give the number or the title of the document, or choose a file."))
    new = [each for each in files if not was_added(each, score)]
    if files and not new:
        return []
    late = is_late_now(score.sheet)
    added = [new_document(score, reference, each, is_late=late, by=by) for each in new] or [
        new_document(score, reference, None, is_late=late, by=by)
    ]
    action = Action.EVIDENCE_ADDED_LATE if late else Action.EVIDENCE_ADDED
    record(action, score.sheet, by=by, changes=[Change(score, "evidence", "", each) for each in added])
    for each in added:
        arrived(each, by=by)
    return added


def was_added(source: Source, score: Score) -> bool:
    """Whether this very upload is evidence of the row already."""
    if not isinstance(source, Upload) or source.state != UploadState.COMPLETE or source.file:
        return False
    return score.evidence.filter(sha256=source.sha256).exists()


def new_document(
    score: Score, reference: Reference, source: Source | None, *, is_late: bool, by: User
) -> Evidence:
    evidence = Evidence(sheet=score.sheet, added_by=by, is_late=is_late)
    cite(evidence, reference)
    if source is not None:
        attach(evidence, source)
    evidence.save()
    evidence.scores.add(score)
    return evidence


def cite(evidence: Evidence, reference: Reference) -> None:
    for name in CITED:
        setattr(evidence, name, getattr(reference, name))


@transaction.atomic
def link_evidence(*, evidence: Evidence, score: Score, by: User) -> None:
    """Use a document of the sheet for one more of its rows. `score` as in `add_documents`.

    Raises: MoveRefused when the row is locked; after submission, for what was handed in before.
    """
    if why := why_none_on_row(score, by):
        raise MoveRefused(_("%(why)s Its evidence can no longer be changed.") % {"why": why})
    if evidence.sheet_id != score.sheet_id:
        raise MoveRefused(_("The document belongs to another sheet."))
    if Evidence.objects.filter(replaces=evidence).exists():
        raise MoveRefused(_("There is a newer version of this document."))
    late = is_late_now(score.sheet)
    if late and not evidence.is_late:
        raise MoveRefused(
            _(
                "The sheet was handed in: what was in it then is used as it was. "
                "Add the document again, as a late one."
            )
        )
    if evidence.scores.filter(pk=score.pk).exists():
        return
    evidence.scores.add(score)
    action = Action.EVIDENCE_ADDED_LATE if late else Action.EVIDENCE_ADDED
    record(action, score.sheet, by=by, changes=[Change(score, "evidence", "", evidence)])


@transaction.atomic
def remove_evidence(*, evidence: Evidence, score: Score, by: User) -> Evidence | None:
    """Take a document from a row; with its last row the document and its file go too. The history keeps its name.

    A new version is taken back from all its rows at once, and the version before, which is returned, stands again.

    Raises: MoveRefused when the row is locked, and for what was handed in with the sheet.
    """
    expect_changeable([score], by)
    if why := why_item_is_kept(evidence, score):
        raise MoveRefused(why)
    if evidence.replaces is not None:
        return take_back(evidence, by)
    record(Action.EVIDENCE_REMOVED, score.sheet, by=by, changes=[Change(score, "evidence", evidence, "")])
    evidence.scores.remove(score)
    if not evidence.scores.exists():
        drop(evidence)
    return None


def take_back(evidence: Evidence, by: User) -> Evidence:
    earlier = evidence.replaces
    assert earlier is not None
    rows = rows_of(evidence)
    expect_changeable(rows, by)
    changes = [Change(row, "evidence", evidence, earlier) for row in rows]
    record(Action.EVIDENCE_CHANGED, evidence.sheet, by=by, changes=changes)
    earlier.scores.set(rows)
    drop(evidence)
    return earlier


@transaction.atomic
def change_reference(*, evidence: Evidence, reference: Reference, by: User) -> None:
    """Correct the citation of a document that was not handed in yet; whoever corrects it has checked it.

    Raises: MoveRefused when a row that it proves is locked, and for what was handed in; EntryProblem when nothing
    is named.
    """
    rows = rows_of(evidence)
    expect_changeable(rows, by)
    if why := why_item_is_kept(evidence):
        raise MoveRefused(why)
    if not (reference.names_something or evidence.file):
        raise EntryProblem(_("Give the number or the title of the document, or choose a file."))
    before: dict[str, object] = {name: getattr(evidence, name) for name in CITED}
    cite(evidence, reference)
    evidence.to_check = False
    evidence.save(update_fields=[*CITED, "to_check"])
    changes = differences(evidence, before)
    if any(change.is_real for change in changes):
        told = [Change(row, "evidence", change.old, change.new) for row in rows for change in changes]
        record(Action.EVIDENCE_CHANGED, evidence.sheet, by=by, changes=[*changes, *told])


@transaction.atomic
def replace_evidence(*, evidence: Evidence, reference: Reference, file: Source | None, by: User) -> Evidence:
    """Add a new version of a document, which takes over its rows; without a file it has that of the one before.

    The version before stays, with its file, among the versions of the document.

    Raises: MoveRefused when a row that it proves is locked, or when there is a newer version; EntryProblem.
    """
    rows = rows_of(evidence)
    expect_changeable(rows, by)
    if Evidence.objects.filter(replaces=evidence).exists():
        raise MoveRefused(_("There is a newer version of this document."))
    newer = Evidence(sheet=evidence.sheet, added_by=by, replaces=evidence)
    cite(newer, reference)
    if file is not None:
        attach(newer, file)
    elif evidence.file:
        take_file_of(newer, evidence)
    if not (reference.names_something or newer.file):
        raise EntryProblem(_("Give the number or the title of the document, or choose a file."))
    newer.save()
    newer.scores.set(rows)
    evidence.scores.clear()
    changes = [Change(row, "evidence", evidence, newer) for row in rows]
    record(Action.EVIDENCE_CHANGED, evidence.sheet, by=by, changes=changes)
    arrived(newer, by=by)
    return newer


@transaction.atomic
def check_evidence(*, evidence: Evidence, by: User) -> None:
    """Say that a document copied from last year was looked at and holds for this year.

    Raises: MoveRefused when a row that it proves is locked.
    """
    rows = rows_of(evidence)
    expect_changeable(rows, by)
    if not evidence.to_check:
        return
    evidence.to_check = False
    evidence.save(update_fields=["to_check"])
    changes = [Change(row, "to_check", evidence, "") for row in rows]
    record(Action.EVIDENCE_CHECKED, evidence.sheet, by=by, changes=changes)


def rows_of(evidence: Evidence) -> list[Score]:
    """The rows that a document proves, locked with their sheet.

    Raises: MoveRefused when there are none: nobody can change what is not used.
    """
    rows = list(Score.objects.for_saving().filter(evidence=evidence).order_by("criterion__position"))
    if not rows:
        raise MoveRefused(_("No row uses this document now."))
    return rows


def expect_changeable(rows: Iterable[Score], by: User) -> None:
    """Raises: MoveRefused in words when a row is locked for this person."""
    for row in rows:
        if why := why_row_is_locked(row, by) or why_row_is_closed(row):
            raise MoveRefused(_("%(why)s Its evidence can no longer be changed.") % {"why": why})
