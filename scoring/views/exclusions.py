"""What does not apply in a campaign: the list of exclusions, a new one, and one lifted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from scoring.actions.exclusions import add_exclusion, expect_changeable, remove_exclusion
from scoring.applicability import Coverage, coverage, exclusions_of
from scoring.forms.exclusions import ExclusionForm
from scoring.models import Campaign, Criterion, Exclusion
from scoring.tree import Tree
from scoring.views.campaign_edit import coordinated
from scoring.views.campaigns import campaign_of, head
from scoring.workflow import MoveRefused
from units.access import find, person, require
from units.models import User


@dataclass(frozen=True, slots=True)
class Line:
    exclusion: Exclusion
    units: int


@dataclass(frozen=True, slots=True)
class Group:
    """The exclusions of one criterion. `is_stray`: the campaign has another set by now."""

    criterion: Criterion
    points: Decimal
    is_stray: bool
    exclusions: tuple[Line, ...]


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_exclusions(request: HttpRequest, code: str) -> HttpResponse:
    """Those who govern the campaign read the list; its coordinators add to it."""
    user = person(request)
    found = governed(user, code)
    if request.method != "POST":
        return show(request, found, user, ExclusionForm(campaign=found))
    require(found.coordinated_by(user), _("Only the coordinators say what does not apply."))
    form = ExclusionForm(request.POST, campaign=found)
    if not form.is_valid():
        return show(request, found, user, form, status=422)
    try:
        made = add_exclusion(campaign=found, by=user, **form.cleaned_data)
    except MoveRefused as refusal:
        return show(request, found, user, form, refusal=str(refusal), status=409)
    text = _("%(code)s does not apply to %(party)s.")
    messages.success(request, text % {"code": made.criterion.code, "party": made.party.name})
    return redirect("campaign_exclusions", code)


def governed(user: User, code: str) -> Campaign:
    """Raises: Http404 to outsiders, PermissionDenied to members who do not govern the campaign."""
    found = campaign_of(user, code)
    require(found.governed_by(user), _("Only the office that runs the campaign opens this page."))
    return found


def show(
    request: HttpRequest, found: Campaign, user: User, form: ExclusionForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    closed = why_fixed(found)
    context = {
        **head(found),
        "groups": groups_of(found),
        "form": form,
        "refusal": refusal if refusal != closed else "",
        "closed": closed,
        "can_change": found.coordinated_by(user) and not closed,
    }
    return render(request, "scoring/campaigns/exclusions.html", context, status=status)


def why_fixed(found: Campaign) -> str:
    try:
        expect_changeable(found)
    except MoveRefused as refusal:
        return str(refusal)
    return ""


def groups_of(found: Campaign) -> list[Group]:
    """Exclusions by criterion, in the order of the set."""
    tree = Tree.of(found.criteria_set)
    units = set(found.results.values_list("unit", flat=True))
    by_criterion: dict[int, list[Exclusion]] = {}
    for each in exclusions_of(found):
        by_criterion.setdefault(each.criterion_id, []).append(each)
    return [group_of(each, tree, units) for each in by_criterion.values()]


def group_of(exclusions: list[Exclusion], tree: Tree, units: Iterable[int]) -> Group:
    criterion = exclusions[0].criterion
    is_stray = criterion.pk not in tree.by_id
    covered = [Coverage(0, Decimal(0)) if is_stray else coverage(each, tree, units) for each in exclusions]
    return Group(
        criterion=criterion,
        points=covered[0].points,
        is_stray=is_stray,
        exclusions=tuple(Line(each, part.units) for each, part in zip(exclusions, covered, strict=True)),
    )


@require_POST
def campaign_exclusion_remove(request: HttpRequest, code: str, exclusion: int) -> HttpResponse:
    user = person(request)
    found = coordinated(user, code)
    row = find(found.exclusions.select_related("campaign", "criterion", "party"), pk=exclusion)
    try:
        reopened = remove_exclusion(exclusion=row, by=user)
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("campaign_exclusions", code)
    messages.success(request, _("The exclusion of %(code)s was lifted.") % {"code": row.criterion.code})
    if reopened:
        text = ngettext(
            "%(count)s finished appraisal has rows to decide again.",
            "%(count)s finished appraisals have rows to decide again.",
            reopened,
        )
        messages.warning(request, text % {"count": reopened})
    return redirect("campaign_exclusions", code)
