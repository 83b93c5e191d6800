"""What stands between a campaign and its publication, in words, and the snapshot that publication freezes."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from parportal.display import points_short
from scoring.models import (
    DECIDED,
    NOT_SUBMITTED,
    Appraisal,
    Campaign,
    Evidence,
    FieldResult,
    Publication,
    Score,
    ScoreSheet,
    UnitResult,
)
from scoring.results import Difference, differences
from scoring.rules import LeafState
from scoring.settling import explanation_of, in_order
from scoring.states import with_state
from units.audit import as_text


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend, or to know, before publication: whose, what, and where to go."""

    unit: str
    text: str
    sheet: ScoreSheet | None = None


@dataclass(frozen=True, slots=True)
class Readiness:
    """`blockers` must be mended; `warnings` must be acknowledged by whoever proposes or approves."""

    blockers: tuple[Finding, ...]
    warnings: tuple[Finding, ...]

    @property
    def is_ready(self) -> bool:
        return not self.blockers


def readiness(campaign: Campaign) -> Readiness:
    """Everything that keeps a campaign from being published, or should give pause."""
    blockers = [*unfinished_sheets(campaign), *losses_without_cause(campaign)]
    warnings = [*missing_sheets(campaign), *figures_that_differ(campaign)]
    return Readiness(tuple(blockers), tuple(warnings))


def unfinished_sheets(campaign: Campaign) -> Iterable[Finding]:
    for sheet in campaign.sheets.awaiting_appraisal().select_related("unit", "campaign"):
        yield Finding(sheet.unit.name, _("The appraisal is not finished."), sheet)


def missing_sheets(campaign: Campaign) -> Iterable[Finding]:
    for sheet in campaign.sheets.filter(status__in=NOT_SUBMITTED).select_related("unit", "campaign"):
        yield Finding(sheet.unit.name, _("No sheet was submitted: the unit will not be ranked."), sheet)


def losses_without_cause(campaign: Campaign) -> Iterable[Finding]:
    """One finding a sheet, with the codes: every lost point needs a cause and a responsible party."""
    lost = Score.objects.lossy().filter(sheet__campaign=campaign, sheet__status__in=DECIDED)
    rows = lost.filter(Q(loss=None) | Q(loss__cause="") | Q(loss__responsibilities=None)).distinct()
    codes: dict[int, list[Score]] = {}
    for row in rows.select_related("criterion", "sheet__unit", "sheet__campaign").order_by("criterion__position"):
        codes.setdefault(row.sheet_id, []).append(row)
    for found in codes.values():
        text = _("Cause or responsible party missing: %(codes)s.") % {
            "codes": ", ".join(row.criterion.code for row in found)
        }
        yield Finding(found[0].sheet.unit.name, text, found[0].sheet)


def figures_that_differ(campaign: Campaign) -> Iterable[Finding]:
    """Figures published elsewhere that the portal's own computation does not give."""
    for difference in differences(campaign):
        yield Finding(difference.unit.name, difference_line(difference))


def difference_line(difference: Difference) -> str:
    return _("%(what)s: published %(published)s, computed %(computed)s.") % {
        "what": difference.what,
        "published": shown(difference.published),
        "computed": shown(difference.computed),
    }


def shown(value: object) -> str:
    return points_short(value) if isinstance(value, Decimal) else as_text(value) or "–"


def snapshot(campaign: Campaign) -> dict[str, Any]:
    """Everything that a publication freezes, as JSON: decimals as text, nothing left to look up.

    Shapes: `units` → `fields` and, for units scored on a sheet, `rows` in the order of the set.
    """
    sheets = {sheet.unit_id: sheet for sheet in campaign.sheets.all()}
    results = campaign.results.select_related("unit", "grade").order_by("unit__code")
    fields: dict[int, list[FieldResult]] = {}
    for each in FieldResult.objects.filter(result__campaign=campaign).select_related("criterion"):
        fields.setdefault(each.result_id, []).append(each)
    return {
        "campaign": {"code": campaign.code, "title": campaign.title, "year": campaign.year},
        "criteria_set": {"code": campaign.criteria_set.code, "version": campaign.criteria_set.version},
        "units": [
            frozen_unit(result, fields.get(result.pk, []), sheets.get(result.unit_id), campaign)
            for result in results
        ],
    }


def frozen_unit(
    result: UnitResult, fields: list[FieldResult], sheet: ScoreSheet | None, campaign: Campaign
) -> dict[str, Any]:
    return {
        "code": result.unit.code,
        "name": result.unit.name,
        "block": result.block,
        # A unit that was not scored has no points, not 0.
        "earned_points": as_text(result.earned_points if result.index is not None else None),
        "applicable_max_points": as_text(result.applicable_max_points),
        "bonus_points": as_text(result.bonus_points),
        "penalty_points": as_text(result.penalty_points),
        "index": as_text(result.index),
        "grade": result.grade.name if result.grade else "",
        "grade_steps": result.grade_steps,
        "rank": None if campaign.external else result.rank,
        "fields": [
            {
                "code": each.criterion.code,
                "earned_points": as_text(each.earned_points if result.index is not None else None),
                "max_points": as_text(each.applicable_max_points),
                "bonus_points": as_text(each.bonus_points),
                "penalty_points": as_text(each.penalty_points),
            }
            for each in fields
        ],
        "rows": frozen_rows(sheet, campaign) if sheet else [],
    }


def frozen_rows(sheet: ScoreSheet, campaign: Campaign) -> list[dict[str, Any]]:
    scores = (
        with_state(sheet.scores.all())
        .select_related("criterion", "loss", "exclusion", "explanation")
        .prefetch_related("appraisals", "evidence", "loss__responsibilities__party")
        .order_by("criterion__position")
    )
    return [frozen_row(score, campaign) for score in scores]


def frozen_row(score: Any, campaign: Campaign) -> dict[str, Any]:
    """One row as `scoring.states.with_state` gives it."""
    method = score.criterion.scoring_method(campaign.criteria_set)
    line = explanation_of(score, score.appraisals.all(), method)
    loss = getattr(score, "loss", None)
    answered = getattr(score, "explanation", None)
    return {
        "code": score.criterion.code,
        "title": score.criterion.title,
        "counts_as": score.criterion.counts_as,
        "max_points": as_text(score.criterion.max_points),
        "counted_max_points": as_text(score.counted_max_points),
        "self_points": as_text(score.self_points),
        "points": as_text(score.points),
        # One of the four states, or "points"; what the unit said stands beside it.
        "state": score.state_now,
        "self_state": score.state,
        "claim": score.reason if score.state == LeafState.NOT_APPLICABLE else "",
        "exclusion": {"reason": score.exclusion.reason, "approved_by": score.exclusion.approved_by}
        if score.exclusion
        else None,
        "explanation": {"text": line.text, "values": {k: str(v) for k, v in line.values.items()}}
        if line
        else None,
        "reasons": [each.reason for each in score.appraisals.all() if each.reason],
        "rounds": [frozen_round(each) for each in in_order(score.appraisals.all())],
        "unit_explanation": answered.text if answered else "",
        "reply": answered.reply if answered else "",
        "cause": loss.cause if loss else "",
        "responsible": [
            {"code": each.party.code, "name": each.party.name, "role": each.role}
            for each in (loss.responsibilities.all() if loss else ())
        ],
        "evidence": [frozen_evidence(each) for each in score.evidence.all()],
    }


def frozen_round(appraisal: Appraisal) -> dict[str, str]:
    given = as_text(appraisal.points)
    return {"round": appraisal.round, "state": appraisal.state, "points": given, "reason": appraisal.reason}


def frozen_evidence(evidence: Evidence) -> dict[str, str]:
    names = ("number", "issued_on", "issuer", "title", "page", "original_name", "sha256")
    return {name: as_text(getattr(evidence, name)) for name in names}


def digest(data: dict[str, Any]) -> str:
    """The hash of JSON in its canonical form."""
    canonical = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def freeze(campaign: Campaign, **columns: Any) -> Publication:
    """Store the next snapshot of a campaign with the hash of its canonical JSON."""
    data = snapshot(campaign)
    return Publication.objects.create(
        campaign=campaign,
        number=campaign.publications.count() + 1,
        data=data,
        sha256=digest(data),
        **columns,
    )
