"""What keeps a draft from being proposed, and what a person should look at before."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from reports.basis import NoPaper
from reports.drafts import OutlineEntry, outline
from reports.models import Report
from reports.papers.data import ChildrenUnclear
from reports.rendering import Draft, draft_of
from reports.text.contradictions import Contradiction, contradictions
from reports.text.figures import Figures
from reports.text.narrative import unknown_tokens

# Units: characters of a text by which a person knows it again.
BEGINNING = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """One line about a draft. Shapes: `key` of the section, or empty.

    `keeps_back`: it cannot be proposed so; `is_gap`: a section without anything, which the paper leaves out;
    `is_homeless`: a text whose section the paper has no longer.
    """

    text: str
    key: str = ""
    keeps_back: bool = False
    is_gap: bool = False
    is_homeless: bool = False


def looked_over(report: Report) -> tuple[str, list[Problem]]:
    """Why the report cannot be proposed or approved now, in words; if it can, the hints."""
    try:
        draft = draft_of(report)
    except (NoPaper, ChildrenUnclear) as problem:
        return str(problem), []
    against = kept_back(draft)
    return against, [] if against else hints(draft, outline(draft.proposed, draft.parts))


def kept_back(draft: Draft) -> str:
    """What keeps it from being proposed, in words; empty when nothing does."""
    found = problems(draft, outline(draft.proposed, draft.parts))
    return " ".join(each.text for each in found if each.keeps_back)


def problems(draft: Draft, entries: Iterable[OutlineEntry]) -> list[Problem]:
    """In the order of the paper; what keeps it back is among them."""
    every = list(entries)
    shown = [entry for entry in every if entry.is_shown]
    found = [problem for entry in shown for problem in problems_of_section(entry, draft.figures)]
    if not draft.text.sections:
        found.insert(0, Problem(_("The paper has no text yet."), keeps_back=True))
    return found + list(homeless(draft, {entry.key for entry in every}))


def homeless(draft: Draft, keys: Collection[str]) -> Iterable[Problem]:
    """Texts that people wrote into a section which the figures of today leave out of the paper."""
    for part in draft.parts.values():
        if part.text and part.key not in keys:
            text = _("This text is not printed, because the paper has no section for it now: “%(text)s”.")
            begins = Truncator(f"{part.title} {part.text}".strip()).chars(BEGINNING)
            yield Problem(text % {"text": begins}, part.key, is_homeless=True)


def hints(draft: Draft, entries: Iterable[OutlineEntry]) -> list[Problem]:
    """Numbers that people typed and that the data contradict. Reads every figure: asked for, not on each page."""
    text = _("“%(title)s”, line %(line)s: %(typed)s is written; %(label)s is %(value)s.")
    return [
        Problem(text % told_of(entry, found), entry.key)
        for entry in entries
        if entry.is_shown and entry.is_edited
        for found in contradictions(entry.text, draft.figures)
    ]


def told_of(entry: OutlineEntry, found: Contradiction) -> dict[str, object]:
    figure = found.figure
    named = {"label": figure.label, "value": f"{figure.value} ({{{figure.key}}})"}
    return {"title": entry.title, "line": found.line, "typed": found.typed, **named}


def problems_of_section(entry: OutlineEntry, figures: Figures) -> Iterable[Problem]:
    if unknown := list(dict.fromkeys(unknown_tokens(entry.text, figures))):
        names = ", ".join(f"{{{key}}}" for key in unknown)
        text = _("“%(title)s” names figures that do not exist: %(names)s.") % {
            "title": entry.title,
            "names": names,
        }
        yield Problem(text, entry.key, keeps_back=True)
    if entry.part is not None and entry.part.is_carried:
        text = _("“%(title)s” is the text of an earlier report and was not checked yet.")
        yield Problem(text % {"title": entry.title}, entry.key)
    if not entry.text.strip() and not entry.has_blocks:
        yield Problem(entry.title, entry.key, is_gap=True)
