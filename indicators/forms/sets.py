from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from units.access import Role
from units.models import Unit, User


class SetUploadForm(forms.Form):
    """A workbook to be checked, and the office whose set it becomes."""

    office = forms.ModelChoiceField(label=_("Set of"), queryset=Unit.objects.none(), empty_label=None)
    file = forms.FileField(
        label=_("Workbook (XLSX)"),
        # An empty file is refused by the importer, in its own words.
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        help_text=_("Sheets “set”, “indicators”, “lists” and “checks”; the sheet “guide” explains every column."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = Unit.objects.filter(pk__in=user.units_as(Role.COORDINATOR)).order_by("code")
        field = self.fields["office"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = offices
        if len(offices) == 1:
            field.initial = offices[0]
