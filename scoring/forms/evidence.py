from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parportal.entry.dates import parse_date
from parportal.entry.problems import EntryProblem
from scoring.actions.evidence import Reference


class EvidenceForm(forms.Form):
    """A document that proves a score: a reference, a file, or both."""

    number = forms.CharField(label=_("Number"), max_length=60, required=False, help_text=_("Such as 123/BC-UBND."))
    issued_on = forms.CharField(
        label=_("Date"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "31/12/2026"}),
    )
    issuer = forms.CharField(label=_("Issuer"), max_length=200, required=False)
    title = forms.CharField(label=_("Title"), max_length=300, required=False)
    page = forms.CharField(
        label=_("Page or section"),
        max_length=60,
        required=False,
        help_text=_("Where in the document the score is proven."),
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        help_text=_("PDF, Word, Excel or a picture (PNG, JPG)."),
    )

    def clean_issued_on(self) -> date | None:
        text: str = self.cleaned_data["issued_on"]
        if not text.strip():
            return None
        try:
            return parse_date(text)
        except EntryProblem as problem:
            raise forms.ValidationError(str(problem)) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not (
            cleaned.get("number") or cleaned.get("title") or cleaned.get("file") is not None
        ):
            raise forms.ValidationError(_("Give the number or the title of the document, or choose a file."))
        return cleaned

    def reference(self) -> Reference:
        data = self.cleaned_data
        return Reference(
            number=data["number"],
            issued_on=data["issued_on"],
            issuer=data["issuer"],
            title=data["title"],
            page=data["page"],
        )
