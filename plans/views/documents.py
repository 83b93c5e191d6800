"""The register of documents: its list, a document, its words, its file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from parportal.entry.archives import size_text
from parportal.entry.file_fields import uploads_of
from parportal.entry.kept_files import handed_out
from parportal.entry.problems import EntryProblem
from parportal.entry.versions import StaleVersion
from plans.actions.documents import DocumentRefused, change_document, create_document, remove_document
from plans.document_list import EXPIRED, IN_FORCE, Wanted
from plans.forms.documents import RegisterForm
from plans.models import Document, DocumentKind
from plans.task_history import history_lines
from units.access import Role, find, person, require
from units.models import Unit, User
from units.models.units import today

PAGE_ROWS = 50


def document_of(user: User, pk: int) -> Document:
    """Raises: Http404 for a document that does not concern the person."""
    return find(Document.objects.visible_to(user).select_related("owner", "updated_by"), pk=pk)


def kept_document(user: User, pk: int) -> Document:
    """Raises: Http404, PermissionDenied."""
    found = document_of(user, pk)
    require(may_edit(user, found), _("Only the unit itself keeps its register of documents."))
    return found


def may_edit(user: User, found: Document) -> bool:
    return found.owner_id in user.units_as(Role.OFFICER, Role.COORDINATOR)


def expect_keeper(user: User) -> None:
    """Raises: PermissionDenied."""
    require(
        user.has_role(Role.OFFICER) or user.has_role(Role.COORDINATOR),
        _("The register is kept by officers of a unit and by coordinators of an office."),
    )


@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    """What the address narrows it to, in pages."""
    user, on = person(request), today()
    wanted = Wanted.of(request.GET)
    found = wanted.documents(user, on).with_twins().select_related("owner")
    page = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    visible = Document.objects.visible_to(user).order_by()
    units = Unit.objects.filter(pk__in=visible.values("owner")).order_by("name")
    context: dict[str, Any] = {
        "page": page,
        "lines": [(each, each.is_expired(on)) for each in page.object_list],
        "wanted": wanted,
        "query": query.urlencode(),
        "years": [day.year for day in visible.dates("issued_on", "year", order="DESC")],
        "kinds": DocumentKind.choices,
        "units": list(units),
        "shows": ((IN_FORCE, _("in force")), (EXPIRED, _("no longer in force"))),
        "may_keep": user.has_role(Role.OFFICER) or user.has_role(Role.COORDINATOR),
    }
    return render(request, "plans/documents.html", context)


@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    found = document_of(user, pk)
    context = {
        "document": found,
        "is_expired": found.is_expired(today()),
        "twins": Document.objects.visible_to(user).numbered_as(found),
        "size": size_text(found.size),
        "may_edit": may_edit(user, found),
        "history": history_lines(found),
    }
    return render(request, "plans/document.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def document_new(request: HttpRequest) -> HttpResponse:
    user = person(request)
    expect_keeper(user)
    if request.method != "POST":
        return edit_page(request, RegisterForm(user=user, initial={"issued_on": today()}))
    with transaction.atomic():
        form = sent_form(request, user)
        if form.is_valid():
            try:
                made = create_document(document=form.save(commit=False), file=form.source(), by=user)
            except EntryProblem as problem:
                form.add_error("file", str(problem))
            else:
                return saved(request, made)
    return edit_page(request, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def document_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    found = kept_document(user, pk)
    if request.method != "POST":
        return edit_page(request, RegisterForm(instance=found, user=user), document=found)
    status = 422
    with transaction.atomic():
        form = sent_form(request, user, instance=found)
        if form.is_valid():
            version = request.POST.get("version")
            try:
                said, file = form.save(commit=False), form.source()
                return saved(request, change_document(document=said, file=file, version=version, by=user))
            except EntryProblem as problem:
                form.add_error("file", str(problem))
            except StaleVersion as refusal:
                form.add_error(None, str(refusal))
                status = 409
    return edit_page(request, form, document=document_of(user, pk), status=status)


def sent_form(request: HttpRequest, user: User, *, instance: Document | None = None) -> RegisterForm:
    """In a transaction: the uploads that it names are locked."""
    uploads = uploads_of(request, user)
    return RegisterForm(request.POST, request.FILES, instance=instance, user=user, uploads=uploads)


def edit_page(
    request: HttpRequest, form: RegisterForm, *, document: Document | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "uploaded": form.uploads, "document": document}
    if document is not None:
        # A stale form keeps its stale version: to save again, the page must be read again.
        context["version"] = request.POST.get("version", document.version)
    return render(request, "plans/document_edit.html", context, status=status)


def saved(request: HttpRequest, document: Document) -> HttpResponse:
    """The page of the document, where a number that was used before is told."""
    messages.success(request, _("The document was saved."))
    return redirect("document", document.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def document_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """First what would go, then, once confirmed, the removal."""
    user = person(request)
    found = kept_document(user, pk)
    if request.method != "POST":
        return render(request, "plans/document_remove.html", {"document": found})
    try:
        remove_document(document=found, version=request.POST.get("version"), by=user)
    except (StaleVersion, DocumentRefused) as refusal:
        context = {"document": document_of(user, pk), "refusal": str(refusal)}
        return render(request, "plans/document_remove.html", context, status=409)
    messages.success(request, _("The document was removed from the register."))
    return redirect("documents")


@require_safe
def document_file(request: HttpRequest, pk: int) -> FileResponse:
    """Hand out the file to whoever sees the document; the browser may only save it."""
    return handed_out(document_of(person(request), pk))
