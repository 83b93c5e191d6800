"""Storing the results of a survey."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from scoring.actions.campaigns import conclude, lock, lock_sheets
from scoring.importing.survey import SurveyLine, SurveyPlan
from scoring.models import IMPORTED, Campaign, CampaignStatus, Score
from scoring.rules import LeafState, encode
from scoring.settling import settle_rows, settle_sheets, with_branches
from scoring.workflow import MoveRefused
from units.audit import Action, Change, record
from units.models import User

BATCH = 500
SAVED = ["state", "answers", "self_points", "version", "updated_at", "updated_by"]


@dataclass(frozen=True, slots=True)
class Renewal:
    """Rows that an import changes. Units: rows; `removed` are results that the file no longer holds."""

    changed: int
    removed: int


@transaction.atomic
def store_survey(*, plan: SurveyPlan, file_name: str, by: User) -> Renewal:
    """Put the results of a checked file in the place of all that were imported before.

    A unit without a line has no survey: its rows are left out and the rest is rescaled. The results of a closed
    campaign are settled again, and a proposal to publish them is taken back.

    Raises: MoveRefused before the campaign is open and once it is published.
    """
    campaign = lock(plan.campaign)
    expect_importable(campaign)
    lock_sheets(campaign)
    lines = {(line.unit.pk, line.criterion.pk): line for line in plan.lines}
    changes, rows = [], []
    removed = 0
    for score in survey_rows(campaign):
        line = lines.get((score.sheet.unit_id, score.criterion_id))
        before = dict(score.answers)
        if not renew(score, line, by):
            continue
        removed += line is None
        rows.append(score)
        changes.append(Change(score.sheet, score.criterion.code, in_words(before), in_words(score.answers)))
    Score.objects.bulk_update(rows, SAVED, batch_size=BATCH)
    settle(campaign, rows)
    if rows:
        record(Action.SURVEY_IMPORTED, campaign, by=by, reason=file_name, changes=changes)
    return Renewal(len(rows), removed)


def expect_importable(campaign: Campaign) -> None:
    """Raises: MoveRefused in words."""
    if campaign.is_public:
        raise MoveRefused(_("The results are published. A row is corrected by an amendment with its reason."))
    if campaign.status == CampaignStatus.DRAFT:
        raise MoveRefused(_("The campaign is not open yet: its units have no score sheets."))


def survey_rows(campaign: Campaign) -> Iterator[Score]:
    rows = Score.objects.filter(sheet__campaign=campaign, criterion__method__in=IMPORTED)
    related = rows.select_related("sheet__unit", "sheet__campaign", "criterion")
    yield from related.order_by("sheet__unit__code", "criterion__position").iterator(chunk_size=2000)


def renew(score: Score, line: SurveyLine | None, by: User) -> bool:
    """Write one row as the file has it; whether anything is new."""
    state = LeafState.ANSWERED if line else LeafState.NOT_ANSWERED
    answers = encode(line.answers) if line else {}
    if score.state == state and score.answers == answers:
        return False
    score.state, score.answers, score.self_points = state.value, answers, None
    score.version += 1
    score.updated_at, score.updated_by = timezone.now(), by
    return True


def in_words(answers: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in answers.items())


def settle(campaign: Campaign, rows: Collection[Score]) -> None:
    if not rows:
        return
    settle_rows(campaign, with_branches(Score.objects.filter(pk__in=[row.pk for row in rows])))
    if campaign.status != CampaignStatus.CLOSED:
        settle_sheets(campaign, {row.sheet_id for row in rows})
        return
    conclude(campaign)
    if campaign.is_proposed:
        # What the leader was asked to approve is no longer what stands here.
        campaign.proposed_at = campaign.proposed_by = None
        campaign.version += 1
        campaign.save(update_fields=["proposed_at", "proposed_by", "version"])
