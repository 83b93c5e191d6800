from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parportal.entry.fields import DayInput
from plans.forms.tasks import FIRST_YEAR, LAST_YEAR
from plans.models import Conclusion
from units.access import Role
from units.models import Unit, User


class ConclusionForm(forms.ModelForm[Conclusion]):
    """The head of a conclusion notice; its items follow with their tasks."""

    year = forms.IntegerField(
        label=_("Year"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        help_text=_("In which its tasks are counted."),
    )
    issued_on = forms.DateField(label=_("Date"), required=False, widget=DayInput())
    session_on = forms.DateField(label=_("Day of the session"), required=False, widget=DayInput())

    class Meta:
        model = Conclusion
        fields = ["owner", "year", "number", "issued_on", "session", "session_on"]
        labels = {"number": _("Number and symbol")}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["owner"]
            return
        coordinated = Unit.objects.filter(pk__in=user.units_as(Role.COORDINATOR))
        self.fields["owner"] = forms.ModelChoiceField(coordinated, label=_("Issued by"), empty_label=None)
        self.order_fields(["owner", "year"])
