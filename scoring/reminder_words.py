"""What a reminder says: whose turn it is on a sheet, until when, and what is missing.

Kept in the language of the portal, whoever sends it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import override

from parportal.deadlines import Deadline
from parportal.display import moment
from scoring.board import awaited, next_deadline
from scoring.board_steps import Counts
from scoring.models import Campaign, ScoreSheet, Share, SheetStatus
from scoring.reminders import APPRAISAL, ReminderKind

TITLE_LENGTH = 60
REASON_LENGTH = 70
# What is left of a notice's subject (300) beside a long name, the title and what is missing.
NOTE_LENGTH = 110


def subject_of(sheet: ScoreSheet, what: str, note: str = "") -> str:
    """The line of a notice."""
    title = Truncator(sheet.campaign.title).chars(TITLE_LENGTH)
    return " ".join(filter(None, (f"{sheet.unit.name} · {title}: {what}.", note)))


def phone_text(sheet: ScoreSheet, what: str, url: str) -> str:
    """A text to be copied into a message; one line."""
    return f"{sheet.unit.name} · {sheet.campaign.title}: {what}. {url}"


def what_is_awaited(sheet: ScoreSheet, counts: Counts) -> str:
    """Whose turn it is, what is missing and until when; empty when nobody's."""
    with override(settings.LANGUAGE_CODE):
        parts = {
            "unit": unit_parts,
            "leader": leader_parts,
            "explanation": explanation_parts,
            "appraisers": appraisal_parts,
        }.get(awaited(sheet))
        return "; ".join(filter(None, parts(sheet, counts))) if parts else ""


def unit_parts(sheet: ScoreSheet, counts: Counts) -> Iterable[str]:
    if sheet.return_reason:
        yield _("returned: %(reason)s") % {"reason": Truncator(sheet.return_reason).chars(REASON_LENGTH)}
    yield due_words(_("self-score due %(when)s (%(left)s)"), sheet)
    if counts.answered < counts.leaves:
        shown = {"open": counts.leaves - counts.answered, "total": counts.leaves}
        yield _("%(open)s of %(total)s rows to answer") % shown
    else:
        yield _("every row is answered, propose the sheet to the leader")
    if counts.without_evidence:
        yield _("evidence missing in %(count)s rows") % {"count": counts.without_evidence}


def leader_parts(sheet: ScoreSheet, counts: Counts) -> Iterable[str]:
    yield _("the sheet awaits the leader's approval")
    yield due_words(_("self-score due %(when)s (%(left)s)"), sheet)


def explanation_parts(sheet: ScoreSheet, counts: Counts) -> Iterable[str]:
    yield _("the appraisal is open for explanation")
    yield due_words(_("explanation due %(when)s (%(left)s)"), sheet)


def appraisal_parts(sheet: ScoreSheet, counts: Counts) -> Iterable[str]:
    if sheet.status == SheetStatus.SECOND_APPRAISAL:
        yield _("%(count)s explanations to answer") % {"count": counts.unanswered}
        yield due_words(_("second appraisal due %(when)s (%(left)s)"), sheet)
    else:
        yield _("%(count)s rows to appraise") % {"count": counts.decidable - counts.appraised}
        yield due_words(_("appraisal due %(when)s (%(left)s)"), sheet)


def due_words(text: str, sheet: ScoreSheet) -> str:
    deadline = Deadline.of(next_deadline(sheet), sheet.campaign.now())
    return text % {"when": deadline.text, "left": deadline.left} if deadline else ""


def part_subject(part: Share, sheet: ScoreSheet) -> str:
    """The line of a notice about a part that was given away."""
    with override(settings.LANGUAGE_CODE):
        deadline = Deadline.of(part.due_at, sheet.campaign.now())
        shown = {
            "code": part.criterion.code,
            "title": Truncator(part.criterion.title).chars(TITLE_LENGTH),
            "when": moment(part.due_at),
            "left": deadline.left if deadline else "",
        }
        what = _("your part %(code)s %(title)s is due %(when)s (%(left)s)") % shown
    return subject_of(sheet, what)


def appraisal_subject(campaign: Campaign, kind: ReminderKind, *, rows: int, sheets: int) -> str:
    """The line of a notice to an appraiser: how much is left in the whole campaign."""
    with override(settings.LANGUAGE_CODE):
        first = kind in APPRAISAL
        deadline = Deadline.of(
            campaign.appraisal_due_at if first else campaign.second_appraisal_due_at, campaign.now()
        )
        text = (
            _("%(rows)s rows of %(sheets)s sheets to appraise, due %(when)s (%(left)s)")
            if first
            else _("%(rows)s explanations of %(sheets)s sheets to answer, due %(when)s (%(left)s)")
        )
        when, left = (deadline.text, deadline.left) if deadline else ("–", "–")
        what = text % {"rows": rows, "sheets": sheets, "when": when, "left": left}
    return f"{Truncator(campaign.title).chars(TITLE_LENGTH)}: {what}."
