from django import forms
from django.utils.translation import gettext_lazy as _

from scoring.forms.sheets import MomentField


class ClockForm(forms.Form):
    at = MomentField(label=_("The campaign's time is now"))
