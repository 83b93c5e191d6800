"""One criterion of a draft: its attributes and method, saved as they are typed, and tried on facts."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from parportal.entry.versions import StaleVersion
from scoring.actions.editing import change_draft
from scoring.content import SetContent
from scoring.criterion_page import COMMAND, CriterionEntry, criterion_page, entry_of
from scoring.edits import EditRefused, change
from scoring.lint_panel import Line, LintPanel, lint_panel
from scoring.models import CriteriaSet
from scoring.tree import Node, Tree
from scoring.views.criteria import own_set
from scoring.workflow import MoveRefused
from units.access import find, person
from units.models import User

PAGE = "scoring/criteria/criterion.html"


@dataclass(frozen=True, slots=True)
class Answer:
    """How a form that was sent came out. `words` say why nothing was saved; `is_stale` that the draft moved on."""

    status: int = 200
    words: str = ""
    is_stale: bool = False
    is_saved: bool = False
    is_tried: bool = False

    @property
    def has_moved_on(self) -> bool:
        """The form may go on from the draft as it is now."""
        return self.is_saved or self.is_stale


@require_http_methods(["GET", "HEAD", "POST"])
def criterion_edit(request: HttpRequest, code: str, version: int, criterion: int) -> HttpResponse:
    """The form of a criterion; htmx saves it while it is typed and gets back what follows from it."""
    user = person(request)
    draft = own_set(user, code, version)
    if draft.is_frozen:
        messages.error(request, _("Published sets never change. Make a new version."))
        return redirect("criteria_set", code, version)
    tree, node, entry = read_entry(draft, criterion, request.POST if request.method == "POST" else None)
    if entry.post is None:
        return show(request, draft, tree, node, entry, Answer())
    answer, draft = save(draft, entry, user)
    if answer.is_saved:
        tree, node, _stored = read_entry(draft, criterion, None)
    if request.htmx or COMMAND in entry.post or not answer.is_saved:  # type: ignore[attr-defined]
        return show(request, draft, tree, node, entry, answer)
    messages.success(request, _("%(code)s was saved.") % {"code": node.criterion.code})
    return redirect("criterion_edit", code, version, criterion)


@require_POST
def criterion_try(request: HttpRequest, code: str, version: int, criterion: int) -> HttpResponse:
    """Facts tried on the form as it stands, saved or not; nothing is stored."""
    draft = own_set(person(request), code, version)
    if draft.is_frozen:
        messages.error(request, _("Published sets never change. Make a new version."))
        return redirect("criteria_set", code, version)
    tree, node, entry = read_entry(draft, criterion, request.POST)
    return show(request, draft, tree, node, entry, Answer(is_tried=True))


def read_entry(draft: CriteriaSet, pk: int, post: QueryDict | None) -> tuple[Tree, Node, CriterionEntry]:
    """The criterion in its tree, and its form as stored or as sent.

    Raises: Http404.
    """
    row = find(draft.criteria.all(), pk=pk)
    tree = Tree.of(draft)
    node = tree.by_id[row.pk]
    content = SetContent.of(tree)
    criterion = next(each for each in content.criteria if each.code == node.criterion.code)
    return tree, node, entry_of(content, criterion, post)


def save(draft: CriteriaSet, entry: CriterionEntry, user: User) -> tuple[Answer, CriteriaSet]:
    """Keep what was sent if all of it can be read; the draft as it is afterwards."""
    assert entry.post is not None
    if not entry.is_readable:
        return Answer(422), draft
    before, after = entry.criterion, entry.candidate
    changed = {
        name: getattr(after, name)
        for name in (*entry.form.fields, "method", "params")
        if getattr(after, name) != getattr(before, name)
    }
    if not changed:
        return Answer(is_saved=True), draft
    try:
        edited = change(entry.content, before.code, changed)
        revision = entry.post.get("revision")
        saved = change_draft(criteria_set=draft, edited=edited, revision=revision, title=edited.title, by=user)
    except EditRefused as refused:
        entry.form.add_error(refused.at if refused.at in entry.form.fields else None, str(refused))
        return Answer(422), draft
    except StaleVersion as stale:
        return Answer(409, str(stale), is_stale=True), draft
    except MoveRefused as refusal:
        return Answer(409, str(refusal)), draft
    return Answer(is_saved=True), saved


def show(
    request: HttpRequest, draft: CriteriaSet, tree: Tree, node: Node, entry: CriterionEntry, answer: Answer
) -> HttpResponse:
    """The whole page, or for htmx the parts that follow from what was typed."""
    page = criterion_page(entry)
    place = tree.nodes.index(node)
    context = {
        "set": draft,
        "node": node,
        "criterion": node.criterion,
        "level": tree.level_name(node),
        "previous": tree.nodes[place - 1].criterion if place else None,
        "next": tree.nodes[place + 1].criterion if place + 1 < len(tree.nodes) else None,
        "page": page,
        "answer": answer,
        "coordinates": True,
        "is_typed": entry.post is not None,
        "revision": entry.post.get("revision", "") if entry.post and not answer.has_moved_on else draft.revision,
        "changes_method": entry.changes_method,
        "is_form_shown": not request.htmx,  # type: ignore[attr-defined]
    }
    if answer.is_tried and request.htmx:  # type: ignore[attr-defined]
        return render(request, f"{PAGE}#tried", context)
    context["step"] = draft.steps.last()
    context["lint"] = lint = lint_panel(draft, SetContent.of(tree))
    context["findings"] = findings_here(lint, node.criterion.code)
    name = f"{PAGE}#saved" if request.htmx else PAGE  # type: ignore[attr-defined]
    return render(request, name, context, status=answer.status)


def findings_here(lint: LintPanel, code: str) -> list[Line]:
    """What the lint says of this criterion beside its method, whose faults stand at their inputs."""
    open_lines = (*lint.errors, *lint.warnings)
    return [line for line in open_lines if line.place == code and not line.url.endswith("#id_method")]
