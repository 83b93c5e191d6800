"""How a campaign grades and ranks: scales, quotas, keys and rules, until its results are published."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from parportal.entry.versions import StaleVersion
from scoring.actions.grading import BEFORE_PUBLICATION, add_rule, change_grading, remove_rule
from scoring.forms.grading import GradingForm, RuleForm, block_names
from scoring.models import Campaign, GradeScale
from scoring.standings import PENALTY, scale_of
from scoring.views.campaign_edit import coordinated
from scoring.views.campaign_steps import governed
from scoring.workflow import MoveRefused
from units.access import find, person
from units.models import User


@require_http_methods(["GET", "POST"])
def campaign_grading(request: HttpRequest, code: str) -> HttpResponse:
    """Scales, quotas and tie-break keys, and the list of rules; to read for the leader, and after publication."""
    user = person(request)
    if request.method == "GET":
        return grading_page(request, governed(user, code), user)
    found = coordinated(user, code)
    form = GradingForm(request.POST, campaign=found)
    if not form.is_valid():
        return grading_page(request, found, user, form=form, status=422)
    try:
        change_grading(campaign=found, entry=form.entry(), version=request.POST.get("version"), by=user)
    except (MoveRefused, StaleVersion) as refusal:
        form.add_error(None, str(refusal))
        return grading_page(request, found, user, form=form, status=409)
    messages.success(request, _("The rules of grading were saved."))
    return redirect("campaign_grading", code)


@require_POST
def grade_rule_add(request: HttpRequest, code: str) -> HttpResponse:
    user = person(request)
    found = coordinated(user, code)
    form = RuleForm(request.POST, campaign=found)
    if not form.is_valid():
        return grading_page(request, found, user, rule_form=form, status=422)
    try:
        add_rule(campaign=found, entry=form.entry(), version=request.POST.get("version"), by=user)
    except (MoveRefused, StaleVersion) as refusal:
        form.add_error(None, str(refusal))
        return grading_page(request, found, user, rule_form=form, status=409)
    messages.success(request, _("The rule was added."))
    return redirect("campaign_grading", code)


@require_POST
def grade_rule_remove(request: HttpRequest, code: str, rule: int) -> HttpResponse:
    user = person(request)
    found = coordinated(user, code)
    rules = found.grade_rules.select_related("campaign", "grade", "criterion")
    try:
        remove_rule(rule=find(rules, pk=rule), version=request.POST.get("version"), by=user)
    except (MoveRefused, StaleVersion) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The rule was removed."))
    return redirect("campaign_grading", code)


def grading_page(
    request: HttpRequest,
    found: Campaign,
    user: User,
    *,
    form: GradingForm | None = None,
    rule_form: RuleForm | None = None,
    status: int = 200,
) -> HttpResponse:
    stored = Campaign.objects.select_related("grade_scale", "criteria_set", "owner", "kept_by").get(pk=found.pk)
    may_edit = stored.coordinated_by(user) and stored.status in BEFORE_PUBLICATION and not stored.external
    context: dict[str, Any] = {
        "campaign": stored,
        "form": form or GradingForm(campaign=stored),
        "rule_form": rule_form or RuleForm(campaign=stored),
        "rules": stored.grade_rules.select_related("grade__scale", "criterion", "by"),
        "scales": scales_shown(stored),
        "keys": [key_title(stored, code) for code in stored.tie_breaks],
        "may_edit": may_edit,
        # A stale form keeps its stale version: to save again, the page must be read again.
        "version": request.POST.get("version", stored.version),
    }
    return render(request, "scoring/campaigns/grading.html", context, status=status)


def scales_shown(campaign: Campaign) -> list[tuple[str, GradeScale | None, Any]]:
    """Each block, its scale and its quota, as they count; the campaign's own first."""
    quotas = dict(campaign.block_rules.values_list("block", "top_quota_percent"))
    usual = campaign.top_quota_percent
    rows: list[tuple[str, GradeScale | None, Any]] = [("", campaign.grade_scale, usual)]
    for name in block_names(campaign):
        own = quotas.get(name)
        rows.append((name, scale_of(campaign, name), usual if own is None else own))
    return rows


def key_title(campaign: Campaign, code: str) -> str:
    if code == PENALTY:
        return _("fewer penalty points")
    field = campaign.criteria_set.criteria.filter(parent=None, code=code).first()
    return f"{field.code}. {field.title}" if field else code
