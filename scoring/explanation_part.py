"""What was said of one row of a sheet after its appraisal, as markup: written a hundred times a page, no query."""

from __future__ import annotations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from scoring.evidence_part import address
from scoring.explanations import ExplanationLines, RoundLine, explanation_lines
from scoring.models import PUBLIC, Round, Score, ScoreSheet, SheetStatus

NOTHING = SafeString("")


def explanation_part(score: Score, sheet: ScoreSheet, user_side: bool) -> SafeString:
    """Points and reason of every round that may be shown, the unit's explanation and the reply.

    `user_side`: the reader stands on the unit's side, to which only its first round is opened before publication.
    `score` has its appraisals (with `by`) prefetched and its explanation beside it, wherever a round may be shown.
    """
    shown: tuple[Round, ...] = tuple(Round)
    if user_side and sheet.campaign.status not in PUBLIC:
        shown = (Round.FIRST,) if sheet.is_first_round_opened else ()
    if not shown or not score.is_for_people:
        return NOTHING
    lines = explanation_lines(score, shown)
    may_explain = user_side and sheet.status == SheetStatus.EXPLAINING and bool(lines.rounds)
    if lines.is_empty:
        return NOTHING
    return format_html(
        '<div class="row-rounds">{}{}{}</div>',
        format_html_join("", "{}", ((round_part(each, with_author=not user_side),) for each in lines.rounds)),
        said(lines),
        explain_link(score, lines) if may_explain else "",
    )


def round_part(line: RoundLine, *, with_author: bool) -> SafeString:
    reason = format_html(" {}", line.reason) if line.reason else ""
    author = format_html(' <span class="muted">{}, {}</span>', line.who, line.at) if with_author else ""
    return format_html("<p><b>{}: {}</b>{}{}</p>", line.title, line.points, reason, author)


def said(lines: ExplanationLines) -> SafeString:
    texts = (
        (pgettext("of the unit", "Explanation"), lines.text, lines.author),
        (_("Reply"), lines.reply, lines.reply_author),
    )
    return format_html_join(
        "", '<p><b>{}:</b> {} <span class="muted">{}</span></p>', (each for each in texts if each[1])
    )


def explain_link(score: Score, lines: ExplanationLines) -> SafeString:
    label = _("Change the explanation") if lines.text else _("Explain")
    return format_html(
        '<a href="{}#row-{}">{}<span class="visually-hidden"> {}</span></a>',
        address("sheet_explanations", score.sheet_id),
        score.criterion_id,
        label,
        score.criterion.code,
    )
