"""Warnings of a draft that somebody read and accepted, each with a reason."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from scoring.actions.criteria import lock_set, require_draft
from scoring.lint import Finding, lint_stored
from scoring.models import Acknowledgement, CriteriaSet
from scoring.workflow import MoveRefused
from units.audit import Action, Change, record
from units.models import User


@transaction.atomic
def acknowledge(*, criteria_set: CriteriaSet, finding: str, reason: str, by: User) -> Acknowledgement:
    """Accept a warning by its key; a second time gives it a new reason and name.

    Raises: MoveRefused when the set is no draft, the warning is gone or has changed, or there is no reason.
    """
    criteria_set = lock_set(criteria_set)
    require_draft(criteria_set)
    if not reason.strip():
        raise MoveRefused(_("Give the reason."))
    warning = _warning(criteria_set, finding)
    if warning is None:
        raise MoveRefused(_("This warning has changed or is gone. Look at what is there now."))
    stored, _is_new = Acknowledgement.objects.update_or_create(
        criteria_set=criteria_set,
        finding=finding,
        defaults={"reason": reason.strip(), "by": by, "at": timezone.now()},
    )
    change = Change(criteria_set, "warning", "", warning.line)
    record(Action.WARNING_ACKNOWLEDGED, criteria_set, by=by, reason=stored.reason, changes=[change])
    return stored


@transaction.atomic
def withdraw_acknowledgement(*, criteria_set: CriteriaSet, finding: str, by: User) -> None:
    """Let a warning stand open again.

    Raises: MoveRefused when the set is no draft.
    """
    criteria_set = lock_set(criteria_set)
    require_draft(criteria_set)
    stored = criteria_set.acknowledgements.filter(finding=finding).first()
    if stored is None:
        return
    warning = _warning(criteria_set, finding)
    what = warning.line if warning else finding
    change = Change(criteria_set, "warning", what, "")
    record(Action.ACKNOWLEDGEMENT_WITHDRAWN, criteria_set, by=by, changes=[change])
    stored.delete()


def _warning(criteria_set: CriteriaSet, key: str) -> Finding | None:
    found = (each for each in lint_stored(criteria_set) if not each.is_error and each.key == key)
    return next(found, None)
