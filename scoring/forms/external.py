"""The figures of a parent's decision, as the coordinator types them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parportal.display import day
from parportal.entry.dates import parse_date
from scoring.actions.external import ExternalEntry
from scoring.forms.typed import Typed, figure, whole
from scoring.models import Campaign, UnitResult


class ExternalForm(forms.Form):
    """Decision and published figures. What the decision does not say stays empty: missing is not zero."""

    decision_number = forms.CharField(label=_("Number of the decision"), max_length=60, required=False)
    decision_on = Typed(
        read=parse_date,
        show=day,
        label=_("Date of the decision"),
        widget=forms.TextInput(attrs={"class": "narrow", "placeholder": "12/08/2022", "autocomplete": "off"}),
    )
    self_total_points = figure(_("Self total without survey"), places=2)
    survey_points = figure(_("Survey points"), places=2)
    published_points = figure(_("Published points"), places=2)
    published_max_points = figure(_("Published maximum"), places=2)
    published_index = figure(_("Published index"), places=4)
    published_grade = forms.CharField(label=_("Published grade"), max_length=60, required=False)
    published_rank = whole(_("Published rank"))
    ranked_units = whole(_("Number of units ranked"))

    DECISION = ("decision_number", "decision_on")

    @classmethod
    def stored(cls, campaign: Campaign, result: UnitResult) -> ExternalForm:
        initial = {name: getattr(campaign, name) for name in cls.DECISION}
        initial |= {name: getattr(result, name) for name in cls.base_fields if name not in cls.DECISION}
        return cls(initial=initial)

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or self.cleaned_data
        earned, maximum = entered.get("published_points"), entered.get("published_max_points")
        if earned is not None and maximum is not None and earned > maximum:
            self.add_error("published_points", _("The points are above the maximum."))
        rank, units = entered.get("published_rank"), entered.get("ranked_units")
        if rank is not None and units is not None and rank > units:
            self.add_error("published_rank", _("The rank is above the number of units ranked."))
        index = entered.get("published_index")
        if index is not None and index > 100:
            self.add_error("published_index", _("The index is at most 100."))
        return entered

    def decision_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.DECISION]

    def figure_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.DECISION]

    def entry(self) -> ExternalEntry:
        data = self.cleaned_data
        return ExternalEntry(**{name: value for name, value in data.items() if name not in self.DECISION})

    def decision(self) -> tuple[str, Any]:
        return self.cleaned_data["decision_number"].strip(), self.cleaned_data["decision_on"]
