from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parportal.entry.fields import DayInput, MomentField, MomentInput
from scoring.models import Campaign, CriteriaSet, SetStatus
from units.access import Role
from units.models import Unit, User

MAX_RESULTS_BYTES = 1024 * 1024
FIRST_YEAR, LAST_YEAR = 2008, 2100
# In the order in which they follow each other.
DEADLINES = ("self_score_due_at", "appraisal_due_at", "explanation_due_at", "second_appraisal_due_at")
# Addresses of pages beside those of campaigns.
TAKEN_CODES = ("new", "import")


class CampaignForm(forms.ModelForm[Campaign]):
    """The head of a draft. Units are chosen on the page of the draft, when owner, year and set are known."""

    office = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Office that runs the campaign"), empty_label=None
    )
    year = forms.IntegerField(label=_("Year that is scored"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    window_from = forms.DateField(label=_("Period from"), required=False, widget=DayInput())
    window_to = forms.DateField(label=_("Period to"), required=False, widget=DayInput())
    self_score_due_at = MomentField(
        label=_("Deadline of the self-score"),
        required=False,
        widget=MomentInput(),
        help_text=_("Day/month/year hour:minute, time of Vietnam; sheets submitted after it are late."),
    )
    appraisal_due_at = MomentField(
        label=_("Deadline of the first appraisal"),
        required=False,
        widget=MomentInput(),
        help_text=_("After it agencies change nothing more; the coordinator can still decide what is left."),
    )
    explanation_due_at = MomentField(
        label=_("Deadline of the explanation"),
        required=False,
        widget=MomentInput(),
        help_text=_("Left empty, units are not asked to explain, or get a deadline one by one."),
    )
    second_appraisal_due_at = MomentField(
        label=_("Deadline of the second appraisal"), required=False, widget=MomentInput()
    )

    class Meta:
        model = Campaign
        fields = [
            "code",
            "title",
            "office",
            "external",
            "criteria_set",
            "year",
            "window_from",
            "window_to",
            "self_score_due_at",
            "appraisal_due_at",
            "explanation_due_at",
            "second_appraisal_due_at",
            "grade_scale",
            "rank_rule",
            "training",
        ]
        labels = {
            "code": _("Code"),
            "title": _("Title of the campaign"),
            "criteria_set": _("Criteria set and version"),
            "external": _("Scored outside the portal: the office records what its own parent published"),
            "training": _("Training: marked on every page, not a real scoring"),
        }
        help_texts = {
            "code": _("Small letters, digits and hyphens; part of the address of the page."),
            "rank_rule": _("How places go on after two units with the same index."),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coordinated = user.units_as(Role.COORDINATOR)
        self.fields["office"] = forms.ModelChoiceField(
            Unit.objects.filter(pk__in=coordinated), label=_("Office that runs the campaign"), empty_label=None
        )
        sets = CriteriaSet.objects.visible_to(user).exclude(status=SetStatus.RETIRED)
        choice = self.fields["criteria_set"]
        choice.queryset = sets.select_related("issuer")  # type: ignore[attr-defined]
        choice.label_from_instance = set_label  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["office"] = self.instance.office_id

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if code in TAKEN_CODES:
            raise forms.ValidationError(gettext("This code cannot be used."))
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("window_from"), cleaned.get("window_to")
        if first and last and last < first:
            self.add_error("window_to", gettext("The period ends before it begins."))
        self.refuse_disorder(cleaned)
        self.take_office(cleaned)
        if not cleaned.get("training"):
            # Only a rehearsal has a clock of its own.
            self.instance.clock_offset = None
        return cleaned

    def refuse_disorder(self, cleaned: dict[str, Any]) -> None:
        """Each deadline comes after those before it; any of them may be missing."""
        before = None
        for name in DEADLINES:
            due_at = cleaned.get(name)
            if due_at and before and due_at <= before:
                self.add_error(name, gettext("This deadline must lie after the one before it."))
            before = due_at or before

    def take_office(self, cleaned: dict[str, Any]) -> None:
        """Owner and keeper follow from the office; both are set before the model is checked."""
        office = cleaned.get("office")
        if office is None:
            return
        external = bool(cleaned.get("external"))
        if external and office.parent is None:
            self.add_error("external", gettext("This unit has no parent that could score it."))
            return
        self.instance.owner = office.parent if external else office
        self.instance.kept_by = office if external else None


def set_label(criteria_set: CriteriaSet) -> str:
    draft = "" if criteria_set.is_frozen else f" · {criteria_set.get_status_display()}"
    return f"{criteria_set.code} v{criteria_set.version} · {criteria_set.title[:80]}{draft}"


def chosen_blocks(data: Mapping[str, Any], units: Iterable[Unit]) -> dict[int, str]:
    """The ticked units of a draft and their ranking blocks, from inputs `unit-<pk>` and `block-<pk>`."""
    return {
        unit.pk: str(data.get(f"block-{unit.pk}", "")).strip()[:60] for unit in units if f"unit-{unit.pk}" in data
    }


class DecisionForm(forms.Form):
    """The signed decision that publishes results."""

    decision_number = forms.CharField(label=_("Number of the decision"), max_length=60)
    decision_on = forms.DateField(label=_("Date of the decision"), widget=DayInput())


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class ResultsFileForm(forms.Form):
    """A file of published results; what the file says of its campaign need not be typed."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.xlsx"}),
        help_text=_("A workbook or a YAML file, at most 1 MB."),
    )

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_RESULTS_BYTES:
            raise forms.ValidationError(gettext("The file is too large."))
        return file
