"""What a unit answers to the first appraisal of its rows, and what the appraisers reply."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from parportal.entry.versions import check_version
from scoring.models import Explanation, Score
from scoring.workflow import MoveRefused, why_explanation_is_locked, why_reply_is_locked, why_row_is_closed
from units.audit import Action, Change, record
from units.models import User


@transaction.atomic
def save_explanation(*, score: Score, text: str, version: int | str | None, by: User) -> Explanation:
    """Keep what the unit says of an appraised row; an empty text takes it back. `version` is 0 for the first time.

    `score` comes from `Score.objects.visible_to(by).for_saving()`.

    Raises: MoveRefused when the sheet is not open for it, or nothing was appraised; StaleVersion.
    """
    if why := why_explanation_is_locked(score.sheet, by) or why_row_is_closed(score, by_unit=False):
        raise MoveRefused(why)
    if not score.appraisals.exists():
        raise MoveRefused(_("This row has not been appraised."))
    found = explanation_for_saving(score, version)
    change = Change(score, "explanation", found.text, text.strip())
    found.text = text.strip()
    found.by, found.at = by, timezone.now()
    found.save()
    if change.is_real:
        record(Action.EXPLANATION_SAVED, score.sheet, by=by, changes=[change])
    return found


@transaction.atomic
def reply_to_explanation(*, score: Score, reply: str, version: int | str | None, by: User) -> Explanation:
    """Answer a row's explanation in words; new points are an appraisal of the second round.

    `score` comes from `Score.objects.appraisable_by(by).for_saving()`.

    Raises: MoveRefused outside the second appraisal, or where nothing was explained; StaleVersion.
    """
    if why := why_reply_is_locked(score.sheet, by) or why_row_is_closed(score, by_unit=False):
        raise MoveRefused(why)
    found = explanation_for_saving(score, version)
    if not found.text:
        raise MoveRefused(_("The unit has explained nothing here."))
    change = Change(score, "reply", found.reply, reply.strip())
    found.reply = reply.strip()
    found.reply_by, found.reply_at = by, timezone.now()
    found.save()
    if change.is_real:
        record(Action.EXPLANATION_ANSWERED, score.sheet, by=by, changes=[change])
    return found


def explanation_for_saving(score: Score, version: int | str | None) -> Explanation:
    """The row's explanation with its next version, or a new one; the score is locked, so nobody comes between.

    Raises: StaleVersion.
    """
    found = Explanation.objects.filter(score=score).first()
    check_version(found.version if found else 0, version)
    if found is None:
        return Explanation(score=score)
    found.version += 1
    return found
