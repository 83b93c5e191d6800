"""Evidence of the unit's rows: added, linked to further rows, taken away; never changed after submission."""

from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from parportal.entry.problems import EntryProblem
from parportal.entry.uploads import CONTENT_TYPES, CheckedUpload, check_upload
from scoring.models import Evidence, Score
from scoring.workflow import MoveRefused, why_row_is_closed, why_rows_are_locked
from units.audit import Action, Change, record
from units.models import User

NAME_LENGTH = 200


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


@transaction.atomic
def add_evidence(*, score: Score, reference: Reference, file: File[Any] | None, by: User) -> Evidence:
    """Add a document to a row: a reference, a file, or both.

    `score` comes from `Score.objects.visible_to(by).for_saving()`: row and sheet are locked.

    Raises: MoveRefused when the sheet is locked, UploadProblem for a file that is not taken, EntryProblem when
    nothing is named.
    """
    expect_editable(score, by)
    if not (reference.names_something or file):
        raise EntryProblem(_("Give the number or the title of the document, or choose a file."))
    checked = check_upload(file, max_bytes=settings.MAX_UPLOAD_BYTES, allowed=CONTENT_TYPES) if file else None
    evidence = Evidence(
        sheet=score.sheet,
        number=reference.number,
        issued_on=reference.issued_on,
        issuer=reference.issuer,
        title=reference.title,
        page=reference.page,
        added_by=by,
    )
    if file and checked:
        attach(evidence, file, checked)
    evidence.save()
    evidence.scores.add(score)
    change = Change(score, "evidence", "", evidence)
    record(Action.EVIDENCE_ADDED, score.sheet, by=by, changes=[change])
    return evidence


def attach(evidence: Evidence, file: File[Any], checked: CheckedUpload) -> None:
    """Keep the sender's name for the download; the stored name tells nothing."""
    name = PurePath((file.name or "").replace("\\", "/")).name
    evidence.original_name = name if len(name) <= NAME_LENGTH else f"{name[:150]}.{checked.extension}"
    evidence.extension = checked.extension
    evidence.content_type = checked.content_type
    evidence.size = checked.size
    evidence.sha256 = checked.sha256
    evidence.file = file


@transaction.atomic
def link_evidence(*, evidence: Evidence, score: Score, by: User) -> None:
    """Use a document of the sheet for one more of its rows.

    Raises: MoveRefused when the sheet is locked.
    """
    expect_editable(score, by)
    if evidence.sheet_id != score.sheet_id:
        raise MoveRefused(_("The document belongs to another sheet."))
    if evidence.scores.filter(pk=score.pk).exists():
        return
    evidence.scores.add(score)
    record(Action.EVIDENCE_ADDED, score.sheet, by=by, changes=[Change(score, "evidence", "", evidence)])


@transaction.atomic
def remove_evidence(*, evidence: Evidence, score: Score, by: User) -> None:
    """Take a document from a row; with its last row the document and its file go too. The history keeps its name.

    Raises: MoveRefused when the sheet is locked.
    """
    expect_editable(score, by)
    record(Action.EVIDENCE_REMOVED, score.sheet, by=by, changes=[Change(score, "evidence", evidence, "")])
    evidence.scores.remove(score)
    if evidence.scores.exists():
        return
    storage, name = evidence.file.storage, evidence.file.name
    evidence.delete()
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def expect_editable(score: Score, by: User) -> None:
    """Raises: MoveRefused in words."""
    if why := why_rows_are_locked(score.sheet, by) or why_row_is_closed(score):
        raise MoveRefused(_("%(why)s Its evidence can no longer be changed.") % {"why": why})
