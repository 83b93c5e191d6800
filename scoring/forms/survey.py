from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from scoring.forms.campaigns import MAX_RESULTS_BYTES


class SurveyFileForm(forms.Form):
    """A workbook with the results of the survey."""

    file = forms.FileField(
        label=_("Workbook (XLSX)"),
        # An empty file is refused by the importer, in its own words.
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=_("Sheet “survey”, at most 1 MB; the template lists every unit and criterion."),
    )

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_RESULTS_BYTES:
            raise forms.ValidationError(gettext("The file is too large."))
        return file
