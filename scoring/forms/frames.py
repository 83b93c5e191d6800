from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from scoring.models import CriteriaSet
from units.models import Unit


class TakeFrameForm(forms.ModelForm[CriteriaSet]):
    """The head of a set that fills in a frame; everything else comes from the frame."""

    class Meta:
        model = CriteriaSet
        fields = ["issuer", "code", "title"]
        help_texts = {"code": _("Short name of the set, in Latin letters without marks, digits and hyphens.")}

    def __init__(self, data: Mapping[str, Any] | None = None, *, frame: CriteriaSet, offices: list[Unit]) -> None:
        first = offices[0]
        initial = {"issuer": first, "title": frame.title, "code": f"{frame.code[:39]}-{first.code.lower()}"}
        super().__init__(data, initial=initial)
        issuer = forms.ModelChoiceField(
            Unit.objects.filter(pk__in=[office.pk for office in offices]),
            label=_("Issued by"),
            empty_label=None,
        )
        self.fields["issuer"] = issuer
        self.fields["code"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if CriteriaSet.objects.filter(code=code).exists():
            raise forms.ValidationError(_("There is a criteria set of this code already."))
        return code
