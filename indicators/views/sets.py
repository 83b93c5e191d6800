"""Sets of indicators: list, tree, workbook out and in with a preview, and the steps of a set's life."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.contrib import messages
from django.core import signing
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from indicators.actions import sets as actions
from indicators.content import SetContent, from_json, to_json
from indicators.difference import differences_between
from indicators.forms.sets import SetUploadForm
from indicators.importing.set_reading import read_set
from indicators.importing.set_workbook import set_workbook
from indicators.lint import lint
from indicators.models import IndicatorSet, SetStatus
from indicators.set_page import set_page
from indicators.workflow import MoveRefused
from parportal.entry.problems import ImportProblem, ImportProblems
from parportal.entry.uploads import CONTENT_TYPES
from parportal.entry.versions import StaleVersion
from units.access import Role, find, person, require
from units.models import Unit, User

PREVIEW_SECONDS = 12 * 60 * 60


@require_safe
def indicator_sets(request: HttpRequest) -> HttpResponse:
    user = person(request)
    figures = Count("indicators", filter=~Q(indicators__value_type=""))
    found = IndicatorSet.objects.visible_to(user).select_related("office").annotate(figures=figures)
    context = {"sets": found, "coordinates": user.has_role(Role.COORDINATOR)}
    return render(request, "indicators/sets.html", context)


@require_safe
def indicator_set(request: HttpRequest, code: str, version: int) -> HttpResponse:
    user = person(request)
    found = visible_set(user, code, version)
    content = SetContent.of(found)
    is_draft = not found.is_frozen
    context = {
        "set": found,
        "page": set_page(content),
        "versions": IndicatorSet.objects.visible_to(user).filter(code=code).exclude(pk=found.pk),
        "coordinates": changes_set(user, found),
        "is_draft": is_draft,
        "is_published": found.status == SetStatus.PUBLISHED,
        "findings": lint(content) if is_draft else (),
        "seen": str(actions.fingerprint(found)) if is_draft else "",
    }
    return render(request, "indicators/set.html", context)


@require_safe
def indicator_set_workbook(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """The set as a workbook that can be imported again."""
    found = visible_set(person(request), code, version)
    content = set_workbook(SetContent.of(found))
    disposition = {"Content-Disposition": f'attachment; filename="{found.code}-v{found.version}.xlsx"'}
    return HttpResponse(content, content_type=CONTENT_TYPES["xlsx"], headers=disposition)


@require_http_methods(["GET", "HEAD", "POST"])
def indicator_set_import(request: HttpRequest) -> HttpResponse:
    """First POST: a workbook, answered by its problems or its preview. Second POST: the preview, confirmed."""
    user = person(request)
    require(user.has_role(Role.COORDINATOR), _("Only coordinators import indicator sets."))
    if request.method != "POST":
        return show_import(request, {"form": SetUploadForm(user=user)})
    try:
        if "content" in request.POST:
            return store(request, user)
        return preview(request, user)
    except ImportProblems as refused:
        return show_import(request, {"form": SetUploadForm(user=user), "problems": refused.problems}, status=422)


@require_POST
def indicator_set_step(request: HttpRequest, code: str, version: int) -> HttpResponse:
    user = person(request)
    found = visible_set(user, code, version)
    require(changes_set(user, found), _("Only a coordinator of its office changes this indicator set."))
    steps: Mapping[str, tuple[Callable[..., object], str]] = {
        # What nobody has read is not frozen: the button carries what its page showed.
        "publish": (
            partial(actions.publish_set, seen=request.POST.get("seen", "")),
            _("Version %(version)s of %(code)s is published. It never changes any more."),
        ),
        "retire": (
            actions.retire_set,
            _("Version %(version)s of %(code)s is retired: no new period can take it."),
        ),
        "delete": (actions.delete_draft, _("The draft version %(version)s of %(code)s was deleted.")),
    }
    name = request.POST.get("step", "")
    if name not in steps:
        return HttpResponseBadRequest()
    action, done = steps[name]
    try:
        action(indicator_set=found, by=user)
    except StaleVersion:
        messages.error(request, _("The draft was changed after you read it. Look at it again, then publish."))
        return redirect("indicator_set", code, version)
    except MoveRefused as refused:
        messages.error(request, str(refused))
        return redirect("indicator_set", code, version)
    messages.success(request, done % {"code": code, "version": version})
    return redirect("indicator_sets") if name == "delete" else redirect("indicator_set", code, version)


def visible_set(user: User, code: str, version: int) -> IndicatorSet:
    return find(IndicatorSet.objects.visible_to(user).select_related("office"), code=code, version=version)


def changes_set(user: User, found: IndicatorSet) -> bool:
    """What was shipped belongs to everybody, and is changed by the operator alone."""
    return found.office_id is not None and found.office_id in user.units_as(Role.COORDINATOR)


def preview(request: HttpRequest, user: User) -> HttpResponse:
    form = SetUploadForm(request.POST, request.FILES, user=user)
    if not form.is_valid():
        return show_import(request, {"form": form}, status=422)
    office, file = form.cleaned_data["office"], form.cleaned_data["file"]
    read = read_set(file)
    target = actions.find_target(read.content, office=office)
    if target.refusal:
        raise ImportProblems((ImportProblem("set", "", read.content.code, target.refusal),))
    before = SetContent.of(target.before) if target.before else None
    sealed = {"content": to_json(read.content), "office": office.pk, "seen": actions.fingerprint(target.draft)}
    context = {
        "file_name": file.name,
        "notes": read.notes,
        "office": office,
        "target": target,
        "difference": differences_between(before, read.content) if before else None,
        "page": set_page(read.content),
        "signed": signing.dumps(sealed, salt=salt(user), compress=True),
    }
    return show_import(request, context)


def store(request: HttpRequest, user: User) -> HttpResponse:
    """Store exactly what the preview showed.

    Raises: ImportProblems.
    """
    try:
        sealed = signing.loads(request.POST["content"], salt=salt(user), max_age=PREVIEW_SECONDS)
    except signing.BadSignature:
        raise refused(_("The preview is no longer valid. Upload the workbook again.")) from None
    office = find(Unit.objects.filter(pk__in=user.units_as(Role.COORDINATOR)), pk=sealed["office"])
    try:
        stored = actions.import_set(
            content=from_json(sealed["content"]), office=office, by=user, seen=sealed["seen"]
        )
    except StaleVersion:
        line = _("The draft was changed after this preview. Upload the workbook again to see what would change.")
        raise refused(line) from None
    except MoveRefused as reason:
        raise refused(str(reason)) from None
    messages.success(request, _("The draft %(set)s was stored. Publish it when it is ready.") % {"set": stored})
    return redirect("indicator_set", stored.code, stored.version)


def refused(line: str) -> ImportProblems:
    return ImportProblems((ImportProblem("", "", "", line),))


def salt(user: User) -> str:
    """A preview is good only for the person who saw it."""
    return f"indicator-set-preview-{user.pk}"


def show_import(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, "indicators/set_import.html", context, status=status)
