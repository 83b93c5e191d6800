from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parportal.display import moment
from parportal.entry.fields import MomentField
from scoring.actions.shares import ShareEntry, agencies_of, colleagues_of
from scoring.models import ScoreSheet, Share
from scoring.tree import Node, Tree
from units.models import Unit, User

LONGEST_TITLE = 90


def indented(node: Node) -> str:
    """A criterion in a list to choose from, set in by its depth."""
    return f"{chr(0x2003) * (node.depth - 1)}{node.criterion}"[:LONGEST_TITLE]


class ShareForm(forms.Form):
    """A part of a sheet: which criterion, who fills it in, until when.

    People and agencies stand in one list; nobody else can be named.
    """

    criterion = forms.ChoiceField(
        label=_("Field or criterion"), help_text=_("With everything below it that was not given to others.")
    )
    who = forms.ChoiceField(label=_("Who fills it in"))
    due_at = MomentField(label=_("Inner deadline"), required=False)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, sheet: ScoreSheet, tree: Tree, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = {str(node.criterion.pk): node.criterion for node in tree.nodes}
        people, agencies = list(colleagues_of(sheet, user)), list(agencies_of(sheet))
        self.fillers: dict[str, User | Unit] = {f"user-{each.pk}": each for each in people}
        self.fillers |= {f"unit-{each.pk}": each for each in agencies}
        self._choose("criterion", [(str(node.criterion.pk), indented(node)) for node in tree.nodes])
        named = [(f"user-{each.pk}", f"{each.full_name} ({each.username})") for each in people]
        groups = [
            (_("Colleagues"), named),
            (_("Agencies"), [(f"unit-{each.pk}", each.name) for each in agencies]),
        ]
        self._choose("who", [(str(title), choices) for title, choices in groups if choices])
        if sheet.deadline_at is not None:
            last = {"when": moment(sheet.deadline_at)}
            self.fields["due_at"].help_text = _("At the latest that of the sheet: %(when)s.") % last

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose…")), *choices]

    def entry(self) -> ShareEntry:
        data = self.cleaned_data
        return ShareEntry(
            self.criteria[data["criterion"]], self.fillers[data["who"]], data["due_at"], data["note"]
        )


def initial_of(share: Share) -> dict[str, Any]:
    """A part as the form shows it, to be changed."""
    who = f"user-{share.user_id}" if share.user_id else f"unit-{share.unit_id}"
    due_at = f"{timezone.localtime(share.due_at):%d/%m/%Y %H:%M}" if share.due_at else ""
    return {"criterion": share.criterion_id, "who": who, "due_at": due_at, "note": share.note}
