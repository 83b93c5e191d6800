"""What is wrong with a criteria set: the same findings for a workbook, a draft's page, publication and opening.

findings      what a finding is, and its key
structure     codes and parents
sums          maxima that do not add up, steps, the groups of bonus and penalty
methods       leaves without a method; parameters: what the rules refuse in them
frames        a parent's set that is not kept
reach         maxima that nobody reaches
completeness  skipped codes, leaves without evidence or appraiser
sources       facts that are to come from figures nobody reports
"""

from collections.abc import Mapping

from django.utils.translation import ngettext

from indicators.form import Form
from scoring.content import SetContent
from scoring.lint.completeness import completeness
from scoring.lint.findings import STRUCTURE, Finding, Place, Severity
from scoring.lint.frames import kept_frame
from scoring.lint.methods import methods
from scoring.lint.reach import reach
from scoring.lint.sources import forms_named_by, sources
from scoring.lint.structure import structure
from scoring.lint.sums import groups, steps, sums
from scoring.models import CriteriaSet
from scoring.tree import Tree

__all__ = [
    "STRUCTURE",
    "Finding",
    "Place",
    "Severity",
    "errors_in_words",
    "forms_named_by",
    "frame_of",
    "lint",
    "lint_stored",
]

ERRORS_TOLD = 5


def lint(
    content: SetContent, frame: SetContent | None = None, forms: Mapping[str, Form] | None = None
) -> tuple[Finding, ...]:
    """Everything that is wrong with a set, errors before warnings, the structure first.

    `frame` is the content of the parent's set that this one fills in; `forms` are the sets of indicators that it
    names (`forms_named_by`), without which its sources are not judged.
    """
    found = (
        *structure(content),
        *steps(content),
        *sums(content),
        *groups(content),
        *methods(content),
        *kept_frame(content, frame),
        *reach(content),
        *completeness(content),
        *(() if forms is None else sources(content, forms)),
    )
    return tuple(sorted(found, key=lambda finding: not finding.is_error))


def lint_stored(criteria_set: CriteriaSet, content: SetContent | None = None) -> tuple[Finding, ...]:
    """The findings of a stored set within its frame; `content` when it has been read already."""
    content = content or SetContent.of(Tree.of(criteria_set))
    return lint(content, frame_of(criteria_set), forms_named_by(content))


def frame_of(criteria_set: CriteriaSet) -> SetContent | None:
    """The content of the parent's set that a set fills in, if any (three queries)."""
    return SetContent.of(Tree.of(criteria_set.frame)) if criteria_set.frame else None


def errors_in_words(criteria_set: CriteriaSet) -> list[str]:
    """The errors of a stored set in one line, none without; a set may have come from a file unchecked."""
    errors = [finding for finding in lint_stored(criteria_set) if finding.is_error]
    if not errors:
        return []
    line = ngettext(
        "The criteria set has %(count)s error: %(errors)s",
        "The criteria set has %(count)s errors, among them: %(errors)s",
        len(errors),
    )
    told = " ".join(finding.line for finding in errors[:ERRORS_TOLD])
    return [line % {"count": len(errors), "errors": told}]
