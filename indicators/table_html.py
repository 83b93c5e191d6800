"""The tables of a return as markup: a row of the page for each line, the totals of columns below."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from indicators.entering import shown_text
from indicators.figures import Rows
from indicators.form import Item
from indicators.models import Indicator, RollUp
from indicators.row_html import RowWriter, Shown, guidance, named
from indicators.row_words import number
from indicators.typed_rows import row_name
from parportal.display import word as _

NUM = ' class="num"'


NUMBER = ' class="num"'


def lines_of(item: Item, rows: Rows) -> list[tuple[str, str]]:
    """The lines of a table with what they are called; free ones in the order in which they were added."""
    if not item.has_free_lines:
        return [(str(key), text) for key, text in item.indicator.table_lines]
    keys = sorted((line for pk, line in rows if pk == item.pk and line), key=lambda key: (len(key), key))
    return [(key, str(place)) for place, key in enumerate(keys, 1)]


def summed(item: Item) -> Iterator[Indicator]:
    """The columns whose total stands below the table."""
    return (each for each in item.columns if each.is_numeric and each.roll_up == RollUp.SUM)


def total_id(item: Item, column: Indicator) -> str:
    return f"t{item.pk}-c{column.pk}"


def table_html(writer: RowWriter, item: Item) -> str:
    """A table in a box of its own that scrolls, then what is said of it as a whole."""
    pk, title = item.pk, escape(named(item.indicator))
    hidden = "" if item.depth else ' class="visually-hidden"'  # the section is called the same
    free = " figures-free" if item.has_free_lines else ""
    body = "".join(line_html(writer, item, key, text) for key, text in lines_of(item, writer.judged.rows))
    if not body:
        words = escape(_("No line yet."))
        body = f'<tbody><tr><td colspan="{len(item.columns) + 1}" class="muted">{words}</td></tr></tbody>'
    return (
        f"{guidance(item.indicator)}"
        f'<div class="table-scroll figures-box" tabindex="0" role="region" aria-labelledby="t{pk}-title">'
        f'<table class="table table-pin figures-table{free}" data-grid>'
        f'<caption id="t{pk}-title"{hidden}>{title}</caption>{head(item)}{body}{foot(writer, item)}</table></div>'
        f"{add_buttons(writer, item)}{whole_html(writer, item)}"
    )


def head(item: Item) -> str:
    first = _("No.") if item.has_free_lines else _("Line")
    columns = "".join(
        f'<th scope="col"{NUM if each.is_numeric else ""}>{escape(each.title)}{measure(each)}</th>'
        for each in item.columns
    )
    return f'<thead><tr><th scope="col">{escape(first)}</th>{columns}</tr></thead>'


def measure(indicator: Indicator) -> str:
    return f' <span class="measure">({escape(indicator.measure)})</span>' if indicator.measure else ""


def line_html(writer: RowWriter, item: Item, line: str, text: str) -> str:
    """The cells of a line, and in a row below them, which stays in sight, what is said of it."""
    shown = writer.shown(item, line)
    title = f"{item.indicator.title}: {text}"
    code = f'<span class="visually-hidden">{escape(item.indicator.code)} </span>{escape(text)}'
    cells = "".join(cell_html(writer, shown, each, title) for each in item.columns)
    if writer.is_editable:
        start = f'<tbody class="figure-line{writer.attributes(shown)} aria-labelledby="{shown.name}-title">'
        token = f'<input type="hidden" name="{shown.name}-version" value="{shown.token}">'
        beside = f"{remove_button(writer, item, line, text)}{writer.reason(shown)}{writer.extra(shown)}"
    else:
        start = f'<tbody class="figure-line" id="row-{row_name(shown.place)}">'
        token, beside = "", writer.told_beside(shown)
    return (
        f'{start}<tr><th scope="row" id="{shown.name}-title"><span class="row-code">{code}</span>{token}</th>'
        f'{cells}</tr><tr class="figure-told"><td colspan="{len(item.columns) + 1}"><div class="figure-told-box">'
        f"{writer.outcome(shown)}{beside}</div></td></tr></tbody>"
    )


def cell_html(writer: RowWriter, shown: Shown, column: Indicator, line: str) -> str:
    start = f"<td{NUMBER if column.is_numeric else ''}>"
    if writer.is_editable and column.is_typed:
        inside = writer.cell(shown, column, f"{column.title}, {line}")
    else:
        inside = escape(shown_text(column, shown.row.cells.get(column.pk))) if shown.row else ""
    before = ""
    if not shown.item.has_free_lines and writer.judged.before_form:
        text = writer.before(column, shown.item.indicator, shown.place[1])
        before = f'<span class="row-base">{text}</span>'
    return f"{start}{inside}{before}</td>"


def foot(writer: RowWriter, item: Item) -> str:
    """Totals follow from the lines: they are never typed."""
    if not any(summed(item)):
        return ""
    total = {each.pk for each in summed(item)}
    cells = "".join(
        f'<td class="num"><strong id="{total_id(item, each)}">{total_text(writer, each)}</strong>'
        f"{total_before(writer, each)}</td>"
        if each.pk in total
        else "<td></td>"
        for each in item.columns
    )
    words = escape(_("Total"))
    return f'<tfoot><tr><th scope="row">{words}</th>{cells}</tr></tfoot>'


def total_text(writer: RowWriter, column: Indicator) -> str:
    return number(writer.judged.said.whole.get(column.code))


def total_before(writer: RowWriter, column: Indicator) -> str:
    found = writer.judged.before.whole.get(column.code)
    if writer.judged.before_form is None or found is None:
        return ""
    words = _("period before: %(value)s") % {"value": number(found)}
    return f'<span class="row-base">{escape(words)}</span>'


def whole_html(writer: RowWriter, item: Item) -> str:
    """What concerns the table as a whole: checks of its totals, their reason, a note."""
    shown = writer.shown(item)
    name = shown.name
    code = f'<span class="row-code">{escape(item.indicator.code)}</span>'
    title = f'<p class="visually-hidden" id="{name}-title">{code}</p>'
    if not writer.is_editable:
        return (
            f'<div class="row-form figure-whole is-read" id="row-{name[1:]}">{title}{writer.outcome(shown)}'
            f"{writer.told_beside(shown)}</div>"
        )
    return (
        f'<div class="row-form figure-whole{writer.attributes(shown)} role="group" aria-labelledby="{name}-title">'
        f'<input type="hidden" name="{name}-version" value="{shown.token}">{title}{writer.outcome(shown)}'
        f"{writer.reason(shown)}{writer.extra(shown)}</div>"
    )


def add_buttons(writer: RowWriter, item: Item) -> str:
    if not (writer.is_editable and item.has_free_lines):
        return ""
    at, table = f"{writer.base}lines/{item.pk}/", escape(item.indicator.code)
    buttons = "".join(
        f'<button class="button button-small" name="count" value="{count}" formaction="{at}">{escape(words)}'
        f'<span class="visually-hidden"> ({table})</span></button>'
        for count, words in ((1, _("Add a line")), (10, _("Add 10 lines")))
    )
    return f'<div class="actions">{buttons}</div>'


def remove_button(writer: RowWriter, item: Item, line: str, text: str) -> str:
    if not item.has_free_lines:
        return ""
    ask = escape(_("Remove line %(line)s? The history keeps what it said.") % {"line": text})
    words = escape(_("Remove the line"))
    return (
        f'<button class="button button-small button-quiet" formaction="{writer.base}lines/{item.pk}/{line}/"'
        f' name="remove" value="1" data-confirm="{ask}">{words}'
        f'<span class="visually-hidden"> {escape(text)}</span></button>'
    )
