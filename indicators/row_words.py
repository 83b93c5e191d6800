"""What a row of a return says of itself: when it was saved, whether it is reported, which checks it breaks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from html import escape

from django.utils import timezone

from indicators.actions.entries import in_words
from indicators.figures import Finding, Place, Row
from indicators.form import Form, FormCheck, Item
from indicators.models import Severity
from indicators.reading import Judged
from parportal.display import word as _
from parportal.entry.numbers import format_decimal

Findings = Mapping[Place, list[Finding]]


def saved_at(when: datetime | None) -> str:
    """The time alone for today, otherwise the day as well."""
    if when is None:
        return ""
    local = timezone.localtime(when)
    return f"{local:%H:%M}" if local.date() == timezone.localdate() else f"{local:%H:%M %d/%m/%Y}"


def state_text(item: Item, line: str, row: Row | None) -> str:
    """Whether a row is reported, and since when; nothing is asked of free lines and of a table as a whole."""
    if row is not None and (row.cells or item.is_table):
        return _("saved %(time)s") % {"time": saved_at(row.entry.updated_at)} if row.entry.updated_at else ""
    return _("not reported") if is_asked(item, line) else ""


def is_asked(item: Item, line: str) -> bool:
    """Whether something is missing as long as the row holds no value."""
    return bool(line) and not item.has_free_lines if item.is_table else item.indicator.is_typed


def is_open(item: Item, line: str, row: Row | None) -> bool:
    return is_asked(item, line) and not (row and row.cells)


def described(item: Item, row: Row | None) -> str:
    """What is stored, in words."""
    return in_words(item, row) or _("not reported")


def findings_by_place(judged: Judged) -> dict[Place, list[Finding]]:
    found: dict[Place, list[Finding]] = {}
    for finding in judged.findings:
        for place in finding.places:
            found.setdefault(place, []).append(finding)
    return found


def review_html(findings: Iterable[Finding], form: Form, blocking: Collection[Finding]) -> str:
    return "".join(finding_html(each, form, is_open=each in blocking) for each in findings)


def finding_html(finding: Finding, form: Form, *, is_open: bool) -> str:
    """A check in words with its numbers. `is_open`: it keeps the return from being submitted."""
    kind, head = "told", ""
    if not finding.is_broken:
        head = _("Explained by %(title)s:") % {"title": title_of(form, finding.check.explained_by)}
    elif not is_open:
        head = _("Not kept; the reason is given:")
    elif finding.check.severity is Severity.WARNING:
        kind, head = "warning", _("To be mended, or to be explained by a reason:")
    else:
        kind, head = "error", _("To be mended:")
    return (
        f'<div class="finding finding-{kind}"><strong>{escape(head)}</strong> {escape(check_words(finding.check))}'
        f" {escape(sides(finding))}</div>"
    )


def check_words(check: FormCheck) -> str:
    return check.title or str(check.rule)


def sides(finding: Finding) -> str:
    numbers = {
        "left": number(finding.judgement.left),
        "right": number(finding.judgement.right),
        "difference": number(finding.judgement.difference),
    }
    return _("(%(left)s against %(right)s, difference %(difference)s)") % numbers


def number(value: Decimal | None) -> str:
    return "" if value is None else format_decimal(value)


def title_of(form: Form, code: str) -> str:
    return form.by_code[code].title if code in form.by_code else code
