"""Drafts of criteria sets: begun from nothing, edited step by step, steps undone."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from parportal.entry.versions import check_version
from scoring.actions.contents import Step, keep_step, renew
from scoring.actions.criteria import create_draft, lock_set, require_draft
from scoring.content import SetContent, from_json
from scoring.edits import Edited
from scoring.models import CriteriaSet
from scoring.workflow import MoveRefused
from units.audit import Action
from units.models import Unit, User


@transaction.atomic
def create_set(*, content: SetContent, issuer: Unit, by: User) -> CriteriaSet:
    """Begin a draft, version 1 of a new code; the editor fills it in.

    Raises: MoveRefused when the code is taken.
    """
    if CriteriaSet.objects.filter(code=content.code).exists():
        raise MoveRefused(_("There is a criteria set of this code already."))
    return create_draft(content, issuer, by=by, action=Action.SET_CREATED)


@transaction.atomic
def change_draft(
    *, criteria_set: CriteriaSet, edited: Edited, revision: int | str | None, title: str, by: User
) -> CriteriaSet:
    """Store a step of editing. Criteria keep their rows under new codes: whoever refers to one goes on doing so.

    `edited` was made from the content at `revision`; `title` is what the undo calls the step.
    Raises: StaleVersion, MoveRefused when the set is no draft any more or a campaign uses what would be removed.
    """
    draft = _lock_draft(criteria_set, revision)
    step = Step(Action.SET_EDITED, title, edited.renamed)
    before = renew(draft, edited.content, step, by=by)
    keep_step(draft, step, before, by=by)
    return draft


@transaction.atomic
def undo_step(*, criteria_set: CriteriaSet, revision: int | str | None, by: User) -> CriteriaSet:
    """Take the last step back; once more takes back the one before it.

    Raises: StaleVersion, MoveRefused when there is nothing to undo, or a campaign uses what would be removed.
    """
    draft = _lock_draft(criteria_set, revision)
    last = draft.steps.last()
    if last is None:
        raise MoveRefused(_("There is nothing to undo."))
    backwards = {new: old for old, new in last.renamed.items()}
    renew(draft, from_json(last.before), Step(Action.SET_UNDONE, last.title, backwards, undoes=True), by=by)
    last.delete()
    return draft


def _lock_draft(criteria_set: CriteriaSet, revision: int | str | None) -> CriteriaSet:
    draft = lock_set(criteria_set)
    require_draft(draft)
    check_version(draft.revision, revision)
    return draft
