"""The side panel of a score sheet as markup, in the pieces that the page renews after rows were saved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scoring.sheet_panel import Panel, Pointer, SectionLine

# More codes than these say no more at a glance.
SHOWN = 9


def panel_words() -> dict[str, str]:
    return {
        "own": _("Self-score"),
        "survey": _("without survey"),
        "index": _("Index"),
        "final": _("Appraised"),
    }


def sums_html(panel: Panel) -> str:
    """How many points, by the unit's word and after the appraisal."""
    words = {name: escape(text) for name, text in panel_words().items()}
    survey = f' <span class="beside">{words["survey"]}</span>' if panel.without_survey else ""
    earned = f"{escape(panel.earned)} / {escape(panel.maximum)}{beside(panel.extras)}"
    rows = [f'<dt>{words["own"]}{survey}</dt><dd class="nowrap">{earned}</dd>']
    if panel.index:
        reached = " · ".join(filter(None, [panel.index, panel.grade]))
        rows.append(f'<dt class="nowrap">{words["index"]}</dt><dd>{escape(reached)}</dd>')
    if panel.final:
        final = f"{escape(panel.final)}{beside(panel.final_extras)}"
        rows.append(f'<dt class="nowrap">{words["final"]}</dt><dd>{final}</dd>')
    if panel.final_index:
        rows.append(f'<dt class="nowrap">{words["index"]}</dt><dd>{escape(panel.final_index)}</dd>')
    return f'<dl class="tally">{"".join(f"<div>{row}</div>" for row in rows)}</dl>'


def lists_html(panel: Panel) -> str:
    """What is still to do, then what stands out."""
    still_open = [open_item(panel.open_rows)] if panel.open_rows else []
    noted = (
        (_("Without evidence, the reason is given:"), panel.excused),
        (_("Not applicable by decision:"), panel.excluded),
        (_("No case arose:"), panel.no_case),
        (_("Answered, 0 points:"), panel.zero),
    )
    return listed("todo", [*still_open, *items(to_do(panel))]) + listed("row-states", items(noted))


def items(named: Iterable[tuple[str, Sequence[Pointer]]]) -> list[str]:
    """Each kind of rows that there are, with the codes of its rows."""
    return [f"<li>{escape(words)} {codes(rows)}</li>" for words, rows in named if rows]


def to_do(panel: Panel) -> Iterator[tuple[str, Sequence[Pointer]]]:
    review = ngettext(
        "%(count)s row to look at again, its rules changed:",
        "%(count)s rows to look at again, their rules changed:",
        len(panel.under_review),
    )
    yield review % {"count": len(panel.under_review)}, panel.under_review
    copied = ngettext(
        "%(count)s row copied from last year, to be checked:",
        "%(count)s rows copied from last year, to be checked:",
        len(panel.to_check),
    )
    yield copied % {"count": len(panel.to_check)}, panel.to_check
    lacking = ngettext(
        "%(count)s row without evidence:", "%(count)s rows without evidence:", len(panel.without_evidence)
    )
    yield lacking % {"count": len(panel.without_evidence)}, panel.without_evidence
    yield _("Claimed not applicable:"), panel.claimed


def open_item(rows: Sequence[Pointer]) -> str:
    words = ngettext("%(count)s row not answered", "%(count)s rows not answered", len(rows)) % {"count": len(rows)}
    return f'<li><a href="#{rows[0].anchor}" data-next-open>{escape(words)}</a></li>'


def listed(name: str, items: Sequence[str]) -> str:
    return f'<ul class="{name}">{"".join(items)}</ul>' if items else ""


def codes(rows: Sequence[Pointer]) -> str:
    found = ", ".join(
        f'<a href="#{each.anchor}" title="{escape(each.title)}">{escape(each.code)}</a>' for each in rows[:SHOWN]
    )
    return f"{found} …" if len(rows) > SHOWN else found


def progress_text(panel: Panel) -> str:
    return _("%(answered)s/%(total)s rows") % {"answered": panel.answered, "total": panel.total}


def field_html(line: SectionLine) -> str:
    """A field in the list of fields, inside its link."""
    return (
        f'<span class="side-code">{escape(line.code)}</span><span class="side-label">{escape(line.title)}</span>'
        f'<span class="side-count">{line.answered}/{line.total}</span>'
        f'<span class="mark mark-{line.mark}"><span class="visually-hidden">{escape(line.mark_text)}</span></span>'
    )


def field_points_html(line: SectionLine) -> str:
    """What a field came to, at its heading."""
    final = " ".join([_("Appraised:"), line.final_points]) if line.final_points else ""
    return f"{escape(line.points)}{beside(final)}"


def beside(text: str) -> str:
    return f'<span class="beside">{escape(text)}</span>' if text else ""


def panel_html(panel: Panel) -> str:
    """The whole panel."""
    links = "".join(
        f'<a href="#section-{line.pk}" id="side-{line.pk}">{field_html(line)}</a>' for line in panel.sections
    )
    fields = escape(_("Fields"))
    return (
        f'<div id="panel-sums">{sums_html(panel)}</div><div id="panel-lists">{lists_html(panel)}</div>'
        f'<p class="side-title">{fields} · <span id="panel-progress">{escape(progress_text(panel))}</span></p>'
        f'<nav class="side-nav" aria-label="{fields}">{links}</nav>'
    )


def panel_parts(panel: Panel) -> dict[str, dict[str, str]]:
    """What follows from the rows on the page of a sheet, by element id: `texts`, and `html` inside the element."""
    html = {"panel-sums": sums_html(panel), "panel-lists": lists_html(panel)}
    for line in panel.sections:
        html[f"side-{line.pk}"] = field_html(line)
        html[f"section-points-{line.pk}"] = field_points_html(line)
    return {"texts": {"panel-progress": progress_text(panel)}, "html": html}
