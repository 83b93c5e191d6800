from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from indicators.actions.periods import usual_deadline
from indicators.models import IndicatorSet, Period, PeriodKind, SetStatus, cut_off, time_words
from parportal.display import day
from parportal.entry.fields import DayInput, MomentField, MomentInput
from units.access import Role
from units.models import Unit, User

FIRST_YEAR, LAST_YEAR = 2008, 2100
# A decision may set other days than the usual ones, by less than this.
LEEWAY = timedelta(days=31)
TIMES = (
    *((PeriodKind.QUARTER, number) for number in range(1, 5)),
    *((PeriodKind.HALF_YEAR, number) for number in range(1, 3)),
    (PeriodKind.NINE_MONTHS, 1),
    (PeriodKind.YEAR, 1),
)


def time_choices() -> list[tuple[str, str]]:
    year = gettext("the year")
    names = {PeriodKind.YEAR: gettext("The whole year")}
    return [(f"{kind}-{number}", names.get(kind) or time_words(kind, number, year)) for kind, number in TIMES]


class PeriodForm(forms.ModelForm[Period]):
    """The head of a period; days and deadline left empty are the usual ones."""

    time = forms.ChoiceField(label=_("Which part of the year"), choices=time_choices)
    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    starts_on = forms.DateField(label=_("From"), required=False, widget=DayInput())
    ends_on = forms.DateField(
        label=_("To"),
        required=False,
        widget=DayInput(),
        help_text=_("Both days count. Left empty: the usual days, from the 15th to the 14th."),
    )
    due_at = MomentField(
        label=_("Deadline of the units"),
        required=False,
        widget=MomentInput(),
        help_text=_("Day/month/year hour:minute. What is submitted later is shown as late."),
    )

    class Meta:
        model = Period
        fields = ["owner", "indicator_set", "year", "starts_on", "ends_on", "due_at"]
        labels = {"owner": _("Office that asks"), "indicator_set": _("Indicator set and version")}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coordinated = user.units_as(Role.COORDINATOR)
        self.fields["owner"] = forms.ModelChoiceField(
            Unit.objects.filter(pk__in=coordinated), label=_("Office that asks"), empty_label=None
        )
        sets = IndicatorSet.objects.visible_to(user).exclude(status=SetStatus.RETIRED)
        choice = self.fields["indicator_set"]
        choice.queryset = sets  # type: ignore[attr-defined]
        choice.label_from_instance = set_label  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["time"] = f"{self.instance.kind}-{self.instance.number}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("time") or not cleaned.get("year"):
            return cleaned
        kind, _dash, number = str(cleaned["time"]).partition("-")
        self.instance.kind, self.instance.number = kind, int(number)
        self.take_days(cleaned)
        if not self.errors and self.is_twice(cleaned):
            self.add_error(None, gettext("The office has this period of this form already."))
        return cleaned

    def take_days(self, cleaned: dict[str, Any]) -> None:
        """The usual days where none are typed; typed ones that are far from them are a slip of the hand."""
        usual = cut_off(self.instance.kind, cleaned["year"], self.instance.number)
        for name, at in zip(("starts_on", "ends_on"), usual, strict=True):
            typed = cleaned.get(name) or at
            if abs(typed - at) > LEEWAY:
                words = gettext("The usual day is %(day)s; this one is more than a month away from it.")
                self.add_error(name, words % {"day": day(at)})
            cleaned[name] = typed
            setattr(self.instance, name, typed)
        if not cleaned.get("due_at") and "due_at" not in self.errors:
            cleaned["due_at"] = usual_deadline(self.instance)
        elif cleaned.get("due_at") and timezone.localdate(cleaned["due_at"]) < cleaned["starts_on"]:
            self.add_error("due_at", gettext("The deadline lies before the period begins."))

    def is_twice(self, cleaned: dict[str, Any]) -> bool:
        same = Period.objects.filter(
            owner=cleaned["owner"],
            indicator_set=cleaned["indicator_set"],
            kind=self.instance.kind,
            year=cleaned["year"],
            number=self.instance.number,
        )
        return same.exclude(pk=self.instance.pk).exists()


def set_label(indicator_set: IndicatorSet) -> str:
    draft = "" if indicator_set.is_frozen else f" · {indicator_set.get_status_display()}"
    return f"{indicator_set.title[:80]} · {indicator_set.code} v{indicator_set.version}{draft}"


def usual(asked: QueryDict) -> dict[str, object]:
    """What a new period begins with: the year that was last, or what the address names, and its usual days."""
    names = dict(time_choices())
    time = asked.get("time", "") if asked.get("time", "") in names else f"{PeriodKind.YEAR}-1"
    typed = asked.get("year", "")
    this_year = timezone.localdate().year
    year = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else this_year
    year = year if FIRST_YEAR <= year <= LAST_YEAR else this_year
    kind, _dash, number = time.partition("-")
    period = Period(kind=kind, year=year, number=int(number))
    period.starts_on, period.ends_on = cut_off(kind, year, period.number)
    return {
        "time": time,
        "year": year,
        "starts_on": period.starts_on,
        "ends_on": period.ends_on,
        "due_at": usual_deadline(period),
    }


class DeadlineForm(forms.Form):
    """What can still be changed of a period that is open."""

    due_at = MomentField(label=_("Deadline of the units"), widget=MomentInput())


class ReopenForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class ReminderForm(forms.Form):
    """A word of the coordinator that goes out with a reminder."""

    note = forms.CharField(
        label=_("Note to the units (if any)"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
