"""Remediation of lost points, as it is typed: days, measures and results, papers, reasons."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parportal.entry.versions import check_sum
from plans.forms.documents import day_field
from plans.forms.papers import PaperForm
from scoring.actions.remediation import Days, Paper
from scoring.actions.remediation_filings import COLUMNS, Said
from scoring.models import Campaign, Filing, FilingKind, Measure, RemediationRound
from units.models import User
from units.models.units import today

# Proposed from the day of publication. Units: days.
PLAN_AFTER, REPORT_AFTER, CONSOLIDATION_AFTER = 15, 75, 90


def proposed_days(campaign: Campaign) -> dict[str, date]:
    """From the publication; from today where that is long ago."""
    published = campaign.decision_on or timezone.localdate(campaign.published_at)
    begin = published if published + timedelta(days=PLAN_AFTER) > today() else today()
    return {
        "plan": begin + timedelta(days=PLAN_AFTER),
        "report": begin + timedelta(days=REPORT_AFTER),
        "consolidation": begin + timedelta(days=CONSOLIDATION_AFTER),
    }


def stored_days(round_: RemediationRound) -> dict[str, date | None]:
    return {
        "plan": round_.plan_before,
        "report": round_.report_before,
        "consolidation": round_.consolidate_before,
    }


class DaysForm(forms.Form):
    """By when plans, reports and their consolidation are asked for."""

    plan = day_field(_("Plans before"), required=True, help_text=_("The day itself is too late."))
    report = day_field(_("Reports on the results before"), required=True)
    consolidation = day_field(_("Consolidated before"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        plan, report, consolidation = (cleaned.get(name) for name in ("plan", "report", "consolidation"))
        if plan and report and report < plan:
            self.add_error("report", gettext("Reports come after the plans, or on the same day."))
        if plan and consolidation and consolidation < plan:
            self.add_error("consolidation", gettext("Plans are consolidated after they have come."))
        return cleaned

    def days(self) -> Days:
        return Days(**{name: self.cleaned_data[name] for name in ("plan", "report", "consolidation")})


class ConsolidationForm(PaperForm):
    """That the plans were put together, by which paper."""

    on = day_field(_("Consolidated on"), required=False, help_text=_("Empty: not yet."))
    field_order = ("on", "number", "issued_on", "document")

    def __init__(self, data: QueryDict | None, *, user: User, round_: RemediationRound) -> None:
        super().__init__(data, initial={"on": round_.consolidated_on, **stored_paper(round_)})
        self.offer_papers(user, round_.campaign.office_id, round_.plan_before.year, round_.document_id)

    def clean_on(self) -> date | None:
        return not_ahead(self.cleaned_data["on"])


class FilingForm(PaperForm):
    """The paper of a plan or a report. The office that enters what came to it otherwise says on which day."""

    field_order = ("received_on", "number", "issued_on", "document")

    def __init__(self, data: QueryDict | None, *, user: User, filing: Filing, receives: bool) -> None:
        super().__init__(data, initial=stored_paper(filing))
        # Who stands for a unit that has ended takes the papers of his own register.
        of_unit = receives or filing.unit_id in user.units_as()
        owner = filing.unit_id if of_unit else None
        self.offer_papers(user, owner, filing.before.year, filing.document_id)
        if receives:
            help_text = _("The unit did not send it here: its paper came to the office on this day.")
            self.fields["received_on"] = day_field(_("Received on"), required=True, help_text=help_text)
            self.order_fields(self.field_order)

    def clean_received_on(self) -> date | None:
        return not_ahead(self.cleaned_data["received_on"])


def stored_paper(row: RemediationRound | Filing) -> dict[str, Any]:
    return {"number": row.number, "issued_on": row.issued_on, "document": row.document_id}


def paper_of(form: PaperForm) -> Paper:
    cleaned = form.cleaned_data
    return Paper(cleaned["number"] or "", cleaned["issued_on"], cleaned["document"])


def not_ahead(on: date | None) -> date | None:
    if on is not None and on > today():
        raise forms.ValidationError(gettext("This day lies in the future."))
    return on


class MeasureForm(forms.Form):
    """One row of a plan or a report: words and a day.

    `seen` and `version` are what the page showed: a row that nobody changed is not saved again. A row
    that the page did not have yet stays as it is.
    """

    words = forms.CharField(required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    on = day_field("", required=False)

    def __init__(self, measure: Measure, kind: FilingKind, data: QueryDict | None = None) -> None:
        self.measure, self.kind = measure, kind
        prefix = f"row-{measure.pk}"
        if data is not None and f"{prefix}-words" not in data:
            data = None
        words, on = COLUMNS[kind]
        kept = {"words": getattr(measure, words), "on": getattr(measure, on)}
        super().__init__(data, initial=kept, prefix=prefix, auto_id="%s")
        is_plan = kind is FilingKind.PLAN
        self.fields["words"].label = _("Measure") if is_plan else _("Result of the remediation")
        self.fields["on"].label = _("To be done by") if is_plan else _("Done on")
        self.fields["on"].widget.attrs["class"] = "narrow"
        self.version: str | int = measure.version
        self.seen = self.now
        if data is not None:
            self.version = data.get(f"{self.prefix}-version", "")
            self.seen = data.get(f"{self.prefix}-seen", "")

    @property
    def now(self) -> str:
        """The sum of what the inputs hold."""
        return check_sum((name, as_typed(self[name].value())) for name in self.fields)

    @property
    def is_changed(self) -> bool:
        return self.now != self.seen

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        on = cleaned.get("on")
        if self.kind is FilingKind.REPORT and on is not None:
            if on > today():
                self.add_error("on", gettext("This day lies in the future."))
            if not cleaned.get("words"):
                self.add_error("words", gettext("Say what was done."))
        return cleaned

    def said(self) -> Said:
        cleaned = self.cleaned_data
        return Said(cleaned["words"], cleaned["on"], self.version)


def as_typed(value: object) -> str:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value or "")
