from scoring.models.campaigns import PUBLIC, Assignment, Campaign, CampaignStatus, Grade, GradeScale
from scoring.models.criteria import CriteriaSet, Criterion, SetStatus
from scoring.models.evidence import Evidence
from scoring.models.results import FieldResult, FollowUp, Publication, UnitResult
from scoring.models.sheets import (
    DECIDED,
    ROUND_ORDER,
    SUBMITTED_OR_LATER,
    Appraisal,
    Loss,
    Responsibility,
    ResponsibilityRole,
    Round,
    Score,
    ScoreSheet,
    SheetStatus,
)

__all__ = [
    "DECIDED",
    "PUBLIC",
    "ROUND_ORDER",
    "SUBMITTED_OR_LATER",
    "Appraisal",
    "Assignment",
    "Campaign",
    "CampaignStatus",
    "CriteriaSet",
    "Criterion",
    "Evidence",
    "FieldResult",
    "FollowUp",
    "Grade",
    "GradeScale",
    "Loss",
    "Publication",
    "Responsibility",
    "ResponsibilityRole",
    "Round",
    "Score",
    "ScoreSheet",
    "SetStatus",
    "SheetStatus",
    "UnitResult",
]
