from django import forms
from django.utils.translation import gettext_lazy as _

from parportal.entry.fields import MomentField


class ClockForm(forms.Form):
    at = MomentField(label=_("The campaign's time is now"))
