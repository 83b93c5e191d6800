from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.models import Return
from indicators.workflow import Move
from parportal.entry.fields import MomentField


class MoveForm(forms.Form):
    """What a move of a return asks for: a reason, a deadline, or nothing at all."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    due_at = MomentField(
        label=_("New deadline of the unit"),
        required=False,
        help_text=_("Left empty, the present deadline goes on."),
    )

    def __init__(self, *args: Any, found: Return, move: Move, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not move.needs_reason:
            del self.fields["reason"]
        if move.name != "send_back":
            del self.fields["due_at"]
        elif found.deadline_at <= timezone.now():
            self.fields["due_at"].required = True
            self.fields["due_at"].help_text = _("The present deadline has passed: the unit needs a new one.")
