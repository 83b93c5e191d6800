from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parportal.entry.fields import MomentField
from scoring.models import ScoreSheet, SheetStatus
from scoring.workflow import Move, has_passed


class MoveForm(forms.Form):
    """What a move of a sheet asks for: a reason, a deadline, or nothing at all."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    due_at = MomentField(
        label=_("New deadline of the unit"),
        required=False,
        help_text=_("Left empty, the present deadline goes on."),
    )

    def __init__(self, *args: Any, sheet: ScoreSheet, move: Move, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not move.asks_reason(sheet):
            del self.fields["reason"]
        due_at = self.fields["due_at"]
        if move.name == "return" and sheet.is_past_deadline():
            due_at.required = True
            due_at.help_text = _("The present deadline has passed: without a new one the unit could not go on.")
        elif move.name == "open_explanation":
            present = sheet.explanation_deadline_at
            due_at.label = _("Deadline of the explanation")
            due_at.required = present is None or has_passed(present, sheet)
            if due_at.required:
                due_at.help_text = _("Until then the unit explains the rows with which it does not agree.")
            else:
                due_at.help_text = _("Left empty, the deadline of the campaign counts.")
        elif move.name != "return":
            del self.fields["due_at"]


class ExtendForm(forms.Form):
    due_at = MomentField(label=_("New deadline of the unit"))
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, sheet: ScoreSheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if sheet.status == SheetStatus.EXPLAINING:
            self.fields["due_at"].label = _("New deadline of the explanation")
