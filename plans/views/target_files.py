"""The targets of a plan as a workbook, and back: a file, its preview, then what was accepted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from parportal.entry.problems import ImportProblem, ImportProblems
from parportal.entry.uploads import CONTENT_TYPES
from parportal.entry.versions import StaleVersion
from plans.actions.target_files import import_targets
from plans.actions.targets import shown_of_target
from plans.forms.targets import TargetsFileForm
from plans.importing.targets_reading import TargetSaid, read_targets
from plans.importing.targets_workbook import targets_workbook
from plans.models import Plan, Target
from plans.target_entry import leads_by_code
from plans.target_results import judged_plans
from plans.target_words import asked_words, condition_words
from plans.views.targets import edited_plan, plan_of
from units.access import person
from units.models import Party, User

PREVIEW_SECONDS = 12 * 60 * 60


@require_safe
def plan_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The targets, to be changed and imported again, with their results to be read."""
    found = plan_of(person(request), pk)
    content = targets_workbook(found, judged_plans([found])[found.pk], leads_by_code(found).values())
    name = f"chi-tieu-{found.owner.code}-{found.year}.xlsx"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=CONTENT_TYPES["xlsx"], headers=disposition)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_import(request: HttpRequest, pk: int) -> HttpResponse:
    """First POST: a workbook, answered by its problems or its preview. Second POST: the preview, confirmed."""
    user = person(request)
    found = edited_plan(user, pk)
    if request.method != "POST":
        return page(request, found)
    try:
        return store(request, found, user) if "sealed" in request.POST else preview(request, found, user)
    except ImportProblems as refused:
        return page(request, found, problems=refused.problems, status=422)


def page(request: HttpRequest, plan: Plan, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"plan": plan, "form": TargetsFileForm(), **more}
    return render(request, "plans/targets_import.html", context, status=status)


def preview(request: HttpRequest, plan: Plan, user: User) -> HttpResponse:
    """Raises: ImportProblems."""
    form = TargetsFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, plan, form=form, status=422)
    file = form.cleaned_data["file"]
    by_code = leads_by_code(plan)
    read = read_targets(file, plan, by_code.values())
    more = {
        "file_name": file.name,
        "read": read,
        "new": [new_line(each.as_target(plan), each, by_code) for each in read.new],
        "changed": [(stored, changed_lines(stored, each, by_code)) for stored, each in read.changed],
        "sealed": sealed(plan, file.name, read.said, user) if read.said else "",
    }
    return page(request, plan, **more)


def new_line(target: Target, said: TargetSaid, by_code: dict[str, Party]) -> tuple[Target, str, str, str]:
    """A target that would be added: what it asks, of whom, and who leads."""
    leads = ", ".join(str(by_code[code]) for code in said.leads)
    return target, asked_words(target), condition_words(target), leads


def changed_lines(stored: Target, said: TargetSaid, by_code: dict[str, Party]) -> list[tuple[str, str, str]]:
    """Name of the column, before and after, for each that would change."""
    before = shown_of_target(stored, list(stored.leads.all()))
    after = shown_of_target(said.as_target(stored.plan), [by_code[code] for code in said.leads])
    return [(column_title(name), before[name], after[name]) for name in before if before[name] != after[name]]


def column_title(name: str) -> str:
    return str(Target._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def sealed(plan: Plan, file_name: str, said: list[TargetSaid], user: User) -> str:
    """What can be accepted, as it was shown: what is accepted later is exactly this."""
    packed = [plan.pk, file_name[:200], [each.to_json() for each in said]]
    return signing.dumps(packed, salt=salt(user), compress=True)


def store(request: HttpRequest, plan: Plan, user: User) -> HttpResponse:
    """Raises: ImportProblems."""
    try:
        of, file_name, rows = signing.loads(request.POST["sealed"], salt=salt(user), max_age=PREVIEW_SECONDS)
    except signing.BadSignature:
        of, file_name, rows = None, "", []
    if of != plan.pk:
        raise refused(_("The preview is no longer valid. Upload the workbook again."))
    said = [TargetSaid.from_json(each) for each in rows]
    try:
        count = import_targets(plan=plan, said=said, file_name=file_name, by=user)
    except StaleVersion:
        raise refused(_("A target was changed after this preview. Upload the workbook again.")) from None
    words = ngettext("%(count)s target was saved.", "%(count)s targets were saved.", count)
    messages.success(request, words % {"count": count})
    return redirect("plan", plan.pk)


def refused(line: str) -> ImportProblems:
    return ImportProblems((ImportProblem("", "", "", line),))


def salt(user: User) -> str:
    """A preview is good only for the person who saw it."""
    return f"plans-targets-{user.pk}"
