"""Many documents of a register at once: those accepted from a workbook."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from parportal.entry.versions import StaleVersion, check_version
from plans.actions.documents import add, store
from plans.importing.documents_reading import DocumentSaid
from plans.models import Document
from units.audit import Action, Change, record
from units.models import Unit, User


@transaction.atomic
def import_documents(*, owner: Unit, said: Collection[DocumentSaid], file_name: str, by: User) -> int:
    """Store what a preview showed, all of it or nothing. Units: how many documents were added or changed.

    Raises: StaleVersion when one of them was changed or removed after the preview.
    """
    keys = [each.key for each in said if each.key is not None]
    locked = Document.objects.select_for_update(of=("self",)).filter(owner=owner, pk__in=keys).order_by("pk")
    stored = {each.pk: each for each in locked}
    changes: list[Change] = []
    for each in said:
        document = each.as_document(owner)
        if each.key is None:
            changes += add(document, None, by)
            continue
        found = stored.get(each.key)
        if found is None:
            raise StaleVersion(0, each.version)
        check_version(found.version, each.version)
        changes += store(found, document, by)
    record(Action.DOCUMENTS_IMPORTED, owner, by=by, reason=file_name, changes=changes)
    return len(said)
