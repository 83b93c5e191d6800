from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parportal.entry.fields import DayInput
from plans.models import KEEPERS, Conclusion, DeadlineKind, Origin, Progress, Task
from plans.task_words import last_of_month
from units.models import Party, Unit, User
from units.models.units import today

FIRST_YEAR, LAST_YEAR = 2008, 2100
# In which order the form shows what it asks, several short ones in a line.
ROWS = (
    ("field-row", ("owner", "year")),
    ("", ("basis",)),
    ("field-row", ("code", "is_request")),
    ("", ("title", "product")),
    ("field-row", ("recipient", "via")),
    ("", ("leads", "cooperating")),
    ("field-row", ("deadline_kind", "deadline_on", "season")),
    ("", ("field_words",)),
)


class TaskForm(forms.ModelForm[Task]):
    """A task: below a plan, in an item of a conclusion notice, or assigned by the superior.

    `instance` says which: it comes with its origin, its owner and what it stands below.
    """

    code = forms.CharField(
        label=_("Number of the item"),
        max_length=20,
        help_text=_("As printed: 2.4. One item may hold several tasks."),
    )
    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    leads = forms.ModelMultipleChoiceField(
        Party.objects.none(), label=_("Lead"), required=False, widget=forms.CheckboxSelectMultiple
    )
    cooperating = forms.ModelMultipleChoiceField(
        Party.objects.none(), label=_("Cooperating"), required=False, widget=forms.CheckboxSelectMultiple
    )
    deadline_on = forms.DateField(
        label=_("Day of the deadline"),
        required=False,
        widget=DayInput(),
        help_text=_(
            "“Before 7 February”: until 6 February. “By 7 February”: that day too. Within a month: any day of it."
        ),
    )
    season = forms.CharField(label=_("Season"), required=False, max_length=100)
    field_words = forms.CharField(
        label=_("Fields of reform"), required=False, max_length=200, help_text=_("Separated by commas.")
    )

    class Meta:
        model = Task
        fields = [
            "year",
            "basis",
            "is_request",
            "title",
            "product",
            "recipient",
            "via",
            "deadline_kind",
            "deadline_on",
            "season",
        ]
        widgets = {"title": forms.Textarea(attrs={"rows": 3})}
        labels = {"basis": _("Assigned by (paper, number, date)"), "is_request": _("A request, not an order")}

    def __init__(self, *args: Any, user: User, conclusion: Conclusion | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        task = self.instance
        owners = frozenset([task.owner_id]) if task.owner_id else user.units_as(*KEEPERS)
        kept = {name: list(getattr(task, name).all()) if task.pk else [] for name in ("leads", "cooperating")}
        parties = offered(owners, {party.pk for found in kept.values() for party in found})
        for name, found in kept.items():
            self.fields[name].queryset = parties  # type: ignore[attr-defined]
            if task.pk:
                self.initial[name] = found
        if not task.pk and len(parties) == 1:
            # Such as the unit itself, where it names nobody else.
            self.initial["leads"] = list(parties)
        self.initial.setdefault("field_words", ", ".join(task.fields))
        if task.directive is not None:
            self.initial["code"] = task.directive.code
        if not task.owner_id:
            units = Unit.objects.filter(pk__in=owners)
            self.fields["owner"] = forms.ModelChoiceField(
                units, label=_("Unit to which it was assigned"), empty_label=None
            )
        if conclusion is None:
            del self.fields["code"], self.fields["is_request"]
        if task.origin != Origin.ASSIGNED:
            del self.fields["year"], self.fields["basis"]
        elif not task.pk:
            self.initial["year"] = today().year

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind, on = cleaned.get("deadline_kind"), cleaned.get("deadline_on")
        if (
            kind in (DeadlineKind.BEFORE, DeadlineKind.BY, DeadlineKind.WITHIN_MONTH)
            and not on
            and "deadline_on" not in self.errors
        ):
            self.add_error("deadline_on", gettext("Enter the day of the deadline."))
        elif kind == DeadlineKind.NONE and on:
            self.add_error("deadline_kind", gettext("Choose the kind of the deadline, or remove its day."))
        elif kind == DeadlineKind.WITHIN_MONTH and on:
            cleaned["deadline_on"] = last_of_month(on)
        if kind == DeadlineKind.SEASON and not cleaned.get("season"):
            self.add_error("season", gettext("Name the season."))
        elif kind != DeadlineKind.SEASON:
            cleaned["season"] = ""
        both = set(cleaned.get("leads") or ()) & set(cleaned.get("cooperating") or ())
        if both:
            words = gettext("Who leads a task does not cooperate in it as well: %(names)s")
            names = ", ".join(sorted(party.name for party in both))
            self.add_error("cooperating", words % {"names": names})
        if owner := cleaned.get("owner"):
            self.instance.owner = owner
        named = str(cleaned.get("field_words", "")).split(",")
        self.instance.fields = [word.strip() for word in named if word.strip()]
        return cleaned

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        found = [(look, [self[name] for name in names if name in self.fields]) for look, names in ROWS]
        return [group for group in found if group[1]]


def offered(owners: Collection[int], kept: Collection[int]) -> QuerySet[Party]:
    """Who may work on a task: the parties that its unit names; where it names none, the one by which its superior
    names it.

    Shapes: `kept` are the primary keys of those that work on it now.
    """
    naming = set(Party.objects.filter(owner__in=owners).values_list("owner", flat=True))
    alone = set(owners) - naming
    found = Party.objects.filter(Q(owner__in=naming) | Q(unit__in=alone, owner=F("unit__parent")) | Q(pk__in=kept))
    return found.order_by("name", "pk")


class ProgressForm(forms.ModelForm[Progress]):
    """What was done by a day, how far it is, by which paper."""

    on = forms.DateField(label=_("On"), widget=DayInput(), help_text=_("When it was done, not when it is typed."))
    percent = forms.IntegerField(
        label=_("Percent done"),
        min_value=0,
        max_value=100,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("Give a whole number from 0 to 100.")
        ),
    )
    is_done = forms.BooleanField(label=_("The task is done"), required=False)

    class Meta:
        model = Progress
        fields = ["on", "percent", "text", "paper", "is_done"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, may_end: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_end:
            del self.fields["is_done"]

    def clean_on(self) -> Any:
        on = self.cleaned_data["on"]
        if on > today():
            raise forms.ValidationError(gettext("This day lies in the future."))
        if on.year < FIRST_YEAR:
            raise forms.ValidationError(gettext("This year is too far back."))
        return on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        percent, is_done = cleaned.get("percent"), cleaned.get("is_done")
        if is_done and percent not in (None, 100):
            self.add_error("percent", gettext("A task that is done is done to 100 %."))
        if percent == 100 and not is_done and "is_done" in self.fields:
            self.add_error("is_done", gettext("If all of it is done, tick this; otherwise give less than 100."))
        said = (is_done, percent is not None, cleaned.get("text"), cleaned.get("paper"))
        if not any(said) and not self.errors:
            self.add_error("text", gettext("Say what was done, how far it is, or by which paper."))
        return cleaned


class ReopenTaskForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class TaskReminderForm(forms.Form):
    """A word of the coordinator that goes out with a reminder."""

    note = forms.CharField(
        label=_("Note to the units (if any)"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
