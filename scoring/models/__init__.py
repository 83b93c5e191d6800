from scoring.models.appraisals import (
    Appraisal,
    Approval,
    Explanation,
    Loss,
    Responsibility,
    ResponsibilityRole,
)
from scoring.models.campaigns import (
    PUBLIC,
    Assignment,
    BlockRule,
    Campaign,
    CampaignStatus,
    Exclusion,
    GradeRule,
    GradeRuleKind,
    SetReplacement,
)
from scoring.models.criteria import Acknowledgement, CriteriaSet, Criterion, DraftStep, SetStatus
from scoring.models.evidence import Evidence, EvidencePage
from scoring.models.grades import Grade, GradeScale
from scoring.models.remediation import (
    Filing,
    FilingKind,
    Measure,
    Remediation,
    RemediationRound,
)
from scoring.models.results import (
    FieldResult,
    FollowUp,
    GradeDecision,
    GradeDecisionKind,
    Publication,
    UnitResult,
)
from scoring.models.shares import Share
from scoring.models.sheet_states import (
    DECIDED,
    NOT_SUBMITTED,
    SUBMITTED_OR_LATER,
    UNFINISHED,
    WITH_APPRAISERS,
    SheetStatus,
)
from scoring.models.sheets import IMPORTED, ROUND_ORDER, Round, Score, ScoreSheet
from scoring.models.sources import ReportedFact
from scoring.models.talk import Phrase, Question, Reminder

__all__ = [
    "DECIDED",
    "IMPORTED",
    "NOT_SUBMITTED",
    "PUBLIC",
    "ROUND_ORDER",
    "SUBMITTED_OR_LATER",
    "UNFINISHED",
    "WITH_APPRAISERS",
    "Acknowledgement",
    "Appraisal",
    "Approval",
    "Assignment",
    "BlockRule",
    "Campaign",
    "CampaignStatus",
    "CriteriaSet",
    "Criterion",
    "DraftStep",
    "Evidence",
    "EvidencePage",
    "Exclusion",
    "Explanation",
    "FieldResult",
    "Filing",
    "FilingKind",
    "FollowUp",
    "Grade",
    "GradeDecision",
    "GradeDecisionKind",
    "GradeRule",
    "GradeRuleKind",
    "GradeScale",
    "Loss",
    "Measure",
    "Phrase",
    "Publication",
    "Question",
    "Remediation",
    "RemediationRound",
    "Reminder",
    "ReportedFact",
    "Responsibility",
    "ResponsibilityRole",
    "Round",
    "Score",
    "ScoreSheet",
    "SetReplacement",
    "SetStatus",
    "Share",
    "SheetStatus",
    "UnitResult",
]
