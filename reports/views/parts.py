"""Sections of a draft: saved one at a time for the browser's script or by a plain form, moved, shown, restored."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from parportal.entry.receipts import (
    forbidden_answer,
    is_other_user,
    keep,
    locked_answer,
    other_user,
    stored_answer,
)
from parportal.entry.versions import StaleVersion, check_version
from reports.actions.parts import (
    PartSaid,
    add_part,
    checked_key,
    order_parts,
    remove_part,
    reset_part,
    save_part,
    show_part,
)
from reports.draft_page import place_behind, siblings_of, sum_of
from reports.drafts import OutlineEntry, outline
from reports.models import OF_PAPER, Report, ReportPart
from reports.part_answers import LATEST, conflict_answer, saved_answer, texts_of
from reports.rendering import draft_of
from reports.text.word_paste import cleaned_paste
from reports.views.finding import report_written
from reports.views.telling import REFUSALS, STUCK, telling
from units.access import find, person
from units.models import User


def said_in(sent: Mapping[str, str], part: ReportPart | None) -> PartSaid:
    """What a form says of a section. The proposed text, unchanged (`shown` is its sum), stays the proposed one."""
    text = cleaned_paste(sent.get("text", ""))
    title = " ".join(sent.get("title", "").split())
    is_proposed = (part is None or part.text is None) and sum_of(text) == sent.get("shown")
    if part is not None and part.is_own and not title:
        title = part.title
    return PartSaid(None if is_proposed else text, title)


def stored_part(report: Report, key: str) -> ReportPart | None:
    return report.parts.select_related("updated_by").filter(key=key).first()


@require_POST
def report_part(request: HttpRequest, pk: int, key: str) -> JsonResponse:
    """Save one section; the answers are `reports.part_answers`. A change applied before has its receipt."""
    user = person(request)
    if is_other_user(request):
        return other_user()
    try:
        with transaction.atomic():
            found = report_written(user, pk)
            part = stored_part(found, checked_key(key))
            said = said_in(request.POST, part)
            version = request.POST.get("version")
            is_new = not is_said_already(part, said, version)
            if is_new:
                part = save_part(report=found, key=key, said=said, version=version, by=user)
            assert part is not None
            answer = saved_answer(part, request.POST.get("text", ""))
            if is_new:
                keep(request, 200, answer)
    except PermissionDenied as why:
        return stored_answer(request) or forbidden_answer(str(why))
    except REFUSALS as why:
        return stored_answer(request) or refused(user, pk, key, why)
    return JsonResponse(answer)


def is_said_already(part: ReportPart | None, said: PartSaid, version: str | None) -> bool:
    """Whether a section that was changed meanwhile says just what is sent: then there is no conflict."""
    try:
        check_version(part.version if part else 0, version)
    except StaleVersion:
        return part is not None and said == PartSaid.of(part)
    return False


def refused(user: User, pk: int, key: str, why: Exception) -> JsonResponse:
    if isinstance(why, StaleVersion):
        return conflict_answer(stored_part(report_written(user, pk), key), str(why))
    return locked_answer(str(why))


# --- Without a script, and what a button does with a section
def back(pk: int, key: str = "") -> HttpResponse:
    return redirect(reverse("report", args=[pk]) + (f"#s-{key}" if key else ""))


@require_POST
def report_part_form(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Save one section that was sent as a plain form; what is refused is shown again."""
    user = person(request)
    found = report_written(user, pk)
    sent = {name: request.POST.get(f"r{key}-{name}", "") for name in ("text", "title", "shown")}
    try:
        said = said_in(sent, stored_part(found, checked_key(key)))
        with transaction.atomic():
            save_part(report=found, key=key, said=said, version=request.POST.get(f"r{key}-version"), by=user)
    except REFUSALS as why:
        part = stored_part(found, key)
        context = {"report": found, "key": key, "part": part, "sent": sent, "refused": str(why)}
        return render(request, "reports/report_part_refused.html", context, status=409)
    messages.success(request, _("The section was saved."))
    return back(pk, key)


def sections_of(report: Report) -> list[OutlineEntry]:
    """Raises: NoPaper, ChildrenUnclear."""
    draft = draft_of(report)
    return outline(draft.proposed, draft.parts)


@require_POST
def report_part_move(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Change places with the section before or behind, below the same heading."""
    user = person(request)
    found = report_written(user, pk, OF_PAPER)
    with telling(request):
        keys = siblings_of(sections_of(found), key)
        other = keys.index(key) + (-1 if request.POST.get("direction") == "up" else 1) if key in keys else -1
        if 0 <= other < len(keys):
            keys.remove(key)
            keys.insert(other, key)
            order_parts(report=found, keys=keys, moved=key, by=user)
    return back(pk, key)


@require_POST
def report_part_show(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Print a section, or one of its tables and charts, or leave it out."""
    user = person(request)
    found = report_written(user, pk)
    block, shown = request.POST.get("block", ""), request.POST.get("show") == "on"
    with telling(request):
        show_part(report=found, key=key, shown=shown, block=block, by=user)
    return back(pk, key)


@require_POST
def report_part_reset(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """The proposed text again."""
    user = person(request)
    found = report_written(user, pk)
    with telling(request, _("The section has its proposed text again; its history keeps the other one.")):
        reset_part(report=found, key=key, version=request.POST.get("version"), by=user)
    return back(pk, key)


@require_POST
def report_part_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A section of people's own behind another one (`after`), or as the first one below it (`below`)."""
    user = person(request)
    found = report_written(user, pk, OF_PAPER)
    after, below = request.POST.get("after", ""), request.POST.get("place") == "below"
    at = after
    with telling(request, _("The section was added.")):
        above, keys = place_behind(sections_of(found), after, below=below)
        title = request.POST.get("title", "")
        at = add_part(report=found, above=above, keys=keys, after=after, title=title, by=user).key
    return back(pk, at)


@require_POST
def report_part_remove(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    user = person(request)
    found = report_written(user, pk)
    with telling(request, _("The section was removed.")):
        remove_part(report=found, key=key, by=user)
    return back(pk)


@require_safe
def report_part_history(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """The texts that a section had, the latest first, each to be restored."""
    found = report_written(person(request), pk, OF_PAPER)
    part = find(ReportPart.objects.filter(report=found), key=key)
    context = {"report": found, "part": part, "heading": heading_of(found, part), "texts": texts_of(part)[:LATEST]}
    return render(request, "reports/report_part_history.html", context)


def heading_of(report: Report, part: ReportPart) -> str:
    """As the paper prints it; its key where the paper has no such section now."""
    try:
        return next((each.title for each in sections_of(report) if each.key == part.key), str(part))
    except STUCK:
        return str(part)


@require_POST
def report_part_restore(request: HttpRequest, pk: int, key: str, change: int) -> HttpResponse:
    """Give a section a text that it had before."""
    user = person(request)
    found = report_written(user, pk)
    part = find(ReportPart.objects.filter(report=found), key=key)
    older = find(texts_of(part), pk=change)
    said = PartSaid(older.old if request.POST.get("which") == "old" else older.new, part.title)
    version = request.POST.get("version")
    with telling(request, _("The older text stands again.")), transaction.atomic():
        save_part(report=found, key=key, said=said, version=version, by=user, goes_on=False)
    return back(pk, key)
