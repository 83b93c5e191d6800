"""What a unit has to reach and to do: plans with their targets, and tasks of every origin."""

from plans.models.documents import Document, DocumentKind
from plans.models.targets import Comparator, Plan, PlanKind, Target, TargetResult, TargetState
from plans.models.tasks import Conclusion, DeadlineKind, Directive, Origin, Progress, Standing, Task

__all__ = [
    "Comparator",
    "Conclusion",
    "DeadlineKind",
    "Directive",
    "Document",
    "DocumentKind",
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
