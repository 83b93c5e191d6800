"""The paper of a row in forms: its number and date, and the document of the register where there is one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parportal.display import day
from plans.document_list import number_of
from plans.forms.documents import day_field
from plans.models import KEEPERS, Document
from plans.models.documents import DocumentQuerySet
from units.models import Unit, User

# The names of the fields, for the `fields` of a model form.
PAPER = ("number", "issued_on", "document")
OFFERED = 300
SUBJECT_LENGTH = 80


class DocumentChoice(forms.ModelChoiceField[Document]):
    def label_from_instance(self, obj: Document) -> str:
        words = gettext("%(number)s of %(day)s: %(subject)s")
        subject = Truncator(obj.subject).chars(SUBJECT_LENGTH)
        return words % {"number": obj.number, "day": day(obj.issued_on), "subject": subject}


class PaperForm(forms.Form):
    """Stands before `ModelForm` among the bases of a form; its `__init__` calls `offer_papers` at the end.

    A document that is chosen gives its number and date where these are left empty.
    """

    number = forms.CharField(
        label=_("Number of the paper"), max_length=60, required=False, help_text=_("Such as 123/BC-UBND.")
    )
    issued_on = day_field(_("Date of the paper"), required=False)
    document = DocumentChoice(
        Document.objects.none(),
        label=_("Document of the register"),
        required=False,
        empty_label=_("none"),
        help_text=_("Gives its number and date where they are left empty."),
    )

    def offer_papers(self, user: User, owner: Unit | int | None, year: int, kept: int | None = None) -> None:
        """Offer the documents of a unit's register; without `owner` those of every register of the person.

        `kept` is the document that the row has now: it stays on offer, and so does one of the register that was
        chosen, whatever year was typed beside it.
        """
        chosen = number_of(str(self["document"].data or ""), 18) if self.is_bound else None
        self.fields["document"].queryset = papers_of(  # type: ignore[attr-defined]
            user, owner, year, kept=kept, chosen=chosen
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        document = cleaned.get("document")
        if document is None:
            return cleaned
        owner = cleaned.get("owner")
        if owner is not None and document.owner_id != owner.pk:
            self.add_error("document", gettext("This document is of the register of another unit."))
            return cleaned
        if not cleaned.get("number"):
            cleaned["number"] = document.number
        if not cleaned.get("issued_on") and "issued_on" not in self.errors:
            cleaned["issued_on"] = document.issued_on
        return cleaned


def papers_of(
    user: User, owner: Unit | int | None, year: int, *, kept: int | None = None, chosen: int | None = None
) -> DocumentQuerySet:
    """Documents of a register from a year, the one before and the one after it; newest first.

    Beside them `kept`, and `chosen` if it is of the register.
    """
    owners = [owner] if owner is not None else user.units_as(*KEEPERS)
    register = Document.objects.visible_to(user).filter(owner__in=owners).order_by("-issued_on", "-pk")
    newest = register.filter(issued_on__year__range=(year - 1, year + 1)).values("pk")[:OFFERED]
    offered = Q(pk__in=newest) | Q(pk=kept)
    if chosen is not None:
        offered |= Q(pk__in=register.order_by().filter(pk=chosen).values("pk"))
    return Document.objects.filter(offered).order_by("-issued_on", "-pk")
