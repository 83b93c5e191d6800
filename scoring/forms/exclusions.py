from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parportal.display import points
from scoring.applicability import parties_of
from scoring.models import Campaign, Criterion
from units.models import Party


class CriterionField(forms.ModelChoiceField[Criterion]):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} {obj.title[:100]} ({points(obj.max_points)})"


class ExclusionForm(forms.Form):
    """A criterion that does not apply to a unit or a group, why, and who approved it."""

    criterion = CriterionField(
        Criterion.objects.none(),
        label=_("Criterion"),
        empty_label=_("Choose…"),
        help_text=_("With everything below it."),
    )
    party = forms.ModelChoiceField(Party.objects.none(), label=_("Unit or group"), empty_label=_("Choose…"))
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    approved_by = forms.CharField(
        label=_("Approved by"),
        max_length=200,
        help_text=_("The body or person, and the number of the paper if there is one."),
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        criterion, party = self.fields["criterion"], self.fields["party"]
        criterion.queryset = campaign.criteria_set.criteria.order_by("position")  # type: ignore[attr-defined]
        party.queryset = parties_of(campaign)  # type: ignore[attr-defined]
