"""Form fields that the ground floor reads: numbers as people type them, kept as typed when they are wrong."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from parportal.entry.numbers import format_entry, parse_decimal, parse_integer
from parportal.entry.problems import EntryProblem


class Typed(forms.CharField):
    """A text that `entry` reads, and shows as a person would type it; None when empty."""

    def __init__(
        self, *, read: Callable[[str], Any], show: Callable[[Any], str], required: bool = False, **options: Any
    ) -> None:
        super().__init__(required=required, **options)
        self.read, self.show = read, show

    def prepare_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else self.show(value)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return self.read(text)
        except EntryProblem as problem:
            raise ValidationError(str(problem), code="entry") from None


def figure(label: Any, *, places: int, help_text: Any = "") -> Typed:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "num narrow", "autocomplete": "off"})
    return Typed(
        read=lambda text: positive(parse_decimal(text, places=places)),
        show=format_entry,
        label=label,
        help_text=help_text,
        widget=widget,
    )


def percentage(label: Any, *, required: bool = False, places: int = 2, help_text: Any = "") -> Typed:
    """A percentage from 0 to 100."""
    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "num narrow", "autocomplete": "off"})
    return Typed(
        read=lambda text: up_to_hundred(positive(parse_decimal(text, places=places))),
        show=format_entry,
        required=required,
        label=label,
        help_text=help_text,
        widget=widget,
    )


def whole(label: Any) -> Typed:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "num narrow", "autocomplete": "off"})
    return Typed(read=lambda text: counted(parse_integer(text)), show=str, label=label, widget=widget)


def positive(value: Decimal) -> Decimal:
    if value < 0:
        raise EntryProblem(_("This cannot be negative."))
    return value


def up_to_hundred(value: Decimal) -> Decimal:
    if value > 100:
        raise EntryProblem(_("This cannot be more than 100."))
    return value


def counted(value: int) -> int:
    if value < 1:
        raise EntryProblem(_("This begins at 1."))
    return value
