from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from parportal.display import day
from parportal.entry.dates import parse_date
from parportal.entry.file_fields import file_field
from parportal.entry.kept_files import Source
from parportal.entry.models import Upload
from parportal.entry.problems import EntryProblem
from plans.models import Document
from scoring.actions.evidence import CITED, Reference
from scoring.models import Evidence


class EvidenceForm(forms.Form):
    """Documents that prove a score: a reference, files, or both.

    `uploads` are files that came in parts before the form.
    """

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
    file = file_field(several=True)

    def __init__(self, *args: Any, uploads: Sequence[Upload] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.uploads = uploads

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
            cleaned.get("number") or cleaned.get("title") or cleaned.get("file") or self.uploads
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

    def sources(self) -> list[Source]:
        """The files of the form, and those that came before it."""
        return [*self.uploads, *self.cleaned_data["file"]]


class DocumentForm(EvidenceForm):
    """The reference of one document, to be corrected, or with another file as its new version."""

    file = file_field(several=False)

    def clean(self) -> dict[str, Any]:
        """A document that has a file needs no other name; the action knows."""
        return forms.Form.clean(self) or self.cleaned_data

    def source(self) -> Source | None:
        return next(iter(self.sources()), None)


def reference_of(evidence: Evidence) -> dict[str, str]:
    """What the form shows of a stored document."""
    stored = {name: getattr(evidence, name) for name in CITED}
    return {**stored, "issued_on": day(evidence.issued_on)}


class RegisterChoiceForm(forms.Form):
    """A document of the register, taken over instead of being typed."""

    page = forms.CharField(max_length=60, required=False)

    def __init__(self, *args: Any, documents: QuerySet[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "required": _("Choose a document of the register."),
            "invalid_choice": _("This document is not in the register any more. Choose another one."),
        }
        self.fields["document"] = forms.ModelChoiceField(documents, error_messages=words)
