from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

MAX_BYTES = 2 * 1024 * 1024


class ReturnFileForm(forms.Form):
    """The workbook of a return, or the rows that a browser could not send."""

    file = forms.FileField(
        label=_("Workbook (XLSX), or file of unsent rows (JSON)"),
        # An empty file is refused by the importer, in its own words.
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.json"}),
        help_text=_("The workbook downloaded from this return, or the file saved when logging out; at most 2 MB."),
    )

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(gettext("The file is too large."))
        return file
