"""A recurring obligation as it is typed, with its days; presets fill the days in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from parportal.entry.dates import FIRST_YEAR, LAST_YEAR
from plans.actions.obligations import ON, SAID, DaySaid
from plans.figures import ALL
from plans.forms.documents import day_field, owner_field, register_units
from plans.forms.papers import PaperForm
from plans.models import DueDay, Obligation
from plans.models.obligations import CODE
from plans.paper_words import number_and_date
from units.models import Party, User
from units.models.units import today
from units.names import folded

CODE_LENGTH = 40
BLANK_ROWS, MOST_ROWS = 2, 60
USUAL_DAY = 15
PRESETS = {
    "yearly": _("once a year"),
    "half_yearly": _("each half year"),
    "quarterly": _("each quarter"),
    "monthly": _("each month"),
}


def whole(label: Any, first: int, last: int, **options: Any) -> forms.IntegerField:
    field = forms.IntegerField(label=label, min_value=first, max_value=last, **options)
    field.widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "narrow", "autocomplete": "off"})
    return field


class ObligationForm(forms.ModelForm[Obligation]):
    """The words of an obligation; its unit is chosen once."""

    code = forms.CharField(
        label=_("Code"),
        required=False,
        max_length=CODE_LENGTH,
        validators=[CODE],
        help_text=_("Criteria count by it; the same in every unit. Left empty, it is made from the title."),
    )
    first_year = whole(_("First year"), FIRST_YEAR, LAST_YEAR)
    last_year = whole(
        _("Last year"), FIRST_YEAR, LAST_YEAR, required=False, help_text=_("Empty while it goes on.")
    )

    class Meta:
        model = Obligation
        fields = ["owner", *SAID]
        labels = {
            "kind": _("Type"),
            "title": _("Name of the report, plan or list"),
            "field": _("Field"),
            "recipient": _("Sent to"),
            "basis": _("Asked for by (paper, number, date)"),
            "lead": _("Lead unit"),
            "for_each": _("Each member of the group sends its own"),
        }
        help_texts = {"lead": _("Empty: the unit itself.")}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.instance
        if stored.pk:
            owners = [stored.owner_id]
            del self.fields["owner"]
        else:
            owners = list(register_units(user).values_list("pk", flat=True))
            self.fields["owner"] = owner_field(user)
            self.fields["owner"].label = _("Unit that sends it, or asks for it")
            self.initial.setdefault("first_year", today().year)
        parties = Party.objects.filter(owner__in=owners).order_by("name", "pk")
        lead = self.fields["lead"]
        lead.queryset, lead.empty_label = parties, _("the unit itself")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        owner = cleaned.get("owner") or (self.instance.owner if self.instance.pk else None)
        lead, first, last = cleaned.get("lead"), cleaned.get("first_year"), cleaned.get("last_year")
        if first and last and last < first:
            self.add_error("last_year", gettext("The last year lies before the first one."))
        if owner and lead and lead.owner_id != owner.pk:
            self.add_error("lead", gettext("This party is one of another unit."))
        elif cleaned.get("for_each") and (lead is None or not lead.members.exists()):
            self.add_error("lead", gettext("Choose the group whose members send it."))
        if owner and "code" not in self.errors:
            self.settle_code(owner.pk, cleaned)
        return cleaned

    def settle_code(self, owner: int, cleaned: dict[str, Any]) -> None:
        """A code that nothing else of the unit has."""
        others = Obligation.objects.filter(owner=owner).exclude(pk=self.instance.pk)
        taken = set(others.values_list("code", flat=True))
        if cleaned.get("code") == ALL:
            self.add_error("code", gettext("This word counts all obligations together: choose another code."))
            return
        if not cleaned.get("code"):
            cleaned["code"] = free_code(str(cleaned.get("title", "")), {ALL, *taken})
        elif cleaned["code"] in taken:
            self.add_error("code", gettext("Another obligation of the unit has this code."))


def free_code(title: str, taken: Iterable[str]) -> str:
    letters = "".join(each if each.isascii() and each.isalnum() else " " for each in folded(title))
    base = "_".join(letters.split())[: CODE_LENGTH - 4].strip("_") or "nghia_vu"
    numbered = (f"{base}_{number}" for number in range(2, 1000))
    return base if base not in set(taken) else next(code for code in numbered if code not in set(taken))


class SentForm(PaperForm):
    """What was sent for one day of the calendar: by which paper, on which day."""

    on = day_field(_("Day it was sent"), required=False, help_text=_("Left empty it is the date of the paper."))
    text = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        issued = cleaned.get("issued_on")
        if "on" in self.errors or "issued_on" in self.errors:
            return cleaned
        cleaned["on"] = on = cleaned.get("on") or issued
        if on is None:
            self.add_error("on", gettext("Give the day on which it was sent."))
        elif on > today():
            self.add_error("on", gettext("This day lies in the future."))
        elif issued and on < issued:
            self.add_error("on", gettext("It was sent before the date of the paper: check both days."))
        return cleaned

    def paper_words(self) -> str:
        """Number and date as the calendar shows them."""
        number, issued_on = self.cleaned_data["number"], self.cleaned_data["issued_on"]
        return number_and_date(number, issued_on)


class DayForm(forms.Form):
    """One day of every year; a row that is left empty is none."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput())
    label = forms.CharField(label=_("What falls due"), max_length=100)
    day = whole(_("Day"), 1, 31)
    month = whole(_("Month"), 1, 12)
    year_offset = forms.TypedChoiceField(
        label=_("Of which year"),
        coerce=int,
        initial="0",
        choices=[(-1, _("the year before")), (0, _("the year itself")), (1, _("the year after"))],
    )
    is_before = forms.BooleanField(label=_("before the day"), required=False)
    remove = forms.BooleanField(label=_("remove"), required=False)

    def __init__(
        self, data: QueryDict | None = None, *, number: int, initial: Mapping[str, Any] | None = None
    ) -> None:
        row = {"prefix": f"day-{number}", "empty_permitted": True, "use_required_attribute": False}
        super().__init__(data, initial=dict(initial or {}), **row)  # type: ignore[arg-type]
        for field in self.fields.values():
            words = {"label": field.label, "number": number}
            field.widget.attrs["aria-label"] = gettext("%(label)s, row %(number)s") % words

    @property
    def is_stored(self) -> bool:
        return bool(self["pk"].value())

    def said(self) -> DaySaid | None:
        """None for an empty row, and for one that is to go."""
        cleaned = self.cleaned_data
        if not cleaned.get("label") or cleaned["remove"]:
            return None
        return DaySaid(cleaned["pk"], **{name: cleaned[name] for name in ON})


class DayForms:
    """The days of an obligation, row by row."""

    def __init__(self, forms: Sequence[DayForm], known: Iterable[int] = ()) -> None:
        self.forms = forms
        self.known = frozenset(known)
        self.errors: list[str] = []

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]], blank: int = BLANK_ROWS) -> DayForms:
        """Rows to be typed in."""
        filled = [*rows, *({} for _row in range(blank))][:MOST_ROWS]
        return cls([DayForm(initial=row, number=number) for number, row in enumerate(filled, 1)])

    @classmethod
    def sent(cls, data: QueryDict, obligation: Obligation | None) -> DayForms:
        known = obligation.days.values_list("pk", flat=True) if obligation else ()
        return cls([DayForm(data, number=number) for number in range(1, rows_in(data) + 1)], known)

    def __iter__(self) -> Any:
        return iter(self.forms)

    def is_valid(self) -> bool:
        """Whether each row is, and they fit together."""
        # Every row is looked at: all that is wrong is told at once.
        if [form for form in self.forms if not form.is_valid()]:
            return False
        labels = [day.label for day in self.said]
        if not labels:
            self.errors.append(gettext("Give at least one day."))
        if len(set(labels)) < len(labels):
            self.errors.append(gettext("Two days have the same name: say of each what falls due."))
        stored = [day.pk for day in self.said if day.pk is not None]
        if len(set(stored)) < len(stored) or not self.known.issuperset(stored):
            self.errors.append(gettext("The days were changed meanwhile. Open the page again."))
        return not self.errors

    @property
    def said(self) -> list[DaySaid]:
        return [day for form in self.forms if (day := form.said()) is not None]


def rows_in(data: QueryDict) -> int:
    """How many rows a form was sent with."""
    text = data.get("days", "")
    return min(int(text), MOST_ROWS) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def typed_rows(data: QueryDict) -> list[dict[str, Any]]:
    """The rows of a form as they were typed, empty ones left out; not checked."""
    rows = []
    for number in range(1, rows_in(data) + 1):
        row = {name: data.get(f"day-{number}-{name}", "") for name in ("pk", *ON, "remove")}
        if row["pk"] or row["label"] or row["day"]:
            rows.append(row)
    return rows


def stored_rows(days: Iterable[DueDay]) -> list[dict[str, Any]]:
    return [{"pk": day.pk, **{name: getattr(day, name) for name in ON}} for day in days]


def preset_rows(preset: str, day: int = USUAL_DAY) -> list[dict[str, Any]]:
    """The days of a preset; none for another word."""
    found = {
        "yearly": [(_year(), 12)],
        "half_yearly": [(pgettext("obligation", "first half year"), 6), (_year(), 12)],
        "quarterly": [
            *(
                (pgettext("obligation", "quarter %(number)s") % {"number": "I" * quarter}, quarter * 3)
                for quarter in (1, 2, 3)
            ),
            (_year(), 12),
        ],
        "monthly": [
            (pgettext("obligation", "month %(number)s") % {"number": month}, month) for month in range(1, 13)
        ],
    }
    return [
        {"label": label, "day": day, "month": month, "year_offset": 0} for label, month in found.get(preset, [])
    ]


def _year() -> str:
    return pgettext("obligation", "year")


def preset_day(text: str) -> int:
    """The day of the month that was typed beside the presets."""
    day = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else USUAL_DAY
    return day if 1 <= day <= 31 else USUAL_DAY
