"""When evidence can be added, changed or taken away, in words: read by pages and actions alike."""

from __future__ import annotations

from django.utils.translation import gettext

from scoring.approvals import content_of_evidence
from scoring.filling import why_row_is_locked
from scoring.models import CampaignStatus, Evidence, Score, ScoreSheet, SheetStatus
from scoring.workflow import why_explanation_is_locked, why_row_is_closed, why_sheet_is_locked
from units.models import User

# Handed in and not decided yet: documents may still come, and are marked as late.
LATE_ADDITIONS = (SheetStatus.SUBMITTED, SheetStatus.UNDER_APPRAISAL, SheetStatus.EXPLAINING)


def is_late_now(sheet: ScoreSheet) -> bool:
    """Whether evidence that is added now comes after the submission."""
    return sheet.status in LATE_ADDITIONS


def why_no_evidence_now(sheet: ScoreSheet, user: User) -> str:
    """Why the person cannot add evidence to a sheet that was handed in, in words; empty when it can be added late.

    Of a draft this says nothing: there whoever fills in a row keeps its evidence. No query.
    """
    if not is_late_now(sheet):
        return why_sheet_is_locked(sheet) or gettext("The sheet was not handed in yet.")
    if sheet.status == SheetStatus.EXPLAINING:
        return why_explanation_is_locked(sheet, user)
    if not sheet.is_filled_by(user):
        return gettext("You may read this sheet; only its unit fills it in.")
    return "" if sheet.campaign.status == CampaignStatus.OPEN else gettext("Locked: the campaign is not open.")


def why_none_on_row(score: Score, user: User) -> str:
    """Why the person cannot add a document to this row now, in words; empty when it can be added."""
    locked = why_no_evidence_now(score.sheet, user) if is_late_now(score.sheet) else why_row_is_locked(score, user)
    return locked or why_row_is_closed(score)


def why_item_is_kept(evidence: Evidence, score: Score | None = None) -> str:
    """Why a document cannot be changed, or taken from the row `score`, in words; empty when it can. One query.

    What a leader approved, and what came late, stays as it was, also after the sheet was returned. Only from a row
    where it was not yet when the sheet was handed in may it go again.
    """
    listed = listed_with(evidence)
    if score is not None and listed and not evidence.is_late:
        code = score.criterion.code
        was_there = any(code in codes or code not in known for codes, known in listed)
        if not was_there and evidence.scores.count() > 1:
            return ""
    if evidence.is_late or listed:
        return gettext(
            "“%(evidence)s” was handed in with the sheet and stays as it is. You can add a new version of it."
        ) % {"evidence": evidence}
    return ""


def listed_with(evidence: Evidence) -> list[tuple[set[str], set[str]]]:
    """For each approval that lists the document: the codes of the rows where it does, and of all rows."""
    content = content_of_evidence(evidence).items()
    found = []
    for data in evidence.sheet.approvals.values_list("data", flat=True):
        codes = {row["code"] for row in data["rows"] if any(content <= each.items() for each in row["evidence"])}
        if codes:
            found.append((codes, {row["code"] for row in data["rows"]}))
    return found


def approved_items(sheet: ScoreSheet) -> set[int]:
    """Which documents of a sheet a leader has approved with it, once or more often.

    An approval holds their content, which is why nothing of it may change afterwards.
    """
    listed = [
        each
        for data in sheet.approvals.values_list("data", flat=True)
        for row in data["rows"]
        for each in row["evidence"]
    ]
    if not listed:
        return set()
    contents = {each.pk: content_of_evidence(each) for each in Evidence.objects.filter(sheet=sheet)}
    return {pk for pk, content in contents.items() if any(content.items() <= each.items() for each in listed)}
