"""The register of documents as a workbook, and back: a file, its preview, then what was accepted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from parportal.entry.problems import ImportProblem, ImportProblems
from parportal.entry.uploads import CONTENT_TYPES
from parportal.entry.versions import StaleVersion
from plans.actions.document_files import import_documents
from plans.actions.documents import changes_of
from plans.document_list import Wanted
from plans.document_workbook import documents_book
from plans.forms.documents import DocumentsFileForm, register_units
from plans.importing.documents_reading import DocumentSaid, read_documents
from plans.models import Document
from plans.views.documents import expect_keeper
from units.access import find, person
from units.models import Unit, User
from units.models.units import today

PREVIEW_SECONDS = 12 * 60 * 60


@require_safe
def documents_workbook(request: HttpRequest) -> HttpResponse:
    """What the list shows, of all its pages, to be changed and imported again."""
    user, on = person(request), today()
    content = documents_book(Wanted.of(request.GET).documents(user, on))
    disposition = {"Content-Disposition": f'attachment; filename="so-van-ban-{on:%Y%m%d}.xlsx"'}
    return HttpResponse(content, content_type=CONTENT_TYPES["xlsx"], headers=disposition)


@require_http_methods(["GET", "HEAD", "POST"])
def documents_import(request: HttpRequest) -> HttpResponse:
    """First POST: a workbook, answered by its problems or its preview. Second POST: the preview, confirmed."""
    user = person(request)
    expect_keeper(user)
    if request.method != "POST":
        return page(request, user)
    try:
        return store(request, user) if "sealed" in request.POST else preview(request, user)
    except ImportProblems as refused:
        return page(request, user, problems=refused.problems, status=422)


def page(request: HttpRequest, user: User, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"form": DocumentsFileForm(user=user), **more}
    return render(request, "plans/documents_import.html", context, status=status)


def preview(request: HttpRequest, user: User) -> HttpResponse:
    """Raises: ImportProblems."""
    form = DocumentsFileForm(request.POST, request.FILES, user=user)
    if not form.is_valid():
        return page(request, user, form=form, status=422)
    file, owner = form.cleaned_data["file"], form.cleaned_data["owner"]
    read = read_documents(file, owner)
    more = {
        "file_name": file.name,
        "owner": owner,
        "read": read,
        "new": [each.as_document(owner) for each in read.new],
        "changed": [(stored, changed_lines(stored, said, owner)) for stored, said in read.changed],
        "sealed": sealed(owner, file.name, read.said, user) if read.said else "",
    }
    return page(request, user, **more)


def changed_lines(stored: Document, said: DocumentSaid, owner: Unit) -> list[tuple[str, object, object]]:
    """Name of the column, before and after, for each that would change."""
    changes = [each for each in changes_of(said.as_document(owner), stored) if each.is_real]
    return [(column_title(each.attribute), each.old, each.new) for each in changes]


def column_title(name: str) -> str:
    return capfirst(str(Document._meta.get_field(name).verbose_name))  # type: ignore[union-attr]


def sealed(owner: Unit, file_name: str, said: list[DocumentSaid], user: User) -> str:
    """What can be accepted, as it was shown: what is accepted later is exactly this."""
    packed = [owner.pk, file_name[:200], [each.to_json() for each in said]]
    return signing.dumps(packed, salt=salt(user), compress=True)


def store(request: HttpRequest, user: User) -> HttpResponse:
    """Raises: ImportProblems."""
    try:
        of, file_name, rows = signing.loads(request.POST["sealed"], salt=salt(user), max_age=PREVIEW_SECONDS)
    except signing.BadSignature:
        raise refused(_("The preview is no longer valid. Upload the workbook again.")) from None
    owner = find(register_units(user), pk=of)
    said = [DocumentSaid.from_json(each) for each in rows]
    try:
        count = import_documents(owner=owner, said=said, file_name=file_name, by=user)
    except StaleVersion:
        raise refused(_("A document was changed after this preview. Upload the workbook again.")) from None
    words = ngettext("%(count)s document was saved.", "%(count)s documents were saved.", count)
    messages.success(request, words % {"count": count})
    return redirect("documents")


def refused(line: str) -> ImportProblems:
    return ImportProblems((ImportProblem("", "", "", line),))


def salt(user: User) -> str:
    """A preview is good only for the person who saw it."""
    return f"plans-documents-{user.pk}"
