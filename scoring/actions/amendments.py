"""Published results corrected: one row, whatever moves with it, and the causes of what is lost because of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from scoring.actions.appraisals import AppraisalEntry, LossEntry, write_loss, write_round
from scoring.actions.campaigns import conclude, lock, lock_sheets, publish_amended
from scoring.models import DECIDED, Campaign, Publication, Round, Score, SheetStatus
from scoring.workflow import MoveRefused
from units.models import User


class CausesMissing(MoveRefused):
    """Rows that lose points by an amendment and have no cause yet: `rows`, other ones than the amended."""

    def __init__(self, rows: Sequence[Score]) -> None:
        codes = ", ".join(f"{row.sheet.unit.name} {row.criterion.code}" for row in rows)
        super().__init__(
            _("The amendment costs points in other rows too. Give their causes and who answers: %(codes)s.")
            % {"codes": codes}
        )
        self.rows = rows


def lock_row(score: Score, *, by: User) -> Score:
    """The row of a published campaign, locked as everywhere: the campaign, its sheets, the row.

    Raises: Score.DoesNotExist for who may not appraise it.
    """
    lock_sheets(lock(score.sheet.campaign))
    rows = Score.objects.appraisable_by(by).for_saving()
    return rows.select_related("loss", "criterion__section").get(pk=score.pk)


@transaction.atomic
def amend_score(
    *,
    score: Score,
    entry: AppraisalEntry,
    version: int | str | None,
    by: User,
    reason: str,
    causes: Mapping[int, LossEntry] | None = None,
) -> Publication:
    """Correct one row of a published campaign: a row of the round "amendment", new ranks, a new snapshot.

    `score` comes from `lock_row`. `causes` are those of other rows that lose points by it, by primary key: knocked
    out, or compared with the corrected unit.

    Raises: MoveRefused, CausesMissing, StaleVersion, RuleErrors.
    """
    others = write_amendment(score=score, entry=entry, version=version, by=by, reason=reason)
    record_causes(others, causes or {}, by=by)
    return publish_amended(lock(score.sheet.campaign), by=by, reason=reason)


def write_amendment(
    *, score: Score, entry: AppraisalEntry, version: int | str | None, by: User, reason: str
) -> list[Score]:
    """Write the row and settle the campaign anew; the other rows that lost points by it and have no cause.

    Raises: MoveRefused, StaleVersion, RuleErrors.
    """
    campaign = lock(score.sheet.campaign)
    if not campaign.is_public:
        raise MoveRefused(_("Only published results are amended."))
    if score.sheet.status != SheetStatus.PUBLISHED:
        raise MoveRefused(_("This sheet was never appraised: nothing of it was published that could be amended."))
    if not reason.strip():
        raise MoveRefused(_("Give the reason of the amendment."))
    before = set(without_cause(campaign).values_list("pk", flat=True))
    if score.exclusion_id is not None:
        # The row is decided by the amendment from now on; the exclusion stays in the list of the campaign.
        score.exclusion = None
        score.save(update_fields=["exclusion"])
    write_round(score=score, round_=Round.AMENDMENT, entry=entry, version=version, by=by)
    conclude(campaign)
    after = Score.objects.filter(pk__in=without_cause(campaign).values("pk")).exclude(pk__in=[score.pk, *before])
    related = after.select_related("criterion__section", "sheet__unit", "sheet__campaign", "agency", "loss")
    return list(related.prefetch_related("appraisals").order_by("sheet__unit__code", "criterion__position"))


def without_cause(campaign: Campaign) -> QuerySet[Score]:
    return Score.objects.without_cause().filter(sheet__campaign=campaign, sheet__status__in=DECIDED)


def record_causes(rows: Sequence[Score], causes: Mapping[int, LossEntry], *, by: User) -> None:
    """Raises: CausesMissing when a row is left without cause or responsible party."""
    missing = []
    for row in rows:
        entry = causes.get(row.pk)
        if entry is None or not (entry.cause.strip() and entry.responsible):
            missing.append(row)
            continue
        loss = getattr(row, "loss", None)
        write_loss(score=row, entry=entry, version=loss.version if loss else 0, by=by)
    if missing:
        raise CausesMissing(missing)
