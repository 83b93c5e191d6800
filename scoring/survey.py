"""What a campaign has of its survey now, by criterion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from scoring.importing.survey import survey_criteria
from scoring.models import Campaign, Criterion, Score
from scoring.rules import LeafState

NUMBERS = ("with_points", "too_small", "without", "excluded")


@dataclass(frozen=True, slots=True)
class SurveyState:
    """One criterion. Units: units with points, with too small a sample, without a survey, and excluded."""

    criterion: Criterion
    with_points: int
    too_small: int
    without: int
    excluded: int


def survey_states(campaign: Campaign) -> list[SurveyState]:
    """Every criterion of the survey with what was imported for it (two queries)."""
    held = Q(exclusion=None, state=LeafState.ANSWERED.value)
    rows = Score.objects.filter(sheet__campaign=campaign, criterion__in=survey_criteria(campaign))
    counted = (
        rows.order_by()
        .values("criterion")
        .annotate(
            with_points=Count("pk", filter=held & Q(counted_max_points__gt=0)),
            too_small=Count("pk", filter=held & Q(counted_max_points=0)),
            without=Count("pk", filter=Q(exclusion=None) & ~Q(state=LeafState.ANSWERED.value)),
            excluded=Count("pk", filter=Q(exclusion__isnull=False)),
        )
    )
    found: dict[int, Mapping[str, Any]] = {each["criterion"]: each for each in counted}
    return [
        SurveyState(criterion, **{name: found[criterion.pk][name] for name in NUMBERS})
        if criterion.pk in found
        else SurveyState(criterion, 0, 0, 0, 0)
        for criterion in survey_criteria(campaign)
    ]


def units_with_survey(campaign: Campaign) -> int:
    """Units of which at least one row has survey points."""
    rows = Score.objects.filter(
        sheet__campaign=campaign,
        criterion__in=survey_criteria(campaign),
        exclusion=None,
        state=LeafState.ANSWERED.value,
        counted_max_points__gt=0,
    )
    return rows.order_by().values("sheet").distinct().count()


def has_survey(campaign: Campaign) -> bool:
    return bool(survey_criteria(campaign))
