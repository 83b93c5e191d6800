"""A return as its page shows it: its parts and rows as markup, and the side panel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from indicators.figures import Place, Rows, blocking
from indicators.form import Form, Item
from indicators.models import Return
from indicators.reading import Judged, before, judged, judged_rows
from indicators.return_panel import ReturnPanel, panel_html, panel_of
from indicators.row_html import RowWriter
from indicators.row_words import findings_by_place
from indicators.table_html import table_html
from indicators.typed_rows import Refusal
from indicators.workflow import why_rows_are_locked
from units.models import User

# Headings of the page: h1 is the unit, h2 a part of the form.
DEEPEST_HEADING = 4


@dataclass(frozen=True, slots=True)
class ReturnPage:
    """Everything the page of a return shows. `locked` says in words why it cannot be filled in, or is empty."""

    body: SafeString
    side: SafeString
    panel: ReturnPanel
    locked: str
    saved_at: datetime | None


def writer_of(
    found: Return,
    judged: Judged,
    *,
    refusals: Mapping[Place, Refusal] | None = None,
    is_editable: bool = True,
) -> RowWriter:
    return RowWriter(
        base=reverse("return", args=[found.pk]),
        judged=judged,
        findings=findings_by_place(judged),
        blocking=blocking(judged.findings, judged.rows),
        refusals=refusals or {},
        is_editable=is_editable,
    )


def rows_judged(found: Return, form: Form, rows: Rows) -> Judged:
    """The rows as they are now, without asking for the period before where no check needs it."""
    needs_before = any(check.rule.previous_codes for check in form.checks)
    return judged_rows(found, rows, before(found) if needs_before else None)


def return_page(
    found: Return, user: User, *, refusals: Mapping[Place, Refusal] | None = None, token: str = ""
) -> ReturnPage:
    """Read a return for a person: two queries, whatever the number of rows.

    `found` comes from `Return.objects.visible_to(user)` with its unit, its period and the set of that; `token`
    is the one that a form of the page sends back.
    """
    read, locked = judged(found), why_rows_are_locked(found, user)
    writer = writer_of(found, read, refusals=refusals, is_editable=not locked)
    roots = read.form.roots_for(found.unit.type, found.period.year)
    panel = panel_of(roots, writer)
    times = (row.entry.updated_at for row in read.rows.values())
    return ReturnPage(
        body=SafeString("".join(sections_of(writer, roots, token))),
        side=SafeString(panel_html(panel)),
        panel=panel,
        locked=locked,
        saved_at=max((each for each in times if each), default=None),
    )


def sections_of(writer: RowWriter, roots: Sequence[Item], token: str) -> Iterator[str]:
    """Each part of the form, as a form of its own where it can be filled in."""
    for root in roots:
        indicator = root.indicator
        head = (
            f'<div class="section-head"><h2 id="section-title-{root.pk}">'
            f"{escape(indicator.code)}. {escape(indicator.title)}</h2></div>"
        )
        rows = f"{head}{''.join(rows_of(writer, root))}"
        yield (
            f'<section id="section-{root.pk}" aria-labelledby="section-title-{root.pk}">'
            f"{in_form(writer, root, rows, token) if writer.is_editable else rows}</section>"
        )


def rows_of(writer: RowWriter, root: Item) -> Iterator[str]:
    """The rows of a part; headings inside it where nothing is filled in."""
    for item in root.walk():
        if item.is_table:
            yield table_html(writer, item)
        elif item.is_row:
            yield writer.figure(item)
        elif item is not root:
            level = min(item.depth + 2, DEEPEST_HEADING)
            yield (
                f'<h{level} class="group-head"><span class="row-code">{escape(item.indicator.code)}</span>'
                f"{escape(item.indicator.title)}</h{level}>"
            )


def in_form(writer: RowWriter, root: Item, rows: str, token: str) -> str:
    """The rows of a part in their form. Enter in an input means its first button, which must remove nothing."""
    save, code = escape(_("Save this part")), escape(root.indicator.code)
    return (
        f'<form class="field-form" id="part-{root.pk}" method="post" data-rows novalidate'
        f' action="{writer.base}parts/{root.pk}/">'
        f'<input type="hidden" name="csrfmiddlewaretoken" value="{escape(token)}"><button hidden>{save}</button>'
        f'{rows}<div class="actions actions-end without-js"><button class="button">{save}'
        f'<span class="visually-hidden"> {code}</span></button></div></form>'
    )
