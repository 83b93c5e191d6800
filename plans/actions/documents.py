"""The register of documents: entered, corrected, removed."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from parportal.display import day
from parportal.entry.kept_files import Scan, Source, attach
from parportal.entry.versions import check_version
from plans.document_jobs import arrived
from plans.models import Document
from plans.models.documents import numbered, searched
from units.audit import Action, Change, record
from units.models import User

WORDS = ("number", "issued_on", "issuer", "subject", "kind", "field", "is_normative", "expires_on")


class DocumentRefused(Exception):
    """Something that cannot be done with a document now, and why; nothing was changed."""


@transaction.atomic
def create_document(*, document: Document, file: Source | None, by: User) -> Document:
    """Enter a document; `file` came with the form, or in parts before it.

    Raises: EntryProblem for a file that is not taken.
    """
    changes = add(document, file, by)
    record(Action.DOCUMENT_SAVED, document, by=by, changes=changes)
    arrived(document, by=by)
    return document


@transaction.atomic
def change_document(*, document: Document, file: Source | None, version: int | str | None, by: User) -> Document:
    """Save its words; another file takes the place of the one before. Evidence keeps what it took over.

    Raises: StaleVersion; EntryProblem for a file that is not taken.
    """
    stored = lock(document.pk)
    check_version(stored.version, version)
    changes = store(stored, document, by, file=file)
    record(Action.DOCUMENT_SAVED, stored, by=by, changes=changes)
    arrived(stored, by=by)
    return stored


@transaction.atomic
def remove_document(*, document: Document, version: int | str | None, by: User) -> None:
    """Take a document and its file out of the register.

    Raises: StaleVersion; DocumentRefused when something names it as its proof.
    """
    stored = lock(document.pk)
    check_version(stored.version, version)
    name, storage, owner = str(stored.file.name or ""), stored.file.storage, stored.owner
    changes = [Change(stored, word, shown(stored, word), "") for word in WORDS]
    try:
        with transaction.atomic():
            record(Action.DOCUMENT_REMOVED, owner, by=by, changes=changes)
            stored.delete()
    except ProtectedError as refusal:
        users = {str(each._meta.verbose_name) for each in refusal.protected_objects}
        words = _("The document stays in the register: it is named as the paper of something else (%(uses)s).")
        raise DocumentRefused(words % {"uses": ", ".join(sorted(users))}) from None
    delete_later(storage, name)


def lock(pk: int) -> Document:
    return Document.objects.select_for_update(of=("self",)).select_related("owner").get(pk=pk)


def add(document: Document, file: Source | None, by: User) -> list[Change]:
    """Store a new row, without an event."""
    document.created_by = document.updated_by = by
    if file is not None:
        attach(document, file)
    settle(document)
    document.save()
    return [Change(document, name, "", shown(document, name)) for name in (*WORDS, "file")]


def store(stored: Document, said: Document, by: User, *, file: Source | None = None) -> list[Change]:
    """Write the words of `said`, and another file if there is one, into a locked row, without an event."""
    changes = list(changes_of(said, stored))
    for name in WORDS:
        setattr(stored, name, getattr(said, name))
    if file is not None:
        before, name, storage = stored.original_name, str(stored.file.name or ""), stored.file.storage
        stored.scan = Scan.OFF
        attach(stored, file)
        changes.append(Change(stored, "file", before, stored.original_name))
        delete_later(storage, name)
    stored.updated_by = by
    stored.version += 1
    settle(stored)
    stored.save()
    return changes


def settle(document: Document) -> None:
    """What is searched for and compared follows from the words."""
    document.searched = searched(document)
    document.numbered = numbered(document.number, document.issuer)


def changes_of(after: Document, before: Document) -> Iterator[Change]:
    for name in WORDS:
        yield Change(before, name, shown(before, name), shown(after, name))


def shown(document: Document, name: str) -> object:
    """A value as the history tells it."""
    if name == "kind":
        return document.get_kind_display()
    if name == "is_normative":
        return _("yes") if document.is_normative else ""
    value = getattr(document, name)
    if name == "file":
        return document.original_name
    return day(value) if name.endswith("_on") else value


def delete_later(storage: Storage, name: str) -> None:
    """Delete a stored file once the transaction has committed."""
    if name:
        transaction.on_commit(lambda: storage.delete(name))
