"""Phrases that an office keeps for the reasons of its appraisals."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from scoring.models import Phrase
from scoring.workflow import MoveRefused
from units.audit import Action, Change, record
from units.models import Unit, User

LONGEST = 500


@transaction.atomic
def keep_phrase(*, office: Unit, set_code: str, criterion_code: str, text: str, by: User) -> Phrase:
    """Keep a phrase for one criterion; one that is there already stays as it is.

    Raises: MoveRefused for an empty or overlong phrase.
    """
    text = checked(text)
    phrase, created = Phrase.objects.get_or_create(
        office=office, set_code=set_code, criterion_code=criterion_code, text=text, defaults={"by": by}
    )
    if created:
        record(Action.PHRASE_SAVED, office, by=by, changes=[Change(phrase, criterion_code, "", text)])
    return phrase


@transaction.atomic
def change_phrase(*, phrase: Phrase, text: str, by: User) -> Phrase:
    """Raises: MoveRefused for an empty or overlong phrase, or one that stands there already."""
    text, before = checked(text), phrase.text
    phrase.text = text
    try:
        with transaction.atomic():
            phrase.save(update_fields=["text"])
    except IntegrityError:
        raise MoveRefused(_("This phrase is kept already.")) from None
    record(
        Action.PHRASE_SAVED, phrase.office, by=by, changes=[Change(phrase, phrase.criterion_code, before, text)]
    )
    return phrase


@transaction.atomic
def remove_phrase(*, phrase: Phrase, by: User) -> None:
    change = Change(phrase, phrase.criterion_code, phrase.text, "")
    record(Action.PHRASE_REMOVED, phrase.office, by=by, changes=[change])
    phrase.delete()


def checked(text: str) -> str:
    """Raises: MoveRefused."""
    text = " ".join(text.split())
    if not text:
        raise MoveRefused(_("Type the phrase first."))
    if len(text) > LONGEST:
        raise MoveRefused(_("A phrase has at most %(count)s characters.") % {"count": LONGEST})
    return text
