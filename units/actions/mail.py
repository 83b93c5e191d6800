"""Whether a person is sent mail."""

from django.db import transaction

from units.audit import Action, Change, record
from units.models import User


@transaction.atomic
def set_wants_mail(*, user: User, wants: bool, by: User) -> None:
    """Switch the e-mail of a person on or off; the notices in the portal stay."""
    change = Change(user, "wants_mail", user.wants_mail, wants)
    if not change.is_real:
        return
    user.wants_mail = wants
    user.save(update_fields=["wants_mail"])
    record(Action.PERSON_CHANGED, user, by=by, changes=[change])
