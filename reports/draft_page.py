"""What the page of a report shows: the state and its moves, the sections with their texts, files, comments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from parportal.entry.versions import check_sum
from reports.actions.drafts import earlier_of, in_outline
from reports.basis import NoPaper
from reports.checking import Problem, hints, problems
from reports.documents import Annex, Block, Bullet, Paragraph, Section
from reports.drafts import OutlineEntry, outline
from reports.models import Report, ReportComment, ReportFile, ReportKind, ReportStatus
from reports.papers.data import ChildrenUnclear
from reports.part_answers import edited, mark
from reports.rendering import Draft, document_of, draft_of
from reports.sending import may_be_sent
from reports.text.figures import Figure, Figures
from reports.text.narrative import tokens
from reports.workflow import GIVEN_BACK, STATE_ACTIONS, moves_of
from units.models import AuditEvent, User

EVENTS = 20
LETTERS_IN_A_LINE, FEWEST_LINES, MOST_LINES = 95, 2, 24


@dataclass(frozen=True, slots=True)
class SectionLine:
    """A section as the page shows it, with the figures that its text names and what was remarked on it."""

    entry: OutlineEntry
    used: tuple[tuple[str, Figure | None], ...]
    comments: tuple[ReportComment, ...]
    is_first: bool
    is_last: bool
    behind: tuple[Block, ...] = ()

    @property
    def lines_behind(self) -> list[str]:
        """What the portal prints behind the text, besides tables and charts."""
        return [
            f"{f'{block.mark} ' if isinstance(block, Bullet) else ''}{''.join(span.text for span in block.spans)}"
            for block in self.behind
            if isinstance(block, Paragraph | Bullet)
        ]

    @property
    def shown_sum(self) -> str:
        """By which a proposed text that nobody changed is known."""
        return sum_of(self.entry.proposed)

    @property
    def mark(self) -> str:
        return mark(self.entry.part) if self.entry.text or self.entry.is_edited else _("no text")

    @property
    def badge(self) -> str:
        part = self.entry.part
        if part is None or part.text is None:
            return "info" if self.entry.text else "draft"
        return "waiting" if part.is_carried else "draft"

    @property
    def edited(self) -> str:
        part = self.entry.part
        return edited(part) if part and part.version else ""

    @property
    def rows(self) -> int:
        """About the lines that the text takes."""
        lines = sum(1 + len(line) // LETTERS_IN_A_LINE for line in self.entry.text.splitlines())
        return min(max(lines + 1, FEWEST_LINES), MOST_LINES)

    @property
    def open_comments(self) -> int:
        return sum(not each.settled_at for each in self.comments)


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment with the heading of its section, where it does not stand there."""

    comment: ReportComment
    place: str

    def __getattr__(self, name: str) -> Any:
        return getattr(self.comment, name)


def sum_of(text: str) -> str:
    return check_sum([("text", text)])


def draft_page(report: Report, user: User, *, checked: bool = False) -> dict[str, Any]:
    """`checked`: numbers typed into the texts are compared with the figures, too.

    A fixed number of queries, besides those that build the paper.
    """
    comments = list(report.comments.select_related("by", "settled_by"))
    context = {
        "report": report,
        "moves": moves_of(user, report),
        "files": files_of(report, user),
        "history": list(AuditEvent.objects.about(report)[:EVENTS]),
        "returned": given_back(report),
        "has_tasks": report.kind == ReportKind.RESPONSIBILITY_ANALYSIS,
        "is_archivable": report.status == ReportStatus.APPROVED,
        "is_sendable": may_be_sent(report, user),
        "is_checked": checked,
    }
    try:
        if report.is_open:
            return context | open_page(report, user, draft_of(report), comments, checked=checked)
        document = document_of(report)
    except (ChildrenUnclear, NoPaper) as problem:
        told = [Problem(str(problem), keeps_back=True)]
        return context | {"problems": told, "is_stuck": True, "remarks": remarks(comments, {})}
    names = {each.key: each.title for each in sections_in((*document.sections, *document.annexes))}
    return context | {"document": document, "remarks": remarks(comments, names)}


def given_back(report: Report) -> AuditEvent | None:
    """Why the draft lies with its writers again."""
    if not report.is_open:
        return None
    latest = AuditEvent.objects.about(report).filter(action__in=STATE_ACTIONS).first()
    return latest if latest is not None and latest.action in GIVEN_BACK else None


def open_page(
    report: Report, user: User, draft: Draft, comments: list[ReportComment], *, checked: bool
) -> dict[str, Any]:
    entries = [entry for entry in outline(draft.proposed, draft.parts) if entry.key]
    keys = {entry.key for entry in entries}
    earlier = earlier_of(report, user)
    found = problems(draft, entries) + (hints(draft, entries) if checked else [])
    return {
        "lines": section_lines(entries, draft, comments),
        "problems": [each for each in found if not each.is_gap],
        "gaps": [each for each in found if each.is_gap],
        "remarks": remarks([each for each in comments if each.key not in keys], {}),
        "earlier": earlier,
        "has_outline": earlier is not None and any(in_outline(part) for part in draft.parts.values()),
    }


def remarks(comments: Iterable[ReportComment], names: dict[str, str]) -> list[Remark]:
    return [Remark(each, names.get(each.key, "")) for each in comments]


def sections_in(sections: Iterable[Section | Annex]) -> Iterator[Section | Annex]:
    for section in sections:
        yield section
        yield from sections_in(section.sections)


def section_lines(
    entries: list[OutlineEntry], draft: Draft, comments: Iterable[ReportComment]
) -> list[SectionLine]:
    by_key: dict[str, list[ReportComment]] = defaultdict(list)
    for each in comments:
        by_key[each.key].append(each)
    above, proposed = parents(entries), draft.proposed
    behind = {each.key: each.blocks for each in sections_in((*proposed.sections, *proposed.annexes))}
    siblings: dict[tuple[bool, str], list[str]] = defaultdict(list)
    for entry in entries:
        siblings[entry.is_annex, above[entry.key]].append(entry.key)
    return [
        SectionLine(
            entry=entry,
            used=tuple((key, draft.figures.get(key)) for key in dict.fromkeys(tokens(entry.text))),
            comments=tuple(by_key[entry.key]),
            is_first=siblings[entry.is_annex, above[entry.key]][0] == entry.key,
            is_last=siblings[entry.is_annex, above[entry.key]][-1] == entry.key,
            behind=behind.get(entry.key, ()),
        )
        for entry in entries
    ]


def parents(entries: Iterable[OutlineEntry]) -> dict[str, str]:
    """The key of the section that holds each."""
    found: dict[str, str] = {}
    trail: list[str] = []
    for entry in entries:
        del trail[entry.depth :]
        found[entry.key] = trail[-1] if trail else ""
        trail.append(entry.key)
    return found


def siblings_of(entries: Iterable[OutlineEntry], key: str) -> list[str]:
    """The sections below the heading that holds this one, in their order; none for an annex or a strange key."""
    above = parents(entry for entry in entries if not entry.is_annex)
    return [each for each in above if above[each] == above[key]] if key in above else []


def place_behind(entries: Iterable[OutlineEntry], after: str, *, below: bool) -> tuple[str, list[str]]:
    """The heading that will hold a new section, and the sections there now."""
    above = parents(entry for entry in entries if not entry.is_annex)
    holder = after if below and after in above else above.get(after, "")
    return holder, [key for key in above if above[key] == holder]


def sent_page(report: Report, user: User) -> dict[str, Any]:
    """For those to whom it was sent."""
    return {"report": report, "files": files_of(report, user)}


def files_of(report: Report, user: User) -> list[ReportFile]:
    return list(report.files.visible_to(user).select_related("by"))


def grouped_figures(figures: Figures) -> list[dict[str, Any]]:
    """The figures under the headings of their groups, in their order."""
    groups: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures.values():
        groups[figure.group].append(figure)
    return [{"grouper": name, "list": found} for name, found in groups.items()]
