from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parportal.entry.fields import DayInput
from plans.actions.inspections import HEAD, WORDS
from plans.forms.documents import day_field, owner_field
from plans.forms.papers import PaperForm
from plans.forms.tasks import FIRST_YEAR, LAST_YEAR
from plans.inspection_list import TYPES
from plans.models import DeadlineKind, InspectedUnit, Inspection, InspectionKind, Task
from plans.task_words import last_of_month
from units.models import Party, Unit, User
from units.models.units import today
from units.names import unit_key

KINDS_OF_DEADLINE = (DeadlineKind.BY, DeadlineKind.BEFORE, DeadlineKind.NONE)


class InspectionForm(PaperForm, forms.ModelForm[Inspection]):
    """An inspection; its unit is chosen once. The paper is the one that orders it, often of the year before."""

    year = forms.IntegerField(
        label=_("Year"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "narrow"}),
    )

    class Meta:
        model = Inspection
        fields = ["owner", *HEAD]
        labels = {
            "kind": _("Kind of inspection"),
            "mode": _("How it is done"),
            "title": _("What is inspected"),
            "is_planned": _("It stands in the plan of the year"),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("Choose…")), *InspectionKind.choices]  # type: ignore[attr-defined]
        found = self.instance
        if found.pk:
            del self.fields["owner"]
        else:
            self.fields["owner"] = owner_field(user)
            self.fields["owner"].label = _("Inspected by")
        year = found.year or int(self.initial.get("year") or today().year)
        owner = found.owner_id if found.pk else None
        self.offer_papers(user, owner, year - 1, found.document_id)

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())


class AddUnitsForm(forms.Form):
    """The units to add to an inspection: ticked one by one, or whole groups whose members are added."""

    planned_on = day_field(_("Planned on"), required=False, help_text=_("The same day for all that you tick."))

    def __init__(self, *args: Any, inspection: Inspection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inspection = inspection
        self.units = {unit.pk: unit for unit in units_to_inspect(inspection)}
        self.others = {party.pk: party for party in others_to_inspect(inspection)}
        self.of_types = []
        for type_, words in TYPES.items():
            if listed := in_order(unit for unit in self.units.values() if unit.type == type_):
                self.of_types.append(f"units_{type_}")
                self.fields[f"units_{type_}"] = ticks(words, listed)
        if self.others:
            self.of_types.append("others")
            self.fields["others"] = ticks(_("Others"), in_order(self.others.values()))
        self.groups = groups_to_inspect(inspection, self.units)
        if self.groups:
            names = in_order(group for group, _members in self.groups.values())
            help_text = gettext("Each member that is not in the inspection yet is added.")
            self.fields = {"groups": ticks(_("Whole groups"), names, help_text), **self.fields}

    @property
    def offers_something(self) -> bool:
        return bool(self.units or self.others)

    @property
    def rows(self) -> list[forms.BoundField]:
        names = ("planned_on", *(["groups"] if self.groups else []), *self.of_types)
        return [self[name] for name in names]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.get(name) for name in ("groups", *self.of_types)):
            raise forms.ValidationError(gettext("Tick at least one unit."))
        return cleaned

    def chosen_units(self) -> list[Unit]:
        data = self.cleaned_data
        pks = [pk for name in self.of_types if name != "others" for pk in data[name]]
        pks += [pk for group in data.get("groups", ()) for pk in self.groups[group][1]]
        return [self.units[pk] for pk in dict.fromkeys(pks)]

    def chosen_others(self) -> list[Party]:
        return [self.others[pk] for pk in self.cleaned_data.get("others", ())]


def ticks(label: Any, rows: Iterable[Unit | Party], help_text: str = "") -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=label,
        choices=[(row.pk, row.name) for row in rows],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=help_text,
    )


def in_order(rows: Iterable[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: (unit_key(row.name), row.pk))


def units_to_inspect(inspection: Inspection) -> QuerySet[Unit]:
    """Units below the owner and those that it has a party for, as they existed in the year and as far as they are
    not in the inspection. Oneself is offered for a self-inspection, and where there is nobody else."""
    owner = inspection.owner
    below = Q(parent=owner) | Q(as_party__owner=owner)
    offered = Unit.objects.filter(below).exclude(pk=owner.pk).distinct()
    if inspection.kind == InspectionKind.SELF or not offered.exists():
        offered = Unit.objects.filter(below | Q(pk=owner.pk)).distinct()
    kept = Party.objects.filter(inspected__inspection=inspection, unit__isnull=False)
    return offered.of_year(inspection.year).exclude(pk__in=kept.values("unit"))


def others_to_inspect(inspection: Inspection) -> QuerySet[Party]:
    """Bodies that are no unit of the portal and no group."""
    outside = Party.objects.filter(owner=inspection.owner, unit=None, members=None)
    return outside.exclude(inspected__inspection=inspection)


def groups_to_inspect(inspection: Inspection, units: dict[int, Unit]) -> dict[int, tuple[Party, list[int]]]:
    """Groups of the owner with the members that can still be added: two queries."""
    found = Party.objects.filter(owner=inspection.owner, unit=None).prefetch_related("members")
    members = {group.pk: (group, [unit.pk for unit in group.members.all() if unit.pk in units]) for group in found}
    return {pk: pair for pk, pair in members.items() if pair[1]}


class InspectedUnitForm(PaperForm, forms.ModelForm[InspectedUnit]):
    """When a unit was inspected, and by which paper it was told what was found."""

    planned_on = day_field(_("Planned on"), required=False)
    inspected_on = day_field(
        _("Inspected on"), required=False, help_text=_("Only when it was done: findings are entered after that.")
    )

    class Meta:
        model = InspectedUnit
        fields = list(WORDS)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inspection = self.instance.inspection
        self.offer_papers(user, inspection.owner_id, inspection.year, self.instance.document_id)

    def clean_inspected_on(self) -> Any:
        on = self.cleaned_data["inspected_on"]
        if on and on > today():
            raise forms.ValidationError(gettext("This day lies in the future."))
        return on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        concluded = any(cleaned.get(name) for name in ("number", "issued_on", "document"))
        if concluded and not cleaned.get("inspected_on") and "inspected_on" not in self.errors:
            self.add_error("inspected_on", gettext("There is a conclusion: enter the day of the inspection too."))
        return cleaned


class FindingForm(forms.ModelForm[Task]):
    """What was found at a unit, and until when it is to be fixed."""

    deadline_kind = forms.ChoiceField(label=_("To be fixed"), choices=[])
    deadline_on = forms.DateField(label=_("Day"), required=False, widget=DayInput())

    class Meta:
        model = Task
        fields = ["title", "product", "deadline_kind", "deadline_on"]
        widgets = {"title": forms.Textarea(attrs={"rows": 3})}
        labels = {"title": _("What was found"), "product": _("What shows that it is fixed")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = DeadlineKind(self.instance.deadline_kind)
        kinds = KINDS_OF_DEADLINE if kept in KINDS_OF_DEADLINE else (*KINDS_OF_DEADLINE, kept)
        field = self.fields["deadline_kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind.value, kind.label) for kind in kinds]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind, on = cleaned.get("deadline_kind"), cleaned.get("deadline_on")
        dated = (DeadlineKind.BY, DeadlineKind.BEFORE, DeadlineKind.WITHIN_MONTH)
        if kind in dated and not on and "deadline_on" not in self.errors:
            self.add_error("deadline_on", gettext("Enter the day of the deadline."))
        elif kind == DeadlineKind.NONE and on:
            self.add_error("deadline_kind", gettext("Choose the kind of the deadline, or remove its day."))
        elif kind == DeadlineKind.WITHIN_MONTH and on:
            cleaned["deadline_on"] = last_of_month(on)
        made = self.instance.inspected
        if on and made and made.inspected_on and on < made.inspected_on:
            self.add_error("deadline_on", gettext("This day lies before the day of the inspection."))
        return cleaned
