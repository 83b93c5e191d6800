"""What follows from the rows of a return: how much is reported, which checks are broken, what was computed.

The page shows it at the side and at the rows, and asks for it anew when rows were saved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.entering import shown_text
from indicators.figures import Finding, Place, Rows
from indicators.form import FormCheck, Item
from indicators.models import Severity
from indicators.row_html import RowWriter
from indicators.row_words import check_words, is_open
from indicators.table_html import lines_of, summed, total_id, total_text
from indicators.typed_rows import row_name

# More links than these say no more at a glance.
SHOWN = 12
Answer = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class SectionCount:
    """A part of the form: how many of its rows are reported, and whether a check keeps it back."""

    root: Item
    reported: int
    total: int
    is_kept_back: bool

    @property
    def mark(self) -> str:
        if self.is_kept_back:
            return "alert"
        return "done" if self.reported == self.total else "part" if self.reported else "none"


@dataclass(frozen=True, slots=True)
class ReturnPanel:
    sections: Sequence[SectionCount]
    blocking: Sequence[Finding]
    excused: Sequence[Finding]
    explained: Sequence[Finding]

    @property
    def reported(self) -> int:
        return sum(each.reported for each in self.sections)

    @property
    def total(self) -> int:
        return sum(each.total for each in self.sections)


def panel_of(roots: Sequence[Item], writer: RowWriter) -> ReturnPanel:
    findings, blocking = writer.judged.findings, list(writer.blocking)
    broken = [each for each in findings if each.is_broken]
    kept_back = {pk for each in blocking for pk, _line in each.places}
    return ReturnPanel(
        sections=[_counted(root, writer.judged.rows, kept_back) for root in roots],
        blocking=blocking,
        excused=[each for each in broken if each not in blocking],
        explained=[each for each in findings if not each.is_broken],
    )


def asked_of(item: Item, rows: Rows) -> Iterator[bool]:
    """For each thing that is asked for whether it is reported: a figure, a given line, a table of free lines."""
    if not item.is_table:
        if item.indicator.is_typed:
            yield not is_open(item, "", rows.get((item.pk, "")))
    elif item.has_free_lines:
        yield any(row.cells for (pk, _line), row in rows.items() if pk == item.pk)
    else:
        for line, _text in lines_of(item, rows):
            yield not is_open(item, line, rows.get((item.pk, line)))


def _counted(root: Item, rows: Rows, kept_back: set[int]) -> SectionCount:
    items = list(root.walk())
    asked = [is_reported for item in items for is_reported in asked_of(item, rows)]
    return SectionCount(root, sum(asked), len(asked), any(item.pk in kept_back for item in items))


# --- Markup
def sums_html(panel: ReturnPanel) -> str:
    rows = [(_("Reported"), f"{panel.reported} / {panel.total}")]
    if panel.total > panel.reported:
        rows.append((_("Not reported"), str(panel.total - panel.reported)))
    rows.append((_("Checks to settle"), str(len(panel.blocking))))
    shown = "".join(
        f'<div><dt>{escape(label)}</dt><dd class="nowrap">{escape(value)}</dd></div>' for label, value in rows
    )
    return f'<dl class="tally">{shown}</dl>'


def lists_html(panel: ReturnPanel) -> str:
    """What is still to do, then what stands with its reason or explanation."""
    missing = panel.total - panel.reported
    todo = []
    if missing:
        words = ngettext("%(count)s figure not reported", "%(count)s figures not reported", missing)
        first = next(each for each in panel.sections if each.reported < each.total)
        todo.append(f'<a href="#section-{first.root.pk}" data-next-open>{escape(words % {"count": missing})}</a>')
    todo += [finding_link(each) for each in panel.blocking[:SHOWN]]
    noted = [
        *(finding_link(each, _("reason given")) for each in panel.excused[:SHOWN]),
        *(finding_link(each, _("explained")) for each in panel.explained[:SHOWN]),
    ]
    return listed("todo", todo) + listed("row-states", noted)


def listed(name: str, items: Sequence[str]) -> str:
    return f'<ul class="{name}">{"".join(f"<li>{each}</li>" for each in items)}</ul>' if items else ""


def finding_link(finding: Finding, state: str = "") -> str:
    kind = _("warning") if finding.check.severity is Severity.WARNING else _("error")
    words = f"{check_words(finding.check)} ({state or kind})"
    if not finding.places:
        return escape(words)
    return f'<a href="#row-{row_name(finding.places[0])}">{escape(words)}</a>'


def section_html(section: SectionCount) -> str:
    """A part of the form in the list of its parts, inside its link."""
    marks = {
        "alert": _("a check is not kept"),
        "done": _("everything reported"),
        "part": _("partly reported"),
        "none": _("nothing reported"),
    }
    indicator = section.root.indicator
    return (
        f'<span class="side-code">{escape(indicator.code)}</span>'
        f'<span class="side-label">{escape(indicator.title)}</span>'
        f'<span class="side-count">{section.reported}/{section.total}</span>'
        f'<span class="mark mark-{section.mark}">'
        f'<span class="visually-hidden">{escape(marks[section.mark])}</span></span>'
    )


def panel_html(panel: ReturnPanel) -> str:
    links = "".join(
        f'<a href="#section-{each.root.pk}" id="side-{each.root.pk}">{section_html(each)}</a>'
        for each in panel.sections
    )
    title = escape(_("Parts of the form"))
    return (
        f'<div id="panel-sums">{sums_html(panel)}</div><div id="panel-lists">{lists_html(panel)}</div>'
        f'<p class="side-title">{title}</p><nav class="side-nav" aria-label="{title}">{links}</nav>'
    )


# --- Renewed when rows were saved
def panel_parts(panel: ReturnPanel) -> Answer:
    """By element id: `texts`, and `html` inside the element."""
    html = {"panel-sums": sums_html(panel), "panel-lists": lists_html(panel)}
    html |= {f"side-{each.root.pk}": section_html(each) for each in panel.sections}
    return {"texts": {}, "html": html}


def following_parts(items: Mapping[int, Item], writer: RowWriter) -> Answer:
    """What is computed from the rows, and the checks at every row that one is about."""
    texts: dict[str, str] = {}
    whole = writer.judged.said.whole
    for item in items.values():
        if item.indicator.formula:
            texts[f"r{item.pk}-value"] = shown_text(item.indicator, whole.get(item.indicator.code)) or "–"
        if item.is_table:
            texts |= {total_id(item, column): total_text(writer, column) for column in summed(item)}
    html = {
        f"r{row_name(place)}-review": writer.review(place)
        for check in writer.judged.form.checks
        for place in _checked_places(check, items, writer)
    }
    return {"texts": texts, "html": html}


def _checked_places(check: FormCheck, items: Mapping[int, Item], writer: RowWriter) -> Iterator[Place]:
    for pk in check.about:
        item = items.get(pk)
        if item is not None and check.table is not None and not check.rule.previous_codes:
            yield from ((item.pk, line) for line, _text in lines_of(item, writer.judged.rows))
        elif item is not None:
            yield item.pk, ""
