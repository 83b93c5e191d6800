"""Phrases for reasons: offered beside a row, kept with one click, looked after on a page of their own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from scoring.actions.phrases import change_phrase, keep_phrase, remove_phrase
from scoring.models import Campaign, Criterion, Phrase
from scoring.phrases import offered_phrases, phrase_office
from scoring.views.appraisal import find_campaign
from scoring.workflow import MoveRefused
from units.access import find, person, require
from units.models import Unit, User


def office_of(user: User, campaign: Campaign) -> Unit:
    """Raises: PermissionDenied for leaders, who read only."""
    pk = phrase_office(user, campaign)
    require(pk is not None, _("Leaders only read here."))
    assert pk is not None
    return Unit.objects.get(pk=pk)


def criterion_of(campaign: Campaign, code: str) -> Criterion:
    return find(campaign.criteria_set.criteria.all(), code=code)


@require_safe
def campaign_phrases(request: HttpRequest, code: str) -> HttpResponse:
    """All phrases of the person's office for this set, to be changed and removed."""
    user = person(request)
    campaign = find_campaign(user, code)
    office = office_of(user, campaign)
    titles = dict(campaign.criteria_set.criteria.values_list("code", "title"))
    phrases = Phrase.objects.visible_to(user).filter(office=office, set_code=campaign.criteria_set.code)
    places = list(campaign.criteria_set.criteria.order_by("position").values_list("code", flat=True))
    ordered = sorted(phrases, key=lambda each: (place_of(each, places), each.text))
    groups: dict[str, list[Phrase]] = {}
    for phrase in ordered:
        groups.setdefault(phrase.criterion_code, []).append(phrase)
    context = {
        "campaign": campaign,
        "office": office,
        "groups": [(each, titles.get(each, ""), members) for each, members in groups.items()],
        "leaves": campaign.criteria_set.criteria.exclude(method="").order_by("position"),
    }
    return render(request, "scoring/campaigns/phrases.html", context)


def place_of(phrase: Phrase, places: list[str]) -> int:
    """Phrases of criteria that the set no longer has stand last."""
    return places.index(phrase.criterion_code) if phrase.criterion_code in places else len(places)


@require_safe
def phrase_menu(request: HttpRequest, code: str, criterion_code: str) -> HttpResponse:
    """The phrases for one criterion beside a row; without a script the page of all phrases."""
    user = person(request)
    campaign = find_campaign(user, code)
    office_of(user, campaign)
    criterion = criterion_of(campaign, criterion_code)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(f"{reverse('campaign_phrases', args=[code])}#c-{criterion.code}")
    return menu(request, user, campaign, criterion, request.GET.get("row", ""))


def menu(
    request: HttpRequest, user: User, campaign: Campaign, criterion: Criterion, row: str, *, told: str = ""
) -> HttpResponse:
    context = {
        "campaign": campaign,
        "criterion": criterion,
        "offer": offered_phrases(user, campaign, criterion),
        "row": row if row.isdecimal() else "",
        "told": told,
    }
    return render(request, "scoring/appraisal/phrase_menu.html", context)


@require_POST
def phrase_add(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the reason of a row (by htmx, the menu comes back), or a phrase typed on the page."""
    user = person(request)
    campaign = find_campaign(user, code)
    office = office_of(user, campaign)
    wanted = request.POST.get("criterion_code", "")
    criterion = campaign.criteria_set.criteria.filter(code=wanted).first()
    if criterion is None:
        messages.error(request, _("Choose the criterion."))
        return redirect("campaign_phrases", code)
    text, told, kept = request.POST.get("reason", request.POST.get("text", "")), _("The phrase was kept."), True
    try:
        keep_phrase(
            office=office, set_code=campaign.criteria_set.code, criterion_code=criterion.code, text=text, by=user
        )
    except MoveRefused as refusal:
        told, kept = str(refusal), False
    if request.htmx:  # type: ignore[attr-defined]
        return menu(request, user, campaign, criterion, request.POST.get("row", ""), told=told)
    (messages.success if kept else messages.error)(request, told)
    return redirect(f"{reverse('campaign_phrases', args=[code])}#c-{criterion.code}")


@require_POST
def phrase_change(request: HttpRequest, code: str, phrase: int) -> HttpResponse:
    """Change or remove a phrase of the person's office."""
    user = person(request)
    campaign = find_campaign(user, code)
    office = office_of(user, campaign)
    found = find(Phrase.objects.visible_to(user).select_related("office"), pk=phrase, office=office)
    if "remove" in request.POST:
        remove_phrase(phrase=found, by=user)
        messages.success(request, _("The phrase was removed."))
        return redirect("campaign_phrases", code)
    try:
        change_phrase(phrase=found, text=request.POST.get("text", ""), by=user)
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The phrase was saved."))
    return redirect(f"{reverse('campaign_phrases', args=[code])}#c-{found.criterion_code}")
