"""Days and times in forms, typed as on paper: the day first in both languages."""

from django import forms
from django.utils.translation import gettext_lazy as _


class MomentField(forms.DateTimeField):
    """A time typed as on paper: 31/12/2026 17:00, day first in both languages."""

    widget = forms.TextInput(attrs={"placeholder": "31/12/2026 17:00", "autocomplete": "off"})
    default_error_messages = {"invalid": _("Write day/month/year hour:minute, such as 31/12/2026 17:00.")}


class DayInput(forms.DateInput):
    def __init__(self) -> None:
        super().__init__(format="%d/%m/%Y", attrs={"placeholder": "31/12/2026", "autocomplete": "off"})


class MomentInput(forms.DateTimeInput):
    def __init__(self) -> None:
        attrs = {"placeholder": "31/12/2026 17:00", "autocomplete": "off"}
        super().__init__(format="%d/%m/%Y %H:%M", attrs=attrs)
