"""A campaign moves to another version of its set: choose, look at what becomes of each criterion, confirm."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from parportal.entry.versions import StaleVersion
from scoring.actions.drafts import agencies_of
from scoring.actions.replacing import replace_set
from scoring.forms.replacing import ReplacementForm
from scoring.models import SUBMITTED_OR_LATER, Campaign, CriteriaSet
from scoring.replaced_rows import readable_rows
from scoring.replacing import (
    Holdings,
    LeafKind,
    LeafMove,
    Plan,
    agencies_after,
    holdings_of,
    may_move,
    replacement_problems,
    versions_to_take,
)
from scoring.views.campaign_edit import coordinated
from scoring.views.campaigns import campaign_of, head
from scoring.workflow import MoveRefused
from units.access import find, person, require


@dataclass(frozen=True, slots=True)
class Line:
    """A leaf of the preview. `maximum` is that of the new version, or the one it had."""

    leaf: LeafMove
    holds: Holdings


@dataclass(frozen=True, slots=True)
class Part:
    """The leaves of which the same becomes."""

    kind: str
    title: str
    text: str
    lines: tuple[Line, ...]


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_replace_set(request: HttpRequest, code: str) -> HttpResponse:
    user = person(request)
    found = coordinated(user, code)
    require(may_move(found), _("A campaign changes its set only before it is closed."))
    versions = versions_to_take(found)
    asked = (request.POST if request.method == "POST" else request.GET).get("to", "")
    to_set = next((each for each in versions if str(each.version) == asked), None)
    if to_set is None:
        status = 422 if request.method == "POST" else 200
        context = {**head(found), "versions": versions}
        return render(request, "scoring/campaigns/replace_choose.html", context, status=status)
    plan = Plan.of(found.criteria_set, to_set)
    nodes = [] if found.external else plan.uncovered(agencies_after(found, plan, {}))
    form = ReplacementForm(
        request.POST if request.method == "POST" else None, nodes=nodes, agencies=agencies_of(found)
    )
    if request.method != "POST":
        return preview(request, found, plan, form)
    if not form.is_valid():
        return preview(request, found, plan, form, status=422)
    try:
        made = replace_set(
            campaign=found,
            to_set=to_set,
            reason=form.cleaned_data["reason"],
            version=request.POST.get("version"),
            by=user,
            agencies=form.agencies,
        )
    except (MoveRefused, StaleVersion) as refusal:
        return preview(request, campaign_of(user, code), plan, form, refusal=str(refusal), status=409)
    messages.success(request, _("The campaign now follows version %(version)s.") % {"version": to_set.version})
    return redirect("campaign_replacement", code, made.pk)


def preview(
    request: HttpRequest,
    found: Campaign,
    plan: Plan,
    form: ReplacementForm,
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """What becomes of every criterion, before anything is written."""
    nodes = {int(name.removeprefix("agency-")) for name in form.fields if name.startswith("agency-")}
    wanted = agencies_after(found, plan, dict.fromkeys(nodes, found.owner))
    context = {
        **head(found),
        "to_set": plan.after.criteria_set,
        "parts": parts_of(plan, holdings_of(found)),
        "difference": plan.difference,
        "problems": replacement_problems(found, plan, wanted),
        "submitted": found.sheets.filter(status__in=SUBMITTED_OR_LATER).count(),
        "form": form,
        "refusal": refusal,
        "version": request.POST.get("version", found.version),
    }
    return render(request, "scoring/campaigns/replace_preview.html", context, status=status)


def parts_of(plan: Plan, holdings: dict[int, Holdings]) -> list[Part]:
    """The leaves by what becomes of them; those that need eyes first."""
    texts = {
        LeafKind.REMOVED: (
            _("Removed"),
            _("Their rows are written down in the record of this replacement; evidence stays with the sheet."),
        ),
        LeafKind.CHANGED: (
            _("Rule changed"),
            _("Answers are kept and scored again where that is possible; the rows are marked for review."),
        ),
        LeafKind.ADDED: (_("Added"), _("Every sheet gets a new row, not answered.")),
        LeafKind.UNCHANGED: (_("Unchanged"), _("Answers, appraisals, causes and evidence stay as they are.")),
    }
    parts = []
    for kind, (title, text) in texts.items():
        lines = (
            Line(leaf, holdings.get(leaf.old.pk, Holdings()) if leaf.old else Holdings())
            for leaf in plan.of_kind(kind)
        )
        parts.append(Part(kind.value, title, text, tuple(lines)))
    return [part for part in parts if part.lines]


@require_safe
def campaign_replacement(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The record of a replacement, as far as the person reads the rows themselves."""
    user = person(request)
    found = campaign_of(user, code)
    replacement = find(found.replacements.select_related("from_set", "to_set", "by", "campaign"), pk=pk)
    context = {
        **head(found),
        "replacement": replacement,
        "criteria": replacement.data["criteria"],
        "dropped": dropped_lines(replacement.data["dropped"]) if found.governed_by(user) else [],
        "removed": readable_rows(replacement, "removed", user),
        "changed": readable_rows(replacement, "changed", user),
        "compares": CriteriaSet.objects.visible_to(user).filter(pk=replacement.from_set_id).exists(),
    }
    return render(request, "scoring/campaigns/replacement.html", context)


def dropped_lines(dropped: dict[str, list[str]]) -> list[tuple[str, list[str]]]:
    titles = {
        "assignments": _("Assignments"),
        "shares": _("Parts of sheets given to be filled in"),
        "exclusions": _("Exclusions"),
        "grade_rules": _("Rules of grading"),
        "tie_breaks": _("Tie-break keys"),
        "fields": _("Results of fields"),
        "follow_ups": _("Follow-up tasks, now of no field"),
    }
    return [(titles[kind], lines) for kind, lines in dropped.items()]
