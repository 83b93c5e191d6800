"""The evidence of one row of a sheet, as markup: written a hundred times a page, without a query or a template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.urls import reverse
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString

from parportal.display import day
from parportal.display import word as _
from parportal.entry.kept_files import Scan
from scoring.models import Evidence

# Numbers from here on stand for others in an address.
_MARK = 90_000_001


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """What the part needs to know of a row.

    `missing`: evidence is required and there is none. `can_edit`: the row can be filled in by the reader now;
    `can_add`: documents can still be added after submission (`not why_no_evidence_now(sheet, user)`, asked once
    a page).
    Shapes: `evidence` is the row's, prefetched.
    """

    sheet_pk: int
    criterion_pk: int
    code: str
    evidence: Sequence[Evidence]
    missing: bool
    can_edit: bool
    can_add: bool = False


def evidence_part(row: EvidenceRow) -> SafeString:
    """Label, documents and the link that adds; empty for a reader where nothing is, nor is missing."""
    may_add = row.can_edit or row.can_add
    if not (row.evidence or row.missing or may_add):
        return SafeString("")
    label_class = "label label-missing" if row.missing else "label"
    label = " ".join([_("Evidence"), _("(required)")]) if row.missing else _("Evidence")
    names = Counter(map(str, row.evidence)) if row.evidence else {}
    chips = "".join(chip(each, row, is_alone=names[str(each)] == 1) for each in row.evidence)
    listed = f'<ul class="chips">{chips}</ul>' if chips else ""
    adds = add_link(row) if may_add else ""
    return SafeString(
        f'<div class="evidence"><span class="{label_class}">{escape(label)}</span>{listed}{adds}</div>'
    )


def add_link(row: EvidenceRow) -> str:
    url = address("sheet_evidence_add", row.sheet_pk, row.criterion_pk)
    add = _("+ add")
    words = f'{escape(add)}<span class="visually-hidden"> {escape(row.code)}</span>'
    return f'<a class="button button-small button-quiet" href="{url}">{words}</a>'


def chip(evidence: Evidence, row: EvidenceRow, *, is_alone: bool = True) -> str:
    """One document. Documents of the same number are told apart by the names of their files."""
    label, title = escape(label_of(evidence, is_alone=is_alone)), escape(evidence_text(evidence))
    url = file_address(evidence)
    text = (
        f'<a href="{url}" title="{title}" download>{label}</a>' if url else f'<span title="{title}">{label}</span>'
    )
    looks = preview_link(evidence, label) if evidence.page_count and url else ""
    does = buttons(evidence, row) if row.can_edit else ""
    return f'<li class="chip">{text}{looks}{badges(evidence)}{does}</li>'


def label_of(evidence: Evidence, *, is_alone: bool = True) -> str:
    name = str(evidence)
    if not is_alone and evidence.original_name and evidence.original_name != name:
        name = f"{name} ({evidence.original_name})"
    return f"{name} · {evidence.page}" if evidence.page else name


def preview_link(evidence: Evidence, label: str) -> str:
    """`label` is escaped."""
    url, words = preview_address(evidence), escape(_("view"))
    return f' <a class="chip-look" href="{url}">{words}<span class="visually-hidden"> {label}</span></a>'


def badges(evidence: Evidence) -> SafeString:
    """What is to be known of a document before it is trusted; most have nothing."""
    found = []
    if evidence.scan == Scan.INFECTED:
        found.append(("badge badge-overdue", _("infected, in quarantine")))
    elif evidence.scan == Scan.WAITING:
        found.append(("badge badge-waiting", _("in quarantine until scanned")))
    if evidence.is_late:
        found.append(("badge badge-info", _("added after submission")))
    if evidence.to_check:
        found.append(("badge badge-draft", _("to be checked")))
    if evidence.replaces_id is not None:
        found.append(("badge", _("new version")))
    return format_html_join("", ' <span class="{}">{}</span>', found) if found else SafeString("")


def buttons(evidence: Evidence, row: EvidenceRow) -> str:
    """What the unit does with a document of a row that it fills in: say that it was checked, take it away."""
    name, remove_word, checked_word = escape(evidence), _("Remove"), _("Checked")
    question = f"{escape(remove_word)} {name}"
    url = address("evidence_remove", row.sheet_pk, row.criterion_pk, evidence.pk)
    remove = (
        f'<button class="chip-remove" formaction="{url}" formnovalidate aria-label="{question}"'
        f' data-confirm="{question}?"></button>'
    )
    if not evidence.to_check:
        return remove
    words = f'{escape(checked_word)}<span class="visually-hidden"> {name}</span>'
    url = address("evidence_checked", evidence.pk)
    return f' <button class="button button-small" formaction="{url}" formnovalidate>{words}</button>{remove}'


def evidence_text(evidence: Evidence) -> str:
    """The reference in the order of an official citation."""
    parts = [evidence.number, day(evidence.issued_on), evidence.issuer, evidence.title, evidence.page]
    return " · ".join(filter(None, [*parts, evidence.original_name if evidence.file else ""]))


def file_address(evidence: Evidence) -> str:
    """Where the file is downloaded; empty when there is none, or nobody gets it."""
    if not evidence.file or evidence.is_in_quarantine:
        return ""
    return address("evidence_download", evidence.pk)


def preview_address(evidence: Evidence) -> str:
    """Where the pages of a document are shown, or will be; empty when there is no file, or nobody gets it."""
    if not evidence.file or evidence.is_in_quarantine:
        return ""
    return address("evidence_preview", evidence.pk)


def address(name: str, *numbers: int) -> str:
    """`reverse(name, args=numbers)`, but a name is resolved once in the life of the process."""
    return _pattern(name, len(numbers)) % numbers


@cache
def _pattern(name: str, count: int) -> str:
    marks = [_MARK + number for number in range(count)]
    found = reverse(name, args=marks).replace("%", "%%")
    for mark in marks:
        found = found.replace(str(mark), "%d")
    return found
