"""The plan and the report of one unit: its measures, its results, and the papers that go to the office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from parportal.display import points
from parportal.entry.versions import StaleVersion
from scoring.actions.remediation import RemediationRefused
from scoring.actions.remediation_filings import StaleMeasures, give_back, save_measures, send_filing
from scoring.forms.campaigns import ReasonForm
from scoring.forms.remediation import FilingForm, MeasureForm, paper_of
from scoring.models import Filing, FilingKind, Measure, RemediationRound, Responsibility
from scoring.models.remediation import concerned
from scoring.remediation_page import FilingLine, filing_line, responsible
from scoring.settling import lost_points
from scoring.views.remediation import round_of
from units.access import find, person, require
from units.models import User
from units.models.units import today


@dataclass(frozen=True, slots=True)
class OwnRow:
    """A lost leaf on the page of a unit. `theirs`: what somebody else has saved meanwhile."""

    measure: Measure
    form: MeasureForm | None
    lost: str
    responsible: str
    theirs: Measure | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that was refused, as it was typed. Shapes: `theirs` by primary key of the measure."""

    kind: FilingKind
    forms: Sequence[MeasureForm]
    refusal: str = ""
    theirs: Mapping[int, Measure] = field(default_factory=dict)


def papers_of_unit(user: User, round_: RemediationRound, unit: int) -> dict[str, FilingLine]:
    """Raises: Http404 where nothing is asked of the unit, or the person may not know."""
    visible = Filing.objects.visible_to(user).filter(round=round_, unit=unit)
    plan = find(visible.select_related("unit", "document", "sent_by", "round"), kind=FilingKind.PLAN)
    report = find(visible.select_related("unit", "document", "sent_by", "round"), kind=FilingKind.REPORT)
    return {each.kind: filing_line(each, today()) for each in (plan, report)}


def writes_for(user: User, unit: int) -> bool:
    return concerned(user).filter(pk=unit).exists()


def open_part(papers: Mapping[str, FilingLine]) -> FilingKind | None:
    """What the unit writes now: its plan until that was sent, then its report; None when both were."""
    return next((kind for kind in FilingKind if papers[kind].filing.sent_on is None), None)


@require_http_methods(["GET", "HEAD", "POST"])
def remediation_own(request: HttpRequest, pk: int, unit_pk: int) -> HttpResponse:
    user = person(request)
    found = round_of(user, pk)
    papers = papers_of_unit(user, found, unit_pk)
    writes = writes_for(user, unit_pk)
    if request.method == "POST":
        require(writes, _("The unit itself writes its measures and results."))
        return save(request, found, papers)
    return own_page(request, found, papers)


def save(request: HttpRequest, found: RemediationRound, papers: Mapping[str, FilingLine]) -> HttpResponse:
    """Keep what was changed; what was typed stays on the page when it is refused."""
    sent = request.POST.get("kind", "")
    kind = FilingKind(sent) if sent in FilingKind.values else FilingKind.PLAN
    unit = papers[kind].filing.unit
    forms = [MeasureForm(each, kind, request.POST) for each in measures_of(found, unit.pk)]
    valid = [form.is_valid() for form in forms if form.is_bound]
    if not all(valid):
        return own_page(request, found, papers, typed=Typed(kind, forms), status=422)
    said = {form.measure.pk: form.said() for form in forms if form.is_changed}
    try:
        rows = save_measures(round_=found, unit=unit, kind=kind, said=said, by=person(request))
    except StaleMeasures as stale:
        for form in forms:
            if form.measure.pk in stale.rows:
                form.version = stale.rows[form.measure.pk].version
        typed = Typed(kind, forms, str(stale), stale.rows)
        return own_page(request, found, papers, typed=typed, status=409)
    except RemediationRefused as refusal:
        return own_page(request, found, papers, typed=Typed(kind, forms, str(refusal)), status=409)
    words = ngettext("%(count)s row was saved.", "%(count)s rows were saved.", rows)
    messages.success(request, words % {"count": rows})
    if "send" in request.POST:
        return redirect("remediation_send", papers[kind].filing.pk)
    return redirect("remediation_own", found.pk, unit.pk)


def measures_of(found: RemediationRound, unit: int) -> list[Measure]:
    """With the lost leaf of each: three queries."""
    said = Responsibility.objects.select_related("party").order_by("pk")
    rows = Measure.objects.filter(remediation__round=found, unit=unit)
    related = ("remediation__task", "remediation__loss__score__criterion", "remediation__loss__score__sheet__unit")
    ordered = rows.order_by(
        "remediation__loss__score__sheet__unit__code", "remediation__loss__score__criterion__position", "pk"
    )
    parties = Prefetch("remediation__loss__responsibilities", said)
    return list(ordered.select_related(*related, "updated_by").prefetch_related(parties))


def own_page(
    request: HttpRequest,
    found: RemediationRound,
    papers: Mapping[str, FilingLine],
    *,
    typed: Typed | None = None,
    status: int = 200,
) -> HttpResponse:
    user = person(request)
    unit = papers[FilingKind.PLAN].filing.unit
    writes = writes_for(user, unit.pk)
    part = typed.kind if typed else (open_part(papers) if writes else None)
    theirs: Mapping[int, Measure] = typed.theirs if typed else {}
    forms: dict[int, MeasureForm] = {form.measure.pk: form for form in typed.forms} if typed else {}
    measures = [form.measure for form in typed.forms] if typed else measures_of(found, unit.pk)
    if part and not typed:
        forms = {each.pk: MeasureForm(each, part) for each in measures}
    context = {
        "round": found,
        "campaign": found.campaign,
        "unit": unit,
        "governs": found.campaign.governed_by(user),
        "coordinates": found.campaign.coordinated_by(user),
        "writes": writes,
        "part": part,
        "open": open_part(papers),
        "papers": [papers[each] for each in FilingKind],
        "rows": [own_row(each, forms.get(each.pk), theirs.get(each.pk)) for each in measures],
        "refusal": typed.refusal if typed else "",
    }
    return render(request, "scoring/remediation/own.html", context, status=status)


def own_row(measure: Measure, form: MeasureForm | None, theirs: Measure | None) -> OwnRow:
    loss = measure.remediation.loss
    lost = lost_points(loss.score)
    return OwnRow(
        measure, form, points(lost) if lost > 0 else "", responsible(loss.responsibilities.all()), theirs
    )


def filing_of(user: User, pk: int) -> Filing:
    """Raises: Http404."""
    rounds = RemediationRound.objects.visible_to(user).values("pk")
    visible = Filing.objects.visible_to(user).filter(round__in=rounds)
    return find(visible.select_related("round__campaign", "unit", "document"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def remediation_send(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit sends its plan or report; or the office enters the one that came to it otherwise."""
    user = person(request)
    filing = filing_of(user, pk)
    is_own = writes_for(user, filing.unit_id)
    receives = not is_own and filing.round.campaign.coordinated_by(user)
    require(is_own or receives, _("The unit sends its plan and its report, or the office enters what came to it."))
    form = FilingForm(request.POST or None, user=user, filing=filing, receives=receives)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            received = form.cleaned_data.get("received_on")
            version, paper = request.POST.get("version"), paper_of(form)
            try:
                send_filing(filing=filing, paper=paper, version=version, by=user, received_on=received)
            except (StaleVersion, RemediationRefused) as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, _("It is recorded as received.") if receives else _("It was sent."))
                return redirect("remediation_own", filing.round_id, filing.unit_id)
    context = {
        "form": form,
        "line": filing_line(filing, today()),
        "receives": receives,
        "version": request.POST.get("version", filing.version),
    }
    return render(request, "scoring/remediation/send.html", context | head(filing), status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def remediation_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """The office gives a plan or a report back to be mended."""
    user = person(request)
    filing = filing_of(user, pk)
    require(filing.round.campaign.coordinated_by(user), _("The coordinators of the office run the remediation."))
    form = ReasonForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                version, reason = request.POST.get("version"), form.cleaned_data["reason"]
                give_back(filing=filing, reason=reason, version=version, by=user)
            except (StaleVersion, RemediationRefused) as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, _("It was given back; the unit has been told."))
                return redirect("remediation", filing.round_id)
    context = {"form": form, "version": request.POST.get("version", filing.version)}
    return render(request, "scoring/remediation/give_back.html", context | head(filing), status=status)


def head(filing: Filing) -> dict[str, object]:
    campaign = filing.round.campaign
    return {"filing": filing, "round": filing.round, "campaign": campaign, "unit": filing.unit}
