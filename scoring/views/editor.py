"""The editor of a draft set: a set begun, its tree, its head, and the undo."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parportal.entry.versions import StaleVersion, check_version
from scoring import edits
from scoring.actions.editing import change_draft, create_set, undo_step
from scoring.content import SetContent
from scoring.editor_page import Typed, editor_page
from scoring.editor_steps import TypedChanges, step_of, typed_changes
from scoring.edits import Edited, EditRefused
from scoring.forms.editor import HeadForm, NewSetForm, head_form
from scoring.lint_panel import lint_panel
from scoring.models import CriteriaSet, SetStatus
from scoring.tree import Tree
from scoring.views.criteria import own_set, visible_set
from scoring.workflow import MoveRefused
from units.access import Role, person, require
from units.models import User

LONGEST_NUMBER = 18


@require_http_methods(["GET", "HEAD", "POST"])
def criteria_set_new(request: HttpRequest) -> HttpResponse:
    user = person(request)
    require(user.has_role(Role.COORDINATOR), _("Criteria sets are begun by coordinators."))
    form = NewSetForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            created = create_set(content=form.content(), issuer=form.cleaned_data["issuer"], by=user)
        except MoveRefused as refusal:
            form.add_error("code", str(refusal))
        else:
            messages.success(request, _("The draft was begun. Add its fields now."))
            return redirect("criteria_set_edit", created.code, created.version)
    status = 422 if request.method == "POST" else 200
    return render(request, "scoring/criteria/new.html", {"form": form}, status=status)


@require_safe
def criteria_set_edit(request: HttpRequest, code: str, version: int) -> HttpResponse:
    user = person(request)
    found = own_set(user, code, version)
    if found.is_frozen:
        messages.info(request, _("Published sets never change. Make a new version."))
        return redirect("criteria_set", code, version)
    return show_editor(request, found)


def show_editor(
    request: HttpRequest, found: CriteriaSet, *, part: str = "", status: int = 200, **more: Any
) -> HttpResponse:
    """The tree page of a draft as it is now, or the part of it that htmx takes."""
    tree = Tree.of(found)
    content = SetContent.of(tree)
    page = editor_page(tree, content, typed=more.pop("typed", None))
    focus = next((row.pk for row in page.rows if row.code == more.get("focus_code")), None)
    context = {
        "focus_on": f"{more.get('focus_input', 'row')}-{focus}" if focus else "",
        "set": found,
        "page": page,
        "lint": lint_panel(found, content),
        "coordinates": True,
        "oob": bool(part),
        "sources": () if page.rows else sources(person(request)),
        **more,
    }
    return render(request, f"scoring/criteria/editor.html{part}", context, status=status)


def sources(user: User) -> list[CriteriaSet]:
    """The sets whose criteria an empty draft may take."""
    return list(CriteriaSet.objects.visible_to(user).exclude(status=SetStatus.DRAFT).select_related("issuer"))


@require_POST
def criteria_set_step(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Save what was typed into the tree, then take the step that the button names: two steps to undo."""
    user = person(request)
    found = own_set(user, code, version)
    tree = Tree.of(found)
    content = SetContent.of(tree)
    typed = typed_changes(tree, content, request.POST)
    try:
        check_version(found.revision, request.POST.get("revision"))
        if typed.changes:
            changed = edits.change_all(content, typed.changes)
            found, content = keep(found, changed, user), changed.content
        edited = edit_asked(request, user, content, typed)
        if edited is not None:
            found = keep(found, edited, user)
    except StaleVersion as stale:
        return refuse(request, own_set(user, code, version), str(stale), typed.kept)
    except (EditRefused, MoveRefused) as refusal:
        return refuse(request, own_set(user, code, version), str(refusal), typed.refused)
    if edited is None:
        return answer_typed(request, found, typed)
    return answer_step(request, found, edited)


def keep(found: CriteriaSet, edited: Edited, user: User) -> CriteriaSet:
    return change_draft(criteria_set=found, edited=edited, revision=found.revision, title=edited.title, by=user)


def edit_asked(request: HttpRequest, user: User, content: SetContent, typed: TypedChanges) -> Edited | None:
    """Raises: EditRefused, also while something typed cannot be read; Http404."""
    if request.POST.get("op") == "fill":
        code, _mark, version = request.POST.get("source", "").rpartition("/")
        source = visible_set(user, code, number_of(version) or 0)
        return edits.fill(content, SetContent.of(Tree.of(source)))
    edited = step_of(content, request.POST)
    if edited is not None and typed.problems:
        raise EditRefused(_("Correct first what is marked in the tree."))
    return edited


def refuse(request: HttpRequest, found: CriteriaSet, words: str, typed: Typed) -> HttpResponse:
    """The step was not taken: say why, show what the draft says now, and keep what was typed."""
    if found.is_frozen:
        return leave(request, found, words)
    part = "#fresh" if request.htmx else ""  # type: ignore[attr-defined]
    return show_editor(request, found, part=part, status=409, refused_words=words, typed=typed)


def leave(request: HttpRequest, found: CriteriaSet, words: str) -> HttpResponse:
    """It is no draft any more: back to the page of the set."""
    messages.error(request, words)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": reverse("criteria_set", args=[found.code, found.version])})
    return redirect("criteria_set", found.code, found.version)


def answer_typed(request: HttpRequest, found: CriteriaSet, typed: TypedChanges) -> HttpResponse:
    """htmx changes only the figures: nobody's typing elsewhere in the tree is touched."""
    status = 422 if typed.problems else 200
    if request.htmx:  # type: ignore[attr-defined]
        names = (name for name in request.POST if name.startswith(("title-", "max-")))
        sent = {number_of(name.partition("-")[2]) for name in names}
        response = show_editor(request, found, part="#saved", status=status, typed=typed.refused, sent=sent)
        response["HX-Reswap"] = "none"
        return response
    if typed.problems:
        return show_editor(request, found, status=status, typed=typed.refused)
    messages.success(request, _("Saved.") if typed.changes else _("Nothing was changed."))
    return redirect("criteria_set_edit", found.code, found.version)


def number_of(text: str) -> int | None:
    """A primary key or version as a form sends it; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else None


def answer_step(request: HttpRequest, found: CriteriaSet, edited: Edited) -> HttpResponse:
    said = [_("Done: %(step)s.") % {"step": edited.title}]
    if edited.emptied:
        line = _("%(code)s now stands above other criteria: its method was removed. Undo brings it back.")
        said.append(line % {"code": edited.emptied})
    if request.htmx:  # type: ignore[attr-defined]
        focus = "title" if request.POST.get("op", "").startswith(("add", "after")) else "row"
        told: dict[str, Any] = {"said": said[0], "told": said[1:], "focus_code": edited.at, "focus_input": focus}
        return show_editor(request, found, part="#fresh", **told)
    messages.success(request, " ".join(said))
    row = found.criteria.filter(code=edited.at).values_list("pk", flat=True).first() if edited.at else None
    return redirect(f"{reverse('criteria_set_edit', args=[found.code, found.version])}#row-{row or ''}")


@require_POST
def criteria_set_undo(request: HttpRequest, code: str, version: int) -> HttpResponse:
    user = person(request)
    found = own_set(user, code, version)
    last = found.steps.last()
    try:
        found = undo_step(criteria_set=found, revision=request.POST.get("revision"), by=user)
    except (StaleVersion, MoveRefused) as refusal:
        return refuse(request, own_set(user, code, version), str(refusal), Typed({}, {}))
    said = _("Undone: %(step)s.") % {"step": last.title if last else ""}
    if request.htmx:  # type: ignore[attr-defined]
        return show_editor(request, found, part="#fresh", said=said)
    messages.success(request, said)
    return redirect("criteria_set_edit", code, version)


@require_http_methods(["GET", "HEAD", "POST"])
def criteria_set_head(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """What the set says of itself: title, decision, total, rounding."""
    user = person(request)
    found = own_set(user, code, version)
    if found.is_frozen:
        messages.info(request, _("Published sets never change. Make a new version."))
        return redirect("criteria_set", code, version)
    content = SetContent.of(Tree.of(found))
    form = head_form(content, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            save_head(found, content, form, request.POST.get("revision"), user)
        except StaleVersion as stale:
            form.add_error(None, str(stale))
            return show_head(request, own_set(user, code, version), form, status=409)
        except (EditRefused, MoveRefused) as refusal:
            form.add_error(getattr(refusal, "at", "") or None, str(refusal))
        else:
            messages.success(request, _("The head of the set was saved."))
            return redirect("criteria_set_edit", code, version)
    return show_head(request, found, form, status=422 if request.method == "POST" else 200)


def save_head(
    found: CriteriaSet, content: SetContent, form: HeadForm, revision: str | None, user: User
) -> CriteriaSet:
    """Raises: StaleVersion, EditRefused, MoveRefused."""
    edited = edits.change_set(content, form.cleaned_data)
    if edited.content == content:
        return found
    return change_draft(criteria_set=found, edited=edited, revision=revision, title=edited.title, by=user)


def show_head(request: HttpRequest, found: CriteriaSet, form: HeadForm, *, status: int) -> HttpResponse:
    """A stale form shows what was typed and the present revision: who saves again has read the words."""
    context = {"set": found, "form": form}
    return render(request, "scoring/criteria/head.html", context, status=status)
