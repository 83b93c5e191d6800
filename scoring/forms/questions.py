from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from scoring.actions.questions import LONGEST
from scoring.forms.shares import indented
from scoring.models import Criterion
from scoring.tree import Tree
from units.models import Unit

ALL, UNANSWERED = "", "unanswered"


def criterion_choices(tree: Tree) -> list[tuple[str, str]]:
    """All criteria of a set, by code."""
    return [(node.criterion.code, indented(node)) for node in tree.nodes]


class QuestionFilter(forms.Form):
    """The line above the list; values that do not exist are ignored."""

    criterion = forms.ChoiceField(label=_("Field or criterion"), required=False)
    state = forms.ChoiceField(
        label=_("Answer"), required=False, choices=[(ALL, _("all")), (UNANSWERED, _("not answered yet"))]
    )
    q = forms.CharField(
        label=_("Words"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )

    def __init__(self, *args: Any, tree: Tree, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["criterion"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("all")), *criterion_choices(tree)]


class TextForm(forms.Form):
    """One text with the version of the row that it belongs to."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, label: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label


class AskForm(forms.Form):
    """A question about a criterion; the unit is asked for only where a person stands for several."""

    criterion = forms.ChoiceField(label=_("Field or criterion"))
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none(), empty_label=None)
    text = forms.CharField(
        label=_("Question"),
        max_length=LONGEST,
        help_text=_("All units of the campaign see the question, the name of your unit and the answer."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, tree: Tree, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_code: dict[str, Criterion] = {node.criterion.code: node.criterion for node in tree.nodes}
        field, unit = self.fields["criterion"], self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        assert isinstance(unit, forms.ModelChoiceField)
        field.choices = [("", _("Choose…")), *criterion_choices(tree)]
        unit.queryset = Unit.objects.filter(pk__in=[each.pk for each in units])
        if len(units) == 1:
            unit.required = False
            unit.widget = forms.HiddenInput()
        self.units = units

    def entry(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "criterion": self.by_code[data["criterion"]],
            "unit": data["unit"] or self.units[0],
            "text": data["text"],
        }
