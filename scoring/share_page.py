"""How a sheet is divided, as its page shows it: who fills in what, until when, and what is still missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parportal.deadlines import Deadline
from scoring.filling import is_open, rows_by_part
from scoring.models import Score, ScoreSheet, Share
from scoring.tree import Tree
from units.models import User


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part with its progress. Shapes: `open_rows` are rows with their criterion. Units: rows."""

    share: Share
    deadline: Deadline | None
    answered: int
    total: int
    open_rows: tuple[Score, ...]
    is_mine: bool

    @property
    def state(self) -> str:
        """ "done", "late" (open rows after the inner deadline), "full" (nothing open), or "open"."""
        if self.share.done_at is not None:
            return "done"
        if not self.open_rows:
            return "full"
        return "late" if self.deadline is not None and self.deadline.is_past else "open"


@dataclass(frozen=True, slots=True)
class Division:
    """The parts that a person may see. `rest` is what was not given away, None for who sees a part only.

    Units: `answered` and `total` of the rest, in rows.
    """

    lines: tuple[PartLine, ...]
    rest: tuple[Score, ...] | None
    answered: int = 0
    total: int = 0


def division_of(sheet: ScoreSheet, tree: Tree, user: User) -> Division:
    """Two queries, whatever the number of parts."""
    rows = rows_by_part(sheet, tree)
    lines = [part_line(share, rows[share.pk], user) for share in sheet.parts]
    if not sheet.is_owned_by(user):
        return Division(tuple(line for line in lines if line.is_mine), None)
    kept = rows[None]
    missing = tuple(score for score in kept if is_open(score))
    return Division(tuple(lines), missing, len(kept) - len(missing), len(kept))


def part_line(share: Share, rows: Sequence[Score], user: User) -> PartLine:
    missing = tuple(score for score in rows if is_open(score))
    return PartLine(
        share=share,
        deadline=Deadline.of(share.due_at, now=share.sheet.campaign.now()),
        answered=len(rows) - len(missing),
        total=len(rows),
        open_rows=missing,
        is_mine=share.is_given_to(user),
    )
