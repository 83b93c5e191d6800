"""The attributes of one criterion of a draft, apart from the settings of its method."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parportal.entry.numbers import format_entry, parse_decimal
from scoring.content import CriterionContent
from scoring.forms.typed import Typed, positive
from scoring.models.criteria import COUNTS_AS, POLICIES
from units.models import Function

CODE_LENGTH, TITLE_LENGTH, GUIDANCE_LENGTH = 20, 500, 4000
# What is asked only of a criterion that is scored itself, and only of one that has others below it.
OF_LEAVES = ("evidence_required", "no_case_policy", "zero_denominator_policy")
OF_PARENTS = ("knock_out",)


def _points(text: str) -> Decimal:
    return positive(parse_decimal(text, places=2, percent_sign=False))


class CriterionForm(forms.Form):
    """Inputs bear the names of the attributes; what is not asked of a criterion keeps its value."""

    code = forms.CharField(
        label=_("Code"), max_length=CODE_LENGTH, widget=forms.TextInput(attrs={"class": "narrow"})
    )
    max_points = Typed(
        label=_("Maximum points"),
        required=True,
        read=_points,
        show=format_entry,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "num narrow"}),
    )
    title = forms.CharField(
        label=_("Title of the criterion"),
        max_length=TITLE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    counts_as = forms.ChoiceField(label=_("Counts as"), choices=COUNTS_AS)
    knock_out = forms.BooleanField(
        label=_("Knock-out: one row of 0 points below it zeroes all the rows below it"), required=False
    )
    function = forms.ChoiceField(
        label=_("Function that appraises it"),
        required=False,
        choices=[("", _("as the criterion above")), *Function.choices],
    )
    evidence_required = forms.BooleanField(label=_("Evidence required"), required=False)
    no_case_policy = forms.ChoiceField(label=_("When no case arose"), choices=POLICIES)
    zero_denominator_policy = forms.ChoiceField(label=_("When the whole is 0"), choices=POLICIES)
    guidance = forms.CharField(
        label=_("Guidance"),
        required=False,
        max_length=GUIDANCE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown beside the row: the rule in the words of the decision, what counts as evidence."),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, criterion: CriterionContent, is_leaf: bool
    ) -> None:
        initial = {name: getattr(criterion, name) for name in self.base_fields}
        super().__init__(data, initial=initial)
        for name in OF_PARENTS if is_leaf else OF_LEAVES:
            # A knock-out left on a leaf is an error that is mended here.
            if not (name == "knock_out" and criterion.knock_out):
                del self.fields[name]
        for name, each in self.fields.items():
            described = [f"id_{name}_helptext"] if each.help_text else []
            each.widget.attrs |= {"aria-describedby": " ".join([*described, f"id_{name}-errors"])}
            each.widget.attrs.setdefault("autocomplete", "off")

    def clean_title(self) -> str:
        return " ".join(str(self.cleaned_data["title"]).split())

    def clean_guidance(self) -> str:
        """Browsers end lines with two characters, the set with one."""
        return str(self.cleaned_data["guidance"]).replace("\r\n", "\n")

    def readable(self) -> dict[str, Any]:
        """The attributes that could be read, of a form that was sent."""
        self.is_valid()
        return dict(self.cleaned_data)
