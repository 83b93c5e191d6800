from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from scoring.tree import Node
from units.models import Unit


class ReplacementForm(forms.Form):
    """Why the set is replaced, and who appraises what nobody would in the new version (`nodes`)."""

    reason = forms.CharField(
        label=_("Reason of the replacement"),
        max_length=2000,
        help_text=_("For instance the number and date of the amending decision. Units and appraisers read it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, nodes: Sequence[Node], agencies: Sequence[Unit]
    ) -> None:
        super().__init__(data)
        self._known = {str(unit.pk): unit for unit in agencies}
        by_function = {unit.function: str(unit.pk) for unit in reversed(agencies) if unit.function}
        choices = [("", _("Choose an agency"))] + [(key, unit.name) for key, unit in self._known.items()]
        for node in nodes:
            criterion = node.criterion
            functions = [each.function for each in (criterion, *reversed(node.path)) if each.function]
            self.fields[f"agency-{criterion.pk}"] = forms.ChoiceField(
                label=_("Who appraises %(code)s %(title)s") % {"code": criterion.code, "title": criterion.title},
                choices=choices,
                initial=by_function.get(functions[0], "") if functions else "",
            )

    @property
    def agencies(self) -> dict[int, Unit]:
        """The agencies chosen, by primary key of the criterion; only of a valid form."""
        return {
            int(name.removeprefix("agency-")): self._known[key]
            for name, key in self.cleaned_data.items()
            if name.startswith("agency-")
        }
