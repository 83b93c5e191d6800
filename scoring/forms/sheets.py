from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class MomentField(forms.DateTimeField):
    """A time typed as on paper: 31/12/2026 17:00, day first in both languages."""

    widget = forms.TextInput(attrs={"placeholder": "31/12/2026 17:00", "autocomplete": "off"})
    default_error_messages = {"invalid": _("Write day/month/year hour:minute, such as 31/12/2026 17:00.")}


class MoveForm(forms.Form):
    """What a move of a sheet asks for. A move that needs no reason shows no field at all.

    `is_late`: the unit's deadline has passed, so a return must come with a new one.
    """

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    due_at = MomentField(
        label=_("New deadline of the unit"),
        required=False,
        help_text=_("Left empty, the present deadline goes on."),
    )

    def __init__(self, *args: Any, is_late: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_late:
            due_at = self.fields["due_at"]
            due_at.required = True
            due_at.help_text = _("The present deadline has passed: without a new one the unit could not go on.")


class ExtendForm(forms.Form):
    due_at = MomentField(label=_("New deadline of the unit"))
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
