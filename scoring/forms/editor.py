"""The head of a criteria set: a new one, or that of a draft."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import validate_slug
from django.db.models import CharField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parportal.entry.fields import DayInput
from parportal.entry.numbers import format_entry, parse_decimal
from parportal.entry.problems import EntryProblem
from scoring.content import SetContent, composed
from scoring.forms.typed import Typed, positive
from scoring.models import CriteriaSet
from units.access import Role
from units.models import Unit, UnitType, User

MAX_INDEX_DECIMALS = 4
MAX_LEVELS = 10


def _points(text: str) -> Decimal:
    return positive(parse_decimal(text, places=2, percent_sign=False))


def _step(text: str) -> Decimal:
    step = _points(text)
    if step == 0:
        raise EntryProblem(_("The step of points must be above 0."))
    return step


def _figure(label: Any, read: Any, help_text: Any) -> Typed:
    attrs = {"inputmode": "decimal", "class": "num narrow", "autocomplete": "off"}
    return Typed(
        read=read,
        show=format_entry,
        required=True,
        label=label,
        help_text=help_text,
        widget=forms.TextInput(attrs=attrs),
    )


def _choices(name: str, label: Any, help_text: Any = "") -> forms.ChoiceField:
    column = CriteriaSet._meta.get_field(name)
    assert isinstance(column, CharField)
    return forms.ChoiceField(label=label, choices=column.choices or (), help_text=help_text)


class HeadForm(forms.Form):
    """Inputs bear the names of the attributes of the set."""

    title = forms.CharField(label=_("Title of the set"), max_length=300)
    decision_number = forms.CharField(label=_("Decision number"), max_length=60, required=False)
    decision_on = forms.DateField(label=_("Decision date"), required=False, widget=DayInput())
    unit_type = forms.ChoiceField(label=_("Type of units scored"), choices=UnitType.choices)
    total_points = _figure(_("Total points"), _points, _("What the maxima of all fields add up to."))
    point_step = _figure(
        _("Step of points"), _step, _("Points are whole multiples of it: 0.01 unless the decision says otherwise.")
    )
    rounding = _choices("rounding", _("Rounding"))
    round_at = _choices("round_at", _("Rounded at"), _("Where points are rounded to the step."))
    extra_points = _choices("extra_points", _("Bonus and penalty count"))
    index_decimals = forms.IntegerField(
        label=_("Decimals of the index"),
        min_value=0,
        max_value=MAX_INDEX_DECIMALS,
        widget=forms.NumberInput(attrs={"class": "num narrow"}),
    )
    level_names = forms.CharField(
        label=_("Names of the levels"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        help_text=_("One a line, from the top: field, criterion, component."),
    )

    def clean_title(self) -> str:
        return " ".join(str(composed(self.cleaned_data["title"])).split())

    def clean_level_names(self) -> tuple[str, ...]:
        lines = str(self.cleaned_data["level_names"]).splitlines()
        names = tuple(name for line in lines if (name := line.replace(";", " ").strip()))
        if len(names) > MAX_LEVELS:
            raise forms.ValidationError(gettext("There are at most %(count)s levels.") % {"count": MAX_LEVELS})
        return names


class NewSetForm(HeadForm):
    """The head of a set that begins from nothing; its code stays."""

    code = forms.CharField(
        label=_("Code"),
        max_length=60,
        validators=[validate_slug],
        help_text=_("Small letters, digits and hyphens; part of the address of the page. All versions share it."),
    )
    issuer = forms.ModelChoiceField(Unit.objects.none(), label=_("Issued by"), empty_label=None)

    field_order = ("title", "code", "issuer")

    def __init__(self, data: Mapping[str, Any] | None = None, *, user: User) -> None:
        own = Unit.objects.filter(pk__in=user.units_as(Role.COORDINATOR)).order_by("code")
        super().__init__(data, initial=_head_of(EMPTY))
        self.fields["issuer"].queryset = own  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if CriteriaSet.objects.filter(code=code).exists():
            raise forms.ValidationError(gettext("There is a criteria set of this code already."))
        return code

    def content(self) -> SetContent:
        """What a form without errors says, as a set without criteria."""
        issuer: Unit = self.cleaned_data["issuer"]
        return SetContent(version=1, **{**self.cleaned_data, "issuer": issuer.code})


EMPTY = SetContent("", 1, "", "", UnitType.COMMUNE.value, Decimal(100))


def head_form(content: SetContent, data: Mapping[str, Any] | None = None) -> HeadForm:
    return HeadForm(data, initial=_head_of(content))


def _head_of(content: SetContent) -> dict[str, Any]:
    head = {name: getattr(content, name) for name in HeadForm.base_fields}
    return {**head, "level_names": "\n".join(content.level_names)}
