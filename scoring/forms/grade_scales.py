"""A grade scale of an office: its name, its source, and rows of a grade and its lowest index."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from scoring.actions.grade_scales import GradeEntry, ScaleEntry
from scoring.forms.typed import percentage
from scoring.models import GradeScale

LEAST_ROWS, SPARE_ROWS, MOST_ROWS = 5, 2, 20


class ScaleForm(forms.Form):
    """An empty row is no grade: emptying one removes it."""

    name = forms.CharField(label=_("Name of the scale"), max_length=200)
    source = forms.CharField(
        label=_("Source"),
        max_length=200,
        required=False,
        help_text=_("The decision in which it stands."),
    )

    def __init__(self, *args: Any, scale: GradeScale | None, is_copy: bool = False, **kwargs: Any) -> None:
        grades = scale.all_grades if scale else []
        initial: dict[str, Any] = {"name": scale.name, "source": scale.source} if scale else {}
        for number, grade in enumerate(grades):
            initial |= {f"grade_{number}": grade.name, f"from_{number}": grade.from_index}
            initial[f"pk_{number}"] = None if is_copy else grade.pk
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.count = min(max(LEAST_ROWS, len(grades) + SPARE_ROWS), MOST_ROWS)
        for number in range(self.count):
            self.fields[f"pk_{number}"] = forms.IntegerField(required=False, widget=forms.HiddenInput())
            self.fields[f"grade_{number}"] = forms.CharField(
                label=_("Grade %(number)s") % {"number": number + 1}, max_length=60, required=False
            )
            label = _("From the index, grade %(number)s") % {"number": number + 1}
            self.fields[f"from_{number}"] = percentage(label, places=4)

    @property
    def grade_rows(self) -> list[tuple[BoundField, BoundField, BoundField]]:
        return [(self[f"pk_{n}"], self[f"grade_{n}"], self[f"from_{n}"]) for n in range(self.count)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        bounds: set[Decimal] = set()
        for number in range(self.count):
            name, bound = cleaned.get(f"grade_{number}"), cleaned.get(f"from_{number}")
            if name and bound is None and f"from_{number}" not in self.errors:
                self.add_error(f"from_{number}", gettext("From which index is this grade given?"))
            if bound is not None and not name:
                self.add_error(f"grade_{number}", gettext("Name the grade."))
            if bound is not None and bound in bounds:
                self.add_error(f"from_{number}", gettext("Another grade is given from this index."))
            if bound is not None:
                bounds.add(bound)
        if not bounds and not self.errors:
            self.add_error("grade_0", gettext("A scale has at least one grade."))
        return cleaned

    def entry(self) -> ScaleEntry:
        data = self.cleaned_data
        grades = tuple(
            GradeEntry(data[f"pk_{number}"], data[f"grade_{number}"], data[f"from_{number}"])
            for number in range(self.count)
            if data[f"grade_{number}"]
        )
        return ScaleEntry(data["name"], data["source"], grades)
