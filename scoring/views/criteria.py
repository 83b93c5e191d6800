"""Criteria sets: list, tree, import with preview, export, and the steps of a set's life."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core import signing
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parportal.entry.problems import ImportProblem, ImportProblems
from parportal.entry.uploads import CONTENT_TYPES
from parportal.entry.versions import StaleVersion
from scoring.actions import criteria as actions
from scoring.actions.framing import offices_below
from scoring.content import SetContent, from_json, to_json
from scoring.criteria_page import set_page
from scoring.difference import differences_between
from scoring.forms.criteria import CriteriaUploadForm
from scoring.importing.criteria import check_workbook
from scoring.importing.criteria_target import find_target
from scoring.importing.criteria_workbook import criteria_template, criteria_workbook
from scoring.lint_panel import lint_panel
from scoring.models import CriteriaSet, SetStatus
from scoring.tree import Tree
from scoring.workflow import MoveRefused
from units.access import Role, find, person, require
from units.models import User

PREVIEW_SECONDS = 12 * 60 * 60


@require_safe
def criteria_sets(request: HttpRequest) -> HttpResponse:
    user = person(request)
    leaves = Count("criteria", filter=Q(criteria__children=None))
    found = CriteriaSet.objects.visible_to(user).select_related("issuer").annotate(leaves=leaves)
    context = {"sets": found, "coordinates": user.has_role(Role.COORDINATOR)}
    return render(request, "scoring/criteria/criteria_sets.html", context)


@require_safe
def criteria_set(request: HttpRequest, code: str, version: int) -> HttpResponse:
    found = visible_set(person(request), code, version)
    content = SetContent.of(Tree.of(found))
    return show_set(request, found, content, {"lint": lint_panel(found, content)})


def show_set(
    request: HttpRequest, found: CriteriaSet, content: SetContent, more: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The page of a set; `more` holds its lint panel."""
    user = person(request)
    is_published = found.status == SetStatus.PUBLISHED
    context = {
        "set": found,
        "versions": CriteriaSet.objects.visible_to(user).filter(code=found.code).exclude(pk=found.pk),
        "page": set_page(content),
        "is_draft": not found.is_frozen,
        "is_published": is_published,
        "coordinates": user.has_role(Role.COORDINATOR, found.issuer),
        "can_take_frame": is_published and bool(offices_below(found.issuer, user)),
        **more,
    }
    return render(request, "scoring/criteria/criteria_set.html", context, status=status)


@require_safe
def criteria_set_export(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """The set as a workbook that can be imported again."""
    found = visible_set(person(request), code, version)
    content = criteria_workbook(SetContent.of(Tree.of(found)))
    return workbook_response(content, f"{found.code}-v{found.version}.xlsx")


@require_safe
def criteria_set_template(request: HttpRequest) -> HttpResponse:
    require_coordinator(person(request))
    return workbook_response(criteria_template(), "criteria-template.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
def criteria_set_import(request: HttpRequest) -> HttpResponse:
    """First POST: a workbook, answered by its problems or its preview. Second POST: the preview, confirmed."""
    user = person(request)
    require_coordinator(user)
    if request.method != "POST":
        return show_import(request, {"form": CriteriaUploadForm()})
    try:
        if "content" in request.POST:
            return store(request, user)
        return preview(request, user)
    except ImportProblems as refused:
        context = {"form": CriteriaUploadForm(), "problems": refused.problems}
        return show_import(request, context, status=422)


@require_POST
def criteria_set_publish(request: HttpRequest, code: str, version: int) -> HttpResponse:
    done = _("Version %(version)s of %(code)s is published. It never changes any more.")
    # What nobody has read is not frozen: the button carries the revision of its page.
    publish = partial(actions.publish_set, revision=request.POST.get("revision", ""))
    return step(request, code, version, publish, done)


@require_POST
def criteria_set_retire(request: HttpRequest, code: str, version: int) -> HttpResponse:
    done = _("Version %(version)s of %(code)s is retired: no new campaign can take it.")
    return step(request, code, version, actions.retire_set, done)


@require_POST
def criteria_set_new_version(request: HttpRequest, code: str, version: int) -> HttpResponse:
    done = _("Draft version %(version)s of %(code)s was made. Edit it here.")
    return step(request, code, version, actions.new_version, done)


@require_POST
def criteria_set_delete(request: HttpRequest, code: str, version: int) -> HttpResponse:
    user = person(request)
    found = own_set(user, code, version)
    try:
        actions.delete_draft(criteria_set=found, by=user)
    except MoveRefused as refused:
        messages.error(request, str(refused))
        return redirect("criteria_set", code, version)
    messages.success(request, _("The draft %(set)s was deleted.") % {"set": found})
    return redirect("criteria_sets")


def step(
    request: HttpRequest, code: str, version: int, action: Callable[..., CriteriaSet], done: str
) -> HttpResponse:
    """Take one step and go to the set that results; a refusal leaves everything as it was and says why."""
    user = person(request)
    found = own_set(user, code, version)
    try:
        result = action(criteria_set=found, by=user)
    except StaleVersion:
        messages.error(request, _("The draft was changed after you read it. Look at it again, then publish."))
        return redirect("criteria_set", code, version)
    except MoveRefused as refused:
        messages.error(request, str(refused))
        return redirect("criteria_set", code, version)
    messages.success(request, done % {"code": result.code, "version": result.version})
    return redirect("criteria_set", result.code, result.version)


def visible_set(user: User, code: str, version: int) -> CriteriaSet:
    sets = CriteriaSet.objects.visible_to(user).select_related("issuer", "frame__issuer")
    return find(sets, code=code, version=version)


def own_set(user: User, code: str, version: int) -> CriteriaSet:
    """The set, for those who may change it.

    Raises: Http404, PermissionDenied for who only reads it.
    """
    found = visible_set(user, code, version)
    allowed = user.has_role(Role.COORDINATOR, found.issuer)
    require(allowed, _("Only a coordinator of the issuing unit changes this criteria set."))
    return found


def require_coordinator(user: User) -> None:
    require(user.has_role(Role.COORDINATOR), _("Only coordinators import criteria sets."))


def preview(request: HttpRequest, user: User) -> HttpResponse:
    form = CriteriaUploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_import(request, {"form": form}, status=422)
    file = form.cleaned_data["file"]
    checked = check_workbook(file, by=user)
    content = checked.content
    target = find_target(content, by=user)
    context = {
        "file_name": file.name,
        "content": content,
        "faults": checked.faults,
        "notes": checked.notes,
        "before": target.before,
        "difference": differences_between(SetContent.of(Tree.of(target.before)), content)
        if target.before
        else None,
        "page": set_page(content),
        "issuer": target.issuer,
        "draft": target.draft,
        "signed": signing.dumps(
            {"content": to_json(content), "revision": target.draft.revision if target.draft else 0},
            salt=salt(user),
            compress=True,
        ),
    }
    return show_import(request, context)


def store(request: HttpRequest, user: User) -> HttpResponse:
    """Store exactly what the preview showed.

    Raises: ImportProblems.
    """
    try:
        signed = signing.loads(request.POST["content"], salt=salt(user), max_age=PREVIEW_SECONDS)
    except signing.BadSignature:
        line = _("The preview is no longer valid. Upload the workbook again.")
        raise ImportProblems((ImportProblem("", "", "", line),)) from None
    try:
        stored = actions.import_criteria_set(
            content=from_json(signed["content"]), by=user, revision=signed["revision"]
        )
    except StaleVersion:
        line = _("The draft was changed after this preview. Upload the workbook again to see what would change.")
        raise ImportProblems((ImportProblem("", "", "", line),)) from None
    except MoveRefused as refused:
        raise ImportProblems((ImportProblem("", "", "", str(refused)),)) from None
    messages.success(request, _("The draft %(set)s was stored. Publish it when it is ready.") % {"set": stored})
    return redirect("criteria_set", stored.code, stored.version)


def salt(user: User) -> str:
    """A preview is good only for the person who saw it."""
    return f"criteria-set-preview-{user.pk}"


def show_import(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, "scoring/criteria/criteria_set_import.html", context, status=status)


def workbook_response(content: bytes, name: str) -> HttpResponse:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=CONTENT_TYPES["xlsx"], headers=disposition)
