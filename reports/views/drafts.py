"""Papers: the list, a new one, the page of a draft, its head, its end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parportal.entry.versions import StaleVersion
from reports.actions.drafts import carry_texts, delete_draft, reset_outline, save_head, start_report
from reports.basis import Basis, NoPaper
from reports.draft_page import draft_page, grouped_figures, sent_page
from reports.forms import HeadForm
from reports.kinds import KINDS, basis_of
from reports.listing import Wanted
from reports.models import OF_PAPER, WRITERS, ReportKind
from reports.papers.data import ChildrenUnclear
from reports.starting import (
    Wish,
    basis_for,
    begun,
    children_choices,
    choices,
    kinds_for,
    offers,
    unpublished,
)
from reports.text.figures import figures_of
from reports.views.finding import is_written_by, report_seen, report_written
from reports.views.sending import receives
from reports.views.telling import telling
from reports.workflow import MoveRefused
from scoring.models import Campaign
from scoring.models.campaigns import governing
from units.access import person, require
from units.models import User
from units.models.units import today


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """The papers of a person, the latest year first, and what can be begun."""
    user = person(request)
    wanted = Wanted.of(request.GET)
    found = wanted.reports(user)
    page = Paginator(found, wanted.size).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": page,
        "lines": page.object_list,
        "query": query.urlencode(),
        "wanted": wanted,
        "kinds": kinds_for(user),
        "receives": receives(user),
        **wanted.offers(user),
    }
    return render(request, "reports/reports.html", context)


@require_safe
def report_about(request: HttpRequest) -> HttpResponse:
    """The papers about one thing: where the pages of campaigns, plans and inspections lead to."""
    user = person(request)
    wish = Wish.of(request.GET)
    campaigns = Campaign.objects.visible_to(user).filter(governing(user), code=wish.campaign)
    campaign = None if wish.unit else campaigns.first()
    is_run = campaign is not None or bool(wish.unit) or not wish.campaign
    context = {"offers": offers(wish) if is_run and user.units_as(*WRITERS) else [], "campaign": campaign}
    return render(request, "reports/report_about.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report_start(request: HttpRequest, kind: str) -> HttpResponse:
    """What the new paper will be, or why it cannot be; begun by a button. Without a subject: what there is."""
    if kind not in KINDS:
        raise Http404
    user = person(request)
    wish = Wish.of(request.POST if request.method == "POST" else request.GET)
    context: dict[str, Any] = {"kind": kind, "kind_name": ReportKind(kind).label, "wish": wish}
    if wish.is_empty:
        return render(request, "reports/report_start.html", {**context, "choices": choices(user, kind)})
    basis = basis_for(user, kind, wish)
    found = begun(kind, basis, user)
    if found is not None:
        return redirect("report", found.pk)
    context |= {"basis": basis, "problem": unpublished(kind, basis)}
    if context["problem"]:
        return render(request, "reports/report_start.html", context)
    return start_or_ask(request, user, basis, context)


def start_or_ask(request: HttpRequest, user: User, basis: Basis, context: dict[str, Any]) -> HttpResponse:
    """Begin the draft when the button was pressed; else show what it will be."""
    kind = context["kind"]
    try:
        if request.method == "POST":
            report, is_new = start_report(kind=kind, basis=basis, by=user)
            if is_new:
                messages.success(request, _("The draft was begun."))
            return redirect("report", report.pk)
        context["document"] = KINDS[kind].build(basis)
    except ChildrenUnclear as problem:
        context |= {"problem": str(problem), "children": children_choices(user, basis.unit)}
    except NoPaper as problem:
        context["problem"] = str(problem)
    return render(request, "reports/report_start.html", context)


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft; to whom it was sent only what was archived."""
    user = person(request)
    found = report_seen(user, pk, OF_PAPER)
    if not is_written_by(found, user):
        return render(request, "reports/report_sent.html", sent_page(found, user))
    return render(request, "reports/report.html", draft_page(found, user, checked="check" in request.GET))


@require_http_methods(["GET", "HEAD", "POST"])
def report_head(request: HttpRequest, pk: int) -> HttpResponse:
    """Number, symbol, day, addressees, signer, recipients of a report."""
    user = person(request)
    found = report_written(user, pk)
    before = {name: getattr(found, name) for name in HeadForm.Meta.fields}
    form = HeadForm(request.POST or None, instance=found, children=children_choices(user, found.unit))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                changed = {name: before[name] for name in form.fields if name in before}
                save_head(report=found, before=changed, version=request.POST.get("version"), by=user)
            except (StaleVersion, MoveRefused) as refused:
                form.add_error(None, str(refused))
                status = 409
            else:
                messages.success(request, _("The head was saved."))
                return redirect("report", found.pk)
    version = request.POST.get("version", found.version)
    context = {"report": found, "form": form, "version": version}
    return render(request, "reports/report_head.html", context, status=status)


@require_safe
def report_figures(request: HttpRequest, pk: int) -> HttpResponse:
    """The figures that a text may name, with their values; the editor fetches the list alone."""
    found = report_written(person(request), pk, OF_PAPER)
    context: dict[str, Any] = {"report": found}
    try:
        context["groups"] = grouped_figures(figures_of(basis_of(found, today())))
    except (ChildrenUnclear, NoPaper) as problem:
        messages.error(request, str(problem))
    template = "reports/report_figures.html"
    return render(request, f"{template}#list" if request.GET.get("part") else template, context)


@require_POST
def report_carry(request: HttpRequest, pk: int) -> HttpResponse:
    """Take over the texts of the unit's last report of this kind."""
    user = person(request)
    found = report_written(user, pk)
    with telling(request):
        count = carry_texts(report=found, by=user)
        line = ngettext(
            "%(count)s text was taken over: check it.", "%(count)s texts were taken over: check them.", count
        )
        messages.success(request, line % {"count": count})
    return redirect("report", pk)


@require_POST
def report_outline_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin with the outline as the portal proposes it."""
    user = person(request)
    found = report_written(user, pk)
    with telling(request, _("Headings and order are those that the portal proposes.")):
        reset_outline(report=found, by=user)
    return redirect("report", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def report_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then delete a draft that was never archived."""
    user = person(request)
    found = report_written(user, pk)
    require(found.is_open, _("Only a draft is deleted."))
    problem = ""
    if request.method == "POST":
        try:
            delete_draft(report=found, by=user, seen=request.POST.get("seen", ""))
        except MoveRefused as refused:
            problem = str(refused)
        else:
            messages.success(request, _("The draft was deleted."))
            return redirect("reports")
    context = {"report": found, "problem": problem}
    return render(request, "reports/report_delete.html", context, status=409 if problem else 200)
