"""Files in forms: chosen with the form, or sent in parts before it (`static/js/uploads.js`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.files import File
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from parportal.entry.models import Upload
from parportal.entry.uploads import CONTENT_TYPES

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

MAX_UPLOADS = 50


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; what they are, the action finds out.

    Shapes: cleans to a list.
    """

    def clean(self, data: Any, initial: Any = None) -> list[File[Any]]:
        files = data if isinstance(data, list) else [data]
        return [super(FilesField, self).clean(each, initial) for each in files if each]


def file_field(*, several: bool) -> FilesField:
    attributes = {"accept": ",".join(f".{each}" for each in (*CONTENT_TYPES, "jpeg"))}
    widget = SeveralFiles({**attributes, "multiple": True}) if several else forms.FileInput(attributes)
    return FilesField(
        label=_("Files") if several else _("File"),
        required=False,
        allow_empty_file=True,
        widget=widget,
        help_text=_("PDF, Word, Excel or a picture (PNG, JPG)."),
    )


def uploads_of(request: HttpRequest, user: AbstractBaseUser) -> list[Upload]:
    """The person's own uploads that a form names, locked; others do not exist."""
    keys = request.POST.getlist("upload")[:MAX_UPLOADS]
    found = Upload.objects.visible_to(user).select_for_update().filter(key__in=keys) if keys else ()
    by_key = {upload.key: upload for upload in found}
    return [by_key[key] for key in dict.fromkeys(keys) if key in by_key]
