"""Evidence taken over from the register of documents: its words and its file as they are then."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from parportal.entry.kept_files import quarantine_words, take_facts_of
from parportal.entry.problems import EntryProblem
from plans.models import Document
from scoring.actions.evidence import Reference, cite
from scoring.evidence_files import arrived
from scoring.evidence_rules import is_late_now, why_none_on_row
from scoring.models import Evidence, Score
from scoring.models.evidence import stored_path
from scoring.workflow import MoveRefused
from units.audit import Action, Change, record
from units.models import User


def reference_to(document: Document, page: str = "") -> Reference:
    return Reference(
        number=document.number,
        issued_on=document.issued_on,
        issuer=document.issuer,
        title=document.subject,
        page=page,
    )


@transaction.atomic
def add_from_register(*, score: Score, document: Document, page: str, by: User) -> Evidence:
    """Add a document of the register to a row, with a copy of its file: what becomes of it there changes nothing.

    After submission it is marked as late. `score` as in `scoring.actions.evidence.add_documents`.

    Raises: MoveRefused when nothing can be added now, or the row has the document already; EntryProblem for a file
    that is in quarantine, or gone, and for a document that was removed meanwhile.
    """
    if why := why_none_on_row(score, by):
        raise MoveRefused(_("%(why)s Its evidence can no longer be changed.") % {"why": why})
    if score.evidence.filter(document=document).exists():
        raise MoveRefused(_("“%(document)s” is evidence of this row already.") % {"document": document})
    found = Document.objects.select_for_update().filter(pk=document.pk).first()
    if found is None:
        raise EntryProblem(_("This document is not in the register any more. Choose another one."))
    late = is_late_now(score.sheet)
    evidence = Evidence(sheet=score.sheet, added_by=by, is_late=late, document=found)
    cite(evidence, reference_to(found, page))
    copy_file(evidence, found)
    try:
        with transaction.atomic():
            evidence.save()
            evidence.scores.add(score)
            action = Action.EVIDENCE_ADDED_LATE if late else Action.EVIDENCE_ADDED
            record(action, score.sheet, by=by, changes=[Change(score, "evidence", "", evidence)])
            arrived(evidence, by=by)
    except Exception:
        evidence.file.delete(save=False)
        raise
    return evidence


def copy_file(evidence: Evidence, document: Document) -> None:
    """Give evidence a copy of the file, under a name of its own; nothing where there is none.

    Raises: EntryProblem.
    """
    if not document.file:
        return
    if document.is_in_quarantine:
        raise EntryProblem(quarantine_words(document))
    take_facts_of(evidence, document)
    try:
        with document.file.open("rb") as content:
            evidence.file.name = document.file.storage.save(stored_path(evidence, ""), content)
    except OSError:
        raise EntryProblem(_("The file of this document cannot be read. Add it again in the register.")) from None
