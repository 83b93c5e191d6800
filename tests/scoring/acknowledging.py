"""Warnings of a draft accepted for the tests, one by one as a coordinator does it."""

from scoring.actions.acknowledging import acknowledge
from scoring.actions.criteria import publish_set
from scoring.lint import Finding, lint_stored
from scoring.models import CriteriaSet
from units.models import User

REASON = "Đánh số theo quyết định"


def warnings_of(criteria_set: CriteriaSet) -> list[Finding]:
    return [finding for finding in lint_stored(criteria_set) if not finding.is_error]


def acknowledge_all(criteria_set: CriteriaSet, *, by: User) -> None:
    for warning in warnings_of(criteria_set):
        acknowledge(criteria_set=criteria_set, finding=warning.key, reason=REASON, by=by)


def publish_with_warnings(criteria_set: CriteriaSet, *, by: User) -> CriteriaSet:
    """Publish a sound draft; the example of the workbook has one warning (2.2 is followed by 2.10)."""
    acknowledge_all(criteria_set, by=by)
    return publish_set(criteria_set=criteria_set, by=by)
