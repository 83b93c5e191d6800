"""One criterion across all units: a row a unit, and the self-score of many accepted at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from parportal.display import points
from scoring.actions.accepting import Choice, Seen, accept_selected, choose
from scoring.appraisal_pages import FILTERS, Changed, Filter, Progress, filters_of, rows_of
from scoring.appraisal_rows import AppraisalRow, Desk, for_page, readable_rows
from scoring.models import SUBMITTED_OR_LATER, Campaign, Criterion, Score, ScoreSheet
from scoring.unit_table import SORTS, UnitRow, UnitTable, sorted_rows, unit_table
from scoring.views.appraisal import find_campaign, with_records
from units.access import person, require
from units.models import User

OUTLIERS = "outliers"
# How many sheets of a campaign have not been submitted; nothing where all have.
OPEN_SHEETS = Subquery(
    ScoreSheet.objects.filter(campaign=OuterRef("pk"))
    .exclude(status__in=SUBMITTED_OR_LATER)
    .order_by()
    .values("campaign")
    .annotate(count=Count("pk"))
    .values("count")
)


@require_safe
def appraisal_by_criterion(request: HttpRequest, code: str, criterion_code: str) -> HttpResponse:
    return criterion_page(request, person(request), code, criterion_code, Changed.nothing())


def criterion_page(
    request: HttpRequest,
    user: User,
    code: str,
    criterion_code: str,
    changed: Changed,
    *,
    status: int = 200,
) -> HttpResponse:
    """One leaf of all units whose sheets have been submitted: twelve queries at most.

    Two more where the criterion scores a change: last year's values.
    """
    campaign = find_campaign(user, code, open_sheets=OPEN_SHEETS)
    leaves = readable_leaves(user, campaign)
    position = place_of(leaves, criterion_code)
    leaf, desk = leaves[position], Desk.of(user, campaign)
    scores = list(for_page(readable(user, campaign).filter(criterion=leaf)))
    for score in scores:
        score.sheet.campaign = campaign
    rows = rows_of(scores, with_records(desk, scores), changed)
    table = unit_table(scores, rows, leaf.scoring_method(campaign.criteria_set))
    show, sort = chosen_view(request)
    context = {
        "campaign": campaign,
        "criterion": leaf,
        "desk": desk,
        "view": "criterion",
        "table": table,
        "rows": sorted_rows(shown(table, show, changed.pks()), sort),
        "filters": filters(table, rows.values(), show),
        "show": show,
        "sort": sort,
        "sorts": SORTS.items(),
        "progress": Progress.of(rows.values()),
        "previous": leaves[position - 1] if position else None,
        "next": leaves[position + 1] if position + 1 < len(leaves) else None,
        "leaves": leaves,
        "can_accept": any(row.can_edit for row in rows.values()),
        "not_submitted": not_submitted(user, campaign),
    }
    return render(request, "scoring/appraisal/criterion.html", context, status=status)


def chosen_view(request: HttpRequest) -> tuple[str, str]:
    """Which rows are shown, and in which order."""
    show, sort = request.GET.get("show", ""), request.GET.get("sort", "")
    return show if show in FILTERS or show == OUTLIERS else "all", sort if sort in SORTS else "unit"


def readable(user: User, campaign: Campaign) -> QuerySet[Score]:
    """Rows that lie with the appraisers and that the person reads; of an external campaign all of them."""
    rows = Score.objects.filter(sheet__campaign=campaign)
    submitted = rows if campaign.external else rows.filter(sheet__status__in=SUBMITTED_OR_LATER)
    return readable_rows(user, submitted, campaign)


def readable_leaves(user: User, campaign: Campaign) -> list[Criterion]:
    """The leaves of which the person reads rows, in order: previous and next stay inside them."""
    pks = readable(user, campaign).order_by().values("criterion").distinct()
    return list(campaign.criteria_set.criteria.filter(pk__in=pks).order_by("position"))


def place_of(leaves: list[Criterion], code: str) -> int:
    """Raises: Http404."""
    position = next((place for place, leaf in enumerate(leaves) if leaf.code == code), None)
    if position is None:
        raise Http404
    return position


def shown(table: UnitTable, show: str, kept: set[int]) -> Iterable[UnitRow]:
    """The rows that pass the filter; `kept` were just refused and stay."""
    if show == OUTLIERS:
        return [each for each in table.rows if each.is_outlier or each.row.pk in kept]
    test = FILTERS[show][1]
    return [each for each in table.rows if test(each.row) or each.row.pk in kept]


def filters(table: UnitTable, rows: Iterable[AppraisalRow], chosen: str) -> list[Filter]:
    found = filters_of(rows, chosen)
    if table.outliers or chosen == OUTLIERS:
        found.append(Filter(OUTLIERS, _("Stands out"), table.outliers, chosen == OUTLIERS))
    return found


def not_submitted(user: User, campaign: Campaign) -> int:
    """How many units are not there yet; told to those who govern the campaign."""
    if campaign.external or not campaign.governed_by(user):
        return 0
    count: int | None = campaign.open_sheets  # type: ignore[attr-defined]
    return count or 0


@require_POST
def appraisal_accept_selected(request: HttpRequest, code: str, criterion_code: str) -> HttpResponse:
    """First what accepting the chosen rows gives, then, once confirmed, the acceptance."""
    user = person(request)
    campaign = find_campaign(user, code)
    require(not Desk.of(user, campaign).reads_only, _("Leaders only read here."))
    leaves = readable_leaves(user, campaign)
    leaf = leaves[place_of(leaves, criterion_code)]
    tokens = request.POST.getlist("row")
    own = set(Score.objects.filter(sheet__campaign=campaign, criterion=leaf).values_list("pk", flat=True))
    seen = {pk: each for pk, each in map(seen_of, tokens) if pk in own}
    if not seen:
        messages.error(request, _("Choose rows first."))
        return redirect("appraisal_by_criterion", code, criterion_code)
    if request.POST.get("confirmed") != "1":
        return confirmation(request, campaign, leaf, choose(campaign, seen, by=user), tokens)
    done = accept_selected(campaign=campaign, seen=seen, by=user)
    tell(request, done)
    return redirect("appraisal_by_criterion", code, criterion_code)


def seen_of(token: str) -> tuple[int, Seen]:
    """A row and its versions, as the page wrote them: "12-3-1"; 0 for what cannot be read."""
    parts = [
        int(part) if part.isascii() and part.isdecimal() and len(part) < 19 else 0 for part in token.split("-")
    ]
    pk, score, appraisal = (*parts, 0, 0, 0)[:3]
    return pk, Seen(score, appraisal)


def confirmation(
    request: HttpRequest, campaign: Campaign, leaf: Criterion, choice: Choice, tokens: list[str]
) -> HttpResponse:
    context: dict[str, Any] = {
        "campaign": campaign,
        "criterion": leaf,
        "choice": choice,
        "rows": [(score.sheet.unit.name, points(given)) for score, given in choice.rows],
        "sum": points(choice.sum),
        "tokens": tokens,
    }
    return render(request, "scoring/appraisal/accept_selected.html", context)


def tell(request: HttpRequest, done: Choice) -> None:
    count = len(done.rows)
    text = ngettext("%(count)s row was accepted.", "%(count)s rows were accepted.", count)
    messages.success(request, text % {"count": count})
    for each in done.skipped:
        told = {"unit": each.score.sheet.unit.name, "why": each.why}
        messages.warning(request, _("Not accepted: %(unit)s. %(why)s") % told)
