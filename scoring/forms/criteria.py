from django import forms
from django.utils.translation import gettext_lazy as _


class CriteriaUploadForm(forms.Form):
    """A workbook to be checked; what is in it is the importer's business."""

    file = forms.FileField(
        label=_("Workbook (XLSX)"),
        # An empty file is refused by the importer, in its own words.
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        help_text=_("Sheets “set”, “criteria” and “rules”; the template explains every column."),
    )
