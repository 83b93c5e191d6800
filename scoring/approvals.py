"""What a leader approves: the whole sheet by the unit's word, kept exactly as it was."""

from __future__ import annotations

from typing import Any

from django.db.models import Max
from django.utils import timezone

from scoring.models import Approval, Evidence, Score, ScoreSheet
from scoring.publishing import digest
from scoring.sheet_lines import lines_of
from scoring.sheet_panel import self_sums
from units.audit import as_text
from units.models import User

EVIDENCE = ("number", "issued_on", "issuer", "title", "page", "original_name", "size", "sha256")


def content_of(sheet: ScoreSheet) -> dict[str, Any]:
    """All that the unit says in its sheet, as JSON: decimals as text, nothing left to look up.

    Shapes: `rows` in the order of the set; `totals` by the unit's word, whatever was appraised. Four queries.
    """
    scores = sheet.scores.select_related("criterion__section").prefetch_related("evidence")
    rows = list(scores.order_by("criterion__position"))
    criteria_set = sheet.campaign.criteria_set
    return {
        "campaign": sheet.campaign.code,
        "unit": {"code": sheet.unit.code, "name": sheet.unit.name},
        "criteria_set": {"code": criteria_set.code, "version": criteria_set.version},
        "rows": [content_of_row(row) for row in rows],
        "totals": totals_of(sheet),
    }


def content_of_row(score: Score) -> dict[str, Any]:
    return {
        "code": score.criterion.code,
        "title": score.criterion.title,
        "max_points": as_text(score.criterion.max_points),
        "state": score.state,
        "answers": score.answers,
        "self_points": as_text(score.self_points),
        "reason": score.reason,
        "note": score.note,
        "why_no_evidence": score.why_no_evidence,
        "left_out": score.exclusion_id is not None,
        "evidence": [content_of_evidence(each) for each in sorted(score.evidence.all(), key=lambda each: each.pk)],
    }


def content_of_evidence(evidence: Evidence) -> dict[str, str]:
    return {name: as_text(getattr(evidence, name)) for name in EVIDENCE}


def totals_of(sheet: ScoreSheet) -> dict[str, str]:
    sums = self_sums(lines_of(sheet), sheet, part=True)
    return {
        "earned_points": as_text(sums.totals.earned),
        "applicable_max_points": as_text(sums.totals.applicable_max),
        "bonus_points": as_text(sums.totals.bonus),
        "penalty_points": as_text(sums.totals.penalty),
        "index": as_text(sums.index),
    }


def approve(sheet: ScoreSheet, *, by: User) -> Approval:
    """Keep what is approved now (inside the move's transaction)."""
    data = content_of(sheet)
    last: int | None = sheet.approvals.aggregate(last=Max("number"))["last"]
    return Approval.objects.create(
        sheet=sheet, number=(last or 0) + 1, by=by, at=timezone.now(), data=data, sha256=digest(data)
    )
