from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parportal.entry.dates import FIRST_YEAR, LAST_YEAR
from parportal.entry.fields import DayInput
from parportal.entry.file_fields import file_field
from parportal.entry.kept_files import Source
from parportal.entry.models import Upload
from plans.actions.documents import WORDS
from plans.models import Document
from units.access import Role
from units.models import Unit, User

MAX_BYTES = 2 * 1024 * 1024


def register_units(user: User) -> QuerySet[Unit]:
    """Units whose register the person keeps."""
    return Unit.objects.filter(pk__in=user.units_as(Role.OFFICER, Role.COORDINATOR))


def owner_field(user: User) -> forms.ModelChoiceField[Unit]:
    """The unit of the register; nothing to choose where there is one."""
    units = register_units(user)
    field = forms.ModelChoiceField(units, label=_("Register of"), empty_label=None)
    if len(units) == 1:
        field.widget = forms.HiddenInput()
        field.initial = units[0].pk
    return field


def day_field(label: Any, *, required: bool, help_text: Any = "") -> forms.DateField:
    bounds = [MinValueValidator(date(FIRST_YEAR, 1, 1)), MaxValueValidator(date(LAST_YEAR, 12, 31))]
    return forms.DateField(
        label=label, required=required, widget=DayInput(), validators=bounds, help_text=help_text
    )


class RegisterForm(forms.ModelForm[Document]):
    """One document of the register; its unit is chosen once.

    `file` is not one of the model's: the action attaches it. `uploads` are files that came in parts before.
    """

    issued_on = day_field(_("Date"), required=True)
    expires_on = day_field(_("In force until"), required=False, help_text=_("Only where the paper has an end."))
    file = file_field(several=False)

    class Meta:
        model = Document
        fields = ["owner", *WORDS]
        labels = {
            "number": _("Number"),
            "issuer": _("Issuer"),
            "subject": _("Subject"),
            "kind": _("Type of paper"),
            "field": _("Field"),
            "is_normative": _("Legal-normative document"),
        }
        help_texts = {"number": _("Such as 123/BC-UBND.")}

    def __init__(self, *args: Any, user: User, uploads: Sequence[Upload] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.uploads = uploads
        if self.instance.pk:
            del self.fields["owner"]
        else:
            self.fields["owner"] = owner_field(user)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("issued_on"), cleaned.get("expires_on")
        if first and last and last < first:
            self.add_error("expires_on", gettext("The last day lies before the day of the document."))
        return cleaned

    def source(self) -> Source | None:
        """The file of the form, or one that came before it."""
        sources: list[Source] = [*self.uploads, *self.cleaned_data["file"]]
        return sources[-1] if sources else None


class DocumentsFileForm(forms.Form):
    """A workbook of documents, and the register that it is for."""

    file = forms.FileField(
        label=_("Workbook (XLSX)"),
        # An empty file is refused by the importer, in its own words.
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=_("The workbook of the register, filled in or changed; at most 2 MB."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {"owner": owner_field(user), **self.fields}

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(gettext("The file is too large."))
        return file
