"""What a row of a sheet shows of its division and of the questions about its criterion; no query inside."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from parportal.display import moment
from parportal.display import word as _
from scoring.models import Criterion, Share


def share_part(share: Share | None) -> SafeString:
    """Who fills in a row that was given away, until when, and whether that is done; nothing for other rows."""
    if share is None:
        return SafeString("")
    words = _("filled in by %(who)s") % {"who": share.filler}
    if share.due_at is not None:
        until = _("until %(when)s") % {"when": moment(share.due_at)}
        words = f"{words}, {until}"
    if share.done_at is None:
        return format_html('<span class="row-share">{}</span>', words)
    done = _("reported as done %(when)s") % {"when": moment(share.done_at)}
    return format_html('<span class="row-share">{}, {}</span>', words, done)


def question_part(criterion: Criterion, counts: Mapping[int, int], url: str) -> SafeString:
    """A link to the questions about a criterion, with their number.

    Shapes: `counts` is `scoring.questions.question_counts`. `url` is the page of the campaign's questions.
    """
    count = counts.get(criterion.pk, 0)
    told = ngettext("%(count)s question", "%(count)s questions", count) % {"count": count} if count else _("Ask")
    code = escape(criterion.code)
    return SafeString(
        f'<a class="row-question" href="{escape(url)}?criterion={code}">{escape(told)}'
        f'<span class="visually-hidden"> {code}</span></a>'
    )
