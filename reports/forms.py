from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plans.models import DeadlineKind
from plans.task_words import last_of_month
from reports.actions.drafts import LATE_FIELDS
from reports.models import Report, ReportStatus
from reports.papers.data import has_children
from scoring.models import Campaign, Criterion
from units.models import Party


def day_field(**extra: Any) -> forms.DateField:
    return forms.DateField(
        required=False,
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"placeholder": "31/12/2026"}),
        **extra,
    )


class HeadForm(forms.ModelForm[Report]):
    """Head, bases, signature and recipients of a report; when its text stands, what is filled in then."""

    issued_on = day_field(label=_("Date"), help_text=_("Empty in a draft; day first."))

    class Meta:
        model = Report
        fields = [
            "superior",
            "issuer",
            "number",
            "symbol",
            "place",
            "issued_on",
            "abstract",
            "addressees",
            "children_campaign",
            "bases",
            "opening",
            "closing",
            "authority",
            "deputy_for",
            "signer_title",
            "signer_name",
            "recipients",
        ]
        widgets = {
            "superior": forms.TextInput,
            "issuer": forms.Textarea(attrs={"rows": 2}),
            "abstract": forms.Textarea(attrs={"rows": 2}),
            "addressees": forms.Textarea(attrs={"rows": 2}),
            "bases": forms.Textarea(attrs={"rows": 4}),
            "opening": forms.Textarea(attrs={"rows": 3}),
            "closing": forms.Textarea(attrs={"rows": 2}),
            "recipients": forms.Textarea(attrs={"rows": 8}),
        }
        help_texts = {
            "issuer": _("A printed line in each line."),
            "number": _("Empty in a draft."),
            "addressees": _("“Kính gửi”: an addressee in each line; empty when the paper has none."),
            "bases": _("A base in each line, without a mark at its end."),
            "deputy_for": _("Empty when the head signs."),
            "signer_name": _("Empty until it is known who signs."),
            "recipients": _(
                "A recipient in each line; the purpose in brackets: (b/c) to report, (th/h) to carry out."
            ),
        }

    def __init__(self, *args: Any, children: Iterable[Campaign], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.is_open:
            late = () if self.instance.status == ReportStatus.ARCHIVED else LATE_FIELDS
            for name in set(self.fields) - set(late):
                del self.fields[name]
        elif not has_children(self.instance.unit) or self.instance.campaign is None:
            del self.fields["children_campaign"]
        else:
            self.offer(children)

    def offer(self, children: Iterable[Campaign]) -> None:
        field = self.fields["children_campaign"]
        assert isinstance(field, forms.ModelChoiceField)
        # What somebody else chose stays, though this person may not choose it.
        chosen = self.instance.children_campaign_id
        field.queryset = Campaign.objects.filter(pk__in=[chosen, *(each.pk for each in children)])
        field.empty_label = str(_("The only one published for the year %(year)s")) % {"year": self.instance.year}

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields as the page shows them: several short ones in a line."""
        rows = (
            ("", ["superior", "issuer"]),
            ("field-row", ["number", "symbol"]),
            ("field-row", ["place", "issued_on"]),
            ("", ["abstract", "addressees", "children_campaign", "bases", "opening", "closing"]),
            ("field-row", ["authority", "deputy_for"]),
            ("field-row", ["signer_title", "signer_name"]),
            ("", ["recipients"]),
        )
        found = [(look, [self[name] for name in names if name in self.fields]) for look, names in rows]
        return [(look, fields) for look, fields in found if fields]


class TaskForm(forms.Form):
    """A follow-up task: of a field, or of the organisation of the whole."""

    criterion = forms.ModelChoiceField(
        label=_("Belongs to"),
        queryset=Criterion.objects.none(),
        required=False,
        empty_label=_("Organisation (part IV)"),
    )
    title = forms.CharField(label=_("Task"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)
    product = forms.CharField(label=_("Product"), required=False, max_length=300)
    recipient = forms.CharField(label=_("Sent to"), required=False, max_length=200)
    via = forms.CharField(label=_("Through"), required=False, max_length=200)
    leads = forms.ModelMultipleChoiceField(
        label=_("Leading agencies"),
        queryset=Party.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    deadline_kind = forms.ChoiceField(label=_("Deadline"), choices=DeadlineKind.choices)
    deadline_on = day_field(
        label=_("Day of the deadline"),
        help_text=_("Day first; any day of the month for a deadline within a month."),
    )

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sections = self.fields["criterion"]
        leads = self.fields["leads"]
        assert isinstance(sections, forms.ModelChoiceField)
        assert isinstance(leads, forms.ModelMultipleChoiceField)
        assert report.campaign is not None
        sections.queryset = report.campaign.criteria_set.criteria.filter(parent=None).order_by("position")
        # The unit's own parties, and those named by the office that answered for its losses.
        owners = (report.unit_id, report.campaign.office_id)
        leads.queryset = Party.objects.filter(owner__in=owners).order_by("pk")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind, on = cleaned.get("deadline_kind"), cleaned.get("deadline_on")
        if kind == DeadlineKind.NONE and on:
            self.add_error("deadline_kind", _("Choose the kind of the deadline, or remove its day."))
        elif kind not in (None, DeadlineKind.NONE) and not on and "deadline_on" not in self.errors:
            self.add_error("deadline_on", _("Enter the day of the deadline."))
        elif kind == DeadlineKind.WITHIN_MONTH and on:
            cleaned["deadline_on"] = last_of_month(on)
        return cleaned
