"""What the lint says of a set, as its pages show it: errors, open warnings, acknowledged ones."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from scoring.content import SetContent
from scoring.lint import Finding, forms_named_by, frame_of, lint
from scoring.models import CriteriaSet

# Parameters have no input of one name: their place is the method.
ANCHORS = {"params": "method"}


@dataclass(frozen=True, slots=True)
class Line:
    """One finding in its place. `reason`, `by` and `at` of a warning that was acknowledged.

    Shapes: `id` is safe in HTML and the same as long as the finding is; `error` is why a reason was refused.
    """

    place: str
    title: str
    what: str
    mend: str
    url: str
    key: str
    reason: str = ""
    by: str = ""
    at: datetime | None = None
    error: str = ""

    @property
    def id(self) -> str:
        return hashlib.sha256(self.key.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class LintPanel:
    errors: tuple[Line, ...] = ()
    warnings: tuple[Line, ...] = ()
    acknowledged: tuple[Line, ...] = ()

    @property
    def keeps_from_publishing(self) -> bool:
        return bool(self.errors or self.warnings)

    @property
    def open(self) -> int:
        return len(self.errors) + len(self.warnings)

    def shows_refusal(self) -> bool:
        """Whether a refused reason is told at its warning."""
        return any(line.error for line in self.warnings)


def lint_panel(
    criteria_set: CriteriaSet, content: SetContent, *, refused: Mapping[str, str] | None = None
) -> LintPanel:
    """The findings of a set that was read as `content`; of a published one only what was acknowledged.

    Shapes: `refused` maps the key of a warning to what was wrong with the reason just given.
    """
    stored = {each.finding: each for each in criteria_set.acknowledgements.select_related("by")}
    if criteria_set.is_frozen and not stored:
        return LintPanel()
    lines: dict[str, list[Line]] = {"errors": [], "warnings": [], "acknowledged": []}
    findings = lint(content, frame_of(criteria_set), forms_named_by(content))
    pages = dict(criteria_set.criteria.values_list("code", "pk")) if findings else {}
    for finding in findings:
        accepted = None if finding.is_error else stored.get(finding.key)
        part = "errors" if finding.is_error else "acknowledged" if accepted else "warnings"
        if criteria_set.is_frozen and not accepted:
            continue
        lines[part].append(
            Line(
                place=finding.code or _("The set"),
                title=_title(content, finding.code),
                url=_url(criteria_set, pages, content, finding),
                what=finding.what,
                mend=finding.mend,
                key=finding.key,
                reason=accepted.reason if accepted else "",
                by=accepted.by.get_full_name() if accepted else "",
                at=accepted.at if accepted else None,
                error="" if accepted else (refused or {}).get(finding.key, ""),
            )
        )
    return LintPanel(**{part: tuple(found) for part, found in lines.items()})


def _title(content: SetContent, code: str) -> str:
    return next((each.title for each in content.criteria if each.code == code), "")


def _url(criteria_set: CriteriaSet, pages: Mapping[str, int], content: SetContent, finding: Finding) -> str:
    """The input that mends a finding; none on a set that nobody edits any more.

    Shapes: `pages` maps codes to primary keys.
    """
    if criteria_set.is_frozen:
        return ""
    where = criteria_set.code, criteria_set.version
    tree = reverse("criteria_set_edit", args=where)
    if finding.position is None:
        is_head = finding.attribute != "criteria"
        return f"{reverse('criteria_set_head', args=where)}#id_{finding.attribute}" if is_head else tree
    pk = pages[content.criteria[finding.position].code]
    if finding.attribute == "parent":
        return f"{tree}#row-{pk}"
    anchor = ANCHORS.get(finding.attribute, finding.attribute)
    return f"{reverse('criterion_edit', args=[*where, pk])}#id_{anchor}"
