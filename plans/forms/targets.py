"""Plans, their targets, and what came of them, as they are typed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from indicators.reported import reference_problem
from parportal.entry.fields import DayInput
from parportal.entry.numbers import format_entry
from parportal.entry.problems import EntryProblem
from plans.actions.targets import ResultSaid
from plans.models import Comparator, Plan, Target, TargetResult, TargetState
from plans.target_entry import (
    FIRST_YEAR,
    LAST_YEAR,
    LINES_OF_EXCEPTIONS,
    leads_of,
    number_problem,
    read_quantity,
)
from plans.target_words import LEVELS, in_order
from units.access import Role
from units.models import Unit, User

MAX_BYTES = 2 * 1024 * 1024
NEW_PARTS = 3
COMPARED = {
    Comparator.AT_LEAST: _("≥ at least"),
    Comparator.MORE: _("> more than"),
    Comparator.EQUAL: _("= the figure itself is to be reached"),
    Comparator.AT_MOST: _("≤ at most"),
    Comparator.LESS: _("< less than"),
    Comparator.QUALITATIVE: _("without a number: the result is said in words"),
}


class QuantityInput(forms.CharField):
    """A figure as people type it; None when empty."""

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "decimal", "class": "num narrow", "autocomplete": "off"}
        super().__init__(required=False, widget=forms.TextInput(attrs=attrs), **options)

    def prepare_value(self, value: Any) -> Any:
        return format_entry(value) if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_quantity(text)
        except EntryProblem as problem:
            raise ValidationError(str(problem), code="entry") from None


def year_field(label: Any, *, required: bool = False, help_text: Any = "") -> forms.IntegerField:
    field = forms.IntegerField(
        label=label, required=required, min_value=FIRST_YEAR, max_value=LAST_YEAR, help_text=help_text
    )
    field.widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "narrow", "autocomplete": "off"})
    return field


def plan_units(user: User) -> QuerySet[Unit]:
    """Units whose plans the person keeps."""
    return Unit.objects.filter(pk__in=user.units_as(Role.OFFICER, Role.COORDINATOR))


class PlanForm(forms.ModelForm[Plan]):
    """The head of a plan; its unit is chosen once."""

    year = year_field(_("Year"), required=True)
    issued_on = forms.DateField(label=_("Date"), required=False, widget=DayInput())

    class Meta:
        model = Plan
        fields = ["owner", "year", "kind", "title", "issuer", "number", "issued_on"]
        labels = {
            "kind": _("Whose plan"),
            "title": _("Name of the plan"),
            "issuer": _("Issued by"),
            "number": _("Number"),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["owner"]
            return
        units = plan_units(user)
        owner = forms.ModelChoiceField(units, label=_("Unit"), empty_label=None)
        if len(units) == 1:
            owner.widget = forms.HiddenInput()
            owner.initial = units[0].pk
        self.fields["owner"] = owner


class TargetForm(forms.ModelForm[Target]):
    """One target of a plan."""

    comparator = forms.ChoiceField(label=_("How the result is compared"), choices=list(COMPARED.items()))
    number = QuantityInput(label=_("Number to be reached"))
    base_year = year_field(_("Compared with the year"))
    horizon = year_field(_("By the year"), help_text=_("Only where it is another year than that of the plan."))
    levels = forms.MultipleChoiceField(
        label=_("Who is measured"),
        required=False,
        choices=list(LEVELS.items()),
        widget=forms.CheckboxSelectMultiple(),
    )
    exceptions = forms.CharField(
        label=_("Except"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Each case on a line of its own."),
    )

    class Meta:
        model = Target
        fields = [
            "field_code",
            "field_title",
            "title",
            "comparator",
            "number",
            "measure",
            "base_year",
            "horizon",
            "is_striving",
            "levels",
            "exceptions",
            "source",
        ]
        labels = {
            "field_code": _("Number of the field"),
            "field_title": _("Field"),
            "title": _("Target"),
            "measure": _("Unit of measure"),
            "is_striving": _("Striven for, not binding"),
            "source": _("Taken from a reported figure"),
        }
        help_texts = {
            "source": _(
                "The actual value then comes from what was reported: thong-ke-cchc: 1.3.2, or a sum of figures."
            ),
        }
        widgets = {"title": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        instance: Target = kwargs["instance"]
        initial: dict[str, Any] = {"exceptions": "\n".join(instance.exceptions)}
        if instance.pk:
            initial["leads"] = list(instance.leads.all())
        kwargs["initial"] = {**initial, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["field_title"].widget.attrs["list"] = "fields"
        self.fields["leads"] = forms.ModelMultipleChoiceField(
            leads_of(plan), label=_("Lead"), required=False, widget=forms.CheckboxSelectMultiple()
        )

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean_levels(self) -> list[str]:
        return in_order(self.cleaned_data["levels"])

    def clean_exceptions(self) -> list[str]:
        """The workbook writes semicolons between the cases."""
        lines = [line.strip() for line in self.cleaned_data["exceptions"].replace(";", "\n").splitlines()]
        return [line for line in lines if line][:LINES_OF_EXCEPTIONS]

    def clean_source(self) -> str:
        text: str = self.cleaned_data["source"].strip()
        if text and (problem := reference_problem(text)):
            raise ValidationError(problem, code="source")
        return text

    def clean(self) -> None:
        cleaned = super().clean() or self.cleaned_data
        if problem := number_problem(cleaned.get("comparator", ""), cleaned.get("number"), self.errors):
            self.add_error("number", problem)
        if cleaned.get("source") and cleaned.get("comparator") == Comparator.QUALITATIVE:
            self.add_error("source", gettext("A target without a number takes no figure."))


class ResultForm(forms.Form):
    """What came of a target, or of one part of it."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)
    part = forms.CharField(label=_("Part"), required=False, max_length=300)
    actual = QuantityInput(label=_("Actual value"))
    said = forms.ChoiceField(label=_("Result"), required=False, choices=[])
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    evidence = forms.CharField(
        label=_("Proof"),
        required=False,
        max_length=300,
        help_text=_("Number and date of the paper, or where it is kept."),
    )
    removed = forms.BooleanField(label=_("Remove this part"), required=False)

    def __init__(
        self, *args: Any, target: Target, stored: TargetResult | None, is_part: bool, **kwargs: Any
    ) -> None:
        self.stored, self.is_part = stored, is_part
        kwargs["initial"] = self.as_stored(stored)
        super().__init__(*args, **kwargs)
        if not is_part:
            del self.fields["part"]
        if not (is_part and stored):
            del self.fields["removed"]
        if target.comparator != Comparator.QUALITATIVE:
            del self.fields["said"]
        else:
            field = self.fields["said"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("not known yet")), *TargetState.choices]
        if target.comparator == Comparator.QUALITATIVE or target.source:
            del self.fields["actual"]
        elif target.measure:
            self.fields["actual"].label = f"{self.fields['actual'].label} ({target.measure})"

    @staticmethod
    def as_stored(stored: TargetResult | None) -> dict[str, Any]:
        if stored is None:
            return {"version": 0}
        names = ("version", "part", "actual", "said", "note", "evidence")
        return {name: getattr(stored, name) for name in names}

    def clean(self) -> None:
        cleaned = super().clean() or self.cleaned_data
        says_something = any(cleaned.get(name) for name in ("said", "note", "evidence"))
        says_something = says_something or cleaned.get("actual") is not None
        named = cleaned.get("part", "")
        needs_name = self.is_part and not cleaned.get("removed") and (self.stored or says_something)
        if needs_name and not named and "part" not in self.errors:
            self.add_error("part", gettext("Give the part a name."))

    @property
    def is_unused(self) -> bool:
        """A new part that nobody filled in."""
        said = self.as_said()
        return self.is_part and self.stored is None and said.is_empty and not said.part

    def as_said(self) -> ResultSaid:
        data = self.cleaned_data
        stored = self.stored
        return ResultSaid(
            stored=stored.pk if stored else None,
            version=data["version"],
            part=data.get("part", ""),
            # What the page does not ask for stays as it is.
            actual=data.get("actual", stored.actual if stored else None),
            said=data.get("said", stored.said if stored else ""),
            note=data["note"],
            evidence=data["evidence"],
            is_removed=bool(data.get("removed")),
        )


class TargetsFileForm(forms.Form):
    """The workbook of a plan's targets."""

    file = forms.FileField(
        label=_("Workbook (XLSX)"),
        # An empty file is refused by the importer, in its own words.
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=_("The workbook downloaded from a plan, filled in or changed; at most 2 MB."),
    )

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(gettext("The file is too large."))
        return file
