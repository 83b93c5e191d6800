"""Who did what: one event for an action, one change for each attribute of a row.

The history of a sheet, a unit or a person reads these rows; there is no second history.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Model, TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from units.models import AuditEvent, User


class Action(TextChoices):
    """Everything that leaves an audit event, in all apps: the vocabulary of the history."""

    PERSON_CREATED = "person.created", _("account created")
    PERSON_CHANGED = "person.changed", _("account changed")
    PERSON_DEACTIVATED = "person.deactivated", _("account deactivated")
    PERSON_REACTIVATED = "person.reactivated", _("account reactivated")
    PERSON_UNLOCKED = "person.unlocked", _("lock-out lifted")
    PASSWORD_ISSUED = "person.password_issued", _("one-time password issued")
    PASSWORD_CHANGED = "person.password_changed", _("password changed")
    ROLE_GIVEN = "role.given", _("role given")
    ROLE_ENDED = "role.ended", _("role ended")
    WORK_HANDED_OVER = "work.handed_over", _("open work handed over")
    UNIT_CREATED = "unit.created", _("unit created")
    UNIT_CHANGED = "unit.changed", _("unit changed")
    LINEAGE_CREATED = "lineage.created", _("lineage recorded")
    LINEAGE_CHANGED = "lineage.changed", _("lineage changed")
    PARTY_CREATED = "party.created", _("party created")
    PARTY_CHANGED = "party.changed", _("party changed")
    UNITS_IMPORTED = "units.imported", _("units imported")
    SET_IMPORTED = "set.imported", _("criteria set imported")
    SET_VERSIONED = "set.versioned", _("new version of a criteria set made")
    SET_CREATED = "set.created", _("criteria set begun")
    SET_EDITED = "set.edited", _("draft criteria set edited")
    SET_UNDONE = "set.undone", _("step of editing undone")
    WARNING_ACKNOWLEDGED = "set.warning_acknowledged", _("warning acknowledged")
    ACKNOWLEDGEMENT_WITHDRAWN = "set.acknowledgement_withdrawn", _("acknowledgement withdrawn")
    SET_PUBLISHED = "set.published", _("criteria set published")
    SET_RETIRED = "set.retired", _("criteria set retired")
    SET_DELETED = "set.deleted", _("draft criteria set deleted")
    CAMPAIGN_CREATED = "campaign.created", _("campaign created")
    CAMPAIGN_CHANGED = "campaign.changed", _("campaign changed")
    CAMPAIGN_OPENED = "campaign.opened", _("campaign opened")
    SET_REPLACED = "campaign.set_replaced", _("criteria set of the campaign replaced")
    EXCLUSION_ADDED = "exclusion.added", _("criterion excluded")
    EXCLUSION_REMOVED = "exclusion.removed", _("exclusion lifted")
    GRADE_RULES_CHANGED = "grade.rules_changed", _("rules of grading changed")
    GRADE_DECIDED = "grade.decided", _("decision on a grade recorded")
    GRADE_DECISION_REMOVED = "grade.decision_removed", _("decision on a grade removed")
    SURVEY_IMPORTED = "survey.imported", _("survey results imported")
    CAMPAIGN_CLOSED = "campaign.closed", _("campaign closed")
    CAMPAIGN_REOPENED = "campaign.reopened", _("campaign reopened")
    PUBLICATION_PROPOSED = "publication.proposed", _("publication proposed")
    PUBLICATION_WITHDRAWN = "publication.withdrawn", _("proposal of publication withdrawn")
    CAMPAIGN_PUBLISHED = "campaign.published", _("results published")
    RESULTS_AMENDED = "results.amended", _("results amended")
    RESULTS_IMPORTED = "results.imported", _("results imported")
    EXTERNAL_RECORDED = "external.recorded", _("external appraisal recorded")
    SCORE_SAVED = "score.saved", _("self-score saved")
    EVIDENCE_ADDED = "evidence.added", _("evidence added")
    EVIDENCE_CHANGED = "evidence.changed", _("evidence changed")
    EVIDENCE_REMOVED = "evidence.removed", _("evidence removed")
    SHEET_PROPOSED = "sheet.proposed", _("proposed to the leader")
    SHEET_SUBMITTED = "sheet.submitted", _("approved and submitted")
    SHEET_SENT_BACK = "sheet.sent_back", _("sent back by the leader")
    SHEET_RETURNED = "sheet.returned", _("returned to the unit")
    SHEET_EXTENDED = "sheet.extended", _("deadline extended")
    APPRAISAL_STARTED = "sheet.appraisal_started", _("appraisal started")
    APPRAISAL_SAVED = "appraisal.saved", _("appraisal saved")
    APPRAISAL_FINISHED = "sheet.appraised", _("appraisal finished")
    LOSS_SAVED = "loss.saved", _("cause and responsible parties saved")
    FOLLOW_UP_SAVED = "follow_up.saved", _("follow-up task saved")
    FOLLOW_UP_REMOVED = "follow_up.removed", _("follow-up task removed")
    ROLE_DELEGATED = "role.delegated", _("role delegated")
    EXPLANATION_OPENED = "sheet.explanation_opened", _("round of explanation opened")
    EXPLANATION_CLOSED = "sheet.explanation_closed", _("second appraisal begun")
    EXPLANATION_SAVED = "explanation.saved", _("explanation saved")
    EXPLANATION_ANSWERED = "explanation.answered", _("explanation answered")
    EXPLANATION_SENT = "sheet.explanation_sent", _("explanation sent")
    SHARE_GIVEN = "share.given", _("part of the sheet given to be filled in")
    SHARE_TAKEN_BACK = "share.taken_back", _("part of the sheet taken back")
    SHARE_DONE = "share.done", _("part of the sheet reported as done")
    SHARE_REOPENED = "share.reopened", _("part of the sheet reopened")
    QUESTION_ASKED = "question.asked", _("question asked")
    QUESTION_CHANGED = "question.changed", _("question changed")
    QUESTION_ANSWERED = "question.answered", _("question answered")
    PHRASE_SAVED = "phrase.saved", _("phrase saved")
    PHRASE_REMOVED = "phrase.removed", _("phrase removed")
    REMINDED = "sheet.reminded", _("reminded")
    CLOCK_SET = "campaign.clock_set", _("rehearsal clock set")
    EVIDENCE_CHECKED = "evidence.checked", _("evidence checked")
    EVIDENCE_ADDED_LATE = "evidence.added_late", _("evidence added after submission")
    EVIDENCE_INFECTED = "evidence.infected", _("virus found in a document")
    COPIED_FROM_LAST_YEAR = "sheet.copied", _("evidence list and notes of last year copied")
    COPIES_REMOVED = "sheet.copies_removed", _("unchecked copies of last year removed")
    SHEET_IMPORTED = "sheet.imported", _("rows accepted from a file")
    INDICATORS_IMPORTED = "indicators.imported", _("indicator set imported")
    INDICATORS_PUBLISHED = "indicators.published", _("indicator set published")
    INDICATORS_RETIRED = "indicators.retired", _("indicator set retired")
    INDICATORS_DELETED = "indicators.deleted", _("draft indicator set deleted")
    PERIOD_CREATED = "period.created", _("reporting period created")
    PERIOD_CHANGED = "period.changed", _("reporting period changed")
    PERIOD_OPENED = "period.opened", _("reporting period opened")
    PERIOD_CLOSED = "period.closed", _("reporting period closed")
    PERIOD_REOPENED = "period.reopened", _("reporting period reopened")
    RETURN_SAVED = "return.saved", _("figures saved")
    RETURN_IMPORTED = "return.imported", _("figures accepted from a file")
    RETURN_SUBMITTED = "return.submitted", _("figures submitted")
    RETURN_ACCEPTED = "return.accepted", _("figures accepted")
    RETURN_SENT_BACK = "return.sent_back", _("figures returned to the unit")
    RETURN_REOPENED = "return.reopened", _("acceptance withdrawn")
    RETURN_REMINDED = "return.reminded", _("reminded of figures")
    PLAN_SAVED = "plan.saved", _("plan saved")
    PLAN_DELETED = "plan.deleted", _("plan deleted")
    TARGET_SAVED = "target.saved", _("target saved")
    TARGET_REMOVED = "target.removed", _("target removed")
    TARGET_RESULT_SAVED = "target.result_saved", _("result of a target saved")
    TARGETS_IMPORTED = "targets.imported", _("targets imported")
    CONCLUSION_SAVED = "conclusion.saved", _("conclusion notice saved")
    CONCLUSION_DELETED = "conclusion.deleted", _("conclusion notice deleted")
    TASK_SAVED = "task.saved", _("task saved")
    TASK_REMOVED = "task.removed", _("task removed")
    TASK_REPORTED = "task.reported", _("progress of a task reported")
    TASK_REOPENED = "task.reopened", _("task reopened")
    TASK_REMINDED = "task.reminded", _("reminded of a task")
    DOCUMENT_SAVED = "document.saved", _("document of the register saved")
    DOCUMENT_REMOVED = "document.removed", _("document of the register removed")
    DOCUMENTS_IMPORTED = "documents.imported", _("documents of the register imported")
    OBLIGATION_SAVED = "obligation.saved", _("recurring obligation saved")
    OBLIGATION_REMOVED = "obligation.removed", _("recurring obligation removed")
    OBLIGATIONS_ADDED = "obligations.added", _("tasks of the calendar of a year added")
    INSPECTION_SAVED = "inspection.saved", _("inspection saved")
    INSPECTION_REMOVED = "inspection.removed", _("inspection removed")
    INSPECTED_UNIT_SAVED = "inspection.unit_saved", _("inspected unit saved")
    INSPECTED_UNIT_REMOVED = "inspection.unit_removed", _("inspected unit removed")
    INITIATIVE_SAVED = "initiative.saved", _("initiative saved")
    INITIATIVE_REMOVED = "initiative.removed", _("initiative removed")
    MEETING_SAVED = "meeting.saved", _("steering meeting saved")
    MEETING_REMOVED = "meeting.removed", _("steering meeting removed")
    REMEDIATION_OPENED = "remediation.opened", _("round of remediation opened")
    REMEDIATION_CHANGED = "remediation.changed", _("round of remediation changed")
    REMEDIATION_CONSOLIDATED = "remediation.consolidated", _("remediation consolidated")
    MEASURE_SAVED = "measure.saved", _("measure of remediation saved")
    FILING_SENT = "filing.sent", _("plan or report of remediation sent")
    FILING_REOPENED = "filing.reopened", _("plan or report of remediation given back")
    REPORT_SAVED = "report.saved", _("report edited")
    REPORT_RENDERED = "report.rendered", _("report rendered")
    REPORT_STARTED = "report.started", _("draft of a report begun")
    REPORT_DELETED = "report.deleted", _("draft of a report deleted")
    REPORT_PART_SAVED = "report.part_saved", _("section of a report edited")
    REPORT_PART_MOVED = "report.part_moved", _("section of a report moved")
    REPORT_PART_REMOVED = "report.part_removed", _("section of a report removed")
    REPORT_CARRIED = "report.carried", _("texts of an earlier report taken over")
    REPORT_COMMENTED = "report.commented", _("comment on a report")
    REPORT_COMMENT_SETTLED = "report.comment_settled", _("comment on a report settled")
    REPORT_PROPOSED = "report.proposed", _("report proposed for approval")
    REPORT_RETURNED = "report.returned", _("report given back")
    REPORT_APPROVED = "report.approved", _("report approved")
    REPORT_APPROVAL_WITHDRAWN = "report.approval_withdrawn", _("approval of a report withdrawn")
    REPORT_ARCHIVED = "report.archived", _("report archived")
    REPORT_CORRECTED = "report.corrected", _("correction of an archived report begun")
    REPORT_CORRECTION_DROPPED = "report.correction_dropped", _("correction of an archived report taken back")
    REPORT_SCANNED = "report.scanned", _("signed scan of a report added")
    REPORT_SENT = "report.sent", _("report sent to the superior")


@dataclass(frozen=True, slots=True)
class Change:
    """One attribute of one row, before and after, as a person reads it."""

    row: Model
    attribute: str
    old: object = ""
    new: object = ""

    @property
    def is_real(self) -> bool:
        return as_text(self.old) != as_text(self.new)


def as_text(value: object) -> str:
    return "" if value is None else str(value)


def record(
    action: Action, scope: Model, *, by: "User | None", reason: str = "", changes: Iterable[Change] = ()
) -> "AuditEvent":
    """Write one event about `scope` with its real changes (two queries at most)."""
    from units.models import AuditChange, AuditEvent
    from units.models.audit import ADD_CHANGES, ADD_EVENT

    event = ADD_EVENT.one(AuditEvent(action=action, scope=scope, by=by, reason=reason))
    ADD_CHANGES.many(
        AuditChange(
            event=event,
            row=change.row,
            label=str(change.row)[:200],
            attribute=change.attribute,
            old=as_text(change.old),
            new=as_text(change.new),
        )
        for change in changes
        if change.is_real
    )
    return event


def differences(row: Model, before: dict[str, object]) -> list[Change]:
    """Changes of `row` against the attribute values in `before`."""
    return [Change(row, name, old, getattr(row, name)) for name, old in before.items()]
