"""What a unit has to reach and to do: plans, targets, tasks of every origin, the calendar, inspections."""

from plans.models.documents import Document, DocumentKind
from plans.models.inspections import InspectedUnit, Inspection, InspectionKind, InspectionMode
from plans.models.obligations import DueDay, Obligation, ObligationKind
from plans.models.registers import Initiative, Meeting
from plans.models.targets import Comparator, Plan, PlanKind, Target, TargetResult, TargetState
from plans.models.tasks import (
    GIVEN,
    KEEPERS,
    Conclusion,
    DeadlineKind,
    Directive,
    Origin,
    Progress,
    Standing,
    Task,
)

__all__ = [
    "GIVEN",
    "KEEPERS",
    "Comparator",
    "Conclusion",
    "DeadlineKind",
    "Directive",
    "Document",
    "DocumentKind",
    "DueDay",
    "Initiative",
    "InspectedUnit",
    "Inspection",
    "InspectionKind",
    "InspectionMode",
    "Meeting",
    "Obligation",
    "ObligationKind",
    "Origin",
    "Plan",
    "PlanKind",
    "Progress",
    "Standing",
    "Target",
    "TargetResult",
    "TargetState",
    "Task",
]
