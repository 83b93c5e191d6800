from django import forms
from django.utils.translation import gettext_lazy as _

from scoring.reminder_words import NOTE_LENGTH


class ReminderForm(forms.Form):
    """A word of the coordinator that goes out with a reminder."""

    note = forms.CharField(
        label=_("Note to the units (if any)"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
