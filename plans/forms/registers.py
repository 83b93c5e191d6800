from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parportal.entry.dates import FIRST_YEAR, LAST_YEAR
from plans.forms.documents import day_field, owner_field, register_units
from plans.forms.papers import PAPER, PaperForm
from plans.models import KEEPERS, Conclusion, Initiative, Meeting
from units.models import Unit, User
from units.models.units import today


class InitiativeForm(PaperForm, forms.ModelForm[Initiative]):
    """An initiative of the unit whose register it is, or of a unit below it."""

    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)

    class Meta:
        model = Initiative
        fields = ["owner", "unit", "year", "title", "field", "recognised_by", *PAPER]
        labels = {
            "unit": _("Unit that it comes from"),
            "title": _("Initiative"),
            "field": _("Field"),
            "recognised_by": _("Recognised by"),
        }
        help_texts = {"recognised_by": _("Who decided it: leave empty until there is a decision.")}
        widgets = {"title": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        owner = row.owner_id if row.pk else None
        if row.pk:
            del self.fields["owner"]
        else:
            self.fields["owner"] = owner_field(user)
            self.initial.setdefault("year", today().year)
        units = origins(user, row)
        self.fields["unit"] = forms.ModelChoiceField(
            units, label=self.fields["unit"].label, empty_label=None, initial=owner or first(register_units(user))
        )
        if len(units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()
        self.fields["number"].label = _("Number of the decision")
        self.fields["issued_on"].label = _("Date of the decision")
        self.offer_papers(user, owner, typed_year(self, "year"), kept=row.document_id)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        owner, unit = cleaned.get("owner") or owner_of(self.instance), cleaned.get("unit")
        if owner and unit and owner.pk not in (unit.pk, unit.parent_id):
            self.add_error("unit", gettext("This unit is not below the one whose register it is."))
        says = cleaned.get("recognised_by") or cleaned.get("issued_on")
        if says and not cleaned.get("number") and "number" not in self.errors:
            self.add_error("number", gettext("Give the number of the decision that recognises it."))
        return cleaned


class MeetingForm(PaperForm, forms.ModelForm[Meeting]):
    """A meeting that was held; its minutes, and the notice of what it concluded."""

    held_on = day_field(_("Held on"), required=True)

    class Meta:
        model = Meeting
        fields = ["owner", "held_on", "subject", "chair", *PAPER, "conclusion"]
        labels = {
            "subject": _("Subject of the meeting"),
            "chair": _("Chaired by"),
            "conclusion": _("Conclusion notice"),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        owner = row.owner_id if row.pk else None
        if row.pk:
            del self.fields["owner"]
        else:
            self.fields["owner"] = owner_field(user)
        notices = Conclusion.objects.visible_to(user).filter(owner__in=[owner] if owner else register_units(user))
        self.fields["conclusion"] = forms.ModelChoiceField(
            notices | Conclusion.objects.filter(pk__in=[row.conclusion_id] if row.conclusion_id else []),
            label=self.fields["conclusion"].label,
            required=False,
            empty_label=_("none"),
        )
        self.fields["number"].label = _("Number of the minutes")
        self.fields["issued_on"].label = _("Date of the minutes")
        self.offer_papers(user, owner, typed_year(self, "held_on"), kept=row.document_id)

    def clean_held_on(self) -> date:
        held_on: date = self.cleaned_data["held_on"]
        if held_on > today():
            raise forms.ValidationError(gettext("This day lies in the future."))
        return held_on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        owner, notice = cleaned.get("owner") or owner_of(self.instance), cleaned.get("conclusion")
        if owner and notice and notice.owner_id != owner.pk:
            self.add_error("conclusion", gettext("This notice is of another unit."))
        return cleaned


def origins(user: User, row: Initiative) -> QuerySet[Unit]:
    """The units that an initiative may come from: those whose register it may stand in, and the units below."""
    owners = [row.owner_id] if row.pk else user.units_as(*KEEPERS)
    units = Unit.objects.filter(Q(pk__in=owners) | Q(parent__in=owners))
    if row.pk:
        units = units | Unit.objects.filter(pk=row.unit_id)
    return units.order_by("name", "pk")


def owner_of(row: Initiative | Meeting) -> Unit | None:
    return row.owner if row.pk else None


def first(units: QuerySet[Unit]) -> int | None:
    return units.values_list("pk", flat=True).first()


def typed_year(form: forms.BaseForm, name: str) -> int:
    """The year that stands in a field, or that of today: its documents are on offer."""
    value = form[name].value()
    if isinstance(value, date):
        return value.year
    tail = str(value or "")[-4:]
    return int(tail) if len(tail) == 4 and tail.isascii() and tail.isdigit() else today().year
